/**
 * The Forge platform of the local site: runs the app's functions and answers what the @forge packages ask of it, within the
 * platform's limits. An operation that it does not know fails with its name.
 */
import { join } from 'node:path';
import type { Directory } from '#local/confluence/directory';
import type { Caller } from '#local/confluence/endpoint';
import { createEgress, type ExternalHosts } from '#local/forge/egress';
import { createForgeFetch } from '#local/forge/forge-fetch';
import { createFunctions, type FunctionDeps, type Functions, type LogEntry } from '#local/forge/functions';
import { type AppIdentity, appIdentity } from '#local/forge/identity';
import { installation, invokeResolver, type Outcome, type ResolverCall } from '#local/forge/invoke';
import { createKvsApi } from '#local/forge/kvs/api';
import type { KvsStore } from '#local/forge/kvs/store';
import { loadManifest, type Manifest, type ManifestFunction } from '#local/forge/manifest';
import type { FetchTarget } from '#local/forge/messages';
import { createQueue, type EventQueue, type QueueOptions } from '#local/forge/queue';
import { DEFAULT_CONSUMER_SECONDS, type DeliveredEvent } from '#local/forge/queue-push';
import type { RemoteAddresses } from '#local/forge/remotes';
import { createTokens, type Tokens } from '#local/forge/tokens';

/** Time limit of a preUninstall function in seconds (Forge documentation: limits-invocation). */
const PRE_UNINSTALL_SECONDS = 55;

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
  readonly queue?: Partial<Pick<QueueOptions, 'deliveries' | 'delayFactor' | 'saved' | 'onChange'>>;
  /** Seconds in place of the platform's limits, for tests; by function key. */
  readonly timeLimits?: Readonly<Record<string, number>>;
  /** Lines that the app logs, and errors that it throws. */
  log?(entry: LogEntry): void;
  /** Told of each call that the app makes to the platform, since each costs quota there. */
  onCall?(call: PlatformCall): void;
}

/** A call that a function makes: to its storage, to Confluence, to a remote, or to the platform itself (queues). */
export interface PlatformCall {
  readonly functionKey: string;
  readonly to: 'storage' | 'confluence' | 'remote' | 'platform';
  readonly method: string;
  readonly path: string;
}

const calledPart = ({ type, remote }: FetchTarget): PlatformCall['to'] =>
  type === 'kvs' ? 'storage' : type === 'frc' ? 'remote' : remote === 'confluence' ? 'confluence' : 'platform';

export interface ForgeHost {
  readonly manifest: Manifest;
  readonly identity: AppIdentity;
  readonly tokens: Tokens;
  readonly queue: EventQueue;
  /** A resolver's function as the interface calls it. */
  invoke(call: ResolverCall): Promise<Outcome>;
  /** What the platform does before the app is removed. */
  preUninstall(): Promise<void>;
  /** Runs a scheduled trigger now, as it runs by itself at its interval. @throws what the function throws */
  runScheduled(moduleKey: string): Promise<void>;
  close(): Promise<void>;
}

/** The consumer of a queue, if the manifest has one. */
function consumerOf(manifest: Manifest, queueName: string): { moduleKey: string; fn: ManifestFunction; limitSeconds: number } | undefined {
  const consumer = manifest.modules('consumer').find((module) => module.queue === queueName);
  const fn = manifest.functionByKey(consumer?.function ?? '');
  return consumer && fn && { moduleKey: consumer.key, fn, limitSeconds: fn.timeoutSeconds ?? DEFAULT_CONSUMER_SECONDS };
}

async function deliver(manifest: Manifest, identity: AppIdentity, functions: Functions, event: DeliveredEvent): Promise<unknown> {
  const consumer = consumerOf(manifest, event.queueName);
  if (!consumer) throw new Error(`No consumer listens to the queue ${event.queueName}`);
  const result = await functions.run({ ...consumer, moduleType: 'consumer', args: [event, installation(identity)] });
  return result === undefined ? undefined : JSON.parse(result);
}

