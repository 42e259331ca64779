import { AppFailure } from '#app/failure';
import type { Space } from '#app/model';
import { checkedAccount } from '#app/settings/account';
import { exceptionFor } from '#app/settings/effective';
import { type SettingsStore, spaceOwner } from '#app/settings/model';
import { nextRevision } from '#app/settings/revision';
import { resolveSecrets, saveSecrets, secretsSet } from '#app/settings/secrets';
import type { AccountId, SpaceId } from '#contract/draft';
import type { Payload, Value } from '#contract/resolvers';
import type { SpaceSettingsV2 } from '#contract/settings-v2';

/** A space's settings with what it inherits; of the site's account only the sender address is shown. */
export async function readSpaceSettings(store: SettingsStore, space: Space): Promise<Value<'space-settings/get'>> {
  const [stored, flags, site, exceptions] = await Promise.all([
    store.space(space.id),
    secretsSet(store, spaceOwner(space.id)),
    store.site(),
    store.exceptions(),
  ]);
  const { revision, enabled, accountSource, account, presentation, changedBy, changedAt } = stored;
  const { subjectPrefix } = presentation;
  const siteAccount = (site.accounts.find(({ id }) => id === site.defaultAccount) ?? site.accounts[0])?.account;
  return {
    space: { id: space.id, key: space.key, name: space.name },
    settings: {
      version: 1,
      revision,
      enabled,
      accountSource: accountSource.kind,
      ...(account ? { account } : {}),
      ...(subjectPrefix === undefined ? {} : { subjectPrefix }),
      changedBy,
      changedAt,
    },
    secretsSet: flags,
    site: {
      enabled: exceptionFor(exceptions, space.id) ?? site.enabled,
      hasAccount: site.defaultAccount !== undefined || siteAccount !== undefined,
      ...(siteAccount ? { fromAddress: siteAccount.fromAddress } : {}),
      subjectPrefix: site.presentation.subjectPrefix,
    },
  };
}

/**
 * Saves a space's settings. Its secrets are its own: those of the site are never looked at. What this page does not show stays.
 * @throws AppFailure SETTINGS_CHANGED, SETTINGS_ENFORCED, PASSWORD_REQUIRED, INVALID_ADDRESS; NO_MAIL_ACCOUNT for an own account without one
 */
export async function saveSpaceSettings(
  store: SettingsStore,
  id: SpaceId,
  form: Payload<'space-settings/save'>,
  by: AccountId,
  now: Date,
): Promise<Value<'space-settings/save'>> {
  const [current, site] = await Promise.all([store.space(id), store.site()]);
  if (site.enforce) throw new AppFailure('SETTINGS_ENFORCED');
  if (current.revision !== form.revision) throw new AppFailure('SETTINGS_CHANGED');
  if (form.accountSource === 'own' && !form.account) throw new AppFailure('NO_MAIL_ACCOUNT');
  const account = form.account && checkedAccount(form.account);
  const secrets = account ? await resolveSecrets(store, spaceOwner(id), account, form.secrets) : {};
  const revision = await nextRevision(store, spaceOwner(id), current.revision, form.revision, now);
  const { account: _, presentation, ...rest } = current;
  const settings: SpaceSettingsV2 = {
    ...rest,
    revision,
    enabled: form.enabled,
    accountSource:
      form.accountSource === 'own' ? { kind: 'own' } : current.accountSource.kind === 'site' ? current.accountSource : { kind: 'site' },
    ...(account ? { account } : {}),
    presentation: { ...presentation, subjectPrefix: form.subjectPrefix },
    changedBy: by,
    changedAt: now.toISOString(),
  };
  await saveSecrets(store, spaceOwner(id), account, secrets);
  await store.saveSpace(id, settings);
  return { revision };
}
