import { isDeepStrictEqual } from 'node:util';
import { AppFailure, toFailure } from '#app/failure';
import type { AppReader, MailTransport, Person } from '#app/model';
import { replyText } from '#app/reply';
import type { SettingsStore } from '#app/settings/model';
import { renewingSend, renewingVerify } from '#app/settings/renewal';
import { resolveSecrets, toRelayAccount } from '#app/settings/secrets';
import type { RelayAccount, VerifyResponse } from '#contract/relay/api';
import type { Failure } from '#contract/result';
import type { AccountSecrets, MailAccount } from '#contract/settings/parts';
import type { SiteSettingsV2 } from '#contract/settings/v2';
import { parseAddress } from '#mail/address';
import { buildMessage } from '#mail/message';

/** A mail account as an administrator typed it: secrets left empty mean those stored for the same server and user. */
export interface AccountForm {
  readonly account?: MailAccount | undefined;
  readonly secrets: AccountSecrets;
}
export interface AccountNeeds {
  readonly store: SettingsStore;
  readonly transport: MailTransport;
  readonly now: () => Date;
}

/** Whether the form is the account as it is saved: only then does a test of it say something of the account that mails go through. */
export function isSaved({ accounts }: Pick<SiteSettingsV2, 'accounts'>, id: string, { account, secrets }: AccountForm): boolean {
  const saved = accounts.find((each) => each.id === id)?.account;
  const typed = Object.values(secrets).some((secret) => secret !== undefined && secret !== '');
  return !typed && isDeepStrictEqual(saved, account);
}

/** The account with a proper sender address. @throws AppFailure INVALID_ADDRESS */
export function checkedAccount(account: MailAccount): MailAccount {
  const fromAddress = parseAddress(account.fromAddress);
  if (!fromAddress) throw new AppFailure('INVALID_ADDRESS', { address: account.fromAddress });
  return { ...account, fromAddress };
}

async function loginFor({ store }: AccountNeeds, owner: string, form: AccountForm): Promise<{ account: MailAccount; login: RelayAccount }> {
  if (!form.account) throw new AppFailure('NO_MAIL_ACCOUNT');
  const account = checkedAccount(form.account);
  return { account, login: toRelayAccount(account, await resolveSecrets(store, owner, account, form.secrets)) };
}

/** Connects and logs in with what the form says, and tells each step. @throws AppFailure PASSWORD_REQUIRED, RELAY_* */
export async function verifyAccount(needs: AccountNeeds, owner: string, form: AccountForm): Promise<VerifyResponse> {
  const { login } = await loginFor(needs, owner, form);
  return renewingVerify((one) => needs.transport.verify(one), { ...needs, owner })(login);
}

/** Words of the test mail. */
const TEST_MAIL = {
  en: {
    subject: 'Pagemail: test mail',
    text: 'This is a test mail from Pagemail. The mail account works: pages can be sent with it.',
  },
  de: {
    subject: 'Pagemail: Testmail',
    text: 'Das ist eine Testmail von Pagemail. Das Mailkonto funktioniert: Seiten können damit gesendet werden.',
  },
} as const;

export interface TestMail {
  readonly owner: string;
  readonly form: AccountForm;
  /** The administrator who asks; the mail goes to them alone. */
  readonly me: Person;
  readonly language: 'en' | 'de';
  /** At least 16 random bytes as letters and digits. */
  readonly random: string;
}

/**
 * Sends a test mail to the administrator's own address. A refusal is a value, so that the page can explain it.
 * @throws AppFailure PASSWORD_REQUIRED, INVALID_ADDRESS, NO_MAIL_ACCOUNT
 */
export async function sendTestMail(
  needs: AccountNeeds & { app: Pick<AppReader, 'addresses'> },
  { owner, form, me, language, random }: TestMail,
): Promise<{ accepted: boolean; error?: Failure }> {
  const { account, login } = await loginFor(needs, owner, form);
  const to = parseAddress((await needs.app.addresses([me.accountId])).get(me.accountId) ?? '');
  if (!to) return { accepted: false, error: { code: 'RECIPIENT_WITHOUT_ADDRESS', params: { name: me.name } } };
  const { subject, text } = TEST_MAIL[language];
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${subject}</title></head><body><p>${text}</p></body></html>`;
  const message = buildMessage({
    from: { address: account.fromAddress, name: account.fromName },
    to: [{ address: to, name: me.name }],
    cc: [],
    subject,
    random,
    date: needs.now(),
    language,
    mail: { html, text: `${text}\n`, images: [] },
    attachments: [],
  });
  const envelope = { from: account.fromAddress, to: [to] };
  try {
    const answer = await renewingSend((...asked) => needs.transport.send(...asked), { ...needs, owner })(
      { account: login, envelope, message, readAs: { accountId: me.accountId } },
      `test.${random}`,
    );
    const refusal = answer.rejected[0];
    const reply = replyText(refusal?.smtp);
    return refusal ? { accepted: false, error: { code: refusal.code, ...(reply && { reply }) } } : { accepted: true };
  } catch (error) {
    return { accepted: false, error: toFailure(error) };
  }
}
