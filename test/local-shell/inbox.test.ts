import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { inboxApi } from '#local/inbox/api';
import { createInboxStore, type InboxStore } from '#local/inbox/store';
import inboxRoutes from '#local/inbox-web/routes';
import { type Listening, listen } from '#local/listen';
import { browserMissing, openBrowser, seriousFindings } from '#test/local-shell/rig';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const mail = (subject: string, html: string, to = 'Ann <ann@example.com>'): Uint8Array =>
  new TextEncoder().encode(
    [
      'From: Harbour <pages@harbour.example>',
      `To: ${to}`,
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=m',
      '',
      '--m',
      'Content-Type: multipart/related; boundary=r',
      '',
      '--r',
      'Content-Type: multipart/alternative; boundary=a',
      '',
      '--a',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Plain <words>',
      '--a',
      'Content-Type: text/html; charset=utf-8',
      '',
      html,
      '--a--',
      '--r',
      'Content-Type: image/png',
      'Content-ID: <pic@pagemail>',
      'Content-Disposition: inline; filename=pic.png',
      'Content-Transfer-Encoding: base64',
      '',
      PIXEL,
      '--r--',
      '--m',
      'Content-Type: text/csv; name="prices.csv"',
      'Content-Disposition: attachment; filename="prices.csv"',
      '',
      'item;price',
      '--m--',
      '',
    ].join('\r\n'),
  );

describe("the inbox's page", { skip: browserMissing }, () => {
  let browser: Browser;
  let server: Listening;
  let inbox: InboxStore;
  let page: Page;
  const loads: string[] = [];
  const outside = createServer((request, response) => {
    loads.push(request.url ?? '');
    response.end();
  });
  const add = (subject: string, html = '<p>Words</p>') =>
    inbox.add({ from: 'pages@harbour.example', to: ['ann@example.com', 'hidden@example.net'] }, mail(subject, html));

  before(async () => {
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    server = await listen(0, 'PORT');
    inbox = createInboxStore('http://localhost:8080');
    const app = new Hono();
    app.route('/', inboxApi(inbox));
    app.route('/', inboxRoutes(inbox));
    server.serve((request) => app.fetch(request));
    browser = await openBrowser();
  });
  beforeEach(async () => {
    await page?.context().close();
    inbox.clear();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    outside.close();
  });

  const open = () => page.goto(`http://localhost:${server.port}/`);
  const outsideUrl = () => `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;

  test('says that nothing has come yet, and shows a mail by itself when it comes', async () => {
    await open();
    await page.getByText('No mail yet').waitFor();
    await add('First');
    await page.getByRole('heading', { name: 'First' }).waitFor();
    await add('Second');
    await page.getByRole('link', { name: /Second/ }).waitFor();
    assert.equal(await page.getByRole('heading', { level: 2 }).textContent(), 'First', 'the open mail stays open');
  });

  test('shows who the envelope names and the header does not', async () => {
    await add('Blind copy');
    await open();
    await page.getByText('hidden@example.net not in the header').waitFor();
    assert.equal(await page.locator('.chip', { hasText: 'ann@example.com' }).textContent(), 'ann@example.com');
  });

  test('shows the pictures that came with the mail and loads none from elsewhere', async () => {
    loads.length = 0;
    await add(
      'Pictures',
      `<img id=in src="cid:pic@pagemail"><img src="${outsideUrl()}/track.gif"><div style="background:url(${outsideUrl()}/bg.gif)">x</div><link rel=stylesheet href="${outsideUrl()}/s.css">`,
    );
    await open();
    const frame = page.frameLocator('iframe[title="HTML part"]');
    await frame.locator('#in').waitFor();
    await page.frames()[1]?.waitForFunction(() => (document.getElementById('in') as HTMLImageElement).naturalWidth === 1);
    assert.deepEqual(loads, []);
  });

  test('runs no script of a mail', async () => {
    await add(
      'Script',
      '<p id="p">before</p><script>document.getElementById("p").textContent = "ran"; parent.document.title = "ran"</script><img src="x" onerror="parent.document.title=\'ran\'">',
    );
    await open();
    assert.equal(await page.frameLocator('iframe').locator('#p').textContent(), 'before');
    assert.equal(await page.title(), 'Inbox');
  });

  test('switches between HTML, text, headers and source by keyboard', async () => {
    await add('Parts');
    await open();
    await page.getByRole('tab', { name: 'HTML' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByLabel('Text part', { exact: true }).textContent(), 'Plain <words>\n');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('cell', { name: 'Parts' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('boundary=m').waitFor();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByRole('tab', { name: 'HTML' }).getAttribute('aria-selected'), 'true');
  });

  test('offers attachments for saving with their names and bytes', async () => {
    await add('Files');
    await open();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'prices.csv' }).click()]);
    assert.equal(download.suggestedFilename(), 'prices.csv');
  });

  test('narrows the mail to a phone and shows its dark theme', async () => {
    await add('Themes', '<style>@media (prefers-color-scheme: dark) { p { color: rgb(1, 2, 3) } }</style><p>Words</p>');
    await open();
    const colour = () =>
      page
        .frameLocator('iframe')
        .locator('p')
        .evaluate((p) => getComputedStyle(p).color);
    assert.notEqual(await colour(), 'rgb(1, 2, 3)');
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'Phone' }).click();
    assert.equal(await colour(), 'rgb(1, 2, 3)');
    assert.equal(await page.locator('iframe').evaluate((frame) => frame.clientWidth), 375);
  });

  test('deletes one mail, and all of them after asking', async () => {
    await add('One');
    await add('Two');
    await open();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('link', { name: /Two/ }).waitFor({ state: 'detached' });
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Delete all' }).click();
    await page.getByText('No mail yet').waitFor();
    assert.equal(inbox.list().length, 0);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious in the ${colorScheme} theme`, async () => {
      await add('Axe');
      await page.emulateMedia({ colorScheme });
      await open();
      for (const tab of ['HTML', 'Text', 'Headers', 'Raw']) {
        await page.getByRole('tab', { name: tab }).click();
        assert.deepEqual(await seriousFindings(page), [], tab);
      }
    });
  }
});
