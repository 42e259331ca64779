import { chunks } from '#app/chunks';
import { type FoundRecord, type RecordStore, WHOLE_SITE } from '#app/history/model';
import { accountsOf, withoutAccounts } from '#app/privacy/erase';
import type { AccountId } from '#contract/draft';

/** Accounts in one report (Forge: `/app/report-accounts` takes 90). */
const ACCOUNTS_AT_ONCE = 90;
const RECORDS_AT_ONCE = 100;
const DELETE_AT_ONCE = 25;
const DAY_MS = 86_400_000;

export interface AccountReport {
  readonly accountId: AccountId;
  /** When the app last stored something about the account, ISO 8601. */
  readonly updatedAt: string;
}
export interface ReportNeeds {
  readonly records: RecordStore;
  /** Accounts that stand in the settings, e.g. who saved them last. */
  readonly settingsAccounts: () => Promise<readonly AccountReport[]>;
  /** Takes closed accounts out of the settings and forgets what is kept for them alone. */
  readonly forget: (closed: ReadonlySet<AccountId>) => Promise<void>;
  /** Tells Atlassian which accounts are stored; gives those that were closed. */
  readonly report: (accounts: readonly AccountReport[]) => Promise<readonly AccountId[]>;
  readonly retentionDays: number;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
}
export interface ReportOutcome {
  readonly reported: number;
  readonly closed: number;
  readonly erasedRecords: number;
  readonly prunedRecords: number;
}

/**
 * The weekly duty of an app that stores accounts (Forge: personal data reporting, a cycle of 7 days): reports every account in records
 * and settings, and erases those that were closed. On the way, records older than what is to be kept are deleted.
 * @throws what kept the report from being complete, after everything else is done
 */
export async function reportAccounts(needs: ReportNeeds): Promise<ReportOutcome> {
  const seen = new Map<AccountId, string>();
  for (const { accountId, updatedAt } of await needs.settingsAccounts()) seen.set(accountId, updatedAt);
  const old: string[] = [];
  const oldest = new Date(needs.now().getTime() - needs.retentionDays * DAY_MS).toISOString();
  for await (const { id, record } of allRecords(needs)) {
    if (record.at < oldest) {
      old.push(id);
      continue;
    }
    for (const accountId of accountsOf(record)) if ((seen.get(accountId) ?? '') < record.at) seen.set(accountId, record.at);
  }
  await deleteRecords(needs.records, old);
  const { closed, failure } = await reportAll(needs, seen);
  const erasedRecords = closed.size > 0 ? await erase(needs, closed) : 0;
  if (closed.size > 0) await needs.forget(closed);
  if (failure) throw failure.error;
  return { reported: seen.size, closed: closed.size, erasedRecords, prunedRecords: old.length };
}

/** All records, oldest first, so that what is written meanwhile comes at the end. */
async function* allRecords({ records, now }: Pick<ReportNeeds, 'records' | 'now'>): AsyncGenerator<FoundRecord> {
  const to = now().toISOString();
  let cursor: string | undefined;
  do {
    const query = { index: 'by-site', partition: [WHOLE_SITE], from: '', to, equals: {}, oldestFirst: true } as const;
    const page = await records.query({ ...query, limit: RECORDS_AT_ONCE, cursor });
    yield* page.records;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** Deletes records by id, a few at a time. */
export async function deleteRecords(records: Pick<RecordStore, 'delete'>, ids: readonly string[]): Promise<void> {
  for (const some of chunks(ids, DELETE_AT_ONCE)) await records.delete(some);
}

/** Pauses before a report that failed is made once more: the next chance is a week away. */
const REPORT_AGAIN_AFTER_MS = [5000, 30_000];

interface Reported {
  readonly closed: ReadonlySet<AccountId>;
  /** Why the rest was not reported; what is known of closed accounts by then is erased all the same. */
  readonly failure?: { readonly error: unknown };
}

async function reportAll(needs: ReportNeeds, seen: ReadonlyMap<AccountId, string>): Promise<Reported> {
  const accounts = [...seen].map(([accountId, updatedAt]) => ({ accountId, updatedAt }));
  const closed = new Set<AccountId>();
  try {
    for (const some of chunks(accounts, ACCOUNTS_AT_ONCE))
      for (const accountId of await reportPatiently(needs, some)) closed.add(accountId);
  } catch (error) {
    return { closed, failure: { error } };
  }
  return { closed };
}

async function reportPatiently({ report, wait }: ReportNeeds, accounts: readonly AccountReport[]): Promise<readonly AccountId[]> {
  for (const ms of REPORT_AGAIN_AFTER_MS) {
    try {
      return await report(accounts);
    } catch {
      await wait(ms);
    }
  }
  return report(accounts);
}

async function erase(needs: ReportNeeds, closed: ReadonlySet<AccountId>): Promise<number> {
  let erased = 0;
  for await (const { id, record } of allRecords(needs)) {
    const without = withoutAccounts(record, closed);
    if (!without) continue;
    await needs.records.save(id, without, daysLeft(record.at, needs.retentionDays, needs.now()));
    erased += 1;
  }
  return erased;
}

/** Days until a record's time is over, at least one. */
export const daysLeft = (at: string, retentionDays: number, now: Date): number =>
  Math.max(1, Math.ceil(retentionDays - (now.getTime() - new Date(at).getTime()) / DAY_MS));
