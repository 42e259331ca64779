/** The inbox over HTTP, for scripts and for its page. */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import PostalMime from 'postal-mime';
import type { InboxHost, StoredMessage } from '#local/model';

/** The summary of one mail: `id`, `receivedAt`, `envelope`, `from`, `to`, `cc`, `subject`, `size` in bytes. */
const summary = (message: Omit<StoredMessage, 'raw'>) => {
  const { raw: _, ...shown } = message as StoredMessage;
  return { ...shown, size: message.sizeBytes };
};

async function details(message: StoredMessage) {
  const parsed = await PostalMime.parse(message.raw, { attachmentEncoding: 'arraybuffer' });
  return {
    ...summary(message),
    headers: parsed.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    html: parsed.html ?? '',
    text: parsed.text ?? '',
    attachments: parsed.attachments.map((part, index) => ({
      index,
      filename: part.filename ?? '',
      mediaType: part.mimeType,
      sizeBytes: sizeOf(part.content),
      inline: part.disposition === 'inline' || part.related === true,
      ...(part.contentId ? { cid: part.contentId.replace(/^<|>$/g, '') } : {}),
    })),
  };
}

const sizeOf = (content: string | ArrayBuffer | Uint8Array): number =>
  typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;

/** Types that a browser may show; everything else is offered for saving. */
const SHOWN = /^(image\/(png|jpeg|gif|webp|svg\+xml)|text\/plain|application\/pdf)$/;

async function part(message: StoredMessage, index: number): Promise<Response> {
  const parsed = await PostalMime.parse(message.raw, { attachmentEncoding: 'arraybuffer' });
  const found = parsed.attachments[index];
  if (!found) return new Response('No such part', { status: 404 });
  const headers = {
    'content-type': SHOWN.test(found.mimeType) ? found.mimeType : 'application/octet-stream',
    'content-disposition': `${SHOWN.test(found.mimeType) ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(found.filename ?? 'part')}`,
    'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    'x-content-type-options': 'nosniff',
  };
  return new Response(found.content as BodyInit, { headers });
}

const notFound = (): Response => Response.json({ error: { message: 'No such message' } }, { status: 404 });

/** `/api/…` of the inbox. */
export function inboxApi(inbox: InboxHost): Hono {
  const app = new Hono();
  app.get('/api/messages', (c) => c.json(inbox.list().map(summary)));
  app.delete('/api/messages', (c) => {
    inbox.clear();
    return c.body(null, 204);
  });
  app.get('/api/messages/:file{.+\\.eml}', (c) => {
    const message = inbox.get(c.req.param('file').slice(0, -'.eml'.length));
    return message ? new Response(message.raw as BodyInit, { headers: { 'content-type': 'message/rfc822' } }) : notFound();
  });
  app.get('/api/messages/:id', async (c) => {
    const message = inbox.get(c.req.param('id'));
    return message ? c.json(await details(message)) : notFound();
  });
  app.delete('/api/messages/:id', (c) => {
    inbox.remove(c.req.param('id'));
    return c.body(null, 204);
  });
  app.get('/api/messages/:id/part/:index', (c) => {
    const message = inbox.get(c.req.param('id'));
    return message ? part(message, Number(c.req.param('index'))) : notFound();
  });
  app.get('/api/events', (c) =>
    streamSSE(c, async (stream) => {
      const ended = Promise.withResolvers<void>();
      const stop = inbox.onChange(() => void stream.writeSSE({ event: 'changed', data: '' }));
      stream.onAbort(() => ended.resolve());
      await stream.writeSSE({ event: 'changed', data: '' });
      await ended.promise;
      stop();
    }),
  );
  app.all('/api/*', (c) => c.json({ error: { message: `The inbox does not know ${c.req.method} ${c.req.path}` } }, 404));
  return app;
}
