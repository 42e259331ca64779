/** Runs the app's functions as the platform does: with its globals' facts, a time limit, and answers to what they ask. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AppIdentity } from '#local/forge/identity';
import type { Manifest, ManifestFunction } from '#local/forge/manifest';
import type { FetchTarget, RuntimeFacts, WireRequest } from '#local/forge/messages';
import { createOutboundCount, tooManyRequests } from '#local/forge/outbound';
import { createWorkerPool, FunctionThrew } from '#local/forge/pool';
import { sessionScopes } from '#local/forge/product';

const DEFAULT_MEMORY_MB = 512;

/** One run of one function. */
export interface FunctionRun {
  readonly fn: ManifestFunction;
  readonly moduleKey: string;
  readonly moduleType: string;
  readonly args: readonly unknown[];
  /** The person in whose session it runs; absent for consumers and lifecycle functions. */
  readonly accountId?: string;
  readonly limitSeconds: number;
}

export interface LogEntry {
  readonly functionKey: string;
  /** `platform` for what the platform refused; else the level that the app logged with. */
  readonly level: string;
  readonly text: string;
}

export interface FunctionDeps {
  readonly bundle: string;
  readonly manifest: Manifest;
  readonly identity: AppIdentity;
  /** Seconds in place of the platform's limits, by function key. */
  readonly timeLimits?: Readonly<Record<string, number>> | undefined;
  /** Answers `__forge_fetch__`. */
  forgeFetch(run: FunctionRun, target: FetchTarget, path: string, init: WireRequest): Promise<Response>;
  /** Answers `fetch`. */
  egress(url: string, init: WireRequest): Promise<Response>;
  log(entry: LogEntry): void;
  readonly now: () => number;
}

export interface Functions {
  /** What the function returned, as JSON text; throws what it threw after logging it. */
  run(run: FunctionRun): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What `__forge_runtime__` shows during a run. */
function runtimeFacts({ manifest, identity }: FunctionDeps, run: FunctionRun, invocationId: string): RuntimeFacts {
  const { appId, appVersion, environmentId, environmentType, installationId } = identity;
  const permissions = { scopes: [...sessionScopes(manifest)], external: manifest.raw.permissions?.external ?? {} };
  const { moduleType, moduleKey } = run;
  const app = { appId, appVersion, environmentId, environmentType, installationId, permissions };
  return {
    proxy: { token: randomBytes(16).toString('hex'), url: 'http://127.0.0.1' },
    contextAri: identity.contextAri,
    appContext: { ...app, invocationId, functionKey: run.fn.key, moduleType, moduleKey },
    ...(run.accountId === undefined ? {} : { aaid: run.accountId }),
    tracing: { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') },
    awsRequestId: randomUUID(),
  };
}

/** `index.sendResolver` is the export `sendResolver` of the bundle. */
const exportOf = (fn: ManifestFunction): string => fn.handler.split('.').at(-1) ?? '';

export function createFunctions(deps: FunctionDeps): Functions {
  const pool = createWorkerPool(deps.bundle, deps.manifest.raw.app.runtime.memoryMB ?? DEFAULT_MEMORY_MB);
  const mayCallOut = createOutboundCount(deps.now);
  return {
    run: async (run) => {
      const id = randomUUID();
      const functionKey = run.fn.key;
      const limitMs = (deps.timeLimits?.[functionKey] ?? run.limitSeconds) * 1000;
      try {
        return await pool.run({
          id,
          handler: exportOf(run.fn),
          args: run.args,
          runtime: runtimeFacts(deps, run, id),
          limitMs,
          fetch: async (target, path, init) =>
            target.type === 'frc' && !mayCallOut(run) ? tooManyRequests() : deps.forgeFetch(run, target, path, init),
          egress: async (url, init) => (mayCallOut(run) ? deps.egress(url, init) : tooManyRequests()),
          log: ({ level, text }) => deps.log({ functionKey, level, text }),
        });
      } catch (error) {
        const text = error instanceof FunctionThrew ? String(error.cause) : String(error);
        deps.log({ functionKey, level: 'error', text });
        throw error;
      }
    },
    close: pool.close,
  };
}
