import type { AccountId } from '#contract/draft';
import { MAX_DEBUG_LOG_HOURS } from '#contract/limits';

/** The debug log of an installation: on until a time, and by whom. It ends by itself, since every reader compares the time. */
export interface DebugLog {
  readonly until: string;
  readonly startedBy: AccountId;
}
export interface DebugStore {
  debugLog(): Promise<DebugLog | undefined>;
  saveDebugLog(value: DebugLog, hours: number): Promise<void>;
  deleteDebugLog(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** The debug log while it is on. Something stored that would go on longer than allowed counts as off. */
export async function activeDebugLog(store: Pick<DebugStore, 'debugLog'>, now: Date): Promise<DebugLog | undefined> {
  const stored = await store.debugLog();
  if (!stored) return undefined;
  const left = new Date(stored.until).getTime() - now.getTime();
  return left > 0 && left <= MAX_DEBUG_LOG_HOURS * HOUR_MS ? stored : undefined;
}

/** Switches it on for so many hours (1 to 24) from now, or off with 0. */
export async function switchDebugLog(store: DebugStore, hours: number, by: AccountId, now: Date): Promise<DebugLog | undefined> {
  if (hours === 0) {
    await store.deleteDebugLog();
    return undefined;
  }
  const value = { until: new Date(now.getTime() + Math.min(hours, MAX_DEBUG_LOG_HOURS) * HOUR_MS).toISOString(), startedBy: by };
  await store.saveDebugLog(value, hours);
  return value;
}
