/** Quotas by installation. Counts over a minute or a day are shared through the store; concurrency is this process's own. */
import type { RelayConfig } from '#relay/shared/config';
import { RelayError } from '#relay/shared/errors';
import { BUSY_RETRY_SECONDS } from '#relay/shared/limits';
import type { SharedStore } from '#relay/shared/store';

export interface Load {
  readonly recipients: number;
  readonly bytes: number;
  /** Whether the operator's own mail server is used, which has a quota of its own. */
  readonly defaultServer: boolean;
}
export interface Quota {
  /**
   * A place among the concurrent requests of `whom`; the function given ends it.
   * @throws RelayError RELAY_BUSY with the seconds after which it is worth trying again
   */
  enter(whom: string): () => void;
  /**
   * Counts one message; one that is refused is not counted anywhere.
   * @throws RelayError RELAY_BUSY with the seconds after which it is worth trying again
   */
  take(installationId: string, load: Load): Promise<void>;
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

type Limits = Pick<
  RelayConfig,
  | 'quotaMessagesPerMinute'
  | 'quotaMessagesPerDay'
  | 'quotaRecipientsPerDay'
  | 'quotaBytesPerDay'
  | 'quotaConcurrent'
  | 'defaultMessagesPerDay'
>;

/** `onRefusal` is told which quotas were full. A limit of 0 is none. */
export function createQuota(limits: Limits, store: Pick<SharedStore, 'add'>, now: () => number, onRefusal: (quota: string) => void): Quota {
  const concurrent = new Map<string, number>();

  const countsOf = ({ recipients, bytes, defaultServer }: Load) =>
    [
      { name: 'messages-minute', amount: 1, limit: limits.quotaMessagesPerMinute, window: MINUTE_SECONDS },
      { name: 'messages-day', amount: 1, limit: limits.quotaMessagesPerDay, window: DAY_SECONDS },
      { name: 'recipients-day', amount: recipients, limit: limits.quotaRecipientsPerDay, window: DAY_SECONDS },
      { name: 'bytes-day', amount: bytes, limit: limits.quotaBytesPerDay, window: DAY_SECONDS },
      { name: 'default-server-day', amount: 1, limit: defaultServer ? limits.defaultMessagesPerDay : 0, window: DAY_SECONDS },
    ].filter(({ limit }) => limit > 0);

  const enter = (whom: string): (() => void) => {
    const running = (concurrent.get(whom) ?? 0) + 1;
    if (limits.quotaConcurrent > 0 && running > limits.quotaConcurrent) {
      onRefusal('concurrent');
      throw new RelayError('RELAY_BUSY', { retryAfterSeconds: BUSY_RETRY_SECONDS });
    }
    concurrent.set(whom, running);
    return () => {
      const left = (concurrent.get(whom) ?? 1) - 1;
      if (left > 0) concurrent.set(whom, left);
      else concurrent.delete(whom);
    };
  };

  return {
    enter,
    async take(installationId, load) {
      const seconds = now() / 1000;
      const counts = countsOf(load).map((count) => {
        const slot = Math.floor(seconds / count.window);
        return { ...count, key: `quota:${count.name}:${installationId}:${slot}`, ends: (slot + 1) * count.window };
      });
      const sums = await Promise.all(counts.map(({ key, amount, window }) => store.add(key, amount, window)));
      const full = counts.filter(({ limit }, at) => (sums[at] ?? 0) > limit);
      if (full.length === 0) return;
      await Promise.all(counts.map(({ key, amount, window }) => store.add(key, -amount, window)));
      for (const { name } of full) onRefusal(name);
      throw new RelayError('RELAY_BUSY', { retryAfterSeconds: Math.max(1, ...full.map(({ ends }) => Math.ceil(ends - seconds))) });
    },
  };
}
