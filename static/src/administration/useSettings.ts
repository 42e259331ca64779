import { useCallback, useEffect, useState } from 'react';
import type { Failure, Result } from '#contract/result';

/** Where settings come from and go to. `V` is what the back end knows, `F` what stands in the form. */
export interface Source<V, F> {
  load(): Promise<Result<V>>;
  toForm(value: V): F;
  save(form: F, value: V): Promise<Result<unknown>>;
}

export type SettingsState<V, F> =
  | { readonly phase: 'loading' }
  | { readonly phase: 'failed'; readonly failure: Failure }
  | {
      readonly phase: 'ready';
      readonly value: V;
      readonly form: F;
      readonly saving: boolean;
      readonly saved: boolean;
      readonly failure?: Failure;
    };

/** Loads settings, keeps what is typed, and saves it. A refused save leaves the form as it is. */
export function useSettings<V, F>(source: Source<V, F>) {
  const [state, setState] = useState<SettingsState<V, F>>({ phase: 'loading' });
  /** `saved`: the form that was saved just now; what was typed meanwhile stays. */
  const load = useCallback(
    async (saved?: F): Promise<void> => {
      const answer = await source.load();
      if (!answer.ok) return setState({ phase: 'failed', failure: answer.error });
      const { value } = answer;
      setState((before) => {
        const typedOn = saved !== undefined && before.phase === 'ready' && before.form !== saved;
        const form = typedOn ? before.form : source.toForm(value);
        return { phase: 'ready', value, form, saving: false, saved: saved !== undefined && !typedOn };
      });
    },
    [source],
  );
  useEffect(() => void load(), [load]);

  const reload = useCallback((): void => {
    setState({ phase: 'loading' });
    void load();
  }, [load]);

  /** Loads what somebody else saved meanwhile; what was typed here stays on top of it. */
  const merge = useCallback(async (): Promise<void> => {
    const answer = await source.load();
    setState((before) => {
      if (before.phase !== 'ready') return before;
      if (!answer.ok) return { ...before, failure: answer.error };
      const { value } = answer;
      const form = merged(source.toForm(before.value), before.form, source.toForm(value));
      return { phase: 'ready', value, form, saving: false, saved: false };
    });
  }, [source]);

  const change = useCallback((change: (form: F) => F): void => {
    setState((before) => (before.phase === 'ready' ? { ...before, form: change(before.form), saved: false } : before));
  }, []);

  const discard = useCallback((): void => {
    setState((before) =>
      before.phase === 'ready'
        ? { phase: 'ready', value: before.value, form: source.toForm(before.value), saving: false, saved: false }
        : before,
    );
  }, [source]);

  const save = async (): Promise<void> => {
    if (state.phase !== 'ready' || state.saving) return;
    const { form, value } = state;
    setState({ phase: 'ready', form, value, saving: true, saved: false });
    const answer = await source.save(form, value);
    if (answer.ok) return load(form);
    setState((before) => (before.phase === 'ready' ? { ...before, saving: false, failure: answer.error } : before));
  };

  const dirty = state.phase === 'ready' && JSON.stringify(state.form) !== JSON.stringify(source.toForm(state.value));
  useLeaveWarning(dirty);
  return { state, dirty, change, discard, save, reload, merge };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

interface Entry {
  readonly id: string;
}
const isEntries = (value: unknown): value is readonly Entry[] =>
  Array.isArray(value) && value.every((each) => isObject(each) && typeof each['id'] === 'string');

/** Entries of both sides by their id: what one side added stays, what one side removed goes. */
function mergedEntries(base: readonly Entry[], mine: readonly Entry[], theirs: readonly Entry[]): Entry[] {
  const find = (list: readonly Entry[], id: string): Entry | undefined => list.find((each) => each.id === id);
  const kept = theirs.flatMap((their) => {
    const [before, own] = [find(base, their.id), find(mine, their.id)];
    if (own) return [merged(before ?? their, own, their)];
    return before ? [] : [their];
  });
  return [...kept, ...mine.filter(({ id }) => !find(base, id) && !find(theirs, id))];
}

/** `mine` where it differs from the common `base`, else `theirs`: member by member, a list of entries by their ids, other lists as a whole. */
export function merged<T>(base: T, mine: T, theirs: T): T {
  if (isEntries(base) && isEntries(mine) && isEntries(theirs)) return mergedEntries(base, mine, theirs) as T;
  if (isObject(base) && isObject(mine) && isObject(theirs)) {
    const keys = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
    return Object.fromEntries(keys.map((key) => [key, merged(base[key], mine[key], theirs[key])])) as T;
  }
  return JSON.stringify(mine) === JSON.stringify(base) ? theirs : mine;
}

/** The browser asks before somebody leaves with changes that are not saved. */
function useLeaveWarning(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [dirty]);
}