async function runPreUninstall(manifest: Manifest, identity: AppIdentity, functions: Functions): Promise<void> {
  for (const { key, function: functionKey = '' } of manifest.modules('preUninstall')) {
    const fn = manifest.functionByKey(functionKey);
    const args = [{ context: { cloudId: identity.cloudId, moduleKey: key } }, installation(identity)];
    if (fn) await functions.run({ fn, moduleKey: key, moduleType: 'preUninstall', args, limitSeconds: PRE_UNINSTALL_SECONDS });
  }
}

/** Intervals of scheduled triggers in ms (Forge documentation: manifest-reference/modules/scheduled-trigger). */
const INTERVALS_MS: Readonly<Record<string, number>> = { fiveMinute: 300_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

async function runScheduledTrigger(manifest: Manifest, identity: AppIdentity, functions: Functions, moduleKey: string): Promise<void> {
  const trigger = manifest.modules('scheduledTrigger').find(({ key }) => key === moduleKey);
  const fn = manifest.functionByKey(trigger?.function ?? '');
  if (!fn) throw new Error(`The manifest has no scheduled trigger ${moduleKey} with a function`);
  const args = [{ context: { cloudId: identity.cloudId, moduleKey } }, installation(identity)];
  await functions.run({ fn, moduleKey, moduleType: 'scheduledTrigger', args, limitSeconds: fn.timeoutSeconds ?? DEFAULT_CONSUMER_SECONDS });
}

/** Runs each trigger at its interval; an error is logged and not retried, as on the platform. @returns what stops them */
function startSchedule(manifest: Manifest, run: (moduleKey: string) => Promise<void>): () => void {
  const timers = manifest.modules('scheduledTrigger').map(({ key, interval }) => {
    const ms = INTERVALS_MS[String(interval)];
    if (ms === undefined) throw new Error(`The local site does not know the interval ${String(interval)}`);
    return setInterval(() => void run(key).catch(() => undefined), ms);
  });
  return () => timers.forEach(clearInterval);
}

export async function createForgeHost(options: HostOptions): Promise<ForgeHost> {
  const { directory, siteUrl, confluence, now = Date.now } = options;
  const manifest = loadManifest(options.appRoot);
  const identity = appIdentity(manifest);
  const tokens = await createTokens(identity, now);
  const log: FunctionDeps['log'] = (entry) => options.log?.(entry);
  const apiBaseUrl = options.apiBaseUrl(identity.cloudId);
  const answer = createForgeFetch({
    manifest,
    directory,
    siteUrl,
    confluence,
    log,
    kvs: createKvsApi(options.kvs, manifest.entities),
    queue: () => queue,
    remotes: { manifest, addresses: options.remotes, tokens, apiBaseUrl, fetch: options.fetch ?? fetch },
  });
  const forgeFetch: FunctionDeps['forgeFetch'] = (run, target, path, init) => {
    options.onCall?.({ functionKey: run.fn.key, to: calledPart(target), method: init.method, path });
    return answer(run, target, path, init);
  };
  const egress = createEgress(manifest, options.externalHosts);
  const functions = createFunctions({
    bundle: options.bundle,
    manifest,
    identity,
    timeLimits: options.timeLimits,
    forgeFetch,
    egress,
    log,
    now,
  });
  const queue = createQueue({
    ...options.queue,
    now,
    consumerSeconds: (queueName) => consumerOf(manifest, queueName)?.limitSeconds,
    deliver: (event) => deliver(manifest, identity, functions, event),
  });
  const runScheduled = (moduleKey: string): Promise<void> => runScheduledTrigger(manifest, identity, functions, moduleKey);
  const stopSchedule = startSchedule(manifest, runScheduled);
  return {
    manifest,
    identity,
    tokens,
    queue,
    runScheduled,
    invoke: (call) => invokeResolver({ manifest, identity, functions, siteUrl }, call),
    preUninstall: () => runPreUninstall(manifest, identity, functions),
    close: async () => {
      stopSchedule();
      queue.close();
      await functions.close();
    },
  };
}

/** Path of the bundle that the build makes. */
export const defaultBundle = (appRoot: string): string => join(appRoot, 'dist/app/index.cjs');
