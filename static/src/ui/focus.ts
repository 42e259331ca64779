/** Moves the focus to the element of this id once it is drawn: whoever presses a button that goes away must not be left nowhere. */
export function focusSoon(id: string): void {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}
