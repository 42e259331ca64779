import { useCallback, useEffect, useRef, useState } from 'react';
import type { Language } from '#contract/errors';
import type { Failure, Result } from '#contract/result';
import type { AdminPayloadInput, AdminValue } from '#contract/screens/administration';
import type { CsvRows, HistoryPage, SendRecord, SentAgain } from '#contract/screens/history';

export type Filter = NonNullable<AdminPayloadInput<'history/site'>['filter']>;

/** What an export holds. */
export interface CsvChoice {
  readonly filter: Filter;
  readonly rows: CsvRows;
  /** Of the headings. */
  readonly language: Language;
}

/** Where records come from: those of the site, or of a space. */
export interface RecordSource {
  page(filter: Filter, cursor: string | undefined): Promise<Result<HistoryPage>>;
  csv(choice: CsvChoice, cursor: string | undefined): Promise<Result<AdminValue<'history/site-csv'>>>;
  /** Sends a mail once more, as the administrator. */
  again(id: string, idempotencyKey: string): Promise<Result<SentAgain>>;
  findPeople(query: string): Promise<Result<AdminValue<'history/find-people'>>>;
  findPages(query: string): Promise<Result<AdminValue<'site-policy/find-pages'>>>;
}

interface Records {
  readonly records: readonly SendRecord[];
  readonly cursor?: string | undefined;
  readonly loading: boolean;
  readonly failure?: Failure;
}

/** Answers without a single record that are passed over before somebody has to ask for more. */
const EMPTY_ANSWERS = 10;

/** Loads records page by page; another filter begins anew and drops what is still under way. */
export function useRecords(source: RecordSource, filter: Filter) {
  const [state, setState] = useState<Records>({ records: [], loading: true });
  const turn = useRef(0);
  const load = useCallback(
    async (from: string | undefined, before: readonly SendRecord[]): Promise<void> => {
      const mine = ++turn.current;
      setState({ records: before, cursor: from, loading: true });
      let cursor = from;
      for (let empty = 0; ; empty++) {
        const answer = await source.page(filter, cursor);
        if (mine !== turn.current) return;
        if (!answer.ok) return setState({ records: before, cursor, loading: false, failure: answer.error });
        cursor = answer.value.cursor;
        if (answer.value.records.length > 0 || cursor === undefined || empty >= EMPTY_ANSWERS)
          return setState({ records: [...before, ...answer.value.records], cursor, loading: false });
      }
    },
    [source, filter],
  );
  useEffect(() => {
    void load(undefined, []);
    return () => {
      turn.current++;
    };
  }, [load]);
  return { ...state, more: () => void load(state.cursor, state.records), reload: () => void load(undefined, []) };
}
