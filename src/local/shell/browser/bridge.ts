/**
 * Runs first in each iframe of the app, as the platform's global-bridge does: `window.__bridge.callBridge(command, payload)`
 * over messages to the shell. Only the shell's own window and origin are listened to.
 */
import type { BridgeMessage } from '#local/model';
import { applyTheme, type ColorMode } from './themes';

type Callback = (payload?: unknown) => unknown;
interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/** Subscription that carries changes of the theme. */
const THEME = 0;

const shellOrigin = new URLSearchParams(location.search).get('shell') ?? '';
const waiting = new Map<number, Waiting>();
const callbacks = new Map<number, Callback>();
let lastId = 0;
let lastSubscription = THEME;

/** The payload with each function replaced by the number of its subscription: functions cannot cross windows. */
function withoutFunctions(value: unknown): unknown {
  if (typeof value === 'function') {
    lastSubscription += 1;
    callbacks.set(lastSubscription, value as Callback);
    return { __callback: lastSubscription };
  }
  if (Array.isArray(value)) return value.map(withoutFunctions);
  if (value && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutFunctions(item)]));
  }
  return value;
}

function send(command: string, payload: unknown): Promise<unknown> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    parent.postMessage({ pagemail: 'call', id, command, payload } satisfies BridgeMessage, shellOrigin);
  });
}

/** `on` hands out a function, which cannot cross windows either: it is made here. */
async function subscribe(command: string, payload: unknown): Promise<{ unsubscribe(): void }> {
  const sent = withoutFunctions(payload) as { callback?: { __callback: number } };
  await send(command, sent);
  const subscription = sent.callback?.__callback ?? THEME;
  return {
    unsubscribe() {
      callbacks.delete(subscription);
      void send('off', { subscription });
    },
  };
}

async function callBridge(command: string, payload?: unknown): Promise<unknown> {
  if (command === 'on' || command === 'onPublic') return subscribe(command, payload);
  const value = await send(command, withoutFunctions(payload));
  if (command === 'enableTheming') {
    const colorMode = (value as { colorMode: ColorMode }).colorMode;
    callbacks.set(THEME, (changed) => applyTheme((changed as { colorMode: ColorMode }).colorMode));
    applyTheme(colorMode);
    return undefined;
  }
  return value;
}

addEventListener('message', ({ source, origin, data }: MessageEvent<BridgeMessage>) => {
  if (source !== parent || origin !== shellOrigin) return;
  if (data?.pagemail === 'event') callbacks.get(data.subscription)?.(data.payload);
  if (data?.pagemail !== 'result') return;
  const caller = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.ok) caller?.resolve(data.value);
  else caller?.reject(new Error(data.message));
});

// Escape closes the modal around the frame, unless something inside used it.
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented) void send('__escape', undefined).catch(() => undefined);
});

/** Whether what is in it may end below it without being seen. */
const scrolls = (element: Element): boolean =>
  element.scrollHeight > element.clientHeight && getComputedStyle(element).overflowY !== 'visible';

/** The next element that is not inside the current one. */
function afterAll(elements: TreeWalker): Node | null {
  do {
    const next = elements.nextSibling();
    if (next) return next;
  } while (elements.parentNode());
  return null;
}

/** Where the lowest element ends, in CSS pixels: a body as high as its frame says nothing about its content. */
function contentHeight(): number {
  let lowest = 0;
  const elements = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
  for (let at = elements.nextNode(); at instanceof Element; at = scrolls(at) ? afterAll(elements) : elements.nextNode())
    lowest = Math.max(lowest, at.getBoundingClientRect().bottom);
  return Math.ceil(lowest + scrollY + Number.parseFloat(getComputedStyle(document.body).marginBottom));
}

// The frame grows with its content where the host lets it.
addEventListener('DOMContentLoaded', () => {
  let reported = 0;
  let planned = false;
  const report = (): void => {
    planned = false;
    const height = contentHeight();
    if (height === reported) return;
    reported = height;
    void send('__resize', { height }).catch(() => undefined);
  };
  const plan = (): void => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(report);
  };
  new ResizeObserver(plan).observe(document.body);
  new MutationObserver(plan).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  document.addEventListener('load', plan, true);
});

Object.defineProperty(globalThis, '__bridge', { value: Object.freeze({ callBridge }) });
