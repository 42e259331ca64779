import { PacketError } from '#mail/secure/openpgp/packet/read';
import type { OctetStream } from '#mail/secure/types';

/** ASCII armor (RFC 9580 §6). */

export type ArmorKind = 'MESSAGE' | 'SIGNATURE' | 'PUBLIC KEY BLOCK' | 'PRIVATE KEY BLOCK';
export interface ArmoredBlock {
  readonly kind: string;
  readonly octets: Uint8Array;
}

const BEGIN = /^[ \t>]*-----BEGIN PGP ([A-Z ]+?)(?:, PART \d+(?:\/\d+)?)?-----[ \t]*$/;
/** In front of a text, also where its UTF-8 is read octet by octet. */
const BYTE_ORDER_MARK = /^(?:\ufeff|\u00ef\u00bb\u00bf)/;
const END = /^[ \t>]*-----END PGP [A-Z ,/\d]+-----/;

/** A text with at least one armored block. */
export const isArmored = (text: string): boolean => text.includes('-----BEGIN PGP ');

/**
 * Every armored block of a text, whatever stands around them. A block that does not end is given as far as it goes; one that is no base64 is
 * left out. Checksums are not looked at: RFC 9580 §6.1 lets nobody rely on them.
 */
export function* armoredBlocks(text: string): Generator<ArmoredBlock> {
  let kind: string | undefined;
  let body: string[] = [];
  let isInHeader = false;
  for (const line of text.replace(BYTE_ORDER_MARK, '').split(/\r\n|\r|\n/)) {
    const begin = BEGIN.exec(line)?.[1];
    if (begin !== undefined) {
      if (kind !== undefined) yield* decoded(kind, body);
      kind = begin;
      body = [];
      isInHeader = true;
    } else if (kind !== undefined && END.test(line)) {
      yield* decoded(kind, body);
      kind = undefined;
    } else if (kind !== undefined) {
      // Headers such as `Version: …` end with an empty line, which some programs leave out.
      if (isInHeader && /^[ \t>]*[A-Za-z][A-Za-z-]*: /.test(line)) continue;
      isInHeader = false;
      if (!/^[ \t>]*=[A-Za-z0-9+/]{4}[ \t]*$/.test(line)) body.push(line);
    }
  }
  if (kind !== undefined) yield* decoded(kind, body);
}

function* decoded(kind: string, body: readonly string[]): Generator<ArmoredBlock> {
  const base64 = body.join('').replace(/[ \t>]+/g, '');
  if (base64 !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)) yield { kind, octets: Buffer.from(base64, 'base64') };
}

/** Characters of a line, as GnuPG writes them. */
const LINE = 64;
const LINE_OCTETS = (LINE / 4) * 3;
/** Octets that are written at once: whole lines. */
const CHUNK_OCTETS = LINE_OCTETS * 1024;

/** Octets of an armored block around so many octets at most. */
export const armoredSize = (octets: number): number => Math.ceil(octets / LINE_OCTETS) * (LINE + 2) + 100;

/**
 * Octets as an armored block, CRLF after each line. GnuPG 2.2 takes the last line for more data where there is neither padding nor a checksum;
 * with what came with RFC 9580 there must be none (§6.1).
 */
export async function* armoredStream(kind: ArmorKind, source: OctetStream, hasChecksum = true): AsyncGenerator<Buffer> {
  yield Buffer.from(`-----BEGIN PGP ${kind}-----\r\n\r\n`);
  let waiting: Uint8Array[] = [];
  let size = 0;
  let sum = CRC_START;
  for await (const chunk of source) {
    if (hasChecksum) sum = crc24(sum, chunk);
    waiting.push(chunk);
    size += chunk.length;
    if (size < CHUNK_OCTETS) continue;
    const whole = Buffer.concat(waiting);
    const end = whole.length - (whole.length % LINE_OCTETS);
    yield lines(whole.subarray(0, end));
    waiting = [whole.subarray(end)];
    size = whole.length - end;
  }
  const check = hasChecksum ? `${checksum(sum)}\r\n` : '';
  yield Buffer.concat([lines(Buffer.concat(waiting)), Buffer.from(`${check}-----END PGP ${kind}-----\r\n`)]);
}

/** Octets as an armored block, with line feeds, for a file. */
export function armored(kind: ArmorKind, octets: Uint8Array, hasChecksum = true): string {
  const text = lines(Buffer.from(octets)).toString('latin1').replaceAll('\r\n', '\n');
  const check = hasChecksum ? `${checksum(crc24(CRC_START, octets))}\n` : '';
  return `-----BEGIN PGP ${kind}-----\n\n${text}${check}-----END PGP ${kind}-----\n`;
}

const CRC_START = 0xb704ce;
/** RFC 9580 §6.1.1, an octet at a time. */
const CRC = Uint32Array.from({ length: 256 }, (_, octet) => {
  let value = octet << 16;
  for (let bit = 0; bit < 8; bit += 1) value = (value << 1) ^ (value & 0x800000 ? 0x1864cfb : 0);
  return value & 0xffffff;
});
function crc24(start: number, octets: Uint8Array): number {
  let sum = start;
  for (let at = 0; at < octets.length; at += 1) sum = ((sum << 8) & 0xffffff) ^ (CRC[(sum >>> 16) ^ (octets[at] ?? 0)] ?? 0);
  return sum;
}
const checksum = (sum: number): string => `=${Buffer.of(sum >> 16, (sum >> 8) & 0xff, sum & 0xff).toString('base64')}`;

/** Base64 with CRLF after each 64 characters. */
function lines(octets: Buffer): Buffer {
  const base64 = Buffer.from(octets.toString('base64'), 'latin1');
  const count = Math.ceil(base64.length / LINE);
  const output = Buffer.allocUnsafe(base64.length + count * 2);
  let at = 0;
  for (let from = 0; from < base64.length; from += LINE) {
    at += base64.copy(output, at, from, Math.min(from + LINE, base64.length));
    output[at++] = 13;
    output[at++] = 10;
  }
  return output;
}

/** The octets of the first block of this kind. @throws PacketError where there is none */
export function unarmored(kind: ArmorKind, text: string): Uint8Array {
  for (const block of armoredBlocks(text)) if (block.kind === kind) return block.octets;
  throw new PacketError(`holds no ${kind}`);
}
