import { AppFailure } from '#app/failure';
import { type BoundSecret, SECRET_NAMES, type SecretName, type SettingsStore } from '#app/settings/model';
import type { RelayAccount } from '#contract/relay/api';
import type { AccountSecrets, MailAccount } from '#contract/settings/parts';

/** Which server, user and client a secret was typed for. Clear text counts: a password typed for TLS is not sent without. */
export function bindingOf(account: MailAccount): string {
  const { oauth } = account;
  return JSON.stringify([
    account.host.toLowerCase(),
    account.port,
    account.user,
    account.security === 'none',
    account.auth,
    account.auth === 'oauth2' && oauth ? [oauth.provider, oauth.tenant, oauth.clientId, oauth.grant] : [],
  ]);
}

/** Secrets that this account's login needs. */
export function neededSecrets(account: MailAccount): SecretName[] {
  if (account.auth === 'password') return ['password'];
  if (account.auth === 'none') return [];
  return account.oauth?.grant === 'client-credentials' ? ['clientSecret'] : ['clientSecret', 'refreshToken'];
}

/** A public OAuth client has no secret; everything else is needed to log in. */
const isOptional = (name: SecretName, account: MailAccount): boolean => name === 'clientSecret' && account.oauth?.grant === 'refresh-token';

/**
 * The secrets for an account: those just typed, else those stored for the same server and user.
 * @throws AppFailure PASSWORD_REQUIRED when one is missing or was typed for something else
 */
export async function resolveSecrets(
  store: Pick<SettingsStore, 'secret'>,
  owner: string,
  account: MailAccount,
  typed: AccountSecrets,
): Promise<AccountSecrets> {
  const secrets: AccountSecrets = {};
  for (const name of neededSecrets(account)) {
    const value = typed[name] || (await storedFor(store, owner, name, account));
    if (value) secrets[name] = value;
    else if (!isOptional(name, account)) throw new AppFailure('PASSWORD_REQUIRED');
  }
  return secrets;
}

async function storedFor(
  store: Pick<SettingsStore, 'secret'>,
  owner: string,
  name: SecretName,
  account: MailAccount,
): Promise<string | undefined> {
  const stored = await store.secret(owner, name);
  return stored?.boundTo === bindingOf(account) ? stored.value : undefined;
}

/** Keeps the account's secrets, bound to it, and forgets those that its login does not use. */
export async function saveSecrets(
  store: SettingsStore,
  owner: string,
  account: MailAccount | undefined,
  secrets: AccountSecrets,
  now: Date,
): Promise<void> {
  for (const name of SECRET_NAMES) {
    const value = secrets[name];
    if (account && value) await store.saveSecret(owner, name, await bound(store, owner, name, account, value, now));
    else await store.deleteSecret(owner, name);
  }
}

/** One that is the same as before keeps its age. */
async function bound(
  store: SettingsStore,
  owner: string,
  name: SecretName,
  account: MailAccount,
  value: string,
  now: Date,
): Promise<BoundSecret> {
  const before = await store.secret(owner, name);
  return { v: 1, boundTo: bindingOf(account), value, savedAt: (before?.value === value && before.savedAt) || now.toISOString() };
}

/** Which secrets are stored; all that a browser ever learns of them. Of a known `account` only those that its login uses: others are never kept. */
export async function secretsSet(
  store: Pick<SettingsStore, 'secret'>,
  owner: string,
  account?: MailAccount,
): Promise<Record<SecretName, boolean>> {
  const asked = account ? neededSecrets(account) : SECRET_NAMES;
  const isSet = async (name: SecretName) => asked.includes(name) && (await store.secret(owner, name)) !== undefined;
  const [password, clientSecret, refreshToken] = await Promise.all([isSet('password'), isSet('clientSecret'), isSet('refreshToken')]);
  return { password, clientSecret, refreshToken };
}

/** The account as the relay takes it. */
export function toRelayAccount(account: MailAccount, secrets: AccountSecrets): RelayAccount {
  const { host, port, security, user } = account;
  if (account.auth === 'none') return { host, port, security, auth: { kind: 'none' } };
  if (account.auth === 'password') {
    if (!secrets.password || !user) throw new AppFailure('LOGIN_REQUIRED');
    return { host, port, security, auth: { kind: 'password', user, password: secrets.password } };
  }
  if (!account.oauth || !user) throw new AppFailure('LOGIN_REQUIRED');
  const { clientSecret, refreshToken } = secrets;
  return {
    host,
    port,
    security,
    auth: {
      kind: 'oauth2',
      user,
      settings: account.oauth,
      ...(clientSecret ? { clientSecret } : {}),
      ...(refreshToken ? { refreshToken } : {}),
    },
  };
}
