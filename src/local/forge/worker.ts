/**
 * Runs the app's bundle in a worker thread as the platform's runtime would: one invocation at a time, reused while warm,
 * with the globals that the @forge packages look for. Nothing here reaches the network; calls cross to the host.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import {
  type FetchTarget,
  type FromWorker,
  fromWireResponse,
  type InvokeMessage,
  type RuntimeFacts,
  type ToWorker,
  toWireRequest,
  type WireRequest,
} from '#local/forge/messages';

const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread only');
const send = (message: FromWorker): void => port.postMessage(message);

interface Invocation {
  readonly id: string;
  readonly runtime: unknown;
}
const invocations = new AsyncLocalStorage<Invocation>();
const waiting = new Map<number, PromiseWithResolvers<Response>>();
let calls = 0;
let running: string | undefined;

const noMeasure = { measure: () => ({ stop: () => undefined }) };
const noCount = { incr: () => undefined, incrBy: () => undefined, decr: () => undefined, decrBy: () => undefined };

/** The runtime object, with the functions that cannot cross between threads. */
function runtimeOf(facts: RuntimeFacts, deadline: number): unknown {
  const { awsRequestId, ...rest } = facts;
  return {
    ...rest,
    container: { appCodeDir: workerData.appCodeDir },
    lambdaContext: { awsRequestId, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) },
    metrics: { counter: () => noCount, timing: () => noMeasure, gauge: () => ({ set: () => undefined }) },
  };
}

/** The invocation that a call belongs to; a call made after its function has ended is refused, as the platform freezes it then. */
function currentInvocation(): string {
  const id = invocations.getStore()?.id;
  if (!id || id !== running) throw new Error('This call was made after its function had ended, or outside of one');
  return id;
}

function crossing(post: (call: number) => void, signal?: AbortSignal | null): Promise<Response> {
  signal?.throwIfAborted();
  const call = ++calls;
  const answer = Promise.withResolvers<Response>();
  waiting.set(call, answer);
  signal?.addEventListener('abort', () => answer.reject(signal.reason), { once: true });
  post(call);
  return answer.promise.finally(() => waiting.delete(call));
}

async function forgeFetch(target: FetchTarget, path: string, init: RequestInit = {}): Promise<Response> {
  const id = currentInvocation();
  const wire = await toWireRequest({ ...init, body: init.body ?? null } as Parameters<typeof toWireRequest>[0]);
  return crossing((call) => send({ type: 'fetch', id, call, target, path, init: wire }), init.signal);
}

async function egress(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const id = currentInvocation();
  const request = new Request(input, init);
  const wire: WireRequest = await toWireRequest({
    method: request.method,
    headers: request.headers,
    body: request.body ? await request.arrayBuffer() : null,
  });
  return crossing((call) => send({ type: 'egress', id, call, url: request.url, init: wire }), request.signal);
}

Object.defineProperty(globalThis, '__forge_runtime__', { get: () => invocations.getStore()?.runtime, configurable: true });
Object.assign(globalThis, { __forge_fetch__: forgeFetch, fetch: egress });

Socket.prototype.connect = () => {
  throw new Error('A Forge function has no sockets: use fetch');
};

for (const level of ['debug', 'log', 'info', 'warn', 'error'] as const) {
  console[level] = (...parts: unknown[]) => send({ type: 'log', id: invocations.getStore()?.id ?? '', level, text: format(...parts) });
}

const app: Record<string, (...args: unknown[]) => unknown> = createRequire(workerData.bundle)(workerData.bundle);

async function invoke(message: InvokeMessage): Promise<void> {
  running = message.id;
  const answer = await invocations.run({ id: message.id, runtime: runtimeOf(message.runtime, message.deadline) }, () => call(message));
  running = undefined;
  send(answer);
}

async function call({ id, handler, args }: InvokeMessage): Promise<FromWorker> {
  try {
    const run = app[handler];
    if (typeof run !== 'function') throw new Error(`The bundle exports no function ${handler}`);
    const result = JSON.stringify(await run(...(JSON.parse(args) as unknown[])));
    return { type: 'done', id, ...(result === undefined ? {} : { result }) };
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    return { type: 'threw', id, name, message, stack: stack ?? '' };
  }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'invoke') void invoke(message);
  else if (message.type === 'response') waiting.get(message.call)?.resolve(fromWireResponse(message.response));
  else waiting.get(message.call)?.reject(new Error(message.message));
});
send({ type: 'ready' });
