import type { NoticeStore } from '#app/notices/notices';
import type { AccountReport } from '#app/privacy/accounts';
import { type SettingsStore, SITE_OWNER, spaceOwner } from '#app/settings/model';
import type { AccountId, SpaceId } from '#contract/draft';
import type { SpaceSettingsV2 } from '#contract/settings/v2';

export interface SettingsAccountsNeeds {
  readonly settings: Pick<SettingsStore, 'site' | 'saveSite' | 'space' | 'saveSpace' | 'claimRevision'>;
  readonly now: () => Date;
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

/**
 * Takes closed accounts out of the settings, and forgets notices that wait for them. As a save of its own: an administrator who saves at the same
 * moment is not overwritten, and overwrites the closed account.
 */
export async function forgetInSettings(
  { settings, spaces, notices, now }: SettingsAccountsNeeds,
  closed: ReadonlySet<AccountId>,
): Promise<void> {
  const isClosed = ({ changedBy }: Changed): boolean => changedBy !== undefined && closed.has(changedBy);
  const forget = async <T extends Changed & { revision: number }>(owner: string, current: T, save: (next: T) => Promise<void>) => {
    const revision = current.revision + 1;
    if (isClosed(current) && (await settings.claimRevision(owner, revision, now()))) await save({ ...without(current), revision } as T);
  };
  await forget(SITE_OWNER, await settings.site(), settings.saveSite);
  // What a query finds may be old; what is saved is read anew.
  for (const { spaceId } of (await spaces()).filter((each) => isClosed(each.settings))) {
    await forget(spaceOwner(spaceId), await settings.space(spaceId), (next) => settings.saveSpace(spaceId, next));
  }
  for (const accountId of closed) await notices.saveNotices(accountId, []);
}
