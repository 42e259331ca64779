/** The built interface in a real browser, with the bridge answered by the test: everything below `callBridge` is stood in for. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { chromiumMissing, launchChromium } from '#test/support/chromium';

/** What the platform sends with every page of a Custom UI (forge CSP: own scripts only, styles inline by permission, images own or data). */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  'sandbox allow-downloads allow-forms allow-modals allow-pointer-lock allow-same-origin allow-scripts',
].join('; ');

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Answers one command of the bridge; a resolver call arrives as `invoke`. */
export type Bridge = (command: string, payload: unknown) => unknown;

export interface Look {
  readonly locale?: string;
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

export interface Interface {
  /** A page of the interface with its console watched: `problems` holds errors and refusals of the content security policy. */
  open(entry: 'send' | 'space' | 'site', bridge: Bridge, look?: Look): Promise<{ page: Page; problems: string[] }>;
}

interface RunningInterface extends Interface {
  /** Closes what `open` opened so far. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

const BUILT = 'static/dist';

/** Why there can be no test of the interface, or false: fits node:test's `skip`. */
export const interfaceMissing: string | false =
  chromiumMissing || (existsSync(join(BUILT, 'send.html')) ? false : `${BUILT} has not been built: run npm run build`);

/** The interface for the tests of one file: started before the first of them, its pages closed after each. */
export function interfaceForTests(): Interface {
  let running: RunningInterface | undefined;
  before(async () => {
    if (interfaceMissing === false) running = await startInterface();
  });
  afterEach(() => running?.closePages());
  after(() => running?.close());
  return {
    open(...wanted) {
      assert.ok(running, 'the interface has been started');
      return running.open(...wanted);
    },
  };
}

async function serve(folder: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      const body = await readFile(join(folder, path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-security-policy': POLICY });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Serves the built interface as the platform does. */
async function startInterface(): Promise<RunningInterface> {
  const [server, browser] = await Promise.all([serve(BUILT), launchChromium()]);
  const contexts = new Set<BrowserContext>();
  const open: Interface['open'] = async (entry, bridge, look = {}) => {
    const { locale = 'en-US', dark = false, width = 968, height = 720, reducedMotion = true } = look;
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: reducedMotion ? 'reduce' : 'no-preference' });
    contexts.add(context);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await page.exposeFunction('answerBridge', async (command: string, payload: unknown) => {
      if (command === 'getContext') return { locale, theme: { colorMode: dark ? 'dark' : 'light' }, extension: {} };
      if (command === 'enableTheming') return undefined;
      return bridge(command, payload);
    });
    // Written as text: a function here would be compiled for Node.
    await page.addInitScript('window.__bridge = { callBridge: (command, payload) => window.answerBridge(command, payload) };');
    await page.goto(`${server.url}/${entry}.html`);
    return { page, problems };
  };
  const closePages = async (): Promise<void> => {
    await Promise.all([...contexts].map((context) => context.close()));
    contexts.clear();
  };
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  return { open, closePages, close };
}
