/** Menus and popups of the shell: WAI-ARIA's menu button pattern. */

const items = (menu: Element): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([disabled])')];

function close(button: HTMLElement, menu: HTMLElement, refocus: boolean): void {
  menu.hidden = true;
  button.setAttribute('aria-expanded', 'false');
  if (refocus) button.focus();
}

function open(button: HTMLElement, menu: HTMLElement): void {
  for (const other of document.querySelectorAll<HTMLElement>('[aria-expanded="true"][data-menu], [aria-expanded="true"][data-popup]'))
    other.click();
  menu.hidden = false;
  button.setAttribute('aria-expanded', 'true');
}

function step(menu: HTMLElement, key: string): boolean {
  const all = items(menu);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (next === undefined) return false;
  all.at(next % all.length)?.focus();
  return true;
}

function attach(button: HTMLElement, menu: HTMLElement, isMenu: boolean): void {
  button.addEventListener('click', () => {
    if (!menu.hidden) return close(button, menu, false);
    open(button, menu);
    if (isMenu) items(menu).at(0)?.focus();
  });
  button.addEventListener('keydown', (event) => {
    if (!isMenu || !menu.hidden || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    open(button, menu);
    items(menu)
      .at(event.key === 'ArrowUp' ? -1 : 0)
      ?.focus();
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close(button, menu, true);
    else if (event.key === 'Tab' && isMenu) close(button, menu, true);
    else if (!isMenu || !step(menu, event.key)) return;
    event.preventDefault();
  });
  menu.addEventListener('click', (event) => {
    if (isMenu && (event.target as Element).closest('[role^="menuitem"]')) setTimeout(() => close(button, menu, false));
  });
  document.addEventListener('pointerdown', (event) => {
    if (!menu.hidden && !menu.contains(event.target as Node) && !button.contains(event.target as Node)) close(button, menu, false);
  });
}

export function startMenus(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-menu], [data-popup]')) {
    const menu = document.getElementById(button.dataset.menu ?? button.dataset.popup ?? '');
    if (menu) attach(button, menu, button.dataset.menu !== undefined);
  }
}
