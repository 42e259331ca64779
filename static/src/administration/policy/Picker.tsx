import Textfield from '@atlaskit/textfield';
import { useEffect, useRef, useState } from 'react';
import type { Failure, Result } from '#contract/result';
import { useWords } from '../../i18n/context';
import { describedBy, Field } from '../../ui/Field';
import { onKey } from '../../ui/keys';

export interface Option<T> {
  readonly key: string;
  readonly name: string;
  readonly note?: string | undefined;
  readonly item: T;
}

interface PickerProps<T> {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  readonly placeholder?: string;
  /** Asked again for every pause in typing; with `open` also for nothing typed. */
  readonly find: (query: string) => Promise<Result<readonly Option<T>[]>>;
  readonly open?: boolean;
  readonly onPick: (item: T) => void;
}

type Found<T> = { readonly options: readonly Option<T>[]; readonly failure?: Failure };

/** How long a pause in typing lasts, in ms. */
const PAUSE = 200;

function useFound<T>(find: PickerProps<T>['find'], query: string, active: boolean): Found<T> | undefined {
  const [found, setFound] = useState<Found<T>>();
  const latest = useRef(find);
  latest.current = find;
  useEffect(() => {
    setFound(undefined);
    if (!active) return;
    let current = true;
    const timer = setTimeout(async () => {
      const answer = await latest.current(query);
      if (current) setFound(answer.ok ? { options: answer.value } : { options: [], failure: answer.error });
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, active]);
  return found;
}

/** A field that finds things by their name and picks one: a combobox with a list (ARIA 1.2). */
export function Picker<T>({ id, label, help, placeholder, find, open = false, onPick }: PickerProps<T>) {
  const words = useWords();
  const [query, setQuery] = useState('');
  const [focused, setFocused] = useState(false);
  const [at, setAt] = useState(0);
  const active = focused && (open || query.trim() !== '');
  const found = useFound(find, query.trim(), active);
  const options = found?.options ?? [];
  const pick = (option: Option<T> | undefined): void => {
    if (!option) return;
    setQuery('');
    setAt(0);
    onPick(option.item);
    if (open) setFocused(false);
  };
  const move = (step: number): void => setAt((at + step + options.length) % Math.max(1, options.length));
  const keys = new Map<string, (() => void) | undefined>([
    ['ArrowDown', () => (active ? move(1) : setFocused(true))],
    ['ArrowUp', () => move(-1)],
    ['Enter', () => pick(options[at])],
    ['Escape', active ? () => setFocused(false) : undefined],
  ]);
  const status = !active ? '' : !found ? words.t('picker.searching') : words.t('picker.found', { count: options.length });
  return (
    <Field id={id} label={label} help={help}>
      <div className="pm-picker">
        <Textfield
          id={id}
          role="combobox"
          autoComplete="off"
          value={query}
          {...(placeholder ? { placeholder } : {})}
          aria-expanded={active}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active && options[at] ? `${id}-option-${at}` : undefined}
          aria-describedby={describedBy(id, { help: help !== undefined })}
          onFocus={() => setFocused(true)}
          onClick={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onKeyDown={(event) => onKey(event, keys)}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
            setFocused(true);
          }}
        />
        <div className="pm-picker-drop" hidden={!active}>
          {active && options.length === 0 ? (
            <p className="pm-picker-note">
              {!found ? words.t('picker.searching') : found.failure ? words.error(found.failure).sentence : words.t('picker.nothing')}
            </p>
          ) : null}
          <div role="listbox" id={`${id}-list`} aria-label={label} className="pm-picker-list">
            {active
              ? options.map((option, index) => (
                  // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the option by aria-activedescendant.
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's.
                  <div
                    key={option.key}
                    role="option"
                    id={`${id}-option-${index}`}
                    className="pm-picker-option"
                    aria-selected={index === at}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => pick(option)}
                  >
                    {option.name}
                    {option.note ? <span className="pm-subtle"> {option.note}</span> : null}
                  </div>
                ))
              : null}
          </div>
        </div>
        <span className="pm-hidden" role="status">
          {status}
        </span>
      </div>
    </Field>
  );
}

/** The answer of a search as options. */
export const asOptions = <V, T>(answer: Result<V>, list: (value: V) => readonly Option<T>[]): Result<readonly Option<T>[]> =>
  answer.ok ? { ok: true, value: list(answer.value) } : answer;
