import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure } from '#contract/result';
import type { SendRecord } from '#contract/screens/history';
import type { Call } from '../platform/bridge';

/** Answers without a record that are skipped in one go: a page of the history may be empty and yet not the last. */
const MAX_EMPTY_PAGES = 5;

interface HistoryState {
  readonly records: readonly SendRecord[];
  readonly cursor?: string | undefined;
  readonly loading: boolean;
  readonly failure?: Failure;
}

/** The person's own mails of this page, newest first, a page at a time. */
export function useHistory(call: Call) {
  const [state, setState] = useState<HistoryState>({ records: [], loading: true });
  const busy = useRef(false);
  const read = useCallback(
    async (from: string | undefined): Promise<void> => {
      if (busy.current) return;
      busy.current = true;
      setState(({ records, cursor }) => ({ records, cursor, loading: true }));
      let cursor = from;
      for (let pages = 0; pages < MAX_EMPTY_PAGES; pages += 1) {
        const answer = await call('history/page', cursor === undefined ? {} : { cursor });
        if (!answer.ok) {
          setState((before) => ({ ...before, cursor, loading: false, failure: answer.error }));
          break;
        }
        const { records } = answer.value;
        cursor = answer.value.cursor;
        if (records.length === 0 && cursor !== undefined && pages < MAX_EMPTY_PAGES - 1) continue;
        setState((before) => ({ records: [...before.records, ...records], cursor, loading: false }));
        break;
      }
      busy.current = false;
    },
    [call],
  );
  useEffect(() => void read(undefined), [read]);
  const more = useCallback(() => read(state.cursor), [read, state.cursor]);
  return { ...state, more };
}
