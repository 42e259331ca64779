/** Quotas by installation. Counts over a minute or a day are shared through the store; concurrency is this process's own. */
import type { RelayConfig } from '#relay/config';
import { RelayError } from '#relay/errors';
import type { SharedStore } from '#relay/store';

export interface Load {
  readonly recipients: number;
  readonly bytes: number;
  /** Whether the operator's own mail server is used, which has a quota of its own. */
  readonly defaultServer: boolean;
}
export interface Quota {
  /**
   * Counts one message and gives the function that ends its place among the concurrent ones.
   * @throws RelayError RELAY_BUSY with the seconds after which it is worth trying again
   */
  take(installationId: string, load: Load): Promise<() => void>;
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
/** Wait suggested when too many are under way at once. */
const CONCURRENT_RETRY_SECONDS = 5;

type Limits = Pick<
  RelayConfig,
  | 'quotaMessagesPerMinute'
  | 'quotaMessagesPerDay'
  | 'quotaRecipientsPerDay'
  | 'quotaBytesPerDay'
  | 'quotaConcurrent'
  | 'defaultMessagesPerDay'
>;

/** `onRefusal` is told which quota was full. A limit of 0 is none. */
export function createQuota(limits: Limits, store: Pick<SharedStore, 'add'>, now: () => number, onRefusal: (quota: string) => void): Quota {
  const concurrent = new Map<string, number>();

  const count = async (name: string, installationId: string, amount: number, limit: number, window: number): Promise<void> => {
    if (limit === 0) return;
    const slot = Math.floor(now() / 1000 / window);
    const sum = await store.add(`quota:${name}:${installationId}:${slot}`, amount, window);
    if (sum <= limit) return;
    onRefusal(name);
    throw new RelayError('RELAY_BUSY', { retryAfterSeconds: Math.max(1, Math.ceil((slot + 1) * window - now() / 1000)) });
  };

  const enter = (installationId: string): (() => void) => {
    const running = (concurrent.get(installationId) ?? 0) + 1;
    if (limits.quotaConcurrent > 0 && running > limits.quotaConcurrent) {
      onRefusal('concurrent');
      throw new RelayError('RELAY_BUSY', { retryAfterSeconds: CONCURRENT_RETRY_SECONDS });
    }
    concurrent.set(installationId, running);
    return () => {
      const left = (concurrent.get(installationId) ?? 1) - 1;
      if (left > 0) concurrent.set(installationId, left);
      else concurrent.delete(installationId);
    };
  };

  return {
    async take(installationId, { recipients, bytes, defaultServer }) {
      const leave = enter(installationId);
      try {
        await Promise.all([
          count('messages-minute', installationId, 1, limits.quotaMessagesPerMinute, MINUTE_SECONDS),
          count('messages-day', installationId, 1, limits.quotaMessagesPerDay, DAY_SECONDS),
          count('recipients-day', installationId, recipients, limits.quotaRecipientsPerDay, DAY_SECONDS),
          count('bytes-day', installationId, bytes, limits.quotaBytesPerDay, DAY_SECONDS),
          defaultServer ? count('default-server-day', installationId, 1, limits.defaultMessagesPerDay, DAY_SECONDS) : undefined,
        ]);
        return leave;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
