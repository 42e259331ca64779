import { AppFailure, toFailure } from '#app/failure';
import type { MailTransport } from '#app/model';
import { checkedAccount } from '#app/settings/account';
import { accountOwner, type SettingsStore } from '#app/settings/model';
import { nextRevision } from '#app/settings/revision';
import { resolveSecrets, saveSecrets, secretsSet } from '#app/settings/secrets';
import type { AccountId } from '#contract/draft';
import type { Payload, Value } from '#contract/resolvers';
import type { MailAccount } from '#contract/settings';
import { MAIN_ACCOUNT_ID, type MailAccountId, RELAY_ACCOUNT, type SiteAccount, type SiteSettingsV2 } from '#contract/settings-v2';

/** The account that the page with one account shows: the default one, else the first. */
const shownAccount = ({ accounts, defaultAccount }: SiteSettingsV2): SiteAccount | undefined =>
  accounts.find(({ id }) => id === defaultAccount) ?? accounts[0];

const shownId = (settings: SiteSettingsV2): MailAccountId => shownAccount(settings)?.id ?? MAIN_ACCOUNT_ID;

/** Owner of the secrets of the account that is shown. */
export const shownOwner = async (store: Pick<SettingsStore, 'site'>): Promise<string> => accountOwner(shownId(await store.site()));

/** The site's settings with its one account, without secrets: of those only whether they are set. */
export async function readSiteSettings(store: SettingsStore): Promise<Value<'site-settings/get'>> {
  const settings = await store.site();
  const account = shownAccount(settings)?.account;
  const { revision, enabled, presentation, changedBy, changedAt } = settings;
  return {
    settings: { version: 1, revision, enabled, presentation, ...(account ? { account } : {}), changedBy, changedAt },
    secretsSet: await secretsSet(store, accountOwner(shownId(settings))),
  };
}

/**
 * Saves the site's settings. Secrets left empty stay as they are, for the same server and user. What this page does not show stays.
 * @throws AppFailure SETTINGS_CHANGED when somebody saved since they were read; PASSWORD_REQUIRED; INVALID_ADDRESS
 */
export async function saveSiteSettings(
  store: SettingsStore,
  form: Payload<'site-settings/save'>,
  by: AccountId,
  now: Date,
): Promise<Value<'site-settings/save'>> {
  const current = await store.site();
  if (current.revision !== form.revision) throw new AppFailure('SETTINGS_CHANGED');
  const id = shownId(current);
  const account = form.account && checkedAccount(form.account);
  const secrets = account ? await resolveSecrets(store, accountOwner(id), account, form.secrets) : {};
  const revision = await nextRevision(store, 'site', current.revision, form.revision, now);
  const settings: SiteSettingsV2 = {
    ...current,
    ...accountsWith(current, id, account),
    revision,
    enabled: form.enabled,
    presentation: { ...current.presentation, ...form.presentation },
    changedBy: by,
    changedAt: now.toISOString(),
  };
  await saveSecrets(store, accountOwner(id), account, secrets);
  await store.saveSite(settings);
  return { revision };
}

function accountsWith(
  current: SiteSettingsV2,
  id: MailAccountId,
  account: MailAccount | undefined,
): Pick<SiteSettingsV2, 'accounts' | 'defaultAccount'> {
  const known = current.accounts.find((each) => each.id === id);
  const others = current.accounts.filter((each) => each.id !== id);
  const isRelay = current.defaultAccount === RELAY_ACCOUNT;
  if (!account) return { accounts: others, defaultAccount: isRelay ? RELAY_ACCOUNT : others[0]?.id };
  const changed = { id, name: known?.name ?? (account.fromName || account.fromAddress.slice(0, 80)), account };
  return {
    accounts: known ? current.accounts.map((each) => (each.id === id ? changed : each)) : [...others, changed],
    defaultAccount: isRelay ? RELAY_ACCOUNT : id,
  };
}

/** Whether the relay answers, and what it says of itself. */
export async function readRelay(transport: Pick<MailTransport, 'info'>): Promise<Value<'site-settings/relay'>> {
  try {
    return { reachable: true, info: await transport.info() };
  } catch (error) {
    return { reachable: false, error: toFailure(error) };
  }
}
