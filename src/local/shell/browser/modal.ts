import type { ShellModule } from '#local/model';
import { keepFlags } from './flags';
import { createFrame, type Frame, forget } from './frames';
import { element, pageData } from './page';

export interface ModalOptions {
  readonly title: string;
  readonly size: string | { readonly width: string; readonly height?: string };
  readonly path?: string;
  readonly context?: unknown;
  readonly closeOnEscape?: boolean;
  readonly closeOnOverlayClick?: boolean;
  onClose?(result?: unknown): void;
}

/** Width and height of the platform's named sizes (Forge documentation, bridge `Modal`). */
const SIZES: Readonly<Record<string, readonly [width: string, height: string, least?: string]>> = {
  small: ['400px', '20vh', '320px'],
  medium: ['600px', '40vh', '520px'],
  large: ['800px', '70vh', '720px'],
  xlarge: ['968px', '90vh'],
  max: ['100vw', '100vh'],
  fullscreen: ['100vw', '100vh'],
  resizable: ['600px', 'auto'],
};

function applySize(dialog: HTMLElement, size: ModalOptions['size']): boolean {
  const [width, height, least] = typeof size === 'string' ? (SIZES[size] ?? SIZES.medium ?? []) : [size.width, size.height ?? 'auto'];
  dialog.style.setProperty('--modal-width', width ?? '600px');
  dialog.style.setProperty('--modal-height', height ?? 'auto');
  if (least) dialog.style.setProperty('--modal-least', least);
  if (size === 'max' || size === 'fullscreen') dialog.classList.add('modal-full');
  return height === 'auto';
}

function header(title: string, id: string, close: () => void): HTMLElement {
  const button = element('button', { type: 'button', class: 'icon-button', 'aria-label': pageData.words.close }, '×');
  button.addEventListener('click', close);
  return element('div', { class: 'modal-header' }, element('h1', { id }, title), button);
}

/** A loading line over the frame until it has its first content. */
function veil(frame: Frame, title: string): HTMLElement {
  const made = element('div', { class: 'modal-veil' }, element('p', { class: 'subtle' }, pageData.words.loading.replace('{name}', title)));
  frame.iframe.addEventListener('load', () => made.remove(), { once: true });
  return made;
}

/**
 * Opens a module in a modal dialog. The browser's own `showModal` keeps the focus inside and makes the rest of the page
 * inert; the focus goes back to where it was.
 */
export function openModal(module: ShellModule, options: ModalOptions): Frame {
  const before = document.activeElement;
  const frame = createFrame(module, {
    title: options.title,
    ...(options.path ? { path: options.path } : {}),
    modalContext: options.context,
  });
  const titleId = `modal-${frame.id}`;
  const dialog = element('dialog', { class: 'modal', 'aria-labelledby': titleId });
  const grows = applySize(dialog, options.size);
  frame.close = (result) => {
    if (!dialog.isConnected) return;
    for (const callback of frame.onClose) callback();
    keepFlags(dialog);
    forget(frame);
    dialog.close();
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
    options.onClose?.(result);
  };
  if (grows) frame.resize = (height) => frame.iframe.style.setProperty('height', `${height}px`);
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    if (options.closeOnEscape !== false) frame.close?.();
  });
  // The browser may close it without asking: a second Escape in a row does.
  dialog.addEventListener('close', () => frame.close?.());
  dialog.addEventListener('pointerdown', (event) => {
    if (event.target === dialog && options.closeOnOverlayClick !== false) frame.close?.();
  });
  dialog.append(
    element(
      'div',
      { class: 'modal-box' },
      header(options.title, titleId, () => frame.close?.()),
      element('div', { class: 'modal-body' }, frame.iframe, veil(frame, options.title)),
    ),
    element('div', { class: 'flags modal-flags', role: 'status' }),
  );
  document.body.append(dialog);
  dialog.showModal();
  frame.iframe.addEventListener('load', () => frame.iframe.focus(), { once: true });
  return frame;
}

/** Asks an administrator to agree; resolves to whether they did. */
export function askConsent(title: string, text: string, address: string): Promise<boolean> {
  const { allow, cancel } = pageData.words;
  const yes = element('button', { type: 'button', class: 'button primary' }, allow);
  const no = element('button', { type: 'button', class: 'button' }, cancel);
  const dialog = element(
    'dialog',
    { class: 'consent', 'aria-labelledby': 'consent-title', 'aria-describedby': 'consent-text' },
    element('h1', { id: 'consent-title' }, title),
    element('p', { id: 'consent-text' }, text),
    element('p', {}, element('code', {}, address)),
    element('div', { class: 'buttons' }, no, yes),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    const end = (agreed: boolean): void => {
      dialog.remove();
      resolve(agreed);
    };
    yes.addEventListener('click', () => end(true));
    no.addEventListener('click', () => end(false));
    dialog.addEventListener('cancel', () => end(false));
    dialog.showModal();
    no.focus();
  });
}
