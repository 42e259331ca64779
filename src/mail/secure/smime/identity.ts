import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Asn1Error, elementAt, fieldsOf, TAG } from '#mail/secure/smime/asn1/read';
import { signs } from '#mail/secure/smime/cms/sign';
import { bareBase64, isPem, type PemBlock, pem, pemBlocks, textOfFile } from '#mail/secure/smime/pem';
import { isPfx, openedPfx, openedPkcs8 } from '#mail/secure/smime/pkcs12/pfx';
import { type Certificate, isSameCertificate } from '#mail/secure/smime/x509/certificate';
import { isSignedBy } from '#mail/secure/smime/x509/chain';
import { MAX_CERTIFICATES, MAX_FILE_BYTES, parseCertificates, readCertificate } from '#mail/secure/smime/x509/files';
import { nameKey } from '#mail/secure/smime/x509/names';
import { KeyError } from '#mail/secure/types';

/** A certificate with its private key, to sign with and to open what is encrypted for it. */
export interface SmimeIdentity {
  readonly certificate: Certificate;
  /** Whoever issued it and theirs, the nearest first, as far as the file holds them; without a root. */
  readonly chain: readonly Certificate[];
  readonly privateKey: KeyObject;
}

/** Private keys of one file at most. */
const MAX_KEYS = 20;

interface Found {
  readonly keys: readonly KeyObject[];
  readonly certificates: readonly Certificate[];
}

/**
 * Opens a PKCS #12 file (RFC 7292, RFC 9579: RC2, RC4, Triple-DES and AES; RSA and elliptic curves), or PEM with a private key (PKCS #8,
 * PKCS #1 or SEC 1, encrypted or not), its certificate and any others. Of several keys it takes the one that may sign and ends last.
 * Bounded in time for any file.
 * @throws KeyError
 */
export function openIdentity(input: Uint8Array | string, password: string): SmimeIdentity {
  if (input.length > MAX_FILE_BYTES) throw new KeyError({ code: 'FILE_TOO_LARGE', params: { limit: '10 MB' } });
  try {
    return identityOf(read(input, password));
  } catch (error) {
    throw error instanceof Asn1Error ? new KeyError({ code: 'PRIVATE_KEY_BROKEN' }) : withoutPassword(error, password);
  }
}

/** Where no password was typed, one is needed; another one would not be. */
const withoutPassword = (error: unknown, password: string): unknown =>
  error instanceof KeyError && error.problem.code === 'WRONG_PASSWORD' && password === ''
    ? new KeyError({ code: 'PASSWORD_NEEDED' })
    : error;

function read(input: Uint8Array | string, password: string): Found {
  const text = typeof input === 'string' ? input : textOfFile(input);
  if (text !== undefined && isPem(text)) return fromPem(text, password);
  const octets = text === undefined ? input : bareBase64(text);
  if (!(octets instanceof Uint8Array) || octets[0] !== TAG.sequence) throw new KeyError({ code: 'FILE_UNREADABLE' });
  if (isPfx(octets)) return fromPfx(octets, password);
  const { certificates } = parseCertificates(octets);
  if (certificates.length > 0) throw new KeyError({ code: 'NO_PRIVATE_KEY' });
  throw new KeyError({ code: isPrivateKey(octets) ? 'NO_CERTIFICATE' : 'FILE_UNREADABLE' });
}

/** Whether this looks like a PKCS #8 or PKCS #1 key: a version, then a number or an algorithm. */
const isPrivateKey = (octets: Uint8Array): boolean => fieldsOf(elementAt(octets)).next().tag === TAG.integer;

function fromPfx(octets: Uint8Array, password: string): Found {
  const contents = openedPfx(octets, password);
  return {
    keys: contents.keys.slice(0, MAX_KEYS).map((der) => privateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })),
    certificates: contents.certificates.flatMap((der) => readCertificate(der) ?? []),
  };
}

function fromPem(text: string, password: string): Found {
  const keys: KeyObject[] = [];
  for (const block of pemBlocks(text)) if (/PRIVATE KEY$/.test(block.label) && keys.length < MAX_KEYS) keys.push(pemKey(block, password));
  if (keys.length === 0) throw new KeyError({ code: 'NO_PRIVATE_KEY' });
  return { keys, certificates: parseCertificates(text).certificates.slice(0, MAX_CERTIFICATES) };
}

function pemKey({ label, text, octets, hasHeaders }: PemBlock, password: string): KeyObject {
  if (label === 'ENCRYPTED PRIVATE KEY') {
    return privateKey({ key: Buffer.from(openedPkcs8(octets, password)), format: 'der', type: 'pkcs8' });
  }
  // Header lines (RFC 1421) are those of OpenSSL's old form, whose password is hashed once.
  if (!hasHeaders) return privateKey({ key: text, format: 'pem' });
  return privateKey({ key: text, format: 'pem', passphrase: password }, 'WRONG_PASSWORD');
}

type KeyInput = Parameters<typeof createPrivateKey>[0];
function privateKey(input: KeyInput, code: 'PRIVATE_KEY_BROKEN' | 'WRONG_PASSWORD' = 'PRIVATE_KEY_BROKEN'): KeyObject {
  try {
    return createPrivateKey(input);
  } catch {
    throw new KeyError({ code });
  }
}

function identityOf({ keys, certificates }: Found): SmimeIdentity {
  if (keys.length === 0) throw new KeyError({ code: 'NO_PRIVATE_KEY' });
  const pairs = keys.flatMap((key) => {
    const publicKey = createPublicKey(key);
    return certificates.filter(({ usableKey }) => usableKey?.equals(publicKey)).map((certificate) => ({ key, certificate }));
  });
  const [best] = pairs.toSorted(
    (one, other) =>
      Number(other.certificate.canSign) - Number(one.certificate.canSign) ||
      other.certificate.notAfter.getTime() - one.certificate.notAfter.getTime(),
  );
  if (!best) throw new KeyError({ code: 'NO_CERTIFICATE' });
  const identity = { certificate: best.certificate, chain: chainOf(best.certificate, certificates), privateKey: best.key };
  if (best.certificate.canSign && !signs(identity)) throw new KeyError({ code: 'PRIVATE_KEY_BROKEN' });
  return identity;
}

/** Certificates of a chain at most. */
const MAX_CHAIN = 10;

/** The authorities above a certificate, the nearest first, without a root; ends where a certificate would come again. */
function chainOf(certificate: Certificate, among: readonly Certificate[]): Certificate[] {
  const chain = [certificate];
  while (chain.length <= MAX_CHAIN) {
    const last = chain.at(-1) ?? certificate;
    const name = nameKey(last.issuer);
    const next = among.find(
      (each) =>
        nameKey(each.subject) === name &&
        !each.isSelfIssued &&
        !chain.some((other) => isSameCertificate(each, other)) &&
        isSignedBy(last, each),
    );
    if (!next) break;
    chain.push(next);
  }
  return chain.slice(1);
}

/** An identity as it is kept: PEM of the private key (PKCS #8, unencrypted), the certificate and its chain. Secret. */
export function identityPem({ certificate, chain, privateKey: key }: SmimeIdentity): string {
  const blocks = [certificate, ...chain].map(({ der }) => pem('CERTIFICATE', der));
  return `${key.export({ format: 'pem', type: 'pkcs8' }).toString()}${blocks.join('')}`;
}
