import Checkbox from '@atlaskit/checkbox';
import { type FormEvent, useMemo, useRef } from 'react';
import type { Value } from '#contract/resolvers';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import { Notice } from '../ui/Notice';
import { TextInput } from '../ui/TextInput';
import { AccountFields } from './AccountFields';
import { type AccountForm, accountFormOf, accountPayload, isBlankAccount, type SavedAccount } from './account';
import { SaveBar } from './SaveBar';
import { LoadingSettings, Section, SettingsFailure, SettingsPage } from './SettingsPage';
import { Switch } from './Switch';
import { TestPanel } from './TestPanel';
import { type AccountTests, useAccountTests } from './useAccountTests';
import { type Source, useSettings } from './useSettings';

type Space = Value<'space-settings/get'>;
interface SpaceForm {
  readonly enabled: boolean;
  readonly accountSource: 'site' | 'own';
  readonly account: AccountForm;
  /** Undefined: the site's. */
  readonly subjectPrefix: string | undefined;
}

const savedAccount = ({ settings, secretsSet }: Space): SavedAccount => ({ account: settings.account, passwordSet: secretsSet.password });

const spaceSource = (call: Call): Source<Space, SpaceForm> => ({
  load: () => call('space-settings/get', {}),
  toForm: ({ settings }) => ({
    enabled: settings.enabled,
    accountSource: settings.accountSource,
    account: accountFormOf(settings.account),
    subjectPrefix: settings.subjectPrefix,
  }),
  save: ({ enabled, accountSource, account, subjectPrefix }, space) =>
    call('space-settings/save', {
      revision: space.settings.revision,
      enabled,
      accountSource,
      ...(subjectPrefix === undefined ? {} : { subjectPrefix }),
      ...(isBlankAccount(account) ? {} : accountPayload(account, savedAccount(space))),
    }),
});

/** The settings of one space, for its administrators. */
export function SpaceSettings({ call }: { call: Call }) {
  const words = useWords();
  const source = useMemo(() => spaceSource(call), [call]);
  const settings = useSettings(source);
  const { state } = settings;
  const title = state.phase === 'ready' ? words.t('space.title', { space: state.value.space.name }) : words.t('site.title');
  return (
    <SettingsPage title={title}>
      {state.phase === 'loading' ? <LoadingSettings /> : null}
      {state.phase === 'failed' ? <SettingsFailure failure={state.failure} onRetry={settings.reload} /> : null}
      {state.phase === 'ready' ? <SpaceFormView call={call} settings={settings} state={state} /> : null}
    </SettingsPage>
  );
}

type Settings = ReturnType<typeof useSettings<Space, SpaceForm>>;
interface SpaceFormViewProps {
  readonly call: Call;
  readonly settings: Settings;
  readonly state: Extract<Settings['state'], { phase: 'ready' }>;
}

function SpaceFormView({ call, settings, state }: SpaceFormViewProps) {
  const words = useWords();
  const page = useRef<HTMLFormElement>(null);
  const { form, value } = state;
  const saved = savedAccount(value);
  const backend = useMemo(
    (): AccountTests => ({
      verify: (payload) => call('space-settings/verify', payload),
      sendTest: (payload) => call('space-settings/send-test', payload),
    }),
    [call],
  );
  const tests = useAccountTests(backend, form.account, saved, page);
  const own = form.accountSource === 'own';
  const set = (part: Partial<SpaceForm>): void => settings.change((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!own || tests.attempt()) void settings.save();
  };
  return (
    <form ref={page} className="pm-stack-wide" onSubmit={submit} noValidate>
      {value.site.enabled ? null : <Notice kind="information">{words.t('space.siteOff')}</Notice>}
      <Section title={words.t('site.sending')}>
        <Switch id="enabled" label={words.t('space.enabled')} on={form.enabled} onChange={(enabled) => set({ enabled })} />
      </Section>
      <Section title={words.t('space.source')}>
        <AccountSource site={value.site} source={form.accountSource} onChange={(accountSource) => set({ accountSource })} />
        {own ? (
          <>
            <AccountFields form={form.account} saved={saved} errors={tests.shownErrors} onChange={(account) => set({ account })} />
            <TestPanel account={form.account} verify={tests.verify} sendTest={tests.sendTest} />
          </>
        ) : null}
      </Section>
      <Section title={words.t('look.prefix')}>
        <Prefix prefix={form.subjectPrefix} site={value.site.subjectPrefix} onChange={(subjectPrefix) => set({ subjectPrefix })} />
      </Section>
      <SaveBar
        dirty={settings.dirty}
        saving={state.saving}
        saved={state.saved}
        failure={state.failure}
        invalid={own && Object.keys(tests.shownErrors).length > 0}
        changedAt={value.settings.changedAt}
        onDiscard={settings.discard}
        onReload={settings.reload}
      />
    </form>
  );
}

interface AccountSourceProps {
  readonly site: Space['site'];
  readonly source: SpaceForm['accountSource'];
  readonly onChange: (source: SpaceForm['accountSource']) => void;
}

function AccountSource({ site, source, onChange }: AccountSourceProps) {
  const words = useWords();
  return (
    <fieldset className="pm-group pm-radios">
      <legend className="pm-hidden">{words.t('space.source')}</legend>
      {(['site', 'own'] as const).map((each) => (
        <label key={each} className="pm-radio">
          <input type="radio" name="account-source" className="pm-focusable" checked={source === each} onChange={() => onChange(each)} />
          <span>
            {words.t(`space.source.${each}`)}
            {each === 'site' && site.fromAddress ? (
              <span className="pm-help">{words.t('space.source.siteHelp', { address: site.fromAddress })}</span>
            ) : null}
          </span>
        </label>
      ))}
      {source === 'site' && !site.hasAccount ? <Notice kind="warning">{words.t('space.source.siteMissing')}</Notice> : null}
    </fieldset>
  );
}

function Prefix({ prefix, site, onChange }: { prefix: string | undefined; site: string; onChange: (prefix: string | undefined) => void }) {
  const words = useWords();
  const own = prefix !== undefined;
  return (
    <div className="pm-stack">
      <div>
        <Checkbox label={words.t('space.prefixOwn')} isChecked={own} onChange={() => onChange(own ? undefined : site)} />
        <p className="pm-help pm-indented">{site === '' ? words.t('space.prefixNone') : words.t('space.prefixSite', { prefix: site })}</p>
      </div>
      {own ? (
        <TextInput id="prefix" label="look.prefix" help="look.prefixHelp" value={prefix} onChange={(text) => onChange(text.slice(0, 60))} />
      ) : null}
    </div>
  );
}
