import Textfield from '@atlaskit/textfield';
import { useWords } from '../../i18n/context';
import type { WordKey } from '../../i18n/words';
import { describedBy, Field } from '../../ui/Field';
import type { FieldErrors } from '../errors';
import { SelectInput } from '../fields';
import { Section } from '../SettingsPage';
import type { LimitsForm } from './policy-form';

interface LimitsFieldsProps {
  readonly form: LimitsForm;
  readonly errors: FieldErrors;
  readonly onChange: (form: LimitsForm) => void;
}

/** How many, how often, how large, and which files. */
export function LimitsFields({ form, errors, onChange }: LimitsFieldsProps) {
  const words = useWords();
  const listed = form.attachments === 'only' || form.attachments === 'except';
  return (
    <Section title={words.t('policy.limits')}>
      <div className="pm-columns">
        <NumberInput
          id="recipients-per-mail"
          label="policy.recipientsPerMail"
          help="policy.recipientsPerMailHelp"
          error={errors['recipients-per-mail']}
          value={form.recipientsPerMail}
          onChange={(recipientsPerMail) => onChange({ ...form, recipientsPerMail })}
        />
        <NumberInput
          id="mails-per-day"
          label="policy.mailsPerDay"
          help="policy.mailsPerDayHelp"
          error={errors['mails-per-day']}
          value={form.mailsPerPersonAndDay}
          onChange={(mailsPerPersonAndDay) => onChange({ ...form, mailsPerPersonAndDay })}
        />
        <NumberInput
          id="megabytes"
          label="policy.megabytes"
          help="policy.megabytesHelp"
          error={errors['megabytes']}
          value={form.megabytes}
          onChange={(megabytes) => onChange({ ...form, megabytes })}
        />
      </div>
      <SelectInput
        id="attachment-types"
        label={words.t('policy.attachments')}
        options={(['all', 'only', 'except', 'none'] as const).map((value) => ({ value, label: words.t(`policy.attachments.${value}`) }))}
        value={form.attachments}
        onChange={(attachments) => onChange({ ...form, attachments })}
      />
      {listed ? (
        <NumberInput
          id="extensions"
          label="policy.extensions"
          help="policy.extensionsHelp"
          error={errors['extensions']}
          text
          value={form.extensions}
          onChange={(extensions) => onChange({ ...form, extensions })}
        />
      ) : null}
    </Section>
  );
}

interface NumberInputProps {
  readonly id: string;
  readonly label: WordKey;
  readonly help?: WordKey;
  /** A whole sentence, already in the reader's language. */
  readonly error: string | undefined;
  readonly value: string;
  /** Words rather than a number. */
  readonly text?: boolean;
  readonly onChange: (value: string) => void;
}

/** A number with label, help and an error that names its limits. */
export function NumberInput({ id, label, help, error, value, text = false, onChange }: NumberInputProps) {
  const words = useWords();
  return (
    <Field id={id} label={words.t(label)} error={error} {...(help ? { help: words.t(help) } : {})}>
      <Textfield
        id={id}
        value={value}
        isInvalid={error !== undefined}
        {...(text ? {} : { inputMode: 'decimal' as const })}
        aria-describedby={describedBy(id, { help: help !== undefined, error: error !== undefined })}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}
