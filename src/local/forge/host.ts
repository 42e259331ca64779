/**
 * The Forge platform of the local site: runs the app's functions and answers what the @forge packages ask of it, within the
 * platform's limits. An operation that it does not know fails with its name.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Directory } from '#local/confluence/directory';
import type { Caller } from '#local/confluence/endpoint';
import { createEgress, type ExternalHosts } from '#local/forge/egress';
import { type AppIdentity, appIdentity } from '#local/forge/identity';
import { createKvsApi } from '#local/forge/kvs/api';
import type { KvsStore } from '#local/forge/kvs/store';
import { loadManifest, type Manifest, type ManifestFunction } from '#local/forge/manifest';
import type { FetchTarget, RuntimeFacts, WireRequest } from '#local/forge/messages';
import { createWorkerPool, FunctionThrew, FunctionTimedOut } from '#local/forge/pool';
import { callerOf, sessionScopes } from '#local/forge/product';
import { createQueue, DEFAULT_CONSUMER_SECONDS, type EventQueue } from '#local/forge/queue';
import { callRemote, type RemoteAddresses } from '#local/forge/remotes';
import { createTokens, type Tokens } from '#local/forge/tokens';

/** Time limits in seconds (Forge documentation: limits-invocation). */
const RESOLVER_SECONDS = 25;
const PRE_UNINSTALL_SECONDS = 55;

/** Bytes of what the interface sends to a resolver, and of what it gets back. */
export const MAX_INVOKE_REQUEST_BYTES = 500 * 1024;
export const MAX_INVOKE_RESPONSE_BYTES = 5 * 1024 * 1024;

/** All that an interface learns of a function that threw. */
const OPAQUE_ERROR = 'There was an error invoking the function';

export interface HostOptions {
  /** Folder with manifest.yml. */
  readonly appRoot: string;
  /** Bundle of src/index.ts. */
  readonly bundle: string;
  readonly directory: Directory;
  readonly kvs: KvsStore;
  readonly remotes: RemoteAddresses;
  /** Address of the site, e.g. `http://localhost:8080`. */
  readonly siteUrl: string;
  /** Where remotes find Confluence, without a slash at the end. */
  apiBaseUrl(cloudId: string): string;
  confluence(caller: Caller, request: Request): Promise<Response>;
  readonly now?: () => number;
  readonly fetch?: typeof fetch;
  readonly externalHosts?: ExternalHosts;
  readonly queue?: { readonly deliveries?: number; readonly delayFactor?: number };
  /** Seconds in place of the platform's limits, for tests; by function key. */
  readonly timeLimits?: Readonly<Record<string, number>>;
  /** Lines that the app logs, and errors that it throws. */
  log?(entry: { functionKey: string; level: string; text: string }): void;
}

/** Where a module is shown, as the platform tells the app. */
export interface ModuleContext {
  readonly extension: Readonly<Record<string, unknown>>;
}

export interface ResolverCall {
  readonly moduleKey: string;
  readonly functionKey: string;
  readonly payload?: unknown;
  readonly accountId: string;
  readonly context: ModuleContext;
}

/** What came of a call: a result, or a refusal of the platform with a status. */
export type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly status: number; readonly message: string };

export interface ForgeHost {
  readonly manifest: Manifest;
  readonly identity: AppIdentity;
  readonly tokens: Tokens;
  readonly queue: EventQueue;
  /** A resolver's function as the interface calls it. */
  invoke(call: ResolverCall): Promise<Outcome>;
  /** What the platform does before the app is removed. */
  preUninstall(): Promise<void>;
  close(): Promise<void>;
}

interface FunctionRun {
  readonly fn: ManifestFunction;
  readonly moduleKey: string;
  readonly moduleType: string;
  readonly args: readonly unknown[];
  readonly accountId?: string;
  readonly limitSeconds: number;
}

/** Statuses of Confluence's answers that mean a missing scope, right or operation. */
const REFUSED = new Set([401, 403, 501]);

const failure = (status: number, message: string): Outcome => ({ ok: false, status, message });

