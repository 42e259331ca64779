import { createHash } from 'node:crypto';
import { AppFailure } from '#app/failure';
import type { PageReader, PageRef, Session } from '#app/model';
import { chosenFiles } from '#app/send/files';
import { settle } from '#app/send/job';
import type { JobStore, PushDelivery, SendJob } from '#app/send/model';
import { expandRecipients } from '#app/send/recipients';
import { checkMessageSize } from '#app/send/size';
import { sendingFor } from '#app/settings/effective';
import type { SettingsStore } from '#app/settings/model';
import type { AccountId, Draft } from '#contract/draft';
import type { Value } from '#contract/resolvers';
import { estimateSize } from '#mail/message';

export interface SubmitNeeds {
  readonly reader: Pick<PageReader, 'page' | 'attachments'>;
  readonly session: Session;
  readonly settings: Pick<SettingsStore, 'site' | 'space'>;
  readonly jobs: JobStore;
  readonly push: PushDelivery;
  readonly now: () => Date;
}
export interface Submission {
  readonly ref: PageRef;
  readonly draft: Draft;
  readonly idempotencyKey: string;
  readonly language: 'en' | 'de';
}

/** The one job that a person's idempotency key stands for. */
export const jobIdOf = (accountId: AccountId, idempotencyKey: string): string =>
  createHash('sha256').update(`${accountId}\n${idempotencyKey.toLowerCase()}`).digest('hex').slice(0, 40);

/**
 * Accepts a mail for delivery, once for each idempotency key: the same key gives the same job, however often and however
 * simultaneously it comes. A job whose event may have been lost is pushed again; its claim keeps it from running twice.
 * @throws AppFailure what keeps the mail from being sent, before anything is stored
 */
export async function submitMail(needs: SubmitNeeds, accountId: AccountId, submission: Submission): Promise<Value<'send/submit'>> {
  const jobId = jobIdOf(accountId, submission.idempotencyKey);
  const existing = await needs.jobs.job(jobId);
  if (existing) return resubmit(needs, existing);
  const job = await newJob(needs, jobId, submission);
  if (!(await needs.jobs.createJob(job))) return resubmit(needs, (await needs.jobs.job(jobId)) ?? job);
  await needs.push({ jobId, attempt: 1 }, 0);
  return { jobId, state: 'queued' };
}

async function resubmit({ jobs, push, now }: SubmitNeeds, job: SendJob): Promise<Value<'send/submit'>> {
  const { jobId, progress } = job;
  const claimedAt = await jobs.claimedAt(jobId, progress.attempt);
  if (progress.state === 'queued' && !claimedAt && progress.attempt === 1) await push({ jobId, attempt: 1 }, 0);
  return { jobId, state: settle(job, claimedAt, now()).progress.state };
}

async function newJob(needs: SubmitNeeds, jobId: string, { ref, draft, language }: Submission): Promise<SendJob> {
  const [page, attachments, me] = await Promise.all([needs.reader.page(ref, 'view'), needs.reader.attachments(ref), needs.session.me()]);
  const [space, site, spaceSettings] = await Promise.all([
    needs.session.space(page.spaceId),
    needs.settings.site(),
    needs.settings.space(page.spaceId),
  ]);
  sendingFor(site, spaceSettings, page.spaceId);
  const files = chosenFiles(attachments, draft.attachmentIds);
  checkMessageSize(estimateSize({ mail: { html: '', text: '', images: [] }, attachments: files }).total);
  const { recipients } = await expandRecipients(needs.session, draft, me);
  if (recipients.length === 0) throw new AppFailure('NO_RECIPIENTS');
  const at = needs.now().toISOString();
  return {
    v: 1,
    jobId,
    createdAt: at,
    updatedAt: at,
    sender: { accountId: me.accountId, name: me.name },
    page: {
      ...ref,
      spaceId: page.spaceId,
      spaceName: space.name,
      spaceUrl: space.url,
      restricted: await needs.session.isRestricted(ref),
    },
    language,
    subject: draft.subject,
    note: draft.note,
    attachmentIds: draft.attachmentIds,
    recipients,
    progress: { state: 'queued', attempt: 1, notBefore: at },
    firstAttempt: 1,
  };
}
