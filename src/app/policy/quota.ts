import { AppFailure } from '#app/failure';
import type { AccountId } from '#contract/draft';

/**
 * Where a person's sends of a day are counted. Storage has no counter that two invocations could raise at once; so each send takes a
 * numbered slot that only one can create. `lastTaken` is a hint where to look first.
 */
export interface QuotaStore {
  /** False when somebody has this slot. */
  take(accountId: AccountId, day: string, slot: number): Promise<boolean>;
  free(accountId: AccountId, day: string, slot: number): Promise<void>;
  lastTaken(accountId: AccountId, day: string): Promise<number>;
  noteTaken(accountId: AccountId, day: string, slot: number): Promise<void>;
}

/** `2026-03-29`, in UTC. */
export const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

/** Slots tried in one go: so many sends of one person would have to start at the same moment to be in each other's way. */
const MAX_TRIES = 50;

/**
 * Counts one send of today, unless `limit` is 0. Gives what undoes it.
 * @throws AppFailure DAILY_LIMIT when all are used; RATE_LIMITED when too many start at once
 */
export async function takeDailySlot(store: QuotaStore, accountId: AccountId, limit: number, now: Date): Promise<() => Promise<void>> {
  if (limit === 0) return async () => {};
  const day = dayOf(now);
  const first = (await store.lastTaken(accountId, day)) + 1;
  for (let slot = first; slot < first + MAX_TRIES && slot <= limit; slot += 1) {
    if (!(await store.take(accountId, day, slot))) continue;
    await store.noteTaken(accountId, day, slot);
    return () => giveBack(store, accountId, day, slot);
  }
  return throwFull(first, limit);
}

async function giveBack(store: QuotaStore, accountId: AccountId, day: string, slot: number): Promise<void> {
  await store.free(accountId, day, slot);
  if ((await store.lastTaken(accountId, day)) === slot) await store.noteTaken(accountId, day, slot - 1);
}

function throwFull(first: number, limit: number): never {
  if (first + MAX_TRIES <= limit) throw new AppFailure('RATE_LIMITED');
  throw new AppFailure('DAILY_LIMIT', { limit: String(limit) });
}

/** Sends left today; undefined without a limit. */
export async function leftToday(
  store: Pick<QuotaStore, 'lastTaken'>,
  accountId: AccountId,
  limit: number,
  now: Date,
): Promise<number | undefined> {
  return limit === 0 ? undefined : Math.max(0, limit - (await store.lastTaken(accountId, dayOf(now))));
}
