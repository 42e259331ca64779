import { type FormEvent, useMemo, useRef, useState } from 'react';
import type { Value } from '#contract/resolvers';
import type { Presentation } from '#contract/settings';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import { AccountFields } from './AccountFields';
import { type AccountForm, accountFormOf, accountPayload, isBlankAccount, type SavedAccount } from './account';
import { isColour, LookFields } from './LookFields';
import { RelayPanel } from './RelayPanel';
import { SaveBar } from './SaveBar';
import { LoadingSettings, Section, SettingsFailure, SettingsPage } from './SettingsPage';
import { Switch } from './Switch';
import { TestPanel } from './TestPanel';
import { focusInvalid, useAccountTests } from './useAccountTests';
import { type Source, useSettings } from './useSettings';

type Site = Value<'site-settings/get'>;
interface SiteForm {
  readonly enabled: boolean;
  readonly account: AccountForm;
  readonly look: Presentation;
}

const savedAccount = ({ settings, secretsSet }: Site): SavedAccount => ({ account: settings.account, passwordSet: secretsSet.password });

const siteSource = (call: Call): Source<Site, SiteForm> => ({
  load: () => call('site-settings/get', {}),
  toForm: ({ settings }) => ({ enabled: settings.enabled, account: accountFormOf(settings.account), look: settings.presentation }),
  save: (form, site) =>
    call('site-settings/save', {
      revision: site.settings.revision,
      enabled: form.enabled,
      presentation: form.look,
      ...(isBlankAccount(form.account) ? {} : accountPayload(form.account, savedAccount(site))),
    }),
});

/** The settings of the whole site, for Confluence administrators. */
export function SiteSettings({ call }: { call: Call }) {
  const words = useWords();
  const source = useMemo(() => siteSource(call), [call]);
  const settings = useSettings(source);
  const { state } = settings;
  return (
    <SettingsPage title={words.t('site.title')}>
      {state.phase === 'loading' ? <LoadingSettings /> : null}
      {state.phase === 'failed' ? <SettingsFailure failure={state.failure} onRetry={settings.reload} /> : null}
      {state.phase === 'ready' ? (
        <>
          <RelayPanel call={call} />
          <SiteFormView call={call} settings={settings} state={state} />
        </>
      ) : null}
    </SettingsPage>
  );
}

type Settings = ReturnType<typeof useSettings<Site, SiteForm>>;
interface SiteFormViewProps {
  readonly call: Call;
  readonly settings: Settings;
  readonly state: Extract<Settings['state'], { phase: 'ready' }>;
}

function SiteFormView({ call, settings, state }: SiteFormViewProps) {
  const words = useWords();
  const page = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(false);
  const { form, value } = state;
  const saved = savedAccount(value);
  const tests = useAccountTests(call, 'site-settings', form.account, saved, page);
  const accentError = tried && !isColour(form.look.accentColor);
  const set = (part: Partial<SiteForm>): void => settings.change((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    // Without any account the rest can be saved all the same.
    const accountFits = (isBlankAccount(form.account) && !value.settings.account) || tests.attempt();
    if (accountFits && isColour(form.look.accentColor)) void settings.save();
    else focusInvalid(page);
  };
  return (
    <form ref={page} className="pm-stack-wide" onSubmit={submit} noValidate>
      <Section title={words.t('account.title')} intro={words.t('account.intro')}>
        <AccountFields form={form.account} saved={saved} errors={tests.shownErrors} onChange={(account) => set({ account })} />
        <TestPanel account={form.account} verify={tests.verify} sendTest={tests.sendTest} />
      </Section>
      <Section title={words.t('look.title')}>
        <LookFields look={form.look} accentError={accentError} onChange={(look) => set({ look })} />
      </Section>
      <Section title={words.t('site.sending')}>
        <Switch
          id="enabled"
          label={words.t('site.enabled')}
          help={words.t('site.enabledHelp')}
          on={form.enabled}
          onChange={(enabled) => set({ enabled })}
        />
      </Section>
      <SaveBar
        dirty={settings.dirty}
        saving={state.saving}
        saved={state.saved}
        failure={state.failure}
        invalid={accentError || Object.keys(tests.shownErrors).length > 0}
        changedAt={value.settings.changedAt}
        onDiscard={settings.discard}
        onReload={settings.reload}
      />
    </form>
  );
}
