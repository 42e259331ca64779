/** Encodings of RFC 2045 and the header forms of RFC 2047 and RFC 2231, on bytes. */

import { domainToASCII } from 'node:url';
import { encodeWord, encodeWords, foldLines } from 'nodemailer/lib/mime-funcs';
import type { Mailbox } from '#contract/relay/api';

const MAX_LINE = 76;
const HEX = Buffer.from('0123456789ABCDEF');
const [CR, LF, SPACE, TAB, EQUALS, DOT, HYPHEN, LETTER_F] = [13, 10, 32, 9, 61, 46, 45, 70];
const FROM = Buffer.from('From ');

/** 1 for the octets that stand for themselves wherever they are on a line. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, octet) => Number(octet > 32 && octet < 127 && ![EQUALS, DOT, HYPHEN].includes(octet)));

/**
 * Quoted-printable (RFC 2045 §6.7) of UTF-8 text; every line break becomes CRLF.
 * A dot at the start of a line is encoded too, so no server that mistreats dots can change the text, and so are two hyphens, so that
 * no text can pass for a boundary, and the F of `From `, which mailboxes in one file put a `>` before, under whatever signature.
 */
export function quotedPrintable(text: string): Buffer {
  const input = Buffer.from(text.replace(/\r\n|\r/g, '\n'), 'utf8');
  // Worst case: three octets for each, and a soft break of three for each 72.
  const output = Buffer.allocUnsafe(input.length * 3 + Math.ceil(input.length / 24) * 3 + 3);
  let at = 0;
  let column = 0;
  for (let index = 0; index < input.length; index += 1) {
    const octet = input[index] ?? 0;
    if (octet === LF) {
      output[at++] = CR;
      output[at++] = LF;
      column = 0;
      continue;
    }
    const next = input[index + 1];
    const plain =
      (PLAIN[octet] === 1 && !(column === 0 && octet === LETTER_F && FROM.equals(input.subarray(index, index + FROM.length)))) ||
      ((octet === SPACE || octet === TAB) && next !== undefined && next !== LF) ||
      (octet === DOT && column > 0) ||
      (octet === HYPHEN && (column > 0 || next !== HYPHEN));
    // A sequence of UTF-8 octets may be cut: decoders join the lines before they decode the characters.
    if (column + (plain ? 1 : 3) > MAX_LINE - 1) {
      output[at++] = EQUALS;
      output[at++] = CR;
      output[at++] = LF;
      column = 0;
      // What is plain in a line may not be so at the start of one.
      index -= 1;
      continue;
    }
    if (plain) {
      output[at++] = octet;
      column += 1;
    } else {
      output[at++] = EQUALS;
      output[at++] = HEX[octet >> 4] ?? 0;
      output[at++] = HEX[octet & 15] ?? 0;
      column += 3;
    }
  }
  return output.subarray(0, at);
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** One header line, folded at 76 octets (RFC 5322 §2.2.3), with CRLF. The value holds no line breaks: the schema refuses them. */
export const headerLine = (name: string, value: string): string => `${foldLines(`${name}: ${value}`, MAX_LINE)}\r\n`;

/** Unstructured text as encoded words where it needs them (RFC 2047), also where it only looks like one. */
export const unstructured = (text: string): string => (text.includes('=?') ? encodeWord(text, 'Q', 52) : encodeWords(text, 'Q', 52, true));

/** A domain in its ASCII form (RFC 5891); a local part stays as it is, in UTF-8 if it must (RFC 6531). */
export function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return isAscii(domain) ? address : `${address.slice(0, at)}@${domainToASCII(domain)}`;
}

function displayName(name: string): string {
  if (name.includes('=?')) return encodeWord(name, 'B', 52);
  if (!isAscii(name)) return encodeWords(name, 'B', 52, true);
  return /^[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*$/.test(name) && !/^\s|\s$|=\?/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** `Name <address>` lists for From, To, Cc and Reply-To (RFC 5322 §3.4). */
export const mailboxes = (list: readonly Mailbox[]): string =>
  list.map(({ name, address }) => (name ? `${displayName(name)} <${asciiDomain(address)}>` : asciiDomain(address))).join(', ');

/**
 * A parameter such as `filename`, each piece with its leading `;`. Plain ASCII is quoted; anything else, and what quoting would
 * have to escape, is in the extended form of RFC 2231 with UTF-8, in pieces short enough for a line.
 */
export function parameter(name: string, value: string): string {
  if (isAscii(value) && !/["\\]/.test(value) && value.length <= 60) return `;\r\n ${name}="${value}"`;
  const pieces: string[] = [];
  let piece = "UTF-8''";
  for (const character of value) {
    const encoded = encodeURIComponent(character.isWellFormed() ? character : '�').replace(
      /['()*!]/g,
      (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    if (piece.length + encoded.length > 60) {
      pieces.push(piece);
      piece = '';
    }
    piece += encoded;
  }
  pieces.push(piece);
  if (pieces.length === 1) return `;\r\n ${name}*=${pieces[0]}`;
  return pieces.map((part, index) => `;\r\n ${name}*${index}*=${part}`).join('');
}
