import Button from '@atlaskit/button/new';
import { useCallback, useEffect, useState } from 'react';
import type { Result } from '#contract/result';
import type { AdminValue } from '#contract/screens/administration';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { FailureNotice } from '../../ui/FailureNotice';
import { StatusLabel } from '../../ui/StatusLabel';
import { LoadingSettings, Section } from '../SettingsPage';
import { DeleteAll } from './DeleteAll';
import { SettingsFile } from './SettingsFile';

type Stored = AdminValue<'privacy/stored'>;

interface PrivacyTabProps {
  readonly call: Call;
  readonly revision: number;
  /** Settings were replaced or deleted: everything has to be read again. */
  readonly onReplaced: () => void;
}

/** What the app stores, the settings as a file, and the end of everything. */
export default function PrivacyTab({ call, revision, onReplaced }: PrivacyTabProps) {
  const words = useWords();
  const [answer, setAnswer] = useState<Result<Stored>>();
  const load = useCallback((): void => void call('privacy/stored', {}).then(setAnswer), [call]);
  useEffect(load, [load]);
  if (!answer) return <LoadingSettings />;
  if (!answer.ok) {
    return (
      <FailureNotice
        title={words.t('privacy.failed')}
        failure={answer.error}
        actions={<Button onClick={load}>{words.t('common.tryAgain')}</Button>}
      />
    );
  }
  return (
    <>
      <Section title={words.t('privacy.stored')} intro={words.t('privacy.storedIntro')}>
        <ul className="pm-rows" aria-label={words.t('privacy.stored')}>
          {answer.value.items.map((item) => (
            <StoredItem key={item.kind} item={item} />
          ))}
        </ul>
      </Section>
      <SettingsFile call={call} revision={revision} onReplaced={onReplaced} />
      <DeleteAll call={call} deletion={answer.value.deletion} onChange={load} onDeleted={onReplaced} />
    </>
  );
}

function StoredItem({ item }: { item: Stored['items'][number] }) {
  const words = useWords();
  return (
    <li className="pm-finding">
      <p className="pm-row">
        {words.t(`privacy.kind.${item.kind}`)}
        {item.personal ? <StatusLabel tone="information">{words.t('privacy.personal')}</StatusLabel> : null}
      </p>
      <p className="pm-help">{item.days === undefined ? words.t('privacy.untilDeleted') : words.t('privacy.days', { count: item.days })}</p>
    </li>
  );
}
