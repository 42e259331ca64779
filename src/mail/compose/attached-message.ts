/**
 * Attached mails and multiparts. Neither may be base64 (RFC 2045 §6.4, RFC 2046 §5.2.1): programs that hold to that show such a part empty. A mail
 * that is fit for the way as it is stays one; everything else is a file like any other, under its own name.
 */

/** Types that may carry an encoding of their own parts only. RFC 6532 §3.5 lifts that for `message/global`. */
const UNENCODED = /^(?:message|multipart)\//i;
export const mayBeBase64 = (mediaType: string): boolean => !UNENCODED.test(mediaType) || mediaType.toLowerCase() === 'message/global';

/** What a part is called that cannot go as what it is. */
export const AS_FILE = 'application/octet-stream';

export const isAttachedMessage = (mediaType: string): boolean => mediaType.toLowerCase() === 'message/rfc822';

/** Octets of a line without its end (RFC 5322 §2.1.1). */
const MAX_LINE_OCTETS = 998;
const [CR, LF] = [13, 10];

/**
 * The octets of an attached mail as 7bit (RFC 2045 §2.7), its line ends CRLF; undefined where they hold octets that need an encoding, lines
 * that are too long, or no header. Nothing else of them is changed.
 */
export function asSevenBit(octets: Buffer): Buffer | undefined {
  if (!/^[\x21-\x39\x3b-\x7e]+[ \t]*:/.test(octets.subarray(0, 200).toString('latin1'))) return undefined;
  let bareEnds = 0;
  let line = 0;
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at] ?? 0;
    if (octet === 0 || octet > 127) return undefined;
    if (octet === CR && octets[at + 1] !== LF) return undefined;
    if (octet === LF) {
      if (octets[at - 1] !== CR) bareEnds += 1;
      line = 0;
    } else if (octet !== CR) {
      line += 1;
      if (line > MAX_LINE_OCTETS) return undefined;
    }
  }
  const endsInLine = octets.at(-1) !== LF;
  if (bareEnds === 0 && !endsInLine) return octets;
  const text = octets.toString('latin1').replace(/\r?\n/g, '\r\n');
  return Buffer.from(endsInLine ? `${text}\r\n` : text, 'latin1');
}
