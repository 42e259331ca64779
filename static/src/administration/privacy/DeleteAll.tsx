import Button from '@atlaskit/button/new';
import Textfield from '@atlaskit/textfield';
import { useEffect, useState } from 'react';
import type { Failure } from '#contract/result';
import type { AdminValue } from '#contract/screens/administration';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { FailureNotice } from '../../ui/FailureNotice';
import { Field } from '../../ui/Field';
import { Notice } from '../../ui/Notice';
import { Section } from '../SettingsPage';

type Deletion = AdminValue<'privacy/stored'>['deletion'];

interface DeleteAllProps {
  readonly call: Call;
  readonly deletion: Deletion;
  /** Asks for the state again. */
  readonly onChange: () => void;
  readonly onDeleted: () => void;
}

/** How often the state is asked for while it runs, in ms. */
const INTERVAL = 2000;

/** Deletes everything, after a word has been typed; it goes on in the background. */
export function DeleteAll({ call, deletion, onChange, onDeleted }: DeleteAllProps) {
  const words = useWords();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    if (deletion.state !== 'running') return;
    const timer = setInterval(onChange, INTERVAL);
    return () => clearInterval(timer);
  }, [deletion.state, onChange]);
  const word = words.t('privacy.deleteWord');
  const start = async (): Promise<void> => {
    setBusy(true);
    const answer = await call('privacy/delete-all', { confirm: 'DELETE' });
    setBusy(false);
    setTyped('');
    setFailure(answer.ok ? undefined : answer.error);
    if (answer.ok) onChange();
  };
  return (
    <Section title={words.t('privacy.delete')} intro={words.t('privacy.deleteIntro')}>
      {failure ? <FailureNotice title={words.t('privacy.deleteFailed')} failure={failure} /> : null}
      {deletion.state === 'running' ? (
        <Notice kind="information">
          <p role="status">{words.t('privacy.deleting', { count: deletion.deleted })}</p>
        </Notice>
      ) : null}
      {deletion.state === 'done' ? (
        <Notice kind="success" actions={<Button onClick={onDeleted}>{words.t('privacy.show')}</Button>}>
          <p role="status">{words.t('privacy.deleted', { count: deletion.deleted })}</p>
        </Notice>
      ) : null}
      {deletion.state === 'running' ? null : (
        <div className="pm-entry">
          <Field id="delete-word" label={words.t('privacy.deleteType', { word })}>
            <Textfield id="delete-word" autoComplete="off" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
          </Field>
          <Button appearance="danger" isLoading={busy} isDisabled={typed.trim() !== word} onClick={() => void start()}>
            {words.t('privacy.deleteDo')}
          </Button>
        </div>
      )}
    </Section>
  );
}
