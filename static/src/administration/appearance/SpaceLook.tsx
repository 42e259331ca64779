import Checkbox from '@atlaskit/checkbox';
import { type ReactNode, useState } from 'react';
import type { SpacePresentation } from '#contract/settings/v2';
import { useWords } from '../../i18n/context';
import type { WordKey } from '../../i18n/words';
import type { Call } from '../../platform/bridge';
import { TextInput } from '../../ui/TextInput';
import type { FieldErrors } from '../errors';
import { LinesInput } from '../fields';
import { Section } from '../SettingsPage';
import type { Space } from '../space-form';
import { Colour } from './AppearanceTab';
import { LivePreview, type PreviewSource } from './LivePreview';
import { LogoField } from './LogoField';

interface SpaceLookProps {
  readonly call: Call;
  readonly space: Space;
  readonly look: SpacePresentation;
  readonly errors: FieldErrors;
  readonly onChange: (look: SpacePresentation) => void;
}

type Part = keyof SpacePresentation;

/** What of the site's look the space replaces, with a page of the space to see it on. */
export default function SpaceLook({ call, space, look, errors, onChange }: SpaceLookProps) {
  const words = useWords();
  const [hasLogo, setHasLogo] = useState(space.hasLogo);
  const { presentation } = space.site;
  const source: PreviewSource = {
    findPages: (query) => call('space-policy/find-pages', { query }),
    preview: (page) => call('space-policy/preview', { ...page, presentation: look, language: words.language }),
  };
  const set = (part: SpacePresentation): void => onChange({ ...look, ...part });
  const override = (part: Part, label: WordKey, note: string, field: ReactNode): ReactNode => (
    <Override
      label={label}
      note={note}
      on={look[part] !== undefined}
      onChange={(on) => {
        const { [part]: _, ...rest } = look;
        onChange(on ? { ...rest, [part]: presentation[part] } : rest);
      }}
    >
      {field}
    </Override>
  );
  const siteText = (text: string): string => (text === '' ? words.t('space.siteNone') : words.t('space.siteText', { text }));
  return (
    <>
      <Section title={words.t('look.title')}>
        {override(
          'subjectPrefix',
          'space.prefixOwn',
          presentation.subjectPrefix === ''
            ? words.t('space.prefixNone')
            : words.t('space.prefixSite', { prefix: presentation.subjectPrefix }),
          <TextInput
            id="prefix"
            label="look.prefix"
            help="look.prefixHelp"
            value={look.subjectPrefix ?? ''}
            onChange={(text) => set({ subjectPrefix: text.slice(0, 60) })}
          />,
        )}
        {override(
          'accentColor',
          'space.accentOwn',
          siteText(presentation.accentColor),
          <Colour value={look.accentColor ?? ''} error={errors['accent']} onChange={(accentColor) => set({ accentColor })} />,
        )}
        {override(
          'logo',
          'space.logoOwn',
          siteText(words.t(`look.logo.${presentation.logo}`)),
          <LogoField
            choice={look.logo ?? 'none'}
            hasLogo={hasLogo}
            upload={(dataUrl) => call('space-policy/logo', dataUrl ? { dataUrl } : {})}
            onLogo={setHasLogo}
            onChange={(logo) => set({ logo })}
          />,
        )}
        {override(
          'headerText',
          'space.headerOwn',
          siteText(presentation.headerText),
          <TextInput
            id="header"
            label="look.header"
            help="look.headerHelp"
            value={look.headerText ?? ''}
            onChange={(text) => set({ headerText: text.slice(0, 200) })}
          />,
        )}
        {override(
          'footerText',
          'space.footerOwn',
          siteText(presentation.footerText),
          <LinesInput
            id="footer"
            label="look.footer"
            help="look.footerHelp"
            maxLength={2000}
            value={look.footerText ?? ''}
            onChange={(footerText) => set({ footerText })}
          />,
        )}
        {override(
          'noteTemplate',
          'space.noteOwn',
          siteText(presentation.noteTemplate),
          <LinesInput
            id="note-template"
            label="look.note"
            help="look.noteHelp"
            maxLength={2000}
            value={look.noteTemplate ?? ''}
            onChange={(noteTemplate) => set({ noteTemplate })}
          />,
        )}
      </Section>
      <LivePreview source={source} watched={JSON.stringify([look, hasLogo])} sound={Object.keys(errors).length === 0} />
    </>
  );
}

interface OverrideProps {
  readonly label: WordKey;
  /** What holds without it. */
  readonly note: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly children: ReactNode;
}

function Override({ label, note, on, onChange, children }: OverrideProps) {
  const words = useWords();
  return (
    <div className="pm-stack">
      <div>
        <Checkbox label={words.t(label)} isChecked={on} onChange={() => onChange(!on)} />
        <p className="pm-help pm-indented">{note}</p>
      </div>
      {on ? <div className="pm-indented">{children}</div> : null}
    </div>
  );
}
