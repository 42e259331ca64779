import { Filter, FilterConditions, kvs, Sort, WhereConditions } from '@forge/kvs';
import { type RecordQuery, type RecordStore, type StoredRecord, storedRecordSchema } from '#app/history/model';
import { days, RECORDS } from '#app/store/keys';
import { deleteBatch, patiently } from '#app/store/kvs';

/** One that a newer version of the app wrote is passed over: it must not hide the others, and goes when its time is over. */
const readRecord = (value: unknown): StoredRecord | undefined => storedRecordSchema.safeParse(value).data;

const records = () => kvs.entity<StoredRecord>(RECORDS);

export const deleteRecords = (ids: readonly string[]): Promise<void> => deleteBatch(ids.map((key) => ({ key, entityName: RECORDS })));

/** A page of records as they are stored. */
export function queryRecords({ index, partition, from, to, equals, oldestFirst, limit, cursor }: RecordQuery) {
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
