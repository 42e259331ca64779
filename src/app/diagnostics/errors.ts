import { ERRORS, type ErrorCode } from '#contract/errors';
import type { Failure } from '#contract/result';

/** One code's failures: how many, when last, and what was said then, where the platform or a provider says something. */
interface Counted {
  readonly count: number;
  readonly lastAt: string;
  readonly reason?: string;
}
/** Failures of one UTC day by code. */
export type ErrorDay = Partial<Record<ErrorCode, Counted>>;

/** Where failures are counted, a value for each day that goes away by itself. Counts are approximate when many fail at once. */
export interface ErrorStore {
  errorDay(day: string): Promise<ErrorDay>;
  saveErrorDay(day: string, errors: ErrorDay): Promise<void>;
}

/** Days that are shown. */
export const ERROR_DAYS = 7;

/** Failures that only say what a person typed or may do: they are no news for an administrator. */
const EVERYDAY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NOT_SIGNED_IN',
  'PAGE_NOT_FOUND',
  'SPACE_NOT_FOUND',
  'NOT_SPACE_ADMIN',
  'NOT_SITE_ADMIN',
  'JOB_NOT_FOUND',
  'SENDING_OFF',
  'SENDING_OFF_SITE',
  'ALREADY_SUBMITTED',
  'NO_RECIPIENTS',
  'INVALID_ADDRESS',
  'PASSWORD_REQUIRED',
  'SETTINGS_CHANGED',
  'SETTINGS_ENFORCED',
  'RECORD_NOT_FOUND',
]);

const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

/** Counts failures. Never throws: what is counted has failed already. */
export async function countErrors(store: ErrorStore, failures: readonly Failure[], now: Date): Promise<void> {
  const counted = failures.filter(({ code }) => !EVERYDAY.has(code));
  if (counted.length === 0) return;
  try {
    const day = dayOf(now);
    const errors: Record<string, Counted> = { ...(await store.errorDay(day)) };
    for (const { code, params } of counted) {
      const reason = params?.['reason'];
      errors[code] = { count: (errors[code]?.count ?? 0) + 1, lastAt: now.toISOString(), ...(reason ? { reason } : {}) };
    }
    await store.saveErrorDay(day, errors);
  } catch {
    // Storage is what fails: there is nowhere to count it.
  }
}

export interface ErrorCount {
  readonly code: ErrorCode;
  readonly count: number;
  readonly lastAt: string;
  /** What the platform or a provider said the last time; nothing that names a person. */
  readonly reason?: string;
}

/** Failures of the last 7 days by code, the most recent first. */
export async function lastErrors(store: Pick<ErrorStore, 'errorDay'>, now: Date): Promise<ErrorCount[]> {
  const days = Array.from({ length: ERROR_DAYS }, (_, back) => dayOf(new Date(now.getTime() - back * 86_400_000)));
  const found = await Promise.all(days.map((day) => store.errorDay(day)));
  const byCode = new Map<ErrorCode, ErrorCount>();
  const counted = found.flatMap((day) => Object.entries(day) as [ErrorCode, Counted][]);
  // Days that another version of the app counted may hold codes that have no sentence here.
  for (const [code, each] of counted.filter(([name]) => Object.hasOwn(ERRORS, name))) {
    const known = byCode.get(code);
    const last = known && known.lastAt > each.lastAt ? known : each;
    const count = each.count + (known?.count ?? 0);
    byCode.set(code, { code, count, lastAt: last.lastAt, ...(last.reason ? { reason: last.reason } : {}) });
  }
  return [...byCode.values()].sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
}
