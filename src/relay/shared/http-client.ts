/** HTTP requests of the relay's own: one connection each or a kept one, bounded in time, answers bounded in size. */
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { MAX_JSON_ANSWER_BYTES } from '#relay/shared/limits';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Longest silence before the head of the answer, in ms; its end rejects with an error of code ETIMEDOUT. */
  readonly idleMs: number;
  readonly agents?: { readonly http: http.Agent; readonly https: https.Agent };
  readonly lookup?: LookupFunction;
}

/** Resolves with the answer's head; redirects are not followed. The reader of the body watches the time from there on. */
export function openHttp(url: URL, { method = 'GET', headers, body, idleMs, agents, ...rest }: HttpRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const options = { method, headers, timeout: idleMs, agent: secure ? agents?.https : agents?.http, ...rest };
    const request = (secure ? https : http).request(url, options, (answer) => {
      request.setTimeout(0);
      resolve(answer);
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    request.on('error', reject).end(body);
  });
}

/** A small JSON answer; undefined when it is none, too long, or breaks off. */
export async function readJson(answer: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer) {
      size += chunk.length;
      if (size > MAX_JSON_ANSWER_BYTES) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
