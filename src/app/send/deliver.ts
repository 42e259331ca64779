import { createHash } from 'node:crypto';
import { AppFailure, toFailure } from '#app/failure';
import { errorChain, log } from '#app/log';
import type { AppReader, MailTransport, PageReader } from '#app/model';
import { currentJob } from '#app/send/current';
import { chosenFiles } from '#app/send/files';
import { canStart, fail, finish, isExpired, lose, send, start } from '#app/send/job';
import type { JobRecipient, JobStore, PushDelivery, SendJob } from '#app/send/model';
import { renderMail } from '#app/send/render';
import { checkMessageSize } from '#app/send/size';
import { sendingFor } from '#app/settings/effective';
import type { SettingsStore } from '#app/settings/model';
import { resolveSecrets, toRelayAccount } from '#app/settings/secrets';
import type { AccountId } from '#contract/draft';
import type { DeliveryEvent } from '#contract/jobs';
import type { Mailbox, SendRequest, SendResponse } from '#contract/relay';
import type { Failure } from '#contract/result';
import { type MailAddress, parseAddress } from '#mail/address';
import { buildMessage, estimateSize, subjectLine } from '#mail/message';

export interface DeliveryNeeds {
  readonly jobs: JobStore;
  readonly settings: SettingsStore;
  /** Reads with the rights of this person. */
  readonly readerAs: (accountId: AccountId) => PageReader;
  readonly app: Pick<AppReader, 'addresses'>;
  readonly transport: Pick<MailTransport, 'send'>;
  readonly push: PushDelivery;
  readonly now: () => Date;
}

/** A recipient with the address it has today. */
interface Addressed {
  readonly recipient: JobRecipient;
  /** Undefined: the account has none. */
  readonly address: MailAddress | undefined;
}
interface Prepared {
  readonly recipients: readonly Addressed[];
  readonly request: SendRequest;
}

/**
 * Carries out one attempt of one job. An event that comes twice, late, or for a job that is gone does nothing. Never throws for
 * what belongs to the job: its outcome is stored. Throws only when storage fails before anything was sent.
 */
