import { type Addressed, keyOf, type Prepared } from '#app/delivery/prepare';
import { AppFailure, canSucceedLater } from '#app/failure';
import { errorChain, log } from '#app/log';
import type { MailTransport } from '#app/model';
import { replyText } from '#app/reply';
import type { JobRecipient, SendJob } from '#app/send/model';
import type { ErrorCode } from '#contract/errors';
import { DELIVERY_TIMEOUT_SECONDS, MAX_REPLIES_KEPT, OUTBOUND_REQUEST_SECONDS } from '#contract/limits';
import type { SendRequest, SendResponse } from '#contract/relay/api';
import type { Failure } from '#contract/result';

export interface TransmitNeeds {
  readonly transport: Pick<MailTransport, 'send'>;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
}

/** What became of the mails of one attempt. */
export interface Transmitted {
  readonly recipients: JobRecipient[];
  /** The server may have a mail that it did not confirm. */
  readonly unknown?: Failure | undefined;
  /** Nothing of this attempt was accepted, for this reason. */
  readonly failure?: Failure | undefined;
}

/** Params that a relay's failure may show to the sender: never an address, which might be one they do not know. */
function shown(error: unknown): Failure {
  // Only a coded failure says for certain that nothing was sent.
  if (!(error instanceof AppFailure)) return { code: 'OUTCOME_UNKNOWN' };
  const params = Object.entries(error.params ?? {}).filter(([name]) => ['host', 'port', 'size', 'limit', 'count', 'reason'].includes(name));
  const { code, reply } = error;
  return { code, ...(params.length > 0 && { params: Object.fromEntries(params) }), ...(reply && { reply }) };
}

/** The recipient as it stands when it gets no mail. */
export const withoutMail = ({ recipient, refusal }: Addressed): JobRecipient =>
  recipient.state === 'accepted' || !refusal ? recipient : { ...recipient, state: 'refused', error: refusal };

/** Hands over the one mail for everybody. */
export async function transmitOne(needs: TransmitNeeds, job: SendJob, prepared: Prepared, request: SendRequest): Promise<Transmitted> {
  const answer = await attempt(needs, job, request, keyFor(job), false);
  if ('messageId' in answer) return { recipients: resultsOf(prepared.recipients, new Set(request.envelope.to.map(keyOf)), [answer]) };
  const recipients = prepared.recipients.map(withoutMail);
  return answer.code === 'OUTCOME_UNKNOWN' ? { recipients, unknown: answer } : { recipients, failure: answer };
}

const keyFor = ({ jobId, progress }: SendJob): string => `${jobId}.${progress.attempt}`;

async function attempt(
  { transport }: TransmitNeeds,
  job: SendJob,
  request: SendRequest,
  key: string,
  isThere: boolean,
): Promise<SendResponse | Failure> {
  try {
    return await transport.send(request, key, isThere);
  } catch (error) {
    log('delivery not confirmed', { jobId: job.jobId, attempt: job.progress.attempt, errors: errorChain(error) });
    return shown(error);
  }
}

// --- several mails -----------------------------------------------------------------------------------------------

/** Mails under way at once, and calls of the relay in a minute (Forge: 100 external requests per runtime minute of an invocation). */
const MAILS_AT_ONCE = 4;
const CALLS_PER_MINUTE = 80;
/** After this long no further mail is begun: one under way may take two requests, and a minute is for reading the page and storing results. */
const BEGIN_UNTIL_SECONDS = DELIVERY_TIMEOUT_SECONDS - 2 * OUTBOUND_REQUEST_SECONDS - 60;
/** Mails after which the results so far are stored. */
const SAVE_EVERY = 20;

/** Failures of one mail that say nothing about the next: its recipient's server refused it. Everything else holds for all. */
const OF_ONE_MAIL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'RECIPIENT_REJECTED',
  'RECIPIENT_DEFERRED',
  'MAILBOX_FULL',
  'MAILBOX_SIZE_LIMIT',
  'ADDRESS_NOT_SUPPORTED',
  'MESSAGE_REJECTED',
  'PROTOCOL_ERROR',
  'CONNECTION_LOST',
  'OUTCOME_UNKNOWN',
]);

/** Whether the relay has just answered for itself: a refusal of one mail proves that it is there as well as a success. */
const provesRelay = (answer: SendResponse | Failure): boolean =>
  'messageId' in answer || (OF_ONE_MAIL.has(answer.code) && answer.code !== 'OUTCOME_UNKNOWN');

/**
 * Hands over several mails, a few at once: one for each recipient, or one for each group of them. A failure that would meet every further mail ends it; those not begun are as if
 * refused with it. `progress` is told now and then what is certain so far.
 */
