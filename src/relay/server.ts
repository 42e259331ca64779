/** The relay: its parts put together, and its HTTP server. */
import { Resolver } from 'node:dns/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import type { RelayAccount } from '#contract/relay/api';
import { VERSION } from '#contract/version';
import { type Caller, createAuthenticator } from '#relay/api/auth';
import { createByteBudget, sendAnswer } from '#relay/api/http';
import { createIdempotency } from '#relay/api/idempotency';
import { createQuota } from '#relay/api/quota';
import { createRoutes, debugKey, type Handler, type RouteServices } from '#relay/api/routes';
import { createConfluence } from '#relay/confluence/files';
import { checkDomain, type TxtLookup, txtLookup } from '#relay/lookup/domain-check';
import type { RelayConfig } from '#relay/shared/config';
import { asRelayError, errorAnswer, RelayError } from '#relay/shared/errors';
import { createGuard, type Resolve } from '#relay/shared/guard';
import {
  BUSY_RETRY_SECONDS,
  KEEP_ALIVE_MS,
  MAX_BODY_BYTES_UNDER_WAY,
  MAX_REQUESTS_UNDER_WAY,
  REQUEST_TIMEOUT_MS,
  TIMEOUTS,
  type Timeouts,
} from '#relay/shared/limits';
import { createLog, type Log, maskLine } from '#relay/shared/log';
import { createMetrics } from '#relay/shared/metrics';
import { redisStore } from '#relay/shared/redis-store';
import { memoryStore, type SharedStore } from '#relay/shared/store';
import { type ConnectOptions, openSession } from '#relay/submit/connect';
import { createAccountOf } from '#relay/submit/default-server';
import { createAccessTokens } from '#relay/submit/oauth';
import { createPool } from '#relay/submit/pool';
import { RELAY_ENDS } from '#relay/submit/transmit';
import { verifyAccount } from '#relay/submit/verify';

/** What the relay needs from outside; everything has a default. */
export interface RelayDeps {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Addresses of a host name; the system's resolver by default. */
  readonly resolve?: Resolve;
  /** Text records of a name; the system's name servers by default. */
  readonly lookupTxt?: TxtLookup;
  /** Waits that differ from the usual ones, in ms. */
  readonly timeouts?: Partial<Timeouts>;
  /** Where log lines go; standard output by default. */
  readonly logTo?: { write(line: string): void };
}
export interface Relay {
  /** `http://host:port` it listens on. */
  readonly url: string;
  /** Stops taking requests, waits for those under way (at most `drainSeconds`), then ends. */
  close(): Promise<void>;
}

interface State {
  ending: boolean;
  readonly end: AbortController;
  readonly underWay: Set<Promise<void>>;
}
/** Time for writing down outcomes and answering after everything has been aborted. */
const LAST_WORDS_MS = 1_000;

/**
 * Starts a relay and waits until it listens. `config` comes from `parseConfig({RELAY_PORT: '0', …})`.
 * @throws the error of `listen`
 */
export async function startRelay(config: RelayConfig, deps: RelayDeps = {}): Promise<Relay> {
  const log = createLog(config.logLevel, deps.logTo);
  const state: State = { ending: false, end: new AbortController(), underWay: new Set() };
  const { services, stop } = await createServices(config, deps, log, state);
  const routes = createRoutes(services);
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: 20_000, keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: 32_768 },
    (request, response) => {
      // Health and readiness are always answered, so that a load balancer sees what is going on and nobody restarts a relay for being busy.
      const full = state.ending || state.underWay.size >= MAX_REQUESTS_UNDER_WAY;
      if (full && request.url?.startsWith('/v1/'))
        return refuse(response, new RelayError('RELAY_BUSY', { retryAfterSeconds: BUSY_RETRY_SECONDS }));
      const handled = answerTo(routes, request, response).finally(() => state.underWay.delete(handled));
      state.underWay.add(handled);
    },
  );
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(config.port, config.host, resolve));
  const url = urlOf(server.address() as AddressInfo);
  log.info('listening', { url, version: VERSION });
  return {
    url,
    async close() {
      state.ending = true;
      log.info('ending', { underWay: state.underWay.size });
      await before(config.drainSeconds * 1000, Promise.allSettled(state.underWay));
      state.end.abort(RELAY_ENDS);
      await before(LAST_WORDS_MS, Promise.allSettled(state.underWay));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await stop();
    },
  };
}

