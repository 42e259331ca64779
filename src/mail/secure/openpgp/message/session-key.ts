import {
  constants,
  createCipheriv,
  createHash,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';
import { CIPHERS, cipherWithId, HASHES, PUBLIC_KEY } from '#mail/secure/openpgp/algorithms';
import type { Kdf, Material } from '#mail/secure/openpgp/keys/material';
import type { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { TAG } from '#mail/secure/openpgp/packet/read';
import { mpi, number, packet } from '#mail/secure/openpgp/packet/write';
import { KeyError } from '#mail/secure/types';

/** Public-key encrypted session key packets (RFC 9580 §5.1). */

export interface SessionKey {
  readonly key: Uint8Array;
  readonly cipherId: number;
  /** Of the data that it opens. */
  readonly version: 1 | 2;
}

/** A packet with which the holder of `reader` opens the message. @throws KeyError KEY_UNSAFE, ALGORITHM_UNKNOWN */
export function sessionKeyPacket(reader: PublicKeyPacket, session: SessionKey): Buffer {
  const encrypted = encryptedKey(reader, session);
  if (session.version === 1) return packet(TAG.sessionKey, Buffer.of(3), reader.keyId, Buffer.of(reader.algorithm), encrypted);
  const fingerprint = reader.fingerprintOctets;
  return packet(TAG.sessionKey, Buffer.of(6, fingerprint.length + 1, reader.version), fingerprint, Buffer.of(reader.algorithm), encrypted);
}

function encryptedKey(reader: PublicKeyPacket, session: SessionKey): Buffer {
  const { material, usableKey } = reader;
  if (!usableKey) throw new KeyError({ code: 'KEY_UNSAFE' });
  try {
    if (material.kind === 'rsa')
      return mpi(publicEncrypt({ key: usableKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(checked(session))));
    if (reader.algorithm === PUBLIC_KEY.x25519) return native(reader, usableKey, session, 'x25519');
    if (reader.algorithm === PUBLIC_KEY.x448) return native(reader, usableKey, session, 'x448');
    if (material.kind === 'ec' || material.kind === 'x25519') return agreed(reader, material, usableKey, session);
  } catch (error) {
    // A point of low order gives no secret.
    throw error instanceof KeyError ? error : new KeyError({ code: 'KEY_UNSAFE' });
  }
  throw new KeyError({ code: 'ALGORITHM_UNKNOWN', params: { algorithm: material.text } });
}

/** Cipher, key and sum; data of version 2 names its cipher itself. */
function checked({ key, cipherId, version }: SessionKey): Buffer {
  const sum = key.reduce((total, octet) => total + octet, 0) & 0xffff;
  return Buffer.concat([version === 1 ? Buffer.of(cipherId) : Buffer.alloc(0), key, number(sum, 2)]);
}

export const NATIVE = {
  x25519: { octets: 32, hash: 'sha256', info: 'OpenPGP X25519', cipher: CIPHERS.aes128 },
  x448: { octets: 56, hash: 'sha512', info: 'OpenPGP X448', cipher: CIPHERS.aes256 },
} as const;

/** RFC 9580 §5.1.6, §5.1.7. */
function native(reader: PublicKeyPacket, publicKey: KeyObject, session: SessionKey, kind: keyof typeof NATIVE): Buffer {
  const { octets, hash, info, cipher } = NATIVE[kind];
  const { point, secret } = kind === 'x25519' ? ephemeral25519(publicKey) : ephemeral448(publicKey);
  const peer = reader.body.subarray(-octets);
  const wrapping = hkdfSync(hash, Buffer.concat([point, peer, secret]), Buffer.alloc(0), info, cipher.keyOctets);
  const wrapped = wrap(cipher.wrap, Buffer.from(wrapping), session.key);
  const algorithm = session.version === 1 ? Buffer.of(session.cipherId) : Buffer.alloc(0);
  return Buffer.concat([point, number(algorithm.length + wrapped.length, 1), algorithm, wrapped]);
}

interface Ephemeral {
  readonly point: Buffer;
  readonly secret: Buffer;
}
const raw = (key: KeyObject, octets: number): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-octets);

function ephemeral25519(publicKey: KeyObject): Ephemeral {
  const pair = generateKeyPairSync('x25519');
  return { point: raw(pair.publicKey, 32), secret: diffieHellman({ privateKey: pair.privateKey, publicKey }) };
}
function ephemeral448(publicKey: KeyObject): Ephemeral {
  const pair = generateKeyPairSync('x448');
  return { point: raw(pair.publicKey, 56), secret: diffieHellman({ privateKey: pair.privateKey, publicKey }) };
}
function ephemeralOn(curve: string, octets: number, publicKey: KeyObject): Ephemeral {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  return { point: raw(pair.publicKey, 2 * octets + 1), secret: diffieHellman({ privateKey: pair.privateKey, publicKey }) };
}

type Agreement = Extract<Material, { point: Uint8Array }>;

/** ECDH with the key derivation of RFC 9580 §11.4, also on Curve25519 as before RFC 9580. */
function agreed(reader: PublicKeyPacket, material: Agreement, publicKey: KeyObject, session: SessionKey): Buffer {
  const { kdf } = material;
  const oid = material.kind === 'ec' ? material.oid : material.legacyOid;
  const hash = kdf && HASHES.get(kdf.hashId);
  const cipher = kdf && cipherWithId(kdf.cipherId);
  if (!kdf || !oid || !hash || !cipher) throw new KeyError({ code: 'ALGORITHM_UNKNOWN', params: { algorithm: material.text } });
  const { point, secret } =
    material.kind === 'ec' ? ephemeralOn(material.curve, material.octets, publicKey) : prefixed(ephemeral25519(publicKey));
  const key = createHash(hash)
    .update(Buffer.of(0, 0, 0, 1))
    .update(secret)
    .update(kdfParameters(oid, kdf, reader))
    .digest()
    .subarray(0, cipher.keyOctets);
  const plain = checked(session);
  const fill = 8 - (plain.length % 8);
  const wrapped = wrap(cipher.wrap, key, Buffer.concat([plain, Buffer.alloc(fill, fill)]));
  return Buffer.concat([mpi(point), number(wrapped.length, 1), wrapped]);
}

/** Points of Curve25519 stand behind an octet of their own in multiprecision integers. */
const prefixed = ({ point, secret }: Ephemeral): Ephemeral => ({ point: Buffer.concat([Buffer.of(0x40), point]), secret });

export const kdfParameters = (oid: Uint8Array, { hashId, cipherId }: Kdf, reader: PublicKeyPacket): Buffer =>
  Buffer.concat([
    number(oid.length, 1),
    oid,
    Buffer.of(PUBLIC_KEY.ecdh, 3, 1, hashId, cipherId),
    Buffer.from('Anonymous Sender    '),
    reader.fingerprintOctets,
  ]);

/** RFC 3394. */
function wrap(name: string, key: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(name, key, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}
