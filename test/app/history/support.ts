import type { FoundRecord, RecordStore, StoredRecord } from '#app/history/model';
import { RECORD_INDEXES } from '#app/history/model';
import { newRecord } from '#app/history/record';
import { type SendJob, sendJobSchema } from '#app/send/model';
import { draftSchema } from '#contract/draft';

export const NOW = new Date('2026-03-30T12:00:00.000Z');

export function job(input: object = {}): SendJob {
  return sendJobSchema.parse({
    v: 1,
    jobId: 'job-1',
    createdAt: '2026-03-30T10:00:00.000Z',
    updatedAt: '2026-03-30T10:00:00.000Z',
    sender: { accountId: 'ada', name: 'Ada' },
    page: { id: '100', type: 'page', spaceId: '7', spaceName: 'Handbook', spaceUrl: 'https://site.test/HB', restricted: false },
    language: 'en',
    subject: 'News',
    note: 'a private note',
    attachmentIds: ['att1'],
    recipients: [
      { field: 'to', target: { kind: 'user', accountId: 'bo', name: 'Bo' }, state: 'waiting' },
      { field: 'cc', target: { kind: 'address', address: 'guest@other.test', name: 'A Guest' }, state: 'waiting' },
    ],
    progress: { state: 'queued', attempt: 1, notBefore: '2026-03-30T10:00:00.000Z' },
    firstAttempt: 1,
    ...input,
  });
}

export const draft = draftSchema.parse({
  to: [{ kind: 'user', accountId: 'bo' }],
  cc: [{ kind: 'address', address: 'guest@other.test' }],
  bcc: [{ kind: 'group', groupId: 'g-1' }],
  subject: 'News',
  attachmentIds: ['att1'],
});

export const record = (of: SendJob = job(), keepAddresses = false): StoredRecord =>
  newRecord({ job: of, draft, pageTitle: 'Title', spaceKey: 'HB', keepAddresses });

/** Records in memory, queried as the platform's indexes are. */
export function memoryRecords(): RecordStore & { all: Map<string, StoredRecord>; queries: number } {
  const all = new Map<string, StoredRecord>();
  const store = {
    all,
    queries: 0,
    async save(id: string, value: StoredRecord) {
      all.set(id, JSON.parse(JSON.stringify(value)) as StoredRecord);
    },
    record: async (id: string) => all.get(id),
    async delete(ids: readonly string[]) {
      for (const id of ids) all.delete(id);
    },
    async query(query: Parameters<RecordStore['query']>[0]) {
      store.queries += 1;
      const attributes = RECORD_INDEXES[query.index];
      const sign = query.oldestFirst ? 1 : -1;
      const inIndex: FoundRecord[] = [...all]
        .map(([id, value]) => ({ id, record: value }))
        .filter(({ record: each }) => attributes.every((name, at) => each[name] === query.partition[at]))
        .filter(({ record: each }) => each.at >= query.from && each.at <= query.to)
        .sort((a, b) => sign * (a.record.at < b.record.at ? -1 : 1));
      const start = Number(query.cursor ?? 0);
      const page = inIndex.slice(start, start + query.limit);
      const records = page.filter(({ record: each }) =>
        Object.entries(query.equals).every(([name, value]) => Reflect.get(each, name) === value),
      );
      const end = start + query.limit;
      return { records, cursor: end < inIndex.length ? String(end) : undefined };
    },
  };
  return store;
}
