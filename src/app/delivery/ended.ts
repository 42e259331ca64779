import { type FailureMailNeeds, sendFailureMail } from '#app/delivery/failure-mail';
import type { ErrorStore } from '#app/diagnostics/errors';
import { countErrors } from '#app/diagnostics/errors';
import type { RecordStore } from '#app/history/model';
import { updatedRecord } from '#app/history/record';
import { errorChain, log } from '#app/log';
import { dismissNotices, keepNotice, type NoticeStore, noticeOf } from '#app/notices/notices';
import { daysLeft } from '#app/privacy/accounts';
import type { SendJob } from '#app/send/model';
import type { SettingsStore } from '#app/settings/model';
import type { Failure } from '#contract/result';

export interface EndedNeeds extends FailureMailNeeds {
  readonly records: Pick<RecordStore, 'record' | 'save'>;
  readonly notices: NoticeStore;
  readonly errors: ErrorStore;
  readonly settings: FailureMailNeeds['settings'] & Pick<SettingsStore, 'site'>;
}

/**
 * What follows the end of an attempt: the record says what became of the mail, and when nothing more happens by itself, the sender
 * learns of recipients who did not get it, by mail and the next time the dialog opens. Never throws: the mail's outcome is stored.
 */
export async function attemptEnded(needs: EndedNeeds, job: SendJob, pageVersion: number | undefined): Promise<void> {
  await quietly(job, 'record', () => updateRecord(needs, job, pageVersion));
  await countErrors(needs.errors, failuresOf(job), needs.now());
  const notice = noticeOf(job, job.page.title ?? '', needs.now());
  if (notice) {
    await quietly(job, 'notice', () => keepNotice(needs.notices, job.sender.accountId, notice));
    await quietly(job, 'failure mail', () => sendFailureMail(needs, job));
  } else if (job.progress.state === 'sent') {
    await quietly(job, 'notice', () => dismissNotices(needs.notices, job.sender.accountId, [job.jobId]));
  }
}

async function quietly(job: SendJob, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log('not kept', { jobId: job.jobId, what, errors: errorChain(error) });
  }
}

async function updateRecord({ records, settings, now }: EndedNeeds, job: SendJob, pageVersion: number | undefined): Promise<void> {
  const record = await records.record(job.jobId);
  if (!record) return;
  const { retentionDays } = (await settings.site()).history;
  await records.save(job.jobId, updatedRecord(record, job, pageVersion), daysLeft(record.at, retentionDays, now()));
}

/** Each code once for one attempt, however many recipients met it. */
function failuresOf({ progress, recipients }: SendJob): Failure[] {
  const whole = 'error' in progress && progress.error ? [progress.error] : [];
  const each = recipients.flatMap(({ state, error }) => (state !== 'accepted' && error ? [error] : []));
  return [...new Map([...each, ...whole].map((failure) => [failure.code, failure])).values()];
}
