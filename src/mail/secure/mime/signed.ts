import type { ComposedContent } from '#mail/compose/compose';
import { entityOctets, entitySize } from '#mail/secure/mime/entity';

/** multipart/signed (RFC 1847 §2.1): the content as it is, and its signature after it, made while it passes by. */

export interface SignaturePart {
  /** Media type of the signature, which is also the protocol. */
  readonly protocol: 'application/pkcs7-signature' | 'application/pgp-signature';
  readonly micalg: string;
  readonly boundary: string;
  update(chunk: Uint8Array): void;
  /** The part with the signature after the content: its header fields, an empty line, its body. */
  part(): string;
  /** Octets of that part at most. */
  readonly partBytes: number;
}

export function multipartSigned(content: ComposedContent, signature: SignaturePart): ComposedContent {
  const { protocol, micalg, boundary } = signature;
  return {
    headers: `Content-Type: multipart/signed; micalg="${micalg}";\r\n protocol="${protocol}";\r\n boundary="${boundary}"\r\n`,
    octets: signedOctets(content, signature),
    sizeBytes: entitySize(content) + signature.partBytes + 3 * (boundary.length + 8),
  };
}

async function* signedOctets(content: ComposedContent, { boundary, update, part }: SignaturePart): AsyncGenerator<Buffer> {
  yield Buffer.from(`--${boundary}\r\n`);
  for await (const chunk of entityOctets(content)) {
    update(chunk);
    yield chunk;
  }
  // The line break before a delimiter belongs to it, and is not signed (RFC 2046 §5.1.1).
  yield Buffer.from(`\r\n--${boundary}\r\n${part()}\r\n--${boundary}--\r\n`);
}
