import { type KeyboardEvent, useId } from 'react';
import { useWords } from '../i18n/context';
import { Icon } from '../ui/icons';
import { onKey } from '../ui/keys';
import type { Chip } from './recipients';
import type { Verdict } from './verdicts';

interface ChipViewProps {
  readonly chip: Chip;
  /** What the policy says about a typed address, once it is known. */
  readonly verdict: Verdict | undefined;
  readonly onRemove: () => void;
  /** Removes it by Backspace, which leads back into the input: whoever goes on typing means text, not the next chip. */
  readonly onErase: () => void;
  /** Puts a wrong one back into the input. */
  readonly onEdit: () => void;
  /** Moves the focus to a neighbour or into the input. */
  readonly onMove: (step: -1 | 1 | 'input') => void;
}

/** Somebody chosen. Not in the tab order: the arrow keys lead here from the input, Delete and Backspace remove. */
export function ChipView({ chip, verdict, onRemove, onErase, onEdit, onMove }: ChipViewProps) {
  const words = useWords();
  const wrong = chip.kind === 'invalid';
  const described = useId();
  const onKeyDown = (event: KeyboardEvent): void => {
    // What is typed goes into the input, as the key's own effect comes after this.
    if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) onMove('input');
    onKey(
      event,
      new Map([
        ['ArrowLeft', () => onMove(-1)],
        ['ArrowRight', () => onMove(1)],
        ['Delete', onRemove],
        ['Backspace', onErase],
        ['Escape', () => onMove('input')],
        ['End', () => onMove('input')],
      ]),
    );
  };
  const address = chip.kind === 'address' ? chip.address : chip.label;
  const reason = verdict?.refusal
    ? words.error(verdict.refusal).sentence
    : verdict?.place === 'outside'
      ? words.t('recipients.outside')
      : '';
  const title = reason ? `${address}: ${reason}` : address;
  return (
    <li className={`pm-chip pm-chip-${verdict?.refusal ? 'refused' : chip.kind}`}>
      {chip.kind === 'group' ? (
        <span className="pm-chip-icon">
          <Icon name="people" />
        </span>
      ) : null}
      {reason ? (
        <span className="pm-chip-icon">
          <Icon name={verdict?.refusal ? 'error' : 'outside'} />
        </span>
      ) : null}
      {wrong ? (
        <button
          type="button"
          className="pm-chip-text pm-chip-edit"
          tabIndex={-1}
          onClick={onEdit}
          aria-label={words.t('recipients.edit', { name: chip.label })}
        >
          {chip.label}
        </button>
      ) : (
        <span className="pm-chip-text" title={title}>
          {chip.label}
          {chip.kind === 'group' && chip.memberCount !== undefined ? <span className="pm-chip-count"> ({chip.memberCount})</span> : null}
        </span>
      )}
      <button
        type="button"
        data-chip=""
        className="pm-chip-remove"
        tabIndex={-1}
        aria-label={words.t('recipients.remove', { name: chip.label })}
        {...(reason ? { 'aria-describedby': described } : {})}
        onClick={onRemove}
        onKeyDown={onKeyDown}
      >
        <Icon name="cross" />
      </button>
      {reason ? (
        <span className="pm-hidden" id={described}>
          {reason}
        </span>
      ) : null}
    </li>
  );
}
