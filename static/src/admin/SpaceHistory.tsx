import { useMemo } from 'react';
import type { Call } from '../platform/bridge';
import { HistoryView } from './HistoryView';
import type { RecordSource } from './useRecords';

/** All mails of the space. */
export default function SpaceHistory({ call }: { call: Call }) {
  const source = useMemo(
    (): RecordSource => ({
      page: (filter, cursor) => call('history/space', { filter, ...(cursor ? { cursor } : {}) }),
      csv: (filter, cursor) => call('history/space-csv', { filter, ...(cursor ? { cursor } : {}) }),
    }),
    [call],
  );
  return <HistoryView source={source} withSpace={false} />;
}
