import { constructed, primitive, TAG } from '#mail/secure/smime/asn1/read';

/** Writes DER (ITU-T X.690 §10). */

/** The octets of a definite length. */
function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/** One value: its tag, and its content in pieces. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  return Buffer.concat([Uint8Array.of(tag), lengthOctets(length), ...content]);
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => tlv(TAG.sequence, ...content);
/** SET OF: in the order of their encodings (X.690 §11.6). */
export const setOf = (...content: readonly Uint8Array[]): Buffer => tlv(TAG.set, ...content.toSorted(Buffer.compare));
export const octets = (content: Uint8Array): Buffer => tlv(TAG.octetString, content);
export const bits = (content: Uint8Array): Buffer => tlv(TAG.bitString, Uint8Array.of(0), content);
export const explicit = (number: number, ...content: readonly Uint8Array[]): Buffer => tlv(constructed(number), ...content);
export const implicit = (number: number, content: Uint8Array): Buffer => tlv(primitive(number), content);
export const NULL: Buffer = tlv(TAG.null);
export const TRUE: Buffer = tlv(TAG.boolean, Uint8Array.of(0xff));

/** A number of at most 31 bits that is not negative. */
export function integer(value: number): Buffer {
  const octetsOfValue = [value >>> 24, value >>> 16, value >>> 8, value].map((each) => each & 0xff);
  while (octetsOfValue.length > 1 && octetsOfValue[0] === 0 && (octetsOfValue[1] ?? 0) < 0x80) octetsOfValue.shift();
  return tlv(TAG.integer, Uint8Array.from(octetsOfValue));
}

/** An object identifier given with dots. */
export function oid(dotted: string): Buffer {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = [root * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return tlv(TAG.oid, Uint8Array.from(arcs));
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5, RFC 5652 §11.3). */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  const isShort = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050;
  return tlv(isShort ? TAG.utcTime : TAG.generalizedTime, Buffer.from(isShort ? digits.slice(2) : digits));
}

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2); without parameters the field is absent. */
export const algorithm = (dotted: string, ...parameters: readonly Uint8Array[]): Buffer => sequence(oid(dotted), ...parameters);
