import { canRetry, isExpired, statusOf } from '#app/delivery/job';
import { AppFailure } from '#app/failure';
import type { PageReader, Session } from '#app/model';
import { enforce, refusalOfOutside } from '#app/policy/decide';
import { currentJob } from '#app/send/current';
import { type GateNeeds, openGate } from '#app/send/gate';
import type { JobStore, PushDelivery, SendJob } from '#app/send/model';
import type { AccountId } from '#contract/draft';
import type { JobStatus } from '#contract/jobs';
import type { Value } from '#contract/screens/resolvers';

export interface StatusNeeds {
  readonly jobs: JobStore;
  /** Asked only when the job is somebody else's. */
  readonly administersSite: () => Promise<boolean>;
  readonly now: () => Date;
}

/** How the mail stands, for its sender and site administrators. @throws AppFailure JOB_NOT_FOUND to everybody else */
export async function readStatus(needs: StatusNeeds, accountId: AccountId, jobId: string): Promise<JobStatus> {
  const stored = await find(needs, jobId);
  if (stored.sender.accountId !== accountId && !(await needs.administersSite())) throw new AppFailure('JOB_NOT_FOUND');
  const { job, retryAsked } = await currentJob(needs.jobs, stored, needs.now());
  return statusOf(job, retryAsked);
}

export interface RetryNeeds extends StatusNeeds, GateNeeds {
  readonly reader: Pick<PageReader, 'page'>;
  readonly session: GateNeeds['session'] & Pick<Session, 'me'>;
  readonly push: PushDelivery;
}

/**
 * Asks for a further attempt, for the recipients that have not accepted. Does nothing when there is nothing to retry, when the
 * outcome is unknown, or when it was asked before. Only the sender may, and only what they may send now.
 * @throws AppFailure JOB_NOT_FOUND, PAGE_NOT_FOUND, or what the send policy says today
 */
export async function retryMail(needs: RetryNeeds, accountId: AccountId, jobId: string): Promise<Value<'send/retry'>> {
  const stored = await find(needs, jobId);
  if (stored.sender.accountId !== accountId) throw new AppFailure('JOB_NOT_FOUND');
  const { job } = await currentJob(needs.jobs, stored, needs.now());
  if (!canRetry(job)) return { jobId, state: job.progress.state };
  await checkAllowed(needs, job);
  const attempt = job.progress.attempt + 1;
  await needs.jobs.askRetry(jobId, attempt, needs.now());
  // Pushed even if it was asked before: that event may have been lost, and the attempt is claimed once anyhow.
  await needs.push({ jobId, attempt }, 0);
  return { jobId, state: 'queued' };
}

/** Delivery judges recipients and labels; who sends and how the page is restricted is known here alone, where the sender is signed in. */
async function checkAllowed(needs: RetryNeeds, { page: { id, type }, recipients }: SendJob): Promise<void> {
  const [page, me] = await Promise.all([needs.reader.page({ id, type }), needs.session.me()]);
  const gate = await openGate(needs, page, me, false);
  enforce(gate.refusal);
  const [outside] = recipients.flatMap(({ state, target }) =>
    state !== 'accepted' && target.kind === 'address' && !target.site ? target.address : [],
  );
  const refusal = outside && refusalOfOutside(gate.sending.policy, gate.page);
  if (refusal) enforce({ code: refusal.code, params: { ...refusal.params, address: outside } });
}

async function find({ jobs, now }: StatusNeeds, jobId: string): Promise<SendJob> {
  const job = await jobs.job(jobId);
  if (!job || isExpired(job, now())) throw new AppFailure('JOB_NOT_FOUND');
  return job;
}
