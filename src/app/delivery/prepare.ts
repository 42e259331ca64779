import { createHash } from 'node:crypto';
import { chosenFiles } from '#app/delivery/files';
import { isDue } from '#app/delivery/job';
import { logoFor, type MailLogo } from '#app/delivery/logo';
import { type Rendered, readBody, renderMail } from '#app/delivery/render';
import { checkMessageSize } from '#app/delivery/size';
import type { AppReader, MailTransport, Page, PageReader } from '#app/model';
import { hiddenInHeader, intoMails, mayNotReadHidden } from '#app/policy/copies';
import { enforce, refusalOfFiles, refusalOfPage, refusalOfRecipient } from '#app/policy/decide';
import { chosenIdentity, identitiesOf } from '#app/policy/identity';
import type { JobRecipient, SendJob } from '#app/send/model';
import { checkOn, type Sending, sendingFor, spaceContext } from '#app/settings/effective';
import { loginOf, type SenderAccount, senderAccount } from '#app/settings/login';
import type { SettingsStore } from '#app/settings/model';
import type { AccountId } from '#contract/draft';
import type { FileReference, Mailbox, SendRequest } from '#contract/relay/api';
import type { Failure } from '#contract/result';
import { type MailAddress, parseAddress } from '#mail/address';
import { buildMessage, estimateSize, subjectLine } from '#mail/message';

export interface PrepareNeeds {
  readonly settings: Pick<SettingsStore, 'site' | 'space' | 'exceptions' | 'secret' | 'logo'>;
  /** Reads with the rights of this person. */
  readonly readerAs: (accountId: AccountId) => PageReader;
  readonly app: Pick<AppReader, 'addresses'>;
  readonly transport: Pick<MailTransport, 'info'>;
}

/** A recipient with the address it has today, or why it gets no mail. */
export interface Addressed {
  readonly recipient: JobRecipient;
  readonly address: MailAddress | undefined;
  readonly refusal: Failure | undefined;
}
export interface Prepared {
  readonly recipients: readonly Addressed[];
  /** One mail for everybody whom this attempt is for, or one for each of them or for groups of them: no address is in two. */
  readonly requests: readonly SendRequest[];
  readonly pageVersion: number | undefined;
  /** Whose stored secrets the login is made of; absent for the relay operator's own server. */
  readonly secretOwner?: string | undefined;
}

/** Two entries with the same address are one recipient: case is ignored as every common server ignores it. */
export const keyOf = (address: string): string => address.toLowerCase();

export const nameOf = ({ target }: JobRecipient): string | undefined => target.name;

/** Everything the relay needs for the recipients of this attempt, read with the sender's rights and judged by the policy of now. @throws AppFailure */
export async function prepare(needs: PrepareNeeds, job: SendJob): Promise<Prepared> {
  const sending = sendingFor(await spaceContext(needs.settings, job.page.spaceId));
  checkOn(sending);
  const source = sending.source();
  const [account, login, logo] = await Promise.all([
    senderAccount(needs.transport, source),
    loginOf(needs.settings, source),
    logoFor(needs.settings, sending),
  ]);
  const reader = needs.readerAs(job.sender.accountId);
  const page = await readBody(reader, job.page);
  const { attachments: found, mail } = await render(reader, page, job, sending, logo);
  const asked = { restricted: job.page.restricted, labels: page.labels ?? [] };
  enforce(refusalOfPage(sending.policy, asked));
  const attachments = chosenFiles(found, job.attachmentIds);
  enforce(
    refusalOfFiles(
      sending.policy,
      attachments.map(({ filename }) => filename),
    ),
  );
  checkMessageSize(sizeOf(mail, attachments, job, logo), sending.policy.limits.messageBytes);
  const people = await addressesOf(needs.app, job);
  const recipients = job.recipients.map((recipient) => judged(addressed(recipient, people), sending, asked));
  const identity = chosenIdentity(
    identitiesOf(sending.policy.identity, account, { name: job.sender.name, ownAddress: people.get(job.sender.accountId) }),
    job.identity,
  );
  const senderAddress = parseAddress(people.get(job.sender.accountId) ?? '');
  const isAlone = aloneIn(job, recipients, senderAddress);
  const base = { job, account, sending, from: identity.from, senderAddress, login, mail, attachments, logo, isAlone };
  const open = intoMails(dueAddresses(job, recipients), isAlone);
  return {
    recipients,
    requests: open.map((to) => requestFor(base, recipients, to)),
    pageVersion: page.version,
    secretOwner: source.kind === 'account' ? source.secretOwner : undefined,
  };
}

/** Who gets a mail of their own: everybody where copies are individual, else whoever must not read an address in To or Cc that its profile hides. */
function aloneIn(job: SendJob, recipients: readonly Addressed[], senderAddress: MailAddress | undefined): Base['isAlone'] {
  if (job.individual) return () => true;
  if (hiddenInHeader(job.recipients).length === 0) return () => false;
  const apart = recipients.flatMap(({ recipient, address }) =>
    address && mayNotReadHidden(recipient, job.sender.accountId) ? [keyOf(address)] : [],
  );
  const keys = new Set(senderAddress ? [...apart, keyOf(senderAddress)] : apart);
  return (address) => keys.has(keyOf(address));
}

