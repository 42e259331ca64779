import { toFailure } from '#app/failure';
import { errorChain, log } from '#app/log';
import type { MailTransport } from '#app/model';
import { currentJob } from '#app/send/current';
import { canStart, fail, finish, isExpired, lose, send, start } from '#app/send/job';
import type { JobStore, PushDelivery, SendJob } from '#app/send/model';
import { type Prepared, type PrepareNeeds, prepare } from '#app/send/prepare';
import { type TransmitNeeds, type Transmitted, transmitEach, transmitOne, withoutMail } from '#app/send/transmit';
import type { DeliveryEvent } from '#contract/jobs';

export interface DeliveryNeeds extends PrepareNeeds, TransmitNeeds {
  readonly jobs: JobStore;
  readonly transport: Pick<MailTransport, 'info' | 'send'>;
  readonly push: PushDelivery;
  /** Told of every attempt's end, after it is stored; `pageVersion` is of the page that was read. */
  readonly ended: (job: SendJob, pageVersion: number | undefined) => Promise<void>;
}

/**
 * Carries out one attempt of one job. An event that comes twice, late, or for a job that is gone does nothing. Never throws for
 * what belongs to the job: its outcome is stored. Throws only when storage fails before anything was sent.
 */
export async function deliver(needs: DeliveryNeeds, { jobId, attempt }: DeliveryEvent): Promise<void> {
  const stored = await needs.jobs.job(jobId);
  if (!stored || isExpired(stored, needs.now())) return log('delivery dropped', { jobId, attempt, why: 'no such job' });
  const { job } = await currentJob(needs.jobs, stored, needs.now());
  if (!canStart(job, attempt)) {
    await pushAgain(needs, job, attempt);
    return log('delivery dropped', { jobId, attempt, why: job.progress.state });
  }
  if (!(await needs.jobs.claim(jobId, attempt, needs.now()))) return log('delivery dropped', { jobId, attempt, why: 'claimed' });
  const preparing = start(job, attempt, needs.now());
  await needs.jobs.saveJob(preparing);
  const { done, pageVersion } = await attemptOf(needs, preparing);
  await save(needs.jobs, done);
  const { progress } = done;
  log('delivery done', { jobId, attempt, state: progress.state, code: 'error' in progress ? progress.error?.code : undefined });
  if (progress.state === 'queued') await needs.push({ jobId, attempt: progress.attempt }, secondsUntil(progress.notBefore, needs.now()));
  await needs.ended(done, pageVersion);
}

/** An event that comes again may mean that its consumer died after it stored that there is a next attempt and before it asked for it. */
async function pushAgain({ jobs, push, now }: DeliveryNeeds, { jobId, progress }: SendJob, attempt: number): Promise<void> {
  if (progress.state !== 'queued' || progress.attempt !== attempt + 1 || (await jobs.claimedAt(jobId, progress.attempt))) return;
  await push({ jobId, attempt: progress.attempt }, secondsUntil(progress.notBefore, now()));
}

const secondsUntil = (time: string, now: Date): number => Math.max(0, Math.ceil((new Date(time).getTime() - now.getTime()) / 1000));

/** The outcome is worth more than one try to store it: without it the sender is told that nobody knows. */
async function save(jobs: JobStore, job: SendJob): Promise<void> {
  for (let left = 3; left > 0; left -= 1) {
    try {
      return await jobs.saveJob(job);
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

interface Attempt {
  readonly done: SendJob;
  readonly pageVersion: number | undefined;
}

async function attemptOf(needs: DeliveryNeeds, job: SendJob): Promise<Attempt> {
  let prepared: Prepared;
  let sending: SendJob;
  try {
    prepared = await prepare(needs, job);
    sending = send(job, prepared.recipients.map(withoutMail), needs.now());
    if (prepared.requests.length > 0) await needs.jobs.saveJob(sending);
  } catch (error) {
    log('delivery not prepared', { jobId: job.jobId, attempt: job.progress.attempt, errors: errorChain(error) });
    return { done: fail(job, toFailure(error), needs.now()), pageVersion: undefined };
  }
  const { pageVersion, requests } = prepared;
  const [only] = requests;
  if (!only) return { done: finish(sending, sending.recipients, needs.now()), pageVersion };
  const transmitted = job.individual
    ? await transmitEach(needs, sending, prepared, (recipients) => needs.jobs.saveJob({ ...sending, recipients }))
    : await transmitOne(needs, sending, prepared, only);
  return { done: settleAttempt(sending, transmitted, needs.now()), pageVersion };
}

function settleAttempt(sending: SendJob, { recipients, unknown, failure }: Transmitted, now: Date): SendJob {
  if (unknown) return lose({ ...sending, recipients }, unknown, now);
  return failure ? fail(sending, failure, now) : finish(sending, recipients, now);
}
