import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../i18n/context';
import { useAnnounce } from '../ui/Announcer';
import { ChipView } from './ChipView';
import type { Addition, Chip, RecipientFieldName } from './recipients';
import { SuggestionList } from './SuggestionList';
import { useRecipientInput } from './useRecipientInput';
import type { Find } from './useSuggestions';
import type { Verdicts } from './verdicts';

interface RecipientFieldProps {
  readonly name: RecipientFieldName;
  readonly chips: readonly Chip[];
  readonly verdicts: Verdicts;
  readonly find: Find;
  /** The field somebody stands in already. */
  readonly where: (key: string) => RecipientFieldName | undefined;
  readonly onAdd: (field: RecipientFieldName, chips: readonly Chip[]) => Addition;
  readonly onRemove: (field: RecipientFieldName, key: string) => void;
  readonly error?: string | undefined;
  /** Id of what else describes the field. */
  readonly describedBy?: string | undefined;
  readonly autoFocus?: boolean;
  /** Beside the label, e.g. the buttons that show Cc and Bcc. */
  readonly aside?: ReactNode;
}

/** To, Cc or Bcc: finds people and groups by name and takes addresses in any shape. */
export function RecipientField(props: RecipientFieldProps) {
  const { name, chips, verdicts, find, where, onAdd, onRemove, error, describedBy, autoFocus = false, aside } = props;
  const words = useWords();
  const input = useRef<HTMLInputElement>(null);
  const chipList = useRef<HTMLUListElement>(null);
  const id = `recipients-${name}`;
  const label = words.t(`send.${name}`);
  /** Past the last chip is the input. */
  const focusChip = (at: number): void => {
    const buttons = chipList.current?.querySelectorAll<HTMLElement>('[data-chip]') ?? [];
    (buttons[at] ?? input.current)?.focus();
  };
  const announce = useAnnounce();
  const wrong = chips.filter((chip) => chip.kind === 'invalid' || verdicts.get(chip.key)?.refusal !== undefined);
  const removeWrong = (): void => {
    for (const { key } of wrong) onRemove(name, key);
    announce(words.t('recipients.removedMany', { count: wrong.length }));
    input.current?.focus();
  };
  const toChips = chips.length > 0 ? () => focusChip(chips.length - 1) : undefined;
  const entry = useRecipientInput({ name, input, find, where, onAdd, toChips });
  useInputFocus(input, autoFocus, chips.length);
  const edit = (chip: Chip): void => {
    onRemove(name, chip.key);
    entry.setText(chip.label);
    input.current?.focus();
  };
  return (
    <div className="pm-field pm-recipients-field">
      <div className="pm-label-row">
        <label className="pm-label" htmlFor={id}>
          {label}
        </label>
        {aside}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: clicking the empty space is a convenience of the pointer; the input is reached by Tab. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above. */}
      <div
        className={`pm-recipients${error ? ' pm-recipients-error' : ''}`}
        onClick={(event) => event.target === event.currentTarget && input.current?.focus()}
      >
        <Chips list={chipList} name={name} chips={chips} verdicts={verdicts} onRemove={onRemove} onEdit={edit} focusChip={focusChip} />
        <input
          ref={input}
          id={id}
          className="pm-recipients-input"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={entry.shown && entry.options.length > 0}
          aria-controls={`${id}-list`}
          {...(entry.current ? { 'aria-activedescendant': `${id}-${entry.current.id}` } : {})}
          aria-invalid={error !== undefined}
          aria-describedby={`${describedBy ? `${describedBy} ` : ''}${id}-help${error ? ` ${id}-error` : ''}`}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={chips.length === 0 ? words.t('recipients.placeholder') : ''}
          value={entry.text}
          onChange={(event) => entry.type(event.target.value)}
          onPaste={entry.onPaste}
          onKeyDown={entry.onKeyDown}
          onBlur={entry.commit}
        />
      </div>
      {entry.shown ? (
        <SuggestionList
          id={id}
          label={words.t('recipients.suggestions', { field: label })}
          options={entry.options}
          suggestions={entry.suggestions}
          active={entry.current}
          hint={entry.hint}
          onChoose={entry.choose}
          onHover={entry.activate}
        />
      ) : null}
      <span className="pm-hidden" id={`${id}-help`}>
        {words.t('recipients.chipHelp')}
      </span>
      {error ? (
        <p className="pm-error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
      {wrong.length > 1 ? (
        <button type="button" className="pm-link pm-small pm-remove-wrong" onClick={removeWrong}>
          {words.t('recipients.removeWrong', { count: wrong.length })}
        </button>
      ) : null}
    </div>
  );
}

function useInputFocus(input: React.RefObject<HTMLInputElement>, autoFocus: boolean, count: number): void {
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [input, autoFocus]);
  // A long list scrolls inside its field: whoever adds to it goes on typing at its end.
  useEffect(() => {
    if (count > 0 && document.activeElement === input.current) input.current?.scrollIntoView({ block: 'nearest' });
  }, [input, count]);
}

interface ChipsProps extends Pick<RecipientFieldProps, 'name' | 'chips' | 'verdicts' | 'onRemove'> {
  readonly list: React.RefObject<HTMLUListElement>;
  readonly onEdit: (chip: Chip) => void;
  readonly focusChip: (at: number) => void;
}

function Chips({ list, name, chips, verdicts, onRemove, onEdit, focusChip }: ChipsProps) {
  const words = useWords();
  const announce = useAnnounce();
  /** Before the chip goes the focus moves to what stays: the chip at `next`, or the input. */
  const remove = (chip: Chip, next: number): void => {
    onRemove(name, chip.key);
    announce(words.t('recipients.removed', { name: chip.label }));
    focusChip(next);
  };
  if (chips.length === 0) return null;
  return (
    <ul ref={list} className="pm-chips" aria-label={words.t('recipients.chosen', { field: words.t(`send.${name}`) })}>
      {chips.map((chip, at) => (
        <ChipView
          key={chip.key}
          chip={chip}
          verdict={verdicts.get(chip.key)}
          onRemove={() => remove(chip, at < chips.length - 1 ? at + 1 : at - 1)}
          onErase={() => remove(chip, chips.length)}
          onEdit={() => onEdit(chip)}
          onMove={(step) => focusChip(step === 'input' ? chips.length : Math.max(0, at + step))}
        />
      ))}
    </ul>
  );
}
