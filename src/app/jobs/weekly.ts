import { appReader, reportPersonalData } from '#app/confluence/index';
import { errorChain, log } from '#app/log';
import { type AccountReport, reportAccounts } from '#app/privacy/accounts';
import { forgetInSettings, settingsAccounts } from '#app/privacy/settings-accounts';
import { relay } from '#app/relay';
import { watchAccounts } from '#app/settings/account-watch';
import { allSpaceSettings, diagnosticsStore, noticeStore, recordStore, settingsStore } from '#app/store/index';

/** Scheduled weekly: tells Atlassian whose data is stored, erases closed accounts, deletes records whose time is over, and tests every mail account. */
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
  // What the report does must not wait for mail servers, nor fail with them.
  await watchAccounts({
    settings: settingsStore,
    spaces: allSpaceSettings,
    verifications: diagnosticsStore,
    transport: relay,
    app: appReader(),
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }).then(
    (tests) => log('accounts tested', { ...tests }),
    (error: unknown) => log('accounts not tested', { errors: errorChain(error) }),
  );
  return { statusCode: 204 };
}
