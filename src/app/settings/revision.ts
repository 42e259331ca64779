import { AppFailure } from '#app/failure';
import type { SettingsStore } from '#app/settings/model';
import { MAX_SETTINGS_BYTES } from '#contract/limits';

/**
 * Lets exactly one of two simultaneous saves through. `current` is the revision that is stored, `seen` the one that the form was filled
 * in on; gives the revision to save.
 * @throws AppFailure SETTINGS_CHANGED for everybody else
 */
export async function nextRevision(
  store: Pick<SettingsStore, 'claimRevision'>,
  owner: string,
  current: number,
  seen: number,
  now: Date,
): Promise<number> {
  const next = current + 1;
  if (current !== seen || !(await store.claimRevision(owner, next, now))) throw new AppFailure('SETTINGS_CHANGED');
  return next;
}

/** @throws AppFailure SETTINGS_TOO_LARGE when storage could not take it */
export function checkStorable(settings: object): void {
  if (new TextEncoder().encode(JSON.stringify(settings)).length > MAX_SETTINGS_BYTES) throw new AppFailure('SETTINGS_TOO_LARGE');
}
