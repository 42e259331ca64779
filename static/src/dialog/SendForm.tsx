import Checkbox from '@atlaskit/checkbox';
import TextArea from '@atlaskit/textarea';
import Textfield from '@atlaskit/textfield';
import { type RefObject, useState } from 'react';
import { MAX_NOTE_CHARS, MAX_SUBJECT_CHARS } from '#contract/limits';
import { useWords } from '../i18n/context';
import type { Words } from '../i18n/words';
import { describedBy, Field } from '../ui/Field';
import { Skeleton } from '../ui/Skeleton';
import { AttachmentPicker } from './AttachmentPicker';
import type { Problem, Writing } from './draft';
import { IdentityChoice } from './IdentityChoice';
import { RecipientField } from './RecipientField';
import { type Addition, addChips, type Chip, fieldOf, type RecipientFieldName, removeChip } from './recipients';
import { AUDIENCE_ID, audienceText } from './rules';
import type { Opened } from './useOpening';
import type { Find } from './useSuggestions';
import type { Verdicts } from './verdicts';

interface SendFormProps {
  readonly form: RefObject<HTMLFormElement>;
  /** Undefined while the page loads; recipients can be chosen meanwhile. */
  readonly opened: Opened | undefined;
  readonly writing: Writing;
  readonly problems: readonly Problem[];
  readonly verdicts: Verdicts;
  readonly find: Find;
  readonly onChange: (change: (before: Writing) => Writing) => void;
  readonly onSubmit: () => void;
}

export function SendForm({ form, opened, writing, problems, verdicts, find, onChange, onSubmit }: SendFormProps) {
  const words = useWords();
  const set = (part: Partial<Writing>): void => onChange((before) => ({ ...before, ...part }));
  const subjectError = problems.includes('subject-missing') ? words.t('send.subjectMissing') : undefined;
  return (
    <form
      ref={form}
      className="pm-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <RecipientFields opened={opened} writing={writing} problems={problems} verdicts={verdicts} find={find} onChange={onChange} />
      <div className="pm-form-line">
        <div className="pm-form-choices">
          <Checkbox
            label={words.t('send.copyToMe')}
            isChecked={writing.copyToMe}
            onChange={(event) => set({ copyToMe: event.target.checked })}
          />
          <Checkbox
            label={words.t('send.individualCopies')}
            isChecked={writing.individualCopies === true || opened?.rules?.alwaysIndividual === true}
            isDisabled={opened?.rules?.alwaysIndividual === true}
            onChange={(event) => set({ individualCopies: event.target.checked })}
          />
        </div>
        <IdentityChoice opened={opened} chosen={writing.identity} onChange={(identity) => set({ identity })} />
      </div>
      <Field id="subject" label={words.t('send.subject')} error={subjectError}>
        {opened ? (
          <Textfield
            id="subject"
            value={writing.subject}
            maxLength={MAX_SUBJECT_CHARS}
            isInvalid={subjectError !== undefined}
            aria-describedby={describedBy('subject', { error: subjectError !== undefined })}
            onChange={(event) => set({ subject: event.currentTarget.value })}
            // Enter in a line of text must not send a mail.
            onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          />
        ) : (
          <Skeleton height="40px" />
        )}
      </Field>
      <Field id="note" label={words.t('send.note')} help={words.t('send.noteHelp')}>
        <TextArea
          id="note"
          value={writing.note}
          maxLength={MAX_NOTE_CHARS}
          minimumRows={3}
          resize="vertical"
          aria-describedby={describedBy('note', { help: true })}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
      </Field>
      <AttachmentPicker
        attachments={opened?.attachments}
        chosen={writing.chosen}
        limitBytes={opened?.limits.messageBytes ?? 0}
        rules={opened?.rules}
        onChange={(chosen) => set({ chosen })}
      />
    </form>
  );
}

type RecipientFieldsProps = Pick<SendFormProps, 'opened' | 'writing' | 'problems' | 'verdicts' | 'find' | 'onChange'>;

function RecipientFields({ opened, writing: { chips }, problems, verdicts, find, onChange }: RecipientFieldsProps) {
  const words = useWords();
  const [shown, setShown] = useState<readonly RecipientFieldName[]>([]);
  const [fresh, setFresh] = useState<RecipientFieldName>('to');
  const add = (field: RecipientFieldName, more: readonly Chip[]): Addition => {
    const addition = addChips(chips, field, more);
    onChange((before) => ({ ...before, chips: addition.chips }));
    return addition;
  };
  const remove = (field: RecipientFieldName, key: string): void =>
    onChange((before) => ({ ...before, chips: removeChip(before.chips, field, key) }));
  const errorOf = (field: RecipientFieldName): string | undefined => {
    const wrong = chips[field]
      .filter(({ kind }) => kind === 'invalid')
      .map(({ label }) => words.t('recipients.notAddress', { text: label }));
    const reasons = [...wrong.slice(0, MAX_REASONS), ...refusalTexts(words, chips[field], verdicts)];
    if (reasons.length > 0) return reasons.join(' ');
    return field === 'to' && problems.includes('recipients-missing') ? words.t('recipients.missing') : undefined;
  };
  const visible = (field: RecipientFieldName): boolean => field === 'to' || shown.includes(field) || chips[field].length > 0;
  const hiddenFields = (['cc', 'bcc'] as const).filter((field) => !visible(field));
  const showers = hiddenFields.map((field) => (
    <button
      key={field}
      type="button"
      className="pm-link pm-small"
      title={words.t('send.showField', { field: words.t(`send.${field}`) })}
      onClick={() => {
        setShown([...shown, field]);
        setFresh(field);
      }}
    >
      {words.t(`send.${field}`)}
    </button>
  ));
  return (
    <>
      {(['to', 'cc', 'bcc'] as const).filter(visible).map((field) => (
        <RecipientField
          key={field}
          name={field}
          chips={chips[field]}
          verdicts={verdicts}
          describedBy={audienceText(words, opened?.rules) ? AUDIENCE_ID : undefined}
          find={find}
          where={(key) => fieldOf(chips, key)}
          onAdd={add}
          onRemove={remove}
          error={errorOf(field)}
          autoFocus={field === fresh}
          aside={field === 'to' && showers.length > 0 ? <span className="pm-showers">{showers}</span> : null}
        />
      ))}
    </>
  );
}

/** Reasons shown at once below a field; chips beyond them are marked all the same. */
const MAX_REASONS = 3;

/** Why the policy refuses what was typed, each reason once. */
function refusalTexts(words: Words, chips: readonly Chip[], verdicts: Verdicts): string[] {
  const refusals = chips.flatMap(({ key }) => verdicts.get(key)?.refusal ?? []);
  const texts = refusals.map((refusal) => Object.values(words.error(refusal)).join(' '));
  return [...new Set(texts)].slice(0, MAX_REASONS);
}
