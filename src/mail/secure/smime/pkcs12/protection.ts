import { createDecipheriv, hash } from 'node:crypto';
import { type HashName, OID } from '#mail/secure/smime/asn1/oids';
import { type Element, fieldsOf, octetString, TAG } from '#mail/secure/smime/asn1/read';
import { oidOf, smallInteger } from '#mail/secure/smime/asn1/values';
import { type Budget, derivedKey, type Password, PURPOSE, pkcs12Derived } from '#mail/secure/smime/pkcs12/derivation';
import { decryptedRc2, rc4 } from '#mail/secure/smime/pkcs12/old-ciphers';
import { KeyError } from '#mail/secure/types';

/** Contents that a password protects: PKCS #12's schemes (RFC 7292 §C), PBES1 and PBES2 (RFC 8018 §6). */

type Decrypt = (key: Uint8Array, iv: Uint8Array, octets: Uint8Array) => Buffer | undefined;

/** A cipher of OpenSSL in CBC mode; undefined where the padding is none. */
const openssl =
  (name: string): Decrypt =>
  (key, iv, octets) => {
    try {
      const decipher = createDecipheriv(name, key, iv);
      return Buffer.concat([decipher.update(octets), decipher.final()]);
    } catch {
      return undefined;
    }
  };
const tripleDes = openssl('des-ede3-cbc');
/** DES is Triple-DES with one key three times, and with two keys the first comes again. */
const twoKeyDes: Decrypt = (key, iv, octets) => tripleDes(Buffer.concat([key, key.subarray(0, 8)]), iv, octets);
const singleDes: Decrypt = (key, iv, octets) => tripleDes(Buffer.concat([key, key, key]), iv, octets);

interface Scheme {
  readonly keyOctets: number;
  readonly ivOctets: number;
  readonly decrypt: Decrypt;
}
const P12 = '1.2.840.113549.1.12.1';
const PKCS12_SCHEMES: Readonly<Record<string, Scheme>> = {
  [`${P12}.1`]: { keyOctets: 16, ivOctets: 0, decrypt: (key, _iv, octets) => rc4(key, octets) },
  [`${P12}.2`]: { keyOctets: 5, ivOctets: 0, decrypt: (key, _iv, octets) => rc4(key, octets) },
  [`${P12}.3`]: { keyOctets: 24, ivOctets: 8, decrypt: tripleDes },
  [`${P12}.4`]: { keyOctets: 16, ivOctets: 8, decrypt: twoKeyDes },
  [`${P12}.5`]: { keyOctets: 16, ivOctets: 8, decrypt: decryptedRc2 },
  [`${P12}.6`]: { keyOctets: 5, ivOctets: 8, decrypt: decryptedRc2 },
};
const P5 = '1.2.840.113549.1.5';
const PBES1_SCHEMES: Readonly<Record<string, { readonly hash: HashName; readonly decrypt: Decrypt }>> = {
  [`${P5}.3`]: { hash: 'md5', decrypt: singleDes },
  [`${P5}.6`]: { hash: 'md5', decrypt: decryptedRc2 },
  [`${P5}.10`]: { hash: 'sha1', decrypt: singleDes },
  [`${P5}.11`]: { hash: 'sha1', decrypt: decryptedRc2 },
};
/** Encryption schemes of PBES2 whose parameter is the initial vector. */
const PBES2_CIPHERS: Readonly<Record<string, { readonly keyOctets: number; readonly decrypt: Decrypt }>> = {
  '2.16.840.1.101.3.4.1.2': { keyOctets: 16, decrypt: openssl('aes-128-cbc') },
  '2.16.840.1.101.3.4.1.22': { keyOctets: 24, decrypt: openssl('aes-192-cbc') },
  '2.16.840.1.101.3.4.1.42': { keyOctets: 32, decrypt: openssl('aes-256-cbc') },
  '1.2.840.113549.3.7': { keyOctets: 24, decrypt: tripleDes },
};

/**
 * What the password protects; undefined where it is not the one, as far as the padding tells.
 * @throws KeyError FILE_PROTECTION_UNKNOWN, FILE_PROTECTION_COSTLY; Asn1Error
 */
export function unprotected(identifier: Element, octets: Uint8Array, password: Password, budget: Budget): Buffer | undefined {
  const fields = fieldsOf(identifier);
  const oid = oidOf(fields.next());
  const parameters = fieldsOf(fields.next(TAG.sequence));
  if (oid === OID.pbes2) return pbes2(parameters.next(), parameters.next(), octets, password, budget);
  const salt = octetString(parameters.next()).subarray(0, 1024);
  const rounds = Math.max(1, smallInteger(parameters.next()));
  const scheme = PKCS12_SCHEMES[oid];
  if (scheme) {
    const derive = (purpose: number, size: number) => pkcs12Derived('sha1', { password, salt, rounds, purpose, size }, budget);
    return scheme.decrypt(derive(PURPOSE.key, scheme.keyOctets), derive(PURPOSE.iv, scheme.ivOctets), octets);
  }
  const old = PBES1_SCHEMES[oid];
  if (!old) throw new KeyError({ code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm: oid } });
  budget.spend(rounds);
  let derived = Buffer.concat([password.octets, salt]);
  for (let round = 0; round < rounds; round += 1) derived = hash(old.hash, derived, 'buffer');
  return old.decrypt(derived.subarray(0, 8), derived.subarray(8, 16), octets);
}

function pbes2(func: Element, scheme: Element, octets: Uint8Array, password: Password, budget: Budget): Buffer | undefined {
  const fields = fieldsOf(scheme);
  const oid = oidOf(fields.next());
  const cipher = PBES2_CIPHERS[oid];
  if (!cipher) throw new KeyError({ code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm: oid } });
  const iv = octetString(fields.next());
  return cipher.decrypt(derivedKey(func, password.octets, cipher.keyOctets, budget), iv, octets);
}
