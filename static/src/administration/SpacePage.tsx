import { lazy, type ReactNode, useMemo, useRef, useState } from 'react';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import { Notice } from '../ui/Notice';
import { accountErrors } from './accounts/account';
import { SpaceSending } from './accounts/SpaceSending';
import { type AccountTests, useAccountTests } from './accounts/useAccountTests';
import { DebugNotice } from './diagnostics/DebugLog';
import type { FieldErrors } from './errors';
import { SiteRules } from './policy/SiteRules';
import { type Ready, SavedTabs, useTabs } from './SavedTabs';
import { LoadingSettings, Section, SettingsFailure, SettingsPage } from './SettingsPage';
import { type Space, type SpaceErrors, type SpaceForm, savedSpaceAccount, spaceErrors, spaceSource } from './space-form';
import { Tabs } from './Tabs';
import { useSettings } from './useSettings';

const SpaceLook = lazy(() => import('./appearance/SpaceLook'));
const SpacePolicy = lazy(() => import('./policy/SpacePolicy'));
const SpaceHistory = lazy(() => import('./history/SpaceHistory'));

/** The settings of one space, for its administrators. */
export function SpacePage({ call }: { call: Call }) {
  const words = useWords();
  const source = useMemo(() => spaceSource(call), [call]);
  const settings = useSettings(source);
  const { state } = settings;
  const title = state.phase === 'ready' ? words.t('space.title', { space: state.value.space.name }) : words.t('site.title');
  return (
    <SettingsPage title={title}>
      {state.phase === 'loading' ? <LoadingSettings /> : null}
      {state.phase === 'failed' ? <SettingsFailure failure={state.failure} onRetry={settings.reload} /> : null}
      {state.phase === 'ready' ? (
        <>
          <DebugNotice debugLog={state.value.debugLog} />
          {state.value.site.enforce ? (
            <LockedSpace call={call} space={state.value} />
          ) : (
            <>
              <SiteSwitch space={state.value} />
              <SpaceTabs call={call} settings={settings} state={state} />
            </>
          )}
        </>
      ) : null}
    </SettingsPage>
  );
}

function SiteSwitch({ space }: { space: Space }) {
  const words = useWords();
  const { enabled, isException } = space.site;
  if (enabled) return null;
  return <Notice kind="information">{words.t(isException ? 'space.exceptedOff' : 'space.siteOff')}</Notice>;
}

/** Where the site decides everything: what it decides, and what was sent. */
function LockedSpace({ call, space }: { call: Call; space: Space }) {
  const words = useWords();
  const [tab, setTab] = useState<'policy' | 'history'>('policy');
  return (
    <>
      <Notice kind="information" title={words.t('space.locked')}>
        <p>{words.t('space.lockedHelp')}</p>
      </Notice>
      <Tabs
        label={words.t('site.title')}
        tabs={[
          { key: 'policy', label: words.t('tab.policy') },
          { key: 'history', label: words.t('tab.history') },
        ]}
        active={tab}
        onChange={setTab}
      >
        {tab === 'history' ? (
          <SpaceHistory call={call} />
        ) : (
          <>
            <Section title={words.t('site.sending')}>
              <p>{words.t(space.site.enabled ? 'exceptions.on' : 'exceptions.off')}</p>
            </Section>
            <SiteRules policy={space.site.policy} />
          </>
        )}
      </Tabs>
    </>
  );
}

interface SpaceTabsProps {
  readonly call: Call;
  readonly settings: ReturnType<typeof useSettings<Space, SpaceForm>>;
  readonly state: Ready<Space, SpaceForm>;
}

const NONE: FieldErrors = {};
const TABS = ['sending', 'look', 'policy', 'history'] as const;
type TabKey = (typeof TABS)[number];

function SpaceTabs({ call, settings, state }: SpaceTabsProps) {
  const words = useWords();
  const page = useRef<HTMLFormElement>(null);
  const tabs = useTabs<TabKey>('sending');
  const { tab, tried } = tabs;
  const { form, value } = state;
  const saved = savedSpaceAccount(value);
  const backend = useMemo(
    (): AccountTests => ({
      verify: (payload) => call('space-policy/verify', payload),
      sendTest: (payload) => call('space-policy/send-test', payload),
    }),
    [call],
  );
  const tests = useAccountTests(backend, form.account, saved, page);
  const ofAccount = form.source === 'own' ? accountErrors(form.account, saved) : {};
  const errors = spaceErrors(form, words);
  const set = (part: Partial<SpaceForm>): void => settings.change((before) => ({ ...before, ...part }));
  const shown = (key: keyof SpaceErrors): FieldErrors => (tried ? errors[key] : NONE);
  const fields: Partial<Record<TabKey, ReactNode>> = {
    sending: (
      <SpaceSending
        space={value}
        form={form}
        errors={tried ? ofAccount : tests.shownErrors}
        tests={tests}
        checkDomain={(payload) => call('space-policy/domain-check', payload)}
        onChange={set}
      />
    ),
    look: <SpaceLook call={call} space={value} look={form.look} errors={errors.look} onChange={(look) => set({ look })} />,
    policy: <SpacePolicy call={call} space={value} form={form.policy} errors={shown('policy')} onChange={(policy) => set({ policy })} />,
  };
  return (
    <SavedTabs
      keys={TABS}
      tabs={tabs}
      settings={settings}
      state={state}
      form={page}
      wrong={wrongTab(Object.keys(ofAccount).length > 0, errors)}
      fields={fields[tab]}
    >
      {tab === 'history' ? <SpaceHistory call={call} /> : null}
    </SavedTabs>
  );
}

function wrongTab(accountIsWrong: boolean, errors: SpaceErrors): TabKey | undefined {
  if (accountIsWrong) return 'sending';
  return (['look', 'policy'] as const).find((key) => Object.keys(errors[key]).length > 0);
}