export async function createForgeHost(options: HostOptions): Promise<ForgeHost> {
  const now = options.now ?? Date.now;
  const manifest = loadManifest(options.appRoot);
  const identity = appIdentity(manifest);
  const tokens = await createTokens(identity, now);
  const pool = createWorkerPool(options.bundle, manifest.raw.app.runtime.memoryMB ?? 512);
  const kvs = createKvsApi(options.kvs, manifest.entities);
  const egress = createEgress(manifest, options.externalHosts);
  const proxyToken = randomBytes(16).toString('hex');

  const kvsFetch = (path: string, init: WireRequest): Response => {
    if (!manifest.scopes.has('storage:app')) {
      return Response.json({ code: 'FORBIDDEN', message: 'The scope storage:app is missing' }, { status: 403 });
    }
    return kvs.handle(path, readJson(init));
  };

  const stargateFetch = (path: string, init: WireRequest): Response => {
    const operation = /^\/webhook\/queue\/(publish|stats|cancel)\//.exec(path)?.[1];
    if (operation === 'publish') return queue.push(readJson(init));
    if (operation === 'stats') return queue.stats(readJson(init));
    if (operation === 'cancel') return queue.cancel(readJson(init));
    throw new Error(`The local site does not know the platform operation ${init.method} ${path}`);
  };

  const confluenceFetch = async (run: FunctionRun, target: FetchTarget, path: string, init: WireRequest): Promise<Response> => {
    const caller = callerOf(target, { manifest, directory: options.directory, sessionAccountId: run.accountId });
    const request = toRequest(new URL(path, options.siteUrl), init);
    const response = caller instanceof Response ? caller : await options.confluence(caller, request);
    if (REFUSED.has(response.status)) await logRefusal(run, request, response.clone());
    return response;
  };

  /** A call that Confluence would refuse is the app's mistake or its manifest's: worth a line that says why. */
  const logRefusal = async (run: FunctionRun, request: Request, response: Response): Promise<void> => {
    const { pathname } = new URL(request.url);
    const text = `${request.method} ${pathname} refused with ${response.status}: ${await response.text()}`;
    options.log?.({ functionKey: run.fn.key, level: 'platform', text });
  };

  const forgeFetch = async (run: FunctionRun, target: FetchTarget, path: string, init: WireRequest): Promise<Response> => {
    if (target.type === 'kvs') return kvsFetch(path, init);
    if (target.type === 'frc') return remoteFetch(run, target, path, init);
    if (target.type === 'fpp' && target.remote === 'confluence') return confluenceFetch(run, target, path, init);
    if (target.type === 'fpp' && target.remote === 'stargate' && target.provider === 'app') return stargateFetch(path, init);
    throw new Error(`The local site does not know ${JSON.stringify(target)} ${init.method} ${path}`);
  };

  const remoteFetch = (run: FunctionRun, target: FetchTarget, path: string, init: WireRequest): Promise<Response> =>
    callRemote(
      { manifest, addresses: options.remotes, tokens, apiBaseUrl: options.apiBaseUrl(identity.cloudId), fetch: options.fetch ?? fetch },
      { remoteKey: target.remote ?? '', path, init, moduleType: run.moduleType, moduleKey: run.moduleKey },
    );

  const runtimeFacts = (run: FunctionRun, id: string): RuntimeFacts => ({
    proxy: { token: proxyToken, url: 'http://127.0.0.1' },
    contextAri: identity.contextAri,
    appContext: {
      appId: identity.appId,
      appVersion: identity.appVersion,
      environmentId: identity.environmentId,
      environmentType: identity.environmentType,
      invocationId: id,
      installationId: identity.installationId,
      functionKey: run.fn.key,
      moduleType: run.moduleType,
      moduleKey: run.moduleKey,
      permissions: { scopes: [...sessionScopes(manifest)], external: manifest.raw.permissions?.external ?? {} },
    },
    ...(run.accountId === undefined ? {} : { aaid: run.accountId }),
    tracing: { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') },
    awsRequestId: randomUUID(),
    deadline: Date.now() + run.limitSeconds * 1000,
  });

  const runFunction = (run: FunctionRun): Promise<string | undefined> => {
    const id = randomUUID();
    const limitSeconds = options.timeLimits?.[run.fn.key] ?? run.limitSeconds;
    return pool.run({
      id,
      handler: run.fn.handler.split('.').at(-1) ?? '',
      args: run.args,
      runtime: runtimeFacts({ ...run, limitSeconds }, id),
      limitMs: limitSeconds * 1000,
      fetch: (target, path, init) => forgeFetch(run, target, path, init),
      egress,
      log: ({ level, text }) => options.log?.({ functionKey: run.fn.key, level, text }),
    });
  };

  const logError = (fn: ManifestFunction, error: unknown): void => {
    const text = error instanceof FunctionThrew ? String(error.cause) : String(error);
    options.log?.({ functionKey: fn.key, level: 'error', text });
  };

  const install = { installContext: identity.contextAri, installation: undefined, license: undefined };

  const queue = createQueue({
    ...options.queue,
    now,
    consumerSeconds: (queueName) => {
      const consumer = manifest.modules('consumer').find((module) => module.queue === queueName);
      const fn = consumer && manifest.functionByKey(consumer.function ?? '');
      return fn && (fn.timeoutSeconds ?? DEFAULT_CONSUMER_SECONDS);
    },
    deliver: async (event) => {
      const consumer = manifest.modules('consumer').find((module) => module.queue === event.queueName);
      const fn = manifest.functionByKey(consumer?.function ?? '');
      if (!consumer || !fn) throw new Error(`No consumer listens to the queue ${event.queueName}`);
      const limitSeconds = fn.timeoutSeconds ?? DEFAULT_CONSUMER_SECONDS;
      try {
        const result = await runFunction({ fn, moduleKey: consumer.key, moduleType: 'consumer', args: [event, install], limitSeconds });
        return result === undefined ? undefined : JSON.parse(result);
      } catch (error) {
        logError(fn, error);
        throw error;
      }
    },
  });

  const invoke = async (call: ResolverCall): Promise<Outcome> => {
    const found = manifest.module(call.moduleKey);
    const fn = manifest.functionByKey(found?.module.resolver?.function ?? '');
    if (!found || !fn) return failure(404, `The manifest has no module ${call.moduleKey} with a resolver`);
    const request = { functionKey: call.functionKey, payload: call.payload };
    if (Buffer.byteLength(JSON.stringify(request)) > MAX_INVOKE_REQUEST_BYTES) return failure(413, 'The request is larger than 500 KB');
    const context = {
      cloudId: identity.cloudId,
      siteUrl: options.siteUrl,
      environmentId: identity.environmentId,
      environmentType: identity.environmentType,
      moduleKey: call.moduleKey,
      localId: `${identity.contextAri}/${identity.appId}/${call.moduleKey}`,
      extension: { ...call.context.extension, type: found.kind },
    };
    const args = [
      { call: request, context },
      { ...install, principal: { accountId: call.accountId } },
    ];
    const run = { fn, moduleKey: call.moduleKey, moduleType: found.kind, args, accountId: call.accountId, limitSeconds: RESOLVER_SECONDS };
    try {
      const result = await runFunction(run);
      if (result !== undefined && Buffer.byteLength(result) > MAX_INVOKE_RESPONSE_BYTES)
        return failure(413, 'The response is larger than 5 MB');
      return { ok: true, result: result === undefined ? undefined : JSON.parse(result) };
    } catch (error) {
      logError(fn, error);
      return error instanceof FunctionTimedOut ? failure(504, `${OPAQUE_ERROR}: it took too long`) : failure(500, OPAQUE_ERROR);
    }
  };

  return {
    manifest,
    identity,
    tokens,
    queue,
    invoke,
    preUninstall: async () => {
      for (const module of manifest.modules('preUninstall')) {
        const fn = manifest.functionByKey(module.function ?? '');
        const args = [{ context: { cloudId: identity.cloudId, moduleKey: module.key } }, install];
        if (fn) await runFunction({ fn, moduleKey: module.key, moduleType: 'preUninstall', args, limitSeconds: PRE_UNINSTALL_SECONDS });
      }
    },
    close: async () => {
      queue.close();
      await pool.close();
    },
  };
}

/** Path of the bundle that the build makes. */
export const defaultBundle = (appRoot: string): string => join(appRoot, 'dist/app/index.cjs');

function readJson(init: WireRequest): unknown {
  try {
    return JSON.parse(Buffer.from(init.body ?? new ArrayBuffer(0)).toString());
  } catch {
    return undefined;
  }
}

const toRequest = (url: URL, init: WireRequest): Request =>
  new Request(url, {
    method: init.method,
    headers: init.headers.map(([name, value]): [string, string] => [name, value]),
    body: init.body ?? null,
  });
