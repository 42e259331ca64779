import Button from '@atlaskit/button/new';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure, Result } from '#contract/result';
import type { AdminValue } from '#contract/screens/administration';
import { VERSION } from '#contract/version';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { useAnnounce } from '../../ui/Announcer';
import { FailureNotice } from '../../ui/FailureNotice';
import { focusSoon } from '../../ui/focus';
import { ServerReply } from '../../ui/ServerReply';
import { StatusLabel, type Tone } from '../../ui/StatusLabel';
import { SelectInput } from '../fields';
import { LoadingSettings, Section } from '../SettingsPage';
import type { DebugState } from './DebugLog';

type Diagnostics = AdminValue<'diagnostics/get'>;

interface DiagnosticsTabProps {
  readonly call: Call;
  readonly debugLog: DebugState | undefined;
  readonly onDebugLog: (debugLog: DebugState | undefined) => void;
}

/** How relay and accounts are, what failed lately, and what a support request needs. */
export default function DiagnosticsTab({ call, debugLog, onDebugLog }: DiagnosticsTabProps) {
  const words = useWords();
  const [answer, setAnswer] = useState<Result<Diagnostics>>();
  const load = useCallback((): void => {
    setAnswer(undefined);
    void call('diagnostics/get', {}).then(setAnswer);
  }, [call]);
  useEffect(load, [load]);
  const again = <Button onClick={load}>{words.t('relay.check')}</Button>;
  if (!answer) return <LoadingSettings />;
  if (!answer.ok) return <FailureNotice title={words.t('diagnostics.failed')} failure={answer.error} actions={again} />;
  return (
    <>
      <Section title={words.t('diagnostics.state')}>
        <ul className="pm-rows" aria-label={words.t('diagnostics.state')}>
          <Line
            name={words.t('relay.title')}
            tone={relayTone(answer.value.relay)}
            state={relayState(answer.value.relay, words.t)}
            failure={answer.value.relay.error}
          />
          {answer.value.accounts.map((account) => (
            <AccountLine key={account.id} account={account} />
          ))}
        </ul>
        <div>{again}</div>
      </Section>
      <Errors errors={answer.value.errors} />
      <DebugSwitch call={call} debugLog={debugLog} onDebugLog={onDebugLog} />
      <Report text={answer.value.report} />
    </>
  );
}

const differs = ({ info }: Diagnostics['relay']): boolean => info !== undefined && info.version !== VERSION;

function relayTone(relay: Diagnostics['relay']): Tone {
  if (!relay.reachable || !relay.tokenAccepted) return 'danger';
  return differs(relay) ? 'warning' : 'success';
}

function relayState(relay: Diagnostics['relay'], t: ReturnType<typeof useWords>['t']): string {
  if (!relay.reachable) return t('diagnostics.unreachable');
  if (!relay.tokenAccepted) return t('diagnostics.tokenRefused');
  if (differs(relay)) return t('diagnostics.relayDiffers', { version: relay.info?.version ?? '…', app: VERSION });
  return t('diagnostics.relayFine', { version: relay.info?.version ?? '…' });
}

interface LineProps {
  readonly name: string;
  readonly tone: Tone;
  readonly state: string;
  readonly failure?: Failure | undefined;
}

function Line({ name, tone, state, failure }: LineProps) {
  const words = useWords();
  const described = failure ? words.error(failure) : undefined;
  return (
    <li className="pm-finding">
      <p className="pm-row">
        <strong>{name}</strong>
        <StatusLabel tone={tone}>{state}</StatusLabel>
      </p>
      {described ? (
        <p className="pm-help">
          {described.sentence} {described.help}
        </p>
      ) : null}
      {failure ? <ServerReply failure={failure} /> : null}
    </li>
  );
}

