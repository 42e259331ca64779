import type { KeyboardEvent } from 'react';
import { useWords } from '../i18n/context';
import { Icon } from '../ui/icons';
import { onKey } from '../ui/keys';
import type { Chip } from './recipients';

interface ChipViewProps {
  readonly chip: Chip;
  readonly onRemove: () => void;
  /** Puts a wrong one back into the input. */
  readonly onEdit: () => void;
  /** Moves the focus to a neighbour or into the input. */
  readonly onMove: (step: -1 | 1 | 'input') => void;
}

/** Somebody chosen. Not in the tab order: the arrow keys lead here from the input, Delete and Backspace remove. */
export function ChipView({ chip, onRemove, onEdit, onMove }: ChipViewProps) {
  const words = useWords();
  const wrong = chip.kind === 'invalid';
  const onKeyDown = (event: KeyboardEvent): void =>
    onKey(
      event,
      new Map([
        ['ArrowLeft', () => onMove(-1)],
        ['ArrowRight', () => onMove(1)],
        ['Delete', onRemove],
        ['Backspace', onRemove],
        ['Escape', () => onMove('input')],
        ['End', () => onMove('input')],
      ]),
    );
  const title = chip.kind === 'address' ? chip.address : chip.label;
  return (
    <li className={`pm-chip pm-chip-${chip.kind}`}>
      {chip.kind === 'group' ? (
        <span className="pm-chip-icon">
          <Icon name="people" />
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
          {chip.kind === 'group' ? <span className="pm-chip-count"> ({chip.memberCount})</span> : null}
        </span>
      )}
      <button
        type="button"
        data-chip=""
        className="pm-chip-remove"
        tabIndex={-1}
        aria-label={words.t('recipients.remove', { name: chip.label })}
        onClick={onRemove}
        onKeyDown={onKeyDown}
      >
        <Icon name="cross" />
      </button>
    </li>
  );
}
