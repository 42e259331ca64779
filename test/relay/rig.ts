/** What a relay test needs around the relay: a key set and tokens, a Confluence with files, requests. */
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { RelayMessage, SendRequest } from '#contract/relay/api';
import { sendRequestSchema } from '#contract/relay/api';
import { type Relay, type RelayDeps, startRelay } from '#relay/server';
import { parseConfig } from '#relay/shared/config';

export const APP_ID = 'ari:cloud:ecosystem::app/1fa3c6b0-5d1c-4a40-8d0e-6a4ffb1c51a7';
export const CLOUD_ID = '8f1d3a52-6c07-4d0e-9f6a-2f4b8f3f2f10';

export interface HttpStub {
  readonly origin: string;
  close(): Promise<void>;
}
/** An HTTP server on a free port of 127.0.0.1. */
export async function startHttp(listener: RequestListener): Promise<HttpStub & { server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, close };
}

const keys = await generateKeyPair('RS256', { extractable: true });
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'forge/invocation-token/test', alg: 'RS256', use: 'sig' };

export interface TokenWishes {
  readonly claims?: Record<string, unknown>;
  readonly app?: Record<string, unknown>;
  readonly kid?: string;
  readonly key?: CryptoKey;
  readonly alg?: string;
}

export interface StubFile {
  readonly body: Buffer;
  readonly status?: number;
}

export interface Rig extends AsyncDisposable {
  readonly relay: Relay;
  readonly origin: string;
  /** Attachments by id. */
  readonly files: Map<string, StubFile>;
  /** Requests that reached Confluence, as `METHOD path`. */
  readonly asked: string[];
  /** Lines the relay logged. */
  readonly log: string[];
  token(wishes?: TokenWishes): Promise<string>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<{ status: number; body: never; headers: Headers }>;
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; body: never; headers: Headers }>;
}

/** A relay with its surroundings. `env` adds to the configuration, `confluence` may answer before the stub does; `true` says that it has. */
export async function startRig(
  options: { env?: Record<string, string>; deps?: RelayDeps; confluence?: (...args: Parameters<RequestListener>) => unknown } = {},
): Promise<Rig> {
  const files = new Map<string, StubFile>();
  const asked: string[] = [];
  const log: string[] = [];
  const stub = await startHttp((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (options.confluence?.(request, response) === true || response.headersSent) return;
    if (request.url === '/jwks') return void response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    if (request.url === '/graphql') {
      const token = { data: { offlineUserAuthToken: { success: true, errors: null, authToken: { token: 'user-token', ttl: 3600 } } } };
      return void response.setHeader('content-type', 'application/json').end(JSON.stringify(token));
    }
    const download = /\/attachment\/(\w+)\/download/.exec(request.url ?? '');
    if (download) return void response.writeHead(302, { location: `/media/${download[1]}` }).end();
    const media = /^\/media\/(\w+)/.exec(request.url ?? '');
    const file = files.get(media?.[1] ?? '');
    if (!file || (file.status ?? 200) !== 200) return void response.writeHead(file?.status ?? 404).end();
    response.writeHead(200, { 'content-length': file.body.length }).end(file.body);
  });
  const config = parseConfig({
    RELAY_PORT: '0',
    RELAY_APP_IDS: APP_ID,
    RELAY_JWKS_URL: `${stub.origin}/jwks`,
    RELAY_GRAPHQL_URL: `${stub.origin}/graphql`,
    RELAY_CONFLUENCE_HOSTS: stub.origin,
    RELAY_ALLOW_NETWORKS: '127.0.0.0/8',
    RELAY_ALLOW_CLEAR_TEXT: 'true',
    RELAY_POOL_IDLE_SECONDS: '0',
    ...options.env,
  });
  const relay = await startRelay(config, { logTo: { write: (line) => void log.push(line) }, ...options.deps });

  const token = async ({
    claims = {},
    app = {},
    kid = jwk.kid,
    key = keys.privateKey,
    alg = 'RS256',
  }: TokenWishes = {}): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const body = {
      app: {
        id: APP_ID,
        installationId: 'installation-1',
        apiBaseUrl: `${stub.origin}/ex/confluence/${CLOUD_ID}`,
        installation: { contexts: [{ cloudId: CLOUD_ID }] },
        ...app,
      },
      iss: 'forge/invocation-token',
      aud: APP_ID,
      iat: now,
      nbf: now,
      exp: now + 25,
      jti: randomUUID(),
      ...claims,
    };
    return new SignJWT(body).setProtectedHeader({ alg, kid }).sign(key);
  };
  const call = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
    const answer = await fetch(relay.url + path, {
      method,
      headers: { authorization: `Bearer ${await token()}`, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: (answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as never,
    };
  };
  return {
    relay,
    origin: stub.origin,
    files,
    asked,
    log,
    token,
    post: (path, body, headers = {}) =>
      call(
        'POST',
        path,
        { 'content-type': 'application/json', 'x-forge-oauth-system': 'system-token', ...headers },
        typeof body === 'string' ? body : JSON.stringify(body),
      ),
    get: (path, headers = {}) => call('GET', path, headers),
    async [Symbol.asyncDispose]() {
      await relay.close();
      await stub.close();
    },
  };
}

/** A request for one small mail; `message` and the rest replace parts of it. */
export function sendRequest(
  port: number,
  wishes: { account?: Partial<SendRequest['account']>; to?: string[]; message?: Partial<Record<keyof RelayMessage, unknown>> } = {},
): SendRequest {
  const to = wishes.to ?? ['bruno.keller@example.com'];
  return sendRequestSchema.parse({
    account: { host: '127.0.0.1', port, security: 'none', auth: { kind: 'none' }, ...wishes.account },
    envelope: { from: 'pages@example.org', to },
    message: {
      messageId: `${randomUUID()}@example.org`,
      date: '2026-11-23T03:00:00.000Z',
      from: { address: 'pages@example.org', name: 'Ada Lindgren' },
      replyTo: { address: 'ada.lindgren@example.org', name: 'Ada Lindgren' },
      to: to.map((address) => ({ address })),
      cc: [],
      subject: 'Release plan',
      html: '<p>Hello from the page</p>',
      text: 'Hello from the page',
      autoSubmitted: 'no',
      language: 'en',
      inline: [],
      attachments: [],
      ...wishes.message,
    },
    readAs: { accountId: '557058:ada' },
  });
}
