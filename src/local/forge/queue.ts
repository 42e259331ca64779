/**
 * The asynchronous event queue (Forge documentation: limits-async-events, async-events-api): at least once, unordered,
 * with delays, retries and concurrency keys.
 */
import * as z from 'zod';
import { type DeliveredEvent, readPush, refuse } from '#local/forge/queue-push';

const MAX_RETRY_AFTER_SECONDS = 900;
const MAX_RETRY_DATA_BYTES = 4 * 1024;
/** Events that an installation may push in a minute. */
const MAX_EVENTS_PER_MINUTE = 500;
/** How long an event is kept. */
const RETENTION_MS = 24 * 3600 * 1000;
/** The platform's pauses after errors double up to about this power of two seconds. */
const MAX_BACKOFF_EXPONENT = 9;

const jobSchema = z.object({ queueName: z.string(), jobId: z.string() });
const retrySchema = z.object({
  _retry: z.literal(true),
  retryOptions: z.object({ retryAfter: z.number().optional(), retryReason: z.string().optional(), retryData: z.unknown() }).optional(),
});

/** An event until it has been delivered for the last time. Times in ms since the epoch. */
interface QueuedEvent {
  readonly event: DeliveredEvent;
  readonly pushedAt: number;
  readonly attempts: number;
  /** When it is to be delivered next. */
  readonly dueAt: number;
}

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
  /** What `save` gave in an earlier run: events that were waiting or under way then. */
  readonly saved?: string | undefined;
  /** Called whenever what `save` gives has changed. */
  onChange?(): void;
}

/** The three requests are answered as the platform answers `@forge/events`. */
export interface EventQueue {
  push(body: unknown): Response;
  stats(body: unknown): Response;
  cancel(body: unknown): Response;
  /** Resolves when no event is being delivered or waits to be. */
  idle(): Promise<void>;
  /** The events that are not done, as JSON for the data folder. */
  save(): string;
  close(): void;
}

/** Jobs by id: how many of their events are where. */
function createJobs() {
  const jobs = new Map<string, { success: number; inProgress: number; failed: number; cancelled: boolean }>();
  const find = (body: unknown) => jobs.get(jobSchema.safeParse(body).data?.jobId ?? '');
  return {
    begin: (jobId: string, events: number): void => {
      const known = jobs.get(jobId);
      if (known) known.inProgress += events;
      else jobs.set(jobId, { success: 0, inProgress: events, failed: 0, cancelled: false });
    },
    end: (jobId: string, outcome: 'success' | 'failed'): void => {
      const job = jobs.get(jobId);
      if (!job) return;
      job.inProgress -= 1;
      job[outcome] += 1;
    },
    isCancelled: (jobId: string): boolean => jobs.get(jobId)?.cancelled ?? false,
    stats: (body: unknown): Response => {
      const { cancelled: _, ...stats } = find(body) ?? {};
      return 'success' in stats ? Response.json(stats) : refuse(404, 'The job was not found');
    },
    cancel: (body: unknown): Response => {
      const job = find(body);
      if (!job) return refuse(404, 'The job was not found');
      job.cancelled = true;
      return new Response(null, { status: 204 });
    },
  };
}

/** Lets so many events through in each minute. */
function createRate(now: () => number): (events: number) => boolean {
  let [startedAt, count] = [0, 0];
  return (events) => {
    if (now() - startedAt >= 60_000) [startedAt, count] = [now(), 0];
    if (count + events > MAX_EVENTS_PER_MINUTE) return false;
    count += events;
    return true;
  };
}

