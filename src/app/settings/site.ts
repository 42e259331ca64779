import { toFailure } from '#app/failure';
import type { MailTransport } from '#app/model';
import { accountOwner, type SettingsStore } from '#app/settings/model';
import { readSitePolicy, saveSitePolicy } from '#app/settings/site-policy';
import type { AccountId } from '#contract/draft';
import type { Payload, Value } from '#contract/screens/resolvers';
import type { MailAccount } from '#contract/settings/parts';
import { MAIN_ACCOUNT_ID, type MailAccountId, RELAY_ACCOUNT, type SiteAccount, type SiteSettingsV2 } from '#contract/settings/v2';

/** The site's settings in brief, for scripts: the switch, the look and one account, over the whole settings. */

/** The account that is shown: the default one, else the first. */
const shownAccount = ({ accounts, defaultAccount }: SiteSettingsV2): SiteAccount | undefined =>
  accounts.find(({ id }) => id === defaultAccount) ?? accounts[0];

const shownId = (settings: SiteSettingsV2): MailAccountId => shownAccount(settings)?.id ?? MAIN_ACCOUNT_ID;

/** Owner of the secrets of the account that is shown. */
export const shownOwner = async (store: Pick<SettingsStore, 'site'>): Promise<string> => accountOwner(shownId(await store.site()));

const NO_SECRETS = { password: false, clientSecret: false, refreshToken: false };

/** Without secrets: of those only whether they are set. */
export async function readSiteSettings(store: SettingsStore): Promise<Value<'site-settings/get'>> {
  const read = await readSitePolicy(store);
  const shown = shownAccount(read.settings);
  const { revision, enabled, presentation, changedBy, changedAt } = read.settings;
  return {
    settings: { version: 1, revision, enabled, presentation, ...(shown ? { account: shown.account } : {}), changedBy, changedAt },
    secretsSet: (shown && read.secretsSet[shown.id]) ?? NO_SECRETS,
  };
}

/** Saves them; what they do not show stays. An account that is not given goes. @throws AppFailure as `saveSitePolicy` */
export async function saveSiteSettings(
  store: SettingsStore,
  { revision, enabled, presentation, account, secrets }: Payload<'site-settings/save'>,
  by: AccountId,
  now: Date,
): Promise<Value<'site-settings/save'>> {
  const current = await store.site();
  const id = shownId(current);
  const changes = { enabled, presentation: { ...current.presentation, ...presentation }, ...accountsWith(current, id, account) };
  return saveSitePolicy(store, { revision, changes, secrets: { [id]: secrets } }, by, now);
}

function accountsWith(current: SiteSettingsV2, id: MailAccountId, account: MailAccount | undefined) {
  const known = current.accounts.find((each) => each.id === id);
  const others = current.accounts.filter((each) => each.id !== id);
  const isRelay = current.defaultAccount === RELAY_ACCOUNT;
  if (!account) return { accounts: others, defaultAccount: isRelay ? RELAY_ACCOUNT : null };
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