function render(reader: PageReader, page: Page, job: SendJob, { presentation }: Sending, logo: MailLogo | undefined): Promise<Rendered> {
  return renderMail(reader, {
    page,
    space: { name: job.page.spaceName, url: job.page.spaceUrl },
    restricted: job.page.restricted,
    senderName: job.sender.name,
    note: job.note,
    language: job.language,
    presentation,
    logo,
    individual: job.individual ?? false,
  });
}

function sizeOf(mail: Rendered['mail'], attachments: readonly FileReference[], job: SendJob, logo: MailLogo | undefined): number {
  const mailboxCount = job.individual ? 1 : job.recipients.length;
  return estimateSize({ mail, attachments, mailboxCount }).total + (logo?.data.base64.length ?? 0);
}

/** Addresses of the people of the site who get the mail, and of the sender. */
async function addressesOf(app: PrepareNeeds['app'], job: SendJob): Promise<ReadonlyMap<AccountId, string>> {
  const ids = job.recipients.flatMap(({ target }) => (target.kind === 'address' ? [] : [target.accountId]));
  return app.addresses([...new Set([...ids, job.sender.accountId])]);
}

function addressed(recipient: JobRecipient, people: ReadonlyMap<AccountId, string>): Addressed {
  const { target } = recipient;
  const address = parseAddress(target.kind === 'address' ? target.address : (people.get(target.accountId) ?? ''));
  const missing = { code: 'RECIPIENT_WITHOUT_ADDRESS', params: { name: nameOf(recipient) ?? '' } } as const;
  return { recipient, address, refusal: address ? undefined : missing };
}

/** Members of groups are judged here for the first time; everybody else again, since the policy may have changed. */
function judged(each: Addressed, { policy }: Sending, page: { restricted: boolean; labels: readonly string[] }): Addressed {
  const { target } = each.recipient;
  if (!each.address || each.recipient.state === 'accepted') return each;
  const place = target.kind !== 'address' || target.site ? 'site' : 'outside';
  const refusal = refusalOfRecipient(policy, page, {
    address: each.address,
    place,
    ...(target.kind === 'address' ? {} : { name: target.name }),
  });
  return refusal ? { ...each, address: undefined, refusal } : each;
}

interface Base {
  readonly job: SendJob;
  readonly account: SenderAccount;
  readonly sending: Sending;
  readonly from: Mailbox;
  readonly senderAddress: MailAddress | undefined;
  readonly login: SendRequest['account'];
  readonly mail: Rendered['mail'];
  readonly attachments: FileReference[];
  readonly logo: MailLogo | undefined;
  readonly isAlone: (address: MailAddress) => boolean;
}

/** The request for these addresses. A mail of one's own names nobody else. */
function requestFor(base: Base, recipients: readonly Addressed[], to: readonly MailAddress[]): SendRequest {
  const { job, account, sending, from, senderAddress, login, mail, attachments, logo } = base;
  const alone = to.find(base.isAlone);
  const message = buildMessage({
    from,
    ...(account.replyToSender && senderAddress ? { replyTo: { address: senderAddress, name: job.sender.name } } : {}),
    to: alone ? [mailboxOf(recipients, alone)] : mailboxes(recipients, 'to'),
    cc: alone ? [] : mailboxes(recipients, 'cc'),
    subject: subjectLine(sending.presentation.subjectPrefix, job.subject),
    // The same at every attempt, so that a mail program recognises a second copy if a server ever kept the first.
    random: digest(`message-id\n${job.jobId}${alone ? `\n${keyOf(alone)}` : ''}`),
    date: new Date(job.createdAt),
    language: job.language,
    mail,
    attachments,
  });
  return {
    account: login,
    envelope: { from: from.address, to: [...to] },
    message: logo ? { ...message, inlineData: [logo.data, ...(message.inlineData ?? [])] } : message,
    readAs: { accountId: job.sender.accountId },
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const toMailbox = (address: MailAddress, name: string | undefined): Mailbox => (name ? { address, name } : { address });

function mailboxOf(recipients: readonly Addressed[], address: MailAddress): Mailbox {
  const found = recipients.find((each) => each.address && keyOf(each.address) === keyOf(address));
  return toMailbox(address, found && nameOf(found.recipient));
}

/** Addresses of a header field, each once, and not again where an earlier field has it. */
function mailboxes(recipients: readonly Addressed[], field: 'to' | 'cc'): Mailbox[] {
  const seen = new Set<string>();
  return recipients.flatMap(({ recipient, address }) => {
    if (!address || seen.has(keyOf(address))) return [];
    seen.add(keyOf(address));
    return recipient.field === field ? [toMailbox(address, nameOf(recipient))] : [];
  });
}

/** Addresses of the envelope, each once: those that this attempt is for and that have not accepted under any of their entries. */
function dueAddresses(job: SendJob, recipients: readonly Addressed[]): MailAddress[] {
  const done = new Set(recipients.flatMap(({ recipient, address }) => (address && recipient.state === 'accepted' ? [keyOf(address)] : [])));
  const open = recipients.flatMap(({ recipient, address }) =>
    address && isDue(job, recipient) && !done.has(keyOf(address)) ? [address] : [],
  );
  return [...new Map(open.map((each) => [keyOf(each), each])).values()];
}
