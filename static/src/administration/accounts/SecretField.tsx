import Button from '@atlaskit/button/new';
import TextArea from '@atlaskit/textarea';
import Textfield from '@atlaskit/textfield';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/context';
import type { WordKey } from '../../i18n/words';
import { describedBy, Field } from '../../ui/Field';
import { focusSoon } from '../../ui/focus';

interface SecretFieldProps {
  readonly id: string;
  readonly label: WordKey;
  /** Undefined keeps the saved one. */
  readonly value: string | undefined;
  /** One is saved, for exactly what stands in the form. */
  readonly fits: boolean;
  /** Why a saved one has to be typed again. */
  readonly again?: WordKey | undefined;
  readonly help?: WordKey | undefined;
  readonly error: WordKey | undefined;
  readonly optional?: boolean;
  /** Several lines, such as a key in PEM form. */
  readonly long?: boolean;
  readonly onChange: (value: string | undefined) => void;
}

/** A saved secret is never shown: it is said to be there, and can be replaced. */
export function SecretField({ id, label, value, fits, again, help, error, optional = false, long = false, onChange }: SecretFieldProps) {
  const words = useWords();
  const change = (): void => {
    onChange('');
    focusSoon(id);
  };
  const keep = (): void => {
    onChange(undefined);
    focusSoon(`${id}-change`);
  };
  if (fits && value === undefined) {
    return (
      <div className="pm-field">
        <span className="pm-label">{words.t(label)}</span>
        <div className="pm-row pm-saved">
          <span>{words.t('account.passwordSaved')}</span>
          <Button id={`${id}-change`} spacing="compact" onClick={change}>
            {words.t('account.passwordChange')}
          </Button>
        </div>
      </div>
    );
  }
  const below: ReactNode = fits ? (
    <button type="button" className="pm-link" onClick={keep}>
      {words.t('account.passwordKeep')}
    </button>
  ) : again ? (
    words.t(again)
  ) : help ? (
    words.t(help)
  ) : undefined;
  const field = {
    id,
    value: value ?? '',
    isInvalid: error !== undefined,
    'aria-describedby': describedBy(id, { help: below !== undefined, error: error !== undefined }),
  };
  const typed = (text: string): void => onChange(text === '' && !fits ? undefined : text);
  return (
    <Field
      id={id}
      label={words.t(label)}
      error={error && words.t(error)}
      help={below}
      {...(optional ? { optional: words.t('common.optional') } : {})}
    >
      {long ? (
        <TextArea {...field} minimumRows={3} spellCheck={false} onChange={(event) => typed(event.currentTarget.value)} />
      ) : (
        <Textfield {...field} type="password" autoComplete="new-password" onChange={(event) => typed(event.currentTarget.value)} />
      )}
    </Field>
  );
}