function AccountLine({ account }: { account: Diagnostics['accounts'][number] }) {
  const words = useWords();
  const { verified, isDefault } = account;
  const name = isDefault ? words.t('diagnostics.defaultAccount', { name: account.name }) : account.name;
  if (!verified) return <Line name={name} tone="neutral" state={words.t('diagnostics.neverTested')} />;
  const time = words.dateTime(verified.at);
  return (
    <Line
      name={name}
      tone={verified.ok ? 'success' : 'danger'}
      state={words.t(verified.ok ? 'diagnostics.worked' : 'diagnostics.didNotWork', { time })}
      failure={verified.error}
    />
  );
}

function Errors({ errors }: { errors: Diagnostics['errors'] }) {
  const words = useWords();
  return (
    <Section title={words.t('diagnostics.errors')} intro={words.t('diagnostics.errorsIntro')}>
      {errors.length === 0 ? <p className="pm-subtle">{words.t('diagnostics.noErrors')}</p> : null}
      <ul className="pm-rows" aria-label={words.t('diagnostics.errors')}>
        {errors.map(({ code, count, lastAt, reason }) => {
          const { sentence, help } = words.error({ code, ...(reason ? { params: { reason } } : {}) });
          return (
            <li key={code} className="pm-finding">
              <p>
                {sentence} <span className="pm-subtle">{help}</span>
              </p>
              <p className="pm-help">
                {words.t('diagnostics.count', { count })} · {words.t('diagnostics.last', { time: words.dateTime(lastAt) })} ·{' '}
                <span className="pm-code">{code}</span>
              </p>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

const HOURS = ['1', '4', '24'] as const;
/** Switches on or off, whichever there is to do. */
const DEBUG_BUTTON = 'debug-switch';

function DebugSwitch({ call, debugLog, onDebugLog }: DiagnosticsTabProps) {
  const words = useWords();
  const [hours, setHours] = useState<(typeof HOURS)[number]>('1');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const set = async (wanted: number): Promise<void> => {
    setBusy(true);
    const answer = await call('diagnostics/debug-log', { hours: wanted });
    setBusy(false);
    setFailure(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    onDebugLog(answer.value.debugLog);
    focusSoon(DEBUG_BUTTON);
  };
  return (
    <Section title={words.t('debug.title')} intro={words.t('debug.intro')}>
      {failure ? <FailureNotice title={words.t('debug.failed')} failure={failure} /> : null}
      {debugLog ? (
        <div className="pm-row">
          <Button id={DEBUG_BUTTON} isLoading={busy} onClick={() => void set(0)}>
            {words.t('debug.off')}
          </Button>
          <span className="pm-small">{words.t('debug.on', { until: words.dateTime(debugLog.until) })}</span>
        </div>
      ) : (
        <div className="pm-entry">
          <SelectInput
            id="debug-hours"
            label={words.t('debug.hours')}
            options={HOURS.map((value) => ({ value, label: words.t('debug.hoursOption', { count: Number(value) }) }))}
            value={hours}
            onChange={setHours}
          />
          <Button id={DEBUG_BUTTON} isLoading={busy} onClick={() => void set(Number(hours))}>
            {words.t('debug.start')}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Report({ text }: { text: string }) {
  const words = useWords();
  const announce = useAnnounce();
  const area = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    area.current?.select();
    // A frame may be kept from the clipboard; the older command still works on what is selected.
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => document.execCommand('copy'),
    );
    setCopied(done);
    if (done) announce(words.t('diagnostics.copied'));
  };
  return (
    <Section title={words.t('diagnostics.report')} intro={words.t('diagnostics.reportIntro')}>
      <textarea ref={area} className="pm-report pm-focusable" readOnly rows={10} aria-label={words.t('diagnostics.report')} value={text} />
      <div className="pm-row">
        <Button onClick={() => void copy()}>{words.t('diagnostics.copy')}</Button>
        {copied ? <span className="pm-saved-now pm-small">{words.t('diagnostics.copied')}</span> : null}
      </div>
    </Section>
  );
}
