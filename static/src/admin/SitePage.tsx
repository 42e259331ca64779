import { type FormEvent, lazy, type ReactNode, useMemo, useRef, useState } from 'react';
import { useWords } from '../i18n/context';
import type { WordKey } from '../i18n/words';
import type { Call } from '../platform/bridge';
import { SaveBar } from '../settings/SaveBar';
import { LoadingSettings, SettingsFailure, SettingsPage } from '../settings/SettingsPage';
import { focusInvalid } from '../settings/useAccountTests';
import { useSettings } from '../settings/useSettings';
import AccountsTab, { RelayPart } from './AccountsTab';
import { DebugNotice, type DebugState } from './DebugLog';
import type { FieldErrors } from './errors';
import { firstWrongAccount, type Site, type SiteErrors, type SiteForm, siteErrors, siteSource } from './site-form';
import { Tabs } from './Tabs';
import { useExceptions } from './useExceptions';

const PolicyTab = lazy(() => import('./PolicyTab'));
const AppearanceTab = lazy(() => import('./AppearanceTab'));
const HistoryTab = lazy(() => import('./HistoryTab'));
const HistorySettings = lazy(() => import('./HistoryTab').then(({ HistorySettings: default_ }) => ({ default: default_ })));
const DiagnosticsTab = lazy(() => import('./DiagnosticsTab'));
const PrivacyTab = lazy(() => import('./PrivacyTab'));

const TABS = ['accounts', 'policy', 'look', 'history', 'diagnostics', 'privacy'] as const;
type TabKey = (typeof TABS)[number];
const tabWord = (key: TabKey): WordKey => `tab.${key}`;

/** The settings of the whole site, for Confluence administrators. */
export function SitePage({ call }: { call: Call }) {
  const words = useWords();
  const source = useMemo(() => siteSource(call), [call]);
  const settings = useSettings(source);
  const { state } = settings;
  return (
    <SettingsPage title={words.t('site.title')}>
      {state.phase === 'loading' ? <LoadingSettings /> : null}
      {state.phase === 'failed' ? <SettingsFailure failure={state.failure} onRetry={settings.reload} /> : null}
      {state.phase === 'ready' ? <SiteTabs call={call} settings={settings} state={state} /> : null}
    </SettingsPage>
  );
}

type Settings = ReturnType<typeof useSettings<Site, SiteForm>>;
interface SiteTabsProps {
  readonly call: Call;
  readonly settings: Settings;
  readonly state: Extract<Settings['state'], { phase: 'ready' }>;
}

const NONE: FieldErrors = {};
const wrongTab = (errors: SiteErrors): TabKey | undefined =>
  (['policy', 'look', 'history'] as const).find((key) => Object.keys(errors[key]).length > 0);

function SiteTabs({ call, settings, state }: SiteTabsProps) {
  const words = useWords();
  const page = useRef<HTMLFormElement>(null);
  const [tab, setTab] = useState<TabKey>('accounts');
  const [selected, setSelected] = useState<string>();
  const [tried, setTried] = useState(false);
  const { form, value } = state;
  const exceptions = useExceptions(call, value.exceptions);
  const [hasLogo, setHasLogo] = useState(value.hasLogo);
  const [debugLog, setDebugLog] = useState<DebugState | undefined>(value.debugLog);
  const errors = siteErrors(form, words);
  const wrongAccount = firstWrongAccount(form, value);
  const invalid = wrongAccount !== undefined || wrongTab(errors) !== undefined;
  const set = (part: Partial<SiteForm>): void => settings.change((before) => ({ ...before, ...part }));
  const shown = (key: keyof SiteErrors): FieldErrors => (tried ? errors[key] : NONE);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(invalid);
    if (!invalid) return void settings.save();
    if (wrongAccount !== undefined) setSelected(wrongAccount);
    setTab(wrongAccount !== undefined ? 'accounts' : (wrongTab(errors) ?? tab));
    focusInvalid(page);
  };
  const fields: Partial<Record<TabKey, ReactNode>> = {
    accounts: (
      <AccountsTab
        call={call}
        site={value}
        form={form}
        selected={selected}
        onSelect={setSelected}
        tried={tried}
        page={page}
        onChange={set}
      />
    ),
    policy: <PolicyTab call={call} form={form} errors={shown('policy')} exceptions={exceptions} onChange={set} />,
    look: <AppearanceTab call={call} form={form} errors={shown('look')} hasLogo={hasLogo} onLogo={setHasLogo} onChange={set} />,
    history: <HistorySettings form={form.history} errors={shown('history')} onChange={(history) => set({ history })} />,
  };
  return (
    <>
      <DebugNotice debugLog={debugLog} />
      <Tabs label={words.t('site.title')} tabs={TABS.map((key) => ({ key, label: words.t(tabWord(key)) }))} active={tab} onChange={setTab}>
        {tab === 'accounts' ? <RelayPart call={call} form={form} onChange={set} /> : null}
        {tab === 'history' ? <HistoryTab call={call} /> : null}
        {tab === 'diagnostics' ? <DiagnosticsTab call={call} debugLog={debugLog} onDebugLog={setDebugLog} /> : null}
        {tab === 'privacy' ? <PrivacyTab call={call} revision={value.settings.revision} onReplaced={settings.reload} /> : null}
        <form ref={page} className="pm-stack-wide" onSubmit={submit} noValidate>
          {fields[tab]}
          {fields[tab] || settings.dirty ? (
            <SaveBar
              dirty={settings.dirty}
              saving={state.saving}
              saved={state.saved}
              failure={state.failure}
              invalid={tried && invalid}
              changedAt={value.settings.changedAt}
              onDiscard={() => {
                setTried(false);
                settings.discard();
              }}
              onReload={settings.reload}
            />
          ) : null}
        </form>
      </Tabs>
    </>
  );
}
