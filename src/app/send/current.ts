import { canRetry, LOST_AFTER_SECONDS, STALE_AFTER_SECONDS, settle } from '#app/delivery/job';
import type { JobStore, SendJob } from '#app/send/model';

export interface CurrentJob {
  readonly job: SendJob;
  /** The sender asked for the next attempt, and it has not begun. */
  readonly retryAsked: boolean;
}

const isOlder = (time: Date, seconds: number, now: Date): boolean => now.getTime() - time.getTime() > seconds * 1000;

/** A stored job as it stands now, from its claims: also when a consumer died before it wrote anything. Reads only. */
export async function currentJob(jobs: JobStore, stored: SendJob, now: Date): Promise<CurrentJob> {
  let job = stored;
  for (;;) {
    job = settle(job, await jobs.claimedAt(job.jobId, job.progress.attempt), now);
    if (!canRetry(job)) return { job, retryAsked: false };
    const next = job.progress.attempt + 1;
    const claimedAt = await jobs.claimedAt(job.jobId, next);
    if (!claimedAt) {
      const askedAt = await jobs.retryAskedAt(job.jobId, next);
      return { job, retryAsked: askedAt !== undefined && !isOlder(askedAt, LOST_AFTER_SECONDS, now) };
    }
    if (!isOlder(claimedAt, STALE_AFTER_SECONDS, now)) return { job, retryAsked: true };
    // Claimed and never begun: nothing was sent by that attempt.
    job = { ...job, progress: { state: 'failed', attempt: next, error: { code: 'STALLED' } } };
  }
}
