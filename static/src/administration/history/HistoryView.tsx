import Button from '@atlaskit/button/new';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Failure } from '#contract/result';
import { HISTORY_OUTCOMES } from '#contract/screens/history';
import { useWords } from '../../i18n/context';
import { useAnnounce } from '../../ui/Announcer';
import { FailureNotice } from '../../ui/FailureNotice';
import { Field } from '../../ui/Field';
import { Notice } from '../../ui/Notice';
import { Skeleton } from '../../ui/Skeleton';
import { SelectInput } from '../fields';
import { saveFile } from '../files';
import { asOptions, Picker } from '../policy/Picker';
import { Section } from '../SettingsPage';
import { RecordItem } from './RecordItem';
import { type Filter, type RecordSource, useRecords } from './useRecords';

interface HistoryViewProps {
  readonly source: RecordSource;
  /** Names the space of each record. */
  readonly withSpace: boolean;
}

/** What was sent: filter, list with more on request, and the export of everything that the filter finds. */
export function HistoryView({ source, withSpace }: HistoryViewProps) {
  const words = useWords();
  const [filter, setFilter] = useState<Filter>({});
  const { records, cursor, loading, failure, more, reload } = useRecords(source, filter);
  const [told, setTold] = useState<{ readonly text: string }>();
  const message = useRef<HTMLDivElement>(null);
  // The list begins anew, and with it goes the button that had the focus.
  useEffect(() => {
    if (told) message.current?.focus();
  }, [told]);
  const announce = useAnnounce();
  const count = records.length;
  const empty = count === 0 && !loading && !failure;
  useEffect(() => {
    if (!loading && count > 0) announce(words.t('before.count', { count }));
  }, [announce, words, loading, count]);
  const sentAgain = (text: string): void => {
    setTold({ text });
    reload();
  };
  const unfiltered = Object.values(filter).every((value) => value === undefined || value === 'any');
  return (
    <Section title={words.t('history.title')}>
      <FilterFields source={source} filter={filter} onChange={setFilter} />
      {told ? (
        <div ref={message} tabIndex={-1}>
          <Notice kind="information">
            <p>{told.text}</p>
          </Notice>
        </div>
      ) : null}
      {empty && cursor === undefined ? <p className="pm-subtle">{words.t(unfiltered ? 'history.none' : 'history.noneFound')}</p> : null}
      <ul className="pm-rows" aria-label={words.t('history.title')} aria-busy={loading}>
        {records.map((record) => (
          <RecordItem key={record.id} record={record} withSpace={withSpace} again={source.again} onSentAgain={sentAgain} />
        ))}
      </ul>
      {loading && count === 0 ? <LoadingRecords /> : null}
      {failure ? (
        <FailureNotice
          title={words.t('history.failed')}
          failure={failure}
          actions={<Button onClick={more}>{words.t('common.tryAgain')}</Button>}
        />
      ) : null}
      <div className="pm-row">
        {cursor !== undefined && (count > 0 || !loading) && !failure ? (
          <Button isLoading={loading} onClick={more}>
            {words.t('history.more')}
          </Button>
        ) : null}
        {count > 0 ? <Export source={source} filter={filter} /> : null}
      </div>
    </Section>
  );
}

function LoadingRecords() {
  const words = useWords();
  return (
    <div className="pm-stack" role="status" aria-label={words.t('history.loading')}>
      {['one', 'two', 'three'].map((each) => (
        <Skeleton key={each} height="44px" />
      ))}
    </div>
  );
}

interface FilterFieldsProps {
  readonly source: RecordSource;
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

function FilterFields({ source, filter, onChange }: FilterFieldsProps): ReactNode {
  const words = useWords();
  const [person, setPerson] = useState<string>();
  const { findPeople } = source;
  const setDay = (end: 'from' | 'to', day: string): void => {
    const { [end]: _, ...rest } = filter;
    onChange(day === '' ? rest : { ...rest, [end]: day });
  };
  const everybody = (): void => {
    const { accountId: _, ...rest } = filter;
    setPerson(undefined);
    onChange(rest);
  };
  return (
    <search className="pm-stack" aria-label={words.t('history.filter')}>
      <div className="pm-columns">
        {(['from', 'to'] as const).map((end) => (
          <Field key={end} id={`history-${end}`} label={words.t(`history.${end}`)}>
            <input
              id={`history-${end}`}
              type="date"
              className="pm-select"
              value={filter[end] ?? ''}
              onChange={(event) => setDay(end, event.target.value)}
            />
          </Field>
        ))}
        <SelectInput
          id="history-outcome"
          label={words.t('history.outcome')}
          options={HISTORY_OUTCOMES.map((value) => ({ value, label: words.t(`history.filter.${value}`) }))}
          value={filter.outcome ?? 'any'}
          onChange={(outcome) => onChange({ ...filter, outcome })}
        />
      </div>
      {findPeople ? (
        person === undefined ? (
          <Picker<{ accountId: string; name: string }>
            id="history-person"
            label={words.t('history.person')}
            placeholder={words.t('history.personHint')}
            find={async (query) =>
              asOptions(await findPeople(query), ({ users }) => users.map((item) => ({ key: item.accountId, name: item.name, item })))
            }
            onPick={({ accountId, name }) => {
              setPerson(name);
              onChange({ ...filter, accountId });
            }}
          />
        ) : (
          <p className="pm-row">
            {words.t('history.only', { name: person })}
            <Button spacing="compact" appearance="subtle" onClick={everybody}>
              {words.t('history.everybody')}
            </Button>
          </p>
        )
      ) : null}
    </search>
  );
}

/** Puts the parts of the export together and hands them to the browser as one file. */
function Export({ source, filter }: { source: RecordSource; filter: Filter }) {
  const words = useWords();
  const announce = useAnnounce();
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const stopped = useRef(false);
  const run = async (): Promise<void> => {
    setRunning(true);
    setFailure(undefined);
    stopped.current = false;
    let text = '';
    let cursor: string | undefined;
    do {
      const answer = await source.csv(filter, cursor);
      if (!answer.ok || stopped.current) {
        setRunning(false);
        if (!answer.ok) setFailure(answer.error);
        return;
      }
      text += answer.value.csv;
      cursor = answer.value.cursor;
    } while (cursor !== undefined);
    // Spreadsheets take a file for UTF-8 only with the byte order mark.
    saveFile('pagemail-history.csv', 'text/csv;charset=utf-8', `\uFEFF${text}`);
    setRunning(false);
    announce(words.t('history.exported'));
  };
  return (
    <>
      <Button isLoading={running} onClick={() => void run()}>
        {words.t('history.export')}
      </Button>
      {running ? (
        <Button
          appearance="subtle"
          onClick={() => {
            stopped.current = true;
          }}
        >
          {words.t('history.stop')}
        </Button>
      ) : null}
      {failure ? <FailureNotice title={words.t('history.exportFailed')} failure={failure} /> : null}
    </>
  );
}
