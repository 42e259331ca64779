import { Queue } from '@forge/events';
import type { PushDelivery } from '#app/send/model';
import type { DeliveryEvent } from '#contract/jobs';
import { DELIVERY_QUEUE } from '#contract/resolvers';

/** Puts one attempt on Forge's queue, at most 900 s in the future. */
export const pushDelivery: PushDelivery = async ({ jobId, attempt }, delaySeconds) => {
  const body = { v: 1, jobId, attempt } satisfies DeliveryEvent;
  await new Queue({ key: DELIVERY_QUEUE }).push({ body, ...(delaySeconds > 0 ? { delayInSeconds: delaySeconds } : {}) });
};
