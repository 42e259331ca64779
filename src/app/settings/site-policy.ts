import { withoutUndefined } from '#app/defined';
import { AppFailure } from '#app/failure';
import { checkedAccount } from '#app/settings/account';
import { forgetOwner } from '#app/settings/forget';
import { accountOwner, EXCEPTIONS_OWNER, type SettingsStore, SITE_OWNER } from '#app/settings/model';
import { checkStorable, nextRevision } from '#app/settings/revision';
import { bindingOf, resolveSecrets, saveSecrets, secretsSet } from '#app/settings/secrets';
import type { AccountId } from '#contract/draft';
import { MAX_SPACE_EXCEPTIONS } from '#contract/limits';
import type { AdminPayload, AdminValue } from '#contract/screens/administration';
import type { AccountSecrets } from '#contract/settings/parts';
import type { SpaceException } from '#contract/settings/policy';
import { RELAY_ACCOUNT, type SiteAccount, type SiteSettingsV2 } from '#contract/settings/v2';

type Read = Omit<AdminValue<'site-policy/get'>, 'debugLog' | 'failing'>;

/** All settings of the site, without secrets: of those only whether they are set, by account. */
export async function readSitePolicy(store: SettingsStore): Promise<Read> {
  const [settings, exceptions, logo] = await Promise.all([store.site(), store.exceptions(), store.logo(SITE_OWNER)]);
  const flags = settings.accounts.map(async ({ id, account }) => [id, await secretsSet(store, accountOwner(id), account)] as const);
  return {
    settings,
    secretsSet: Object.fromEntries(await Promise.all(flags)),
    exceptions: { revision: exceptions.revision, spaces: exceptions.spaces },
    hasLogo: logo !== undefined,
  };
}

/**
 * Saves the parts of the site's settings that are given. Secrets left empty stay as they are, for the same server and user; an account
 * that logs in as before is not asked for a secret that it lacks. Those of accounts that go are forgotten.
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
  next.defaultAccount = defaultOf(next.accounts, current.defaultAccount, defaultAccount);
  const resolved = accounts === undefined ? undefined : await secretsOf(store, current, next.accounts, secrets);
  checkStorable(next);
  next.revision = await nextRevision(store, SITE_OWNER, current.revision, seen, now);
  if (resolved) await keepSecrets(store, current, resolved, now);
  await store.saveSite(next);
  return { revision: next.revision };
}

/**
 * The default account: the one asked for, or the one before. One that went with its account gives way to the first one left; `null` asks for none,
 * which is the first one too. @throws AppFailure ACCOUNT_UNKNOWN for one that was asked for and is none
 */
export function defaultOf(
  accounts: readonly SiteAccount[],
  before: string | undefined,
  asked: string | null | undefined,
): string | undefined {
  const isKnown = (id: string) => id === RELAY_ACCOUNT || accounts.some((each) => each.id === id);
  if (typeof asked === 'string' && !isKnown(asked)) throw new AppFailure('ACCOUNT_UNKNOWN');
  const wanted = asked === undefined ? before : asked;
  return wanted && isKnown(wanted) ? wanted : accounts[0]?.id;
}

/** An account with its secrets; without any where those that are stored stay as they are. */
type Resolved = readonly { readonly each: SiteAccount; readonly secrets: AccountSecrets | undefined }[];

function secretsOf(
  store: SettingsStore,
  before: SiteSettingsV2,
  accounts: readonly SiteAccount[],
  typed: Readonly<Record<string, AccountSecrets>>,
): Promise<Resolved> {
  const isAsBefore = ({ id, account }: SiteAccount): boolean => {
    const known = before.accounts.find((each) => each.id === id);
    return known !== undefined && bindingOf(known.account) === bindingOf(account) && !Object.values(typed[id] ?? {}).some(Boolean);
  };
  return Promise.all(
    accounts.map(async (each) => ({
      each,
      secrets: isAsBefore(each) ? undefined : await resolveSecrets(store, accountOwner(each.id), each.account, typed[each.id] ?? {}),
    })),
  );
}

async function keepSecrets(store: SettingsStore, before: SiteSettingsV2, resolved: Resolved, now: Date): Promise<void> {
  for (const { each, secrets } of resolved) if (secrets) await saveSecrets(store, accountOwner(each.id), each.account, secrets, now);
  await forgetGone(
    store,
    before,
    resolved.map(({ each }) => each),
  );
}

/** Forgets the secrets of accounts that are no longer there. */
export async function forgetGone(store: SettingsStore, before: SiteSettingsV2, accounts: readonly SiteAccount[]): Promise<void> {
  const gone = before.accounts.filter(({ id }) => !accounts.some((kept) => kept.id === id));
  for (const { id } of gone) await forgetOwner(store, accountOwner(id));
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
  const spaces = inOrder([...current.spaces.filter(({ spaceId }) => !changed.has(spaceId)), ...set]);
  if (spaces.length > MAX_SPACE_EXCEPTIONS) throw new AppFailure('SETTINGS_TOO_LARGE');
  checkStorable(spaces);
  const revision = await nextRevision(store, EXCEPTIONS_OWNER, current.revision, seen, now);
  await store.saveExceptions({ version: 1, revision, spaces });
  return { revision };
}

/** Each space once, the last one given counts; by name. */
export const inOrder = (exceptions: readonly SpaceException[]): SpaceException[] =>
  [...new Map(exceptions.map((each) => [each.spaceId, each])).values()].sort((a, b) => a.name.localeCompare(b.name));
