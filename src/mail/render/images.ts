import { MAX_DATA_IMAGE_BYTES, MAX_DATA_IMAGES, MAX_DATA_IMAGES_BYTES } from '#contract/limits';
import type { InlineData, InlineImage } from '#contract/relay/api';
import type { Element } from '#mail/render/tree';
import type { ImageRef, PageImage } from '#mail/render/types';
import { lastSegment } from '#mail/render/url';

/** Where Confluence keeps attachments: `/download/attachments/<page>/<file>`, thumbnails alike, and `/child/attachment/<id>/download`. */
const DOWNLOAD = /\/download\/(?:attachments|thumbnails)\/(\d{1,20})\/([^/?#]+)/;
const REST = /\/content\/(\d{1,20})\/child\/attachment\/(att\d{1,20}|\d{1,20})\/download/;
/** In an export: `attachments/<page>/<attachment>.png`. */
const EXPORTED = /(?:^|\/)(?:attachments|thumbnails)\/(\d{1,20})\/(\d{1,20})\.[a-z0-9]{1,5}(?:[?#]|$)/i;

function fromAddress(src: string): Omit<ImageRef, 'src'> {
  const download = DOWNLOAD.exec(src);
  if (download) return { contentId: download[1] ?? '', filename: lastSegment(download[2] ?? '') };
  const rest = REST.exec(src) ?? EXPORTED.exec(src);
  return rest ? { contentId: rest[1] ?? '', attachmentId: rest[2] ?? '' } : {};
}

/** What an `<img>` of Confluence's rendered HTML points to. */
export function imageRef(img: Element): ImageRef {
  const get = (name: string): string | undefined => img.attributes.get(name) || undefined;
  const src = get('src') ?? get('data-image-src') ?? '';
  const known = fromAddress(get('data-image-src') ?? src);
  const isAttachment = get('data-linked-resource-type') !== 'page';
  const attachmentId = (isAttachment ? get('data-linked-resource-id') : undefined) ?? known.attachmentId;
  const contentId = get('data-linked-resource-container-id') ?? known.contentId;
  const filename = get('data-linked-resource-default-alias') ?? known.filename;
  return { src, ...(attachmentId ? { attachmentId } : {}), ...(contentId ? { contentId } : {}), ...(filename ? { filename } : {}) };
}

/** A picture within the page: type and octets, base64 (RFC 2397). What mail shows and nothing else. */
const DATA = /^data:(image\/(?:png|jpe?g|gif))(?:;[\w-]+=[\w.-]+)*;base64,([\s\S]*)$/i;

const bytesOf = (base64: string): number => Math.floor((base64.replace(/=+$/, '').length * 3) / 4);

/** The pictures that a page holds within itself, each once, within what one mail may carry of them. */
export class DataImages {
  readonly #bySource = new Map<string, InlineData>();
  #bytes = 0;

  /** The Content-ID for a `data:` address; undefined for one that cannot be embedded. */
  use(src: string): string | undefined {
    const known = this.#bySource.get(src);
    if (known) return known.cid;
    const [, type, text] = DATA.exec(src) ?? [];
    const base64 = text?.replace(/\s+/g, '') ?? '';
    if (!type || base64 === '' || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
    const bytes = bytesOf(base64);
    if (bytes > MAX_DATA_IMAGE_BYTES || this.#bytes + bytes > MAX_DATA_IMAGES_BYTES || this.#bySource.size >= MAX_DATA_IMAGES)
      return undefined;
    const subtype = type.slice('image/'.length).toLowerCase().replace('jpg', 'jpeg');
    const name = `picture-${this.#bySource.size + 1}`;
    const mediaType = `image/${subtype}` as InlineData['mediaType'];
    this.#bySource.set(src, { cid: `${name}@pagemail`, filename: `${name}.${subtype === 'jpeg' ? 'jpg' : subtype}`, mediaType, base64 });
    this.#bytes += bytes;
    return `${name}@pagemail`;
  }

  list(): InlineData[] {
    return [...this.#bySource.values()];
  }
}

/** Pixels of a picture that high-resolution screens can use, for each pixel shown. */
const SCREEN_DENSITY = 2;

interface Use {
  readonly image: PageImage;
  widthPx: number;
  heightPx: number;
}

/** Collects the pictures shown: each once, as large as its largest use needs. */
export class Images {
  #uses = new Map<string, Use>();
  readonly #maxSidePx: number;

  constructor(maxSidePx: number) {
    this.#maxSidePx = maxSidePx;
  }

  /** Notes one use at a size in px (undefined: as large as `roomPx`); gives the Content-ID. */
  use(image: PageImage, shown: { readonly width: number | undefined; readonly height: number | undefined }, roomPx: number): string {
    const cid = `${image.attachmentId}.v${image.version}@pagemail`;
    const use = this.#uses.get(cid) ?? { image, widthPx: 0, heightPx: 0 };
    this.#uses.set(cid, use);
    use.widthPx = Math.max(use.widthPx, shown.width === undefined ? roomPx : shown.width * SCREEN_DENSITY);
    use.heightPx = Math.max(use.heightPx, shown.height === undefined ? this.#maxSidePx : shown.height * SCREEN_DENSITY);
    return cid;
  }

  list(): InlineImage[] {
    return [...this.#uses].map(([cid, { image, widthPx, heightPx }]) => ({
      attachmentId: image.attachmentId,
      contentId: image.contentId,
      version: image.version,
      filename: image.filename,
      mediaType: image.mediaType,
      sizeBytes: image.sizeBytes,
      cid,
      maxWidthPx: this.#bound(widthPx),
      maxHeightPx: this.#bound(heightPx),
    }));
  }

  #bound(px: number): number {
    return Math.max(1, Math.min(this.#maxSidePx, Math.ceil(px)));
  }
}
