import Textfield from '@atlaskit/textfield';
import { useWords } from '../i18n/context';
import type { WordKey } from '../i18n/words';
import { describedBy, Field } from './Field';

interface TextInputProps {
  readonly id: string;
  readonly label: WordKey;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: WordKey;
  readonly error?: WordKey | undefined;
  readonly type?: string;
  readonly numeric?: boolean;
  readonly optional?: boolean;
  readonly autoComplete?: string;
}

/** One line of text with label, help and error. */
export function TextInput({
  id,
  label,
  value,
  onChange,
  help,
  error,
  type = 'text',
  numeric = false,
  optional = false,
  autoComplete,
}: TextInputProps) {
  const words = useWords();
  return (
    <Field
      id={id}
      label={words.t(label)}
      error={error && words.t(error)}
      {...(help ? { help: words.t(help) } : {})}
      {...(optional ? { optional: words.t('common.optional') } : {})}
    >
      <Textfield
        id={id}
        type={type}
        value={value}
        isInvalid={error !== undefined}
        {...(numeric ? { inputMode: 'numeric' as const } : {})}
        {...(autoComplete ? { autoComplete } : {})}
        aria-describedby={describedBy(id, { help: help !== undefined, error: error !== undefined })}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}
