import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FrameLocator, Page } from 'playwright-core';
import sharp from 'sharp';
import { browserMissing, eventually, mailInInbox, openBrowser, pictureWidths, type TestBrowser } from '#test/e2e/browser';
import { openDialog, openPreview, pick, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { parseMail } from '#test/e2e/stage';

/** Real pages where the machine has some beside the project; they belong to others and are not part of it. */
const REAL_PAGES = join('..', 'shared', 'pages');
const REAL_PAGE = { file: 'cloud-457572369.html', image: 'Tire_damagedStates.drawio.png' };

const OWN_PAGE = `<h1 id="Tides">Tide tables for the week</h1>
<p>High water at the <strong>east pier</strong>, see <a href="/wiki/spaces/INST/overview">the workshop</a>.</p>
<p><span class="confluence-embedded-file-wrapper"><img class="confluence-embedded-image" width="320"
  src="attachments/1/chart.png?width=320" data-linked-resource-default-alias="chart.png"></span></p>
<table class="confluenceTable"><tbody><tr><th>Day</th><th>Height</th></tr><tr><td>Monday</td><td>3.1 m</td></tr></tbody></table>`;

/** `npm start` as its own process, on free ports. */
interface Started {
  readonly url: string;
  readonly inboxUrl: string;
  readonly process: ChildProcess;
}

async function start(pagesFolder: string): Promise<Started> {
  const env = { ...process.env, PAGEMAIL_PORT: '0', PAGEMAIL_INBOX_PORT: '0', PAGEMAIL_PAGES: pagesFolder };
  const child = spawn(process.execPath, ['src/local/main.ts'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  const address = (label: RegExp): string => label.exec(printed)?.[1] ?? '';
  await eventually('the line that it is ready', () => {
    assert.equal(child.exitCode, null, `it ended early: ${printed}`);
    return /Pagemail is ready: \S+[\s\S]*Ctrl-C/.test(printed);
  });
  return { url: address(/Pagemail is ready: (\S+)/), inboxUrl: address(/Inbox: +(\S+)/), process: child };
}

const picture = (color: string): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 400, channels: 3, background: color } })
    .png()
    .toBuffer();

interface Summary {
  readonly id: string;
  readonly envelope: { readonly to: string[] };
  readonly subject: string;
}

