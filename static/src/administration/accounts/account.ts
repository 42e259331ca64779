import type { AccountSecrets, MailAccount, Security } from '#contract/settings/parts';
import { parseAddress } from '#mail/address';
import type { WordKey } from '../../i18n/words';

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
  readonly oauth: OAuthForm;
}

/** An OAuth 2.0 login as it stands in the form. */
export interface OAuthForm {
  readonly provider: 'microsoft' | 'google';
  readonly grant: 'refresh-token' | 'client-credentials';
  readonly clientId: string;
  readonly tenant: string;
  /** Undefined keeps the saved one. */
  readonly clientSecret: string | undefined;
  readonly refreshToken: string | undefined;
}

/** What is saved, as far as a browser may know it. */
export interface SavedAccount {
  readonly account: MailAccount | undefined;
  readonly passwordSet: boolean;
  readonly clientSecretSet?: boolean;
  readonly refreshTokenSet?: boolean;
}

export type AccountErrors = Partial<
  Record<'host' | 'port' | 'user' | 'password' | 'fromAddress' | 'clientId' | 'tenant' | 'clientSecret' | 'refreshToken', WordKey>
>;

/** Submission over TLS (RFC 8314), submission with STARTTLS (RFC 6409), and plain SMTP inside a network. */
export const USUAL_PORTS: Readonly<Record<Security, string>> = { tls: '465', starttls: '587', none: '25' };

const BLANK_OAUTH: OAuthForm = {
  provider: 'microsoft',
  grant: 'refresh-token',
  clientId: '',
  tenant: '',
  clientSecret: undefined,
  refreshToken: undefined,
};

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
  oauth: BLANK_OAUTH,
};

export function accountFormOf(account: MailAccount | undefined): AccountForm {
  if (!account) return BLANK;
  const { host, port, security, auth, user, fromName, fromAddress, replyToSender } = account;
  const oauth = account.oauth ? { ...BLANK_OAUTH, ...account.oauth } : BLANK_OAUTH;
  return { host, port: String(port), security, auth, user, password: undefined, fromName, fromAddress, replyToSender, oauth };
}

/** Submission servers of the two providers with OAuth 2.0 logins. */
const PROVIDER_HOSTS = { microsoft: 'smtp.office365.com', google: 'smtp.gmail.com' } as const;

/** Choosing a provider fills in its server where none, or the other's, stands. */
export function withProvider(form: AccountForm, provider: OAuthForm['provider']): AccountForm {
  const filled = form.host.trim() === '' || Object.values<string>(PROVIDER_HOSTS).includes(form.host.trim());
  const server = filled ? { host: PROVIDER_HOSTS[provider], port: USUAL_PORTS.starttls, security: 'starttls' as const } : {};
  return { ...form, ...server, oauth: { ...form.oauth, provider } };
}

/** Choosing OAuth 2.0 fills in the provider's server where none stands. */
export const withAuth = (form: AccountForm, auth: AccountForm['auth']): AccountForm =>
  auth === 'oauth2' && form.host.trim() === '' ? withProvider({ ...form, auth }, form.oauth.provider) : { ...form, auth };

/** The provider whose preset the form holds. */
export const presetOf = ({ host, auth, oauth }: AccountForm): OAuthForm['provider'] | undefined =>
  auth === 'oauth2' && host.trim() === PROVIDER_HOSTS[oauth.provider] ? oauth.provider : undefined;

/** Server, security and login of a provider; undefined leaves them to be typed, without another provider's server. */
export function withPreset(form: AccountForm, provider: OAuthForm['provider'] | undefined): AccountForm {
  if (provider) return withProvider({ ...form, host: '', auth: 'oauth2', user: form.user || form.fromAddress }, provider);
  return presetOf(form) ? { ...form, host: '', auth: 'password' } : form;
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

/** Saved OAuth secrets are only good for the server, user and client they were saved for. */
export function oauthFits(form: AccountForm, { account }: SavedAccount): boolean {
  const saved = account?.oauth;
  return (
    account?.auth === 'oauth2' &&
    saved !== undefined &&
    account.host === form.host.trim() &&
    String(account.port) === form.port.trim() &&
    account.user === form.user.trim() &&
    saved.provider === form.oauth.provider &&
    saved.grant === form.oauth.grant &&
    saved.clientId === form.oauth.clientId.trim() &&
    saved.tenant === form.oauth.tenant.trim()
  );
}

/** Nothing has been entered: there is no account to be saved. */
export const isBlankAccount = (form: AccountForm): boolean =>
  [form.host, form.user, form.fromAddress, form.fromName, form.password ?? ''].every((text) => text.trim() === '');

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535;

/** What is wrong, by field. */
export function accountErrors(form: AccountForm, saved: SavedAccount): AccountErrors {
  const errors: AccountErrors = {};
  if (!/^[^\s/@:]+$/.test(form.host.trim())) errors.host = 'account.hostInvalid';
  if (!isPort(form.port)) errors.port = 'account.portInvalid';
  if (form.auth !== 'none' && form.user.trim() === '') errors.user = 'account.userMissing';
  if (form.auth === 'password' && (form.password ?? '') === '' && (form.password !== undefined || !passwordFits(form, saved)))
    errors.password = 'account.passwordMissing';
  if (form.auth === 'oauth2') Object.assign(errors, oauthErrors(form, saved));
  if (parseAddress(form.fromAddress) === undefined) errors.fromAddress = 'account.fromAddressInvalid';
  return errors;
}

function oauthErrors(form: AccountForm, saved: SavedAccount): AccountErrors {
  const { oauth } = form;
  const errors: AccountErrors = {};
  const missing = (typed: string | undefined, isSet: boolean | undefined): boolean =>
    (typed ?? '').trim() === '' && (typed !== undefined || !isSet || !oauthFits(form, saved));
  if (oauth.clientId.trim() === '') errors.clientId = 'oauth.clientIdMissing';
  if (!/^[A-Za-z0-9.-]*$/.test(oauth.tenant.trim())) errors.tenant = 'oauth.tenantInvalid';
  if (oauth.grant === 'client-credentials' && missing(oauth.clientSecret, saved.clientSecretSet))
    errors.clientSecret = 'oauth.clientSecretMissing';
  if (oauth.grant === 'refresh-token' && missing(oauth.refreshToken, saved.refreshTokenSet))
    errors.refreshToken = 'oauth.refreshTokenMissing';
  return errors;
}

export interface AccountPayload {
  readonly account: MailAccount;
  readonly secrets: AccountSecrets;
}

/** The account as the resolvers take it; call it only when `accountErrors` finds nothing. Secrets go along only when they were typed. */
export function accountPayload(form: AccountForm, saved: SavedAccount): AccountPayload {
  const { security, auth, fromName, replyToSender } = form;
  const { provider, grant, clientId, tenant } = form.oauth;
  const oauth = auth === 'oauth2' ? { provider, grant, clientId: clientId.trim(), tenant: tenant.trim() } : saved.account?.oauth;
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
  return { account, secrets: typedSecrets(form) };
}

function typedSecrets({ auth, password, oauth }: AccountForm): AccountPayload['secrets'] {
  if (auth === 'password') return password ? { password } : {};
  if (auth === 'none') return {};
  const { clientSecret, refreshToken, grant } = oauth;
  return { ...(clientSecret ? { clientSecret } : {}), ...(refreshToken && grant === 'refresh-token' ? { refreshToken } : {}) };
}
