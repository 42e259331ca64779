import { reportPersonalData } from '#app/confluence/index';
import { log } from '#app/log';
import { type AccountReport, reportAccounts } from '#app/privacy/accounts';
import { forgetInSettings, settingsAccounts } from '#app/privacy/settings-accounts';
import { allSpaceSettings, noticeStore, recordStore, settingsStore } from '#app/store/index';

/** Scheduled weekly: tells Atlassian whose data is stored, erases closed accounts, and deletes records whose time is over. */
export async function weekly(): Promise<{ statusCode: number }> {
  const now = () => new Date();
  const needs = { settings: settingsStore, spaces: allSpaceSettings, notices: noticeStore, now };
  const outcome = await reportAccounts({
    records: recordStore,
    settingsAccounts: () => settingsAccounts(needs),
    forget: (closed) => forgetInSettings(needs, closed),
    report: (accounts: readonly AccountReport[]) => reportPersonalData(accounts),
    retentionDays: (await settingsStore.site()).history.retentionDays,
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  log('accounts reported', { ...outcome });
  return { statusCode: 204 };
}
