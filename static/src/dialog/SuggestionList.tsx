import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/context';
import { Icon } from '../ui/icons';
import type { Option } from './options';
import type { Suggestions } from './useSuggestions';

interface SuggestionListProps {
  /** Id of the combobox; the list is `<id>-list`, an option `<id>-<option>`. */
  readonly id: string;
  readonly label: string;
  readonly options: readonly Option[];
  readonly suggestions: Suggestions;
  readonly active: Option | undefined;
  readonly hint: string;
  readonly onChoose: (option: Option) => void;
  readonly onHover: (option: Option) => void;
}

/** The list below a recipient field. The focus stays in the input; the pointer must not take it away. */
export function SuggestionList({ id, label, options, suggestions, active, hint, onChoose, onHover }: SuggestionListProps) {
  const words = useWords();
  const list = useRef<HTMLDivElement>(null);
  const activeId = active?.id;
  useEffect(() => {
    if (activeId !== undefined) list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);
  const line = (option: Option) => (
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the combobox, which names the active option.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys.
    <div
      key={option.id}
      id={`${id}-${option.id}`}
      role="option"
      aria-selected={option === active}
      className="pm-option"
      onMouseMove={() => option !== active && onHover(option)}
      onClick={() => onChoose(option)}
    >
      <OptionIcon option={option} />
      <span className="pm-option-label">{option.label}</span>
      <span className="pm-option-detail">{option.detail}</span>
    </div>
  );
  const section = (kind: Option['kind'], title: string) => {
    const own = options.filter((option) => option.kind === kind);
    if (own.length === 0) return null;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a listbox.
      <div role="group" aria-label={title} key={kind}>
        <div className="pm-option-title" aria-hidden="true">
          {title}
        </div>
        {own.map(line)}
      </div>
    );
  };
  const note = noteFor(words, suggestions, options.length, hint);
  if (options.length === 0 && note === '') return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps a click from taking the focus.
    <div className="pm-suggestions" onMouseDown={(event) => event.preventDefault()} role="presentation">
      {options.length > 0 ? (
        <div ref={list} id={`${id}-list`} role="listbox" aria-label={label} className="pm-options">
          {options.filter(({ kind }) => kind === 'address').map(line)}
          {section('user', words.t('recipients.people'))}
          {section('group', words.t('recipients.groups'))}
        </div>
      ) : null}
      {note ? <div className="pm-suggestions-note">{note}</div> : null}
    </div>
  );
}

function noteFor(words: ReturnType<typeof useWords>, suggestions: Suggestions, count: number, hint: string): string {
  if (suggestions.state === 'failed') return Object.values(words.error(suggestions.failure)).join(' ');
  if (suggestions.state === 'searching') return words.t('recipients.searching');
  if (suggestions.state === 'found' && count === 0) return words.t('recipients.nobody');
  return hint;
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .filter((_, at, all) => at === 0 || at === all.length - 1)
    .join('')
    .toUpperCase();

function OptionIcon({ option }: { option: Option }) {
  if (option.kind === 'user') {
    return (
      <span className="pm-avatar" aria-hidden="true">
        {initials(option.label)}
      </span>
    );
  }
  return (
    <span className="pm-avatar pm-avatar-plain">
      <Icon name={option.kind === 'group' ? 'people' : 'envelope'} />
    </span>
  );
}
