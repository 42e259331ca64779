import { hash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { HASHES, type HashName, OID } from '#mail/secure/smime/asn1/oids';
import { type Element, fieldsOf, octetString, TAG } from '#mail/secure/smime/asn1/read';
import { oidOf, smallInteger } from '#mail/secure/smime/asn1/values';
import { KeyError } from '#mail/secure/types';

/** Keys from passwords: PKCS #12's own way (RFC 7292 §B), PBKDF2 (RFC 8018 §5.2) and scrypt (RFC 7914), with an end to what they may cost. */

/** Rounds of hashing that opening one file may take: programs write 2,000 to 1,000,000 of them, several times in one file. About five seconds. */
const MAX_ROUNDS = 8_000_000;
/** Octets of memory that scrypt may take. */
const MAX_SCRYPT_BYTES = 64 * 1024 * 1024;
/** Octets of a salt, and of a key, at most. */
const MAX_SALT = 1024;
const MAX_KEY = 64;

/** What one file may still cost. */
export class Budget {
  #left = MAX_ROUNDS;
  /** @throws KeyError FILE_PROTECTION_COSTLY */
  spend(rounds: number): void {
    this.#left -= rounds;
    if (this.#left < 0) throw new KeyError({ code: 'FILE_PROTECTION_COSTLY' });
  }
}

/** A password in the forms that derivations take. */
export interface Password {
  /** UTF-16, big-endian, with a zero at its end (RFC 7292 §B.1). */
  readonly wide: Uint8Array;
  readonly octets: Uint8Array;
}

const wide = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le').swap16();

/**
 * A typed password as programs have encoded it. Beyond ASCII they differ: in whether letters are composed, in PBES2 (UTF-8, Latin-1 or
 * UTF-16), and OpenSSL outside of a UTF-8 locale takes each octet for a letter. An empty one is none at all, or a zero.
 */
export function encodingsOf(password: string): Password[] {
  const texts = [...new Set([password, password.normalize('NFC'), password.normalize('NFD')])];
  const asUtf8 = texts.flatMap((text) => {
    const utf8 = Buffer.from(text);
    return [
      { wide: wide(text), octets: utf8 },
      { wide: wide(utf8.toString('latin1')), octets: utf8 },
    ];
  });
  const others = texts.flatMap((text) => [
    { wide: wide(text), octets: wide(text) },
    { wide: wide(text), octets: wide(text).subarray(0, -2) },
    { wide: wide(text), octets: Buffer.from(text, 'latin1') },
  ]);
  const nothing = password === '' ? [{ wide: new Uint8Array(), octets: new Uint8Array() }] : [];
  const all = [...asUtf8, ...nothing, ...others];
  return [...new Map(all.map((each) => [Buffer.concat([each.wide, Buffer.of(0xff), each.octets]).toString('hex'), each])).values()];
}

export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

/** `size` octets of PKCS #12's derivation (RFC 7292 §B.2). */
export function pkcs12Derived(
  name: HashName,
  { password, salt, rounds, purpose, size }: { password: Password; salt: Uint8Array; rounds: number; purpose: number; size: number },
  budget: Budget,
): Buffer {
  const block = HASHES[name].blockOctets;
  const filled = (octets: Uint8Array): Buffer => Buffer.alloc(Math.ceil(octets.length / block) * block, octets);
  const input = Buffer.concat([octetsOrNone(salt, filled), octetsOrNone(password.wide, filled)]);
  const result: Buffer[] = [];
  for (let have = 0; have < size; have += HASHES[name].octets) {
    budget.spend(rounds);
    let digest = hash(name, Buffer.concat([Buffer.alloc(block, purpose), input]), 'buffer');
    for (let round = 1; round < rounds; round += 1) digest = hash(name, digest, 'buffer');
    result.push(digest);
    addToEach(input, Buffer.alloc(block, digest), block);
  }
  return Buffer.concat(result).subarray(0, size);
}

const octetsOrNone = (octets: Uint8Array, filled: (octets: Uint8Array) => Buffer): Buffer =>
  octets.length === 0 ? Buffer.alloc(0) : filled(octets);

/** Adds `addend` and one to each block of `blocks`, as numbers. */
function addToEach(blocks: Buffer, addend: Buffer, size: number): void {
  for (let start = 0; start < blocks.length; start += size) {
    let carry = 1;
    for (let at = size - 1; at >= 0; at -= 1) {
      const sum = (blocks[start + at] ?? 0) + (addend[at] ?? 0) + carry;
      blocks[start + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}

/** HMAC hashes of PBKDF2 and PBMAC1 (RFC 8018 §B.1). */
const HMACS: Readonly<Record<string, HashName>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
/** @throws KeyError FILE_PROTECTION_UNKNOWN */
export function hmacNamed(oid: string): HashName {
  const name = HMACS[oid];
  if (!name) throw new KeyError({ code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm: oid } });
  return name;
}

/** The key that a KeyDerivationFunc makes of a password. @throws KeyError, Asn1Error */
export function derivedKey(func: Element, password: Uint8Array, size: number, budget: Budget): Buffer {
  const fields = fieldsOf(func);
  const oid = oidOf(fields.next());
  const parameters = fieldsOf(fields.next());
  const salt = octetString(parameters.next()).subarray(0, MAX_SALT);
  const count = smallInteger(parameters.next());
  const keySize = Math.min(size, MAX_KEY);
  if (oid === OID.scrypt)
    return scryptKey(
      password,
      salt,
      count,
      { block: smallInteger(parameters.next()), parallel: smallInteger(parameters.next()) },
      keySize,
      budget,
    );
  if (oid !== OID.pbkdf2) throw new KeyError({ code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm: oid } });
  parameters.optional(TAG.integer);
  const prf = parameters.optional(TAG.sequence);
  const name = prf ? hmacNamed(oidOf(fieldsOf(prf).next())) : 'sha1';
  budget.spend(count * Math.ceil(keySize / HASHES[name].octets));
  return pbkdf2Sync(password, salt, Math.max(1, count), keySize, name);
}

function scryptKey(
  password: Uint8Array,
  salt: Uint8Array,
  cost: number,
  { block, parallel }: { block: number; parallel: number },
  size: number,
  budget: Budget,
): Buffer {
  const memory = 128 * cost * block + 128 * block * parallel;
  if (memory > MAX_SCRYPT_BYTES) throw new KeyError({ code: 'FILE_PROTECTION_COSTLY' });
  budget.spend(4 * cost * block * parallel);
  try {
    return scryptSync(password, salt, size, { N: cost, r: block, p: parallel, maxmem: 2 * MAX_SCRYPT_BYTES });
  } catch {
    throw new KeyError({ code: 'PRIVATE_KEY_BROKEN' });
  }
}
