import { createHash } from 'node:crypto';
import { kvs, Sort, WhereConditions } from '@forge/kvs';
import { type IdentityStore, type KeyStore, type StoredKey, storedIdentitySchema, storedKeySchema } from '#app/keys/model';
import { days, keys, MAIL_KEYS } from '#app/store/keys';
import { deleteBatch, get, patiently, set } from '#app/store/kvs';
import type { Fingerprint } from '#contract/keys/keys';
import { MAX_LOOKUP_HOURS } from '#contract/limits';

/** Public keys, one record for each owner, address and key, so that both lists of an owner and keys of an address are one query. */
interface KeyRecord {
  readonly v: 1;
  readonly owner: string;
  readonly address: string;
  readonly fingerprint: string;
  readonly accountId: string;
  readonly data: unknown;
}

const PAGE_SIZE = 100;
const BATCH = 25;
/** Stands for the end of every address. */
const LAST = '\uffff';

const idOf = (owner: string, address: string, fingerprint: Fingerprint): string =>
  createHash('sha256')
    .update(JSON.stringify([owner, address, fingerprint]))
    .digest('hex');

/** One that a newer version of the app wrote is passed over. */
const readKey = (value: KeyRecord): StoredKey[] => {
  const parsed = storedKeySchema.safeParse(value.data);
  return parsed.success ? [parsed.data] : [];
};

const records = () => kvs.entity<KeyRecord>(MAIL_KEYS);

type Index = 'by-address' | 'by-owner' | 'by-owner-key';
function query(index: Index, partition: string[], cursor?: string) {
  const all = records().query().index(index, { partition }).where(WhereConditions.between(' ', LAST)).sort(Sort.ASC).limit(PAGE_SIZE);
  return patiently(() => (cursor ? all.cursor(cursor) : all).getMany());
}

async function* recordsOf(index: Index, partition: string[]) {
  let cursor: string | undefined;
  do {
    const page = await query(index, partition, cursor);
    yield* page.results;
    cursor = page.nextCursor;
  } while (cursor);
}

async function idsOf(index: Index, partition: string[]): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of recordsOf(index, partition)) ids.push(key);
  return ids;
}

async function deleteIds(ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += BATCH)
    await deleteBatch(ids.slice(at, at + BATCH).map((key) => ({ key, entityName: MAIL_KEYS })));
}

export const keyStore: KeyStore = {
  async keysFor(address, owners) {
    const found: StoredKey[] = [];
    for await (const { value } of recordsOf('by-address', [address.toLowerCase()]))
      if (owners.includes(value.owner)) found.push(...readKey(value));
    return found;
  },
  async keysOf(owner, cursor) {
    const { results, nextCursor } = await query('by-owner', [owner], cursor);
    // A key with several addresses stands in the list once, under the first of them.
    const first = results.filter(({ value }) => readKey(value)[0]?.addresses[0] === value.address);
    return { keys: first.flatMap(({ value }) => readKey(value)), ...(nextCursor ? { cursor: nextCursor } : {}) };
  },
  async key(owner, fingerprint) {
    const { results } = await query('by-owner-key', [owner, fingerprint]);
    return results.flatMap(({ value }) => readKey(value))[0];
  },
  async saveKey(key) {
    const { owner, addresses, summary } = key;
    for (const address of addresses) {
      const record: KeyRecord = { v: 1, owner, address, fingerprint: summary.fingerprint, accountId: key.addedBy ?? '-', data: key };
      const options = key.until ? days(ttlDays(key.addedAt, key.until)) : {};
      await patiently(() => records().set(idOf(owner, address, summary.fingerprint), record, { ...options, keyPolicy: 'OVERRIDE' }));
    }
  },
  async removeKey(owner, fingerprint) {
    const ids = await idsOf('by-owner-key', [owner, fingerprint]);
    await deleteIds(ids);
    return ids.length > 0;
  },
  async lookedUpUntil(address) {
    const value = await get<{ until: string }>(keys.lookedUp(hashed(address)));
    return value && new Date(value.until);
  },
  saveLookedUp: (address, until) => set(keys.lookedUp(hashed(address)), { until: until.toISOString() }, days(MAX_LOOKUP_HOURS / 24)),
};

const hashed = (address: string): string => createHash('sha256').update(address.toLowerCase()).digest('hex');

const DAY_MS = 86_400_000;
const ttlDays = (from: string, until: string): number =>
  Math.max(1, Math.ceil((new Date(until).getTime() - new Date(from).getTime()) / DAY_MS));

/** Everything that an owner has. */
export async function removeKeysOf(owner: string): Promise<number> {
  const ids = await idsOf('by-owner', [owner]);
  await deleteIds(ids);
  return ids.length;
}

/** Some keys of anybody, for a deletion of everything: 0 when none is left. */
export async function deleteSomeKeyRecords(): Promise<number> {
  const page = await patiently(() => records().query().index('by-key').limit(BATCH).getMany());
  const ids = page.results.map(({ key }) => key);
  await deleteIds(ids);
  return ids.length;
}

/** Every key that somebody added, for the report of stored accounts. */
export async function* allKeys(): AsyncGenerator<StoredKey> {
  let cursor: string | undefined;
  do {
    const all = records().query().index('by-key').limit(PAGE_SIZE);
    const page = await patiently(() => (cursor ? all.cursor(cursor) : all).getMany());
    for (const { value } of page.results) yield* readKey(value);
    cursor = page.nextCursor;
  } while (cursor);
}

export const identityStore: IdentityStore = {
  async identity(owner, protocol) {
    const value = await patiently(() => kvs.getSecret(keys.identity(owner, protocol)));
    return value === undefined ? undefined : storedIdentitySchema.parse(value);
  },
  saveIdentity: (owner, identity) => patiently(() => kvs.setSecret(keys.identity(owner, identity.protocol), identity)),
  removeIdentity: (owner, protocol) => patiently(() => kvs.deleteSecret(keys.identity(owner, protocol))),
};
