import { lazy, type ReactNode, useMemo, useRef, useState } from 'react';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import AccountsTab, { RelayPart } from './accounts/AccountsTab';
import { FailingAccounts } from './accounts/FailingAccounts';
import { DebugNotice, type DebugState } from './diagnostics/DebugLog';
import type { FieldErrors } from './errors';
import { useExceptions } from './policy/useExceptions';
import { type Ready, SavedTabs, useTabs } from './SavedTabs';
import { LoadingSettings, SettingsFailure, SettingsPage } from './SettingsPage';
import { firstWrongAccount, type Site, type SiteErrors, type SiteForm, siteErrors, siteSource } from './site-form';
import { useSettings } from './useSettings';

const PolicyTab = lazy(() => import('./policy/PolicyTab'));
const AppearanceTab = lazy(() => import('./appearance/AppearanceTab'));
const HistoryTab = lazy(() => import('./history/HistoryTab'));
const HistorySettings = lazy(() => import('./history/HistoryTab').then(({ HistorySettings: default_ }) => ({ default: default_ })));
const DiagnosticsTab = lazy(() => import('./diagnostics/DiagnosticsTab'));
const PrivacyTab = lazy(() => import('./privacy/PrivacyTab'));

const TABS = ['accounts', 'policy', 'look', 'history', 'diagnostics', 'privacy'] as const;
type TabKey = (typeof TABS)[number];

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

interface SiteTabsProps {
  readonly call: Call;
  readonly settings: ReturnType<typeof useSettings<Site, SiteForm>>;
  readonly state: Ready<Site, SiteForm>;
}

const NONE: FieldErrors = {};
const wrongTab = (errors: SiteErrors): TabKey | undefined =>
  (['policy', 'look', 'history'] as const).find((key) => Object.keys(errors[key]).length > 0);

function SiteTabs({ call, settings, state }: SiteTabsProps) {
  const words = useWords();
  const page = useRef<HTMLFormElement>(null);
  const tabs = useTabs<TabKey>('accounts');
  const { tab, tried } = tabs;
  const [selected, setSelected] = useState<string>();
  const { form, value } = state;
  const exceptions = useExceptions(call, value.exceptions);
  const [hasLogo, setHasLogo] = useState(value.hasLogo);
  const [debugLog, setDebugLog] = useState<DebugState | undefined>(value.debugLog);
  const errors = siteErrors(form, words);
  const wrongAccount = firstWrongAccount(form, value);
  const set = (part: Partial<SiteForm>): void => settings.change((before) => ({ ...before, ...part }));
  const shown = (key: keyof SiteErrors): FieldErrors => (tried ? errors[key] : NONE);
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
    look: <AppearanceTab call={call} form={form} errors={errors.look} hasLogo={hasLogo} onLogo={setHasLogo} onChange={set} />,
    history: <HistorySettings form={form.history} errors={shown('history')} onChange={(history) => set({ history })} />,
  };
  return (
    <>
      <FailingAccounts failing={value.failing} />
      <DebugNotice debugLog={debugLog} />
      <SavedTabs
        keys={TABS}
        tabs={tabs}
        settings={settings}
        state={state}
        form={page}
        wrong={wrongAccount !== undefined ? 'accounts' : wrongTab(errors)}
        onWrong={() => wrongAccount !== undefined && setSelected(wrongAccount)}
        fields={fields[tab]}
      >
        {tab === 'accounts' ? <RelayPart call={call} form={form} onChange={set} /> : null}
        {tab === 'history' ? <HistoryTab call={call} /> : null}
        {tab === 'diagnostics' ? <DiagnosticsTab call={call} debugLog={debugLog} onDebugLog={setDebugLog} /> : null}
        {tab === 'privacy' ? <PrivacyTab call={call} revision={value.settings.revision} onReplaced={settings.reload} /> : null}
      </SavedTabs>
    </>
  );
}
