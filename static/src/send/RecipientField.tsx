import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n/context';
import { useAnnounce } from '../ui/Announcer';
import { onKey } from '../ui/keys';
import { ChipView } from './ChipView';
import { type Option, optionsFor } from './options';
import { type Addition, type Chip, chipsOfText, isWholeList, type RecipientFieldName } from './recipients';
import { SuggestionList } from './SuggestionList';
import { type Find, queryOf, useSuggestions } from './useSuggestions';

interface RecipientFieldProps {
  readonly name: RecipientFieldName;
  readonly chips: readonly Chip[];
  readonly find: Find;
  /** The field somebody stands in already. */
  readonly where: (key: string) => RecipientFieldName | undefined;
  readonly onAdd: (field: RecipientFieldName, chips: readonly Chip[]) => Addition;
  readonly onRemove: (field: RecipientFieldName, key: string) => void;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
  /** Beside the label, e.g. the buttons that show Cc and Bcc. */
  readonly aside?: React.ReactNode;
}

/** To, Cc or Bcc: finds people and groups by name and takes addresses in any shape (combobox of the ARIA practices, list autocomplete). */
export function RecipientField({ name, chips, find, where, onAdd, onRemove, error, autoFocus = false, aside }: RecipientFieldProps) {
  const words = useWords();
  const announce = useAnnounce();
  const input = useRef<HTMLInputElement>(null);
  const chipList = useRef<HTMLUListElement>(null);
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const suggestions = useSuggestions(text, find);
  const options = optionsFor(text, suggestions, where, words);
  const id = `recipients-${name}`;
  const label = words.t(`send.${name}`);
  const shown = open && text.trim() !== '';
  const current = shown ? options[Math.min(active, options.length - 1)] : undefined;

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  // A long list scrolls inside its field: whoever adds to it goes on typing at its end.
  const count = chips.length;
  useEffect(() => {
    if (count > 0 && document.activeElement === input.current) input.current?.scrollIntoView({ block: 'nearest' });
  }, [count]);

  const status = useListStatus(shown, suggestions.state, options.length);
  useEffect(() => {
    if (status !== '') announce(status);
  }, [status, announce]);

  const add = (more: readonly Chip[], rest = ''): void => {
    const { added, present } = onAdd(name, more);
    announce(additionText(words, name, { added, present }));
    setText(rest);
    setActive(0);
    setOpen(rest !== '');
  };
  const choose = (option: Option): void => {
    add(option.chips);
    input.current?.focus();
  };
  const commitText = (): void => {
    if (text.trim() !== '') add(chipsOfText(text));
  };
  const remove = (chip: Chip, at: number): void => {
    onRemove(name, chip.key);
    announce(words.t('recipients.removed', { name: chip.label }));
    focusChip(at < chips.length - 1 ? at + 1 : at - 1);
  };
  const edit = (chip: Chip): void => {
    onRemove(name, chip.key);
    setText(chip.label);
    input.current?.focus();
  };
  /** Focus moves before the chip goes, to the neighbour that stays; past the last one is the input. */
  const focusChip = (at: number): void => {
    const buttons = chipList.current?.querySelectorAll<HTMLElement>('[data-chip]') ?? [];
    (buttons[at] ?? input.current)?.focus();
  };

  const type = (value: string): void => {
    // A separator ends an address, unless it stands inside a name that is still being typed.
    if (/[,;]\s*$/.test(value) && isWholeList(value)) add(chipsOfText(value));
    else {
      setText(value);
      setOpen(true);
      setActive(0);
    }
  };
  const paste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData.getData('text');
    if (text.trim() !== '' || !/[@]/.test(pasted)) return;
    event.preventDefault();
    add(chipsOfText(pasted));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const atStart = event.currentTarget.selectionStart === 0 && event.currentTarget.selectionEnd === 0;
    const step = (by: number) => () => setActive((at) => (at + by + options.length) % Math.max(1, options.length));
    const toChips = atStart && chips.length > 0 ? () => focusChip(chips.length - 1) : undefined;
    onKey(
      event,
      new Map([
        ['ArrowDown', shown ? step(1) : () => setOpen(true)],
        ['ArrowUp', shown ? step(-1) : undefined],
        ['Enter', () => (current && !isWholeList(text) ? choose(current) : commitText())],
        ['Escape', shown ? () => setOpen(false) : undefined],
        ['ArrowLeft', toChips],
        ['Backspace', toChips],
      ]),
    );
  };

  const hint = open && /@/.test(text) && options.length === 0 && queryOf(text) === '' ? words.t('recipients.incomplete') : '';
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
        {chips.length > 0 ? (
          <ul ref={chipList} className="pm-chips" aria-label={words.t('recipients.chosen', { field: label })}>
            {chips.map((chip, at) => (
              <ChipView
                key={chip.key}
                chip={chip}
                onRemove={() => remove(chip, at)}
                onEdit={() => edit(chip)}
                onMove={(step) => focusChip(step === 'input' ? chips.length : Math.max(0, at + step))}
              />
            ))}
          </ul>
        ) : null}
        <input
          ref={input}
          id={id}
          className="pm-recipients-input"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={shown && options.length > 0}
          aria-controls={`${id}-list`}
          {...(current ? { 'aria-activedescendant': `${id}-${current.id}` } : {})}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-help${error ? ` ${id}-error` : ''}`}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={chips.length === 0 ? words.t('recipients.placeholder') : ''}
          value={text}
          onChange={(event) => type(event.target.value)}
          onPaste={paste}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setOpen(false);
            commitText();
          }}
        />
      </div>
      {shown ? (
        <SuggestionList
          id={id}
          label={words.t('recipients.suggestions', { field: label })}
          options={options}
          suggestions={suggestions}
          active={current}
          hint={hint}
          onChoose={choose}
          onHover={(option) => setActive(options.indexOf(option))}
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
    </div>
  );
}

/** What a screen reader hears about the open list. */
function useListStatus(shown: boolean, state: string, count: number): string {
  const words = useWords();
  if (!shown || state === 'idle' || state === 'failed') return '';
  if (state === 'searching') return '';
  return count === 0 ? words.t('recipients.nobody') : words.t('recipients.found', { count });
}

function additionText(
  words: ReturnType<typeof useWords>,
  name: RecipientFieldName,
  { added, present }: Pick<Addition, 'added' | 'present'>,
): string {
  const field = words.t(`send.${name}`);
  const first = added[0];
  const valid = added.filter(({ kind }) => kind !== 'invalid');
  const known = present.map(({ chip, field: at }) => words.t('recipients.present', { name: chip.label, field: words.t(`send.${at}`) }));
  const wrong = added.filter(({ kind }) => kind === 'invalid').map(({ label }) => words.t('recipients.notAddress', { text: label }));
  const more =
    valid.length === 0 || !first
      ? []
      : [
          valid.length === 1
            ? words.t('recipients.added', { name: valid[0]?.label ?? '', field })
            : words.t('recipients.addedMany', { count: valid.length, field }),
        ];
  return [...more, ...known, ...wrong].join(' ');
}
