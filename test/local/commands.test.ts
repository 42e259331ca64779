import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import sharp from 'sharp';
import { MAX_MESSAGE_BYTES } from '#contract/limits';
import { defaultBundle } from '#local/forge/host';

const skip = existsSync(defaultBundle('.')) ? false : 'the app is not built: npm run build';

function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-run-'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

interface Run {
  readonly child: ChildProcess;
  output(): string;
  readonly exit: Promise<number | null>;
}

function run(script: string, args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output, exit: new Promise((resolve) => child.on('close', resolve)) };
}

/** Starts the site and waits for its address. */
async function startSite(env: Record<string, string>): Promise<Run & { url: string; inboxUrl: string }> {
  const site = run('src/local/main.ts', [], { PAGEMAIL_PORT: '0', PAGEMAIL_INBOX_PORT: '0', ...env });
  const find = (label: string) => new RegExp(`${label}:\\s+(http\\S+)`).exec(site.output())?.[1];
  while (!find('Inbox')) {
    const ended = await Promise.race([
      site.exit.then((code) => ({ code })),
      new Promise<undefined>((resolve) => site.child.stdout?.once('data', () => resolve(undefined))),
    ]);
    if (ended) throw new Error(`The site ended with ${ended.code}: ${site.output()}`);
  }
  return { ...site, url: find('Pagemail is ready') ?? '', inboxUrl: find('Inbox') ?? '' };
}

describe('npm start', { skip }, () => {
  test('it prints its address once everything answers, with the pages of a folder, and ends cleanly on Ctrl-C', async () => {
    using pages = temporary();
    writeFileSync(join(pages.folder, 'log.html'), '<h1>Harbour log</h1><p>calm</p>');
    const site = await startSite({ PAGEMAIL_PAGES: pages.folder });
    assert.equal((await fetch(`${site.inboxUrl}/api/messages`)).status, 200);
    assert.equal((await fetch(site.url)).status, 200);
    const headers = { authorization: `Basic ${btoa('mira:x')}` };
    const response = await fetch(`${site.url}/wiki/api/v2/pages?title=Harbour+log&limit=5`, { headers });
    const { results } = (await response.json()) as { results: { title: string }[] };
    assert.deepEqual(
      results.map(({ title }) => title),
      ['Harbour log'],
    );
    site.child.kill('SIGINT');
    site.child.kill('SIGINT');
    assert.equal(await site.exit, 0);
  });

  test('a port that is taken, no port at all or a folder that is missing is named with its variable', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    using damaged = temporary();
    writeFileSync(join(damaged.folder, 'site.json'), '{"seeded');
    const refused = async (env: Record<string, string>, message: RegExp): Promise<void> => {
      const site = run('src/local/main.ts', [], { PAGEMAIL_PORT: '0', PAGEMAIL_INBOX_PORT: '0', ...env });
      assert.equal(await site.exit, 1);
      assert.match(site.output(), message);
    };
    await Promise.all([
      refused({ PAGEMAIL_PORT: port }, new RegExp(`Port ${port} is taken.*PAGEMAIL_PORT`)),
      refused({ PAGEMAIL_INBOX_PORT: port }, new RegExp(`Port ${port} is taken.*PAGEMAIL_INBOX_PORT`)),
      refused({ PAGEMAIL_PORT: 'eighty' }, /PAGEMAIL_PORT must be a port/),
      refused({ PAGEMAIL_PAGES: 'no-such-folder' }, /PAGEMAIL_PAGES: no-such-folder is not there/),
      refused({ PAGEMAIL_PAGES: 'package.json' }, /PAGEMAIL_PAGES: package.json is no folder/),
      refused({ PAGEMAIL_DATA: 'package.json' }, /PAGEMAIL_DATA: package.json is no folder/),
      refused({ PAGEMAIL_DATA: damaged.folder }, /site\.json cannot be read/),
    ]);
    other.close();
  });

  test('with a data folder, settings outlive a restart; the folder is its owner’s alone', async () => {
    using data = temporary();
    const headers = { authorization: `Basic ${btoa('mira:x')}` };
    const settings = async (url: string, functionKey: string, payload: unknown) => {
      const body = JSON.stringify({ module: 'site-settings', functionKey, payload });
      const response = await fetch(`${url}/_local/invoke`, { method: 'POST', headers, body });
      return (
        (await response.json()) as { value: { settings: { revision: number; enabled: boolean; presentation: unknown; account: unknown } } }
      ).value;
    };
    const first = await startSite({ PAGEMAIL_DATA: data.folder });
    const { revision, presentation, account } = (await settings(first.url, 'site-settings/get', {})).settings;
    await settings(first.url, 'site-settings/save', { revision, enabled: false, presentation, account });
    first.child.kill('SIGTERM');
    await first.exit;
    if (process.platform !== 'win32') assert.equal(statSync(join(data.folder, 'storage.json')).mode & 0o077, 0);
    const second = await startSite({ PAGEMAIL_DATA: data.folder });
    assert.equal((await settings(second.url, 'site-settings/get', {})).settings.enabled, false);
    second.child.kill('SIGTERM');
    await second.exit;
  });
});

