import { canStart, fail, finish, isExpired, lose, send, start } from '#app/delivery/job';
import { type Prepared, type PrepareNeeds, prepare } from '#app/delivery/prepare';
import { type TransmitNeeds, type Transmitted, transmitEach, transmitOne, withoutMail } from '#app/delivery/transmit';
import { watch } from '#app/delivery/watch';
import { deliveryVerification, type VerificationStore } from '#app/diagnostics/health';
import { toFailure } from '#app/failure';
import { errorChain, log } from '#app/log';
import type { MailTransport } from '#app/model';
import { currentJob } from '#app/send/current';
import type { JobStore, PushDelivery, SendJob } from '#app/send/model';
import type { SettingsStore } from '#app/settings/model';
import { renewingSend } from '#app/settings/renewal';
import type { DeliveryEvent } from '#contract/jobs';

export interface DeliveryNeeds extends PrepareNeeds, TransmitNeeds {
  readonly jobs: JobStore;
  readonly transport: Pick<MailTransport, 'info' | 'send'>;
  readonly settings: PrepareNeeds['settings'] & Pick<SettingsStore, 'saveSecret'>;
  readonly push: PushDelivery;
  /** Where administrators read how an account does. */
  readonly verifications?: Pick<VerificationStore, 'saveVerification'>;
  /** Told of every attempt's end, after it is stored; `pageVersion` is of the page that was read. */
  readonly ended: (job: SendJob, pageVersion: number | undefined) => Promise<void>;
}

/**
 * Carries out one attempt of one job. An event that comes twice, late, or for a job that is gone does nothing. Never throws for
 * what belongs to the job: its outcome is stored. Throws only when storage fails before anything was sent.
 * `isAgain`: the platform has tried this event before. Gives the seconds after which it is to come once more, if at all.
 */
export async function deliver(needs: DeliveryNeeds, { jobId, attempt }: DeliveryEvent, isAgain = false): Promise<number | undefined> {
  const stored = await needs.jobs.job(jobId);
  if (!stored || isExpired(stored, needs.now())) return dropped(jobId, attempt, 'no such job');
  const { job } = await currentJob(needs.jobs, stored, needs.now());
  const isMine = canStart(job, attempt) && (await needs.jobs.claim(jobId, attempt, needs.now()));
  if (isMine) return attemptOnce(needs, job, attempt);
  await pushAgain(needs, job, attempt);
  dropped(jobId, attempt, job.progress.state);
  return isAgain ? watch(needs, stored, job, attempt) : undefined;
}

function dropped(jobId: string, attempt: number, why: string): undefined {
  log('delivery dropped', { jobId, attempt, why });
}

/** The attempt of whoever holds its claim. */
async function attemptOnce(needs: DeliveryNeeds, job: SendJob, attempt: number): Promise<undefined> {
  const { jobId } = job;
  const preparing = start(job, attempt, needs.now());
  await needs.jobs.saveJob(preparing);
  const { done, pageVersion } = await attemptOf(needs, preparing);
  await save(needs, done);
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

/** Pauses before an outcome is stored once more. */
const SAVE_AGAIN_AFTER_MS = [1000, 5000, 20_000, 60_000];

/** The outcome is worth more than one try to store it: without it the sender is told that nobody knows. */
async function save({ jobs, wait }: DeliveryNeeds, job: SendJob): Promise<void> {
  for (const ms of SAVE_AGAIN_AFTER_MS) {
    try {
      return await jobs.saveJob(job);
    } catch (error) {
      log('outcome not stored yet', { jobId: job.jobId, errors: errorChain(error) });
      await wait(ms);
    }
  }
  await jobs.saveJob(job);
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
  const handing = { ...needs, transport: { send: sendFor(needs, prepared) } };
  const transmitted =
    job.individual || requests.length > 1
      ? await transmitEach(handing, sending, prepared, (recipients) => needs.jobs.saveJob({ ...sending, recipients }))
      : await transmitOne(handing, sending, prepared, only);
  await noteAccount(needs, prepared, transmitted);
  return { done: settleAttempt(sending, transmitted, needs.now()), pageVersion };
}

/** What the attempt tells of its account. That it cannot be kept does not stop the mail. */
async function noteAccount(needs: DeliveryNeeds, prepared: Prepared, { recipients, failure }: Transmitted): Promise<void> {
  const owner = prepared.secretOwner;
  const before = prepared.recipients;
  const sent = recipients.some(({ state }, at) => state === 'accepted' && before[at]?.recipient.state !== 'accepted');
  const verification = deliveryVerification(sent, failure, needs.now());
  if (owner === undefined || !verification) return;
  await needs.verifications?.saveVerification(owner, verification).catch((error: unknown) => {
    log('state of the account not kept', { errors: errorChain(error) });
  });
}

/** Sending with the account's login; a refresh token that its provider replaces is kept. */
function sendFor({ transport, settings, now }: DeliveryNeeds, { secretOwner: owner }: Prepared): MailTransport['send'] {
  const send: MailTransport['send'] = (...asked) => transport.send(...asked);
  return owner === undefined ? send : renewingSend(send, { store: settings, owner, now });
}

function settleAttempt(sending: SendJob, { recipients, unknown, failure }: Transmitted, now: Date): SendJob {
  if (unknown) return lose({ ...sending, recipients }, unknown, now);
  return failure ? fail(sending, failure, now) : finish(sending, recipients, now);
}
