import TextArea from '@atlaskit/textarea';
import Textfield from '@atlaskit/textfield';
import type { Presentation } from '#contract/settings';
import { useWords } from '../i18n/context';
import { describedBy, Field } from '../ui/Field';
import { TextInput } from '../ui/TextInput';

interface LookFieldsProps {
  readonly look: Presentation;
  readonly accentError: boolean;
  readonly onChange: (look: Presentation) => void;
}

export const isColour = (text: string): boolean => /^#[0-9a-fA-F]{6}$/.test(text);

/** What a mail looks like: prefix, colour, footer. */
export function LookFields({ look, accentError, onChange }: LookFieldsProps) {
  const words = useWords();
  const set = (part: Partial<Presentation>): void => onChange({ ...look, ...part });
  return (
    <div className="pm-stack">
      <TextInput
        id="prefix"
        label="look.prefix"
        help="look.prefixHelp"
        optional
        value={look.subjectPrefix}
        onChange={(subjectPrefix) => set({ subjectPrefix: subjectPrefix.slice(0, 60) })}
      />
      <Field
        id="accent"
        label={words.t('look.accent')}
        help={words.t('look.accentHelp')}
        error={accentError ? words.t('look.accentInvalid') : undefined}
      >
        <div className="pm-colour">
          <input
            type="color"
            className="pm-colour-well pm-focusable"
            aria-label={words.t('look.accentPick')}
            value={isColour(look.accentColor) ? look.accentColor.toLowerCase() : '#000000'}
            onChange={(event) => set({ accentColor: event.target.value })}
          />
          <Textfield
            id="accent"
            width="small"
            value={look.accentColor}
            isInvalid={accentError}
            aria-describedby={describedBy('accent', { help: true, error: accentError })}
            onChange={(event) => set({ accentColor: event.currentTarget.value })}
          />
        </div>
      </Field>
      <Field id="footer" label={words.t('look.footer')} optional={words.t('common.optional')} help={words.t('look.footerHelp')}>
        <TextArea
          id="footer"
          value={look.footerText}
          maxLength={2000}
          minimumRows={3}
          resize="vertical"
          aria-describedby={describedBy('footer', { help: true })}
          onChange={(event) => set({ footerText: event.currentTarget.value })}
        />
      </Field>
    </div>
  );
}
