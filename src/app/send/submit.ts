import { createHash } from 'node:crypto';
import { chosenFiles } from '#app/delivery/files';
import { settle } from '#app/delivery/job';
import { checkMessageSize } from '#app/delivery/size';
import { AppFailure } from '#app/failure';
import type { RecordStore } from '#app/history/model';
import { newRecord } from '#app/history/record';
import { errorChain, log } from '#app/log';
import type { AppReader, MailTransport, PageReader, PageRef, Session } from '#app/model';
import { needsIndividualCopies } from '#app/policy/copies';
import { enforce, refusalOfFiles } from '#app/policy/decide';
import type { EffectivePolicy } from '#app/policy/effective';
import { chosenIdentity } from '#app/policy/identity';
import { type QuotaStore, takeDailySlot } from '#app/policy/quota';
import { openGate, refusalsOfRecipients, withPlaces } from '#app/send/gate';
import type { JobStore, PushDelivery, SendJob } from '#app/send/model';
import { identitiesFor } from '#app/send/open';
import { expandRecipients } from '#app/send/recipients';
import { senderAccount } from '#app/settings/login';
import type { SettingsStore } from '#app/settings/model';
import type { AccountId, Draft } from '#contract/draft';
import type { Value } from '#contract/screens/resolvers';
import type { HistorySettings } from '#contract/settings/v2';
import { estimateSize } from '#mail/message';

