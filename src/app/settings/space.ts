import { AppFailure } from '#app/failure';
import type { Space } from '#app/model';
import { checkedAccount } from '#app/settings/account';
import { type SettingsStore, spaceOwner } from '#app/settings/model';
import { resolveSecrets, saveSecrets, secretsSet } from '#app/settings/secrets';
import type { AccountId, SpaceId } from '#contract/draft';
import type { Payload, Value } from '#contract/resolvers';
import type { SpaceSettings } from '#contract/settings';

/** A space's settings with what it inherits; of the site's account only the sender address is shown. */
export async function readSpaceSettings(store: SettingsStore, space: Space): Promise<Value<'space-settings/get'>> {
  const [settings, flags, site] = await Promise.all([store.space(space.id), secretsSet(store, spaceOwner(space.id)), store.site()]);
  return {
    space: { id: space.id, key: space.key, name: space.name },
    settings,
    secretsSet: flags,
    site: {
      enabled: site.enabled,
      hasAccount: site.account !== undefined,
      ...(site.account ? { fromAddress: site.account.fromAddress } : {}),
      subjectPrefix: site.presentation.subjectPrefix,
    },
  };
}

/**
 * Saves a space's settings. Its secrets are its own: those of the site are never looked at.
 * @throws AppFailure SETTINGS_CHANGED, PASSWORD_REQUIRED, INVALID_ADDRESS; NO_MAIL_ACCOUNT for an own account without one
 */
export async function saveSpaceSettings(
  store: SettingsStore,
  id: SpaceId,
  form: Payload<'space-settings/save'>,
  by: AccountId,
  now: Date,
): Promise<Value<'space-settings/save'>> {
  const current = await store.space(id);
  if (current.revision !== form.revision) throw new AppFailure('SETTINGS_CHANGED');
  if (form.accountSource === 'own' && !form.account) throw new AppFailure('NO_MAIL_ACCOUNT');
  const account = form.account && checkedAccount(form.account);
  const secrets = account ? await resolveSecrets(store, spaceOwner(id), account, form.secrets) : {};
  const settings: SpaceSettings = {
    version: 1,
    revision: current.revision + 1,
    enabled: form.enabled,
    accountSource: form.accountSource,
    ...(account ? { account } : {}),
    ...(form.subjectPrefix === undefined ? {} : { subjectPrefix: form.subjectPrefix }),
    changedBy: by,
    changedAt: now.toISOString(),
  };
  await saveSecrets(store, spaceOwner(id), account, secrets);
  await store.saveSpace(id, settings);
  return { revision: settings.revision };
}
