import { element, pageData } from './page';

export interface FlagOptions {
  readonly id: string | number;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly appearance?: string;
  readonly isAutoDismiss?: boolean;
  readonly actions?: readonly { readonly text: string; onClick?(): void }[];
}

const AUTO_DISMISS_MS = 8_000;
const shown = new Map<string, HTMLElement>();

export function closeFlag(id: string | number): boolean {
  const flag = shown.get(String(id));
  shown.delete(String(id));
  flag?.remove();
  return flag !== undefined;
}

/** A message in the lower left corner, as the platform's flags; a second one with the same id takes the first one's place. */
export function showFlag({ id, title = '', description = '', type, appearance, isAutoDismiss, actions = [] }: FlagOptions): boolean {
  closeFlag(id);
  const dismiss = element('button', { type: 'button', class: 'icon-button', 'aria-label': pageData.words.dismiss }, '×');
  dismiss.addEventListener('click', () => closeFlag(id));
  const buttons = actions.map(({ text, onClick }) => {
    const button = element('button', { type: 'button', class: 'link-button' }, text);
    button.addEventListener('click', () => onClick?.());
    return button;
  });
  const body = element('div', { class: 'flag-body' }, element('strong', {}, title), element('p', {}, description), ...buttons);
  const flag = element(
    'section',
    { class: `flag flag-${appearance ?? type ?? 'info'}` },
    element('span', { class: 'flag-mark', 'aria-hidden': 'true' }),
    body,
    dismiss,
  );
  // Flags stand above an open modal: a dialog in the top layer would hide them.
  const modal = [...document.querySelectorAll<HTMLDialogElement>('dialog[open]')].at(-1);
  (modal?.querySelector('.modal-flags') ?? document.getElementById('flags'))?.append(flag);
  shown.set(String(id), flag);
  if (isAutoDismiss) setTimeout(() => shown.get(String(id)) === flag && closeFlag(id), AUTO_DISMISS_MS);
  return true;
}

/** Flags outlive the modal they were shown in. */
export function keepFlags(modal: HTMLElement): void {
  document.getElementById('flags')?.append(...modal.querySelectorAll('.modal-flags > .flag'));
}
