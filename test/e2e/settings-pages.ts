/** The app's settings pages, reached as an administrator reaches them. */
import type { FrameLocator, Page } from 'playwright-core';
import { INBOX_LOGIN } from '#local/seed';
import type { LocalSite } from '#local/site';
import { settingsFrameIn } from '#test/e2e/browser';

/** Administration → Pagemail. */
export async function openSiteSettings(page: Page, site: LocalSite): Promise<FrameLocator> {
  await page.goto(site.url);
  await page.getByRole('navigation', { name: 'Confluence' }).getByRole('link', { name: 'Administration' }).click();
  await page.getByRole('link', { name: 'Pagemail', exact: true }).click();
  return ready(page);
}

/** Space → Space settings → Pagemail. */
export async function openSpaceSettings(page: Page, site: LocalSite, spaceKey: string): Promise<FrameLocator> {
  await page.goto(`${site.url}/wiki/spaces/${spaceKey}/overview`);
  await page.getByRole('link', { name: 'Space settings' }).click();
  await page.getByRole('navigation', { name: 'Space settings' }).getByRole('link', { name: 'Pagemail' }).click();
  return ready(page);
}

async function ready(page: Page): Promise<FrameLocator> {
  const frame = settingsFrameIn(page);
  await frame.getByRole('tab').first().waitFor();
  return frame;
}

/** Changes a saved password in the form of an account. */
export async function typePassword(frame: FrameLocator, password: string): Promise<void> {
  const change = frame.getByRole('button', { name: 'Change', exact: true });
  if (await change.isVisible()) await change.click();
  await frame.getByLabel('Password', { exact: true }).fill(password);
}

/** Saves and waits until it is said to be saved. */
export async function save(frame: FrameLocator): Promise<void> {
  await frame.getByRole('button', { name: 'Save', exact: true }).click();
  // Beside the button: what a screen reader was told of an earlier save stays where it was.
  await frame.locator('.pm-save-state').getByText('Saved.', { exact: true }).waitFor();
}

/** Fills in the form of an account at the inbox of the local site. */
export async function typeAccount(frame: FrameLocator, site: LocalSite, account: { password: string; fromAddress: string }): Promise<void> {
  await frame.getByLabel('Server', { exact: true }).fill('localhost');
  await frame.getByLabel('Security').selectOption('STARTTLS');
  await frame.getByLabel('Port').fill(String(site.smtpPort));
  await frame.getByLabel('User', { exact: true }).fill(INBOX_LOGIN.user);
  await typePassword(frame, account.password);
  await frame.getByLabel('Sender address').fill(account.fromAddress);
}
