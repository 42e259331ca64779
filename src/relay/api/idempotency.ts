/**
 * One key, one mail. A key's record goes `working` → `sending` (set before the first octet of data leaves) → `done` or `failed`.
 * A record names no address: results are kept as positions in the envelope, which the repeated request brings along.
 */
import { hash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ERROR_CODES, isRetryable } from '#contract/errors';
import type { SendRequest, SendResponse } from '#contract/relay/api';
import { RelayError } from '#relay/shared/errors';
import { IDEMPOTENCY_SECONDS, TIMEOUTS } from '#relay/shared/limits';
import type { SharedStore } from '#relay/shared/store';

const code = z.enum(ERROR_CODES);
const reply = z.object({ code: z.number(), enhanced: z.string().optional() });
const recordSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('working'), owner: z.string(), mark: z.string() }),
  z.object({ state: z.literal('sending'), owner: z.string(), mark: z.string() }),
  z.object({
    state: z.literal('done'),
    mark: z.string(),
    accepted: z.array(z.number()),
    rejected: z.array(z.object({ at: z.number(), code, smtp: reply.optional() })),
    sizeBytes: z.number(),
  }),
  z.object({ state: z.literal('failed'), mark: z.string(), code, smtp: reply.optional() }),
]);
type Record = z.output<typeof recordSchema>;

/** How long a relay counts as alive after its last sign. */
const ALIVE_SECONDS = 15;
const SIGN_EVERY_MS = 5_000;
const POLL_MS = 100;

export interface Idempotency {
  /**
   * Runs `work` once for this key of this installation and gives its result to everyone who asks within 10 minutes. `work` must call
   * `beforeData` before the first octet of the mail goes out.
   * @throws what `work` throws; OUTCOME_UNKNOWN when another relay ended in the middle, or when `replayOnly` finds nothing;
   * INVALID_REQUEST when the key was used for another mail
   */
  once(
    key: string,
    request: SendRequest,
    replayOnly: boolean,
    work: (beforeData: () => Promise<void>) => Promise<SendResponse>,
  ): Promise<SendResponse>;
  close(): void;
}

/** `store` is shared by all relays; `own` is this process's memory, which keeps its answers when a shared store loses them. */
export function createIdempotency(store: SharedStore, own: Pick<SharedStore, 'get' | 'set'>): Idempotency {
  const owner = randomUUID();
  const underWay = new Map<string, Promise<void>>();
  const sign = (): Promise<void> => store.set(`alive:${owner}`, '1', ALIVE_SECONDS);
  void sign();
  const timer = setInterval(() => void sign(), SIGN_EVERY_MS).unref();

  const run = async (
    name: string,
    mark: string,
    request: SendRequest,
    before: string | undefined,
    work: (beforeData: () => Promise<void>) => Promise<SendResponse>,
  ) => {
    const working = JSON.stringify({ state: 'working', owner, mark } satisfies Record);
    const sending = JSON.stringify({ state: 'sending', owner, mark } satisfies Record);
    if (!(await store.replace(name, before, working, IDEMPOTENCY_SECONDS))) return undefined;
    let started = false;
    const finish = async (record: Record | undefined): Promise<void> => {
      const text = record && JSON.stringify(record);
      // Before its data a mail may have been taken over by another relay, whose record must stay; afterwards nobody can.
      if (started && text) await store.set(name, text, IDEMPOTENCY_SECONDS);
      else if (!(await store.replace(name, working, text, IDEMPOTENCY_SECONDS))) return;
      if (text) await own.set(`answer:${name}`, text, IDEMPOTENCY_SECONDS);
    };
    try {
      const response = await work(async () => {
        // Whoever took this key over in the meantime sends the mail; this one must not.
        if (!(await store.replace(name, working, sending, IDEMPOTENCY_SECONDS))) throw new RelayError('CONNECTION_LOST');
        started = true;
      });
      await finish(recordOf(response, request, mark));
      return response;
    } catch (error) {
      await finish(failureRecord(error, mark));
      throw error;
    }
  };

  return {
    async once(key, request, replayOnly, work) {
      const name = `idempotency:${key}`;
      const mark = markOf(request);
      for (const deadline = Date.now() + TIMEOUTS.smtpTotalMs; Date.now() < deadline; ) {
        await underWay.get(name);
        const text = (await own.get(`answer:${name}`)) ?? (await store.get(name));
        const record = text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
        if (record && record.mark !== mark) throw new RelayError('INVALID_REQUEST', { params: { field: 'Idempotency-Key' } });
        if (record?.state === 'done') return responseOf(record, request);
        if (record?.state === 'failed') throw new RelayError(record.code, { smtp: record.smtp });
        const alive = record !== undefined && record.owner !== owner && (await store.get(`alive:${record.owner}`)) !== undefined;
        if (record && alive) {
          await new Promise((resolve) => setTimeout(resolve, POLL_MS));
          continue;
        }
        if (record?.state === 'sending' || replayOnly) throw new RelayError('OUTCOME_UNKNOWN');
        if (underWay.has(name)) continue;
        const running = run(name, mark, request, text, work);
        const settled = running
          .then(
            () => undefined,
            () => undefined,
          )
          .finally(() => underWay.delete(name));
        underWay.set(name, settled);
        const response = await running;
        if (response) return response;
      }
      throw new RelayError('OUTCOME_UNKNOWN');
    },
    close: () => clearInterval(timer),
  };
}

/** What makes a request the same mail: its id and its recipients in order. */
const markOf = ({ envelope, message }: SendRequest): string =>
  hash('sha256', JSON.stringify([message.messageId, envelope.to]), 'base64url');

const bare = (smtp: SendResponse['rejected'][number]['smtp']) =>
  smtp && { smtp: { code: smtp.code, ...(smtp.enhanced && { enhanced: smtp.enhanced }) } };

function recordOf(response: SendResponse, { envelope }: SendRequest, mark: string): Record {
  const at = (address: string): number => envelope.to.indexOf(address);
  const rejected = response.rejected.map(({ address, code, smtp }) => ({ at: at(address), code, ...bare(smtp) }));
  return { state: 'done', mark, accepted: response.accepted.map(at), rejected, sizeBytes: response.sizeBytes };
}

function responseOf(record: Extract<Record, { state: 'done' }>, { envelope, message }: SendRequest): SendResponse {
  const address = (at: number): string => envelope.to[at] ?? '';
  const rejected = record.rejected.map(({ at, code, smtp }) => ({
    address: address(at),
    code,
    retryable: isRetryable(code),
    ...(smtp && { smtp: { code: smtp.code, ...(smtp.enhanced && { enhanced: smtp.enhanced }) } }),
  }));
  return { messageId: message.messageId, accepted: record.accepted.map(address), rejected, sizeBytes: record.sizeBytes };
}

/** Nothing is remembered of a refusal that says nothing about the mail: a full quota passes. */
function failureRecord(error: unknown, mark: string): Record | undefined {
  if (!(error instanceof RelayError)) return { state: 'failed', mark, code: 'INTERNAL' };
  if (error.code === 'RELAY_BUSY' || error.code === 'RATE_LIMITED') return undefined;
  return { state: 'failed', mark, code: error.code, ...bare(error.smtp) };
}