describe('pages from a folder, on a site started like a person starts it', { skip: browserMissing() }, () => {
  let folder: string;
  let site: Started;
  let browser: TestBrowser;
  const files = new Map<string, Buffer>();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pagemail-pages-'));
    files
      .set('chart.png', await picture('#2266aa'))
      .set('Gezeiten Übersicht.bin', Buffer.from(Array.from({ length: 70_001 }, (_, at) => (at * 31) % 256)));
    files.set(REAL_PAGE.image, await picture('#aa6622'));
    writeFileSync(join(folder, 'tides.html'), OWN_PAGE);
    attach('tides', ['chart.png', 'Gezeiten Übersicht.bin']);
    if (existsSync(REAL_PAGES)) {
      for (const name of readdirSync(REAL_PAGES).filter((each) => each.endsWith('.html')))
        copyFileSync(join(REAL_PAGES, name), join(folder, name));
      attach(basename(REAL_PAGE.file, '.html'), [REAL_PAGE.image, 'Gezeiten Übersicht.bin']);
    }
    [site, browser] = await Promise.all([start(folder), openBrowser()]);
  });
  after(async () => {
    await browser?.[Symbol.asyncDispose]();
    if (site?.process.exitCode === null) site.process.kill('SIGKILL');
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const pageFiles = (): string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.html'))
      .sort();
  /** Ids are given in the order of the names. */
  const idOf = (name: string): string => String(900_001 + pageFiles().indexOf(name));

  function attach(page: string, names: string[]): void {
    mkdirSync(join(folder, `${page}.attachments`));
    for (const name of names) writeFileSync(join(folder, `${page}.attachments`, name), files.get(name) ?? '');
  }

  /** Sends the page that is shown to two people and an address outside with both attachments, and gives the mail's bytes. */
  async function sendShownPage(page: Page, names: string[]): Promise<{ dialog: FrameLocator; raw: Uint8Array; summary: Summary }> {
    await fetch(`${site.inboxUrl}/api/messages`, { method: 'DELETE' });
    const dialog = await openDialog(page);
    await pick(dialog, 'To', 'Hana', /Hana/);
    await pick(dialog, 'To', 'Friederike', /Friederike/);
    await typeAddress(dialog, 'To', 'outside@customer.example');
    for (const name of names) await dialog.getByRole('checkbox', { name }).check();
    const frame = await openPreview(dialog);
    await frame.contentFrame().locator('img').first().waitFor();
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 3 recipients.');
    const list = (await (await fetch(`${site.inboxUrl}/api/messages`)).json()) as Summary[];
    assert.equal(list.length, 1);
    const [summary] = list;
    assert.ok(summary);
    const raw = await (await fetch(`${site.inboxUrl}/api/messages/${summary.id}.eml`)).arrayBuffer();
    return { dialog, raw: new Uint8Array(raw), summary };
  }

  async function checkMail(raw: Uint8Array, summary: Summary, names: string[]): Promise<void> {
    assert.deepEqual(
      summary.envelope.to.toSorted(),
      ['friederike.weiss@harbour.example', 'hana@harbour.example', 'outside@customer.example'],
      'the envelope names exactly those three',
    );
    const mail = await parseMail(raw);
    const attached = mail.attachments.filter(({ disposition }) => disposition === 'attachment');
    assert.deepEqual(attached.map(({ filename }) => filename).toSorted(), names.toSorted());
    for (const { filename, content } of attached) {
      assert.ok(Buffer.from(content as ArrayBuffer).equals(files.get(filename ?? '') ?? Buffer.alloc(0)), `${filename} is byte-identical`);
    }
    const cid = /src="cid:([^"]+)"/.exec(mail.html ?? '')?.[1];
    const inline = mail.attachments.find(({ contentId }) => contentId === `<${cid}>`);
    assert.equal((await sharp(Buffer.from(inline?.content as ArrayBuffer)).metadata()).format, 'png', 'its picture is one');
  }

  test('a page of the folder, with its image and two attachments, reaches two people and an address outside', async () => {
    await using visitor = await browser.visit(site.url, 'mira');
    const { page } = visitor;
    await page
      .getByRole('link', { name: /^Imported pages/ })
      .first()
      .click();
    await page.getByRole('navigation').getByRole('link', { name: 'Tide tables for the week' }).click();
    await page.getByRole('heading', { name: 'Tide tables for the week' }).first().waitFor();
    const names = ['chart.png', 'Gezeiten Übersicht.bin'];
    const { raw, summary } = await sendShownPage(page, names);
    assert.equal(summary.subject, 'Tide tables for the week');
    await checkMail(raw, summary, names);
    await page.goto(site.inboxUrl);
    assert.deepEqual(await pictureWidths(mailInInbox(page)), [640], 'the picture shows in the inbox');
  });

  test('a real page does the same', { skip: existsSync(REAL_PAGES) ? false : 'there are no real pages beside the project' }, async () => {
    await using visitor = await browser.visit(site.url, 'mira');
    const { page } = visitor;
    await page.goto(`${site.url}/wiki/spaces/IMPORT/pages/${idOf(REAL_PAGE.file)}`);
    const names = [REAL_PAGE.image, 'Gezeiten Übersicht.bin'];
    const { raw, summary } = await sendShownPage(page, names);
    await checkMail(raw, summary, names);
  });

  test('every real page opens and has a preview without a failure', {
    skip: existsSync(REAL_PAGES) ? false : 'there are no real pages beside the project',
  }, async () => {
    for (const name of pageFiles()) {
      const answer = await fetch(`${site.url}/_local/invoke`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('mira:x')}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          module: 'send-page',
          functionKey: 'send/preview',
          payload: { draft: { to: [{ kind: 'address', address: 'one@example.org' }], subject: name } },
          context: { contentId: idOf(name) },
        }),
      });
      const result = (await answer.json()) as { ok: boolean; value?: { html: string } };
      assert.ok(result.ok && (result.value?.html.length ?? 0) > 0, `${name}: ${JSON.stringify(result).slice(0, 300)}`);
    }
  });

  test('Ctrl-C ends the site cleanly', async () => {
    site.process.kill('SIGINT');
    const [code] = site.process.exitCode === null ? await once(site.process, 'exit') : [site.process.exitCode];
    assert.equal(code, 0);
  });
});
