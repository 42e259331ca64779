import { link } from '#mail/render/boxes';
import { toHex } from '#mail/render/color';
import { parsePercent, parsePx } from '#mail/render/css';
import { emojiOf } from '#mail/render/emoji';
import { imageRef } from '#mail/render/images';
import { attributes, type Rendering, type Rule, SKIP, type Step } from '#mail/render/rendering';
import type { Element } from '#mail/render/tree';
import type { PageImage } from '#mail/render/types';
import { absoluteUrl, fileNameIn, hostOf } from '#mail/render/url';

/** Pictures that only decorate: arrows, icons of file types and issues, spacers, what counts who reads. */
const DECORATION = new Set([
  'expand-control-image',
  'icon',
  'userLogo',
  'avatar',
  'favicon',
  'plugin_attachments_dropzone_uploadwaiticon',
  'smart-link-icon',
  'loading-icon',
]);

export const isDecoration = (img: Element): boolean =>
  img.classes.some((name) => DECORATION.has(name)) ||
  img.attributes.get('role') === 'presentation' ||
  [img.attributes.get('width'), img.attributes.get('height')].some((size) => size !== undefined && Number(size) <= 2);

/** Pictures that the relay can read; BMP, HEIC, icons, Photoshop files and the like are named and linked instead. */
const READABLE: ReadonlySet<string> = new Set([
  'png',
  'jpeg',
  'jpg',
  'pjpeg',
  'gif',
  'webp',
  'avif',
  'svg+xml',
  'svg',
  'tiff',
  'tif',
  'apng',
]);

/** By its type, or by its name where the type says nothing. */
function canBeShown({ mediaType, filename }: Pick<PageImage, 'mediaType' | 'filename'>): boolean {
  const type = /^image\/(?:x-)?([\w.+-]+)/i.exec(mediaType)?.[1]?.toLowerCase();
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(filename)?.[1]?.toLowerCase();
  if (type !== undefined) return READABLE.has(type);
  return ending === undefined || READABLE.has(ending) || !/^(?:bmp|dib|heic|heif|ico|psd|jp2|jxl|emf|wmf|pcx|tga|eps|ai)$/.test(ending);
}

/** Types of pictures that can let the ground show through. */
const MAY_BE_TRANSPARENT: ReadonlySet<string> = new Set(['image/png', 'image/gif', 'image/webp', 'image/svg+xml', 'image/avif']);

interface Size {
  readonly width: number | undefined;
  readonly height: number | undefined;
}

const positive = (px: number | undefined): number | undefined => (px !== undefined && px > 0 ? px : undefined);

/** How large the page shows a picture, scaled down to the room there is. */
export function shownSize(img: Element, roomPx: number): Size {
  const { css } = img;
  const get = (name: string) => positive(parsePx(img.attributes.get(name)));
  const percent = parsePercent(css.get('width') ?? img.attributes.get('width'));
  const natural = { width: get('data-width'), height: get('data-height') };
  const height = get('height') ?? positive(parsePx(css.get('height')));
  const ratio = natural.width && natural.height ? natural.height / natural.width : undefined;
  const asked = percent === undefined ? (get('width') ?? positive(parsePx(css.get('width')))) : (percent / 100) * roomPx;
  const width = asked ?? (height && ratio ? height / ratio : height ? undefined : natural.width);
  if (width === undefined) return { width: undefined, height };
  const shown = Math.max(1, Math.min(Math.round(width), Math.round(roomPx)));
  const tall = ratio ? shown * ratio : height && asked ? height * (shown / width) : undefined;
  return { width: shown, height: tall === undefined ? undefined : Math.max(1, Math.round(tall)) };
}

/** The name a person would give a picture. */
function nameOf(img: Element): string {
  const alt = img.attributes.get('alt')?.trim();
  if (alt) return alt;
  const { filename, src } = imageRef(img);
  return filename ?? img.attributes.get('title')?.trim() ?? (src.startsWith('data:') ? '' : fileNameIn(src));
}

/** A picture that cannot be had: its name, linked to where it can be seen. */
function missing(img: Element, out: Rendering): Step {
  if (out.place.hasIcons) {
    out.say(img.attributes.get('alt')?.trim() ?? '');
    return SKIP;
  }
  const ref = imageRef(img);
  const absolute = absoluteUrl(ref.src, out.input.page.url);
  const isExternal =
    ref.attachmentId === undefined && ref.contentId === undefined && absolute !== undefined && hostOf(absolute) !== out.pageHost;
  const name = nameOf(img) || out.words.image;
  out.warnings.add(isExternal ? 'IMAGE_EXTERNAL' : 'IMAGE_MISSING', name);
  const label = `🖼 ${name}`;
  if (out.place.inLink) out.say(label);
  else link(out, isExternal && absolute ? absolute : out.input.page.url, label);
  return SKIP;
}

interface Shown {
  readonly cid: string;
  readonly mediaType: string;
  readonly name: string;
}

/** The picture for an element: an attachment, or what the page holds within itself. */
function shownPicture(element: Element, size: Size, out: Rendering): Shown | undefined {
  const ref = imageRef(element);
  const found = out.input.findImage(ref);
  if (found)
    return canBeShown(found)
      ? { cid: out.images.use(found, size, out.place.width), mediaType: found.mediaType, name: found.filename }
      : undefined;
  const cid = ref.src.startsWith('data:') ? out.dataImages.use(ref.src) : undefined;
  return cid === undefined ? undefined : { cid, mediaType: ref.src.slice('data:'.length, ref.src.indexOf(';')), name: out.words.image };
}

const image: Rule = (element, out) => {
  const emoji = emojiOf(element);
  if (emoji !== undefined) {
    out.say(emoji);
    return SKIP;
  }
  if (isDecoration(element)) return SKIP;
  const size = shownSize(element, out.place.width);
  const shown = shownPicture(element, size, out);
  if (!shown) return missing(element, out);
  const { width, height } = size;
  const alt = element.attributes.get('alt')?.trim() || element.attributes.get('title')?.trim() || shown.name;
  const floats =
    width !== undefined && width <= out.place.width / 2 && /image-(?:wrap-)?(left|right)/.exec(element.attributes.get('class') ?? '')?.[1];
  const float = floats ? `float:${floats};margin:${floats === 'left' ? '0 14px 10px 0' : '0 0 10px 14px'};` : '';
  // Dark strokes on transparent ground stay visible on a dark page.
  const ground = MAY_BE_TRANSPARENT.has(shown.mediaType) ? `background-color:${toHex(out.place.surface.background)};` : '';
  const style = `${float}${ground}max-width:100%;${height === undefined && width === undefined ? '' : 'height:auto;'}border:0`;
  out.inline(
    `<img${attributes({ class: floats ? 'w' : undefined, src: `cid:${shown.cid}`, width, height, align: floats || undefined, style })} alt="${attributes({ alt }).slice(6, -1)}">`,
  );
  out.sayText(`[${out.words.image}: ${alt}]`);
  return SKIP;
};

export const imageRules: Readonly<Record<string, Rule>> = { img: image };
