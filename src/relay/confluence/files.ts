/** Files of Confluence, read as the sender: system token → user token (GraphQL) → download, following the redirect to the media host. */
import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { MAX_MESSAGE_BYTES } from '#contract/limits';
import type { FileReference } from '#contract/relay/api';
import type { Caller } from '#relay/api/auth';
import { RelayError } from '#relay/shared/errors';
import type { Guard } from '#relay/shared/guard';
import { type HttpRequest, openHttp, readJson } from '#relay/shared/http-client';
import { MAX_REDIRECTS } from '#relay/shared/limits';

/** An answer whose status and headers are in, and whose body flows when it is read. */
export interface RemoteFile {
  readonly body: AsyncIterable<Buffer>;
  readonly sizeBytes: number;
  /** Stops the transfer. */
  discard(): void;
}
/** Opens one file; resolves when Confluence has announced it. */
export type OpenRemoteFile = (file: FileReference) => Promise<RemoteFile>;

export interface Confluence {
  /**
   * A reader with the rights of `accountId`, by the installation's system token (`x-forge-oauth-system`).
   * @throws RelayError IMPERSONATION_REFUSED with what the platform said, CONFLUENCE_REFUSED, CONFLUENCE_UNAVAILABLE, RATE_LIMITED
   */
  readAs(caller: Caller, systemToken: string | undefined, accountId: string, signal: AbortSignal): Promise<OpenRemoteFile>;
  close(): void;
}

