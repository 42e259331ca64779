import { fileName, mediaTypeOf } from '#app/delivery/files';
import type { MailLogo } from '#app/delivery/logo';
import { AppFailure } from '#app/failure';
import type { Attachment, Page, PageReader, PageRef } from '#app/model';
import { type ContentId, contentIdSchema } from '#contract/draft';
import type { Presentation } from '#contract/settings/parts';
import { findImages, type ImageRef, layoutsOf, mayHideColumns, type PageImage, type RenderedMail, renderPage } from '#mail/render/index';

/** Pictures of other pages that are looked up for one mail. */
const MAX_FOREIGN_IMAGES = 50;
/** Other pages whose attachments are listed because a picture names only page and file. */
const MAX_FOREIGN_PAGES = 10;

export interface RenderRequest {
  /** As `readBody` gives it. */
  readonly page: Page;
  readonly space: { readonly name: string; readonly url: string };
  readonly restricted: boolean;
  readonly senderName: string;
  readonly note: string;
  readonly language: 'en' | 'de';
  readonly presentation: Presentation & { readonly headerText?: string };
  readonly logo?: MailLogo | undefined;
  /** Each recipient gets a mail of their own. */
  readonly individual?: boolean;
}
export interface Rendered {
  readonly attachments: Attachment[];
  readonly mail: RenderedMail;
}

/** True when the body shows something: a text or a picture. */
const showsSomething = (html: string): boolean => /<img\b/i.test(html) || html.replace(/<[^>]*>/g, '').trim() !== '';

/**
 * The page as a mail, its pictures read with the rights of the person behind `reader`: the preview by the sender's session, the delivery by
 * impersonation. Both give the same bytes for the same page.
 */
export async function renderMail(reader: PageReader, request: RenderRequest): Promise<Rendered> {
  const { page } = request;
  const attachments = await reader.attachments(page);
  const images = await imageFinder(reader, page, attachments);
  const mail = renderPage({
    html: page.body,
    ...(page.layouts ? { layouts: page.layouts } : {}),
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
    ...(request.logo ? { logo: request.logo.shown } : {}),
    individual: request.individual ?? false,
    findImage: images,
  });
  return { attachments, mail };
}

/** The page with its body: `export_view`, which is made for other places than Confluence; where it is empty, what the screen shows. */
export async function readBody(reader: PageReader, ref: PageRef): Promise<Page> {
  const exported = await reader.page(ref, 'export_view');
  if (showsSomething(exported.body)) return withLayouts(reader, exported);
  const viewed = await reader.page(ref, 'view');
  return showsSomething(viewed.body) ? withLayouts(reader, viewed) : exported;
}

/** The page with what its document says of its columns, read only where the body may have put some together. Without it they stay together. */
async function withLayouts(reader: PageReader, page: Page): Promise<Page> {
  if (!mayHideColumns(page.body)) return page;
  try {
    const { body, version } = await reader.page(page, 'atlas_doc_format');
    return version === page.version ? { ...page, layouts: layoutsOf(body) } : page;
  } catch (error) {
    if (error instanceof AppFailure) return page;
    throw error;
  }
}

/** Finds pictures among the page's attachments, then on the pages they are attached to, as the same person. */
async function imageFinder(
  reader: PageReader,
  page: Page,
  attachments: readonly Attachment[],
): Promise<(ref: ImageRef) => PageImage | undefined> {
  const known = createIndex(attachments);
  const isForeign = (ref: ImageRef) => known.find(ref, page.id) === undefined;
  const refs = findImages(page.body).filter(isForeign);
  const ids = [...new Set(refs.flatMap((ref) => attachmentIdOf(ref.attachmentId) ?? []))];
  known.add(await Promise.all(ids.slice(0, MAX_FOREIGN_IMAGES).map((id) => reader.attachment(id))));
  const pages = [...new Set(refs.filter(isForeign).flatMap((ref) => contentIdOf(ref.contentId, page.id) ?? []))];
  known.add((await Promise.all(pages.slice(0, MAX_FOREIGN_PAGES).map((id) => attachmentsOfOther(reader, id)))).flat());
  return (ref) => {
    const attachment = known.find(ref, page.id);
    return attachment && toImage(attachment);
  };
}

/** A file's name in one Unicode form: a page may hold it composed and the attachment decomposed, as macOS writes names, or the other way round. */
const nameKey = (contentId: string, filename: string): string => `${contentId}/${filename.normalize('NFC')}`;

/** Attachments by id and by page and name. */
function createIndex(first: readonly Attachment[]) {
  const byId = new Map<string, Attachment>();
  const byName = new Map<string, Attachment>();
  const add = (attachments: readonly (Attachment | undefined)[]) => {
    for (const each of attachments) {
      if (!each) continue;
      byId.set(each.id, each);
      byName.set(nameKey(each.contentId, each.title), each);
    }
  };
  const find = (ref: ImageRef, pageId: string): Attachment | undefined => {
    const id = attachmentIdOf(ref.attachmentId);
    const named = ref.filename === undefined ? undefined : byName.get(nameKey(ref.contentId ?? pageId, ref.filename));
    return (id && byId.get(id)) ?? named;
  };
  add(first);
  return { add, find };
}

/** An attachment's id as REST v2 writes it; rendered pages leave out the `att`. */
function attachmentIdOf(id: string | undefined): ContentId | undefined {
  const parsed = contentIdSchema.safeParse(id?.startsWith('att') ? id : `att${id ?? ''}`);
  return parsed.success ? parsed.data : undefined;
}

/** The id of another page. */
function contentIdOf(id: string | undefined, own: ContentId): ContentId | undefined {
  const parsed = contentIdSchema.safeParse(id);
  return parsed.success && parsed.data !== own ? parsed.data : undefined;
}

/** Attachments of another page or blog post; none where the person may not view it. */
async function attachmentsOfOther(reader: PageReader, id: ContentId): Promise<Attachment[]> {
  for (const type of ['page', 'blogpost'] as const) {
    try {
      return await reader.attachments({ id, type });
    } catch (error) {
      if (!(error instanceof AppFailure) || !['PAGE_NOT_FOUND', 'CONFLUENCE_REFUSED'].includes(error.code)) throw error;
    }
  }
  return [];
}

const toImage = (attachment: Attachment): PageImage => ({
  attachmentId: attachment.id,
  contentId: attachment.contentId,
  version: attachment.version,
  filename: fileName(attachment.title),
  mediaType: mediaTypeOf(attachment.mediaType),
  sizeBytes: attachment.sizeBytes,
});
