/** Makes the pictures of README.md from the local site: `npm run screenshots`, after a build. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { startLocalSite } from '#local/site';
import { mailInInbox, openBrowser, pictureWidths } from '#test/e2e/browser';
import { openDialog, openPage, openPreview, pick, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { openSiteSettings } from '#test/e2e/settings-pages';

const FOLDER = '.docs';
/** The demo's page with pictures, tables and panels. */
const PAGE = '120002';

/** A picture of the window in 256 colours, which is enough for an interface and a third of the size. */
async function shoot(page: Page, name: string): Promise<void> {
  const png = await sharp(await page.screenshot({ animations: 'disabled' }))
    .png({ palette: true, colours: 256, effort: 10 })
    .toBuffer();
  writeFileSync(join(FOLDER, `${name}.png`), png);
  console.log(`${FOLDER}/${name}.png ${Math.round(png.length / 1024)} KB`);
}

mkdirSync(FOLDER, { recursive: true });
const site = await startLocalSite({ port: 0, inboxPort: 0 });
const browser = await openBrowser();
try {
  await using sender = await browser.visit(site.url, 'hana', { width: 1280, height: 860 });
  const { page } = sender;
  await openPage(page, site, PAGE);
  await page.getByRole('button', { name: 'More actions' }).click();
  await shoot(page, 'page');
  await page.keyboard.press('Escape');

  const dialog = await openDialog(page);
  await pick(dialog, 'To', 'Tom', /Tomás Rivera/);
  await pick(dialog, 'To', 'works', /workshop/);
  await typeAddress(dialog, 'To', 'Ada Lindgren <ada@customer.example>');
  await dialog.getByRole('textbox', { name: 'Note' }).fill('Dear all, this is the version we build. The drawing set is attached.');
  await dialog.getByRole('checkbox', { name: /drawing set\.pdf/ }).check();
  const frame = await openPreview(dialog);
  await frame.contentFrame().getByText('Dear all').last().waitFor();
  await pictureWidths(frame.contentFrame());
  await dialog.getByRole('textbox', { name: 'Subject' }).focus();
  await shoot(page, 'dialog');
  await send(dialog);
  await waitForHeading(dialog, /^The mail was sent/);
  await shoot(page, 'result');

  await page.goto(site.inboxUrl);
  await mailInInbox(page).getByText('Dear all').last().waitFor();
  await pictureWidths(mailInInbox(page));
  await shoot(page, 'inbox');

  await using administrator = await browser.visit(site.url, 'mira', { width: 1280, height: 860 });
  const settings = await openSiteSettings(administrator.page, site);
  await settings.getByRole('button', { name: 'Test connection' }).click();
  const works = settings.getByText('The connection works.').first();
  await works.waitFor();
  await works.scrollIntoViewIfNeeded();
  await shoot(administrator.page, 'settings');
} finally {
  await browser[Symbol.asyncDispose]();
  await site.close();
}
