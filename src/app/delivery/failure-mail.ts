import { createHash } from 'node:crypto';
import { failureText } from '#app/delivery/failure-text';
import type { AppReader, MailTransport } from '#app/model';
import type { SendJob } from '#app/send/model';
import { sendingFor, spaceContext } from '#app/settings/effective';
import { loginOf, senderAccount } from '#app/settings/login';
import type { SettingsStore } from '#app/settings/model';
import { type ErrorCode, isOfTheAccount } from '#contract/errors';
import { parseAddress } from '#mail/address';
import { buildMessage } from '#mail/message';

export interface FailureMailNeeds {
  readonly settings: Pick<SettingsStore, 'site' | 'space' | 'exceptions' | 'secret'>;
  readonly app: Pick<AppReader, 'addresses'>;
  readonly transport: Pick<MailTransport, 'info' | 'send'>;
  readonly now: () => Date;
}

/** A mail about a failure of the account or the relay would meet it too, and one more wrong login may lock the account. */
const BEFORE_ALL: readonly ErrorCode[] = ['SERVER_BUSY', 'CONNECTION_LOST', 'NO_MAIL_ACCOUNT', 'SENDING_OFF'];
const isUseless = ({ code }: { readonly code: ErrorCode }): boolean => isOfTheAccount(code) || BEFORE_ALL.includes(code);

/** Whether the account itself kept everybody from getting the mail. */
function isAccountDown({ progress, recipients }: SendJob): boolean {
  if ('error' in progress && progress.error) return isUseless(progress.error);
  return recipients.every(({ state, error }) => state !== 'accepted' && error !== undefined && isUseless(error));
}

/**
 * Tells the sender by mail that a mail of theirs did not reach everybody, through the same account, as an automatic mail (RFC 3834).
 * Nothing is sent where the account itself is the trouble. @throws AppFailure when it cannot be sent
 */
export async function sendFailureMail(needs: FailureMailNeeds, job: SendJob): Promise<void> {
  const { progress } = job;
  if (isAccountDown(job)) return;
  const { accountId, name } = job.sender;
  const to = parseAddress((await needs.app.addresses([accountId])).get(accountId) ?? '');
  if (!to) return;
  const source = sendingFor(await spaceContext(needs.settings, job.page.spaceId)).source();
  const [account, login] = await Promise.all([senderAccount(needs.transport, source), loginOf(needs.settings, source)]);
  const random = createHash('sha256').update(`notice\n${job.jobId}\n${progress.attempt}`).digest('hex').slice(0, 32);
  const { subject, ...mail } = failureText(job);
  const message = buildMessage({
    from: { address: account.fromAddress, name: account.fromName },
    to: [{ address: to, name }],
    cc: [],
    subject,
    random,
    date: needs.now(),
    language: job.language,
    mail: { ...mail, images: [] },
    attachments: [],
    autoSubmitted: 'auto-generated',
  });
  const envelope = { from: account.fromAddress, to: [to] };
  await needs.transport.send({ account: login, envelope, message, readAs: { accountId } }, `${job.jobId}.${progress.attempt}.notice`);
}
