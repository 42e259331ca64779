import { constants, createHash, createSign, privateEncrypt, sign } from 'node:crypto';
import { HASH, PUBLIC_KEY, SALT_OCTETS, type WrittenHash } from '#mail/secure/openpgp/algorithms';
import type { SecretPart } from '#mail/secure/openpgp/keys/secret';
import { SUBPACKET, TYPE } from '#mail/secure/openpgp/keys/signature';
import { TAG } from '#mail/secure/openpgp/packet/read';
import { length, mpi, number, packet } from '#mail/secure/openpgp/packet/write';
import type { Random } from '#mail/secure/types';

/** Signatures (RFC 9580 §5.2), made while what they are over passes by. */

/** A hash at least as strong as the key; SHA-256 is what every program takes. */
export function hashFor({ key: { material } }: Pick<SecretPart, 'key'>): WrittenHash {
  if (material.kind === 'ed448') return 'sha512';
  const octets = material.kind === 'ec' ? material.octets : 32;
  return octets > 48 ? 'sha512' : octets > 32 ? 'sha384' : 'sha256';
}

export interface Signer {
  update(chunk: Uint8Array): void;
  /** The signature packet; once, after the last chunk. */
  signature(): Buffer;
}
export interface MessageSigner extends Signer {
  /** Announces the signature before the content (RFC 9580 §5.4). */
  readonly onePass: Buffer;
}

export const subpacket = (type: number, ...body: readonly Uint8Array[]): Buffer => {
  const octets = Buffer.concat(body);
  return Buffer.concat([length(octets.length + 1), Buffer.of(type), octets]);
};

const salted = ({ key }: SecretPart, random: Random): Uint8Array =>
  key.version === 6 ? random(SALT_OCTETS[hashFor({ key })]) : new Uint8Array();

/** Signs the octets of a message as they are (type 0x00). */
export function messageSigner(part: SecretPart, now: Date, random: Random): MessageSigner {
  const { key } = part;
  const salt = salted(part, random);
  const fields = Buffer.of(TYPE.binary, HASH[hashFor(part)], key.algorithm);
  const issuer = key.version === 6 ? [number(salt.length, 1), salt, key.fingerprintOctets] : [key.keyId];
  const onePass = packet(TAG.onePassSignature, Buffer.of(key.version === 6 ? 6 : 3), fields, ...issuer, Buffer.of(1));
  return { onePass, ...signer(part, TYPE.binary, now, [], salt) };
}

/** A signature of this type by `part`; `subpackets` are hashed too. */
export function signer(part: SecretPart, type: number, now: Date, subpackets: readonly Uint8Array[], salt: Uint8Array): Signer {
  const { key, privateKey } = part;
  const name = hashFor(part);
  const hash = createHash(name).update(salt);
  // node:crypto signs with a curve only what it hashes itself.
  const onCurve = key.material.kind === 'ec' ? createSign(name).update(salt) : undefined;
  return {
    update: (chunk) => {
      hash.update(chunk);
      onCurve?.update(chunk);
    },
    signature: () => {
      const counter = key.version === 6 ? 4 : 2;
      const hashed = Buffer.concat([...issuedAt(part, now), ...subpackets]);
      const head = Buffer.concat([Buffer.of(key.version, type, key.algorithm, HASH[name]), number(hashed.length, counter), hashed]);
      const trailer = Buffer.concat([head, Buffer.of(key.version, 0xff), number(head.length, 4)]);
      const digest = hash.update(trailer).digest();
      const unhashed = key.version === 6 ? Buffer.alloc(0) : subpacket(SUBPACKET.issuer, key.keyId);
      const value = onCurve
        ? pair(onCurve.update(trailer).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }))
        : signatureValue(part, name, digest);
      const counted = key.version === 6 ? [number(salt.length, 1), salt] : [];
      return packet(TAG.signature, head, number(unhashed.length, counter), unhashed, digest.subarray(0, 2), ...counted, value);
    },
  };
}

const issuedAt = ({ key }: SecretPart, now: Date): Buffer[] => [
  subpacket(SUBPACKET.issuerFingerprint, Buffer.of(key.version), key.fingerprintOctets),
  subpacket(SUBPACKET.created, number(Math.floor(now.getTime() / 1000), 4)),
];

/** DigestInfo of PKCS #1 v1.5 before the digest (RFC 9580 §5.2.3.1): what is hashed is signed without hashing it again. */
const DIGEST_INFO: Readonly<Record<WrittenHash, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

function signatureValue({ key, privateKey }: SecretPart, hash: WrittenHash, digest: Buffer): Buffer {
  if (key.material.kind === 'rsa') {
    const info = Buffer.concat([Buffer.from(DIGEST_INFO[hash], 'hex'), digest]);
    return mpi(privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info));
  }
  const value = sign(null, digest, privateKey);
  return key.algorithm === PUBLIC_KEY.eddsaLegacy ? pair(value) : value;
}

/** Two numbers of the same length, one after the other, as two integers. */
const pair = (value: Buffer): Buffer => Buffer.concat([mpi(value.subarray(0, value.length / 2)), mpi(value.subarray(value.length / 2))]);
