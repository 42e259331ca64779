import { Parser } from 'htmlparser2';
import type { InlineImage } from '#contract/relay';
import type { ImageRef, RenderedMail, RenderInput } from '#mail/render/types';

export type { ImageRef, PageImage, RenderedMail, RenderInput } from '#mail/render/types';

const KEPT = new Set('p,h1,h2,h3,h4,h5,h6,ul,ol,li,table,tbody,thead,tr,td,th,strong,em,u,s,sub,sup,code,pre,blockquote,br,hr'.split(','));
const BLOCKS = new Set('p,div,h1,h2,h3,h4,h5,h6,ul,ol,li,table,tr,pre,blockquote,br,hr'.split(','));
const SKIPPED = new Set(['script', 'style', 'iframe', 'object', 'svg', 'math', 'noscript', 'template', 'textarea', 'select', 'title']);

const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const refOf = (attributes: Record<string, string>): ImageRef => ({
  src: attributes['src'] ?? '',
  ...(attributes['data-linked-resource-id'] ? { attachmentId: attributes['data-linked-resource-id'] } : {}),
  ...(attributes['data-linked-resource-container-id'] ? { contentId: attributes['data-linked-resource-container-id'] } : {}),
  ...(attributes['data-linked-resource-default-alias'] ? { filename: attributes['data-linked-resource-default-alias'] } : {}),
});

/** Every picture the page points to, in order, also twice: what has to be looked up before rendering. */
export function findImages(html: string): ImageRef[] {
  const found: ImageRef[] = [];
  const parser = new Parser({ onopentag: (name, attributes) => name === 'img' && found.push(refOf(attributes)) });
  parser.end(html);
  return found;
}

const absolute = (href: string, base: string): string | undefined => {
  if (!URL.canParse(href, base)) return undefined;
  const url = new URL(href, base);
  return ['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol) ? url.href : undefined;
};

/** The page as a mail. The same input gives the same bytes, so the preview equals what is sent. Never throws on any `html`. */
export function renderPage(input: RenderInput): RenderedMail {
  const html: string[] = [];
  const text: string[] = [];
  const images = new Map<string, InlineImage>();
  let skipping = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (skipping > 0 || SKIPPED.has(name)) skipping += SKIPPED.has(name) ? 1 : 0;
      else if (name === 'img') {
        const image = input.findImage(refOf(attributes));
        const alt = attributes['alt'] ?? image?.filename ?? '';
        if (image) {
          const cid = `${image.attachmentId}.v${image.version}@pagemail`;
          images.set(cid, { ...image, cid });
          html.push(`<img src="cid:${cid}" alt="${escapeHtml(alt)}" style="max-width:100%">`);
        } else html.push(escapeHtml(alt));
        text.push(alt);
      } else if (name === 'a') {
        const href = absolute(attributes['href'] ?? '', input.page.url);
        html.push(href ? `<a href="${escapeHtml(href)}">` : '<a>');
      } else if (KEPT.has(name)) html.push(`<${name}>`);
    },
    ontext(data) {
      if (skipping > 0) return;
      html.push(escapeHtml(data));
      text.push(data.replace(/\s+/g, ' '));
    },
    onclosetag(name) {
      if (SKIPPED.has(name)) skipping -= 1;
      else if (skipping === 0) {
        if ((KEPT.has(name) && name !== 'br' && name !== 'hr') || name === 'a') html.push(`</${name}>`);
        if (BLOCKS.has(name)) text.push('\n');
      }
    },
  });
  parser.end(input.html);
  const title = escapeHtml(input.page.title);
  const head = `<h1><a href="${escapeHtml(input.page.url)}">${title}</a></h1><p>${escapeHtml(input.note)}</p>`;
  return {
    html: `<!DOCTYPE html><html lang="${input.language}"><head><meta charset="utf-8"><title>${title}</title></head><body>${head}${html.join('')}</body></html>`,
    text: `${input.page.title}\n${input.page.url}\n\n${input.note}\n\n${text.join('').trim()}\n`,
    images: [...images.values()],
    warnings: [],
  };
}
