/** What tests of the shell share: the demo site behind a plain host, a page in place of the app's, and a browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import type { Browser, Frame, Page } from 'playwright-core';
import { createDirectory, fillSiteUrl } from '#local/confluence/directory';
import { demoSite } from '#local/demo/index';
import { type Listening, listen } from '#local/listen';
import type { DemoSite, ShellHost, ShellModule } from '#local/model';
import { bridgeScript } from '#local/shell/assets';
import shellRoutes from '#local/shell/routes';
import { createSessions, frameOrigin, shellOrigin } from '#local/web/session';
import { chromiumMissing, launchChromium } from '#test/support/chromium';

/** Fits node:test's `skip`. */
export { chromiumMissing as browserMissing, launchChromium as openBrowser };

const APP = {
  id: 'ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000001',
  environmentId: 'env-1',
  name: 'Pagemail',
  version: '1.2.3',
};

export const MODULES: readonly ShellModule[] = [
  {
    key: 'send-page',
    kind: 'confluence:contentAction',
    title: 'Send as mail',
    viewportSize: 'xlarge',
    useAsConfig: false,
    entryPath: '/_forge/resource/main/page.html',
  },
  {
    key: 'space-settings',
    kind: 'confluence:spaceSettings',
    title: 'Mail',
    route: 'mail',
    viewportSize: 'medium',
    useAsConfig: false,
    entryPath: '/_forge/resource/main/page.html',
  },
  {
    key: 'site-settings',
    kind: 'confluence:globalSettings',
    title: 'Pagemail',
    viewportSize: 'medium',
    useAsConfig: true,
    entryPath: '/_forge/resource/main/page.html',
  },
];

/** A host as the shell needs it, without Forge behind it. */
export function plainHost(site: DemoSite = demoSite, modules: readonly ShellModule[] = MODULES): ShellHost {
  const directory = createDirectory(site);
  const sessions = createSessions(directory);
  return {
    site,
    shellOrigin,
    frameOrigin,
    currentUser: sessions.currentUser,
    signIn: sessions.signIn,
    canViewSpace: directory.canViewSpace,
    canView: directory.canView,
    isSpaceAdmin: directory.isSpaceAdmin,
    isSiteAdmin: directory.isSiteAdmin,
    modules: (kind) => modules.filter((module) => module.kind === kind),
    body: (content, request) => fillSiteUrl(content.body, `${shellOrigin(request)}/wiki`),
    app: APP,
    remotes: () => [{ key: 'relay', name: 'Mail relay', description: 'Hands mail on', endpoint: 'https://relay.example.org' }],
    inboxUrl: 'http://localhost:8025',
  };
}

/** Asks the shell without a port, as the person of that name. */
export function ask(host: ShellHost, path: string, username = 'mira', init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('host', 'localhost:8080');
  headers.set('cookie', `pagemail.user=${username}`);
  return Promise.resolve(shellRoutes(host).request(`http://localhost:8080${path}`, { ...init, headers }));
}

const APP_PAGE =
  '<!doctype html><html lang="en"><head><title>app</title><script src="/_forge/bridge.js"></script></head><body><h2>App</h2><button>Inside</button></body></html>';

/** What the browser's script asked of the host, by path. */
export interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown>;
}
export interface Stage extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
  /** Answers to `/_forge/<path>`. */
  readonly answers: Record<string, (body: Record<string, unknown>) => Response>;
  readonly browser: Browser;
  open(path: string, username?: string, theme?: 'light' | 'dark'): Promise<Page>;
}

/** The shell over HTTP with answers in place of the platform's, and a browser. */
export async function openStage(host: ShellHost = plainHost()): Promise<Stage> {
  const asked: Asked[] = [];
  const answers: Stage['answers'] = {
    context: () =>
      Response.json({ accountId: 'a', cloudId: 'c', localId: 'l', locale: 'en-US', moduleKey: 'send-page', extension: { type: 'x' } }),
    invoke: ({ functionKey, payload }) => Response.json({ result: { functionKey, payload } }),
    product: () =>
      Response.json({ body: btoa('bytes'), headers: { 'content-type': 'image/png' }, status: 200, statusText: 'OK', isAttachment: true }),
    'remote/get': () => Response.json({ results: [{ key: 'relay', configured: { endpoint: 'https://relay.example.org' } }] }),
    'remote/set': () => Response.json({ results: [] }),
  };
  const app = new Hono();
  app.get('/_forge/bridge.js', async (c) => c.body(await bridgeScript(), 200, { 'content-type': 'text/javascript' }));
  app.get('/_forge/resource/*', (c) => c.html(APP_PAGE));
  app.post('/_forge/:path{.+}', async (c) => {
    const body: Record<string, unknown> = await c.req.json();
    asked.push({ path: c.req.param('path'), body });
    assert.equal(c.req.header('x-pagemail-bridge'), '1');
    return answers[c.req.param('path')]?.(body) ?? c.notFound();
  });
  app.route('/', shellRoutes(host));
  const server: Listening = await listen(0, 'PORT');
  server.serve((request) => app.fetch(request));
  const url = `http://localhost:${server.port}`;
  const browser = await launchChromium();
  return {
    url,
    asked,
    answers,
    browser,
    async open(path, username = 'mira', theme = 'light') {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', bypassCSP: false });
      await context.route(
        ({ hostname }) => hostname !== 'localhost' && hostname !== '127.0.0.1',
        (route) => route.abort(),
      );
      await context.addCookies([
        { name: 'pagemail.user', value: username, url },
        { name: 'pagemail_theme', value: theme, url },
      ]);
      const page = await context.newPage();
      await page.goto(url + path);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.close();
    },
  };
}

/** Opens the app's dialog on a page and gives its frame. */
export async function openDialog(page: Page): Promise<Frame> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Send as mail' }).click();
  return appFrame(page);
}

/** The frame of the app once its bridge is there. */
export async function appFrame(page: Page, index = 0): Promise<Frame> {
  const handle = await page.locator('iframe.app-frame').nth(index).elementHandle();
  const frame = await handle?.contentFrame();
  assert.ok(frame, 'the app has a frame');
  await frame.waitForFunction(() => '__bridge' in globalThis);
  return frame;
}

/** Calls a command of the bridge in the app's frame; a refusal comes back as its message. */
export const call = (frame: Frame, command: string, payload?: unknown): Promise<unknown> =>
  frame.evaluate(
    async ([name, value]) => {
      const { callBridge } = (globalThis as unknown as { __bridge: { callBridge(command: string, payload?: unknown): Promise<unknown> } })
        .__bridge;
      return await callBridge(name as string, value).catch((error: Error) => ({ refused: error.message }));
    },
    [command, payload] as const,
  );

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Serious and critical findings of axe on the page as it is, one line each. Frames are looked at by their own tests. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's policy forbids scripts of others: the browser's protocol may run them all the same.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(root: Document, options: object): Promise<{ violations: { impact: string; id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run(document, { iframes: false });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}
