import { type KeyboardEvent, type ReactNode, Suspense } from 'react';
import { onKey } from '../ui/keys';
import { LoadingSettings } from './SettingsPage';

export interface Tab<K extends string> {
  readonly key: K;
  readonly label: string;
}

interface TabsProps<K extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<K>[];
  readonly active: K;
  readonly onChange: (key: K) => void;
  readonly children: ReactNode;
}

/** Tabs as the ARIA Authoring Practices describe them: arrows move along and open, Home and End jump. Only the open panel exists. */
export function Tabs<K extends string>({ label, tabs, active, onChange, children }: TabsProps<K>) {
  const at = tabs.findIndex(({ key }) => key === active);
  const open = (list: HTMLElement, index: number): void => {
    const to = tabs[(index + tabs.length) % tabs.length];
    if (!to) return;
    onChange(to.key);
    list.querySelector<HTMLElement>(`#tab-${to.key}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const list = event.currentTarget;
    const step = getComputedStyle(list).direction === 'rtl' ? -1 : 1;
    onKey(
      event,
      new Map([
        ['ArrowRight', () => open(list, at + step)],
        ['ArrowLeft', () => open(list, at - step)],
        ['Home', () => open(list, 0)],
        ['End', () => open(list, tabs.length - 1)],
      ]),
    );
  };
  return (
    <div className="pm-stack-wide">
      <div className="pm-tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(({ key, label: name }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`tab-${key}`}
            className="pm-tab pm-focusable"
            aria-selected={key === active}
            aria-controls="tab-panel"
            tabIndex={key === active ? 0 : -1}
            onClick={() => onChange(key)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-panel" className="pm-stack-wide" aria-labelledby={`tab-${active}`}>
        <Suspense fallback={<LoadingSettings />}>{children}</Suspense>
      </div>
    </div>
  );
}