async function createServices(
  config: RelayConfig,
  deps: RelayDeps,
  log: Log,
  state: State,
): Promise<{ services: RouteServices; stop: () => Promise<void> }> {
  const now = deps.now ?? Date.now;
  const timeouts = { ...TIMEOUTS, ...deps.timeouts };
  const local = memoryStore(now);
  const store = await createStore(config, local, now, log);
  const authenticator = createAuthenticator(config, store, now);
  const pool = createPool(config.poolIdleSeconds * 1000);
  const metrics = createMetrics({
    keySetAgeSeconds: () => authenticator.keySetAgeSeconds(),
    idleConnections: () => pool.idleCount(),
    storeHealthy: () => store.healthy(),
  });
  const guard = createGuard(config, deps.resolve);
  const extraCa = config.extraCa ? [...tls.rootCertificates, config.extraCa] : undefined;
  const tokens = createAccessTokens(config, now);
  const connect: ConnectOptions = {
    guard,
    secureContext: tls.createSecureContext({ minVersion: 'TLSv1.2', ...(extraCa && { ca: extraCa }) }),
    heloName: config.heloName ?? defaultHeloName(),
    clearTextAllowed: config.allowClearText,
    timeouts,
    tokens,
  };
  const isDebugged = async (installationId: string): Promise<boolean> => (await store.get(debugKey(installationId))) !== undefined;
  const optionsFor = (account: RelayAccount, caller: Caller, trace: string | undefined, debugged: boolean): ConnectOptions =>
    debugged ? { ...connect, onDialogue: dialogueOf(account, caller, trace, log) } : connect;
  const confluence = createConfluence({ guard, graphqlUrl: config.graphqlUrl, extraCa, idleMs: timeouts.confluenceIdleMs });
  const idempotency = createIdempotency(store, local);
  const services: RouteServices = {
    config,
    store,
    authenticator,
    idempotency,
    metrics,
    log,
    bodies: createByteBudget(MAX_BODY_BYTES_UNDER_WAY),
    accepting: () => !state.ending,
    ending: state.end.signal,
    quota: createQuota(config, store, now, metrics.quotaRefused),
    accountOf: createAccountOf(config),
    send: {
      limits: { messageBytes: config.maxMessageBytes, recipients: config.maxRecipients },
      confluence,
      pool,
      smtpTotalMs: timeouts.smtpTotalMs,
      dkimKeys: config.dkimKeys,
      isDebugged,
      connect: (account, caller, trace, debugged) => openSession(account, optionsFor(account, caller, trace, debugged)),
    },
    checkDomain: (request) => checkDomain(request, deps.lookupTxt ?? txtLookup(new Resolver({ timeout: 2_000, tries: 2 }))),
    verify: async (account, { caller, trace }) => {
      const options = optionsFor(account, caller, trace, await isDebugged(caller.installationId));
      return verifyAccount(account, (one, onStep) => openSession(one, { ...options, onStep }));
    },
  };
  const stop = async (): Promise<void> => {
    idempotency.close();
    pool.close();
    confluence.close();
    await store.close();
  };
  return { services, stop };
}

/** Writes the dialogue of a connection down, masked. */
function dialogueOf(
  { auth }: RelayAccount,
  caller: Caller,
  trace: string | undefined,
  log: Log,
): NonNullable<ConnectOptions['onDialogue']> {
  const user = auth.kind === 'none' ? undefined : auth.user;
  return (who, line) => log.dialogue(caller.installationId, trace, [`${who === 'client' ? '>' : '<'} ${maskLine(line, user)}`]);
}

async function createStore(config: RelayConfig, local: SharedStore, now: () => number, log: Log): Promise<SharedStore> {
  if (config.redisUrl === undefined) return local;
  return redisStore(config.redisUrl, local, now, (reachable) =>
    reachable ? log.info('redis is back') : log.warn('redis is out of reach: quotas are local'),
  );
}

async function answerTo(routes: ReadonlyMap<string, Handler>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const handler = routes.get(`${request.method} ${request.url?.split('?')[0]}`);
    if (!handler) throw new RelayError('RELAY_OUTDATED');
    sendAnswer(response, await handler(request, gone.signal));
  } catch (error) {
    refuse(response, asRelayError(error));
  }
}

/** A body that is not read to its end must not be taken for the next request; one that came with the head is there a moment later. */
function refuse(response: ServerResponse, error: RelayError): void {
  const { status, body, headers } = errorAnswer(error);
  const answer = (): void =>
    sendAnswer(response, { status, body, headers: response.req.complete ? headers : { ...headers, connection: 'close' } });
  if (response.req.complete) answer();
  else setImmediate(answer);
}

/** Waits for `work`, but no longer than `ms`. */
async function before(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
}

const urlOf = ({ address, family, port }: AddressInfo): string => `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

/** The machine's name where it is a full one (RFC 5321 §4.1.1.1), else an address literal. */
const defaultHeloName = (): string => (hostname().includes('.') ? hostname() : '[127.0.0.1]');
