import type { Queue as ForgeQueue } from '@forge/events';
import { AppFailure } from '#app/failure';
import type { PushDelivery } from '#app/send/model';
import type { DeliveryEvent, MaintenanceEvent } from '#contract/jobs';
import { DELIVERY_QUEUE, MAINTENANCE_QUEUE } from '#contract/modules';

type Event = Parameters<ForgeQueue['push']>[0];

/** Waits before a push that the queue turned away (Forge async events: 500 in a minute) is made again. */
const BUSY_WAITS_MS = [500, 2000] as const;

/** @throws AppFailure QUEUE_BUSY when the event may not be on the queue */
async function push(key: string, event: Event): Promise<void> {
  // Loaded by the first push: most calls of a fresh function make none.
  const { Queue, RateLimitError } = await import(/* webpackMode: "eager" */ '@forge/events');
  for (const wait of [...BUSY_WAITS_MS, undefined]) {
    try {
      await new Queue({ key }).push(event);
      return;
    } catch (cause) {
      if (!(cause instanceof RateLimitError) || wait === undefined) throw new AppFailure('QUEUE_BUSY', undefined, { cause });
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** Puts one attempt on Forge's queue, at most 900 s in the future. @throws AppFailure QUEUE_BUSY */
export const pushDelivery: PushDelivery = async ({ jobId, attempt }, delaySeconds) => {
  const body = { v: 1, jobId, attempt } satisfies DeliveryEvent;
  await push(DELIVERY_QUEUE, { body, ...(delaySeconds > 0 ? { delayInSeconds: delaySeconds } : {}) });
};

/** Has an administrator's task go on in the background. @throws AppFailure STORAGE_BUSY */
export const pushMaintenance = async (task: MaintenanceEvent['task']): Promise<void> => {
  await push(MAINTENANCE_QUEUE, { body: { v: 1, task } satisfies MaintenanceEvent }).catch((cause: unknown) => {
    throw new AppFailure('STORAGE_BUSY', undefined, { cause });
  });
};
