import { GMAIL_CLIP_BYTES } from '#contract/limits';
import { compact } from '#mail/render/compact';
import { hideCredentials } from '#mail/render/credential-text';
import { withoutCredentials } from '#mail/render/credentials';
import { htmlDocument, isRightToLeft } from '#mail/render/document';
import { emojiOf } from '#mail/render/emoji';
import { survey } from '#mail/render/findings';
import { imageRef } from '#mail/render/images';
import { parse } from '#mail/render/parse';
import { Rendering } from '#mail/render/rendering';
import { textDocument } from '#mail/render/text/document';
import { descendants, TEXTLESS, textOf } from '#mail/render/tree';
import type { ImageRef, RenderedMail, RenderInput } from '#mail/render/types';
import { walk } from '#mail/render/walk';

export { type Layout, layoutsOf, mayHideColumns } from '#mail/render/layouts';
export type { ImageRef, PageImage, RenderedMail, RenderInput } from '#mail/render/types';

/** Every picture the page points to, in order, also twice: what may be asked for when the page is rendered. Linear, never throws. */
export function findImages(html: string): ImageRef[] {
  const found: ImageRef[] = [];
  for (const each of descendants(parse(html).root, ({ name }) => !TEXTLESS.has(name))) {
    if (each.name === 'img' && emojiOf(each) === undefined) found.push(imageRef(each));
    else if (each.name === 'ri:attachment' || each.name === 'ri:url') {
      const filename = each.attributes.get('ri:filename');
      const src = filename === undefined ? each.attributes.get('ri:value') : encodeURIComponent(filename);
      if (src) found.push({ src, ...(filename ? { filename } : {}) });
    }
  }
  return found;
}

const UTF8 = new TextEncoder();
/** Code units that are encoded at a time; none takes more than three bytes. */
const CHUNK_UNITS = 16_384;

/** UTF-8 bytes of a well-formed text, counted without making a copy of the whole. */
function byteLength(text: string): number {
  const room = new Uint8Array(CHUNK_UNITS * 3);
  let bytes = 0;
  for (let at = 0; at < text.length; ) {
    // A pair cut in two would be encoded as two that are broken: it goes into the next chunk.
    const isCut = /[\ud800-\udbff]/.test(text.charAt(at + CHUNK_UNITS - 1));
    const end = at + CHUNK_UNITS - (isCut ? 1 : 0);
    bytes += UTF8.encodeInto(text.slice(at, end), room).written;
    at = end;
  }
  return bytes;
}

/** A mail more than this many times too long is clipped anyway. */
const WORTH_COMPACTING = 8;

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024)} KB`;

/**
 * The page as a mail: one HTML document, one text, the pictures it shows, and what could not be shown. The same input gives the same
 * bytes, so the preview equals what is sent. `html` is untrusted: only known elements, attributes, CSS properties and URL schemes come
 * through, nothing in the result runs or is loaded from elsewhere. Linear in the page's length; no `html` makes it throw.
 */
export function renderPage(given: RenderInput): RenderedMail {
  const input: RenderInput = {
    ...given,
    note: withoutCredentials(given.note),
    page: { ...given.page, title: withoutCredentials(given.page.title) },
  };
  const { root: page, notes } = parse(input.html);
  hideCredentials(page);
  const out = new Rendering(input, survey(notes));
  const beginning = textOf(page, 4_000);
  const isRtl = isRightToLeft(beginning);
  out.place = { ...out.place, isRtl };
  walk(page, out);
  const body = out.text.finish();
  const preview = (input.note.trim() || out.lead).replace(/\s+/g, ' ');
  const markup = out.finish();
  let html = htmlDocument(out, markup, preview, isRtl);
  let bytes = byteLength(html);
  if (bytes > GMAIL_CLIP_BYTES && bytes < GMAIL_CLIP_BYTES * WORTH_COMPACTING) {
    const shorter = compact(markup);
    const compacted = htmlDocument(out, shorter.html, preview, isRtl, shorter.rules);
    // Only ASCII was left out and put in: as many bytes as characters.
    bytes += compacted.length - html.length;
    html = compacted;
  }
  if (bytes > GMAIL_CLIP_BYTES) out.warnings.add('HTML_CLIPPED', kilobytes(bytes));
  return {
    html,
    text: textDocument(out, body),
    images: out.images.list(),
    dataImages: out.dataImages.list(),
    warnings: out.warnings.list(),
  };
}
