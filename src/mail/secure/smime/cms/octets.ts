import { TAG } from '#mail/secure/smime/asn1/read';
import { tlv } from '#mail/secure/smime/asn1/write';
import type { OctetStream } from '#mail/secure/types';

/** Streamed BER: values of indefinite length, so that no size need be known (X.690 §8.1.3.6). */

/** Octets of one piece of a string that is streamed. */
const PIECE_OCTETS = 65_536;

/** What opens a value of indefinite length, and another one in it, and so on. */
export const open = (...tags: readonly number[]): Buffer => Buffer.from(tags.flatMap((tag) => [tag, 0x80]));
/** What closes `count` of them. */
export const close = (count: number): Buffer => Buffer.alloc(2 * count);

/** One piece of a streamed OCTET STRING; nothing for no octets, which would end it. */
export const piece = (octets: Uint8Array): Buffer => (octets.length === 0 ? Buffer.alloc(0) : tlv(TAG.octetString, octets));

/** The same octets in chunks of about PIECE_OCTETS: small ones are put together, larger ones cut. */
export async function* inPieces(source: OctetStream): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    if (chunk.length === 0) continue;
    if (size > 0 && size + chunk.length > PIECE_OCTETS) {
      yield joined(waiting);
      waiting = [];
      size = 0;
    }
    if (chunk.length >= PIECE_OCTETS) yield* cut(chunk);
    else {
      waiting.push(chunk);
      size += chunk.length;
    }
  }
  if (size > 0) yield joined(waiting);
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array => (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));

function* cut(chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.length; at += PIECE_OCTETS) yield chunk.subarray(at, at + PIECE_OCTETS);
}

/** A stream's octets together. @throws RangeError above `limit` octets */
export async function collected(source: OctetStream | Uint8Array, limit: number): Promise<Uint8Array> {
  if (source instanceof Uint8Array) {
    if (source.length > limit) throw new RangeError('too many octets');
    return source;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) throw new RangeError('too many octets');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
