import crypto, { type CipherGCMTypes, createDecipheriv, createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { AEAD_MODES, AEAD_TAG_OCTETS, type AeadMode, aeadModeWithId, CIPHERS } from '#mail/secure/openpgp/algorithms';
import { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { Octets, type Packet, PacketError } from '#mail/secure/openpgp/packet/read';
import { number, packet } from '#mail/secure/openpgp/packet/write';
import { KeyError } from '#mail/secure/types';

/** Secret keys that a passphrase protects (RFC 9580 §3.7, §5.5.3). */

/** How the secret is protected: the first octet after the public half. */
const USAGE = { none: 0, aead: 253, digest: 254, sum: 255 } as const;

interface Cipher {
  readonly keyOctets: number;
  readonly blockOctets: number;
  readonly cfb: string;
  /** Absent: none that authenticates. */
  readonly aead?: Readonly<Record<AeadMode, string>>;
}
const OLD_CIPHERS: ReadonlyMap<number, string> = new Map([
  [1, 'IDEA'],
  [3, 'CAST5'],
  [4, 'Blowfish'],
  [10, 'Twofish'],
  [11, 'Camellia-128'],
  [12, 'Camellia-192'],
  [13, 'Camellia-256'],
]);

const unknown = (algorithm: string): KeyError => new KeyError({ code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm } });

function cipherWith(id: number): Cipher {
  const aes = Object.values(CIPHERS).find((each) => each.id === id);
  if (aes) return { ...aes, blockOctets: 16, aead: aes };
  if (id === 2) return { keyOctets: 24, blockOctets: 8, cfb: 'des-ede3-cfb' };
  throw unknown(OLD_CIPHERS.get(id) ?? `OpenPGP cipher ${id}`);
}

/** The same packet, not protected. @throws KeyError WRONG_PASSWORD, FILE_PROTECTION_UNKNOWN, FILE_PROTECTION_COSTLY; PacketError */
export function unlocked({ tag, body }: Packet, passphrase: string): Buffer {
  const key = new PublicKeyPacket(body);
  const octets = new Octets(body.subarray(key.body.length));
  const usage = octets.number(1);
  if (key.version === 6) octets.number(1);
  const plain = usage === USAGE.aead ? authenticated(octets, tag, key, passphrase) : checked(octets, usage, key, passphrase);
  const sum = plain.reduce((total, octet) => (total + octet) & 0xffff, 0);
  return packet(tag, key.body, Buffer.of(USAGE.none), plain, key.version === 4 ? number(sum, 2) : Buffer.alloc(0));
}

function checked(octets: Octets, usage: number, key: PublicKeyPacket, passphrase: string): Buffer {
  if (usage < USAGE.digest) throw unknown(`OpenPGP, ${usage}`);
  const cipher = cipherWith(octets.number(1));
  const derived = derivedKey(specifierIn(octets, key), passphrase, cipher.keyOctets);
  const decipher = createDecipheriv(cipher.cfb, derived, octets.take(cipher.blockOctets));
  const plain = Buffer.concat([decipher.update(octets.rest()), decipher.final()]);
  const size = usage === USAGE.digest ? 20 : 2;
  const [secret, check] = [plain.subarray(0, -size), plain.subarray(-size)];
  const sum = number(
    secret.reduce((total, octet) => (total + octet) & 0xffff, 0),
    2,
  );
  const expected = usage === USAGE.digest ? createHash('sha1').update(secret).digest() : sum;
  if (check.length !== size || !timingSafeEqual(check, expected)) throw new KeyError({ code: 'WRONG_PASSWORD' });
  return secret;
}

/** RFC 9580 §5.5.3, §3.7.2.1: the public half is authenticated too. */
function authenticated(octets: Octets, tag: number, key: PublicKeyPacket, passphrase: string): Buffer {
  const cipherId = octets.number(1);
  const { aead, keyOctets } = cipherWith(cipherId);
  const modeId = octets.number(1);
  const mode = aeadModeWithId(modeId);
  if (!mode || !aead) throw unknown(`OpenPGP AEAD ${modeId}`);
  const derived = derivedKey(specifierIn(octets, key), passphrase, keyOctets);
  const nonce = octets.take(AEAD_MODES[mode].nonceOctets);
  const sealed = octets.rest();
  if (sealed.length <= AEAD_TAG_OCTETS) throw new PacketError('ends too early');
  const about = Buffer.of(0xc0 | tag);
  const wrapping = hkdfSync(
    'sha256',
    derived,
    Buffer.alloc(0),
    Buffer.concat([about, Buffer.of(key.version, cipherId, modeId)]),
    keyOctets,
  );
  try {
    const decipher = createDecipheriv(aead[mode] as CipherGCMTypes, Buffer.from(wrapping), nonce, { authTagLength: AEAD_TAG_OCTETS });
    decipher.setAAD(Buffer.concat([about, key.body]), { plaintextLength: sealed.length - AEAD_TAG_OCTETS });
    decipher.setAuthTag(sealed.subarray(-AEAD_TAG_OCTETS));
    return Buffer.concat([decipher.update(sealed.subarray(0, -AEAD_TAG_OCTETS)), decipher.final()]);
  } catch {
    throw new KeyError({ code: 'WRONG_PASSWORD' });
  }
}

/** String-to-key specifiers (RFC 9580 §3.7.1). */
type Specifier =
  | { readonly kind: 'hashed'; readonly hash: string; readonly salt: Uint8Array; readonly octets: number }
  | { readonly kind: 'argon2'; readonly salt: Uint8Array; readonly passes: number; readonly lanes: number; readonly memoryPower: number };

const HASHES: ReadonlyMap<number, string> = new Map([
  [1, 'md5'],
  [2, 'sha1'],
  [3, 'ripemd160'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
]);
/** Work that Argon2 may take: KiB of memory, and that times its passes. */
const MAX_MEMORY_POWER = 16;
const MAX_PASSED_KIB = 1 << 19;

function specifierIn(octets: Octets, { version }: PublicKeyPacket): Specifier {
  if (version === 6) octets.number(1);
  const type = octets.number(1);
  if (type === 4) {
    const salt = octets.take(16);
    return { kind: 'argon2', salt, passes: octets.number(1), lanes: octets.number(1), memoryPower: octets.number(1) };
  }
  if (type !== 0 && type !== 1 && type !== 3) throw unknown(`OpenPGP S2K ${type}`);
  const hashId = octets.number(1);
  const hash = HASHES.get(hashId);
  if (!hash) throw unknown(`OpenPGP hash ${hashId}`);
  const salt = type === 0 ? new Uint8Array() : octets.take(8);
  const coded = type === 3 ? octets.number(1) : undefined;
  return { kind: 'hashed', hash, salt, octets: coded === undefined ? 0 : (16 + (coded & 15)) << ((coded >> 4) + 6) };
}

function derivedKey(specifier: Specifier, passphrase: string, size: number): Buffer {
  if (specifier.kind === 'hashed') return hashed(specifier, Buffer.from(passphrase), size);
  const { salt, passes, lanes, memoryPower } = specifier;
  if (memoryPower > MAX_MEMORY_POWER || passes * 2 ** memoryPower > MAX_PASSED_KIB) throw new KeyError({ code: 'FILE_PROTECTION_COSTLY' });
  // Node has it from 24.7 on; as an import by name, a lack of it would end more than this.
  if (typeof crypto.argon2Sync !== 'function') throw unknown('Argon2');
  const parameters = {
    message: Buffer.from(passphrase),
    nonce: salt,
    parallelism: lanes,
    tagLength: size,
    memory: 2 ** memoryPower,
    passes,
  };
  try {
    return crypto.argon2Sync('argon2id', parameters);
  } catch {
    throw new PacketError('has parameters that are none');
  }
}

/** Octets that are hashed at once. */
const RUN_OCTETS = 65_536;

/** RFC 9580 §3.7.1.1 to §3.7.1.3: salt and passphrase again and again, until so many octets are hashed; longer keys take further hashes after zeros. */
function hashed({ hash: name, salt, octets }: Extract<Specifier, { kind: 'hashed' }>, passphrase: Buffer, size: number): Buffer {
  const one = Buffer.concat([salt, passphrase]);
  const total = Math.max(octets, one.length);
  const run = Buffer.concat(Array.from({ length: Math.max(1, Math.ceil(RUN_OCTETS / Math.max(1, one.length))) }, () => one));
  const parts: Buffer[] = [];
  for (let have = 0; have < size; have += parts.at(-1)?.length ?? size) {
    const hash = createHash(name).update(Buffer.alloc(parts.length));
    for (let left = total; left > 0; left -= run.length) hash.update(left >= run.length ? run : run.subarray(0, left));
    parts.push(hash.digest());
  }
  return Buffer.concat(parts).subarray(0, size);
}
