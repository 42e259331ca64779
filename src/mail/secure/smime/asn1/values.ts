import { Asn1Error, type Element, TAG } from '#mail/secure/smime/asn1/read';

/** What primitive values mean (ITU-T X.690 §8). All throw Asn1Error. */

const expectTag = (element: Element, tag: number): Uint8Array => {
  if (element.tag !== tag) throw new Asn1Error(`has tag ${element.tag} in place of ${tag}`);
  return element.content;
};

/** Octets of an object identifier at most: longer ones are none that anybody knows. */
const MAX_OID_OCTETS = 64;

/** An object identifier with dots. */
export function oidOf(element: Element): string {
  const content = expectTag(element, TAG.oid);
  if (content.length === 0 || content.length > MAX_OID_OCTETS) throw new Asn1Error('is no object identifier');
  const arcs: (number | bigint)[] = [];
  let arc = 0;
  for (let at = 0, start = 0; at < content.length; at += 1) {
    const octet = content[at] ?? 0;
    arc = arc * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    arcs.push(arc <= Number.MAX_SAFE_INTEGER ? arc : largeArc(content.subarray(start, at + 1)));
    arc = 0;
    start = at + 1;
  }
  if ((content.at(-1) ?? 0x80) & 0x80) throw new Asn1Error('is no object identifier');
  const [first = 0, ...rest] = arcs;
  const root = first < 40 ? 0 : first < 80 ? 1 : 2;
  return [root, typeof first === 'bigint' ? first - 80n : first - root * 40, ...rest].join('.');
}

const largeArc = (octets: Uint8Array): bigint => octets.reduce((value, octet) => (value << 7n) | BigInt(octet & 0x7f), 0n);

/** The octets of an INTEGER, two's complement, big-endian. */
export function integerOctets(element: Element): Uint8Array {
  const content = expectTag(element, TAG.integer);
  if (content.length === 0) throw new Asn1Error('is no integer');
  return content;
}

/** The octets of a positive INTEGER without leading zeros. */
export function unsignedOctets(element: Element): Uint8Array {
  const content = integerOctets(element);
  if ((content[0] ?? 0) & 0x80) throw new Asn1Error('is negative');
  const first = content.findIndex((octet) => octet !== 0);
  return first < 0 ? new Uint8Array(1) : content.subarray(first);
}

/** A positive INTEGER of at most 48 bits. */
export function smallInteger(element: Element): number {
  const content = unsignedOctets(element);
  if (content.length > 6) throw new Asn1Error('is too large a number');
  return content.reduce((value, octet) => value * 256 + octet, 0);
}

export function booleanOf(element: Element): boolean {
  const content = expectTag(element, TAG.boolean);
  if (content.length !== 1) throw new Asn1Error('is no boolean');
  return content[0] !== 0;
}

/** The octets of a BIT STRING that holds whole octets. */
export function bitOctets(element: Element): Uint8Array {
  const content = expectTag(element, TAG.bitString);
  if (content[0] !== 0) throw new Asn1Error('is no string of whole octets');
  return content.subarray(1);
}

/** The numbers of the bits that are set, among the first 32. */
export function namedBits(element: Element): ReadonlySet<number> {
  const content = expectTag(element, TAG.bitString).subarray(1);
  const numbers = Array.from({ length: Math.min(32, content.length * 8) }, (_, bit) => bit);
  return new Set(numbers.filter((bit) => ((content[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1));
}

const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d{1,9})?(?:Z|([+-])(\d\d)(\d\d))$/;

/** A UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5), fractions of a second left out. */
export function timeOf(element: Element): Date {
  const text = Buffer.from(element.content.subarray(0, 40)).toString('latin1');
  if (element.tag !== TAG.utcTime && element.tag !== TAG.generalizedTime) throw new Asn1Error('is no time');
  const century = element.tag === TAG.generalizedTime ? '' : Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const match = TIME.exec(century + text);
  if (!match) throw new Asn1Error('is no time');
  const [, year, month, day, hour, minute, second = '0', sign, offHours = '0', offMinutes = '0'] = match;
  const offset = (Number(offHours) * 60 + Number(offMinutes)) * (sign === '-' ? -1 : 1);
  const utc = new Date(Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute) - offset, Number(second)));
  // Date.UTC reads years below 100 as of the 20th century.
  utc.setUTCFullYear(utc.getUTCFullYear() - 2000 + Number(year));
  return utc;
}

const DECODERS: Readonly<Record<number, (octets: Buffer) => string>> = {
  [TAG.utf8String]: (octets) => octets.toString('utf8'),
  18: (octets) => octets.toString('latin1'),
  19: (octets) => octets.toString('latin1'),
  20: (octets) => octets.toString('latin1'),
  [TAG.ia5String]: (octets) => octets.toString('latin1'),
  26: (octets) => octets.toString('latin1'),
  28: (octets) => Array.from({ length: octets.length >> 2 }, (_, at) => codePoint(octets.readUInt32BE(at * 4))).join(''),
  30: (octets) => Array.from({ length: octets.length >> 1 }, (_, at) => String.fromCharCode(octets.readUInt16BE(at * 2))).join(''),
};
const codePoint = (value: number): string => (value > 0x10ffff ? '\ufffd' : String.fromCodePoint(value));

/** Octets of a text at most; longer ones are cut. */
const MAX_TEXT_OCTETS = 1024;

/** A character string of any of the kinds that names use (RFC 5280 §4.1.2.4); undefined when it is none. */
export function textOf(element: Element): string | undefined {
  return DECODERS[element.tag]?.(Buffer.from(element.content.subarray(0, MAX_TEXT_OCTETS)));
}
