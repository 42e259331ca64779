import type { ComposedContent } from '#mail/compose/compose';
import type { OctetStream } from '#mail/secure/types';

/** A MIME entity as it is signed or encrypted: header fields, an empty line, content; CRLF and 7-bit throughout (RFC 8551 §3.1, RFC 3156 §3). */

const head = ({ headers }: ComposedContent): Buffer => Buffer.from(`${headers}\r\n`);

export async function* entityOctets(content: ComposedContent): AsyncGenerator<Buffer> {
  yield head(content);
  yield* content.octets;
}

export const entitySize = (content: ComposedContent): number => head(content).length + content.sizeBytes;

/** Chunks as Buffers, which writers of MIME take. */
export async function* asBuffers(source: OctetStream): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}
