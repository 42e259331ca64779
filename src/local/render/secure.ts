/** What `npm run render` signs and encrypts with: keys from files, judged as the app judges them. */
import { readFileSync } from 'node:fs';
import { describeKeyProblem, type KeyProblem } from '#contract/keys/problems';
import type { SecureWishes } from '#local/render/arguments';
import { FileError, using } from '#local/render/files';
import {
  judgeKey,
  openSecretKey,
  type PgpIdentity,
  type PgpKey,
  parseKeys,
  addressesOf as pgpAddresses,
} from '#mail/secure/openpgp/openpgp';
import type { SecurePlan } from '#mail/secure/secure';
import { type Certificate, judgeCertificate, openIdentity, parseCertificates, type SmimeIdentity } from '#mail/secure/smime/smime';
import { KeyError } from '#mail/secure/types';

/** A plan, and the addresses that its keys name: the signer's, and one of each reader. */
export interface KeysOfFiles {
  readonly plan: SecurePlan;
  readonly from: string | undefined;
  readonly to: readonly string[];
}

const refused = (option: string, file: string, problem: KeyProblem): FileError => {
  const { sentence, help } = describeKeyProblem(problem, 'en');
  return new FileError(`${option}: ${file}: ${sentence} ${help}`);
};

/** Reads the keys. @throws FileError for the first that cannot be used, with the reason */
export function keysOfFiles(wishes: SecureWishes, now: Date): KeysOfFiles {
  const { sign, encrypt } = wishes;
  const identity = sign === undefined ? undefined : identityIn(sign, wishes.passphraseFile, now);
  if (identity && encrypt && identity.protocol !== encrypt.protocol)
    throw new FileError(
      `--sign: ${sign}: ${identity.protocol === 'smime' ? 'is an S/MIME identity, and the readers have OpenPGP keys' : 'is an OpenPGP key, and the readers have certificates'}.`,
    );
  const common = { protectSubject: wishes.protectSubject, legacyDisplay: wishes.legacyDisplay };
  if ((identity?.protocol ?? encrypt?.protocol) === 'smime') {
    const readers = encrypt?.files.flatMap((file) => certificatesIn(file, now));
    const signer = identity?.protocol === 'smime' ? identity.identity : undefined;
    return {
      plan: {
        protocol: 'smime',
        ...common,
        sign: signer,
        encryptTo: readers?.map((certificate) => ({ certificate })),
        algorithms: { content: wishes.smimeCipher, keyTransport: wishes.smimeKeyTransport },
        signature: { algorithm: wishes.smimeSignature, hash: wishes.smimeHash },
        opaque: wishes.smimeOpaque,
      },
      from: signer?.certificate.addresses[0],
      to: addressesOf(readers?.map(({ addresses }) => addresses) ?? []),
    };
  }
  const readers = encrypt?.files.flatMap((file) => keysIn(file, now));
  const signer = identity?.protocol === 'openpgp' ? identity.identity : undefined;
  return {
    plan: {
      protocol: 'openpgp',
      ...common,
      sign: signer,
      encryptTo: readers,
      choice: { cipher: wishes.pgpCipher, compression: wishes.pgpCompression },
    },
    from: signer && pgpAddresses(signer.key, now)[0],
    to: addressesOf(readers?.map((key) => pgpAddresses(key, now)) ?? []),
  };
}

/** One of each reader, each once. */
const addressesOf = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flatMap(([first]) => first ?? []))];

type Identity =
  | { readonly protocol: 'smime'; readonly identity: SmimeIdentity }
  | { readonly protocol: 'openpgp'; readonly identity: PgpIdentity };

function identityIn(file: string, passphraseFile: string | undefined, now: Date): Identity {
  const octets = using('--sign', file, () => readFileSync(file));
  const passphrase = passphraseFile === undefined ? '' : firstLine(passphraseFile);
  try {
    if (!isOpenPgp(octets)) return { protocol: 'smime', identity: checkedCertificate(file, openIdentity(octets, passphrase), now) };
    const identity = openSecretKey(octets, passphrase);
    const [problem] = judgeKey(identity.key, { now, use: 'sign' });
    if (problem) throw refused('--sign', file, problem);
    return { protocol: 'openpgp', identity };
  } catch (error) {
    throw error instanceof KeyError ? refused('--sign', file, error.problem) : error;
  }
}

function checkedCertificate(file: string, identity: SmimeIdentity, now: Date): SmimeIdentity {
  const [problem] = judgeCertificate(identity.certificate, { now, use: 'sign', subjectAddresses: true, trust: { mode: 'any' } });
  if (problem) throw refused('--sign', file, problem);
  return identity;
}

/** Packets have the first bit of their first octet set (RFC 9580 §4.2); nothing that holds an S/MIME identity has. */
const isOpenPgp = (octets: Buffer): boolean => ((octets[0] ?? 0) & 0x80) !== 0 || octets.includes('-----BEGIN PGP ');

const firstLine = (file: string): string => using('--passphrase-file', file, () => readFileSync(file, 'utf8')).split(/\r?\n/, 1)[0] ?? '';

/** The certificates of a file, but for those of authorities; all of them must be usable. */
function certificatesIn(file: string, now: Date): Certificate[] {
  const { certificates, problems } = parseCertificates(using('--smime', file, () => readFileSync(file)));
  const [problem] = problems;
  if (problem) throw refused('--smime', file, problem);
  const people = certificates.filter(({ isAuthority }) => !isAuthority);
  for (const certificate of people.length > 0 ? people : certificates) {
    const [wrong] = judgeCertificate(certificate, { now, use: 'encrypt', subjectAddresses: true, trust: { mode: 'any' } });
    if (wrong) throw refused('--smime', file, wrong);
  }
  return people.length > 0 ? people : certificates;
}

/** The keys of a file; all of them must be usable. */
function keysIn(file: string, now: Date): PgpKey[] {
  const { keys, problems } = parseKeys(using('--pgp', file, () => readFileSync(file)));
  const [problem] = problems;
  if (problem) throw refused('--pgp', file, problem);
  for (const key of keys) {
    const [wrong] = judgeKey(key, { now, use: 'encrypt' });
    if (wrong) throw refused('--pgp', file, wrong);
  }
  return keys;
}
