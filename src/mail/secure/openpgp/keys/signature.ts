import { createHash, type KeyObject, verify } from 'node:crypto';
import { HASHES, type HashName, PUBLIC_KEY } from '#mail/secure/openpgp/algorithms';
import type { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { newLength, Octets, PacketError } from '#mail/secure/openpgp/packet/read';
import { number } from '#mail/secure/openpgp/packet/write';

/** Signatures within keys (RFC 9580 §5.2): what they say, and whether they are the key's own. */

export const TYPE = {
  binary: 0x00,
  text: 0x01,
  /** Four kinds of certifications of a user id, 0x10 to 0x13. */
  certification: 0x10,
  lastCertification: 0x13,
  subkeyBinding: 0x18,
  primaryKeyBinding: 0x19,
  directKey: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
  certificationRevocation: 0x30,
} as const;

/** Subpacket types (RFC 9580 §5.2.3.7). */
export const SUBPACKET = {
  created: 2,
  expires: 3,
  keyExpires: 9,
  ciphers: 11,
  issuer: 16,
  notation: 20,
  hashes: 21,
  compressions: 22,
  primaryUserId: 25,
  keyFlags: 27,
  signersUserId: 28,
  reason: 29,
  features: 30,
  embedded: 32,
  issuerFingerprint: 33,
  aeadCiphers: 39,
} as const;
/** Types that are understood, or say nothing that must be understood to take the signature as one. */
const KNOWN: ReadonlySet<number> = new Set([...Object.values(SUBPACKET), 4, 5, 6, 7, 12, 21, 23, 24, 26, 31, 34, 35, 37]);

export const KEY_FLAG = { certify: 1, sign: 2, encryptCommunication: 4, encryptStorage: 8 } as const;

/** Reasons of a revocation that let what was before stand (RFC 9580 §5.2.3.31): superseded, retired, user id no longer valid. */
const SOFT_REASONS: ReadonlySet<number> = new Set([1, 3, 32]);

export class SignaturePacket {
  readonly type: number;
  readonly created: Date;
  readonly #version: 4 | 6;
  readonly #algorithm: number;
  readonly #hash: HashName | undefined;
  readonly #hashedPart: Uint8Array;
  readonly #salt: Uint8Array;
  readonly #digestStart: Uint8Array;
  readonly #value: Uint8Array;
  readonly #hashed: ReadonlyMap<number, Uint8Array>;
  readonly #unhashed: ReadonlyMap<number, Uint8Array>;
  readonly #isUnderstood: boolean;
  /** A key is asked about more than once, and each check takes time. */
  readonly #answers = new Map<string, boolean>();

  /** @throws PacketError also for other versions than 4 and 6 */
  constructor(body: Uint8Array) {
    const octets = new Octets(body);
    const version = octets.number(1);
    if (version !== 4 && version !== 6) throw new PacketError(`is of version ${version}`);
    this.#version = version;
    this.type = octets.number(1);
    this.#algorithm = octets.number(1);
    this.#hash = HASHES.get(octets.number(1));
    const hashed = subpacketsIn(octets.counted(version === 4 ? 2 : 4));
    this.#hashedPart = body.subarray(0, octets.position);
    this.#unhashed = subpacketsIn(octets.counted(version === 4 ? 2 : 4)).values;
    this.#hashed = hashed.values;
    this.#isUnderstood = hashed.isUnderstood;
    this.#digestStart = octets.take(2);
    this.#salt = version === 6 ? octets.counted(1) : new Uint8Array();
    this.#value = octets.rest();
    this.created = new Date((this.#numberIn(SUBPACKET.created) ?? 0) * 1000);
  }

  /** What the hashed part says; anybody could have added to the other one. */
  says(type: number): Uint8Array | undefined {
    return this.#hashed.get(type);
  }

  #numberIn(type: number): number | undefined {
    const octets = this.says(type);
    return octets && octets.length >= 4 ? new Octets(octets).number(4) : undefined;
  }

  /** Seconds after the key's creation at which it ends; undefined or 0: never. */
  get keyExpiresAfter(): number | undefined {
    return this.#numberIn(SUBPACKET.keyExpires) || undefined;
  }
  /** Undefined where it does not say. */
  get keyFlags(): number | undefined {
    return this.says(SUBPACKET.keyFlags)?.[0];
  }
  /** A revocation that also counts for what was before it. */
  get isHard(): boolean {
    return !SOFT_REASONS.has(this.says(SUBPACKET.reason)?.[0] ?? 0);
  }
  get isPrimaryUserId(): boolean {
    return this.says(SUBPACKET.primaryUserId)?.[0] === 1;
  }
  /** The signature of a signing subkey over its primary key (RFC 9580 §5.2.3.34). */
  get embedded(): SignaturePacket | undefined {
    const body = this.says(SUBPACKET.embedded) ?? this.#unhashed.get(SUBPACKET.embedded);
    try {
      return body && new SignaturePacket(body);
    } catch {
      return undefined;
    }
  }

  /** Undefined for those that are not known, or can be forged so easily that they are not. */
  get hash(): HashName | undefined {
    return this.#hash;
  }
  /** Key id that it names, sixteen hexadecimal digits; undefined where it names nobody. */
  get issuer(): string | undefined {
    const fingerprint = this.says(SUBPACKET.issuerFingerprint) ?? this.#unhashed.get(SUBPACKET.issuerFingerprint);
    const id = fingerprint
      ? fingerprint[0] === 6
        ? fingerprint.subarray(1, 9)
        : fingerprint.subarray(-8)
      : (this.says(SUBPACKET.issuer) ?? this.#unhashed.get(SUBPACKET.issuer));
    return id && Buffer.from(id).toString('hex').toUpperCase();
  }

  /** Whether this may be the key's own: it names it, or nobody. */
  names(key: PublicKeyPacket): boolean {
    const fingerprint = this.says(SUBPACKET.issuerFingerprint) ?? this.#unhashed.get(SUBPACKET.issuerFingerprint);
    if (fingerprint) return Buffer.compare(fingerprint.subarray(1), key.fingerprintOctets) === 0;
    const id = this.says(SUBPACKET.issuer) ?? this.#unhashed.get(SUBPACKET.issuer);
    return id === undefined || Buffer.compare(id, key.keyId) === 0;
  }

  /** Whether it counts at this time: made by then, not expired, and nothing critical in it that is not understood. */
  countsAt(time: Date): boolean {
    const expires = this.#numberIn(SUBPACKET.expires);
    const seconds = (time.getTime() - this.created.getTime()) / 1000;
    return this.#isUnderstood && seconds >= 0 && (!expires || seconds < expires);
  }

  /** Whether `key` made it over this (RFC 9580 §5.2.4). */
  isOf(key: PublicKeyPacket, ...target: readonly Uint8Array[]): boolean {
    const publicKey = key.usableKey;
    if (!this.#hash || !publicKey || key.algorithm !== this.#algorithm || key.version !== this.#version) return false;
    const trailer = Buffer.concat([Buffer.of(this.#version, 0xff), number(this.#hashedPart.length, 4)]);
    const signed = Buffer.concat([this.#salt, ...target, this.#hashedPart, trailer]);
    const digest = createHash(this.#hash).update(signed).digest();
    // Cheap, and it spares the costly check of thousands of signatures that are somebody else's.
    if (digest[0] !== this.#digestStart[0] || digest[1] !== this.#digestStart[1]) return false;
    const question = `${key.fingerprint} ${digest.toString('latin1')}`;
    const isOf = this.#answers.get(question) ?? this.#isGenuine(this.#hash, key, publicKey, signed, digest);
    this.#answers.set(question, isOf);
    return isOf;
  }

  #isGenuine(hash: HashName, key: PublicKeyPacket, publicKey: KeyObject, signed: Uint8Array, digest: Uint8Array): boolean {
    try {
      const value = signatureValue(this.#algorithm, key, new Octets(this.#value));
      if (key.material.kind === 'ed25519' || key.material.kind === 'ed448') return verify(null, digest, publicKey, value);
      return verify(hash, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, value);
    } catch {
      return false;
    }
  }
}

/** The signature as node:crypto takes it, leading zeros restored. */
function signatureValue(algorithm: number, { material }: PublicKeyPacket, octets: Octets): Uint8Array {
  if (material.kind === 'rsa') return padded(octets.mpi(), Math.ceil(material.bits / 8));
  if (algorithm === PUBLIC_KEY.ed25519) return octets.take(64);
  if (algorithm === PUBLIC_KEY.ed448) return octets.take(114);
  const size = material.kind === 'ec' ? material.octets : 32;
  return Buffer.concat([padded(octets.mpi(), size), padded(octets.mpi(), size)]);
}

export function padded(value: Uint8Array, octets: number): Buffer {
  if (value.length > octets) throw new PacketError('has a number that is too large');
  return Buffer.concat([Buffer.alloc(octets - value.length), value]);
}

/** Subpackets by type; of several of one type the last, as GnuPG takes it. */
function subpacketsIn(bytes: Uint8Array): { readonly values: ReadonlyMap<number, Uint8Array>; readonly isUnderstood: boolean } {
  const octets = new Octets(bytes);
  const values = new Map<number, Uint8Array>();
  let isUnderstood = true;
  while (octets.left > 0) {
    const body = octets.take(newLength(octets, true));
    const type = body[0] ?? 0;
    const isCritical = (type & 0x80) !== 0;
    // A critical notation is about something that only its maker knows (RFC 9580 §5.2.3.24).
    if (isCritical && (!KNOWN.has(type & 0x7f) || (type & 0x7f) === SUBPACKET.notation)) isUnderstood = false;
    values.set(type & 0x7f, body.subarray(1));
  }
  return { values, isUnderstood };
}
