/** A browser and a local site for tests that click as a person would. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import PostalMime, { type Email } from 'postal-mime';
import type { StoredMessage } from '#local/model';
import { type LocalSite, type LocalSiteOptions, startLocalSite } from '#local/site';

const CHROMIUM = '/usr/bin/chromium';
const BUILT = ['dist/app/index.cjs', 'static/dist/send.html'];
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a thing that has to appear may take, in ms; machines are noisy. */
const APPEARS_WITHIN_MS = 30_000;

/** Why there can be no browser test here, or false: fits node:test's `skip`. */
export function browserMissing(): string | false {
  if (!existsSync(CHROMIUM)) return `${CHROMIUM} is not installed`;
  const missing = BUILT.find((path) => !existsSync(path));
  return missing === undefined ? false : `${missing} has not been built: run npm run build`;
}

/** A person at a browser of their own. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
}

export interface VisitOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

export interface Stage extends AsyncDisposable {
  readonly site: LocalSite;
  /** Opens the site in a fresh browser profile with this person signed in. */
  visit(username: string, options?: VisitOptions): Promise<Visitor>;
  /** What the inbox has, oldest first, once there are `count` mails and nothing more is under way. */
  mails(count: number): Promise<StoredMessage[]>;
}

/** One browser and one site for a file of tests. `queue.delayFactor` makes pauses between attempts short. */
export async function openStage(options: Partial<LocalSiteOptions> = {}): Promise<Stage> {
  const site = await startLocalSite({ port: 0, inboxPort: 0, queue: { delayFactor: 0.001 }, ...options });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS }).catch(async (cause) => {
    await site.close();
    throw cause;
  });
  return {
    site,
    visit: (username, wishes) => visit(browser, site, username, wishes),
    mails: (count) => mailsOf(site, count),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await site.close();
    },
  };
}

async function visit(browser: Browser, site: LocalSite, username: string, options: VisitOptions = {}): Promise<Visitor> {
  const { colorScheme = 'light', width = 1280, height = 900 } = options;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  context.setDefaultTimeout(APPEARS_WITHIN_MS);
  // Pages may show pictures of other websites; tests speak to this machine alone.
  await context.route(
    ({ hostname }) => hostname !== 'localhost' && hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  const page = await context.newPage();
  const crashes: Error[] = [];
  page.on('pageerror', (error) => crashes.push(error));
  await context.request.post(`${site.url}/_shell/sign-in`, { form: { username, back: '/' } });
  await page.goto(site.url);
  return {
    page,
    context,
    async [Symbol.asyncDispose]() {
      await context.close();
      assert.deepEqual(
        crashes.map(({ message }) => message),
        [],
        'no script of a page crashed',
      );
    },
  };
}

/** Switches to this person by the menu at the top right. */
export async function signIn(page: Page, site: LocalSite, username: string): Promise<void> {
  const person = site.directory.userByName(username);
  assert.ok(person, `the demo has ${username}`);
  const switcher = page.getByRole('banner').getByRole('button', { name: /^(Signed in as|Angemeldet als)/ });
  await switcher.click();
  await page
    .getByRole('menuitemradio', { name: person.name })
    .or(page.getByRole('menuitem', { name: person.name }))
    .click();
  await page
    .getByRole('banner')
    .getByRole('button', { name: `${person.name}` })
    .waitFor();
}

async function mailsOf(site: LocalSite, count: number): Promise<StoredMessage[]> {
  await eventually(`${count} mails in the inbox`, () => site.inbox.list().length >= count);
  await site.host.queue.idle();
  const all = site.inbox.list().toReversed();
  assert.equal(all.length, count, `${count} mails and no more: ${all.map(({ subject }) => subject).join(', ')}`);
  return all.map(({ id }) => site.inbox.get(id) as StoredMessage);
}

/** Waits for a condition that no event announces. */
export async function eventually(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + APPEARS_WITHIN_MS; Date.now() < end; ) {
    if (await probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited in vain for ${what}`);
}

export const parseMail = (message: StoredMessage): Promise<Email> => PostalMime.parse(message.raw, { attachmentEncoding: 'arraybuffer' });

/** Bytes of an attachment of the demo. */
export async function fileBytes(site: LocalSite, attachmentId: string): Promise<Buffer> {
  const file = site.directory.site.attachments.find(({ id }) => id === attachmentId);
  assert.ok(file, `the site has the attachment ${attachmentId}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Whether this element is what the keyboard talks to, across frames. */
export const hasFocus = (element: Locator): Promise<boolean> => element.evaluate((node) => node === node.ownerDocument.activeElement);

/** The app's frame in the dialog that is open. */
export const frameIn = (page: Page): FrameLocator => page.getByRole('dialog').locator('iframe').contentFrame();
