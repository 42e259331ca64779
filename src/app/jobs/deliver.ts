import type { AsyncEvent } from '@forge/events';
import { appReader, pageReader } from '#app/confluence/index';
import { pushDelivery } from '#app/jobs/queue';
import { log } from '#app/log';
import { relay } from '#app/relay';
import { deliver as deliverMail } from '#app/send/deliver';
import { attemptEnded } from '#app/send/ended';
import { diagnosticsStore, jobStore, noticeStore, recordStore, settingsStore } from '#app/store';
import { deliveryEventSchema } from '#contract/jobs';

/** Consumer of the queue `delivery`: one event, one attempt of one send job. */
export async function deliver(event: AsyncEvent): Promise<void> {
  const parsed = deliveryEventSchema.safeParse(event.body);
  if (!parsed.success) return log('delivery dropped', { why: 'not an event of this version' });
  const needs = {
    jobs: jobStore,
    settings: settingsStore,
    readerAs: pageReader,
    app: appReader(),
    transport: relay,
    push: pushDelivery,
    now: () => new Date(),
    wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    records: recordStore,
    notices: noticeStore,
    errors: diagnosticsStore,
  };
  await deliverMail({ ...needs, ended: (job, pageVersion) => attemptEnded(needs, job, pageVersion) }, parsed.data);
}
