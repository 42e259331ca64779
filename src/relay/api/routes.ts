/** The relay's API: which method and path does what. */
import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import {
  type DomainCheckRequest,
  type DomainCheckResponse,
  debugRequestSchema,
  domainCheckRequestSchema,
  type InfoResponse,
  type RelayAccount,
  sendRequestSchema,
  type VerifyResponse,
  verifyRequestSchema,
} from '#contract/relay/api';
import { secureRequestSchema } from '#contract/relay/secure';
import { VERSION } from '#contract/version';
import { type Answer, type ByteBudget, readBody } from '#relay/api/http';
import { openApiDocument } from '#relay/api/openapi';
import type { MailRequest } from '#relay/api/request-check';
import { type MailOptions, mail, type Transaction, type TransactionServices, transact } from '#relay/api/transaction';
import type { RelayConfig } from '#relay/shared/config';
import { hostDigest } from '#relay/shared/log';
import type { SharedStore } from '#relay/shared/store';

/** Answers one request; `signal` ends when the client goes away. */
export type Handler = (request: IncomingMessage, signal: AbortSignal) => Promise<Answer>;

export interface RouteServices extends TransactionServices, MailOptions {
  readonly config: RelayConfig;
  readonly store: SharedStore;
  /** What the bodies of mails take of the memory. */
  readonly bodies: ByteBudget;
  readonly verify: (account: RelayAccount, transaction: Transaction) => Promise<VerifyResponse>;
  readonly checkDomain: (request: DomainCheckRequest) => Promise<DomainCheckResponse>;
  /** False once the relay is ending. */
  readonly accepting: () => boolean;
}

/** Key in the store that says whether an installation's debug mode is on. */
export const debugKey = (installationId: string): string => `debug:${installationId}`;

/** Handlers by `METHOD /path`. */
export function createRoutes(services: RouteServices): ReadonlyMap<string, Handler> {
  const info = infoOf(services);
  return new Map<string, Handler>([
    ['GET /healthz', async () => ({ status: 200, body: 'ok\n' })],
    ['GET /readyz', async () => readiness(services)],
    ['GET /metrics', async () => ({ status: 200, body: await services.metrics.text() })],
    ['GET /openapi.json', async () => ({ status: 200, body: openApiDocument(VERSION) })],
    ['GET /v1/info', (request) => transact(services, 'info', request, async () => ({ status: 200, body: info }))],
    [
      'POST /v1/verify',
      (request) =>
        transact(services, 'verify', request, async (transaction) => {
          const body = await readBody(request, verifyRequestSchema);
          const { account } = services.accountOf(body.account, []);
          transaction.note({ account: hostDigest(account.host) });
          const result = await services.verify(account, transaction);
          transaction.note({ outcome: result.steps.find((step) => step.error)?.error?.code ?? 'VERIFIED' });
          return { status: 200, body: result };
        }),
    ],
    ['POST /v1/messages', mailRoute(services, 'messages', sendRequestSchema)],
    ['POST /v1/secure-messages', mailRoute(services, 'secure-messages', secureRequestSchema)],
    [
      'POST /v1/domain-check',
      (request) =>
        transact(services, 'domain-check', request, async () => {
          const body = await readBody(request, domainCheckRequestSchema);
          return { status: 200, body: await services.checkDomain(body) };
        }),
    ],
    [
      'POST /v1/debug',
      (request) =>
        transact(services, 'debug', request, async ({ caller }) => {
          const { minutes } = await readBody(request, debugRequestSchema);
          const key = debugKey(caller.installationId);
          await (minutes > 0 ? services.store.set(key, '1', minutes * 60) : services.store.delete(key));
          return { status: 200, body: { minutes } };
        }),
    ],
  ]);
}

/** One mail: its request is read within the memory that bodies may take. */
const mailRoute =
  (services: RouteServices, route: string, schema: z.ZodType<MailRequest>): Handler =>
  (request, signal) =>
    transact(services, route, request, async (transaction) => {
      const giveBack = services.bodies.take(request);
      try {
        const body = await readBody(request, schema);
        transaction.mark('read');
        return { status: 200, body: await mail(services, services, transaction, body, request.headers, signal) };
      } finally {
        giveBack();
      }
    });

const infoOf = ({ config, send }: RouteServices): InfoResponse => ({
  name: 'pagemail-relay',
  version: VERSION,
  api: 1,
  limits: send.limits,
  clearTextAllowed: config.allowClearText,
  ...(config.defaultFromDomain && { defaultServer: { fromDomain: config.defaultFromDomain } }),
});

/** Ready while requests are taken. A shared store that is gone is said, but does not take the relay out of service. */
function readiness({ accepting, store, config }: RouteServices): Answer {
  const ready = accepting();
  const shared = config.redisUrl === undefined ? 'none' : store.healthy() ? 'ok' : 'unreachable';
  return { status: ready ? 200 : 503, body: { ready, store: shared, quotas: shared === 'ok' ? 'shared' : 'local' } };
}
