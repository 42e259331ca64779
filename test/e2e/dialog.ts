/** The send dialog, by what a person sees: labels, names and sentences. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { LocalSite } from '#local/site';
import { frameIn } from '#test/e2e/browser';

/** Words of the interface that tests look for. */
export const WORDS = {
  en: { more: 'More actions', action: 'Send as mail', to: 'To', subject: 'Subject', preview: 'Preview', send: 'Send' },
  de: { more: 'Weitere Aktionen', action: 'Als Mail senden', to: 'An', subject: 'Betreff', preview: 'Vorschau', send: 'Senden' },
} as const;

/** Goes to a page by its address; people arrive there by links as well. */
export async function openPage(page: Page, site: LocalSite, contentId: string): Promise<void> {
  const content = site.directory.site.contents.find(({ id }) => id === contentId);
  const space = site.directory.site.spaces.find(({ id }) => id === content?.spaceId);
  await page.goto(`${site.url}/wiki/spaces/${space?.key}/pages/${contentId}`);
}

/** ••• → Send as mail; resolves when the form can be filled in. */
export async function openDialog(page: Page, language: 'en' | 'de' = 'en'): Promise<FrameLocator> {
  const words = WORDS[language];
  await page.getByRole('button', { name: words.more }).click();
  await page.getByRole('menuitem', { name: words.action }).click();
  const dialog = frameIn(page);
  await dialog.getByRole('button', { name: words.send, exact: true }).and(dialog.locator(':enabled')).waitFor();
  return dialog;
}

/** The same where the person or the page may not: resolves when it says so under this heading. */
export async function openRefused(page: Page, heading: string): Promise<FrameLocator> {
  await page.getByRole('button', { name: WORDS.en.more }).click();
  await page.getByRole('menuitem', { name: WORDS.en.action }).click();
  const dialog = frameIn(page);
  await waitForHeading(dialog, heading);
  return dialog;
}

export const field = (dialog: FrameLocator, name: string): Locator => dialog.getByRole('combobox', { name, exact: true });

/** Types part of a name and takes the person or group that is offered. */
export async function pick(dialog: FrameLocator, name: string, typed: string, offered: string | RegExp): Promise<void> {
  await field(dialog, name).fill(typed);
  await dialog.getByRole('option', { name: offered }).click();
}

/** Types an address and confirms it with Enter. */
export async function typeAddress(dialog: FrameLocator, name: string, address: string): Promise<void> {
  await field(dialog, name).fill(address);
  await field(dialog, name).press('Enter');
}

/** Recipients chosen in a field, as their chips say. */
export const chosen = async (dialog: FrameLocator, name: string): Promise<string[]> =>
  (
    await dialog
      .getByRole('list', { name: `${name}: chosen recipients` })
      .getByRole('listitem')
      .allInnerTexts()
  ).map((text) => text.trim());

export const send = (dialog: FrameLocator): Promise<void> => dialog.getByRole('button', { name: 'Send', exact: true }).click();

/** Opens the preview and gives the frame with the mail once all its pictures are in. */
export async function openPreview(dialog: FrameLocator): Promise<Locator> {
  await dialog.getByRole('button', { name: 'Preview', exact: true }).click();
  const frame = dialog.locator('iframe[title="The mail as it will arrive"]');
  await frame.waitFor();
  return frame;
}

/** One line of the result by recipient. */
export const resultOf = (dialog: FrameLocator, name: string): Locator =>
  dialog
    .locator('section', { has: dialog.getByRole('heading', { name: 'Result for each recipient' }) })
    .getByRole('listitem')
    .filter({ hasText: name });

/** Waits until the result of this recipient is shown as this state. */
export const waitForResult = (dialog: FrameLocator, name: string, state: 'Sent' | 'Not sent' | 'Later'): Promise<void> =>
  resultOf(dialog, name).getByText(state, { exact: true }).waitFor();

export const waitForHeading = (dialog: FrameLocator, name: string | RegExp): Promise<void> =>
  dialog.getByRole('heading', { name }).waitFor();
