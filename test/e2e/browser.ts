/** A browser for tests, and a person at it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import { chromiumMissing, launchChromium } from '#test/support/chromium';

const BUILT = ['dist/app/index.cjs', 'static/dist/send.html'];

/** How long a thing that has to appear may take, in ms; machines are noisy. */
export const APPEARS_WITHIN_MS = 30_000;

/** Why there can be no browser test here, or false: fits node:test's `skip`. */
export function browserMissing(): string | false {
  if (chromiumMissing) return chromiumMissing;
  const missing = BUILT.find((path) => !existsSync(path));
  return missing === undefined ? false : `${missing} has not been built: run npm run build`;
}

/** A person at a browser profile of their own. When it ends, no script of a page may have crashed. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
}

export interface VisitOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

export interface TestBrowser extends AsyncDisposable {
  /** Opens the site in a fresh profile with this person signed in. */
  visit(siteUrl: string, username: string, options?: VisitOptions): Promise<Visitor>;
}

/** Starts Chromium; one for each file of tests. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launchChromium();
  return {
    async visit(siteUrl, username, { colorScheme = 'light', width = 1280, height = 900 } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
      context.setDefaultTimeout(APPEARS_WITHIN_MS);
      // Pages may show pictures of other websites; tests speak to this machine alone.
      await context.route(
        ({ hostname }) => hostname !== 'localhost' && hostname !== '127.0.0.1',
        (route) => route.abort(),
      );
      const crashes: string[] = [];
      context.on('weberror', (error) => crashes.push(error.error().message));
      await context.request.post(`${siteUrl}/_shell/sign-in`, { form: { username, back: '/' } });
      const page = await context.newPage();
      await page.goto(siteUrl);
      return {
        page,
        context,
        async [Symbol.asyncDispose]() {
          await context.close();
          assert.deepEqual(crashes, [], 'no script of a page crashed');
        },
      };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Switches to this person by the menu at the top right. */
export async function switchTo(page: Page, name: string): Promise<void> {
  const banner = page.getByRole('banner');
  await banner.getByRole('button', { name: /^(Signed in as|Angemeldet als)/ }).click();
  await page.getByRole('menuitemradio', { name }).click();
  await banner.getByRole('button', { name }).waitFor();
}

/** The app's frame in the dialog that is open. */
export const frameIn = (page: Page): FrameLocator => page.getByRole('dialog').locator('iframe').contentFrame();

/** The app's frame on a settings page. */
export const settingsFrameIn = (page: Page): FrameLocator => page.getByRole('main').locator('iframe').contentFrame();

/** Waits for a condition that no event announces. */
export async function eventually(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + APPEARS_WITHIN_MS; Date.now() < end; ) {
    if (await probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Widths in px of the pictures in a frame, of which there is at least one, once all of them are loaded; 0 for one that could not be shown. */
export async function pictureWidths(frame: FrameLocator): Promise<number[]> {
  const widths = () =>
    frame
      .locator('img')
      .evaluateAll((all) => all.map((each) => ((each as HTMLImageElement).complete ? (each as HTMLImageElement).naturalWidth : -1)));
  await frame.locator('img').first().waitFor({ state: 'attached' });
  await eventually('the pictures', async () => (await widths()).every((width) => width >= 0));
  return widths();
}

/** The mail that is open in the inbox's page. */
export const mailInInbox = (page: Page): FrameLocator => page.locator('iframe[title="HTML part"]').contentFrame();