export interface SubmitNeeds {
  readonly reader: Pick<PageReader, 'page' | 'attachments'>;
  readonly session: Session;
  readonly app: Pick<AppReader, 'addresses'>;
  readonly transport: Pick<MailTransport, 'info'>;
  readonly settings: Pick<SettingsStore, 'site' | 'space' | 'exceptions'>;
  readonly quota: QuotaStore;
  readonly records: Pick<RecordStore, 'save'>;
  readonly jobs: JobStore;
  readonly push: PushDelivery;
  readonly now: () => Date;
}
/** A job that may be sent, and what its record and counter need. */
interface Accepted {
  readonly job: SendJob;
  readonly spaceKey: string;
  readonly policy: EffectivePolicy;
  readonly history: HistorySettings;
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

/** Tells whether a second submission is the first one again. Parsed drafts have their members in the order of the contract. */
const digestOf = ({ ref, draft, language }: Submission): string =>
  createHash('sha256')
    .update(JSON.stringify([ref.id, ref.type, draft, language]))
    .digest('hex');

/**
 * Accepts a mail for delivery, once for each idempotency key: the same key gives the same job, however often and however
 * simultaneously it comes. A job whose event may have been lost is pushed again; its claim keeps it from running twice.
 * @throws AppFailure what keeps the mail from being sent, before anything is stored; ALREADY_SUBMITTED for another draft under the same key
 */
export async function submitMail(needs: SubmitNeeds, accountId: AccountId, submission: Submission): Promise<Value<'send/submit'>> {
  const jobId = jobIdOf(accountId, submission.idempotencyKey);
  const existing = await needs.jobs.job(jobId);
  if (existing) return resubmit(needs, existing, submission);
  const accepted = await newJob(needs, jobId, submission);
  const { job, policy } = accepted;
  let giveBack: () => Promise<void>;
  try {
    giveBack = await takeDailySlot(needs.quota, accountId, policy.limits.mailsPerPersonAndDay, needs.now());
  } catch (error) {
    // The last mail of the day may be this very one, submitted twice.
    const twin = await needs.jobs.job(jobId);
    if (twin) return resubmit(needs, twin, submission);
    throw error;
  }
  if (!(await needs.jobs.createJob(job))) {
    await giveBack();
    return resubmit(needs, (await needs.jobs.job(jobId)) ?? job, submission);
  }
  await keepRecord(needs, accepted, submission.draft);
  await needs.push({ jobId, attempt: 1 }, 0);
  return { jobId, state: 'queued' };
}

async function resubmit({ jobs, push, now }: SubmitNeeds, job: SendJob, submission: Submission): Promise<Value<'send/submit'>> {
  const { jobId, progress, draftDigest } = job;
  if (draftDigest !== undefined && draftDigest !== digestOf(submission)) throw new AppFailure('ALREADY_SUBMITTED');
  const claimedAt = await jobs.claimedAt(jobId, progress.attempt);
  if (progress.state === 'queued' && !claimedAt && progress.attempt === 1) await push({ jobId, attempt: 1 }, 0);
  return { jobId, state: settle(job, claimedAt, now()).progress.state };
}

/** Values in storage end at 240 KiB; results and errors of an attempt need room too. */
const MAX_JOB_BYTES = 120 * 1024;

async function newJob(needs: SubmitNeeds, jobId: string, submission: Submission): Promise<Accepted> {
  const { ref, draft, language } = submission;
  const [page, attachments, me] = await Promise.all([needs.reader.page(ref), needs.reader.attachments(ref), needs.session.me()]);
  const [space, gate] = await Promise.all([needs.session.space(page.spaceId), openGate(needs, page, me, true)]);
  enforce(gate.refusal);
  const { sending, context } = gate;
  const { policy } = sending;
  const account = await senderAccount(needs.transport, sending.source());
  chosenIdentity(await identitiesFor(needs.app, policy.identity, account, me), draft.identity);
  const files = chosenFiles(attachments, draft.attachmentIds);
  enforce(
    refusalOfFiles(
      policy,
      files.map(({ filename }) => filename),
    ),
  );
  checkMessageSize(estimateSize({ mail: { html: '', text: '', images: [] }, attachments: files }).total, policy.limits.messageBytes);
  const { recipients } = await withPlaces(needs.session, (await expandRecipients(needs.session, draft, me)).recipients);
  if (recipients.length === 0) throw new AppFailure('NO_RECIPIENTS');
  enforce((await refusalsOfRecipients(needs.app, gate, draft, recipients))[0]);
  const at = needs.now().toISOString();
  const job: SendJob = {
    v: 1,
    jobId,
    createdAt: at,
    updatedAt: at,
    sender: { accountId: me.accountId, name: me.name },
    page: {
      ...ref,
      title: page.title,
      spaceId: page.spaceId,
      spaceName: space.name,
      spaceUrl: space.url,
      restricted: gate.page.restricted,
    },
    language,
    subject: draft.subject,
    note: draft.note,
    attachmentIds: draft.attachmentIds,
    recipients,
    ...(needsIndividualCopies(policy, draft, recipients.length) ? { individual: true } : {}),
    ...(draft.identity ? { identity: draft.identity } : {}),
    draftDigest: digestOf(submission),
    progress: { state: 'queued', attempt: 1, notBefore: at },
    firstAttempt: 1,
  };
  checkJobSize(job);
  return { job, spaceKey: space.key, policy, history: context.site.history };
}

function checkJobSize(job: SendJob): void {
  const bytes = new TextEncoder().encode(JSON.stringify(job)).length;
  if (bytes <= MAX_JOB_BYTES) return;
  const limit = Math.floor((job.recipients.length * MAX_JOB_BYTES) / bytes);
  throw new AppFailure('TOO_MANY_RECIPIENTS', { count: String(job.recipients.length), limit: String(limit) });
}

/** The record is kept for those who look later; that it cannot be kept does not stop the mail. */
async function keepRecord(needs: SubmitNeeds, { job, spaceKey, history }: Accepted, draft: Draft): Promise<void> {
  try {
    const record = newRecord({ job, draft, pageTitle: job.page.title ?? '', spaceKey, keepAddresses: history.keepAddresses });
    await needs.records.save(job.jobId, record, history.retentionDays);
  } catch (error) {
    log('record not kept', { jobId: job.jobId, errors: errorChain(error) });
  }
}
