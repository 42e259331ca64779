/** Page and mail side by side: what `npm run render -- --open` serves. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { lastSegment } from '#local/pages';
import { FileError } from '#local/render/files';
import { sizeLine, warningLines } from '#local/render/findings';
import type { RenderedFile } from '#local/render/mail';
import { once } from '#local/shell/assets';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const read = (path: string) => once(() => readFile(here(path), 'utf8'));
const viewStyles = read('view.css');
const pageStyles = once(async () =>
  (await Promise.all(['../shell/styles/base.css', '../shell/styles/content.css'].map((path) => readFile(here(path), 'utf8')))).join('\n'),
);

/** Neither the page nor the mail runs a script or loads anything that is not in the attachments folder. */
const POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const CONTENT_POLICY = `sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; ${POLICY}`;

const VIEWS = [
  { id: 'desktop', label: 'Desktop', source: '/mail' },
  { id: 'dark', label: 'Dark', source: '/mail?dark' },
  { id: 'phone', label: 'Phone', source: '/mail' },
  { id: 'text', label: 'Text', source: '/mail.txt' },
] as const;

function frames({ title, mail }: RenderedFile, mailBytes: number) {
  const notes = [sizeLine(mailBytes), ...warningLines(mail.warnings)].filter((line) => line !== undefined);
  const size = `${Math.ceil(Buffer.byteLength(mail.html) / 1024)} KB of HTML, ${mail.images.length} ${mail.images.length === 1 ? 'picture' : 'pictures'}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<link rel="stylesheet" href="/view.css"></head><body>
<section aria-label="Page"><header><h1>Page</h1></header><iframe src="/page/" title="Page"></iframe></section>
<section aria-label="Mail"><header><h1>Mail</h1>
<fieldset><legend>View</legend>${VIEWS.map(
    ({ id, label }, index) =>
      html`<input type="radio" name="view" id="${id}" ${index === 0 ? raw('checked') : ''}><label for="${id}">${label}</label>`,
  )}</fieldset><p>${size}</p></header>
${notes.length === 0 ? '' : html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${VIEWS.map(({ id, label, source }) => html`<iframe class="${id}" src="${source}" title="Mail: ${label}"></iframe>`)}
</section></body></html>`;
}

/** The mail's pictures from the folder, its links in windows of their own; as a program in dark mode shows it where that is asked for. */
function shownMail({ mail, pictures }: RenderedFile, isDark: boolean): string {
  const names = new Map([...pictures.values()].map(({ attachmentId, filename }) => [String(attachmentId), filename]));
  const sources = new Map(mail.images.map(({ cid, attachmentId }) => [cid, names.get(String(attachmentId)) ?? '']));
  const within = new Map(mail.dataImages.map((each) => [each.cid, `data:${each.mediaType};base64,${each.base64}`]));
  const shown = mail.html
    .replace(/src="cid:([^"]*)"/g, (all, cid: string) => (within.has(cid) ? `src="${within.get(cid)}"` : all))
    .replace(/src="cid:([^"]*)"/g, (_all, cid: string) => `src="/picture/${encodeURIComponent(sources.get(cid) ?? '')}"`)
    .replaceAll('<a href="http', '<a target="_blank" href="http');
  return isDark ? shown.replaceAll('(prefers-color-scheme:dark)', 'all') : shown;
}

/** The page with its pictures from the folder, about as Confluence shows it. */
function shownPage({ html: page, pictures }: RenderedFile): string {
  const shown = page.replace(/<img\b[^>]*>/gi, (tag) => {
    const name = /\bdata-linked-resource-default-alias="([^"]*)"/i.exec(tag)?.[1] ?? lastSegment(/\bsrc="([^"]*)"/i.exec(tag)?.[1] ?? '');
    return pictures.has(name) ? tag.replace(/\bsrc="[^"]*"/i, `src="/picture/${encodeURIComponent(name)}"`) : tag;
  });
  return `<!doctype html><html><head><meta charset="utf-8"><link rel="stylesheet" href="/page.css"></head><body class="wiki-content" style="margin:16px 24px;font-family:system-ui,sans-serif;font-size:15px">${shown}</body></html>`;
}

/** Serves what `load` gives, anew at each request: reloading shows what has changed in the file. `sizeOf` gives the bytes of its mail. */
export function viewRoutes(load: () => RenderedFile, sizeOf: (rendered: RenderedFile) => Promise<number>): Hono {
  const app = new Hono();
  app.onError((error, context) => context.text(error instanceof FileError ? error.message : 'The page cannot be shown.', 500));
  app.use(secureHeaders({ xFrameOptions: false }));
  const content = (body: string, type = 'text/html') =>
    new Response(body, { headers: { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': CONTENT_POLICY } });
  app.get('/', async (context) => {
    const rendered = load();
    context.header('content-security-policy', POLICY);
    return context.html(frames(rendered, await sizeOf(rendered)));
  });
  app.get('/page/', () => content(shownPage(load())));
  app.get('/mail', (context) => content(shownMail(load(), context.req.query('dark') !== undefined)));
  app.get('/mail.txt', () => content(load().mail.text, 'text/plain'));
  app.get('/view.css', async () => content(await viewStyles(), 'text/css'));
  app.get('/page.css', async () => content(await pageStyles(), 'text/css'));
  app.get('/picture/:name', async (context) => {
    const file = load().pictures.get(context.req.param('name'));
    if (!file) return context.notFound();
    return new Response(await readFile(file.path), {
      headers: { 'content-type': file.mediaType, 'content-security-policy': CONTENT_POLICY },
    });
  });
  return app;
}