export async function transmitEach(
  needs: TransmitNeeds,
  job: SendJob,
  prepared: Prepared,
  progress: (recipients: JobRecipient[]) => Promise<void>,
): Promise<Transmitted> {
  const started = needs.now().getTime();
  const answers = new Map<string, SendResponse | Failure>();
  let ended = 0;
  const note = (request: SendRequest, answer: SendResponse | Failure): void => {
    ended += 1;
    for (const address of request.envelope.to) answers.set(keyOf(address), answer);
  };
  const waiting = [...prepared.requests];
  const state: { stop: Failure | undefined; isThere: boolean; calls: number } = { stop: undefined, isThere: false, calls: 0 };
  const handOver = async (request: SendRequest) => {
    const before = state.calls;
    // Where it is not known that the relay is there, it is asked first; a lost answer is asked for once more.
    state.calls += state.isThere ? 1 : 2;
    await paced(needs, started, before);
    const answer = await attempt(needs, job, request, `${keyFor(job)}.${copyKey(request)}`, state.isThere);
    if ('code' in answer && answer.code === 'OUTCOME_UNKNOWN') state.calls += 1;
    // After a lost answer the relay is asked again whether it is there, so that one that went down makes no more unknown outcomes.
    state.isThere = provesRelay(answer);
    note(request, answer);
    if (!('messageId' in answer) && !OF_ONE_MAIL.has(answer.code)) state.stop ??= answer;
    if (ended % SAVE_EVERY === 0) await progress(eachResult(prepared, answers)).catch(() => undefined);
  };
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (needs.now().getTime() - started > BEGIN_UNTIL_SECONDS * 1000) state.stop ??= { code: 'RATE_LIMITED' };
      if (state.stop) note(next, state.stop);
      else await handOver(next);
    }
  };
  const first = waiting.shift();
  if (first) await handOver(first);
  await Promise.all(Array.from({ length: MAILS_AT_ONCE }, worker));
  const { stop } = state;
  const recipients = eachResult(prepared, answers);
  const isUnknown = [...answers.values()].some((answer) => 'code' in answer && answer.code === 'OUTCOME_UNKNOWN');
  if (isUnknown) return { recipients, unknown: { code: 'OUTCOME_UNKNOWN' } };
  const anyAccepted = [...answers.values()].some((answer) => 'messageId' in answer && answer.accepted.length > 0);
  return stop && !anyAccepted ? { recipients, failure: stop } : { recipients };
}

/** The copy's own key: the left side of its Message-ID, which is the same at every attempt. */
const copyKey = ({ message }: SendRequest): string => message.messageId.slice(0, message.messageId.indexOf('@'));

/** Waits until the calls of one more mail fit into the minute. */
async function paced({ now, wait }: TransmitNeeds, started: number, calls: number): Promise<void> {
  const early = started + Math.floor(calls / CALLS_PER_MINUTE) * 60_000 - now().getTime();
  if (early > 0) await wait(early);
}

function eachResult({ recipients }: Prepared, answers: ReadonlyMap<string, SendResponse | Failure>): JobRecipient[] {
  const good = [...new Set(answers.values())].filter((answer): answer is SendResponse => 'messageId' in answer);
  const settled = resultsOf(recipients, new Set(answers.keys()), good);
  return recipients.map((each, at): JobRecipient => {
    const { recipient, address } = each;
    const answer = address && answers.get(keyOf(address));
    if (!address || recipient.state === 'accepted') return withoutMail(each);
    // Not asked yet, or nobody knows: as it was before this attempt.
    if (!answer || ('code' in answer && answer.code === 'OUTCOME_UNKNOWN')) return recipient;
    if ('code' in answer) return { ...recipient, state: canSucceedLater(answer) ? 'deferred' : 'refused', error: answer };
    return settled[at] ?? recipient;
  });
}

/** Each recipient's result; who was not `asked` stays as it was. The server's words are kept for the first few refused ones. */
function resultsOf(recipients: readonly Addressed[], asked: ReadonlySet<string>, answers: readonly SendResponse[]): JobRecipient[] {
  const accepted = new Set(answers.flatMap((answer) => answer.accepted.map(keyOf)));
  const rejected = new Map(answers.flatMap((answer) => answer.rejected.map((each) => [keyOf(each.address), each] as const)));
  const earlier = new Set(
    recipients.flatMap(({ recipient, address }) => (address && recipient.state === 'accepted' ? [keyOf(address)] : [])),
  );
  let replies = 0;
  return recipients.map((each) => {
    const { recipient, address } = each;
    if (!address) return withoutMail(each);
    const { error: _, ...rest } = recipient;
    if (accepted.has(keyOf(address)) || earlier.has(keyOf(address))) return { ...rest, state: 'accepted' };
    if (!asked.has(keyOf(address))) return recipient;
    const refusal = rejected.get(keyOf(address));
    const reply = replies < MAX_REPLIES_KEPT ? replyText(refusal?.smtp) : undefined;
    if (reply) replies += 1;
    const error = { code: refusal?.code ?? 'PROTOCOL_ERROR', ...(reply && { reply }) } as const;
    return { ...rest, state: refusal?.retryable ? 'deferred' : 'refused', error };
  });
}
