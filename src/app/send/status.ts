import { AppFailure } from '#app/failure';
import { currentJob } from '#app/send/current';
import { canRetry, isExpired, statusOf } from '#app/send/job';
import type { JobStore, PushDelivery, SendJob } from '#app/send/model';
import type { AccountId } from '#contract/draft';
import type { JobStatus } from '#contract/jobs';
import type { Value } from '#contract/resolvers';

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

/**
 * Asks for a further attempt, for the recipients that have not accepted. Does nothing when there is nothing to retry, when the
 * outcome is unknown, or when it was asked before. Only the sender may. @throws AppFailure JOB_NOT_FOUND
 */
export async function retryMail(
  needs: StatusNeeds & { push: PushDelivery },
  accountId: AccountId,
  jobId: string,
): Promise<Value<'send/retry'>> {
  const stored = await find(needs, jobId);
  if (stored.sender.accountId !== accountId) throw new AppFailure('JOB_NOT_FOUND');
  const { job } = await currentJob(needs.jobs, stored, needs.now());
  if (!canRetry(job)) return { jobId, state: job.progress.state };
  const attempt = job.progress.attempt + 1;
  await needs.jobs.askRetry(jobId, attempt, needs.now());
  // Pushed even if it was asked before: that event may have been lost, and the attempt is claimed once anyhow.
  await needs.push({ jobId, attempt }, 0);
  return { jobId, state: 'queued' };
}

async function find({ jobs, now }: StatusNeeds, jobId: string): Promise<SendJob> {
  const job = await jobs.job(jobId);
  if (!job || isExpired(job, now())) throw new AppFailure('JOB_NOT_FOUND');
  return job;
}
