import TextArea from '@atlaskit/textarea';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/context';
import type { WordKey } from '../i18n/words';
import { describedBy, Field } from '../ui/Field';

interface RadiosProps<K extends string> {
  readonly name: string;
  readonly legend: string;
  readonly hideLegend?: boolean;
  readonly options: readonly { readonly value: K; readonly label: string; readonly help?: string | undefined }[];
  readonly value: K;
  readonly onChange: (value: K) => void;
}

/** One of a few, each with its words. */
export const Radios = <K extends string>({ name, legend, hideLegend = false, options, value, onChange }: RadiosProps<K>) => (
  <fieldset className="pm-group pm-radios">
    <legend className={hideLegend ? 'pm-hidden' : 'pm-legend'}>{legend}</legend>
    {options.map((option) => (
      <label key={option.value} className="pm-radio">
        <input type="radio" name={name} className="pm-focusable" checked={option.value === value} onChange={() => onChange(option.value)} />
        <span>
          {option.label}
          {option.help ? <span className="pm-help">{option.help}</span> : null}
        </span>
      </label>
    ))}
  </fieldset>
);

interface SelectInputProps<K extends string> {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  readonly options: readonly { readonly value: K; readonly label: string }[];
  readonly value: K;
  readonly onChange: (value: K) => void;
}

/** One of several, in a list that opens. */
export const SelectInput = <K extends string>({ id, label, help, options, value, onChange }: SelectInputProps<K>) => (
  <Field id={id} label={label} help={help}>
    <select
      id={id}
      className="pm-select"
      value={value}
      aria-describedby={describedBy(id, { help: help !== undefined })}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value);
        if (chosen) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  </Field>
);

interface LinesInputProps {
  readonly id: string;
  readonly label: WordKey;
  readonly help?: WordKey;
  /** A whole sentence, already in the reader's language. */
  readonly error?: string | undefined;
  readonly optional?: boolean;
  readonly value: string;
  readonly maxLength?: number;
  readonly onChange: (value: string) => void;
}

/** Several lines of text: a list with one entry in each, or a longer text. */
export function LinesInput({ id, label, help, error, optional = false, value, maxLength, onChange }: LinesInputProps): ReactNode {
  const words = useWords();
  return (
    <Field
      id={id}
      label={words.t(label)}
      error={error}
      {...(help ? { help: words.t(help) } : {})}
      {...(optional ? { optional: words.t('common.optional') } : {})}
    >
      <TextArea
        id={id}
        value={value}
        minimumRows={3}
        resize="vertical"
        isInvalid={error !== undefined}
        {...(maxLength ? { maxLength } : {})}
        aria-describedby={describedBy(id, { help: help !== undefined, error: error !== undefined })}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}
