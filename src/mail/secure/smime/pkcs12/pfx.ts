import { createHmac, timingSafeEqual } from 'node:crypto';
import { HASHES, hashNamed, OID } from '#mail/secure/smime/asn1/oids';
import { Asn1Error, constructed, type Element, elementAt, fieldsOf, inner, octetString, octetsOf, TAG } from '#mail/secure/smime/asn1/read';
import { oidOf, smallInteger } from '#mail/secure/smime/asn1/values';
import { Budget, derivedKey, encodingsOf, hmacNamed, type Password, PURPOSE, pkcs12Derived } from '#mail/secure/smime/pkcs12/derivation';
import { unprotected } from '#mail/secure/smime/pkcs12/protection';
import { KeyError } from '#mail/secure/types';

/** A PKCS #12 file (RFC 7292): its integrity, and its bags opened. */

export interface PfxContents {
  /** PKCS #8 private keys. */
  readonly keys: Uint8Array[];
  readonly certificates: Uint8Array[];
}

/** Bags of one file, and boxes within each other, at most. */
const MAX_BAGS = 500;
const MAX_BOXES = 4;

/** Whether these octets begin as a PKCS #12 file does. */
export function isPfx(octets: Uint8Array): boolean {
  try {
    const fields = fieldsOf(elementAt(octets));
    return fields.next(TAG.integer).content[0] === 3 && oidOf(fieldsOf(fields.next()).next()).startsWith('1.2.840.113549.1.7.');
  } catch {
    return false;
  }
}

/** @throws KeyError WRONG_PASSWORD, FILE_PROTECTION_UNKNOWN, FILE_PROTECTION_COSTLY; Asn1Error */
export function openedPfx(octets: Uint8Array, password: string): PfxContents {
  const fields = fieldsOf(elementAt(octets));
  fields.next(TAG.integer);
  const info = fieldsOf(fields.next());
  // A file that is sealed with a public key (id-signedData) is one that nobody writes.
  const kind = oidOf(info.next());
  if (kind !== OID.data) throw new KeyError({ code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm: kind } });
  const safe = octetString(inner(info.next(constructed(0))));
  const budget = new Budget();
  const mac = fields.optional(TAG.sequence);
  const encodings = encodingsOf(password);
  const sealed = mac ? encodings.filter(firstWith((each) => isSealedBy(mac, safe, each, budget))) : encodings;
  if (sealed.length === 0) throw new KeyError({ code: 'WRONG_PASSWORD' });
  return readSafe(safe, sealed, budget);
}

/** Keeps what has the wide form for which `test` first holds; each such form is tried once. */
function firstWith(test: (password: Password) => boolean): (password: Password) => boolean {
  const tried = new Map<string, boolean>();
  let found: string | undefined;
  return (password) => {
    const form = Buffer.from(password.wide).toString('hex');
    if (found === undefined && !tried.has(form)) tried.set(form, test(password));
    if (tried.get(form)) found = form;
    return found === form;
  };
}

/** Whether MacData (RFC 7292 §4, RFC 9579) is that of this password over the contents. */
function isSealedBy(mac: Element, contents: Uint8Array, password: Password, budget: Budget): boolean {
  const fields = fieldsOf(mac);
  const digestInfo = fieldsOf(fields.next());
  const identifier = fieldsOf(digestInfo.next());
  const digest = octetString(digestInfo.next());
  const salt = octetString(fields.next()).subarray(0, 1024);
  const rounds = fields.isAtEnd ? 1 : Math.max(1, smallInteger(fields.next()));
  const oid = oidOf(identifier.next());
  if (oid === OID.pbmac1) return isPbmac1(identifier.next(), contents, digest, password, budget);
  const name = hashNamed(oid);
  if (!name) throw new KeyError({ code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm: oid } });
  const key = pkcs12Derived(name, { password, salt, rounds, purpose: PURPOSE.mac, size: HASHES[name].octets }, budget);
  return isEqual(createHmac(name, key).update(contents).digest(), digest);
}

