import Textfield from '@atlaskit/textfield';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { describedBy, Field } from '../../ui/Field';
import { TextInput } from '../../ui/TextInput';
import type { FieldErrors } from '../errors';
import { LinesInput } from '../fields';
import { NumberInput } from '../policy/LimitsFields';
import { Section } from '../SettingsPage';
import { type LookForm, type SiteForm, toPresentation } from '../site-form';
import { isColour } from './colour';
import { LivePreview, type PreviewSource } from './LivePreview';
import { LogoField } from './LogoField';

interface AppearanceTabProps {
  readonly call: Call;
  readonly form: SiteForm;
  readonly errors: FieldErrors;
  readonly hasLogo: boolean;
  readonly onLogo: (hasLogo: boolean) => void;
  readonly onChange: (part: Partial<SiteForm>) => void;
}

/** What a mail of this site looks like, with a page of the site to see it on. */
export default function AppearanceTab({ call, form, errors, hasLogo, onLogo, onChange }: AppearanceTabProps) {
  const words = useWords();
  const { look } = form;
  const set = (part: Partial<LookForm>): void => onChange({ look: { ...look, ...part } });
  const source: PreviewSource = {
    findPages: (query) => call('site-policy/find-pages', { query }),
    preview: (page) => call('site-policy/preview', { ...page, presentation: toPresentation(look), language: words.language }),
  };
  return (
    <>
      <Section title={words.t('look.title')}>
        <div className="pm-stack">
          <LogoField
            choice={look.logo}
            hasLogo={hasLogo}
            upload={(dataUrl) => call('site-policy/logo', dataUrl ? { dataUrl } : {})}
            onLogo={onLogo}
            onChange={(logo) => set({ logo })}
          />
          <Colour value={look.accentColor} error={errors['accent']} onChange={(accentColor) => set({ accentColor })} />
          <TextInput
            id="prefix"
            label="look.prefix"
            help="look.prefixHelp"
            optional
            value={look.subjectPrefix}
            onChange={(subjectPrefix) => set({ subjectPrefix: subjectPrefix.slice(0, 60) })}
          />
          <TextInput
            id="header"
            label="look.header"
            help="look.headerHelp"
            optional
            value={look.headerText}
            onChange={(headerText) => set({ headerText: headerText.slice(0, 200) })}
          />
          <LinesInput
            id="footer"
            label="look.footer"
            help="look.footerHelp"
            optional
            maxLength={2000}
            value={look.footerText}
            onChange={(footerText) => set({ footerText })}
          />
          <LinesInput
            id="note-template"
            label="look.note"
            help="look.noteHelp"
            optional
            maxLength={2000}
            value={look.noteTemplate}
            onChange={(noteTemplate) => set({ noteTemplate })}
          />
          <NumberInput
            id="image-side"
            label="look.imageSide"
            help="look.imageSideHelp"
            error={errors['image-side']}
            value={look.imageSide}
            onChange={(imageSide) => set({ imageSide })}
          />
        </div>
      </Section>
      <LivePreview source={source} watched={JSON.stringify([look, hasLogo])} sound={Object.keys(errors).length === 0} />
    </>
  );
}

interface ColourProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A colour, picked or typed. */
export function Colour({ value, error, onChange }: ColourProps) {
  const words = useWords();
  return (
    <Field id="accent" label={words.t('look.accent')} help={words.t('look.accentHelp')} error={error}>
      <div className="pm-colour">
        <input
          type="color"
          className="pm-colour-well pm-focusable"
          aria-label={words.t('look.accentPick')}
          value={isColour(value) ? value.toLowerCase() : '#000000'}
          onChange={(event) => onChange(event.target.value)}
        />
        <Textfield
          id="accent"
          width="small"
          value={value}
          isInvalid={error !== undefined}
          aria-describedby={describedBy('accent', { help: true, error: error !== undefined })}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </div>
    </Field>
  );
}
