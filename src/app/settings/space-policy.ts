import { withoutUndefined } from '#app/defined';
import { AppFailure } from '#app/failure';
import type { Space } from '#app/model';
import { checkedAccount } from '#app/settings/account';
import { exceptionFor } from '#app/settings/effective';
import { type SettingsStore, SITE_OWNER, spaceOwner } from '#app/settings/model';
import { checkStorable, nextRevision } from '#app/settings/revision';
import { resolveSecrets, saveSecrets, secretsSet } from '#app/settings/secrets';
import type { AccountId, SpaceId } from '#contract/draft';
import type { AdminPayload, AdminValue } from '#contract/screens/administration';
import { RELAY_ACCOUNT, type SpaceSettingsV2 } from '#contract/settings/v2';

/** A space's settings with what the site lays down; of the site's accounts only names and sender addresses are shown. */
export async function readSpacePolicy(store: SettingsStore, space: Space): Promise<Omit<AdminValue<'space-policy/get'>, 'debugLog'>> {
  const owner = spaceOwner(space.id);
  const [settings, flags, site, exceptions, logo, siteLogo] = await Promise.all([
    store.space(space.id),
    secretsSet(store, owner),
    store.site(),
    store.exceptions(),
    store.logo(owner),
    store.logo(SITE_OWNER),
  ]);
  const exception = exceptionFor(exceptions, space.id);
  return {
    space: { id: space.id, key: space.key, name: space.name },
    settings,
    secretsSet: flags,
    hasLogo: logo !== undefined,
    site: {
      enforce: site.enforce,
      enabled: exception ?? site.enabled,
      isException: exception !== undefined,
      accounts: site.accounts.map(({ id, name, account }) => ({ id, name, fromAddress: account.fromAddress })),
      defaultAccount: site.defaultAccount,
      presentation: site.presentation,
      policy: site.policy,
      encryption: site.encryption,
      hasLogo: siteLogo !== undefined,
    },
  };
}

/**
 * Saves the parts of a space's settings that are given. Its secrets are its own: those of the site are never looked at.
 * @throws AppFailure SETTINGS_ENFORCED, SETTINGS_CHANGED, NO_MAIL_ACCOUNT, ACCOUNT_UNKNOWN, PASSWORD_REQUIRED, INVALID_ADDRESS
 */
export async function saveSpacePolicy(
  store: SettingsStore,
  id: SpaceId,
  { revision: seen, changes, secrets }: AdminPayload<'space-policy/save'>,
  by: AccountId,
  now: Date,
): Promise<{ revision: number }> {
  const [current, site] = await Promise.all([store.space(id), store.site()]);
  if (site.enforce) throw new AppFailure('SETTINGS_ENFORCED');
  if (current.revision !== seen) throw new AppFailure('SETTINGS_CHANGED');
  const { account, ...others } = changes;
  const { account: before, ...rest } = current;
  const kept = account === undefined ? before : (account ?? undefined);
  const next: SpaceSettingsV2 = {
    ...rest,
    ...withoutUndefined(others),
    ...(kept ? { account: checkedAccount(kept) } : {}),
    changedBy: by,
    changedAt: now.toISOString(),
  };
  const chosen = changes.accountSource;
  if (next.accountSource.kind === 'own' && !next.account) throw new AppFailure('NO_MAIL_ACCOUNT');
  if (chosen?.kind === 'site' && !isAccount(site.accounts, chosen.accountId)) throw new AppFailure('ACCOUNT_UNKNOWN');
  const resolved = account && next.account ? await resolveSecrets(store, spaceOwner(id), next.account, secrets) : {};
  checkStorable(next);
  next.revision = await nextRevision(store, spaceOwner(id), current.revision, seen, now);
  if (account !== undefined) await saveSecrets(store, spaceOwner(id), next.account, resolved, now);
  await store.saveSpace(id, next);
  return { revision: next.revision };
}

const isAccount = (accounts: readonly { id: string }[], id: string | undefined): boolean =>
  id === undefined || id === RELAY_ACCOUNT || accounts.some((each) => each.id === id);
