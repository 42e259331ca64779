import { invokeRemote } from '@forge/api';
import type * as z from 'zod';
import { AppFailure } from '#app/failure';
import type { MailTransport, OutgoingRequest, RelayTools } from '#app/model';
import { replyText } from '#app/reply';
import type { ErrorCode } from '#contract/errors';
import { MAX_RELAY_REQUEST_BYTES } from '#contract/limits';
import { RELAY_REMOTE } from '#contract/modules';
import {
  debugResponseSchema,
  domainCheckResponseSchema,
  IDEMPOTENCY_HEADER,
  infoResponseSchema,
  REPLAY_ONLY_HEADER,
  relayErrorSchema,
  sendResponseSchema,
  verifyResponseSchema,
} from '#contract/relay/api';

/** The only file that calls the relay. Forge adds the invocation token and the system token (manifest `remotes`). */

interface Call {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  readonly body?: string;
}
/** An answer of the relay itself, or `lost`: nobody knows whether the request arrived and what became of it. */
type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'lost'; readonly cause: unknown };

/** Names of Forge errors that mean that no address has been set for the remote. */
const isUnconfigured = (error: unknown): boolean => error instanceof Error && error.name === 'INVALID_REMOTE_ERR';

async function ask(call: Call): Promise<Answer> {
  const headers = {
    Accept: 'application/json',
    ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...call.headers,
  };
  try {
    const response = await invokeRemote(RELAY_REMOTE, { ...call, headers });
    const body: unknown = await response.json().catch(() => undefined);
    const isRelays = response.ok ? body !== undefined : relayErrorSchema.safeParse(body).success;
    // Proxies between Forge and the relay answer without the relay's JSON: below 500 they turned the request away.
    if (!isRelays && (response.ok || response.status >= 500)) return { kind: 'lost', cause: `status ${response.status}` };
    return { kind: 'answer', status: response.status, body };
  } catch (cause) {
    if (isUnconfigured(cause)) throw new AppFailure('RELAY_NOT_CONFIGURED', undefined, { cause });
    return { kind: 'lost', cause };
  }
}

/** The value of a good answer, or the relay's own failure. */
function valueFrom<T extends z.ZodType>(answer: Answer & { kind: 'answer' }, schema: T): z.output<T> {
  if (answer.status < 300) {
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    throw new AppFailure('RELAY_OUTDATED', undefined, { cause: parsed.error });
  }
  const coded = relayErrorSchema.safeParse(answer.body);
  if (coded.success) throw new AppFailure(coded.data.error.code, coded.data.error.params, { reply: replyText(coded.data.error.smtp) });
  if (answer.status === 401) throw new AppFailure('RELAY_REFUSED_TOKEN');
  if (answer.status === 403) throw new AppFailure('RELAY_FORBIDDEN');
  throw new AppFailure(answer.status === 404 || answer.status === 405 ? 'RELAY_OUTDATED' : 'RELAY_UNREACHABLE');
}

/** A call that changes nothing: a lost answer means only that the relay is not there. */
async function query<T extends z.ZodType>(call: Call, schema: T): Promise<z.output<T>> {
  const answer = await ask(call);
  if (answer.kind === 'lost') throw new AppFailure('RELAY_UNREACHABLE', undefined, { cause: answer.cause });
  return valueFrom(answer, schema);
}

const info = () => query({ path: '/v1/info', method: 'GET' }, infoResponseSchema);

async function send(request: OutgoingRequest, key: string, isThere = false) {
  const body = JSON.stringify(request);
  if (new TextEncoder().encode(body).length > MAX_RELAY_REQUEST_BYTES) throw new AppFailure('MESSAGE_TOO_LARGE');
  // A relay that is down shows here, before anything could have been sent.
  if (!isThere) await info();
  const path = request.body === undefined && request.secure === undefined ? '/v1/messages' : '/v1/secure-messages';
  const call: Call = { path, method: 'POST', body, headers: { [IDEMPOTENCY_HEADER]: key } };
  const first = await ask(call);
  const answer = first.kind === 'answer' ? first : await ask({ ...call, headers: { ...call.headers, [REPLAY_ONLY_HEADER]: 'true' } });
  if (answer.kind === 'lost') throw new AppFailure('OUTCOME_UNKNOWN', undefined, { cause: answer.cause });
  try {
    return valueFrom(answer, sendResponseSchema);
  } catch (error) {
    const isUncertain = answer.status < 300 || (first.kind === 'lost' && !isAboutFirst(error));
    throw isUncertain ? new AppFailure('OUTCOME_UNKNOWN', undefined, { cause: error }) : error;
  }
}

/** Codes that a relay gives to a request rather than to a delivery: after a lost answer they say nothing about the first request. */
const REQUEST_CODES: ReadonlySet<ErrorCode> = new Set(['INVALID_REQUEST', 'MESSAGE_TOO_LARGE', 'RATE_LIMITED', 'INTERNAL']);
const isAboutFirst = (error: unknown): boolean =>
  error instanceof AppFailure && !REQUEST_CODES.has(error.code) && !error.code.startsWith('RELAY_');

export const relay: MailTransport = {
  info,
  verify: (account) => query({ path: '/v1/verify', method: 'POST', body: JSON.stringify({ account }) }, verifyResponseSchema),
  send,
};

export const relayTools: RelayTools = {
  checkDomain: (request) => query({ path: '/v1/domain-check', method: 'POST', body: JSON.stringify(request) }, domainCheckResponseSchema),
  async debug(minutes) {
    await query({ path: '/v1/debug', method: 'POST', body: JSON.stringify({ minutes }) }, debugResponseSchema);
  },
};
