import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { renderPage } from '#mail/render/index';
import { openBrowser, quietPage, withPictures } from '#test/bench/fidelity/browser';
import { inputFor } from '#test/mail/render/support';
import { chromiumMissing } from '#test/support/chromium';

const FOLDER = 'test/fixtures/pages';
/**
 * Writes what is rendered now as what is expected, and its picture where there is a browser: UPDATE_GOLDEN=1 npm test -- test/mail.
 * Look at the difference before it is committed.
 */
const update = process.env['UPDATE_GOLDEN'] === '1';

/** One tag or text on a line, so that a changed rendering shows as lines that differ. */
const byLine = (html: string): string =>
  html
    .replace(/(<(?:p|div|h[1-6]|table|tr|td|th|ul|ol|li|pre|blockquote|hr|style|body|meta|!--)\b)/g, '\n$1')
    .replace(/(<\/(?:table|tr|ul|ol|div|style|head)>)/g, '\n$1');

function compare(path: string, actual: string): void {
  if (update || !existsSync(path)) writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, 'utf8'), `${path} is not what is rendered`);
}

/** The mail as a desktop program shows it, its pictures grey. */
async function photograph(path: string, html: string): Promise<void> {
  const browser = await openBrowser();
  const page = await quietPage(browser, { width: 860 });
  await page.setContent(withPictures(html));
  await page.screenshot({ path, fullPage: true });
  await browser.close();
}

describe('a golden mail', () => {
  for (const path of globSync(`${FOLDER}/*.html`)
    .filter((each) => !each.endsWith('.mail.html'))
    .sort()) {
    const mail = renderPage(inputFor(readFileSync(path, 'utf8'), { note: 'Have a look at this.' }));
    const base = path.replace(/\.html$/, '');
    test(`of ${path} has the expected HTML`, () => compare(`${base}.mail.html`, byLine(mail.html)));
    test(`of ${path} has the expected text`, () => compare(`${base}.mail.txt`, mail.text));
    if (update && !chromiumMissing) test(`of ${path} has its picture taken`, () => photograph(`${base}.mail.png`, mail.html));
  }
});
