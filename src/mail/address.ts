import { MAX_ADDRESS_OCTETS, MAX_LOCAL_PART_OCTETS } from '#contract/limits';
import type { Mailbox } from '#contract/relay/api';

declare const mailAddress: unique symbol;
/** An addr-spec (RFC 5322 §3.4.1, RFC 6531 §3.3) that may go into an envelope: its domain in lower case, as A-labels (RFC 5890). */
export type MailAddress = string & { readonly [mailAddress]: true };

export interface AddressList {
  readonly mailboxes: Mailbox[];
  /** Entries that are no address, as typed, trimmed. */
  readonly invalid: string[];
}

const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\u{10ffff}-]+";
const DOT_ATOM = new RegExp(`^${ATEXT}(?:\\.${ATEXT})*$`, 'u');
const QUOTED_LOCAL = /^"(?:[^"\\\u0000-\u001f\u007f]|\\[ -~])*"$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A domain as lower-case A-labels, at least two of them; undefined when it is none. Address literals (`[192.0.2.1]`) are none. */
const parseDomain = (text: string): string | undefined => {
  if (!/^[^\s/?#@:[\]\\%]+$/u.test(text) || !URL.canParse(`http://${text}/`)) return undefined;
  const ascii = new URL(`http://${text}/`).hostname;
  const labels = ascii.split('.');
  if (ascii.length > 253 || labels.length < 2 || !labels.every((label) => LABEL.test(label))) return undefined;
  // A URL reads `1.2.3` as an IPv4 address; a mail domain's last label is never a number.
  return /^\d+$/.test(labels.at(-1) ?? '') ? undefined : ascii;
};

const octets = (text: string): number => new TextEncoder().encode(text).length;

/**
 * One address without a name. Surrounding blanks are ignored; undefined when it is no address that mail can be sent to
 * (RFC 5321 §4.1.2, with UTF-8 local parts of RFC 6531): local part at most 64 octets, the whole at most 254.
 */
export function parseAddress(text: string): MailAddress | undefined {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > MAX_ADDRESS_OCTETS) return undefined;
  const local = trimmed.slice(0, at).normalize('NFC');
  const domain = parseDomain(trimmed.slice(at + 1));
  if (domain === undefined || octets(local) > MAX_LOCAL_PART_OCTETS) return undefined;
  if (!DOT_ATOM.test(local) && !QUOTED_LOCAL.test(local)) return undefined;
  if (/[\u0080-\u00a0\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u.test(local)) return undefined;
  const address = `${local}@${domain}`;
  return octets(address) > MAX_ADDRESS_OCTETS ? undefined : (address as MailAddress);
}

/** The part after the last `@`. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** True when only servers with SMTPUTF8 (RFC 6531) can take this address: its local part is not ASCII. */
export const isInternational = (address: string): boolean => /[^\u0000-\u007f]/u.test(address.slice(0, address.lastIndexOf('@')));

/** Splits at commas, semicolons and line breaks that stand outside quotes, comments and angle brackets. */
function splitList(text: string): string[] {
  const entries: string[] = [];
  let start = 0;
  let inQuotes = false;
  let inBrackets = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\n' || char === '\r') {
      // A line ends everything: an unclosed quote must not swallow the rest of a pasted list.
      inQuotes = false;
      inBrackets = false;
    } else if (inQuotes && char === '\\') at += 1;
    else if (char === '"') inQuotes = !inQuotes;
    else if (!inQuotes && char === '<') inBrackets = true;
    else if (!inQuotes && char === '>') inBrackets = false;
    if (char === '\n' || char === '\r' || (!inQuotes && !inBrackets && (char === ',' || char === ';'))) {
      entries.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...entries, text.slice(start)].map((entry) => entry.trim()).filter((entry) => entry !== '');
}

const cleanName = (text: string): string =>
  text
    .trim()
    .replace(/^"([\s\S]*)"$/, '$1')
    .replace(/\\(.)/g, '$1')
    .replace(/[\s\u0000-\u001f\u007f\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 200);

const mailbox = (address: MailAddress, name: string): Mailbox => (name === '' || name === address ? { address } : { address, name });

function parseEntry(entry: string): Mailbox[] | undefined {
  const open = entry.lastIndexOf('<');
  if (open >= 0) {
    const close = entry.indexOf('>', open);
    const address = parseAddress(entry.slice(open + 1, close < 0 ? undefined : close).replace(/^mailto:/i, ''));
    const rest = close < 0 ? '' : entry.slice(close + 1).trim();
    return address && rest === '' ? [mailbox(address, cleanName(entry.slice(0, open)))] : undefined;
  }
  const alone = parseAddress(entry.replace(/^mailto:/i, ''));
  if (alone) return [mailbox(alone, '')];
  const words = entry.split(/\s+/).map((word) => parseAddress(word));
  return words.every((word) => word !== undefined) ? words.map((word) => mailbox(word, '')) : undefined;
}

/**
 * A typed or pasted list: `Name <one@example.org>, two@example.org; three@example.org`, also one for each line or parted by blanks.
 * Duplicates (same address, regardless of the domain's case) are kept once, the first one's name winning.
 */
export function parseAddressList(text: string): AddressList {
  const byAddress = new Map<string, Mailbox>();
  const invalid: string[] = [];
  for (const entry of splitList(text)) {
    const found = parseEntry(entry);
    if (!found) invalid.push(entry);
    for (const each of found ?? []) {
      const known = byAddress.get(each.address);
      if (!known || (known.name === undefined && each.name !== undefined)) byAddress.set(each.address, each);
    }
  }
  return { mailboxes: [...byAddress.values()], invalid };
}
