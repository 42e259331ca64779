import { type FormEvent, lazy, type ReactNode, useMemo, useRef, useState } from 'react';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import { accountErrors } from '../settings/account';
import { SaveBar } from '../settings/SaveBar';
import { LoadingSettings, Section, SettingsFailure, SettingsPage } from '../settings/SettingsPage';
import { type AccountTests, focusInvalid, useAccountTests } from '../settings/useAccountTests';
import { useSettings } from '../settings/useSettings';
import { Notice } from '../ui/Notice';
import { DebugNotice } from './DebugLog';
import type { FieldErrors } from './errors';
import { SiteRules } from './SiteRules';
import { SpaceSending } from './SpaceSending';
import { type Space, type SpaceErrors, type SpaceForm, savedSpaceAccount, spaceErrors, spaceSource } from './space-form';
import { Tabs } from './Tabs';

const SpaceLook = lazy(() => import('./SpaceLook'));
const SpacePolicy = lazy(() => import('./SpacePolicy'));
const SpaceHistory = lazy(() => import('./SpaceHistory'));

type TabKey = 'sending' | 'look' | 'policy' | 'history';

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
          <SiteSwitch space={state.value} />
          {state.value.site.enforce ? (
            <LockedSpace call={call} space={state.value} />
          ) : (
            <SpaceTabs call={call} settings={settings} state={state} />
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

type Settings = ReturnType<typeof useSettings<Space, SpaceForm>>;
interface SpaceTabsProps {
  readonly call: Call;
  readonly settings: Settings;
  readonly state: Extract<Settings['state'], { phase: 'ready' }>;
}

const NONE: FieldErrors = {};
const TABS = ['sending', 'look', 'policy', 'history'] as const;

function SpaceTabs({ call, settings, state }: SpaceTabsProps) {
  const words = useWords();
  const page = useRef<HTMLFormElement>(null);
  const [tab, setTab] = useState<TabKey>('sending');
  const [tried, setTried] = useState(false);
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
  const wrong = wrongTab(Object.keys(ofAccount).length > 0, errors);
  const set = (part: Partial<SpaceForm>): void => settings.change((before) => ({ ...before, ...part }));
  const shown = (key: keyof SpaceErrors): FieldErrors => (tried ? errors[key] : NONE);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(wrong !== undefined);
    if (wrong === undefined) return void settings.save();
    setTab(wrong);
    focusInvalid(page);
  };
  const fields: Partial<Record<TabKey, ReactNode>> = {
    sending: <SpaceSending space={value} form={form} errors={tried ? ofAccount : tests.shownErrors} tests={tests} onChange={set} />,
    look: <SpaceLook call={call} space={value} look={form.look} errors={shown('look')} onChange={(look) => set({ look })} />,
    policy: <SpacePolicy call={call} space={value} form={form.policy} errors={shown('policy')} onChange={(policy) => set({ policy })} />,
  };
  return (
    <Tabs label={words.t('site.title')} tabs={TABS.map((key) => ({ key, label: words.t(`tab.${key}`) }))} active={tab} onChange={setTab}>
      {tab === 'history' ? <SpaceHistory call={call} /> : null}
      <form ref={page} className="pm-stack-wide" onSubmit={submit} noValidate>
        {fields[tab]}
        {fields[tab] || settings.dirty ? (
          <SaveBar
            dirty={settings.dirty}
            saving={state.saving}
            saved={state.saved}
            failure={state.failure}
            invalid={tried && wrong !== undefined}
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
  );
}

function wrongTab(accountIsWrong: boolean, errors: SpaceErrors): TabKey | undefined {
  if (accountIsWrong) return 'sending';
  return (['look', 'policy'] as const).find((key) => Object.keys(errors[key]).length > 0);
}
