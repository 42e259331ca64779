import { canSucceedLater } from '#app/failure';
import type { JobRecipient, Progress, SendJob } from '#app/send/model';
import type { JobStatus } from '#contract/jobs';
import { DELIVERY_TIMEOUT_SECONDS, JOB_TTL_DAYS, MAX_ATTEMPTS, RETRY_DELAYS_SECONDS } from '#contract/limits';
import type { Failure } from '#contract/result';

/**
 * The state machine of a send job, pure: queued → preparing → sending → sent | partly-sent | failed | unknown.
 * Time comes in. Nothing here sends; the rule that nothing is sent twice is kept by what may follow what.
 */

/** After this long a consumer that still holds a claim cannot be alive any more: its time limit and a margin for clocks. */
export const STALE_AFTER_SECONDS = DELIVERY_TIMEOUT_SECONDS + 60;
/** How long the queue keeps an event that it could not deliver (Forge async events: 24 h), and a margin. */
export const LOST_AFTER_SECONDS = 25 * 3600;

const later = (now: Date, seconds: number): string => new Date(now.getTime() + seconds * 1000).toISOString();
const secondsSince = (time: string | Date, now: Date): number => (now.getTime() - new Date(time).getTime()) / 1000;

const isOpen = (recipient: JobRecipient): boolean => recipient.state !== 'accepted';
/**
 * Whether the attempt that is under way is for this recipient: whoever has not accepted, but when it was not the sender who asked for it, no
 * refusal for good is met a second time (RFC 5321 §4.2.1: a 5yz reply is not to be tried again).
 */
export const isDue = ({ firstAttempt, progress }: SendJob, recipient: JobRecipient): boolean =>
  isOpen(recipient) && (recipient.state !== 'refused' || progress.attempt === firstAttempt);

/** True when the job's time is over; storage deletes late, so this is checked on every read. */
export const isExpired = (job: SendJob, now: Date): boolean => secondsSince(job.createdAt, now) > JOB_TTL_DAYS * 86_400;

const move = (job: SendJob, now: Date, progress: Progress, recipients = job.recipients): SendJob => ({
  ...job,
  progress,
  recipients,
  updatedAt: now.toISOString(),
});

/**
 * The job as it stands now, when whoever carried it may have died. `claimedAt` is the claim of its current attempt.
 * Preparing: nothing was sent, STALLED. Sending: the server may have the mail, unknown.
 */
export function settle(job: SendJob, claimedAt: Date | undefined, now: Date): SendJob {
  const { progress } = job;
  const stalled = { state: 'failed', attempt: progress.attempt, error: { code: 'STALLED' } } as const;
  if (progress.state === 'queued') {
    if (claimedAt && secondsSince(claimedAt, now) > STALE_AFTER_SECONDS) return { ...job, progress: stalled };
    return !claimedAt && secondsSince(progress.notBefore, now) > LOST_AFTER_SECONDS ? { ...job, progress: stalled } : job;
  }
  if (progress.state !== 'preparing' && progress.state !== 'sending') return job;
  if (secondsSince(progress.claimedAt, now) <= STALE_AFTER_SECONDS) return job;
  if (progress.state === 'preparing') return { ...job, progress: stalled };
  return { ...job, progress: { state: 'unknown', attempt: progress.attempt, error: { code: 'OUTCOME_UNKNOWN' } } };
}

/** Whether a settled job may be tried again when its sender asks: its outcome is known and somebody has not accepted. */
export const canRetry = ({ progress, recipients }: SendJob): boolean =>
  (progress.state === 'failed' || progress.state === 'partly-sent') && recipients.some(isOpen);

/** Whether an event for this attempt may start, given the settled job: the attempt it waits for, or one the sender asked for. */
export function canStart(job: SendJob, attempt: number): boolean {
  if (job.progress.state === 'queued') return attempt === job.progress.attempt;
  return canRetry(job) && attempt === job.progress.attempt + 1;
}

