/** Answers `__forge_fetch__`: which part of the platform a request is for, and that part's answer. */
import type { Directory } from '#local/confluence/directory';
import type { Caller } from '#local/confluence/endpoint';
import type { FunctionRun, LogEntry } from '#local/forge/functions';
import type { KvsApi } from '#local/forge/kvs/api';
import type { Manifest } from '#local/forge/manifest';
import type { FetchTarget, WireRequest } from '#local/forge/messages';
import { callerOf } from '#local/forge/product';
import type { EventQueue } from '#local/forge/queue';
import { callRemote, type RemoteDeps } from '#local/forge/remotes';

/** Statuses of Confluence's answers that mean a missing scope, right or operation. */
const REFUSED = new Set([401, 403, 501]);

export interface ForgeFetchDeps {
  readonly manifest: Manifest;
  readonly directory: Directory;
  readonly kvs: KvsApi;
  readonly queue: () => EventQueue;
  readonly remotes: RemoteDeps;
  readonly siteUrl: string;
  confluence(caller: Caller, request: Request): Promise<Response>;
  log(entry: LogEntry): void;
}

function readJson(init: WireRequest): unknown {
  try {
    return JSON.parse(Buffer.from(init.body ?? new ArrayBuffer(0)).toString());
  } catch {
    return undefined;
  }
}

function kvsFetch({ manifest, kvs }: ForgeFetchDeps, path: string, init: WireRequest): Response {
  if (manifest.scopes.has('storage:app')) return kvs.handle(path, readJson(init));
  return Response.json({ code: 'FORBIDDEN', message: 'The scope storage:app is missing' }, { status: 403 });
}

function stargateFetch(deps: ForgeFetchDeps, path: string, init: WireRequest): Response {
  const operation = /^\/webhook\/queue\/(publish|stats|cancel)\//.exec(path)?.[1];
  const queue = deps.queue();
  if (operation === 'publish') return queue.push(readJson(init));
  if (operation === 'stats') return queue.stats(readJson(init));
  if (operation === 'cancel') return queue.cancel(readJson(init));
  if (path === '/app/report-accounts' && init.method === 'POST') return reportAccounts(deps, readJson(init));
  throw new Error(`The local site does not know the platform operation ${init.method} ${path}`);
}

/** Accounts in one report (Forge: personal data reporting). */
const MAX_REPORTED_ACCOUNTS = 90;

/** Takes the accounts that the app stores, and tells which of them were closed: on the local site the deactivated ones. */
function reportAccounts({ manifest, directory }: ForgeFetchDeps, body: unknown): Response {
  if (!manifest.scopes.has('report:personal-data')) return new Response(null, { status: 403 });
  const accounts = body !== null && typeof body === 'object' ? (Reflect.get(body, 'accounts') as unknown) : undefined;
  if (!Array.isArray(accounts) || accounts.length === 0 || accounts.length > MAX_REPORTED_ACCOUNTS)
    return new Response(null, { status: 400 });
  const ids = new Set(
    accounts.map((each: unknown) => (each !== null && typeof each === 'object' ? Reflect.get(each, 'accountId') : undefined)),
  );
  const closed = directory.site.users.filter(({ accountId, active }) => !active && ids.has(accountId));
  if (closed.length === 0) return new Response(null, { status: 204 });
  return Response.json({ accounts: closed.map(({ accountId }) => ({ accountId, status: 'closed' })) });
}

async function confluenceFetch(
  deps: ForgeFetchDeps,
  run: FunctionRun,
  target: FetchTarget,
  path: string,
  init: WireRequest,
): Promise<Response> {
  const caller = callerOf(target, { manifest: deps.manifest, directory: deps.directory, sessionAccountId: run.accountId });
  const headers = init.headers.map(([name, value]): [string, string] => [name, value]);
  const request = new Request(new URL(path, deps.siteUrl), { method: init.method, headers, body: init.body ?? null });
  const response = caller instanceof Response ? caller : await deps.confluence(caller, request);
  if (REFUSED.has(response.status)) {
    // The app's mistake or its manifest's: worth a line that says why.
    const text = `${init.method} ${new URL(request.url).pathname} refused with ${response.status}: ${await response.clone().text()}`;
    deps.log({ functionKey: run.fn.key, level: 'platform', text });
  }
  return response;
}

/** @throws with the name of an operation that the local site does not know */
export function createForgeFetch(deps: ForgeFetchDeps) {
  return async (run: FunctionRun, target: FetchTarget, path: string, init: WireRequest): Promise<Response> => {
    const { type, remote, provider } = target;
    if (type === 'kvs') return kvsFetch(deps, path, init);
    if (type === 'fpp' && remote === 'confluence') return confluenceFetch(deps, run, target, path, init);
    if (type === 'fpp' && remote === 'stargate' && provider === 'app') return stargateFetch(deps, path, init);
    if (type === 'frc') {
      const { moduleType, moduleKey } = run;
      return callRemote(deps.remotes, { remoteKey: remote ?? '', path, init, moduleType, moduleKey });
    }
    throw new Error(`The local site does not know ${JSON.stringify(target)} ${init.method} ${path}`);
  };
}
