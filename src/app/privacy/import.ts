import { parseSettingsFile } from '#app/privacy/settings-file';
import { checkedAccount } from '#app/settings/account';
import { accountOwner, SECRET_NAMES, type SettingsStore, SITE_OWNER } from '#app/settings/model';
import { checkStorable, nextRevision } from '#app/settings/revision';
import { bindingOf, neededSecrets } from '#app/settings/secrets';
import type { SettingsFile } from '#contract/admin-resolvers';
import type { AccountId } from '#contract/draft';
import type { SiteAccount, SiteSettingsV2 } from '#contract/settings-v2';

export interface Imported {
  readonly revision: number;
  readonly spaces: number;
  /** Names of accounts whose login has to be typed again. */
  readonly accountsWithoutSecrets: string[];
}

/**
 * Replaces the settings of the site, its exceptions, and the spaces in the file. Secrets stay where they belong to the same server and
 * user, and go with accounts that go.
 * @throws AppFailure IMPORT_INVALID, SETTINGS_NEWER, SETTINGS_CHANGED, SETTINGS_TOO_LARGE, INVALID_ADDRESS
 */
export async function importSettings(
  store: SettingsStore,
  { file: given, revision: seen }: { readonly file: unknown; readonly revision: number },
  by: AccountId,
  now: Date,
): Promise<Imported> {
  const file = parseSettingsFile(given);
  const current = await store.site();
  const changed = { changedBy: by, changedAt: now.toISOString() };
  const accounts = file.site.accounts.map((each) => ({ ...each, account: checkedAccount(each.account) }));
  checkStorable(file.site);
  checkStorable(file.exceptions);
  const revision = await nextRevision(store, SITE_OWNER, current.revision, seen, now);
  await store.saveSite({ ...file.site, accounts, revision, ...changed });
  await forgetGone(store, current, accounts);
  const exceptions = await store.exceptions();
  await store.saveExceptions({ version: 1, revision: exceptions.revision + 1, spaces: file.exceptions });
  for (const each of file.spaces) await importSpace(store, each, changed);
  return { revision, spaces: file.spaces.length, accountsWithoutSecrets: await withoutSecrets(store, accounts) };
}

async function importSpace(
  store: SettingsStore,
  { spaceId, settings }: SettingsFile['spaces'][number],
  changed: { changedBy: AccountId; changedAt: string },
): Promise<void> {
  const { revision } = await store.space(spaceId);
  await store.saveSpace(spaceId, { ...settings, revision: revision + 1, ...changed });
}

async function forgetGone(store: SettingsStore, before: SiteSettingsV2, accounts: readonly SiteAccount[]): Promise<void> {
  for (const { id } of before.accounts.filter((each) => !accounts.some((kept) => kept.id === each.id))) {
    await Promise.all(SECRET_NAMES.map((name) => store.deleteSecret(accountOwner(id), name)));
  }
}

async function withoutSecrets(store: SettingsStore, accounts: readonly SiteAccount[]): Promise<string[]> {
  const missing = accounts.map(async ({ id, name, account }) => {
    const found = await Promise.all(neededSecrets(account).map((secret) => store.secret(accountOwner(id), secret)));
    return found.every((secret) => secret?.boundTo === bindingOf(account)) ? [] : [name];
  });
  return (await Promise.all(missing)).flat();
}
