import { AppFailure } from '#app/failure';
import { checkedAccount } from '#app/settings/account';
import { accountOwner, SECRET_NAMES, type SettingsStore, SITE_OWNER } from '#app/settings/model';
import { checkStorable, nextRevision } from '#app/settings/revision';
import { resolveSecrets, saveSecrets, secretsSet } from '#app/settings/secrets';
import type { AdminPayload, AdminValue } from '#contract/admin-resolvers';
import type { AccountId } from '#contract/draft';
import { MAX_SPACE_EXCEPTIONS } from '#contract/limits';
import type { AccountSecrets } from '#contract/settings';
import { RELAY_ACCOUNT, type SiteAccount, type SiteSettingsV2 } from '#contract/settings-v2';

type Read = Omit<AdminValue<'site-policy/get'>, 'debugLog'>;

/** All settings of the site, without secrets: of those only whether they are set, by account. */
export async function readSitePolicy(store: SettingsStore): Promise<Read> {
  const [settings, exceptions, logo] = await Promise.all([store.site(), store.exceptions(), store.logo(SITE_OWNER)]);
  const flags = settings.accounts.map(async ({ id }) => [id, await secretsSet(store, accountOwner(id))] as const);
  return {
    settings,
    secretsSet: Object.fromEntries(await Promise.all(flags)),
    exceptions: { revision: exceptions.revision, spaces: exceptions.spaces },
    hasLogo: logo !== undefined,
  };
}

/**
 * Saves the parts of the site's settings that are given. Secrets left empty stay as they are, for the same server and user; those of
 * accounts that go are forgotten.
 * @throws AppFailure SETTINGS_CHANGED, PASSWORD_REQUIRED, INVALID_ADDRESS, ACCOUNT_UNKNOWN for a default that is none, SETTINGS_TOO_LARGE
 */
export async function saveSitePolicy(
  store: SettingsStore,
  { revision: seen, changes, secrets }: AdminPayload<'site-policy/save'>,
  by: AccountId,
  now: Date,
): Promise<{ revision: number }> {
  const current = await store.site();
  if (current.revision !== seen) throw new AppFailure('SETTINGS_CHANGED');
  const { defaultAccount, accounts, ...others } = changes;
  const next: SiteSettingsV2 = {
    ...current,
    ...withoutUndefined(others),
    accounts: (accounts ?? current.accounts).map((each) => ({ ...each, account: checkedAccount(each.account) })),
    changedBy: by,
    changedAt: now.toISOString(),
  };
  next.defaultAccount = defaultOf(next.accounts, defaultAccount === undefined ? current.defaultAccount : (defaultAccount ?? undefined));
  const resolved = accounts === undefined ? undefined : await secretsOf(store, next.accounts, secrets);
  checkStorable(next);
  next.revision = await nextRevision(store, SITE_OWNER, current.revision, seen, now);
  if (resolved) await keepSecrets(store, current, resolved);
  await store.saveSite(next);
  return { revision: next.revision };
}

const withoutUndefined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

/** A default that went with its account gives way to the first one left. @throws AppFailure ACCOUNT_UNKNOWN */
function defaultOf(accounts: readonly SiteAccount[], wanted: string | undefined): string | undefined {
  if (wanted === RELAY_ACCOUNT || (wanted !== undefined && accounts.some(({ id }) => id === wanted))) return wanted;
  return accounts[0]?.id;
}

type Resolved = readonly { readonly each: SiteAccount; readonly secrets: AccountSecrets }[];

const secretsOf = (
  store: SettingsStore,
  accounts: readonly SiteAccount[],
  typed: Readonly<Record<string, AccountSecrets>>,
): Promise<Resolved> =>
  Promise.all(
    accounts.map(async (each) => ({
      each,
      secrets: await resolveSecrets(store, accountOwner(each.id), each.account, typed[each.id] ?? {}),
    })),
  );

async function keepSecrets(store: SettingsStore, before: SiteSettingsV2, resolved: Resolved): Promise<void> {
  for (const { each, secrets } of resolved) await saveSecrets(store, accountOwner(each.id), each.account, secrets);
  const gone = before.accounts.filter(({ id }) => !resolved.some(({ each }) => each.id === id));
  for (const { id } of gone) await Promise.all(SECRET_NAMES.map((name) => store.deleteSecret(accountOwner(id), name)));
}

/** Adds, changes and removes spaces that differ from the site's switch. @throws AppFailure SETTINGS_CHANGED, SETTINGS_TOO_LARGE */
export async function saveExceptions(
  store: SettingsStore,
  { revision: seen, set, remove }: AdminPayload<'site-policy/save-exceptions'>,
  now: Date,
): Promise<{ revision: number }> {
  const current = await store.exceptions();
  if (current.revision !== seen) throw new AppFailure('SETTINGS_CHANGED');
  const changed = new Set<string>([...remove, ...set.map(({ spaceId }) => spaceId)]);
  const spaces = [
    ...current.spaces.filter(({ spaceId }) => !changed.has(spaceId)),
    ...new Map(set.map((each) => [each.spaceId, each])).values(),
  ];
  if (spaces.length > MAX_SPACE_EXCEPTIONS) throw new AppFailure('SETTINGS_TOO_LARGE');
  checkStorable(spaces);
  const revision = await nextRevision(store, 'exceptions', current.revision, seen, now);
  await store.saveExceptions({ version: 1, revision, spaces: spaces.sort((a, b) => a.name.localeCompare(b.name)) });
  return { revision };
}
