/** Plain HTTP: bodies within limits, JSON out. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import { MAX_RELAY_REQUEST_BYTES } from '#contract/limits';
import { RelayError } from '#relay/shared/errors';
import { BUSY_RETRY_SECONDS } from '#relay/shared/limits';

/**
 * A JSON body, checked by its schema.
 * @throws RelayError INVALID_REQUEST, MESSAGE_TOO_LARGE
 */
export async function readBody<T extends z.ZodType>(request: IncomingMessage, schema: T): Promise<z.output<T>> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw new RelayError('INVALID_REQUEST');
  if (Number(request.headers['content-length'] ?? 0) > MAX_RELAY_REQUEST_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_RELAY_REQUEST_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  const parsed = schema.safeParse(parseJson(Buffer.concat(chunks)));
  if (!parsed.success) throw new RelayError('INVALID_REQUEST', { params: { field: parsed.error.issues[0]?.path.join('.') ?? '' } });
  return parsed.data;
}

const tooLarge = (): RelayError =>
  new RelayError('MESSAGE_TOO_LARGE', { params: { limit: `${MAX_RELAY_REQUEST_BYTES / 1024 / 1024} MB` } });

function parseJson(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString('utf8')) as unknown;
  } catch {
    throw new RelayError('INVALID_REQUEST');
  }
}

/** A number of bytes that requests share. */
export interface ByteBudget {
  /**
   * Takes what a request announces, or the most it may have, and gives the function that returns it.
   * @throws RelayError RELAY_BUSY when not enough is left, MESSAGE_TOO_LARGE
   */
  take(request: IncomingMessage): () => void;
}

export function createByteBudget(bytes: number): ByteBudget {
  let left = bytes;
  return {
    take({ headers }) {
      const announced = Number(headers['content-length'] ?? MAX_RELAY_REQUEST_BYTES);
      if (announced > MAX_RELAY_REQUEST_BYTES) throw tooLarge();
      if (announced > left) throw new RelayError('RELAY_BUSY', { retryAfterSeconds: BUSY_RETRY_SECONDS });
      left -= announced;
      return () => {
        left += announced;
      };
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends an answer; a string goes as plain text, anything else as JSON. Does nothing when the client is gone. */
export function sendAnswer(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(text);
}
