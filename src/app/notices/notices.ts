import * as z from 'zod';
import type { SendJob } from '#app/send/model';
import type { AccountId } from '#contract/draft';
import type { Notice } from '#contract/screens/administration';
import { noticeSchema } from '#contract/screens/send-rules';

/** What a person is told the next time they open the dialog: mails of theirs that did not reach everybody. */

export const noticesSchema = z.object({ v: z.literal(1), notices: z.array(noticeSchema) });

export interface NoticeStore {
  notices(accountId: AccountId): Promise<Notice[]>;
  /** An empty list forgets them. */
  saveNotices(accountId: AccountId, notices: readonly Notice[]): Promise<void>;
}

/** Notices kept for one person; older ones give way. */
const MAX_NOTICES = 20;

/** The notice about a job that ended, unless everybody got it. */
export function noticeOf(job: SendJob, pageTitle: string, now: Date): Notice | undefined {
  const { state } = job.progress;
  if (state !== 'failed' && state !== 'partly-sent' && state !== 'unknown') return undefined;
  const missed = job.recipients.filter((each) => each.state !== 'accepted');
  const error = 'error' in job.progress ? job.progress.error : missed.find((each) => each.error)?.error;
  return {
    jobId: job.jobId,
    at: now.toISOString(),
    subject: job.subject,
    pageTitle,
    state,
    missed: missed.length,
    ...(error ? { error } : {}),
  };
}

/** Keeps a notice for its sender; a newer one about the same mail replaces the older. */
export async function keepNotice(store: NoticeStore, accountId: AccountId, notice: Notice): Promise<void> {
  const others = (await store.notices(accountId)).filter(({ jobId }) => jobId !== notice.jobId);
  await store.saveNotices(accountId, [notice, ...others].slice(0, MAX_NOTICES));
}

/** Forgets notices that were read, or whose mail was sent after all. */
export async function dismissNotices(store: NoticeStore, accountId: AccountId, jobIds: readonly string[]): Promise<void> {
  const known = await store.notices(accountId);
  const left = known.filter(({ jobId }) => !jobIds.includes(jobId));
  if (left.length < known.length) await store.saveNotices(accountId, left);
}
