import { useEffect, useRef, useState } from 'react';
import type { Failure, Result } from '#contract/result';
import type { Value } from '#contract/screens/resolvers';

export type Found = Value<'send/find-recipients'>;
export type Find = (query: string) => Promise<Result<Found>>;
export type Suggestions =
  | { readonly state: 'idle' | 'searching' }
  /** `query` is what was asked: while somebody types on it is older than the text. */
  | { readonly state: 'found'; readonly query: string; readonly found: Found }
  | { readonly state: 'failed'; readonly failure: Failure };

/** How long typing has to pause before Confluence is asked. */
const PAUSE_MS = 180;
const MAX_QUERY_CHARS = 100;
const IDLE: Suggestions = { state: 'idle' };

/** The words to search for, empty when the text is an address being typed. */
export function queryOf(text: string): string {
  const query = text.trim().replace(/^@/, '').slice(0, MAX_QUERY_CHARS);
  return /[@<,;]/.test(query) ? '' : query;
}

/** People and groups for what is typed; asks once for each text and drops answers that come too late. */
export function useSuggestions(text: string, find: Find): Suggestions {
  const [suggestions, setSuggestions] = useState<Suggestions>(IDLE);
  const known = useRef(new Map<string, Found>());
  const query = queryOf(text);
  useEffect(() => {
    const remembered = known.current.get(query);
    if (query === '' || remembered) return setSuggestions(remembered ? { state: 'found', query, found: remembered } : IDLE);
    let current = true;
    // What was found stays in sight until the new answer is there, so that the list does not flicker.
    setSuggestions((before) => (before.state === 'found' ? before : { state: 'searching' }));
    const timer = setTimeout(async () => {
      const answer = await find(query);
      if (answer.ok) known.current.set(query, answer.value);
      if (current) setSuggestions(answer.ok ? { state: 'found', query, found: answer.value } : { state: 'failed', failure: answer.error });
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, find]);
  return suggestions;
}
