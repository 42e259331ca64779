import { constants, createDecipheriv, createHash, diffieHellman, hkdfSync, privateDecrypt } from 'node:crypto';
import { cipherWithId, HASHES, PUBLIC_KEY } from '#mail/secure/openpgp/algorithms';
import { type Material, publicKeyOf } from '#mail/secure/openpgp/keys/material';
import type { SecretPart } from '#mail/secure/openpgp/keys/secret';
import { kdfParameters, NATIVE, type SessionKey } from '#mail/secure/openpgp/message/session-key';
import { Octets, PacketError } from '#mail/secure/openpgp/packet/read';

/** Session keys that came (RFC 9580 §5.1). */

export interface EncryptedKey {
  /** Sixteen hexadecimal digits; zeros for a reader who is not named. */
  readonly keyId: string;
  readonly version: 1 | 2;
  readonly algorithm: number;
  readonly octets: Uint8Array;
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();

/** @throws PacketError */
export function encryptedKeyIn(body: Uint8Array): EncryptedKey {
  const octets = new Octets(body);
  const version = octets.number(1);
  if (version === 3) return { version: 1, keyId: hex(octets.take(8)), algorithm: octets.number(1), octets: octets.rest() };
  if (version !== 6) throw new PacketError(`is of version ${version}`);
  const reader = octets.counted(1);
  const fingerprint = reader.subarray(1);
  const id = fingerprint.length === 0 ? Buffer.alloc(8) : reader[0] === 6 ? fingerprint.subarray(0, 8) : fingerprint.subarray(-8);
  return { version: 2, keyId: hex(id), algorithm: octets.number(1), octets: octets.rest() };
}

export const mayOpen = ({ keyId, algorithm }: EncryptedKey, { key }: SecretPart): boolean =>
  key.algorithm === algorithm && (keyId === hex(key.keyId) || /^0+$/.test(keyId));

/** The session key, where this part opens it; whatever goes wrong is not told apart. */
export function openedKey(encrypted: EncryptedKey, part: SecretPart): SessionKey | undefined {
  try {
    return decryptedKey(encrypted, part);
  } catch {
    return undefined;
  }
}

function decryptedKey({ version, algorithm, octets: body }: EncryptedKey, part: SecretPart): SessionKey {
  const octets = new Octets(body);
  const { material } = part.key;
  if (material.kind === 'rsa') {
    const value = octets.mpi();
    const padded = Buffer.concat([Buffer.alloc(Math.max(0, Math.ceil(material.bits / 8) - value.length)), value]);
    return checked(privateDecrypt({ key: part.privateKey, padding: constants.RSA_PKCS1_PADDING }, padded), version);
  }
  if (algorithm === PUBLIC_KEY.x25519) return native(octets, part, 'x25519', version);
  if (algorithm === PUBLIC_KEY.x448) return native(octets, part, 'x448', version);
  if (material.kind === 'ec' || material.kind === 'x25519') return agreed(octets, part, material, version);
  throw new PacketError('is of an unknown kind');
}

/** Cipher, key and sum; with data of version 2 the key alone, which says nothing of its cipher. */
function checked(plain: Uint8Array, version: 1 | 2): SessionKey {
  const octets = new Octets(plain);
  const cipherId = version === 1 ? octets.number(1) : 0;
  const key = octets.take(octets.left - 2);
  if ((key.reduce((total, octet) => total + octet, 0) & 0xffff) !== octets.number(2)) throw new PacketError('has a wrong sum');
  return { key, cipherId, version };
}

function secretWith({ privateKey, key: { material } }: SecretPart, point: Uint8Array): Buffer {
  if (material.kind === 'rsa' || material.kind === 'obsolete' || material.kind === 'unknown') throw new PacketError('agrees on nothing');
  const peer = publicKeyOf({ ...material, point });
  if (!peer) throw new PacketError('has a point that is none');
  return diffieHellman({ privateKey, publicKey: peer });
}

function native(octets: Octets, part: SecretPart, kind: keyof typeof NATIVE, version: 1 | 2): SessionKey {
  const { octets: size, hash, info, cipher } = NATIVE[kind];
  const point = octets.take(size);
  const rest = new Octets(octets.counted(1));
  const cipherId = version === 1 ? rest.number(1) : 0;
  const secret = secretWith(part, point);
  const own = part.key.body.subarray(-size);
  const wrapping = hkdfSync(hash, Buffer.concat([point, own, secret]), Buffer.alloc(0), info, cipher.keyOctets);
  return { key: unwrapped(cipher.wrap, Buffer.from(wrapping), rest.rest()), cipherId, version };
}

function agreed(octets: Octets, part: SecretPart, material: Extract<Material, { point: Uint8Array }>, version: 1 | 2): SessionKey {
  const point = octets.mpi();
  const wrapped = octets.counted(1);
  const { kdf } = material;
  const oid = material.kind === 'ec' ? material.oid : material.legacyOid;
  const hash = kdf && HASHES.get(kdf.hashId);
  const cipher = kdf && cipherWithId(kdf.cipherId);
  if (!kdf || !oid || !hash || !cipher) throw new PacketError('is of an unknown kind');
  const secret = secretWith(part, material.kind === 'ec' ? point : point.subarray(1));
  const key = createHash(hash)
    .update(Buffer.of(0, 0, 0, 1))
    .update(secret)
    .update(kdfParameters(oid, kdf, part.key))
    .digest()
    .subarray(0, cipher.keyOctets);
  const plain = unwrapped(cipher.wrap, key, wrapped);
  const fill = plain.at(-1) ?? 0;
  if (fill === 0 || fill > plain.length || plain.subarray(-fill).some((octet) => octet !== fill))
    throw new PacketError('is filled wrongly');
  return checked(plain.subarray(0, -fill), version);
}

/** RFC 3394; throws where it does not fit. */
function unwrapped(name: string, key: Uint8Array, wrapped: Uint8Array): Buffer {
  const decipher = createDecipheriv(name, key, Buffer.alloc(8, 0xa6));
  return Buffer.concat([decipher.update(wrapped), decipher.final()]);
}
