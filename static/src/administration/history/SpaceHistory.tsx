import { useMemo } from 'react';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { withInstants } from './days';
import { HistoryView } from './HistoryView';
import type { RecordSource } from './useRecords';

/** All mails of the space. */
export default function SpaceHistory({ call }: { call: Call }) {
  const words = useWords();
  const source = useMemo(
    (): RecordSource => ({
      page: (filter, cursor) => call('history/space', { filter: withInstants(filter), ...(cursor ? { cursor } : {}) }),
      csv: ({ filter, ...choice }, cursor) =>
        call('history/space-csv', { ...choice, filter: withInstants(filter), ...(cursor ? { cursor } : {}) }),
      again: (id, idempotencyKey) => call('history/space-again', { id, idempotencyKey, language: words.language }),
      findPeople: (query) => call('history/find-space-people', { query }),
      findPages: (query) => call('space-policy/find-pages', { query }),
    }),
    [call, words.language],
  );
  return <HistoryView source={source} withSpace={false} />;
}
