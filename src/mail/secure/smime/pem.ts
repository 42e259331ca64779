/** PEM blocks (RFC 7468), found in linear time; text around and between them is passed over. */
export interface PemBlock {
  readonly label: string;
  /** The block as it stands, for those with header lines of their own (RFC 1421). */
  readonly text: string;
  readonly hasHeaders: boolean;
  readonly octets: Uint8Array;
}

const BEGIN = '-----BEGIN ';
const DASHES = '-----';
/** Blocks of one file at most. */
const MAX_BLOCKS = 2000;

export const isPem = (text: string): boolean => text.includes(BEGIN);

export function* pemBlocks(text: string): Generator<PemBlock> {
  let at = text.indexOf(BEGIN);
  for (let count = 0; at >= 0 && count < MAX_BLOCKS; count += 1) {
    const labelEnd = text.indexOf(DASHES, at + BEGIN.length);
    if (labelEnd < 0) return;
    const label = text.slice(at + BEGIN.length, labelEnd);
    const end = text.indexOf(DASHES, labelEnd + DASHES.length);
    // A block without an end reaches to the next one's beginning.
    const body = text.slice(labelEnd + DASHES.length, end < 0 ? undefined : end);
    const endLine = `${DASHES}END ${label}${DASHES}`;
    const isClosed = end >= 0 && text.startsWith(endLine, end);
    yield block(label, body);
    at = text.indexOf(BEGIN, isClosed ? end + endLine.length : end < 0 ? text.length : end);
  }
}

function block(label: string, body: string): PemBlock {
  const hasHeaders = body.includes(':');
  const text = `${BEGIN}${label}${DASHES}${body}${DASHES}END ${label}${DASHES}\n`;
  return { label, text, hasHeaders, octets: hasHeaders ? new Uint8Array() : Buffer.from(body, 'base64') };
}

/** A block of octets, in lines of 64 characters. */
export function pem(label: string, octets: Uint8Array): string {
  const lines =
    Buffer.from(octets)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `${BEGIN}${label}${DASHES}\n${lines.join('\n')}\n${DASHES}END ${label}${DASHES}\n`;
}

/** The text of a file that is text: UTF-8, or UTF-16 with its mark (as Windows writes it); undefined for octets. */
export function textOfFile(file: Uint8Array): string | undefined {
  const octets = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (octets[0] === 0xff && octets[1] === 0xfe) return octets.subarray(2, octets.length & ~1).toString('utf16le');
  // A SEQUENCE with a length of several octets: `0`, and then no letter of any text.
  const isDer = octets[0] === 0x30 && (octets[1] ?? 0) >= 0x80;
  return isDer || octets.subarray(0, 1024).includes(0) ? undefined : octets.toString('latin1').replace(/^ï»¿/, '');
}

/** The octets of base64 without any frame; undefined when the text is something else. */
export function bareBase64(text: string): Uint8Array | undefined {
  const joined = text.replace(/\s/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(joined) ? Buffer.from(joined, 'base64') : undefined;
}
