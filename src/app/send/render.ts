import type { Attachment, Page, PageReader, PageRef } from '#app/model';
import type { ContentId } from '#contract/draft';
import type { Presentation } from '#contract/settings';
import { findImages, type ImageRef, type PageImage, type RenderedMail, renderPage } from '#mail/render/index';

/** Pictures of other pages that are looked up for one mail. */
const MAX_FOREIGN_IMAGES = 50;

export interface RenderRequest {
  readonly ref: PageRef;
  readonly space: { readonly name: string; readonly url: string };
  readonly restricted: boolean;
  readonly senderName: string;
  readonly note: string;
  readonly language: 'en' | 'de';
  readonly presentation: Presentation;
}
export interface Rendered {
  readonly page: Page;
  readonly attachments: Attachment[];
  readonly mail: RenderedMail;
}

/** True when the body shows something: a text or a picture. */
const showsSomething = (html: string): boolean => /<img\b/i.test(html) || html.replace(/<[^>]*>/g, '').trim() !== '';

/**
 * The page as a mail, read with the rights of the person behind `reader`: the preview by the sender's session, the delivery by
 * impersonation. Both give the same bytes for the same page.
 */
export async function renderMail(reader: PageReader, request: RenderRequest): Promise<Rendered> {
  const [page, attachments] = await Promise.all([readBody(reader, request.ref), reader.attachments(request.ref)]);
  const images = await imageFinder(reader, page, attachments);
  const mail = renderPage({
    html: page.body,
    page: {
      title: page.title,
      url: page.url,
      spaceName: request.space.name,
      spaceUrl: request.space.url,
      restricted: request.restricted,
    },
    sender: { name: request.senderName },
    note: request.note,
    language: request.language,
    presentation: request.presentation,
    findImage: images,
  });
  return { page, attachments, mail };
}

/** `export_view` is made for other places than Confluence; where it is empty, what the screen shows. */
async function readBody(reader: PageReader, ref: PageRef): Promise<Page> {
  const exported = await reader.page(ref, 'export_view');
  if (showsSomething(exported.body)) return exported;
  const viewed = await reader.page(ref, 'view');
  return showsSomething(viewed.body) ? viewed : exported;
}

/** An attachment's id as REST v2 writes it; rendered pages leave out the `att`. */
const attachmentIdOf = (id: string): ContentId => (id.startsWith('att') ? id : `att${id}`) as ContentId;

const isOf = (ref: ImageRef, pageId: string): boolean => ref.contentId === undefined || ref.contentId === pageId;

/** Finds pictures among the page's attachments, then on the pages they are attached to, as the same person. */
async function imageFinder(
  reader: PageReader,
  page: Page,
  attachments: readonly Attachment[],
): Promise<(ref: ImageRef) => PageImage | undefined> {
  const byId = new Map(attachments.map((each) => [each.id, each]));
  const byName = new Map(attachments.map((each) => [`${each.contentId}/${each.title}`, each]));
  const foreign = findImages(page.body).filter((ref) => ref.attachmentId && /^(att)?\d{1,20}$/.test(ref.attachmentId));
  const unknown = [...new Set(foreign.map((ref) => attachmentIdOf(ref.attachmentId ?? '')))].filter((id) => !byId.has(id));
  const found = await Promise.all(unknown.slice(0, MAX_FOREIGN_IMAGES).map((id) => reader.attachment(id)));
  for (const each of found) {
    if (!each) continue;
    byId.set(each.id, each);
    byName.set(`${each.contentId}/${each.title}`, each);
  }
  const find = (ref: ImageRef): Attachment | undefined => {
    const named = ref.filename === undefined ? undefined : byName.get(`${isOf(ref, page.id) ? page.id : ref.contentId}/${ref.filename}`);
    return (ref.attachmentId ? byId.get(attachmentIdOf(ref.attachmentId)) : undefined) ?? named;
  };
  return (ref) => {
    const attachment = find(ref);
    return attachment && toImage(attachment);
  };
}

const toImage = (attachment: Attachment): PageImage => ({
  attachmentId: attachment.id,
  contentId: attachment.contentId,
  version: attachment.version,
  filename: attachment.title,
  mediaType: attachment.mediaType,
  sizeBytes: attachment.sizeBytes,
});
