import type { Preview } from './usePreview';

/** A picture that comes with the preview itself, such as a logo. */
export type DataImage = NonNullable<Preview['dataImages']>[number];

export type PreviewImage = Preview['images'][number];
export type LoadAttachment = (contentId: string, attachmentId: string, version: number) => Promise<Blob | undefined>;

/** Raster pictures only, and nothing that could end an attribute. */
const DATA_IMAGE = /^data:image\/(png|jpeg|gif);base64,[A-Za-z0-9+/=]+$/;

/** One transparent pixel; the fragment names the image that takes its place. */
const PLACEHOLDER = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7#';

const dataUrl = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error('The image could not be read.'));
    reader.readAsDataURL(blob);
  });

/** Images by content id, loaded once for the life of the dialog; undefined in the result is one that cannot be had. */
export function createImageCache(load: LoadAttachment) {
  const pending = new Map<string, Promise<string | undefined>>();
  const ready = new Map<string, string>();
  const fetchOne = async ({ cid, contentId, attachmentId, version, mediaType }: PreviewImage): Promise<string | undefined> => {
    const blob = await load(contentId, attachmentId, version);
    if (!blob) return undefined;
    const url = await dataUrl(new Blob([blob], { type: mediaType }));
    ready.set(cid, url);
    return url;
  };
  const get = (image: PreviewImage): Promise<string | undefined> => {
    const known = pending.get(image.cid) ?? fetchOne(image).catch(() => undefined);
    pending.set(image.cid, known);
    return known;
  };
  /** The mail's HTML with each `cid:` replaced by the image, or by a placeholder until it is there. */
  const inHtml = (html: string, images: readonly PreviewImage[], data: readonly DataImage[] = []): string => {
    const sources = [
      ...data.flatMap(({ cid, dataUrl: url }) => (DATA_IMAGE.test(url) ? [[cid, url] as const] : [])),
      ...images.map(({ cid }) => [cid, ready.get(cid) ?? PLACEHOLDER + encodeURIComponent(cid)] as const),
    ];
    return sources.reduce((so, [cid, source]) => so.replaceAll(`cid:${cid}"`, () => `${source}"`), html);
  };
  /** Puts the images that were not there yet into a document made by `inHtml`. */
  const fillIn = async (document: Document, images: readonly PreviewImage[]): Promise<void> => {
    const missing = images.filter(
      ({ cid }) => !ready.has(cid) || document.querySelector(`img[src$="#${CSS.escape(encodeURIComponent(cid))}"]`),
    );
    await inTurns(missing, 4, async (image) => {
      const url = await get(image);
      if (url === undefined) return;
      for (const element of document.querySelectorAll<HTMLImageElement>('img[src^="data:image/gif"]')) {
        if (element.getAttribute('src') === PLACEHOLDER + encodeURIComponent(image.cid)) element.src = url;
      }
    });
  };
  return { inHtml, fillIn };
}
export type ImageCache = ReturnType<typeof createImageCache>;

/** Runs `work` over all items, at most `width` at a time. */
async function inTurns<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
