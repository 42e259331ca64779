import Button from '@atlaskit/button/new';
import { type FormEvent, useCallback, useEffect, useState } from 'react';
import type { Result } from '#contract/result';
import type { Value } from '#contract/screens/resolvers';
import { useWords } from '../../i18n/context';
import { type Call, getRelayAddress, setRelayAddress } from '../../platform/bridge';
import { Notice } from '../../ui/Notice';
import { Skeleton } from '../../ui/Skeleton';
import { TextInput } from '../../ui/TextInput';
import { Section } from '../SettingsPage';

/** A relay is reached over HTTPS; plain HTTP only on this machine, where the local site runs one. */
export function isRelayAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

interface RelayPanelProps {
  readonly call: Call;
  /** Told what the relay says about itself, undefined when it does not answer. */
  readonly onInfo?: (info: Value<'site-settings/relay'>['info']) => void;
}

/** The relay's address, which the platform keeps, and whether it answers. Saved by itself: the platform asks for consent of its own. */
export function RelayPanel({ call, onInfo }: RelayPanelProps) {
  const words = useWords();
  const { checked, check } = useReachability(call);
  useEffect(() => {
    if (checked) onInfo?.(checked.ok ? checked.value.info : undefined);
  }, [checked, onInfo]);
  const { address, saved, state, error, setAddress, save } = useRelayAddress(check);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void save();
  };
  return (
    <Section title={words.t('relay.title')} intro={words.t('relay.intro')}>
      <form className="pm-stack" onSubmit={submit} noValidate>
        {state === 'loading' ? (
          <Skeleton height="84px" />
        ) : (
          <div className="pm-relay-row">
            <TextInput
              id="relay-address"
              label="relay.address"
              help="relay.addressHelp"
              type="url"
              value={address}
              error={error ? 'relay.addressInvalid' : undefined}
              onChange={setAddress}
            />
            <Button type="submit" isLoading={state === 'saving'} isDisabled={address.trim() === saved}>
              {words.t('relay.save')}
            </Button>
          </div>
        )}
        {state === 'unread' ? <Notice kind="warning">{words.t('relay.readFailed')}</Notice> : null}
        {state === 'unsaved' ? (
          <Notice kind="error" alert>
            {words.t('relay.saveFailed')}
          </Notice>
        ) : null}
      </form>
      <Reachability checked={checked} onCheck={check} />
    </Section>
  );
}

type RelayState = 'loading' | 'ready' | 'unread' | 'saving' | 'unsaved';

function useRelayAddress(onSaved: () => void) {
  const [address, setAddress] = useState('');
  const [saved, setSaved] = useState('');
  const [state, setState] = useState<RelayState>('loading');
  const [error, setError] = useState(false);
  useEffect(() => {
    getRelayAddress().then(
      (found) => {
        setAddress(found);
        setSaved(found);
        setState('ready');
      },
      () => setState('unread'),
    );
  }, []);
  const save = async (): Promise<void> => {
    const wanted = address.trim();
    setError(!isRelayAddress(wanted));
    if (!isRelayAddress(wanted)) return;
    setState('saving');
    try {
      await setRelayAddress(wanted);
      setSaved(wanted);
      setState('ready');
      onSaved();
    } catch {
      setState('unsaved');
    }
  };
  return { address, saved, state, error, setAddress, save };
}

type Checked = Result<Value<'site-settings/relay'>> | undefined;

function useReachability(call: Call) {
  const [checked, setChecked] = useState<Checked>();
  const check = useCallback((): void => {
    setChecked(undefined);
    void call('site-settings/relay', {}).then(setChecked);
  }, [call]);
  useEffect(check, [check]);
  return { checked, check };
}

function Reachability({ checked, onCheck }: { checked: Checked; onCheck: () => void }) {
  const words = useWords();
  const again = <Button onClick={onCheck}>{words.t('relay.check')}</Button>;
  if (!checked) {
    return (
      <Notice kind="information" actions={<Button isLoading>{words.t('relay.check')}</Button>}>
        <p role="status">{words.t('relay.checking')}</p>
      </Notice>
    );
  }
  const failure = !checked.ok
    ? checked.error
    : checked.value.reachable
      ? undefined
      : (checked.value.error ?? { code: 'RELAY_UNREACHABLE' as const });
  if (failure) {
    const { sentence, help } = words.error(failure);
    return (
      <Notice kind={failure.code === 'RELAY_NOT_CONFIGURED' ? 'information' : 'error'} title={sentence} actions={again}>
        <p>{help}</p>
      </Notice>
    );
  }
  const info = checked.ok ? checked.value.info : undefined;
  return (
    <Notice kind="success" actions={again}>
      <p>
        {words.t('relay.reachable', { version: info?.version ?? '…' })}{' '}
        {info ? words.t('relay.limits', { size: words.size(info.limits.messageBytes), count: info.limits.recipients }) : ''}
      </p>
    </Notice>
  );
}
