/**
 * Pictures of mails, to be looked at: node test/bench/screenshots.ts <folder> [page.html …]
 * In Chromium as on a desktop and on a phone, in light and dark; where LibreOffice is installed also by its HTML import, which is the
 * nearest to Word's engine that runs here. Without pages: our fixtures.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { renderPage } from '#mail/render/index';
import { openBrowser, quietPage, withPictures } from '#test/bench/fidelity/browser';
import { inputFor } from '#test/mail/render/support';

const LIBREOFFICE = '/usr/bin/soffice';
const VIEWS = [
  { name: 'desktop', width: 860, dark: false },
  { name: 'desktop-dark', width: 860, dark: true },
  { name: 'phone', width: 375, dark: false },
] as const;

const [, , folder = 'dist/screenshots', ...given] = process.argv;
const pages = given.length > 0 ? given : globSync('test/fixtures/pages/*.html').filter((path) => !path.endsWith('.mail.html'));
mkdirSync(folder, { recursive: true });

const browser = await openBrowser();
for (const path of pages) {
  const name = basename(path, '.html');
  const html = withPictures(renderPage(inputFor(readFileSync(path, 'utf8'))).html);
  for (const view of VIEWS) {
    const page = await quietPage(browser, view);
    await page.setContent(html);
    await page.screenshot({ path: join(folder, `${name}-${view.name}.png`), fullPage: true });
    await page.close();
  }
  if (!existsSync(LIBREOFFICE)) continue;
  const mail = join(folder, `${name}.mail.html`);
  writeFileSync(mail, html);
  spawnSync(LIBREOFFICE, ['--headless', '--convert-to', 'pdf:writer_web_pdf_Export', '--outdir', folder, mail], { stdio: 'ignore' });
  spawnSync('pdftoppm', ['-r', '70', '-png', join(folder, `${name}.mail.pdf`), join(folder, `${name}-libreoffice`)], { stdio: 'ignore' });
}
await browser.close();
console.log(`Pictures of ${pages.length} mails are in ${folder}`);
