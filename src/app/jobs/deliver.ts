import type { AsyncEvent, InvocationError } from '@forge/events';
import { appReader, pageReader } from '#app/confluence/index';
import { deliver as deliverMail } from '#app/delivery/deliver';
import { attemptEnded } from '#app/delivery/ended';
import { pushDelivery } from '#app/jobs/queue';
import { log } from '#app/log';
import { relay } from '#app/relay';
import type { SendJob } from '#app/send/model';
import { diagnosticsStore, jobStore, noticeStore, recordStore, settingsStore } from '#app/store/index';
import { deliveryEventSchema } from '#contract/jobs';

/** Longest time that an event can be asked to come again after (Forge async events). */
const MAX_RETRY_AFTER_SECONDS = 900;

/** Consumer of the queue `delivery`: one event, one attempt of one send job. */
export async function deliver(event: AsyncEvent): Promise<InvocationError | undefined> {
  const parsed = deliveryEventSchema.safeParse(event.body);
  if (!parsed.success) {
    log('delivery dropped', { why: 'not an event of this version' });
    return undefined;
  }
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
    verifications: diagnosticsStore,
  };
  const ended = (job: SendJob, pageVersion: number | undefined) => attemptEnded(needs, job, pageVersion);
  const seconds = await deliverMail({ ...needs, ended }, parsed.data, event.retryContext !== undefined);
  if (seconds === undefined) return undefined;
  const retryAfter = Math.max(1, Math.min(seconds, MAX_RETRY_AFTER_SECONDS));
  const events = await import(/* webpackMode: "eager" */ '@forge/events');
  return new events.InvocationError({ retryAfter, retryReason: events.InvocationErrorCode.FUNCTION_RETRY_REQUEST });
}
