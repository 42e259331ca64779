import { Filter, FilterConditions, ForgeKvsAPIError, kvs, Sort, WhereConditions } from '@forge/kvs';
import type { DebugLog, DebugStore } from '#app/diagnostics/debug-log';
import type { ErrorDay, ErrorStore } from '#app/diagnostics/errors';
import type { Verification, VerificationStore } from '#app/diagnostics/health';
import { AppFailure } from '#app/failure';
import { type RecordQuery, type RecordStore, type StoredRecord, storedRecordSchema, WHOLE_SITE } from '#app/history/model';
import { type NoticeStore, noticesSchema } from '#app/notices/notices';
import type { QuotaStore } from '#app/policy/quota';
import type { Deletion, DeletionStore } from '#app/privacy/delete-all';
import { DIAGNOSTICS_TTL_DAYS, NOTICE_TTL_DAYS, QUOTA_TTL_DAYS } from '#app/privacy/stored';
import { type JobStore, type SendJob, sendJobSchema } from '#app/send/model';
import { forgetSecrets } from '#app/settings/forget';
import { readExceptions, readSite, readSpace } from '#app/settings/migrate';
import { boundSecretSchema, logoSchema, type SecretName, type SettingsStore } from '#app/settings/model';
import type { AccountId, SpaceId } from '#contract/draft';
import { JOB_TTL_DAYS } from '#contract/limits';
import type { SpaceSettingsV2 } from '#contract/settings-v2';

/** The only file that touches Forge's storage. Keys (at most 500 characters, no `/ @ +`) are functions here. */
const keys = {
  job: (jobId: string) => `job:${jobId}`,
  claim: (jobId: string, attempt: number) => `claim:${jobId}:${attempt}`,
  retry: (jobId: string, attempt: number) => `retry:${jobId}:${attempt}`,
  site: 'site-settings',
  spaces: 'space-settings:',
  space: (id: SpaceId) => `space-settings:${id}`,
  exceptions: 'space-exceptions',
  logo: (owner: string) => `logo:${owner}`,
  revision: (owner: string, revision: number) => `revision:${owner}:${revision}`,
  secret: (owner: string, name: SecretName) => `secret:${owner}:${name}`,
  slot: (accountId: AccountId, day: string, slot: number) => `sent:${accountId}:${day}:${slot}`,
  lastSlot: (accountId: AccountId, day: string) => `sent:${accountId}:${day}`,
  notices: (accountId: AccountId) => `notices:${accountId}`,
  errors: (day: string) => `errors:${day}`,
  verification: (owner: string) => `verified:${owner}`,
  debugLog: 'debug-log',
  deletion: 'deletion',
};
/** Entity of manifest.yml. */
const RECORDS = 'send-record';

const days = (value: number) => ({ ttl: { value, unit: 'DAYS' } as const });
const jobTtl = days(JOB_TTL_DAYS);

/** Waits before a call that storage turned away as too many is made again. */
const BUSY_WAITS_MS = [150, 500] as const;

const isBusy = (error: unknown): boolean => error instanceof ForgeKvsAPIError && error.responseDetails.status === 429;