/** Events that are not done, by id, and the timers that wait for some of them. */
function createBacklog(options: QueueOptions) {
  const events = new Map<string, QueuedEvent>();
  const timers = new Set<NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let closed = false;
  const wait = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  return {
    /** Keeps an event and runs it when it is due; after `close` nothing changes any more. */
    schedule: (queued: QueuedEvent, run: (queued: QueuedEvent) => void): void => {
      if (closed) return;
      events.set(queued.event.eventId, queued);
      options.onChange?.();
      wait(Math.max(0, queued.dueAt - options.now()) * (options.delayFactor ?? 1), () => run(queued));
    },
    remove: ({ event }: QueuedEvent): void => {
      if (closed) return;
      events.delete(event.eventId);
      options.onChange?.();
      if (events.size === 0) for (const resolve of waiting.splice(0)) resolve();
    },
    isClosed: (): boolean => closed,
    idle: (): Promise<void> => (events.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    save: (): string => JSON.stringify([...events.values()]),
    close: (): void => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Lets at most `limit` events of one concurrency key run at once; the others wait. */
function createGate() {
  const running = new Map<string, number>();
  const held: (() => void)[] = [];
  return async (concurrency: DeliveredEvent['concurrency'], run: () => Promise<void>): Promise<void> => {
    if (!concurrency) return run();
    const { key, limit } = concurrency;
    while ((running.get(key) ?? 0) >= limit) await new Promise<void>((resolve) => held.push(resolve));
    running.set(key, (running.get(key) ?? 0) + 1);
    await run();
    running.set(key, (running.get(key) ?? 1) - 1);
    for (const next of held.splice(0)) next();
  };
}

export function createQueue(options: QueueOptions): EventQueue {
  const jobs = createJobs();
  const backlog = createBacklog(options);
  const gate = createGate();
  const isWithinRate = createRate(options.now);

  const end = (queued: QueuedEvent, outcome: 'success' | 'failed'): void => {
    jobs.end(queued.event.jobId, outcome);
    backlog.remove(queued);
  };

  const retry = (queued: QueuedEvent, seconds: number, retryReason: string, retryData: unknown): void => {
    const remainingTimeMs = queued.pushedAt + RETENTION_MS - options.now();
    const dataBytes = Buffer.byteLength(JSON.stringify(retryData) ?? '');
    if (remainingTimeMs <= 0 || dataBytes > MAX_RETRY_DATA_BYTES) {
      end(queued, 'failed');
      return;
    }
    const attempts = queued.attempts + 1;
    const dueAt = options.now() + Math.min(seconds, MAX_RETRY_AFTER_SECONDS) * 1000;
    const retentionWindow = { startTime: new Date(queued.pushedAt).toISOString(), remainingTimeMs };
    const event = { ...queued.event, retryContext: { retryCount: attempts, retryReason, retryData, retentionWindow } };
    backlog.schedule({ ...queued, attempts, dueAt, event }, attempt);
  };

  const attempt = (queued: QueuedEvent): void => void gate(queued.event.concurrency, () => deliverOnce(queued));

  const deliverOnce = async (queued: QueuedEvent): Promise<void> => {
    if (backlog.isClosed()) return;
    if (jobs.isCancelled(queued.event.jobId)) {
      end(queued, 'failed');
      return;
    }
    try {
      let result: unknown;
      for (let time = 0; time < (options.deliveries ?? 1); time += 1) result = await options.deliver(queued.event);
      const asked = retrySchema.safeParse(result);
      const { retryAfter = 1, retryReason = 'FUNCTION_RETRY_REQUEST', retryData } = asked.data?.retryOptions ?? {};
      if (asked.success) retry(queued, retryAfter, retryReason, retryData);
      else end(queued, 'success');
    } catch {
      retry(queued, 2 ** Math.min(queued.attempts, MAX_BACKOFF_EXPONENT), 'FUNCTION_INVOCATION_ERROR', undefined);
    }
  };

  for (const queued of JSON.parse(options.saved ?? '[]') as QueuedEvent[]) {
    jobs.begin(queued.event.jobId, 1);
    backlog.schedule(queued, attempt);
  }

  return {
    push: (body) => {
      const pushed = readPush(body, options.consumerSeconds);
      if (pushed instanceof Response) return pushed;
      if (!isWithinRate(pushed.events.length)) return refuse(429, `Only ${MAX_EVENTS_PER_MINUTE} events may be pushed in a minute`);
      jobs.begin(pushed.jobId, pushed.events.length);
      const pushedAt = options.now();
      for (const event of pushed.events) {
        backlog.schedule({ event, pushedAt, attempts: 0, dueAt: pushedAt + (event.delayInSeconds ?? 0) * 1000 }, attempt);
      }
      return Response.json({}, { status: 201 });
    },
    stats: jobs.stats,
    cancel: jobs.cancel,
    idle: backlog.idle,
    save: backlog.save,
    close: backlog.close,
  };
}
