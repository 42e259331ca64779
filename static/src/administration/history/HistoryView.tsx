import Button from '@atlaskit/button/new';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../../i18n/context';
import { useAnnounce } from '../../ui/Announcer';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import { Skeleton } from '../../ui/Skeleton';
import { Section } from '../SettingsPage';
import { Export } from './Export';
import { FilterFields } from './FilterFields';
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
