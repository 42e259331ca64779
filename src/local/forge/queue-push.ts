/** What may be pushed to a queue (Forge documentation: limits-async-events), in the wire shape of `@forge/events`. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';

const MAX_EVENTS_PER_PUSH = 50;
const MAX_PUSH_BYTES = 200 * 1024;
/** Where the consumer may run for longer than the default, each event must be smaller. */
const MAX_EVENT_BYTES_LONG_RUNNING = 100 * 1024;
export const DEFAULT_CONSUMER_SECONDS = 55;
const MAX_DELAY_SECONDS = 900;

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
type Push = z.infer<typeof pushSchema>;

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

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
export const refuse = (status: number, message: string): Response => Response.json({ errorMessage: message, message }, { status });

/** Why a push is refused for its size; `seconds` is the consumer's time limit. */
function sizeProblem(payload: Push['payload'], seconds: number): string | undefined {
  if (payload.length > MAX_EVENTS_PER_PUSH) return `A push may hold ${MAX_EVENTS_PER_PUSH} events`;
  if (bytesOf(payload) > MAX_PUSH_BYTES) return `A push may have ${MAX_PUSH_BYTES / 1024} KB`;
  const isLong = seconds > DEFAULT_CONSUMER_SECONDS;
  if (isLong && payload.some((event) => bytesOf(event) > MAX_EVENT_BYTES_LONG_RUNNING)) {
    return `An event may have ${MAX_EVENT_BYTES_LONG_RUNNING / 1024} KB where the consumer may run for long`;
  }
  return undefined;
}

const toEvent = ({ queueName, jobId }: Push, { body, delayInSeconds, concurrency }: Push['payload'][number]): DeliveredEvent => ({
  body,
  queueName,
  jobId,
  eventId: randomUUID(),
  ...(delayInSeconds === undefined ? {} : { delayInSeconds }),
  ...(concurrency === undefined ? {} : { concurrency }),
});

/** The events of a push, or the platform's refusal. `consumerSeconds` gives the time limit of a queue's consumer. */
export function readPush(
  body: unknown,
  consumerSeconds: (queueName: string) => number | undefined,
): { jobId: string; events: DeliveredEvent[] } | Response {
  const parsed = pushSchema.safeParse(body);
  if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
  const seconds = consumerSeconds(parsed.data.queueName);
  if (seconds === undefined) return refuse(400, `No consumer listens to the queue ${parsed.data.queueName}`);
  const problem = sizeProblem(parsed.data.payload, seconds);
  if (problem) return refuse(413, problem);
  return { jobId: parsed.data.jobId, events: parsed.data.payload.map((event) => toEvent(parsed.data, event)) };
}
