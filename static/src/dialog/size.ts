import type { ContentId } from '#contract/draft';
import type { Value } from '#contract/screens/resolvers';

export type Attachment = Value<'send/open'>['attachments'][number];

/** Bytes of the chosen files as they lie on the page. */
export const totalBytes = (attachments: readonly Attachment[], chosen: ReadonlySet<ContentId>): number =>
  attachments.reduce((sum, { id, sizeBytes }) => sum + (chosen.has(id) ? sizeBytes : 0), 0);

/** Bytes of a file inside a mail: base64 in lines of 76 characters and a line break (RFC 2045 §6.8). */
export function wireBytes(bytes: number): number {
  const encoded = Math.ceil(bytes / 3) * 4;
  return encoded + Math.ceil(encoded / 76) * 2;
}
