/**
 * The asynchronous event queue (Forge documentation: limits-async-events, async-events-api): at least once, unordered,
 * with delays, retries and concurrency keys. The wire shapes are those of `@forge/events`.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';

const MAX_EVENTS_PER_PUSH = 50;
const MAX_PUSH_BYTES = 200 * 1024;
/** Where the consumer may run for longer than the default, each event must be smaller. */
const MAX_EVENT_BYTES_LONG_RUNNING = 100 * 1024;
export const DEFAULT_CONSUMER_SECONDS = 55;
const MAX_DELAY_SECONDS = 900;
const MAX_RETRY_AFTER_SECONDS = 900;
const RETENTION_MS = 24 * 3600 * 1000;
const MAX_RETRY_DATA_BYTES = 4 * 1024;

const concurrencySchema = z.object({ key: z.string(), limit: z.number().int().min(1) });
const pushSchema = z.object({
  queueName: z.string().regex(/^[a-zA-Z0-9-_]+$/),
  jobId: z.string(),
  payload: z
    .array(
      z.object({
        body: z.record(z.string(), z.unknown()),
        delayInSeconds: z.number().min(0).max(MAX_DELAY_SECONDS).optional(),
        concurrency: concurrencySchema.optional(),
      }),
    )
    .min(1),
});
const jobSchema = z.object({ queueName: z.string(), jobId: z.string() });
const retrySchema = z.object({
  _retry: z.literal(true),
  retryOptions: z.object({ retryAfter: z.number().optional(), retryReason: z.string().optional(), retryData: z.unknown() }).optional(),
});

/** What the consumer's function gets. */
export interface DeliveredEvent {
  readonly body: Record<string, unknown>;
  readonly queueName: string;
  readonly jobId: string;
  readonly eventId: string;
  readonly delayInSeconds?: number;
  readonly concurrency?: z.infer<typeof concurrencySchema>;
  readonly retryContext?: {
    readonly retryCount: number;
    readonly retryReason: string;
    readonly retryData: unknown;
    readonly retentionWindow: { readonly startTime: string; readonly remainingTimeMs: number };
  };
}

interface QueuedEvent {
  readonly event: DeliveredEvent;
  readonly pushedAt: number;
  attempts: number;
}
type JobStats = { success: number; inProgress: number; failed: number };

export interface QueueOptions {
  /** Delivers each event so often, one after the other: the queue promises at least once, not exactly once. */
  readonly deliveries?: number;
  /** Factor on every delay, so that tests need not wait. */
  readonly delayFactor?: number;
  /** `timeoutSeconds` of the consumer of this queue; undefined when no consumer listens. */
  consumerSeconds(queueName: string): number | undefined;
  /** Runs the consumer and gives what it returned; throws what it threw. */
  deliver(event: DeliveredEvent): Promise<unknown>;
  readonly now: () => number;
}

export interface EventQueue {
  push(body: unknown): Response;
  stats(body: unknown): Response;
  cancel(body: unknown): Response;
  /** Resolves when no event is being delivered or waits to be. */
  idle(): Promise<void>;
  close(): void;
}

const refuse = (status: number, message: string): Response => Response.json({ errorMessage: message, message }, { status });

