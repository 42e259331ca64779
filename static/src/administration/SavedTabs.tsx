import { type FormEvent, type ReactNode, type RefObject, useState } from 'react';
import { useWords } from '../i18n/context';
import type { WordKey } from '../i18n/words';
import { focusInvalid } from './accounts/useAccountTests';
import { SaveBar } from './SaveBar';
import { Tabs } from './Tabs';
import type { SettingsState, useSettings } from './useSettings';

/** A tab of the settings; its name stands in the words of the interface. */
type TabKey = WordKey extends infer K ? (K extends `tab.${infer Name}` ? Name : never) : never;

interface Versioned {
  readonly settings: { readonly changedAt?: string | undefined };
}

/** Settings that have been loaded. */
export type Ready<V, F> = Extract<SettingsState<V, F>, { phase: 'ready' }>;

/** Which tab is open, and whether somebody tried to save what is wrong. */
export function useTabs<K extends TabKey>(first: K) {
  const [tab, setTab] = useState<K>(first);
  const [tried, setTried] = useState(false);
  return { tab, setTab, tried, setTried };
}

interface SavedTabsProps<K extends TabKey, V extends Versioned, F> {
  readonly keys: readonly K[];
  readonly tabs: ReturnType<typeof useTabs<K>>;
  readonly settings: ReturnType<typeof useSettings<V, F>>;
  readonly state: Ready<V, F>;
  readonly form: RefObject<HTMLFormElement>;
  /** The first tab with a field that is wrong; undefined when everything can be saved. */
  readonly wrong: K | undefined;
  /** Opens what is wrong on its tab. */
  readonly onWrong?: () => void;
  /** What stands on the open tab and is saved together with all others. */
  readonly fields: ReactNode;
  /** What stands above it and is not. */
  readonly children?: ReactNode;
}

/** Tabs over one form, which is saved as a whole: what is wrong on another tab is opened and gets the focus. */
export function SavedTabs<K extends TabKey, V extends Versioned, F>({
  keys,
  tabs: { tab, setTab, tried, setTried },
  settings,
  state,
  form,
  wrong,
  onWrong,
  fields,
  children,
}: SavedTabsProps<K, V, F>) {
  const words = useWords();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(wrong !== undefined);
    if (wrong === undefined) return void settings.save();
    onWrong?.();
    setTab(wrong);
    focusInvalid(form);
  };
  const discard = (): void => {
    setTried(false);
    settings.discard();
  };
  return (
    <Tabs label={words.t('site.title')} tabs={keys.map((key) => ({ key, label: words.t(`tab.${key}`) }))} active={tab} onChange={setTab}>
      {children}
      <form ref={form} className="pm-stack-wide" onSubmit={submit} noValidate>
        {fields}
        {fields || settings.dirty ? (
          <SaveBar
            form={form}
            dirty={settings.dirty}
            saving={state.saving}
            saved={state.saved}
            failure={state.failure}
            invalid={tried && wrong !== undefined}
            changedAt={state.value.settings.changedAt}
            onDiscard={discard}
            onReload={() => void settings.merge()}
          />
        ) : null}
      </form>
    </Tabs>
  );
}
