import { AppFailure, toFailure } from '#app/failure';
import type { MailTransport } from '#app/model';
import { checkedAccount } from '#app/settings/account';
import { type SettingsStore, SITE_OWNER } from '#app/settings/model';
import { resolveSecrets, saveSecrets, secretsSet } from '#app/settings/secrets';
import type { AccountId } from '#contract/draft';
import type { Payload, Value } from '#contract/resolvers';
import type { SiteSettings } from '#contract/settings';

/** The site's settings, without secrets: of those only whether they are set. */
export async function readSiteSettings(store: SettingsStore): Promise<Value<'site-settings/get'>> {
  const [settings, flags] = await Promise.all([store.site(), secretsSet(store, SITE_OWNER)]);
  return { settings, secretsSet: flags };
}

/**
 * Saves the site's settings. Secrets left empty stay as they are, for the same server and user.
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
  const account = form.account && checkedAccount(form.account);
  const secrets = account ? await resolveSecrets(store, SITE_OWNER, account, form.secrets) : {};
  const settings: SiteSettings = {
    version: 1,
    revision: current.revision + 1,
    enabled: form.enabled,
    ...(account ? { account } : {}),
    presentation: form.presentation,
    changedBy: by,
    changedAt: now.toISOString(),
  };
  await saveSecrets(store, SITE_OWNER, account, secrets);
  await store.saveSite(settings);
  return { revision: settings.revision };
}

/** Whether the relay answers, and what it says of itself. */
export async function readRelay(transport: Pick<MailTransport, 'info'>): Promise<Value<'site-settings/relay'>> {
  try {
    return { reachable: true, info: await transport.info() };
  } catch (error) {
    return { reachable: false, error: toFailure(error) };
  }
}
