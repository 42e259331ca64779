/** Debian's Chromium for tests and benchmarks: one way to find it and to start it. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The same engine without the browser's own windows comes first: it needs half the time. */
const CHROMIUM = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const found = CHROMIUM.find(existsSync);
/** Runs as root and without a network beyond this machine: it must not look for updates, syncs or hosts of its own. */
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

/** Why there can be no browser here, or false: fits node:test's `skip`. */
export const chromiumMissing: string | false = found ? false : `${CHROMIUM.join(' or ')} is not installed`;

/**
 * Starts it with an empty profile. A browser that does not close by itself is killed by playwright after 30 s.
 * @throws where there is none
 */
export function launchChromium(): Promise<Browser> {
  if (!found) throw new Error(String(chromiumMissing));
  return chromium.launch({ executablePath: found, args: ARGUMENTS });
}

/**
 * Presses a key that makes the frame with the focus disappear. Not waited for: the key goes up in a frame that may be gone, and then
 * the browser never says that it has been handled. Wait for what the key does.
 */
export function pressToLeave(page: Page, key: string): void {
  page.keyboard.press(key).catch(() => undefined);
}
