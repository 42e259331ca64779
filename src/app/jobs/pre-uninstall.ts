import { log } from '#app/log';
import { forgetSecrets } from '#app/settings/forget';
import { settingsStore } from '#app/store/index';

/** Runs before the app leaves a site: storage stays with Atlassian for a while after that, credentials shall not. */
export async function preUninstall(): Promise<void> {
  log('secrets forgotten', { accounts: await forgetSecrets(settingsStore) });
}
