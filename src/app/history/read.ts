import { AppFailure } from '#app/failure';
import { CLOSED_ACCOUNT, type FoundRecord, type RecordQuery, type RecordStore, type StoredRecord, WHOLE_SITE } from '#app/history/model';
import { updatedRecord } from '#app/history/record';
import type { SendJob } from '#app/send/model';
import type { AccountId, ContentId, SpaceId } from '#contract/draft';
import { HISTORY_PAGE_SIZE } from '#contract/limits';
import type { HistoryFilter, HistoryPage, RecordResult, SendRecord } from '#contract/screens/history';

/** Whose records are asked for; the caller has checked that the reader may see them. */
export type HistoryScope =
  | { readonly kind: 'own-page'; readonly pageId: ContentId; readonly senderId: AccountId }
  | { readonly kind: 'space'; readonly spaceId: SpaceId }
  | { readonly kind: 'site' };

export interface HistoryNeeds {
  readonly records: Pick<RecordStore, 'query'>;
  /** Names as the reader may see them; closed and hidden accounts are missing. */
  readonly names: (ids: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, string>>;
  readonly retentionDays: number;
  readonly now: () => Date;
  /** A job as it stands now, also when whoever carried it died; undefined once its time is over. */
  readonly job: (id: string) => Promise<SendJob | undefined>;
}
export interface HistoryRequest {
  readonly scope: HistoryScope;
  readonly filter: HistoryFilter;
  readonly cursor?: string | undefined;
}

/** Storage pages read for one answer, so that a rare outcome among many records costs bounded time; the cursor goes on from there. */
const MAX_STORAGE_PAGES = 8;
/** Records of one query at most. */
const MAX_QUERY = 100;
/** People whose names are looked up for one answer. */
const MAX_NAMES = 1000;

const outcomeOf = (filter: HistoryFilter): string | undefined => {
  if (filter.outcome === 'any') return undefined;
  return filter.outcome === 'under-way' ? 'queued' : filter.outcome;
};

/** The most selective index for scope and filter, and what is left to compare. */
export function planQuery({ scope, filter }: HistoryRequest): Pick<RecordQuery, 'index' | 'partition' | 'equals'> {
  const outcome = outcomeOf(filter);
  const rest = {
    ...(outcome === undefined ? {} : { outcome }),
    ...(filter.accountId === undefined ? {} : { senderId: filter.accountId }),
    ...(filter.contentId === undefined ? {} : { pageId: filter.contentId }),
    ...(scope.kind === 'space' ? { spaceId: scope.spaceId } : {}),
  };
  if (scope.kind === 'own-page') {
    const { senderId: _, pageId: __, ...equals } = rest;
    return { index: 'by-page-sender', partition: [scope.pageId, scope.senderId], equals };
  }
  const { pageId, senderId, ...others } = rest;
  if (pageId !== undefined && senderId !== undefined) return { index: 'by-page-sender', partition: [pageId, senderId], equals: others };
  if (pageId !== undefined) return { index: 'by-page', partition: [pageId], equals: others };
  if (senderId !== undefined) return { index: 'by-sender', partition: [senderId], equals: others };
  if (scope.kind === 'space') {
    if (outcome !== undefined) return { index: 'by-space-outcome', partition: [scope.spaceId, outcome], equals: {} };
    return { index: 'by-space', partition: [scope.spaceId], equals: {} };
  }
  if (outcome !== undefined) return { index: 'by-outcome', partition: [outcome], equals: {} };
  return { index: 'by-site', partition: [WHOLE_SITE], equals: {} };
}

const keptSince = (retentionDays: number, now: Date): string => new Date(now.getTime() - retentionDays * 86_400_000).toISOString();

/** An instant as records have it; of a day, this time in UTC. */
const instant = (text: string, time: string): string => new Date(text.includes('T') ? text : `${text}T${time}Z`).toISOString();

/** The time that a filter asks for, within what is kept: storage deletes late, and a shortened retention holds at once. */
export function rangeOf(filter: HistoryFilter, retentionDays: number, now: Date): { from: string; to: string } {
  const kept = keptSince(retentionDays, now);
  const from = filter.from === undefined ? kept : instant(filter.from, '00:00:00.000');
  const to = filter.to === undefined ? now.toISOString() : instant(filter.to, '23:59:59.999');
  return { from: [from, kept].sort().at(-1) ?? kept, to };
}

const wasFor = ({ data }: StoredRecord, recipient: NonNullable<HistoryFilter['recipient']>): boolean =>
  data.results.some(({ accountId, address }) =>
    recipient.kind === 'user' ? accountId === recipient.accountId : address?.toLowerCase() === recipient.address.toLowerCase(),
  );

/** Records of a scope, newest first, each as it stands now. */
export async function findRecords(
  needs: Pick<HistoryNeeds, 'records' | 'job' | 'retentionDays' | 'now'>,
  request: HistoryRequest,
  size = HISTORY_PAGE_SIZE,
): Promise<{ found: FoundRecord[]; cursor?: string | undefined }> {
  const range = rangeOf(request.filter, needs.retentionDays, needs.now());
  if (range.from > range.to) return { found: [] };
  const { recipient } = request.filter;
  const found: FoundRecord[] = [];
  let cursor = request.cursor;
  for (let pages = 0; pages < MAX_STORAGE_PAGES && found.length < size; pages += 1) {
    // No index knows recipients: what does not fit is passed over.
    const limit = recipient === undefined ? size - found.length : MAX_QUERY;
    const page = await needs.records.query({ ...planQuery(request), ...range, limit, cursor });
    found.push(...page.records.filter(({ record }) => recipient === undefined || wasFor(record, recipient)));
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  return { found: await Promise.all(found.map((each) => settled(needs, each))), cursor };
}

/** One page of the history as its reader sees it. */
export async function readHistory(needs: HistoryNeeds, request: HistoryRequest): Promise<HistoryPage> {
  const { found, cursor } = await findRecords(needs, request);
  const names = await needs.names(accountsIn(found.map(({ record }) => record)).slice(0, MAX_NAMES));
  return { records: found.map((each) => toSendRecord(each, names)), ...(cursor === undefined ? {} : { cursor }) };
}

/** After this long a mail that is still under way has been tried again, or died with its consumer. */
const SETTLE_AFTER_MS = 1_800_000;

/** A record that nobody finished tells what its job tells; without the job nobody knows. */
async function settled({ job, now }: Pick<HistoryNeeds, 'job' | 'now'>, each: FoundRecord): Promise<FoundRecord> {
  const { record } = each;
  if (record.outcome !== 'queued' || now().getTime() - new Date(record.at).getTime() < SETTLE_AFTER_MS) return each;
  const current = await job(each.id);
  if (current) return { ...each, record: updatedRecord(record, current, record.data.page.version) };
  return { ...each, record: { ...record, outcome: 'unknown', data: { ...record.data, error: { code: 'OUTCOME_UNKNOWN' } } } };
}

/** Everybody whose name the records need, senders first. */
export function accountsIn(records: readonly StoredRecord[]): AccountId[] {
  const senders = records.flatMap(({ senderId }) => (senderId === CLOSED_ACCOUNT ? [] : [senderId as AccountId]));
  return [...new Set([...senders, ...records.flatMap(({ data }) => data.results.flatMap(({ accountId }) => accountId ?? []))])];
}

export function toSendRecord({ id, record }: FoundRecord, names: ReadonlyMap<AccountId, string>): SendRecord {
  const { data } = record;
  const sender = record.senderId === CLOSED_ACCOUNT ? undefined : (record.senderId as AccountId);
  const senderName = sender && names.get(sender);
  const count = (test: (result: (typeof data.results)[number]) => boolean) => data.results.filter(test).length;
  return {
    id,
    at: record.at,
    sender: { ...(sender ? { accountId: sender } : {}), ...(senderName ? { name: senderName } : {}) },
    page: { id: record.pageId, ...data.page },
    space: { id: record.spaceId, ...data.space },
    subject: data.subject,
    recipients: {
      site: count(({ site }) => site),
      outside: count(({ site }) => !site),
      accepted: count(({ state }) => state === 'accepted'),
      refused: count(({ state }) => state === 'refused'),
    },
    outcome: record.outcome,
    individual: data.individual,
    ...(data.error ? { error: data.error } : {}),
    results: data.results.map((result) => toResult(result, names)),
  };
}

function toResult(result: StoredRecord['data']['results'][number], names: ReadonlyMap<AccountId, string>): RecordResult {
  const label = result.accountId ? names.get(result.accountId) : result.address;
  return {
    kind: result.kind,
    field: result.field,
    state: result.state,
    ...(result.accountId ? { accountId: result.accountId } : {}),
    ...(label ? { label } : {}),
    ...(result.error ? { error: result.error } : {}),
  };
}

type KeptNeeds = Pick<HistoryNeeds, 'retentionDays' | 'now'> & { readonly records: Pick<RecordStore, 'record'> };

/** A record within the time that records are kept; who may see it is for the caller to check. @throws AppFailure RECORD_NOT_FOUND */
export async function keptRecord({ records, retentionDays, now }: KeptNeeds, id: string): Promise<StoredRecord> {
  const record = await records.record(id);
  if (!record || record.at < keptSince(retentionDays, now())) throw new AppFailure('RECORD_NOT_FOUND');
  return record;
}

/** A record of the person's own, of this page, within the time that records are kept. @throws AppFailure RECORD_NOT_FOUND */
export async function ownRecord(needs: KeptNeeds, id: string, pageId: ContentId, senderId: AccountId): Promise<StoredRecord> {
  const record = await keptRecord(needs, id);
  if (record.pageId !== pageId || record.senderId !== senderId) throw new AppFailure('RECORD_NOT_FOUND');
  return record;
}
