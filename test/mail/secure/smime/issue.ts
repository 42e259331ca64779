import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { algorithm, bits, explicit, integer, octets, oid, sequence, setOf, TRUE, time, tlv } from '#mail/secure/smime/asn1/write';
import { Certificate } from '#mail/secure/smime/smime';

/** Certificates as no program would issue them, and as all do: whatever a test says stands in them. */

export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}
export const newPair = (): Pair => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

export const name = (commonName: string, ...more: readonly Buffer[]): Buffer =>
  sequence(setOf(sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from(commonName)))), ...more);
export const emailInSubject = (address: string): Buffer => setOf(sequence(oid('1.2.840.113549.1.9.1'), tlv(0x16, Buffer.from(address))));

export const extension = (dotted: string, value: Uint8Array, critical = false): Buffer =>
  sequence(oid(dotted), ...(critical ? [TRUE] : []), octets(value));
export const mailbox = (address: string): Buffer => tlv(0x81, Buffer.from(address));
export const utf8Mailbox = (address: string): Buffer => tlv(0xa0, oid('1.3.6.1.5.5.7.8.9'), explicit(0, tlv(0x0c, Buffer.from(address))));
export const alternativeNames = (...names: readonly Buffer[]): Buffer => extension('2.5.29.17', sequence(...names));
export const isAuthority = (pathLength?: number): Buffer =>
  extension('2.5.29.19', sequence(TRUE, ...(pathLength === undefined ? [] : [integer(pathLength)])), true);
/** The first `unused` bits of the one octet are none. */
export const keyUsage = (octet: number): Buffer => extension('2.5.29.15', tlv(0x03, Uint8Array.of(0, octet)), true);
export const purposes = (...dotted: readonly string[]): Buffer => extension('2.5.29.37', sequence(...dotted.map(oid)));
export const EMAIL = '1.3.6.1.5.5.7.3.4';

export interface Issued {
  readonly subject?: Buffer;
  readonly issuer?: Buffer;
  readonly key?: Pair;
  readonly signedWith?: KeyObject;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly serial?: number;
  readonly extensions?: readonly Buffer[];
  readonly hash?: 'sha256' | 'sha1';
  readonly spki?: Uint8Array;
}
const ECDSA = { sha256: '1.2.840.10045.4.3.2', sha1: '1.2.840.10045.4.1' };

/** DER of a certificate, valid from 2026 to 2027 unless said otherwise, signed by itself where no other key is named. */
export function issuedDer(options: Issued = {}): Buffer {
  const key = options.key ?? newPair();
  const hash = options.hash ?? 'sha256';
  const used = algorithm(ECDSA[hash]);
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(options.serial ?? 1),
    used,
    options.issuer ?? options.subject ?? name('Mira'),
    sequence(time(options.notBefore ?? new Date('2026-01-01T00:00:00Z')), time(options.notAfter ?? new Date('2027-01-01T00:00:00Z'))),
    options.subject ?? name('Mira'),
    options.spki ?? key.publicKey.export({ format: 'der', type: 'spki' }),
    ...(options.extensions?.length === 0
      ? []
      : [explicit(3, sequence(...(options.extensions ?? [alternativeNames(mailbox('mira@example.org'))])))]),
  );
  return sequence(tbs, used, bits(sign(hash, tbs, options.signedWith ?? key.privateKey)));
}
export const issued = (options: Issued = {}): Certificate => new Certificate(issuedDer(options));
