/** The script of every page of the shell. */
import type { BridgeMessage } from '#local/model';
import { COMMANDS } from './commands';
import { showFlag } from './flags';
import { allFrames, createFrame, type Frame, frameOf, post } from './frames';
import { startMenus } from './menus';
import { openModal } from './modal';
import { askHost, colorMode, pageData } from './page';

/** Subscription of each frame that carries changes of the theme. */
const THEME = 0;
const ONE_YEAR_S = 31_536_000;

async function answer(frame: Frame, message: Extract<BridgeMessage, { pagemail: 'call' }>): Promise<void> {
  const { id, command, payload } = message;
  try {
    const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (!run) throw new Error(`The local site does not offer the bridge command ${command}`);
    post(frame, { pagemail: 'result', id, ok: true, value: await run(frame, payload as never) });
  } catch (error) {
    post(frame, { pagemail: 'result', id, ok: false, message: error instanceof Error ? error.message : String(error) });
  }
}

function startBridge(): void {
  addEventListener('message', ({ source, origin, data }: MessageEvent<BridgeMessage>) => {
    const frame = origin === pageData.frameOrigin ? frameOf(source) : undefined;
    if (frame && data?.pagemail === 'call') void answer(frame, data);
  });
}

/** Modules that stand in the page: they grow with their content. */
function fillSlots(): void {
  for (const slot of document.querySelectorAll<HTMLElement>('[data-module-slot]')) {
    const module = pageData.modules.find(({ key }) => key === slot.dataset.moduleSlot);
    if (!module) continue;
    const frame = createFrame(module);
    frame.resize = (height) => frame.iframe.style.setProperty('height', `${height}px`);
    frame.iframe.addEventListener('load', () => slot.querySelector('p')?.remove(), { once: true });
    slot.append(frame.iframe);
  }
}

function startActions(): void {
  document.addEventListener('click', (event) => {
    const control = (event.target as Element).closest<HTMLElement>('[data-module]');
    const module = pageData.modules.find(({ key }) => key === control?.dataset.module);
    if (!module) return;
    // The menu item goes with its menu: the focus comes back to the menu's button.
    control?.closest('.menu-anchor')?.querySelector<HTMLElement>('[data-menu]')?.focus();
    // A stray click beside the dialog must not throw away what was written in it.
    openModal(module, { title: module.title, size: module.viewportSize, closeOnOverlayClick: false });
  });
  document.querySelector('[data-copy-link]')?.addEventListener('click', async () => {
    await navigator.clipboard.writeText(location.href).catch(() => undefined);
    showFlag({ id: 'copied', title: pageData.words.copied, type: 'success', isAutoDismiss: true });
  });
}

function startTheme(): void {
  const button = document.querySelector<HTMLElement>('[data-theme-switch]');
  if (!button) return;
  const label = (): void => button.setAttribute('aria-label', (colorMode() === 'dark' ? button.dataset.light : button.dataset.dark) ?? '');
  label();
  button.addEventListener('click', () => {
    const next = colorMode() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.colorMode = next;
    label();
    // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser yet
    document.cookie = `pagemail_theme=${next}; path=/; max-age=${ONE_YEAR_S}; samesite=lax`;
    for (const frame of allFrames())
      if (frame.themed) post(frame, { pagemail: 'event', subscription: THEME, payload: { colorMode: next } });
  });
}

function startSide(): void {
  const button = document.querySelector<HTMLElement>('[data-toggle-side]');
  button?.addEventListener('click', () => {
    const shown = document.body.classList.toggle('side-shown');
    button.setAttribute('aria-expanded', String(shown));
  });
}

function startRemotes(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-remote]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const status = form.querySelector<HTMLElement>('.form-status');
      const endpoint = new FormData(form).get('endpoint');
      const failure = await askHost('remote/set', { remotes: [{ key: form.dataset.remote, configured: { endpoint } }] }).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (status) status.textContent = failure ?? status.dataset.saved ?? '';
      status?.classList.toggle('failed', failure !== undefined);
    });
  }
}

/** Expands of a page start closed, as in Confluence. */
function startExpands(): void {
  for (const control of document.querySelectorAll<HTMLElement>('.expand-control')) {
    const content = control.parentElement?.querySelector<HTMLElement>(':scope > .expand-content');
    if (!content) continue;
    control.setAttribute('role', 'button');
    control.tabIndex = 0;
    const set = (open: boolean): void => {
      content.hidden = !open;
      control.setAttribute('aria-expanded', String(open));
    };
    set(false);
    control.addEventListener('click', () => set(content.hidden !== false));
    control.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      set(content.hidden !== false);
    });
  }
}

/** What scrolls sideways can be scrolled by keyboard. */
function startScrollers(): void {
  for (const region of document.querySelectorAll<HTMLElement>(
    '.table-wrap, .table-scroll, .jira-table, .plugin_attachments_table_container, .syntaxhighlighter-pre',
  )) {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
  }
}

startBridge();
fillSlots();
startMenus();
startActions();
startTheme();
startSide();
startRemotes();
startExpands();
startScrollers();
