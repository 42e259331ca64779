/** The relay: its parts put together, and its HTTP server. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import tls from 'node:tls';
import { type InfoResponse, type RelayAccount, sendRequestSchema, verifyRequestSchema } from '#contract/relay';
import { type Authenticator, createAuthenticator } from '#relay/auth';
import type { RelayConfig } from '#relay/config';
import { createConfluence } from '#relay/confluence';
import { type ConnectOptions, openSession } from '#relay/connect';
import { asRelayError, errorAnswer, RelayError } from '#relay/errors';
import { createGuard, type Resolve } from '#relay/guard';
import { type Answer, readBody, sendAnswer } from '#relay/http';
import { REQUEST_TIMEOUT_MS } from '#relay/limits';
import { createPool } from '#relay/pool';
import { type SendServices, sendMessage } from '#relay/send';
import { memoryStore } from '#relay/store';
import { verifyAccount } from '#relay/verify';

export const RELAY_VERSION = '0.1.0';

/** What the relay needs from outside; everything has a default. */
export interface RelayDeps {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Addresses of a host name; the system's resolver by default. */
  readonly resolve?: Resolve;
  /** Where log lines go; standard output by default. */
  readonly logTo?: { write(line: string): void };
}
export interface Relay {
  /** `http://host:port` it listens on. */
  readonly url: string;
  /** Stops taking requests, waits for those under way (at most `drainSeconds`), then ends. */
  close(): Promise<void>;
}

/**
 * Starts a relay and waits until it listens. `config` comes from `parseConfig({RELAY_PORT: '0', …})`.
 * @throws the error of `listen`
 */
export async function startRelay(config: RelayConfig, deps: RelayDeps = {}): Promise<Relay> {
  const now = deps.now ?? Date.now;
  const store = memoryStore(now);
  const authenticator = createAuthenticator(config, store, now);
  const extraCa = config.extraCa ? [...tls.rootCertificates, config.extraCa] : undefined;
  const guard = createGuard(config, deps.resolve);
  const connectOptions: ConnectOptions = {
    guard,
    secureContext: tls.createSecureContext({ minVersion: 'TLSv1.2', ...(extraCa && { ca: extraCa }) }),
    heloName: config.heloName ?? defaultHeloName(),
    clearTextAllowed: config.allowClearText,
    accessToken: () => Promise.reject(new RelayError('LOGIN_NOT_OFFERED')),
  };
  const services: SendServices = {
    limits: { messageBytes: config.maxMessageBytes, recipients: config.maxRecipients },
    confluence: createConfluence({ guard, graphqlUrl: config.graphqlUrl, extraCa }),
    pool: createPool(config.poolIdleSeconds * 1000),
    connect: (account) => openSession(account, connectOptions),
  };
  const verify = (account: RelayAccount) => verifyAccount(account, (one, onStep) => openSession(one, { ...connectOptions, onStep }));
  const routes = createRoutes({ config, authenticator, services, verify });

  const underWay = new Set<Promise<void>>();
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: 20_000, maxHeaderSize: 32_768 },
    (request, response) => {
      const handled = answerTo(routes, request, response).finally(() => underWay.delete(handled));
      underWay.add(handled);
    },
  );
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(config.port, config.host, resolve));
  return {
    url: urlOf(server.address() as AddressInfo),
    async close() {
      server.close();
      await Promise.race([Promise.allSettled(underWay), new Promise((resolve) => setTimeout(resolve, config.drainSeconds * 1000).unref())]);
      server.closeAllConnections();
      services.pool.close();
      services.confluence.close();
      await store.close();
    },
  };
}

type Handler = (request: IncomingMessage, signal: AbortSignal) => Promise<Answer>;
type Routes = ReadonlyMap<string, Handler>;

interface Parts {
  readonly config: RelayConfig;
  readonly authenticator: Authenticator;
  readonly services: SendServices;
  readonly verify: (account: RelayAccount) => Promise<unknown>;
}

function createRoutes({ config, authenticator, services, verify }: Parts): Routes {
  const info: InfoResponse = {
    name: 'pagemail-relay',
    version: RELAY_VERSION,
    api: 1,
    limits: services.limits,
    clearTextAllowed: config.allowClearText,
    ...(config.defaultFromDomain && { defaultServer: { fromDomain: config.defaultFromDomain } }),
  };
  return new Map<string, Handler>([
    ['GET /healthz', async () => ({ status: 200, body: 'ok\n' })],
    ['GET /readyz', async () => ({ status: 200, body: { ready: true } })],
    [
      'GET /v1/info',
      async (request) => {
        await authenticator.authenticate(request.headers.authorization);
        return { status: 200, body: info };
      },
    ],
    [
      'POST /v1/verify',
      async (request) => {
        await authenticator.authenticate(request.headers.authorization);
        const { account } = await readBody(request, verifyRequestSchema);
        return { status: 200, body: await verify(account) };
      },
    ],
    [
      'POST /v1/messages',
      async (request, signal) => {
        const caller = await authenticator.authenticate(request.headers.authorization);
        const systemToken = request.headers['x-forge-oauth-system'];
        const body = await readBody(request, sendRequestSchema);
        const context = {
          caller,
          systemToken: Array.isArray(systemToken) ? systemToken[0] : systemToken,
          signal,
          onData: async () => undefined,
          onStep: () => undefined,
        };
        return { status: 200, body: await sendMessage(body, context, services) };
      },
    ],
  ]);
}

async function answerTo(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const handler = routes.get(`${request.method} ${request.url?.split('?')[0]}`);
    if (!handler) throw new RelayError('RELAY_OUTDATED');
    sendAnswer(response, await handler(request, gone.signal));
  } catch (error) {
    const failure = asRelayError(error);
    sendAnswer(response, errorAnswer(failure));
  }
}

const urlOf = ({ address, family, port }: AddressInfo): string => `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

/** The machine's name where it is a full one (RFC 5321 §4.1.1.1), else an address literal. */
const defaultHeloName = (): string => (hostname().includes('.') ? hostname() : '[127.0.0.1]');
