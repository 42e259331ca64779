import { Queue } from '@forge/events';
import type { PushDelivery } from '#app/send/model';
import type { DeliveryEvent, MaintenanceEvent } from '#contract/jobs';
import { DELIVERY_QUEUE, MAINTENANCE_QUEUE } from '#contract/resolvers';

/** Puts one attempt on Forge's queue, at most 900 s in the future. */
export const pushDelivery: PushDelivery = async ({ jobId, attempt }, delaySeconds) => {
  const body = { v: 1, jobId, attempt } satisfies DeliveryEvent;
  await new Queue({ key: DELIVERY_QUEUE }).push({ body, ...(delaySeconds > 0 ? { delayInSeconds: delaySeconds } : {}) });
};

/** Has an administrator's task go on in the background. */
export const pushMaintenance = async (task: MaintenanceEvent['task']): Promise<void> => {
  await new Queue({ key: MAINTENANCE_QUEUE }).push({ body: { v: 1, task } satisfies MaintenanceEvent });
};
