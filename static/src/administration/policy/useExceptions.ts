import { useEffect, useState } from 'react';
import type { Failure } from '#contract/result';
import type { AdminPayloadInput } from '#contract/screens/administration';
import type { SpaceException } from '#contract/settings/policy';
import type { Call } from '../../platform/bridge';
import type { Site } from '../site-form';

type Change = Pick<AdminPayloadInput<'site-policy/save-exceptions'>, 'set' | 'remove'>;

export interface ExceptionsState {
  readonly spaces: readonly SpaceException[];
  readonly saving: boolean;
  readonly failure: Failure | undefined;
  /** Saved at once: the list has a revision of its own. */
  set(exception: SpaceException): void;
  remove(exception: SpaceException): void;
}

const byName = (one: SpaceException, other: SpaceException): number => one.name.localeCompare(other.name);

/** The spaces that differ from the site's switch, as saved; a refused change leaves the list as it was. */
export function useExceptions(call: Call, loaded: Site['exceptions']): ExceptionsState {
  const [state, setState] = useState<{ list: Site['exceptions']; saving: boolean; failure?: Failure }>({ list: loaded, saving: false });
  useEffect(() => setState((before) => (loaded.revision > before.list.revision ? { list: loaded, saving: false } : before)), [loaded]);
  const change = async (request: Change, after: readonly SpaceException[]): Promise<void> => {
    if (state.saving) return;
    setState(({ list }) => ({ list, saving: true }));
    const answer = await call('site-policy/save-exceptions', { revision: state.list.revision, ...request });
    setState(({ list }) =>
      answer.ok
        ? { list: { revision: answer.value.revision, spaces: [...after].sort(byName) }, saving: false }
        : { list, saving: false, failure: answer.error },
    );
  };
  const others = (spaceId: string): SpaceException[] => state.list.spaces.filter((each) => each.spaceId !== spaceId);
  return {
    spaces: state.list.spaces,
    saving: state.saving,
    failure: state.failure,
    set: (exception) => void change({ set: [exception] }, [...others(exception.spaceId), exception]),
    remove: ({ spaceId }) => void change({ remove: [spaceId] }, others(spaceId)),
  };
}
