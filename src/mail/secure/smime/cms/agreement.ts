import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { CURVES, type HashName, OID } from '#mail/secure/smime/asn1/oids';
import { algorithm, bits, explicit, octets, oid, sequence } from '#mail/secure/smime/asn1/write';
import { KEY_WRAPS } from '#mail/secure/smime/cms/ciphers';
import type { KeyKind } from '#mail/secure/smime/x509/public-key';

/** Key agreement with a fresh key for each reader: ECDH (RFC 5753) and X25519 (RFC 8418). */

interface Derivation {
  readonly kdf: 'x9.63' | 'hkdf';
  readonly hash: HashName;
}
/** dhSinglePass-stdDH-… schemes. The SHA-1 one is read alone: OpenSSL writes it unless told otherwise. */
export const AGREEMENTS: Readonly<Record<string, Derivation>> = {
  '1.3.133.16.840.63.0.2': { kdf: 'x9.63', hash: 'sha1' },
  '1.3.132.1.11.0': { kdf: 'x9.63', hash: 'sha224' },
  '1.3.132.1.11.1': { kdf: 'x9.63', hash: 'sha256' },
  '1.3.132.1.11.2': { kdf: 'x9.63', hash: 'sha384' },
  '1.3.132.1.11.3': { kdf: 'x9.63', hash: 'sha512' },
  '1.2.840.113549.1.9.16.3.19': { kdf: 'hkdf', hash: 'sha256' },
  '1.2.840.113549.1.9.16.3.20': { kdf: 'hkdf', hash: 'sha384' },
  '1.2.840.113549.1.9.16.3.21': { kdf: 'hkdf', hash: 'sha512' },
};

/** The scheme for a reader's key: a hash as strong as the curve (RFC 5753 §7.1.4, RFC 8418 §2.2). */
export function agreementFor(key: KeyKind): { readonly scheme: string; readonly derivation: Derivation } {
  if (key.kind === 'x25519') return { scheme: '1.2.840.113549.1.9.16.3.19', derivation: { kdf: 'hkdf', hash: 'sha256' } };
  const size = key.kind === 'ec' ? (CURVES[key.curve]?.octets ?? 32) : 32;
  if (size > 48) return { scheme: '1.3.132.1.11.3', derivation: { kdf: 'x9.63', hash: 'sha512' } };
  if (size > 32) return { scheme: '1.3.132.1.11.2', derivation: { kdf: 'x9.63', hash: 'sha384' } };
  return { scheme: '1.3.132.1.11.1', derivation: { kdf: 'x9.63', hash: 'sha256' } };
}

/** A key pair of this message's own, on the reader's curve. */
export function ephemeralFor(key: KeyKind): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  if (key.kind === 'x25519') return generateKeyPairSync('x25519');
  return generateKeyPairSync('ec', { namedCurve: key.kind === 'ec' ? (CURVES[key.curve]?.node ?? '') : '' });
}

/** The fields of OriginatorPublicKey (RFC 5652 §6.2.2): the key's algorithm without parameters (RFC 5753 §3.1.1), and the point. */
export function originatorKey(kind: KeyKind, publicKey: KeyObject): Buffer[] {
  // The point is what ends a SubjectPublicKeyInfo.
  const size = kind.kind === 'ec' ? 2 * (CURVES[kind.curve]?.octets ?? 0) + 1 : 32;
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-size);
  return [algorithm(kind.kind === 'ec' ? OID.ecPublicKey : OID.x25519), bits(point)];
}

/** The other side's key, whose algorithm is that of `own`. @throws when it is none */
export function agreedPublicKey(kind: KeyKind, point: Uint8Array): KeyObject {
  const identifier = kind.kind === 'ec' ? algorithm(OID.ecPublicKey, oid(kind.curve)) : algorithm(OID.x25519);
  return createPublicKey({ key: sequence(identifier, bits(point)), format: 'der', type: 'spki' });
}

/** The key-encryption key of two keys and a scheme (RFC 5753 §7.2, RFC 8418 §2): `wrap` is the encoded AlgorithmIdentifier of the key wrap. */
export function keyEncryptionKey(
  keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  { kdf, hash }: Derivation,
  { wrap, size, ukm }: { readonly wrap: Uint8Array; readonly size: number; readonly ukm?: Uint8Array | undefined },
): Buffer {
  const secret = diffieHellman(keys);
  const bitCount = Buffer.alloc(4);
  bitCount.writeUInt32BE(size * 8);
  const info = sequence(wrap, ...(ukm ? [explicit(0, octets(ukm))] : []), explicit(2, octets(bitCount)));
  if (kdf === 'hkdf') return Buffer.from(hkdfSync(hash, secret, ukm ?? new Uint8Array(), info, size));
  return x963(hash, secret, info, size);
}

/** The derivation of ANS X9.63 (SEC 1 §3.6.1). */
function x963(hash: HashName, secret: Uint8Array, info: Uint8Array, size: number): Buffer {
  const pieces: Buffer[] = [];
  for (let counter = 1, have = 0; have < size; counter += 1) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const piece = createHash(hash).update(secret).update(count).update(info).digest();
    pieces.push(piece);
    have += piece.length;
  }
  return Buffer.concat(pieces).subarray(0, size);
}

export function wrapped(wrapOid: string, keyEncryption: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv(KEY_WRAPS[wrapOid]?.openssl ?? '', keyEncryption, KEY_WRAPS[wrapOid]?.iv ?? null);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

/** @throws where the key does not fit */
export function unwrapped(wrapOid: string, keyEncryption: Uint8Array, octetsOfKey: Uint8Array): Buffer {
  const decipher = createDecipheriv(KEY_WRAPS[wrapOid]?.openssl ?? '', keyEncryption, KEY_WRAPS[wrapOid]?.iv ?? null);
  return Buffer.concat([decipher.update(octetsOfKey), decipher.final()]);
}
