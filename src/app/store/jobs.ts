import { type JobStore, type SendJob, sendJobSchema } from '#app/send/model';
import { days, keys } from '#app/store/keys';
import { create, get, set, timeOf } from '#app/store/kvs';
import { JOB_TTL_DAYS } from '#contract/limits';

const jobTtl = days(JOB_TTL_DAYS);

export const jobStore: JobStore = {
  createJob: (job) => create(keys.job(job.jobId), job, jobTtl),
  async job(jobId): Promise<SendJob | undefined> {
    const value = await get(keys.job(jobId));
    return value === undefined ? undefined : sendJobSchema.parse(value);
  },
  saveJob: (job) => set(keys.job(job.jobId), job, jobTtl),
  claim: (jobId, attempt, at) => create(keys.claim(jobId, attempt), { at: at.toISOString() }, jobTtl),
  claimedAt: (jobId, attempt) => timeOf(keys.claim(jobId, attempt)),
  askRetry: (jobId, attempt, at) => create(keys.retry(jobId, attempt), { at: at.toISOString() }, jobTtl),
  retryAskedAt: (jobId, attempt) => timeOf(keys.retry(jobId, attempt)),
};