function isPbmac1(parameters: Element, contents: Uint8Array, digest: Uint8Array, password: Password, budget: Budget): boolean {
  const fields = fieldsOf(parameters);
  const func = fields.next();
  const name = hmacNamed(oidOf(fieldsOf(fields.next()).next()));
  const key = derivedKey(func, password.octets, HASHES[name].octets, budget);
  return isEqual(createHmac(name, key).update(contents).digest(), digest);
}

const isEqual = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && timingSafeEqual(one, other);

/** Where the bags of a file go, with what opens them. */
interface Opening {
  readonly contents: PfxContents;
  readonly passwords: readonly Password[];
  readonly budget: Budget;
  bagsLeft: number;
}

function readSafe(safe: Uint8Array, passwords: readonly Password[], budget: Budget): PfxContents {
  const opening: Opening = { contents: { keys: [], certificates: [] }, passwords, budget, bagsLeft: MAX_BAGS };
  for (const each of fieldsOf(elementAt(safe)).rest()) {
    const info = fieldsOf(each);
    const kind = oidOf(info.next());
    const content = inner(info.next(constructed(0)));
    if (kind === OID.data) readBags(opening, octetString(content));
    else if (kind === OID.encryptedData) readBags(opening, openEncryptedData(opening, content));
    else throw new KeyError({ code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm: kind } });
  }
  return opening.contents;
}

/** EncryptedData (RFC 5652 §8). */
function openEncryptedData(opening: Opening, element: Element): Uint8Array {
  const fields = fieldsOf(element);
  fields.next(TAG.integer);
  const info = fieldsOf(fields.next());
  info.next(TAG.oid);
  const identifier = info.next(TAG.sequence);
  return open(opening, identifier, octetsOf(info.next()));
}

/** What the first password that fits gives, a SEQUENCE in each case. */
function open({ passwords, budget }: Opening, identifier: Element, octets: Uint8Array): Uint8Array {
  for (const password of passwords) {
    const plain = unprotected(identifier, octets, password, budget);
    if (plain && isSequence(plain)) return plain;
  }
  throw new KeyError({ code: 'WRONG_PASSWORD' });
}

function isSequence(octets: Uint8Array): boolean {
  try {
    return elementAt(octets).tag === TAG.sequence;
  } catch (error) {
    if (error instanceof Asn1Error) return false;
    throw error;
  }
}

function readBags(opening: Opening, safeContents: Uint8Array, boxes = 0): void {
  for (const bag of fieldsOf(elementAt(safeContents)).rest()) {
    opening.bagsLeft -= 1;
    if (opening.bagsLeft < 0) throw new Asn1Error('has too many bags');
    const fields = fieldsOf(bag);
    const kind = oidOf(fields.next());
    const value = inner(fields.next(constructed(0)));
    if (kind === OID.keyBag) opening.contents.keys.push(value.bytes);
    else if (kind === OID.shroudedKeyBag) opening.contents.keys.push(openShrouded(opening, value));
    else if (kind === OID.certBag) opening.contents.certificates.push(...certificateIn(value));
    else if (kind === OID.safeContentsBag && boxes < MAX_BOXES) readBags(opening, value.bytes, boxes + 1);
  }
}

/** EncryptedPrivateKeyInfo (RFC 5958 §3). */
function openShrouded(opening: Opening, element: Element): Uint8Array {
  const fields = fieldsOf(element);
  const identifier = fields.next(TAG.sequence);
  return open(opening, identifier, octetString(fields.next()));
}

function certificateIn(certBag: Element): Uint8Array[] {
  const fields = fieldsOf(certBag);
  return oidOf(fields.next()) === OID.x509Certificate ? [octetString(inner(fields.next(constructed(0))))] : [];
}

/** The PKCS #8 key of an encrypted one (RFC 5958 §3), outside of PKCS #12. @throws KeyError, Asn1Error */
export function openedPkcs8(octets: Uint8Array, password: string): Uint8Array {
  const contents: PfxContents = { keys: [], certificates: [] };
  return openShrouded({ contents, passwords: encodingsOf(password), budget: new Budget(), bagsLeft: 0 }, elementAt(octets));
}
