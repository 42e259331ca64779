import type { KeyboardEvent } from 'react';

type Action = (() => void) | undefined;

/** Runs the action of the pressed key, if it has one, and keeps the key from everybody else. */
export function onKey(event: KeyboardEvent, actions: ReadonlyMap<string, Action>): void {
  const action = actions.get(event.key);
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
