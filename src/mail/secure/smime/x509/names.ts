import { type Element, fieldsOf, TAG } from '#mail/secure/smime/asn1/read';
import { oidOf, textOf } from '#mail/secure/smime/asn1/values';

/** Distinguished names (RFC 5280 §4.1.2.4). */

const SHORT: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Parts of a name, and characters of its text, at most. */
const MAX_PARTS = 64;
const MAX_CHARS = 300;

export interface NamePart {
  readonly oid: string;
  readonly value: string;
}
/** The parts of a name from the root down; a set of several is read as if they followed each other. */
export type Name = readonly NamePart[];

export function nameOf(element: Element): Name {
  const parts: NamePart[] = [];
  for (const set of fieldsOf(element).rest()) {
    for (const pair of fieldsOf(set, TAG.set).rest()) {
      const fields = fieldsOf(pair);
      const oid = oidOf(fields.next());
      const value = fields.next();
      if (parts.length < MAX_PARTS)
        parts.push({ oid, value: textOf(value) ?? `#${Buffer.from(value.bytes.subarray(0, 32)).toString('hex')}` });
    }
  }
  return parts;
}

const shown = (value: string): string => value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** A name as people read it: `CN=Mira, O=Example`, the part that says most first; without control characters. */
export function nameText(name: Name): string {
  const text = name.toReversed().map(({ oid, value }) => `${SHORT[oid] ?? oid}=${shown(value)}`);
  return text.join(', ').slice(0, MAX_CHARS);
}

/** What a name is called in a sentence: its common name, else its organisation, else all of it. */
export function nameInShort(name: Name): string {
  const part = (...oids: readonly string[]) => name.findLast(({ oid }) => oids.includes(oid))?.value;
  return shown(part('2.5.4.3') ?? part('2.5.4.11', '2.5.4.10') ?? '').slice(0, MAX_CHARS) || nameText(name);
}

/** One part as it is compared: without regard to case, kind of string and runs of blanks (RFC 5280 §7.1). */
const comparable = ({ oid, value }: NamePart): string => `${oid}=${value.normalize('NFKC').toLowerCase().trim().replace(/\s+/gu, ' ')}`;

/** Equal for names that are the same. */
export const nameKey = (name: Name): string => JSON.stringify(name.map(comparable));

/** Whether `name` lies below `base` (RFC 5280 §4.2.1.10, directoryName). */
export const isNameWithin = (name: Name, base: Name): boolean =>
  base.length <= name.length && base.every((part, at) => comparable(part) === comparable(name[at] ?? { oid: '', value: '' }));
