/**
 * Pictures of mails as Thunderbird shows them: node test/bench/thunderbird.ts <folder> [page.html …]. Without pages: our fixtures.
 * Needs Debian's thunderbird, xvfb, xdotool and imagemagick. The profile is a new one that reaches no network and goes away afterwards.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readArguments } from '#local/render/arguments';
import { renderFile, writeMail } from '#local/render/mail';

const WIDTH_PX = 1000;
const HEIGHT_PX = 1400;
const DISPLAY = ':98';
const OPENED_WITHIN_MS = 60_000;
/** What Thunderbird takes to lay a mail out once its window is there. */
const SETTLE_MS = 3_000;

/** No account wizard, no start page, nothing asked of a server: every request goes to a port where nobody listens. */
const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  'mail.provider.suppress_dialog_on_startup': true,
  'mail.spotlight.firstRunDone': true,
  'mail.shell.checkDefaultClient': false,
  'mail.inappnotifications.enabled': false,
  'mailnews.start_page.enabled': false,
  'mailnews.start_page_override.mstone': 'ignore',
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
};

const env = { ...process.env, DISPLAY };
const output = (command: string, ...args: string[]): string => spawnSync(command, args, { env, encoding: 'utf8' }).stdout?.trim() ?? '';

/** The window with the mail; Thunderbird's main window has another title. */
async function mailWindow(): Promise<string> {
  for (const end = Date.now() + OPENED_WITHIN_MS; Date.now() < end; await sleep(250)) {
    const windows = output('xdotool', 'search', '--onlyvisible', '--name', 'Mozilla Thunderbird').split('\n').filter(Boolean);
    const found = windows.find((id) => !output('xdotool', 'getwindowname', id).startsWith('Home'));
    if (found) return found;
  }
  throw new Error('Thunderbird opened no mail');
}

async function end(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await closed;
}

async function photograph(mail: string, picture: string, profile: string): Promise<void> {
  const options = { env: { ...env, HOME: profile }, stdio: 'ignore' } as const;
  const thunderbird = spawn('thunderbird', ['-no-remote', '-profile', profile, mail], options);
  try {
    const id = await mailWindow();
    output('xdotool', 'windowsize', id, String(WIDTH_PX), String(HEIGHT_PX), 'windowmove', id, '0', '0', 'windowraise', id);
    await sleep(SETTLE_MS);
    output('import', '-window', 'root', picture);
  } finally {
    await end(thunderbird);
  }
}

const [, , folder = 'dist/screenshots', ...given] = process.argv;
const pages = given.length > 0 ? given : globSync('test/fixtures/pages/*.html').filter((path) => !path.endsWith('.mail.html'));
mkdirSync(folder, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), 'pagemail-thunderbird-'));
const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
writeFileSync(join(profile, 'user.js'), lines.join('\n'));
const screen = spawn('Xvfb', [DISPLAY, '-screen', '0', `${WIDTH_PX}x${HEIGHT_PX}x24`, '-nolisten', 'tcp'], { stdio: 'ignore' });
try {
  for (const path of pages) {
    const mail = join(profile, 'mail.eml');
    const wishes = readArguments([path, '-o', mail, '--note', 'Have a look at this.']);
    if (wishes === 'help') continue;
    await writeMail(renderFile(wishes), wishes, mail);
    await photograph(mail, join(folder, `${basename(path, '.html')}-thunderbird.png`), profile);
  }
} finally {
  await end(screen);
  rmSync(profile, { recursive: true, force: true });
}
console.log(`Pictures of ${pages.length} mails are in ${folder}`);
