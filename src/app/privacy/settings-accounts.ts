import type { NoticeStore } from '#app/notices/notices';
import type { AccountReport } from '#app/privacy/accounts';
import type { SettingsStore } from '#app/settings/model';
import type { AccountId, SpaceId } from '#contract/draft';
import type { SpaceSettingsV2 } from '#contract/settings-v2';

export interface SettingsAccountsNeeds {
  readonly settings: Pick<SettingsStore, 'site' | 'saveSite' | 'saveSpace'>;
  readonly spaces: () => Promise<readonly { readonly spaceId: SpaceId; readonly settings: SpaceSettingsV2 }[]>;
  readonly notices: Pick<NoticeStore, 'saveNotices'>;
}

type Changed = { readonly changedBy?: AccountId | undefined; readonly changedAt?: string | undefined };

const accountOf = ({ changedBy, changedAt }: Changed): AccountReport[] =>
  changedBy && changedAt ? [{ accountId: changedBy, updatedAt: changedAt }] : [];

/** Who saved settings last, with when. */
export async function settingsAccounts({ settings, spaces }: SettingsAccountsNeeds): Promise<AccountReport[]> {
  const [site, all] = await Promise.all([settings.site(), spaces()]);
  return [...accountOf(site), ...all.flatMap((each) => accountOf(each.settings))];
}

const without = <T extends Changed>({ changedBy: _, ...rest }: T) => rest;

/** Takes closed accounts out of the settings, and forgets notices that wait for them. */
export async function forgetInSettings(
  { settings, spaces, notices }: SettingsAccountsNeeds,
  closed: ReadonlySet<AccountId>,
): Promise<void> {
  const site = await settings.site();
  if (site.changedBy && closed.has(site.changedBy)) await settings.saveSite(without(site));
  for (const each of await spaces()) {
    if (each.settings.changedBy && closed.has(each.settings.changedBy)) await settings.saveSpace(each.spaceId, without(each.settings));
  }
  for (const accountId of closed) await notices.saveNotices(accountId, []);
}
