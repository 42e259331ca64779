import { AppFailure } from '#app/failure';
import type { Attachment } from '#app/model';
import type { ContentId } from '#contract/draft';
import type { FileReference } from '#contract/relay/api';

/** An attachment's title as a file name: one line of 1 to 255 characters, no path. */
export const fileName = (title: string): string =>
  title
    .replace(/[\u0000-\u001f\u007f\u2028\u2029/\\]+/gu, '_')
    .trim()
    .slice(0, 255)
    .replace(/[\ud800-\udbff]$/, '') || 'attachment';

/** Type and subtype without parameters; what is no media type is `application/octet-stream` (RFC 2046 §4.5.1). */
export const mediaTypeOf = (text: string): string => {
  const type = (text.split(';')[0] ?? '').trim().toLowerCase();
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) && type.length <= 127 ? type : 'application/octet-stream';
};

/**
 * The chosen attachments, in the order chosen, as the relay reads them.
 * @throws AppFailure ATTACHMENT_GONE for one that is not on the page any more
 */
export function chosenFiles(attachments: readonly Attachment[], ids: readonly ContentId[]): FileReference[] {
  const byId = new Map(attachments.map((each) => [each.id, each]));
  return [...new Set(ids)].map((id) => {
    const found = byId.get(id);
    if (!found) throw new AppFailure('ATTACHMENT_GONE', { name: id });
    const { contentId, version, sizeBytes, sizeUnknown, title, mediaType } = found;
    const size = sizeUnknown ? { sizeBytes, sizeUnknown } : { sizeBytes };
    return { contentId, attachmentId: id, version, ...size, filename: fileName(title), mediaType: mediaTypeOf(mediaType) };
  });
}
