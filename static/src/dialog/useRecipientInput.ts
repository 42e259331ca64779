import { type ClipboardEvent, type KeyboardEvent, type RefObject, useEffect, useState } from 'react';
import { useWords } from '../i18n/context';
import { useAnnounce } from '../ui/Announcer';
import { onKey } from '../ui/keys';
import { additionText, listStatus } from './announcements';
import { type Option, optionsFor } from './options';
import { type Addition, type Chip, chipsOfText, isWholeList, type RecipientFieldName } from './recipients';
import { type Find, queryOf, type Suggestions, useSuggestions } from './useSuggestions';

interface RecipientInput {
  readonly name: RecipientFieldName;
  readonly input: RefObject<HTMLInputElement>;
  readonly find: Find;
  readonly where: (key: string) => RecipientFieldName | undefined;
  readonly onAdd: (field: RecipientFieldName, chips: readonly Chip[]) => Addition;
  /** Moves the focus to the last chip; absent when there is none. */
  readonly toChips: (() => void) | undefined;
}

/** Answers to an older text must not be chosen by an Enter that was meant for the newer one. */
const isFresh = (suggestions: Suggestions, text: string): boolean => suggestions.state !== 'found' || suggestions.query === queryOf(text);

/** The text of a recipient field, the list below it, and what keys and clipboard do (ARIA practices: combobox with list autocomplete). */
export function useRecipientInput({ name, input, find, where, onAdd, toChips }: RecipientInput) {
  const words = useWords();
  const announce = useAnnounce();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const suggestions = useSuggestions(text, find);
  const options = optionsFor(text, suggestions, where, words);
  const shown = open && text.trim() !== '';
  const current = shown && isFresh(suggestions, text) ? options[Math.min(active, options.length - 1)] : undefined;
  const status = shown ? listStatus(words, suggestions, options.length) : '';
  useEffect(() => {
    if (status !== '') announce(status);
  }, [status, announce]);

  const add = (more: readonly Chip[]): void => {
    announce(additionText(words, name, onAdd(name, more)));
    setText('');
    setActive(0);
    setOpen(false);
  };
  const choose = (option: Option): void => {
    add(option.chips);
    input.current?.focus();
  };
  const commit = (): void => {
    setOpen(false);
    if (text.trim() !== '') add(chipsOfText(text));
  };
  const enter = (): void => {
    if (isWholeList(text)) commit();
    else if (current) choose(current);
    // A name that is still being looked for stays; whatever looks like an address is judged.
    else if (text.includes('@')) commit();
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
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData.getData('text');
    if (text.trim() !== '' || !pasted.includes('@')) return;
    event.preventDefault();
    add(chipsOfText(pasted));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const { selectionStart, selectionEnd } = event.currentTarget;
    const back = selectionStart === 0 && selectionEnd === 0 ? toChips : undefined;
    const step = (by: number) => () => setActive((at) => (at + by + options.length) % Math.max(1, options.length));
    onKey(
      event,
      new Map([
        ['ArrowDown', shown ? step(1) : () => setOpen(true)],
        ['ArrowUp', shown ? step(-1) : undefined],
        ['Enter', enter],
        ['Escape', shown ? () => setOpen(false) : undefined],
        ['ArrowLeft', back],
        ['Backspace', back],
      ]),
    );
  };
  const isHalfAnAddress = shown && text.includes('@') && options.length === 0;
  const hint = isHalfAnAddress ? words.t('recipients.incomplete') : '';
  const activate = (option: Option): void => setActive(options.indexOf(option));
  return { text, setText, shown, options, suggestions, current, hint, type, choose, commit, activate, onPaste, onKeyDown };
}
