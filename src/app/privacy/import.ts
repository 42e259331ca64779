import { chunks } from '#app/chunks';
import { parseSettingsFile } from '#app/privacy/settings-file';
import { checkedAccount } from '#app/settings/account';
import { accountOwner, EXCEPTIONS_OWNER, type SettingsStore, SITE_OWNER, spaceOwner } from '#app/settings/model';
import { checkStorable, nextRevision } from '#app/settings/revision';
import { bindingOf, neededSecrets } from '#app/settings/secrets';
import { defaultOf, forgetGone, inOrder } from '#app/settings/site-policy';
import type { AccountId } from '#contract/draft';
import type { SettingsFile } from '#contract/screens/administration';
import type { SiteAccount } from '#contract/settings/v2';

export interface Imported {
  readonly revision: number;
  readonly spaces: number;
  /** Names of accounts whose login has to be typed again. */
  readonly accountsWithoutSecrets: string[];
}

/** Spaces that are saved at once. */
const SPACES_AT_ONCE = 10;

/**
 * Replaces the settings of the site, its exceptions, and the spaces in the file. Secrets stay where they belong to the same server and
 * user, and go with accounts that go. The whole file is checked before anything is written.
 * @throws AppFailure IMPORT_INVALID, SETTINGS_NEWER, SETTINGS_CHANGED, SETTINGS_TOO_LARGE, INVALID_ADDRESS
 */
export async function importSettings(
  store: SettingsStore,
  { file: given, revision: seen }: { readonly file: unknown; readonly revision: number },
  by: AccountId,
  now: Date,
): Promise<Imported> {
  const file = checked(parseSettingsFile(given));
  const [current, exceptions] = await Promise.all([store.site(), store.exceptions()]);
  const changed = { changedBy: by, changedAt: now.toISOString() };
  const { accounts } = file.site;
  const revision = await nextRevision(store, SITE_OWNER, current.revision, seen, now);
  await store.saveSite({ ...file.site, defaultAccount: defaultOf(accounts, file.site.defaultAccount, undefined), revision, ...changed });
  await forgetGone(store, current, accounts);
  const next = await nextRevision(store, EXCEPTIONS_OWNER, exceptions.revision, exceptions.revision, now);
  await store.saveExceptions({ version: 1, revision: next, spaces: file.exceptions });
  for (const some of chunks(file.spaces, SPACES_AT_ONCE)) {
    await Promise.all(some.map((each) => importSpace(store, each, changed, now)));
  }
  return { revision, spaces: file.spaces.length, accountsWithoutSecrets: await withoutSecrets(store, accounts) };
}

/** The file with proper sender addresses and each space once. @throws AppFailure INVALID_ADDRESS, SETTINGS_TOO_LARGE */
function checked(file: SettingsFile): SettingsFile {
  const accounts = file.site.accounts.map((each) => ({ ...each, account: checkedAccount(each.account) }));
  const spaces = file.spaces.map(({ spaceId, settings }) => {
    const { account, ...rest } = settings;
    return { spaceId, settings: { ...rest, ...(account ? { account: checkedAccount(account) } : {}) } };
  });
  for (const each of [file.site, file.exceptions, ...spaces]) checkStorable(each);
  return {
    ...file,
    site: { ...file.site, accounts },
    exceptions: inOrder(file.exceptions),
    spaces: [...new Map(spaces.map((each) => [each.spaceId, each])).values()],
  };
}

async function importSpace(
  store: SettingsStore,
  { spaceId, settings }: SettingsFile['spaces'][number],
  changed: { changedBy: AccountId; changedAt: string },
  now: Date,
): Promise<void> {
  const current = await store.space(spaceId);
  const revision = await nextRevision(store, spaceOwner(spaceId), current.revision, current.revision, now);
  await store.saveSpace(spaceId, { ...settings, revision, ...changed });
}

async function withoutSecrets(store: SettingsStore, accounts: readonly SiteAccount[]): Promise<string[]> {
  const missing = accounts.map(async ({ id, name, account }) => {
    const found = await Promise.all(neededSecrets(account).map((secret) => store.secret(accountOwner(id), secret)));
    return found.every((secret) => secret?.boundTo === bindingOf(account)) ? [] : [name];
  });
  return (await Promise.all(missing)).flat();
}