export function createQueue(options: QueueOptions): EventQueue {
  const jobs = new Map<string, JobStats & { cancelled: boolean }>();
  const timers = new Set<NodeJS.Timeout>();
  const runningByKey = new Map<string, number>();
  const held: (() => void)[] = [];
  let pending = 0;
  let closed = false;
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  const begin = (): void => {
    if (pending === 0) idle = Promise.withResolvers<void>();
    pending += 1;
  };
  const finish = (): void => {
    pending -= 1;
    if (pending === 0) idle.resolve();
  };
  const after = (seconds: number, run: () => void): void => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        run();
      },
      seconds * 1000 * (options.delayFactor ?? 1),
    );
    timers.add(timer);
  };

  const end = (queued: QueuedEvent, outcome: 'success' | 'failed'): void => {
    const job = jobs.get(queued.event.jobId);
    if (job) {
      job.inProgress -= 1;
      job[outcome] += 1;
    }
    finish();
  };

  const retry = (queued: QueuedEvent, seconds: number, reason: string, data: unknown): void => {
    const remainingTimeMs = queued.pushedAt + RETENTION_MS - options.now();
    if (remainingTimeMs <= 0 || Buffer.byteLength(JSON.stringify(data) ?? '') > MAX_RETRY_DATA_BYTES) {
      end(queued, 'failed');
      return;
    }
    queued.attempts += 1;
    const retentionWindow = { startTime: new Date(queued.pushedAt).toISOString(), remainingTimeMs };
    const retryContext = { retryCount: queued.attempts, retryReason: reason, retryData: data, retentionWindow };
    after(Math.min(seconds, MAX_RETRY_AFTER_SECONDS), () => void attempt({ ...queued, event: { ...queued.event, retryContext } }));
  };

  const attempt = async (queued: QueuedEvent): Promise<void> => {
    const { concurrency } = queued.event;
    const running = concurrency ? (runningByKey.get(concurrency.key) ?? 0) : 0;
    if (concurrency && running >= concurrency.limit) {
      held.push(() => void attempt(queued));
      return;
    }
    if (concurrency) runningByKey.set(concurrency.key, running + 1);
    await deliverOnce(queued);
    if (concurrency) runningByKey.set(concurrency.key, (runningByKey.get(concurrency.key) ?? 1) - 1);
    for (const next of held.splice(0)) next();
  };

  const deliverOnce = async (queued: QueuedEvent): Promise<void> => {
    if (closed) return;
    if (jobs.get(queued.event.jobId)?.cancelled) return end(queued, 'failed');
    try {
      let result: unknown;
      for (let time = 0; time < (options.deliveries ?? 1); time += 1) result = await options.deliver(queued.event);
      const asked = retrySchema.safeParse(result);
      if (!asked.success) return end(queued, 'success');
      const { retryAfter = 1, retryReason = 'FUNCTION_RETRY_REQUEST', retryData } = asked.data.retryOptions ?? {};
      retry(queued, retryAfter, retryReason, retryData);
    } catch {
      retry(queued, 2 ** Math.min(queued.attempts, 9), 'FUNCTION_INVOCATION_ERROR', undefined);
    }
  };

  const push = (body: unknown): Response => {
    const parsed = pushSchema.safeParse(body);
    if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
    const { queueName, jobId, payload } = parsed.data;
    const seconds = options.consumerSeconds(queueName);
    if (seconds === undefined) return refuse(400, `No consumer listens to the queue ${queueName}`);
    if (payload.length > MAX_EVENTS_PER_PUSH) return refuse(413, `A push may hold ${MAX_EVENTS_PER_PUSH} events`);
    if (Buffer.byteLength(JSON.stringify(payload)) > MAX_PUSH_BYTES) return refuse(413, `A push may have ${MAX_PUSH_BYTES / 1024} KB`);
    const tooLarge = payload.some((event) => Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES_LONG_RUNNING);
    if (seconds > DEFAULT_CONSUMER_SECONDS && tooLarge) return refuse(413, `An event may have ${MAX_EVENT_BYTES_LONG_RUNNING / 1024} KB`);
    jobs.set(jobId, { success: 0, inProgress: payload.length, failed: 0, cancelled: false });
    for (const { body: eventBody, delayInSeconds, concurrency } of payload) {
      const event: DeliveredEvent = {
        body: eventBody,
        queueName,
        jobId,
        eventId: randomUUID(),
        ...(delayInSeconds === undefined ? {} : { delayInSeconds }),
        ...(concurrency === undefined ? {} : { concurrency }),
      };
      begin();
      after(delayInSeconds ?? 0, () => void attempt({ event, pushedAt: options.now(), attempts: 0 }));
    }
    return Response.json({}, { status: 201 });
  };

  const jobOf = (body: unknown) => jobs.get(jobSchema.safeParse(body).data?.jobId ?? '');

  return {
    push,
    stats: (body) => {
      const job = jobOf(body);
      if (!job) return refuse(404, 'The job was not found');
      const { success, inProgress, failed } = job;
      return Response.json({ success, inProgress, failed });
    },
    cancel: (body) => {
      const job = jobOf(body);
      if (!job) return refuse(404, 'The job was not found');
      job.cancelled = true;
      return new Response(null, { status: 204 });
    },
    idle: () => idle.promise,
    close: () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
