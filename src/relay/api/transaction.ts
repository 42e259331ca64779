/** What stands around every request to the API: token, quota, idempotency, log line, metrics. */
import type { IncomingMessage } from 'node:http';
import { IDEMPOTENCY_HEADER, REPLAY_ONLY_HEADER, type RelayAccount, type SendRequest, type SendResponse } from '#contract/relay/api';
import type { Authenticator, Caller } from '#relay/api/auth';
import type { Idempotency } from '#relay/api/idempotency';
import type { Quota } from '#relay/api/quota';
import { announcedSize, checkRequest, type MailRequest } from '#relay/api/request-check';
import { asRelayError, RelayError } from '#relay/shared/errors';
import { hostDigest, type Log, type Marks, type TransactionLine, traceIdOf } from '#relay/shared/log';
import type { Metrics } from '#relay/shared/metrics';
import { type SendServices, sendMessage } from '#relay/submit/send';

export interface TransactionServices {
  readonly authenticator: Authenticator;
  readonly idempotency: Idempotency;
  readonly quota: Quota;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Facts gathered on the way, for the log line and the metrics. */
export interface Transaction {
  readonly caller: Caller;
  readonly trace: string | undefined;
  /** Notes that a step has ended. */
  mark(step: string): void;
  note(facts: Partial<TransactionLine>): void;
}

/**
 * Runs one request to the API: checks its token, does `work`, and writes its one log line whatever happens.
 * @throws what the token check and `work` throw
 */
export async function transact<T>(
  services: TransactionServices,
  route: string,
  request: IncomingMessage,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const ms: Marks = {};
  const trace = traceIdOf(request.headers['x-b3-traceid']);
  let facts: Partial<TransactionLine> = {};
  const mark = (step: string): void => {
    ms[step] = Math.round((performance.now() - start) * 10) / 10;
  };
  const end = (outcome: string, status: number, logged = true): void => {
    mark('total');
    if (logged) services.log.transaction({ route, outcome, status, ms, ...(trace && { trace }), ...facts });
    services.metrics.transaction(route, facts.outcome ?? outcome, ms, facts.bytes ?? 0);
    services.metrics.ended();
  };
  services.metrics.started();
  let leave: (() => void) | undefined;
  try {
    const caller = await services.authenticator.authenticate(request.headers.authorization);
    mark('token');
    const note = (more: Partial<TransactionLine>): void => {
      facts = { ...facts, ...more };
    };
    note({ installation: caller.installationId });
    // Who asks what became of a mail must not be turned away because that mail still has its place.
    leave = services.quota.enter(`${caller.installationId}${isReplay(request.headers) ? ' asks' : ''}`);
    const result = await work({ caller, trace, mark, note });
    end('OK', 200);
    return result;
  } catch (error) {
    const failure = asRelayError(error);
    if (failure.code === 'RELAY_REFUSED_TOKEN') services.metrics.tokenRefused();
    if (failure.code === 'INTERNAL') services.log.fault(failure.cause ?? failure, trace);
    // Nonsense from strangers is counted, not written down: whoever floods the relay must not fill its disk.
    end(failure.code, failure.status, failure.code !== 'RELAY_REFUSED_TOKEN');
    throw failure;
  } finally {
    leave?.();
  }
}

export interface MailOptions {
  /** Resolves the account of the request: its own, or the operator's server. @throws RelayError */
  readonly accountOf: (account: SendRequest['account'], from: readonly string[]) => { account: RelayAccount; isDefault: boolean };
  readonly send: SendServices;
  /** Aborted with RELAY_ENDS when time is up for what is under way. */
  readonly ending: AbortSignal;
}

/** One mail within a transaction: checks, quota, idempotency, sending. `signal` ends when the client goes away. */
export async function mail(
  services: TransactionServices,
  options: MailOptions,
  transaction: Transaction,
  request: MailRequest,
  headers: IncomingMessage['headers'],
  signal: AbortSignal,
): Promise<SendResponse> {
  const { caller } = transaction;
  const { account, isDefault } = options.accountOf(request.account, [request.envelope.from, request.message.from.address]);
  transaction.note({ account: hostDigest(account.host) });
  const key = keyOf(headers, caller);
  checkRequest(request, options.send.limits);
  let worked = false;

  const work = async (onData: () => Promise<void>): Promise<SendResponse> => {
    worked = true;
    await services.quota.take(caller.installationId, {
      recipients: request.envelope.to.length,
      bytes: announcedSize(request),
      defaultServer: isDefault,
    });
    // With a key the answer can be asked for again, so the mail is finished for a client that went away.
    const patience = key === undefined ? AbortSignal.any([signal, options.ending]) : options.ending;
    const systemToken = single(headers['x-forge-oauth-system']);
    return sendMessage(
      { ...request, account },
      { caller, trace: transaction.trace, systemToken, signal: patience, onData, onStep: transaction.mark },
      options.send,
    );
  };
  const replayOnly = isReplay(headers);
  if (replayOnly && key === undefined) throw new RelayError('OUTCOME_UNKNOWN');
  const response = key === undefined ? await work(async () => undefined) : await services.idempotency.once(key, request, replayOnly, work);
  const outcome = response.accepted.length === 0 ? 'NONE_ACCEPTED' : response.rejected.length > 0 ? 'PARTLY_SENT' : 'SENT';
  transaction.note({
    outcome,
    accepted: response.accepted.length,
    rejected: response.rejected.length,
    ...(worked ? { bytes: response.sizeBytes } : { replayed: true }),
  });
  return response;
}

const isReplay = (headers: IncomingMessage['headers']): boolean => single(headers[REPLAY_ONLY_HEADER.toLowerCase()]) === 'true';

const single = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

/** Keys of different installations never meet. @throws RelayError INVALID_REQUEST */
function keyOf(headers: IncomingMessage['headers'], { installationId }: Caller): string | undefined {
  const key = single(headers[IDEMPOTENCY_HEADER.toLowerCase()]);
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw new RelayError('INVALID_REQUEST', { params: { field: IDEMPOTENCY_HEADER } });
  return `${installationId}:${key}`;
}
