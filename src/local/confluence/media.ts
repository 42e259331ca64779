/** The media host of the stand-in: short-lived signed addresses that give a file's bytes to whoever holds them. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DemoAttachment } from '#local/model';

/** How long a download address works, in seconds. */
const LINK_LIFETIME_SECONDS = 600;

export interface MediaLinks {
  /** Absolute address of the bytes. */
  sign(attachment: DemoAttachment): string;
  /** Id of the attachment that a request's address is for; undefined when it is forged or too old. */
  verify(url: URL): string | undefined;
}

/** `now` in ms; `key` any secret of this run. */
export function createMediaLinks(origin: string, key: Uint8Array, now: () => number): MediaLinks {
  const signature = (id: string, expires: string): Buffer => createHmac('sha256', key).update(`${id}\n${expires}`).digest();
  return {
    sign: ({ id }) => {
      const expires = String(Math.floor(now() / 1000) + LINK_LIFETIME_SECONDS);
      return `${origin}/_media/file/${id}/binary?expires=${expires}&signature=${signature(id, expires).toString('base64url')}`;
    },
    verify: (url) => {
      const id = /^\/_media\/file\/(att[0-9]+)\/binary$/.exec(url.pathname)?.[1];
      const expires = url.searchParams.get('expires') ?? '';
      const given = Buffer.from(url.searchParams.get('signature') ?? '', 'base64url');
      if (!id || given.length !== 32 || !timingSafeEqual(given, signature(id, expires))) return undefined;
      return Number(expires) * 1000 > now() ? id : undefined;
    },
  };
}

/** The file as a streaming answer. */
export function serveFile(attachment: DemoAttachment): Response {
  const stream = Readable.toWeb(Readable.from(attachment.read(), { objectMode: false }));
  return new Response(stream as ReadableStream<Uint8Array>, {
    headers: {
      'content-type': attachment.mediaType,
      'content-length': String(attachment.sizeBytes),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(attachment.title)}`,
      'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
    },
  });
}
