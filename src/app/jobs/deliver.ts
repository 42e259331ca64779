import type { AsyncEvent } from '@forge/events';
import { appReader, pageReader } from '#app/confluence';
import { pushDelivery } from '#app/jobs/queue';
import { log } from '#app/log';
import { relay } from '#app/relay';
import { deliver as deliverMail } from '#app/send/deliver';
import { jobStore, settingsStore } from '#app/store';
import { deliveryEventSchema } from '#contract/jobs';

/** Consumer of the queue `delivery`: one event, one attempt of one send job. */
export async function deliver(event: AsyncEvent): Promise<void> {
  const parsed = deliveryEventSchema.safeParse(event.body);
  if (!parsed.success) return log('delivery dropped', { why: 'not an event of this version' });
  await deliverMail(
    {
      jobs: jobStore,
      settings: settingsStore,
      readerAs: pageReader,
      app: appReader(),
      transport: relay,
      push: pushDelivery,
      now: () => new Date(),
    },
    parsed.data,
  );
}