/** The attempt begins; its caller holds the claim. */
export function start(job: SendJob, attempt: number, now: Date): SendJob {
  const asked = job.progress.state !== 'queued';
  const started = move(job, now, { state: 'preparing', attempt, claimedAt: now.toISOString() });
  return asked ? { ...started, firstAttempt: attempt } : started;
}

/** From here on the server may get the mail. `recipients` carries those refused before sending. */
export function send(job: SendJob, recipients: JobRecipient[], now: Date): SendJob {
  if (job.progress.state !== 'preparing') throw new Error(`cannot send from ${job.progress.state}`);
  return move(job, now, { ...job.progress, state: 'sending' }, recipients);
}

/** The server answered for each recipient; deferred ones get a further attempt while there is one. */
export function finish(job: SendJob, recipients: JobRecipient[], now: Date): SendJob {
  const deferred = recipients.filter(({ state }) => state === 'deferred');
  const next = nextAttempt(job, now, deferred[0]?.error);
  if (deferred.length > 0 && next) return move(job, now, next, recipients);
  return end(job, recipients, now);
}

/** The attempt failed as a whole before anything was sent, or by the server's refusal of the whole mail. */
export function fail(job: SendJob, failure: Failure, now: Date): SendJob {
  const next = canSucceedLater(failure) ? nextAttempt(job, now, failure) : undefined;
  const state = next ? 'deferred' : 'refused';
  const recipients = job.recipients.map(
    (each) => (each.state === 'accepted' || each.state === 'refused' ? each : { ...each, state, error: failure }) as JobRecipient,
  );
  return next ? move(job, now, next, recipients) : end(job, recipients, now, failure);
}

/** The mail was handed over and the answer lost: never tried again. */
export const lose = (job: SendJob, failure: Failure, now: Date): SendJob =>
  move(job, now, { state: 'unknown', attempt: job.progress.attempt, error: failure });

function nextAttempt(job: SendJob, now: Date, error: Failure | undefined): Progress | undefined {
  const done = job.progress.attempt - job.firstAttempt + 1;
  const delay = RETRY_DELAYS_SECONDS[Math.min(done, RETRY_DELAYS_SECONDS.length) - 1];
  if (done >= MAX_ATTEMPTS || delay === undefined) return undefined;
  return { state: 'queued', attempt: job.progress.attempt + 1, notBefore: later(now, delay), ...(error ? { error } : {}) };
}

function end(job: SendJob, recipients: JobRecipient[], now: Date, failure?: Failure): SendJob {
  const final = recipients.map((each) =>
    each.state === 'deferred' || each.state === 'waiting' ? { ...each, state: 'refused' as const } : each,
  );
  const accepted = final.filter(({ state }) => state === 'accepted').length;
  const { attempt } = job.progress;
  if (accepted === final.length) return move(job, now, { state: 'sent', attempt }, final);
  const error = failure ? { error: failure } : {};
  return move(job, now, accepted > 0 ? { state: 'partly-sent', attempt, ...error } : { state: 'failed', attempt, ...error }, final);
}

/** What a sender called a recipient by: an address as typed, or a name. */
export const labelOf = (target: JobRecipient['target']): string => (target.kind === 'address' ? target.address : target.name);

/** What the sender may read about a settled job. `retryAsked`: the sender asked for the next attempt and it has not begun. */
export function statusOf(job: SendJob, retryAsked: boolean): JobStatus {
  const { progress } = job;
  const asked = retryAsked && canRetry(job);
  const error = 'error' in progress && !asked ? progress.error : undefined;
  const waits = progress.state === 'queued' && progress.error !== undefined;
  return {
    jobId: job.jobId,
    state: asked ? 'queued' : progress.state,
    attempt: asked ? progress.attempt + 1 : progress.attempt,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    ...(waits ? { retryAt: progress.notBefore } : {}),
    subject: job.subject,
    recipients: job.recipients.map(({ field, target, state, error: why }) => ({
      label: labelOf(target),
      kind: target.kind,
      field,
      state,
      ...(why ? { error: why } : {}),
    })),
    ...(error ? { error } : {}),
    canRetry: canRetry(job) && !asked,
  };
}
