import { createHash } from 'node:crypto';
import type { AppReader, MailTransport } from '#app/model';
import type { JobRecipient, SendJob } from '#app/send/model';
import { sendingFor, spaceContext } from '#app/settings/effective';
import { loginOf, senderAccount } from '#app/settings/login';
import type { SettingsStore } from '#app/settings/model';
import { describeError, type ErrorCode } from '#contract/errors';
import { parseAddress } from '#mail/address';
import { buildMessage } from '#mail/message';
import { escapeText } from '#mail/render/escape';

export interface FailureMailNeeds {
  readonly settings: Pick<SettingsStore, 'site' | 'space' | 'exceptions' | 'secret'>;
  readonly app: Pick<AppReader, 'addresses'>;
  readonly transport: Pick<MailTransport, 'info' | 'send'>;
  readonly now: () => Date;
}

/** Failures of the account or the relay: a mail about them would meet them too, and one more wrong login may lock the account. */
const OF_THE_ACCOUNT =
  /^(RELAY_|HOST_|PORT_|CONNECTION_|TLS_|CERTIFICATE_|CLEAR_TEXT|LOGIN_|OAUTH_|PROTOCOL_ERROR|SENDER_REJECTED|SERVER_BUSY|NO_MAIL_ACCOUNT|ACCOUNT_UNKNOWN|PASSWORD_REQUIRED|SENDING_OFF)/;
const isOfTheAccount = (code: ErrorCode): boolean => OF_THE_ACCOUNT.test(code);

/** Recipients named in one mail. */
const MAX_NAMED = 50;

const WORDS = {
  en: {
    subject: (subject: string) => `Not delivered: ${subject}`,
    intro: (subject: string) => `Your mail “${subject}” did not reach everybody:`,
    unknown: (subject: string) => `Nobody knows whether your mail “${subject}” arrived:`,
    more: (count: number) => `and ${count} more`,
    outro: 'Open “Send as mail” on the page to see what can be done.',
  },
  de: {
    subject: (subject: string) => `Nicht zugestellt: ${subject}`,
    intro: (subject: string) => `Ihre Mail „${subject}“ hat nicht alle erreicht:`,
    unknown: (subject: string) => `Niemand weiß, ob Ihre Mail „${subject}“ angekommen ist:`,
    more: (count: number) => `und ${count} weitere`,
    outro: 'Öffnen Sie „Als Mail senden“ auf der Seite, um zu sehen, was zu tun ist.',
  },
} as const;

/**
 * Tells the sender by mail that a mail of theirs did not reach everybody, through the same account, as an automatic mail (RFC 3834).
 * Nothing is sent where the account itself is the trouble. @throws AppFailure when it cannot be sent
 */
export async function sendFailureMail(needs: FailureMailNeeds, job: SendJob): Promise<void> {
  const { progress } = job;
  if ('error' in progress && progress.error && isOfTheAccount(progress.error.code)) return;
  const { accountId, name } = job.sender;
  const to = parseAddress((await needs.app.addresses([accountId])).get(accountId) ?? '');
  if (!to) return;
  const source = sendingFor(await spaceContext(needs.settings, job.page.spaceId)).source();
  const [account, login] = await Promise.all([senderAccount(needs.transport, source), loginOf(needs.settings, source)]);
  const words = WORDS[job.language];
  const random = createHash('sha256').update(`notice\n${job.jobId}\n${progress.attempt}`).digest('hex').slice(0, 32);
  const message = buildMessage({
    from: { address: account.fromAddress, name: account.fromName },
    to: [{ address: to, name }],
    cc: [],
    subject: words.subject(job.subject),
    random,
    date: needs.now(),
    language: job.language,
    mail: failureText(job),
    attachments: [],
    autoSubmitted: 'auto-generated',
  });
  const envelope = { from: account.fromAddress, to: [to] };
  await needs.transport.send({ account: login, envelope, message, readAs: { accountId } }, `${job.jobId}.${progress.attempt}.notice`);
}

const labelOf = ({ target }: JobRecipient): string => (target.kind === 'address' ? target.address : target.name);

/** HTML and text. Names and addresses are those the sender chose, reasons are sentences of the table. */
function failureText(job: SendJob): { html: string; text: string; images: [] } {
  const words = WORDS[job.language];
  const { progress } = job;
  const whole = 'error' in progress ? progress.error : undefined;
  const missed = job.recipients.filter(({ state }) => state !== 'accepted');
  const lines = missed.slice(0, MAX_NAMED).map((recipient) => {
    const error = recipient.error ?? whole;
    const why = error ? describeError(error.code, job.language, error.params) : undefined;
    return why ? `${labelOf(recipient)}: ${why.sentence} ${why.help}` : labelOf(recipient);
  });
  const items = missed.length > MAX_NAMED ? [...lines, words.more(missed.length - MAX_NAMED)] : lines;
  const intro = progress.state === 'unknown' ? words.unknown(job.subject) : words.intro(job.subject);
  const list = items.map((item) => `<li>${escapeText(item)}</li>`).join('');
  const html = `<!doctype html><html lang="${job.language}"><head><meta charset="utf-8"><title>${escapeText(words.subject(job.subject))}</title></head><body><p>${escapeText(intro)}</p><ul>${list}</ul><p>${escapeText(words.outro)}</p></body></html>`;
  return { html, text: [intro, '', ...items.map((item) => `- ${item}`), '', words.outro, ''].join('\n'), images: [] };
}
