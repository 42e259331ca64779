import { ForgeKvsAPIError, kvs, WhereConditions } from '@forge/kvs';
import { AppFailure } from '#app/failure';

/** Calls of Forge's storage, made again where it is busy. */

/** Waits before a call that storage turned away as too many is made again. */
const BUSY_WAITS_MS = [150, 500] as const;

const isBusy = (error: unknown): boolean => error instanceof ForgeKvsAPIError && error.responseDetails.status === 429;

/** Makes a call, again after a moment when storage is busy. @throws AppFailure STORAGE_BUSY when it stays so */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
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

export const get = <T = unknown>(key: string): Promise<T | undefined> => patiently(() => kvs.get<T>(key));
export const set = (key: string, value: unknown, options = {}): Promise<void> =>
  patiently(() => kvs.set(key, value, { keyPolicy: 'OVERRIDE', ...options }));
export const remove = (key: string): Promise<void> => patiently(() => kvs.delete(key));

/** Sets a key that must not exist yet; false when it does. */
export async function create(key: string, value: unknown, options: object): Promise<boolean> {
  try {
    await patiently(() => kvs.set(key, value, { ...options, keyPolicy: 'FAIL_IF_EXISTS' }));
    return true;
  } catch (error) {
    if (error instanceof ForgeKvsAPIError && (error.code === 'KEY_CONFLICT' || error.responseDetails.status === 409)) return false;
    throw error;
  }
}

export const timeOf = async (key: string): Promise<Date | undefined> => {
  const value = await get<{ at: string }>(key);
  return value ? new Date(value.at) : undefined;
};

/** Every key that begins with the prefix, or every key, with its value: as a query finds them, which may be behind. */
export async function* entries(prefix: string | undefined): AsyncGenerator<{ key: string; value: unknown }> {
  let cursor: string | undefined;
  do {
    const all = kvs.query().limit(100);
    const query = prefix === undefined ? all : all.where('key', WhereConditions.beginsWith(prefix));
    const page = await patiently(() => (cursor ? query.cursor(cursor) : query).getMany());
    yield* page.results;
    cursor = page.nextCursor;
  } while (cursor);
}

/** Deletes at most 25 keys. A batch does what it can; what it could not is worth a failure, so that it is asked for again. */
export async function deleteBatch(items: { key: string; entityName?: string }[]): Promise<void> {
  if (items.length === 0) return;
  const { failedKeys } = await patiently(() => kvs.batchDelete(items));
  if (failedKeys.length > 0) throw new AppFailure('STORAGE_BUSY');
}
