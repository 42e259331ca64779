import type { SendRecord } from '#contract/screens/history';
import { useWords } from '../../i18n/context';
import { openPage } from '../../platform/bridge';
import { RecipientResults } from '../../ui/RecipientResults';
import { OutcomeLabel, recipientsText } from '../../ui/RecordSummary';
import { ServerReply } from '../../ui/ServerReply';
import { SendAgain, type SendAgainCall } from './SendAgain';

interface RecordDetailsProps {
  readonly record: SendRecord;
  readonly again: SendAgainCall;
  readonly onSentAgain: (text: string) => void;
}
interface RecordItemProps extends RecordDetailsProps {
  /** Names its space. */
  readonly withSpace: boolean;
}

const UNDER_WAY: readonly SendRecord['outcome'][] = ['queued', 'preparing', 'sending'];

/** One mail: a line that opens to what became of it for each recipient. */
export function RecordItem({ withSpace, ...details }: RecordItemProps) {
  const { record } = details;
  const words = useWords();
  return (
    <li>
      <details className="pm-record">
        <summary className="pm-focusable">
          <span className="pm-record-head">
            <strong>{record.page.title}</strong>
            <OutcomeLabel outcome={record.outcome} />
          </span>
          <span className="pm-help">
            {words.dateTime(record.at)} · {record.sender.name ?? words.t('history.formerPerson')}
            {withSpace ? ` · ${record.space.name}` : ''} · {recipientsText(words, record.recipients)}
          </span>
        </summary>
        <RecordDetails {...details} />
      </details>
    </li>
  );
}

function RecordDetails({ record, again, onSentAgain }: RecordDetailsProps) {
  const words = useWords();
  const failure = record.error ? words.error(record.error) : undefined;
  const facts = [
    { term: words.t('history.subject'), fact: record.subject },
    { term: words.t('history.version'), fact: record.page.version === undefined ? '' : String(record.page.version) },
    { term: words.t('history.copies'), fact: record.individual ? words.t('history.individual') : '' },
  ].filter(({ fact }) => fact !== '');
  return (
    <div className="pm-stack pm-record-body">
      <dl className="pm-facts">
        {facts.map(({ term, fact }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
      {failure ? (
        <p className="pm-verify-error">
          {failure.sentence} {failure.help}
        </p>
      ) : null}
      {record.error ? <ServerReply failure={record.error} /> : null}
      <RecipientResults results={record.results} label={words.t('history.recipients')} outcome={record.outcome} told={record.error} />
      <p>
        <button type="button" className="pm-link" onClick={() => openPage(record.page.id)}>
          {words.t('history.openPage')}
        </button>
      </p>
      {UNDER_WAY.includes(record.outcome) ? null : <SendAgain record={record} again={again} onSent={onSentAgain} />}
    </div>
  );
}
