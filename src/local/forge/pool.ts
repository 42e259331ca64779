/** Worker threads that run the app's functions: warm ones are used again, and there are as many as run at once. */
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FetchTarget, FromWorker, RuntimeFacts, ToWorker, WireRequest } from '#local/forge/messages';
import { toWireResponse } from '#local/forge/messages';

/** Functions that may run at once; more wait for a free worker. */
const MAX_WORKERS = 16;

export interface FunctionLog {
  readonly level: string;
  readonly text: string;
}

/** One run of one function. */
export interface Run {
  readonly id: string;
  /** Export of the bundle. */
  readonly handler: string;
  readonly args: readonly unknown[];
  readonly runtime: RuntimeFacts;
  readonly limitMs: number;
  /** Answers `__forge_fetch__`; what it throws is thrown in the function. */
  fetch(target: FetchTarget, path: string, init: WireRequest): Promise<Response>;
  /** Answers `fetch`. */
  egress(url: string, init: WireRequest): Promise<Response>;
  log(entry: FunctionLog): void;
}

/** The function threw; the message is for the log, not for the person. */
export class FunctionThrew extends Error {
  override readonly name = 'FunctionThrew';
}
/** The function took longer than the platform allows and was ended. */
export class FunctionTimedOut extends Error {
  override readonly name = 'FunctionTimedOut';
}

export interface WorkerPool {
  /** The function's result as JSON text, or undefined when it returned nothing. */
  run(run: Run): Promise<string | undefined>;
  close(): Promise<void>;
}

export function createWorkerPool(bundle: string, memoryMb: number): WorkerPool {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const queue: ((worker: Worker) => void)[] = [];
  /** Whose log a worker's lines belong to: its latest run, also after that has ended. */
  const logs = new WeakMap<Worker, Run['log']>();
  /** Resolves once a worker has loaded the bundle; that time is not the function's. */
  const loaded = new WeakMap<Worker, Promise<void>>();

  const start = (): Worker => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { bundle, appCodeDir: dirname(bundle) },
      env: { NODE_ENV: 'production' },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'log') logs.get(worker)?.({ level: message.level, text: message.text });
    });
    loaded.set(worker, whenLoaded(worker));
    worker.on('error', () => forget(worker));
    worker.on('exit', () => forget(worker));
    all.add(worker);
    return worker;
  };
  const forget = (worker: Worker): void => {
    all.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
  };
  const acquire = (): Promise<Worker> => {
    const worker = idle.pop() ?? (all.size < MAX_WORKERS ? start() : undefined);
    return worker ? Promise.resolve(worker) : new Promise((resolve) => queue.push(resolve));
  };
  const release = (worker: Worker): void => {
    const next = queue.shift();
    if (next) next(all.has(worker) ? worker : start());
    else if (all.has(worker)) idle.push(worker);
  };

  return {
    run: async (run) => {
      const worker = await acquire();
      logs.set(worker, run.log);
      try {
        await loaded.get(worker);
        return await runIn(worker, run);
      } catch (error) {
        if (!(error instanceof FunctionThrew)) {
          forget(worker);
          await worker.terminate();
        }
        throw error;
      } finally {
        release(worker);
      }
    },
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

/** @throws what the bundle throws while it is loaded */
function whenLoaded(worker: Worker): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'ready') resolve();
  });
  worker.once('error', reject).once('exit', () => reject(new Error('The worker was ended')));
  promise.catch(() => undefined);
  return promise;
}

/** Runs one function in a worker that runs nothing else, and answers its calls meanwhile. */
function runIn(worker: Worker, run: Run): Promise<string | undefined> {
  const outcome = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(
    () => outcome.reject(new FunctionTimedOut(`The function ${run.handler} was ended after ${run.limitMs / 1000} s`)),
    run.limitMs,
  );
  const onMessage = (message: FromWorker): void => {
    if (message.type === 'ready' || message.type === 'log' || message.id !== run.id) return;
    if (message.type === 'done') outcome.resolve(message.result);
    else if (message.type === 'threw') outcome.reject(new FunctionThrew(message.message, { cause: message.stack }));
    else if (message.type === 'fetch') void answer(worker, message.call, run.fetch(message.target, message.path, message.init));
    else void answer(worker, message.call, run.egress(message.url, message.init));
  };
  const onExit = (): void => outcome.reject(new Error(`The function ${run.handler} ended its process`));
  const onError = (error: Error): void => outcome.reject(error);
  worker.on('message', onMessage).on('exit', onExit).on('error', onError);
  const { id, handler, runtime } = run;
  const deadline = Date.now() + run.limitMs;
  worker.postMessage({ type: 'invoke', id, handler, runtime, deadline, args: JSON.stringify(run.args) } satisfies ToWorker);
  return outcome.promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', onMessage).off('exit', onExit).off('error', onError);
  });
}

async function answer(worker: Worker, call: number, response: Promise<Response>): Promise<void> {
  try {
    worker.postMessage({ type: 'response', call, response: await toWireResponse(await response) } satisfies ToWorker);
  } catch (error) {
    worker.postMessage({ type: 'refused', call, message: error instanceof Error ? error.message : String(error) } satisfies ToWorker);
  }
}