export async function deliver(needs: DeliveryNeeds, { jobId, attempt }: DeliveryEvent): Promise<void> {
  const stored = await needs.jobs.job(jobId);
  if (!stored || isExpired(stored, needs.now())) return log('delivery dropped', { jobId, attempt, why: 'no such job' });
  const { job } = await currentJob(needs.jobs, stored, needs.now());
  if (!canStart(job, attempt)) return log('delivery dropped', { jobId, attempt, why: job.progress.state });
  if (!(await needs.jobs.claim(jobId, attempt, needs.now()))) return log('delivery dropped', { jobId, attempt, why: 'claimed' });
  const preparing = start(job, attempt, needs.now());
  await needs.jobs.saveJob(preparing);
  const done = await attemptOf(needs, preparing);
  await save(needs.jobs, done);
  const { progress } = done;
  log('delivery done', { jobId, attempt, state: progress.state, code: 'error' in progress ? progress.error?.code : undefined });
  if (progress.state === 'queued') await needs.push({ jobId, attempt: progress.attempt }, secondsUntil(progress.notBefore, needs.now()));
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

async function attemptOf(needs: DeliveryNeeds, job: SendJob): Promise<SendJob> {
  let prepared: Prepared;
  let sending: SendJob;
  try {
    prepared = await prepare(needs, job);
    const recipients = prepared.recipients.map(({ recipient, address }) => (address ? recipient : withoutAddress(recipient)));
    sending = send(job, recipients, needs.now());
    if (prepared.request.envelope.to.length === 0) return finish(sending, recipients, needs.now());
    await needs.jobs.saveJob(sending);
  } catch (error) {
    log('delivery not prepared', { jobId: job.jobId, attempt: job.progress.attempt, errors: errorChain(error) });
    return fail(job, toFailure(error), needs.now());
  }
  try {
    const answer = await needs.transport.send(prepared.request, `${job.jobId}.${job.progress.attempt}`);
    return finish(sending, resultsOf(prepared.recipients, answer), needs.now());
  } catch (error) {
    log('delivery not confirmed', { jobId: job.jobId, attempt: job.progress.attempt, errors: errorChain(error) });
    // Only a coded failure says for certain that nothing was sent.
    const failure = error instanceof AppFailure ? shown(error) : ({ code: 'OUTCOME_UNKNOWN' } as const);
    return failure.code === 'OUTCOME_UNKNOWN' ? lose(sending, failure, needs.now()) : fail(sending, failure, needs.now());
  }
}

/** Params that a relay's failure may show to the sender: never an address, which might be one they do not know. */
function shown(error: AppFailure): Failure {
  const params = Object.entries(error.params ?? {}).filter(([name]) => ['host', 'port', 'size', 'limit', 'count'].includes(name));
  return params.length > 0 ? { code: error.code, params: Object.fromEntries(params) } : { code: error.code };
}

const withoutAddress = (recipient: JobRecipient): JobRecipient =>
  recipient.state === 'accepted'
    ? recipient
    : { ...recipient, state: 'refused', error: { code: 'RECIPIENT_WITHOUT_ADDRESS', params: { name: nameOf(recipient) ?? '' } } };

const nameOf = ({ target }: JobRecipient): string | undefined => target.name;

/** Everything the relay needs for the recipients still open, read with the sender's rights. @throws AppFailure */
async function prepare(needs: DeliveryNeeds, job: SendJob): Promise<Prepared> {
  const [site, space] = await Promise.all([needs.settings.site(), needs.settings.space(job.page.spaceId)]);
  const { account, secretOwner, presentation } = sendingFor(site, space, job.page.spaceId);
  const secrets = await resolveSecrets(needs.settings, secretOwner, account, {});
  const rendered = await renderMail(needs.readerAs(job.sender.accountId), {
    ref: job.page,
    space: { name: job.page.spaceName, url: job.page.spaceUrl },
    restricted: job.page.restricted,
    senderName: job.sender.name,
    note: job.note,
    language: job.language,
    presentation,
  });
  const attachments = chosenFiles(rendered.attachments, job.attachmentIds);
  checkMessageSize(estimateSize({ mail: rendered.mail, attachments, mailboxCount: job.recipients.length }).total);
  const { recipients, senderAddress } = await address(needs.app, job, account.replyToSender);
  const message = buildMessage({
    from: { address: account.fromAddress, name: account.fromName || job.sender.name },
    ...(account.replyToSender && senderAddress ? { replyTo: { address: senderAddress, name: job.sender.name } } : {}),
    to: mailboxes(recipients, 'to'),
    cc: mailboxes(recipients, 'cc'),
    subject: subjectLine(presentation.subjectPrefix, job.subject),
    // The same at every attempt, so that a mail program recognises a second copy if a server ever kept the first.
    random: createHash('sha256').update(`message-id\n${job.jobId}`).digest('hex').slice(0, 32),
    date: new Date(job.createdAt),
    language: job.language,
    mail: rendered.mail,
    attachments,
  });
  const envelope = { from: account.fromAddress, to: openAddresses(recipients) };
  return {
    recipients,
    request: { account: toRelayAccount(account, secrets), envelope, message, readAs: { accountId: job.sender.accountId } },
  };
}

async function address(
  app: DeliveryNeeds['app'],
  job: SendJob,
  withSender: boolean,
): Promise<{ recipients: Addressed[]; senderAddress: MailAddress | undefined }> {
  const ids = job.recipients.flatMap(({ target }) => (target.kind === 'address' ? [] : [target.accountId]));
  const wanted = [...new Set(withSender ? [...ids, job.sender.accountId] : ids)];
  const known = wanted.length > 0 ? await app.addresses(wanted) : new Map<AccountId, string>();
  const of = (accountId: AccountId) => parseAddress(known.get(accountId) ?? '');
  const recipients = job.recipients.map((recipient) => ({
    recipient,
    address: recipient.target.kind === 'address' ? parseAddress(recipient.target.address) : of(recipient.target.accountId),
  }));
  return { recipients, senderAddress: of(job.sender.accountId) };
}

/** Two entries with the same address are one recipient: case is ignored as every common server ignores it. */
const keyOf = (address: string): string => address.toLowerCase();

/** Addresses of a header field, each once, and not again where an earlier field has it. */
function mailboxes(recipients: readonly Addressed[], field: 'to' | 'cc'): Mailbox[] {
  const seen = new Set<string>();
  return recipients.flatMap(({ recipient, address }) => {
    if (!address || seen.has(keyOf(address))) return [];
    seen.add(keyOf(address));
    const name = nameOf(recipient);
    return recipient.field === field ? [name ? { address, name } : { address }] : [];
  });
}

/** Addresses of the envelope, each once: those that have not accepted under any of their entries. */
function openAddresses(recipients: readonly Addressed[]): MailAddress[] {
  const done = new Set(recipients.flatMap(({ recipient, address }) => (address && recipient.state === 'accepted' ? [keyOf(address)] : [])));
  const open = recipients.flatMap(({ address }) => (address && !done.has(keyOf(address)) ? [address] : []));
  return [...new Map(open.map((each) => [keyOf(each), each])).values()];
}

/** Each recipient's result. The server's own words stay out: they may name addresses. */
function resultsOf(recipients: readonly Addressed[], answer: SendResponse): JobRecipient[] {
  const accepted = new Set(answer.accepted.map(keyOf));
  const rejected = new Map(answer.rejected.map((each) => [keyOf(each.address), each]));
  const earlier = new Set(
    recipients.flatMap(({ recipient, address }) => (address && recipient.state === 'accepted' ? [keyOf(address)] : [])),
  );
  return recipients.map(({ recipient, address }) => {
    if (!address) return withoutAddress(recipient);
    const { error: _, ...rest } = recipient;
    if (accepted.has(keyOf(address)) || earlier.has(keyOf(address))) return { ...rest, state: 'accepted' };
    const refusal = rejected.get(keyOf(address));
    return { ...rest, state: refusal?.retryable ? 'deferred' : 'refused', error: { code: refusal?.code ?? 'PROTOCOL_ERROR' } };
  });
}
