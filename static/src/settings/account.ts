import type { PayloadInput } from '#contract/resolvers';
import type { MailAccount, Security } from '#contract/settings';
import { parseAddress } from '#mail/address';
import type { WordKey } from '../i18n/words';

/** A mail account as it stands in the form: everything is text until it is saved. */
export interface AccountForm {
  readonly host: string;
  readonly port: string;
  readonly security: Security;
  readonly auth: MailAccount['auth'];
  readonly user: string;
  /** Undefined keeps the saved one. */
  readonly password: string | undefined;
  readonly fromName: string;
  readonly fromAddress: string;
  readonly replyToSender: boolean;
}

/** What is saved, as far as a browser may know it. */
export interface SavedAccount {
  readonly account: MailAccount | undefined;
  readonly passwordSet: boolean;
}

export type AccountErrors = Partial<Record<'host' | 'port' | 'user' | 'password' | 'fromAddress', WordKey>>;

/** Submission over TLS (RFC 8314), submission with STARTTLS (RFC 6409), and plain SMTP inside a network. */
export const USUAL_PORTS: Readonly<Record<Security, string>> = { tls: '465', starttls: '587', none: '25' };

const BLANK: AccountForm = {
  host: '',
  port: USUAL_PORTS.starttls,
  security: 'starttls',
  auth: 'password',
  user: '',
  password: undefined,
  fromName: '',
  fromAddress: '',
  replyToSender: true,
};

export function accountFormOf(account: MailAccount | undefined): AccountForm {
  if (!account) return BLANK;
  const { host, port, security, auth, user, fromName, fromAddress, replyToSender } = account;
  return { host, port: String(port), security, auth, user, password: undefined, fromName, fromAddress, replyToSender };
}

/** Changing the security changes the port along, unless somebody chose a port of their own. */
export function withSecurity(form: AccountForm, security: Security): AccountForm {
  const usual = form.port.trim() === '' || form.port === USUAL_PORTS[form.security];
  return { ...form, security, port: usual ? USUAL_PORTS[security] : form.port };
}

/** A saved password is only good for the server and user it was saved for. */
export const passwordFits = (form: AccountForm, { account, passwordSet }: SavedAccount): boolean =>
  passwordSet &&
  account !== undefined &&
  account.host === form.host.trim() &&
  String(account.port) === form.port.trim() &&
  account.user === form.user.trim();

/** Nothing has been entered: there is no account to be saved. */
export const isBlankAccount = (form: AccountForm): boolean =>
  [form.host, form.user, form.fromAddress, form.fromName, form.password ?? ''].every((text) => text.trim() === '');

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535;

/** What is wrong, by field. */
export function accountErrors(form: AccountForm, saved: SavedAccount): AccountErrors {
  const errors: AccountErrors = {};
  if (!/^[^\s/@:]+$/.test(form.host.trim())) errors.host = 'account.hostInvalid';
  if (!isPort(form.port)) errors.port = 'account.portInvalid';
  if (form.auth === 'password' && form.user.trim() === '') errors.user = 'account.userMissing';
  if (form.auth === 'password' && (form.password ?? '') === '' && (form.password !== undefined || !passwordFits(form, saved)))
    errors.password = 'account.passwordMissing';
  if (parseAddress(form.fromAddress) === undefined) errors.fromAddress = 'account.fromAddressInvalid';
  return errors;
}

type AccountPayload = Pick<PayloadInput<'site-settings/verify'>, 'account' | 'secrets'>;

/** The account as the resolvers take it; call it only when `accountErrors` finds nothing. The password goes along only when it was typed. */
export function accountPayload(form: AccountForm, saved: SavedAccount): AccountPayload {
  const { security, auth, fromName, replyToSender, password } = form;
  const oauth = saved.account?.oauth;
  const account = {
    host: form.host.trim(),
    port: Number(form.port),
    security,
    auth,
    user: auth === 'none' ? '' : form.user.trim(),
    fromName: fromName.trim(),
    fromAddress: parseAddress(form.fromAddress) ?? form.fromAddress.trim(),
    replyToSender,
    ...(oauth ? { oauth } : {}),
  };
  return { account, secrets: auth === 'password' && password ? { password } : {} };
}