describe('npm run render', () => {
  const render = async (...args: string[]) => {
    const child = run('src/local/render.ts', args);
    return { code: await child.exit, output: child.output() };
  };

  test('a page becomes a mail with its pictures inline and its links absolute', async () => {
    using work = temporary();
    const picture = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#0c66e4' } })
      .png()
      .toBuffer();
    writeFileSync(join(work.folder, 'map one.png'), picture);
    const html =
      '<h1>Harbour</h1><p><img src="/x/map%20one.png?v=1"><img data-linked-resource-default-alias="map one.png" src="blob:1"></p><a href="../tide">tide</a>';
    writeFileSync(join(work.folder, 'page.html'), html);
    const out = join(work.folder, 'mail.eml');
    const base = 'https://quay.example/wiki/pages/1';
    const { code } = await render(
      join(work.folder, 'page.html'),
      '-o',
      out,
      '--attachments',
      work.folder,
      '--base',
      base,
      '--note',
      'See below',
    );
    assert.equal(code, 0);
    const parsed = await PostalMime.parse(readFileSync(out), { attachmentEncoding: 'arraybuffer' });
    assert.equal(parsed.subject, 'Harbour');
    assert.equal(parsed.attachments.length, 1);
    assert.deepEqual(Buffer.from(parsed.attachments[0]?.content as ArrayBuffer), picture);
    const cid = parsed.attachments[0]?.contentId?.slice(1, -1) ?? '';
    assert.equal(parsed.html?.split(`cid:${cid}`).length, 3);
    assert.match(parsed.html ?? '', /href="https:\/\/quay\.example\/wiki\/tide"/);
    assert.match(parsed.text ?? '', /See below/);
  });

  test('page and mail are shown side by side until Ctrl-C, as they are in the file at that moment', async () => {
    using work = temporary();
    const file = join(work.folder, 'page.html');
    writeFileSync(join(work.folder, 'map.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(file, '<h1>Harbour</h1><p><img src="/x/map.svg"></p><div class="ap-container" id="ap-x__gantt-chart"></div>');
    const shown = run('src/local/render.ts', [file, '--open', '--attachments', work.folder], { BROWSER: 'none' });
    const address = () => /http:\S+/.exec(shown.output())?.[0];
    while (!address()) await new Promise((resolve) => shown.child.stdout?.once('data', resolve));
    const get = async (path: string) => await fetch(`${address()}${path}`);
    const text = async (path: string) => await (await get(path)).text();
    assert.match(await text('/'), /Macro not shown, .*: Gantt chart/);
    const page = await get('/page/');
    assert.match(page.headers.get('content-security-policy') ?? '', /sandbox.*default-src 'none'/);
    assert.match(await page.text(), /<img src="\/picture\/map\.svg">/);
    assert.match(await text('/mail'), /src="\/picture\/map\.svg"/);
    assert.match(await text('/mail?dark'), /@media all\{/);
    assert.equal((await get('/picture/map.svg')).headers.get('content-type'), 'image/svg+xml');
    assert.equal((await get('/picture/..%2Fpage.html')).status, 404);
    const styles = await get('/page.css');
    assert.equal(styles.status, 200);
    assert.match(await styles.text(), /--.+\.wiki-content/s);
    writeFileSync(file, '<h1>Quay</h1>');
    assert.match(await text('/mail.txt'), /^Quay\n/);
    rmSync(file);
    const gone = await get('/');
    assert.equal(gone.status, 500);
    assert.equal(await gone.text(), `The page: ${file} is not there.`);
    shown.child.kill('SIGINT');
    assert.equal(await shown.exit, 0);
  });

  test('files that cannot be read or written are named with the reason, not with a code of the system', async () => {
    using work = temporary();
    const page = join(work.folder, 'page.html');
    writeFileSync(page, '<h1>Harbour</h1>');
    const out = join(work.folder, 'mail.eml');
    const refused = async (message: string, ...args: string[]): Promise<void> => {
      const { code, output } = await render(...args);
      assert.equal(output.trim(), message);
      assert.equal(code, 1);
    };
    await refused(`The page: ${work.folder} is a folder, not a file.`, work.folder, '-o', out);
    await refused('The page: no-such-page.html is not there.', 'no-such-page.html', '--open');
    await refused(`--output: ${work.folder} is a folder, not a file.`, page, '-o', work.folder);
    await refused(`--output: ${work.folder}/none is not there.`, page, '-o', join(work.folder, 'none', 'mail.eml'));
    await refused(`--attachments: ${work.folder}/none is not there.`, page, '-o', out, '--attachments', join(work.folder, 'none'));
    await refused(`--attachments: ${page} is no folder.`, page, '-o', out, '--attachments', page);
    assert.equal((await render(page, '-o', page)).code, 2);
    assert.equal(readFileSync(page, 'utf8'), '<h1>Harbour</h1>');
  });

  test('a picture that is not in the folder is named', async () => {
    using work = temporary();
    const page = join(work.folder, 'page.html');
    writeFileSync(page, '<p><img data-linked-resource-default-alias="map.png" src="/wiki/download/attachments/1/map.png"></p>');
    const { code, output } = await render(page, '-o', join(work.folder, 'mail.eml'), '--attachments', work.folder);
    assert.match(output, /A picture is not in the mail.*: map\.png\./);
    assert.equal(code, 0);
  });

  test('a mail larger than the app sends is told and fails the command', async () => {
    using work = temporary();
    const page = join(work.folder, 'page.html');
    const paragraph = `<p>${'harbour '.repeat(1000)}</p>`;
    writeFileSync(page, paragraph.repeat(Math.ceil(MAX_MESSAGE_BYTES / 2 / paragraph.length)));
    const { code, output } = await render(page, '-o', join(work.folder, 'mail.eml'));
    assert.match(output, /The mail has \d+\.\d MB\. The app sends at most 25\.0 MB and would refuse it\./);
    assert.equal(code, 1);
  });

  test('its options are listed', async () => {
    const { code, output } = await render('--help');
    assert.equal(code, 0);
    assert.match(output, /Usage: npm run render[\s\S]*--open/);
  });

  test('what is missing on the command line is explained', async () => {
    const { code, output } = await render('page.html');
    assert.equal(code, 2);
    assert.match(output, /Usage: npm run render/);
    assert.equal((await render('--wrong')).code, 2);
    assert.equal((await render('no-such-page.html', '-o', 'never.eml')).code, 1);
  });
});