const messages = z.array(z.object({ message: z.string().nullish() })).nullish();
const tokenAnswer = z.object({
  data: z
    .object({
      offlineUserAuthToken: z
        .object({
          success: z.boolean(),
          errors: messages,
          authToken: z.object({ token: z.string().min(1), ttl: z.number().optional() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  errors: messages,
});

/** The site's identifier as the platform writes it in its own calls, and in the form that it asked some apps for. */
const contextIdsOf = (cloudId: string): readonly string[] => [
  `ari:cloud:confluence::site/${cloudId}`,
  `ari:cloud:confluence:${cloudId}:workspace/${cloudId}`,
];
/** A refusal that is about the identifier, not about the person. */
const ABOUT_CONTEXT = /context/i;

/** Characters of what the platform says that are kept. */
const MAX_REASON_CHARS = 300;

/** The platform's message without account ids, identifiers, addresses and tokens. */
function withoutPersonalData(message: string): string {
  return message
    .replace(/\bari:[^\s,\]"']+/gi, 'ari:…')
    .replace(/[^\s<>,;:()]+@[^\s<>,;:()]+/g, '…')
    .replace(/\b\d{5,}:[0-9a-f-]{8,}\b|\b[0-9a-f]{24}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[\w-]{40,}\b/gi, '…')
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, MAX_REASON_CHARS);
}
const TOKEN_MUTATION =
  'mutation pagemailReadAs($input: OfflineUserAuthTokenInput!) { offlineUserAuthToken(input: $input) { success errors { message } authToken { token ttl } } }';

export function createConfluence({
  idleMs,
  ...options
}: {
  guard: Guard;
  graphqlUrl: string;
  extraCa: string[] | undefined;
  idleMs: number;
}): Confluence {
  const agents = {
    http: new http.Agent({ keepAlive: true, timeout: idleMs }),
    https: new https.Agent({ keepAlive: true, timeout: idleMs, ...(options.extraCa && { ca: options.extraCa }) }),
  };

  /** Resolves with the answer's head. `checked` limits where it may go. */
  const send = async (url: URL, request: Omit<HttpRequest, 'idleMs'>, checked: boolean): Promise<http.IncomingMessage> => {
    const extra = checked ? options.guard.checkUrl(url) : {};
    return openHttp(url, { ...request, ...extra, agents, idleMs }).catch((cause: unknown) => {
      throw cause instanceof RelayError ? cause : new RelayError('CONFLUENCE_UNAVAILABLE', { cause });
    });
  };

  const userToken = async (caller: Caller, systemToken: string, accountId: string, signal: AbortSignal): Promise<string> => {
    const headers = { authorization: `Bearer ${systemToken}`, 'content-type': 'application/json', accept: 'application/json' };
    let reason = '';
    for (const contextId of contextIdsOf(caller.cloudId ?? '')) {
      const body = JSON.stringify({ query: TOKEN_MUTATION, variables: { input: { contextIds: [contextId], userId: accountId } } });
      const answer = await send(new URL(options.graphqlUrl), { method: 'POST', headers, body, signal }, false);
      if (answer.statusCode !== 200) throw failureOf(answer);
      const parsed = tokenAnswer.safeParse(await readJson(answer)).data;
      const granted = parsed?.data?.offlineUserAuthToken;
      if (granted?.success && granted.authToken?.token) return granted.authToken.token;
      const said = [...(granted?.errors ?? []), ...(parsed?.errors ?? [])].map(({ message }) => message ?? '').join('; ');
      reason ||= withoutPersonalData(said);
      if (!ABOUT_CONTEXT.test(said)) break;
    }
    throw new RelayError('IMPERSONATION_REFUSED', { params: { reason: reason || 'no reason given' } });
  };

  const open = async (caller: Caller, token: string, file: FileReference, signal: AbortSignal): Promise<RemoteFile> => {
    const path = `wiki/rest/api/content/${file.contentId}/child/attachment/${file.attachmentId}/download?version=${file.version}`;
    let url = new URL(path, `${caller.apiBaseUrl.replace(/\/$/, '')}/`);
    let headers: Record<string, string> = { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' };
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const answer = await send(url, { headers, signal }, true);
      const status = answer.statusCode ?? 0;
      if (status === 200) return announced(answer, file, idleMs);
      if (![301, 302, 303, 307, 308].includes(status) || !answer.headers.location || !URL.canParse(answer.headers.location, url))
        throw failureOf(answer);
      answer.resume();
      const target = new URL(answer.headers.location, url);
      // The media host authenticates by the address it was given; the person's token is for Confluence alone.
      if (target.origin !== url.origin) headers = { 'accept-encoding': 'identity' };
      url = target;
    }
    throw new RelayError('CONFLUENCE_UNAVAILABLE');
  };

  return {
    async readAs(caller, systemToken, accountId, signal) {
      if (!systemToken || !URL.canParse(caller.apiBaseUrl)) throw new RelayError('CONFLUENCE_REFUSED');
      const token = await userToken(caller, systemToken, accountId, signal);
      return (file) => open(caller, token, file, signal);
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** The announced file, or ATTACHMENT_UNAVAILABLE where it is not the one the sender saw. */
async function announced(answer: http.IncomingMessage, file: FileReference, idleMs: number): Promise<RemoteFile> {
  const length = answer.headers['content-length'];
  if (file.sizeUnknown && length === undefined && !answer.headers['content-encoding']) return gathered(answer);
  const sizeBytes = file.sizeUnknown ? Number(length) : file.sizeBytes;
  if (!Number.isSafeInteger(sizeBytes) || (length !== undefined && Number(length) !== sizeBytes) || answer.headers['content-encoding']) {
    answer.destroy();
    throw new RelayError('ATTACHMENT_UNAVAILABLE');
  }
  return { sizeBytes, body: exactly(answer, sizeBytes, idleMs), discard: () => void answer.destroy() };
}

/** A file whose size nobody tells, read whole to know it. @throws RelayError MESSAGE_TOO_LARGE, CONFLUENCE_UNAVAILABLE */
async function gathered(answer: http.IncomingMessage): Promise<RemoteFile> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_MESSAGE_BYTES)
        throw new RelayError('MESSAGE_TOO_LARGE', {
          params: { size: `> ${MAX_MESSAGE_BYTES / 1024 / 1024} MB`, limit: `${MAX_MESSAGE_BYTES / 1024 / 1024} MB` },
        });
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof RelayError ? cause : new RelayError('CONFLUENCE_UNAVAILABLE', { cause });
  }
  return { sizeBytes, body: Readable.from(chunks), discard: () => undefined };
}

/** The body, failing when it is not as long as announced or stops; nothing beyond that length is passed on. A reader that waits costs no time. */
async function* exactly(answer: http.IncomingMessage, sizeBytes: number, idleMs: number): AsyncGenerator<Buffer> {
  const chunks = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let read = 0;
  try {
    for (;;) {
      const timer = setTimeout(() => answer.destroy(new RelayError('CONFLUENCE_UNAVAILABLE')), idleMs);
      const { done, value } = await chunks.next().finally(() => clearTimeout(timer));
      read += done ? 0 : value.length;
      if (done || read > sizeBytes) break;
      yield value;
    }
  } catch (cause) {
    throw cause instanceof RelayError ? cause : new RelayError('CONFLUENCE_UNAVAILABLE', { cause });
  } finally {
    answer.destroy();
  }
  if (read !== sizeBytes) throw new RelayError('ATTACHMENT_UNAVAILABLE');
}

/** What a status means; 404 and 403 are facts about the file, 429 and 5xx pass. */
function failureOf(answer: http.IncomingMessage): RelayError {
  const status = answer.statusCode ?? 0;
  const retryAfter = Number(answer.headers['retry-after']);
  answer.destroy();
  if (status === 404 || status === 410) return new RelayError('ATTACHMENT_UNAVAILABLE');
  if (status === 401 || status === 403) return new RelayError('CONFLUENCE_REFUSED');
  if (status === 429)
    return new RelayError('RATE_LIMITED', {
      retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter >= 0 ? Math.min(retryAfter, 900) : 30,
    });
  return new RelayError('CONFLUENCE_UNAVAILABLE');
}