/** Makes a call, again after a moment when storage is busy. @throws AppFailure STORAGE_BUSY when it stays so */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (const wait of BUSY_WAITS_MS) {
    try {
      return await call();
    } catch (error) {
      if (!isBusy(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return call().catch((error: unknown) => {
    throw isBusy(error) ? new AppFailure('STORAGE_BUSY', undefined, { cause: error }) : error;
  });
}

const get = <T = unknown>(key: string): Promise<T | undefined> => patiently(() => kvs.get<T>(key));
const set = (key: string, value: unknown, options = {}): Promise<void> =>
  patiently(() => kvs.set(key, value, { keyPolicy: 'OVERRIDE', ...options }));
const remove = (key: string): Promise<void> => patiently(() => kvs.delete(key));

/** Sets a key that must not exist yet; false when it does. */
async function create(key: string, value: unknown, options = jobTtl): Promise<boolean> {
  try {
    await patiently(() => kvs.set(key, value, { ...options, keyPolicy: 'FAIL_IF_EXISTS' }));
    return true;
  } catch (error) {
    if (error instanceof ForgeKvsAPIError && (error.code === 'KEY_CONFLICT' || error.responseDetails.status === 409)) return false;
    throw error;
  }
}

const timeOf = async (key: string): Promise<Date | undefined> => {
  const value = await get<{ at: string }>(key);
  return value ? new Date(value.at) : undefined;
};

export const jobStore: JobStore = {
  createJob: (job) => create(keys.job(job.jobId), job),
  async job(jobId): Promise<SendJob | undefined> {
    const value = await get(keys.job(jobId));
    return value === undefined ? undefined : sendJobSchema.parse(value);
  },
  saveJob: (job) => set(keys.job(job.jobId), job, jobTtl),
  claim: (jobId, attempt, at) => create(keys.claim(jobId, attempt), { at: at.toISOString() }),
  claimedAt: (jobId, attempt) => timeOf(keys.claim(jobId, attempt)),
  askRetry: (jobId, attempt, at) => create(keys.retry(jobId, attempt), { at: at.toISOString() }),
  retryAskedAt: (jobId, attempt) => timeOf(keys.retry(jobId, attempt)),
};

// --- settings ------------------------------------------------------------------------------------------------------------

/** A save takes seconds; a claim this old belongs to one that never came. */
const STALE_CLAIM_MS = 120_000;

async function* entries(prefix: string | undefined): AsyncGenerator<{ key: string; value: unknown }> {
  let cursor: string | undefined;
  do {
    const all = kvs.query().limit(100);
    const query = prefix === undefined ? all : all.where('key', WhereConditions.beginsWith(prefix));
    const page = await patiently(() => (cursor ? query.cursor(cursor) : query).getMany());
    yield* page.results;
    cursor = page.nextCursor;
  } while (cursor);
}

const spaceIdOf = (key: string): SpaceId => key.slice(keys.spaces.length) as SpaceId;

/** Every space's own settings, as a query finds them. */
export async function allSpaceSettings(): Promise<{ spaceId: SpaceId; settings: SpaceSettingsV2 }[]> {
  const found: { spaceId: SpaceId; settings: SpaceSettingsV2 }[] = [];
  for await (const { key, value } of entries(keys.spaces)) found.push({ spaceId: spaceIdOf(key), settings: readSpace(value) });
  return found;
}

export const settingsStore: SettingsStore = {
  site: async () => readSite(await get(keys.site)),
  saveSite: (settings) => set(keys.site, settings),
  space: async (id) => readSpace(await get(keys.space(id))),
  saveSpace: (id, settings) => set(keys.space(id), settings),
  exceptions: async () => readExceptions(await get(keys.exceptions)),
  saveExceptions: (exceptions) => set(keys.exceptions, exceptions),
  async secret(owner, name) {
    const value = await patiently(() => kvs.getSecret(keys.secret(owner, name)));
    return value === undefined ? undefined : boundSecretSchema.parse(value);
  },
  saveSecret: (owner, name, secret) => patiently(() => kvs.setSecret(keys.secret(owner, name), secret)),
  deleteSecret: (owner, name) => patiently(() => kvs.deleteSecret(keys.secret(owner, name))),
  async spacesWithSettings() {
    const ids: SpaceId[] = [];
    for await (const { key } of entries(keys.spaces)) ids.push(spaceIdOf(key));
    return ids;
  },
  async logo(owner) {
    const value = await get(keys.logo(owner));
    return value === undefined ? undefined : logoSchema.parse(value);
  },
  saveLogo: (owner, logo) => (logo ? set(keys.logo(owner), logo) : remove(keys.logo(owner))),
  async claimRevision(owner, revision, now) {
    const key = keys.revision(owner, revision);
    const claim = { at: now.toISOString() };
    if (await create(key, claim, days(1))) return true;
    const claimedAt = await timeOf(key);
    if (claimedAt && now.getTime() - claimedAt.getTime() < STALE_CLAIM_MS) return false;
    await set(key, claim, days(1));
    return true;
  },
};

// --- counters, notices, diagnostics -----------------------------------------------------------------------------------------

export const quotaStore: QuotaStore = {
  take: (accountId, day, slot) => create(keys.slot(accountId, day, slot), { v: 1 }, days(QUOTA_TTL_DAYS)),
  free: (accountId, day, slot) => remove(keys.slot(accountId, day, slot)),
  lastTaken: async (accountId, day) => (await get<{ last: number }>(keys.lastSlot(accountId, day)))?.last ?? 0,
  noteTaken: (accountId, day, slot) => set(keys.lastSlot(accountId, day), { last: slot }, days(QUOTA_TTL_DAYS)),
};

export const noticeStore: NoticeStore = {
  // Notices of another version are forgotten rather than keep the dialog from opening.
  notices: async (accountId) => noticesSchema.safeParse(await get(keys.notices(accountId))).data?.notices ?? [],
  saveNotices: (accountId, notices) =>
    notices.length === 0 ? remove(keys.notices(accountId)) : set(keys.notices(accountId), { v: 1, notices }, days(NOTICE_TTL_DAYS)),
};

export const diagnosticsStore: ErrorStore & DebugStore & VerificationStore = {
  errorDay: async (day) => (await get<ErrorDay>(keys.errors(day))) ?? {},
  saveErrorDay: (day, errors) => set(keys.errors(day), errors, days(DIAGNOSTICS_TTL_DAYS)),
  debugLog: () => get<DebugLog>(keys.debugLog),
  saveDebugLog: (value, hours) => set(keys.debugLog, value, { ttl: { value: hours, unit: 'HOURS' } }),
  deleteDebugLog: () => remove(keys.debugLog),
  verification: (owner) => get<Verification>(keys.verification(owner)),
  saveVerification: (owner, verification) => set(keys.verification(owner), verification, days(DIAGNOSTICS_TTL_DAYS)),
};

// --- records -----------------------------------------------------------------------------------------------------------------

/** One that a newer version of the app wrote is passed over: it must not hide the others, and goes when its time is over. */
const readRecord = (value: unknown): StoredRecord | undefined => storedRecordSchema.safeParse(value).data;

const records = () => kvs.entity<StoredRecord>(RECORDS);

/** Deletes at most 25 keys. A batch does what it can; what it could not is worth a failure, so that it is asked for again. */
async function deleteBatch(items: { key: string; entityName?: string }[]): Promise<void> {
  if (items.length === 0) return;
  const { failedKeys } = await patiently(() => kvs.batchDelete(items));
  if (failedKeys.length > 0) throw new AppFailure('STORAGE_BUSY');
}

const deleteRecords = (ids: readonly string[]): Promise<void> => deleteBatch(ids.map((key) => ({ key, entityName: RECORDS })));

/** A page of records as they are stored. */
function queryRecords({ index, partition, from, to, equals, oldestFirst, limit, cursor }: RecordQuery) {
  let query = records()
    .query()
    .index(index, { partition: [...partition] })
    .where(WhereConditions.between(from, to))
    .sort(oldestFirst ? Sort.ASC : Sort.DESC)
    .limit(limit);
  const [first, ...others] = Object.entries(equals) as [keyof StoredRecord, string][];
  if (first) {
    const one = new Filter<StoredRecord>().and(first[0], FilterConditions.equalTo(first[1]));
    query = query.filters(others.reduce((all, [name, value]) => all.and(name, FilterConditions.equalTo(value)), one));
  }
  return patiently(() => (cursor ? query.cursor(cursor) : query).getMany());
}

export const recordStore: RecordStore = {
  save: (id, record, ttlDays) => patiently(() => records().set(id, record, { ...days(ttlDays), keyPolicy: 'OVERRIDE' })),
  async record(id) {
    return readRecord(await patiently(() => records().get(id)));
  },
  async query(query) {
    const { results, nextCursor } = await queryRecords(query);
    const found = results.flatMap(({ key, value }) => {
      const record = readRecord(value);
      return record ? { id: key, record } : [];
    });
    return { records: found, ...(nextCursor ? { cursor: nextCursor } : {}) };
  },
  delete: deleteRecords,
};

// --- deleting everything ---------------------------------------------------------------------------------------------------------

/** Keys in one deletion (Forge: 25 in a batch). */
const BATCH = 25;

export const deletionStore: DeletionStore = {
  deletion: async () => (await get<Deletion>(keys.deletion)) ?? { state: 'none', deleted: 0 },
  saveDeletion: (deletion) => set(keys.deletion, deletion, days(7)),
  deleteSecrets: () => forgetSecrets(settingsStore),
  async deleteSomeRecords() {
    const all = { index: 'by-site', partition: [WHOLE_SITE], from: '0', to: '9', equals: {} } as const;
    // Also those that this version cannot read.
    const { results } = await queryRecords({ ...all, limit: BATCH });
    await deleteRecords(results.map(({ key }) => key));
    return results.length;
  },
  async deleteSomeKeys() {
    const found: string[] = [];
    for await (const { key } of entries(undefined)) {
      if (key !== keys.deletion) found.push(key);
      if (found.length === BATCH) break;
    }
    await deleteBatch(found.map((key) => ({ key })));
    return found.length;
  },
};
