/** Pictures of a page made fit for mail: scaled down when that saves bytes, never trusted. */
import type { Sharp } from 'sharp';
import type { InlineImage } from '#contract/relay/api';
import type { OpenFile } from '#mail/compose/compose';
import { IMAGE_CONCURRENCY, MAX_IMAGE_PIXELS } from '#relay/shared/limits';

/** Loaded when the first picture comes: a relay of plain mails does without its native library. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** What every mail program shows. Anything else that can be decoded (WebP and AVIF, which Outlook for Windows does not know; SVG, TIFF) is drawn anew. */
const SHOWN_IN_MAIL = ['jpeg', 'png', 'gif'];
/** Of those, photographs: JPEG where nothing shines through. */
const PHOTOGRAPHS = ['webp', 'heif', 'avif'];
/** 40 × 40 px, light grey with a darker border. */
const drawPlaceholder = async (): Promise<Buffer> =>
  (await loadSharp())({ create: { width: 38, height: 38, channels: 3, background: '#f1f2f4' } })
    .extend({ top: 1, bottom: 1, left: 1, right: 1, background: '#8590a2' })
    .png({ palette: true })
    .toBuffer();

/** A picture ready for the mail. `replaced` when it is the placeholder. */
export interface FittedImage extends OpenFile {
  readonly body: Buffer;
  readonly mediaType: string;
  readonly replaced: boolean;
}

let running = 0;
const waiting: (() => void)[] = [];
async function limited<T>(work: () => Promise<T>): Promise<T> {
  while (running >= IMAGE_CONCURRENCY) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

type Bounds = Pick<InlineImage, 'maxWidthPx' | 'maxHeightPx'>;

/** The picture that stands for one that cannot be had. */
export async function placeholder(): Promise<FittedImage> {
  const body = await drawPlaceholder();
  return { body, mediaType: 'image/png', sizeBytes: body.length, replaced: true };
}

/**
 * The picture within its bounds, with the media type that its octets really have. A GIF stays as it is (it may move), an SVG becomes
 * a PNG, and the original octets stay where scaling would not save any. The placeholder where the octets are no picture that can be
 * decoded within 50 megapixels.
 */
export async function fitImage(octets: Buffer, bounds: Bounds): Promise<FittedImage> {
  try {
    return await limited(() => fit(octets, bounds));
  } catch {
    return placeholder();
  }
}

async function fit(octets: Buffer, { maxWidthPx, maxHeightPx }: Bounds): Promise<FittedImage> {
  const sharp = await loadSharp();
  const image = sharp(octets, { limitInputPixels: MAX_IMAGE_PIXELS, failOn: 'error', unlimited: false });
  const { format, width, height, pages = 1, orientation = 1, hasAlpha } = await image.metadata();
  if (width * height * pages > MAX_IMAGE_PIXELS) throw new Error('too many pixels');
  const shown = SHOWN_IN_MAIL.includes(format);
  const [shownWidth, shownHeight] = orientation > 4 ? [height, width] : [width, height];
  const fits = shownWidth <= (maxWidthPx ?? Infinity) && shownHeight <= (maxHeightPx ?? Infinity);
  const original = { body: octets, mediaType: `image/${format}`, sizeBytes: octets.length, replaced: false };
  if (format === 'gif' || (shown && fits)) return original;
  const resized = image.autoOrient().resize({
    ...(maxWidthPx && { width: maxWidthPx }),
    ...(maxHeightPx && { height: maxHeightPx }),
    fit: 'inside',
    withoutEnlargement: true,
  });
  const target = format === 'jpeg' || (PHOTOGRAPHS.includes(format) && !hasAlpha) ? 'jpeg' : 'png';
  const body = await encoded(resized, target);
  return shown && body.length >= octets.length ? original : { body, mediaType: `image/${target}`, sizeBytes: body.length, replaced: false };
}

const encoded = (image: Sharp, format: 'jpeg' | 'png'): Promise<Buffer> =>
  (format === 'jpeg' ? image.jpeg({ quality: 82 }) : image.png({ compressionLevel: 9 })).toBuffer();
