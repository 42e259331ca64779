import Button from '@atlaskit/button/new';
import { useEffect, useRef, useState } from 'react';
import type { Failure } from '#contract/result';
import type { SendRecord } from '#contract/screens/history';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import { useAnnounce } from '../ui/Announcer';
import { FailureNotice } from '../ui/FailureNotice';
import { RecipientResults } from '../ui/RecipientResults';
import { OutcomeLabel, recipientsText } from '../ui/RecordSummary';
import { ServerReply } from '../ui/ServerReply';
import { Skeleton } from '../ui/Skeleton';
import { filledText, writingOf } from './again';
import type { Writing } from './draft';
import { Question } from './Question';
import { useEscape } from './useEscape';
import { useHistory } from './useHistory';

interface HistoryProps {
  readonly call: Call;
  /** The form holds something that a mail sent again would take the place of. */
  readonly dirty: boolean;
  /** Fills the form; `told` says so, and what could not be taken over. */
  readonly onUse: (writing: Writing, told: string) => void;
  readonly onBack: () => void;
}

/** *Sent before*: the person's own mails of this page, each of which can be sent again. */
export default function History({ call, dirty, onUse, onBack }: HistoryProps) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const history = useHistory(call);
  const { using, failure, use } = useAgain(call, onUse);
  const [asking, setAsking] = useState<SendRecord>();
  useEffect(() => heading.current?.focus(), []);
  useEscape(() => (asking ? setAsking(undefined) : onBack()));
  return (
    <>
      <section className="pm-body pm-history">
        <h1 ref={heading} tabIndex={-1} className="pm-header-title">
          {words.t('before.title')}
        </h1>
        {failure ? <FailureNotice title={words.t('before.againFailed')} failure={failure} /> : null}
        <Records history={history} using={using} onAgain={(record) => (dirty ? setAsking(record) : use(record))} />
      </section>
      {asking ? (
        <Question
          question={words.t('before.replaceQuestion')}
          yes={words.t('before.replace')}
          no={words.t('send.keepWriting')}
          onYes={() => {
            setAsking(undefined);
            use(asking);
          }}
          onNo={() => setAsking(undefined)}
        />
      ) : (
        <footer className="pm-footer">
          <span />
          <Button onClick={onBack}>{words.t('before.back')}</Button>
        </footer>
      )}
    </>
  );
}

/** Asks for a mail to be sent again, one at a time. */
function useAgain(call: Call, onUse: HistoryProps['onUse']) {
  const words = useWords();
  const [using, setUsing] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const use = async (record: SendRecord): Promise<void> => {
    if (using !== undefined) return;
    setUsing(record.id);
    setFailure(undefined);
    const answer = await call('history/again', { id: record.id });
    setUsing(undefined);
    if (answer.ok) onUse(writingOf(answer.value, record, words), filledText(words, answer.value.leftOut));
    else setFailure(answer.error);
  };
  return { using, failure, use: (record: SendRecord) => void use(record) };
}

interface RecordsProps {
  readonly history: ReturnType<typeof useHistory>;
  readonly using: string | undefined;
  readonly onAgain: (record: SendRecord) => void;
}

function Records({ history: { records, cursor, loading, failure, more }, using, onAgain }: RecordsProps) {
  const words = useWords();
  const announce = useAnnounce();
  const count = records.length;
  useEffect(() => {
    if (!loading) announce(count === 0 ? words.t('before.none') : words.t('before.count', { count }));
  }, [announce, words, loading, count]);
  if (loading && count === 0) return <Loading />;
  return (
    <>
      {count === 0 && !failure ? <p className="pm-subtle">{words.t('before.none')}</p> : null}
      {count > 0 ? (
        <ul className="pm-records">
          {records.map((record) => (
            <RecordLine key={record.id} record={record} using={using === record.id} onAgain={() => onAgain(record)} />
          ))}
        </ul>
      ) : null}
      {failure ? (
        <FailureNotice
          title={words.t('before.failed')}
          failure={failure}
          actions={<Button onClick={() => void more()}>{words.t('common.tryAgain')}</Button>}
        />
      ) : null}
      {cursor !== undefined && !failure ? (
        <span>
          <Button isLoading={loading} onClick={() => void more()}>
            {words.t('before.more')}
          </Button>
        </span>
      ) : null}
    </>
  );
}

function RecordLine({ record, using, onAgain }: { record: SendRecord; using: boolean; onAgain: () => void }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const error = record.error ? words.error(record.error) : undefined;
  return (
    <li className="pm-record">
      <div className="pm-record-head">
        <span className="pm-record-subject">{record.subject}</span>
        <OutcomeLabel outcome={record.outcome} />
      </div>
      <div className="pm-record-head">
        <span className="pm-small pm-subtle">
          {words.dateTime(record.at)} · {recipientsText(words, record.recipients)}
        </span>
        <Button
          spacing="compact"
          isLoading={using}
          aria-label={words.t('before.againNamed', { subject: record.subject, time: words.dateTime(record.at) })}
          onClick={onAgain}
        >
          {words.t('before.again')}
        </Button>
      </div>
      {error ? <p className="pm-small">{Object.values(error).join(' ')}</p> : null}
      {record.error ? <ServerReply failure={record.error} /> : null}
      {record.results.length > 0 ? (
        <details className="pm-small" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary className="pm-summary">{words.t('outcome.recipients')}</summary>
          {open ? (
            <RecipientResults results={record.results} label={words.t('outcome.recipients')} outcome={record.outcome} told={record.error} />
          ) : null}
        </details>
      ) : null}
    </li>
  );
}

const Loading = () => (
  <div className="pm-records pm-attachments-loading" aria-hidden="true">
    <Skeleton width="60%" height="20px" />
    <Skeleton width="40%" height="16px" />
    <Skeleton width="60%" height="20px" />
    <Skeleton width="40%" height="16px" />
  </div>
);
