import { STALE_AFTER_SECONDS } from '#app/delivery/job';
import { log } from '#app/log';
import type { JobStore, SendJob } from '#app/send/model';

export interface WatchNeeds {
  readonly jobs: Pick<JobStore, 'claim' | 'claimedAt' | 'retryAskedAt' | 'saveJob'>;
  readonly ended: (job: SendJob, pageVersion: number | undefined) => Promise<void>;
  readonly now: () => Date;
}

/**
 * What an event that comes again finds: its consumer may have died with the attempt. While that is not certain, gives the seconds after which
 * it is; then stores what became of the job and tells its sender, who may have closed the dialog long ago.
 * `stored`: the job as it was read; `current`: as it stands by its claims.
 */
export async function watch(needs: WatchNeeds, stored: SendJob, current: SendJob, attempt: number): Promise<number | undefined> {
  const { jobs, now } = needs;
  const { jobId, progress } = stored;
  if (progress.attempt !== attempt || !['queued', 'preparing', 'sending'].includes(progress.state)) return undefined;
  const claimedAt = await jobs.claimedAt(jobId, attempt);
  if (!claimedAt) return undefined;
  if (current.progress.state === progress.state) {
    return STALE_AFTER_SECONDS + 1 - Math.floor((now().getTime() - claimedAt.getTime()) / 1000);
  }
  const next = attempt + 1;
  // Nobody else may begin the next attempt while this is written: the claim is the right to write.
  if ((await jobs.retryAskedAt(jobId, next)) || !(await jobs.claim(jobId, next, now()))) return undefined;
  const done: SendJob = { ...current, progress: { ...current.progress, attempt: next }, updatedAt: now().toISOString() };
  await jobs.saveJob(done);
  log('delivery given up', { jobId, attempt, state: done.progress.state });
  await needs.ended(done, undefined);
  return undefined;
}
