/** The values themselves: by namespace and key, with their times, and what a query sees when it lags behind. */
import { EXPIRY_DELAY_MS } from '#local/forge/kvs/rules';

export interface Entry {
  /** JSON text. */
  readonly value: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expireAt?: number;
}

/** `kvs`, `secret` or `entity:<name>`. */
export type Namespace = string;

interface Change {
  readonly at: number;
  readonly namespace: Namespace;
  readonly key: string;
  readonly before: Entry | undefined;
}

export interface KvsStore {
  get(namespace: Namespace, key: string): Entry | undefined;
  set(namespace: Namespace, key: string, value: string, ttlMs?: number): Entry;
  delete(namespace: Namespace, key: string): boolean;
  /** Entries in the order of their keys as a query sees them, which may be behind by the store's lag. */
  scan(namespace: Namespace): [string, Entry][];
  /** Everything, as JSON for the data folder. */
  save(): string;
}

/**
 * `lagMs`: how far queries are behind writes (they are eventually consistent on the platform).
 * `saved`: what `save` gave in an earlier run. `onChange` is called after each write.
 */
export function createKvsStore(options: { now: () => number; lagMs: number; saved?: string; onChange?: () => void }): KvsStore {
  const { now, lagMs } = options;
  const spaces = new Map<Namespace, Map<string, Entry>>(
    options.saved ? (JSON.parse(options.saved) as [Namespace, [string, Entry][]][]).map(([name, entries]) => [name, new Map(entries)]) : [],
  );
  let changes: Change[] = [];
  const space = (namespace: Namespace): Map<string, Entry> => {
    const found = spaces.get(namespace) ?? new Map<string, Entry>();
    spaces.set(namespace, found);
    return found;
  };
  const isGone = (entry: Entry): boolean => entry.expireAt !== undefined && entry.expireAt + EXPIRY_DELAY_MS <= now();
  const get = (namespace: Namespace, key: string): Entry | undefined => {
    const entry = space(namespace).get(key);
    return entry && !isGone(entry) ? entry : undefined;
  };
  const record = (namespace: Namespace, key: string): void => {
    if (lagMs > 0)
      changes = [...changes.filter(({ at }) => at > now() - lagMs), { at: now(), namespace, key, before: get(namespace, key) }];
  };
  return {
    get,
    set: (namespace, key, value, ttlMs) => {
      record(namespace, key);
      const createdAt = get(namespace, key)?.createdAt ?? now();
      const entry: Entry = { value, createdAt, updatedAt: now(), ...(ttlMs === undefined ? {} : { expireAt: now() + ttlMs }) };
      space(namespace).set(key, entry);
      options.onChange?.();
      return entry;
    },
    delete: (namespace, key) => {
      record(namespace, key);
      const existed = get(namespace, key) !== undefined;
      space(namespace).delete(key);
      options.onChange?.();
      return existed;
    },
    scan: (namespace) => {
      const seen = new Map([...space(namespace)].filter(([, entry]) => !isGone(entry)));
      for (const change of changes.toReversed()) {
        if (change.namespace !== namespace || change.at <= now() - lagMs) continue;
        if (change.before) seen.set(change.key, change.before);
        else seen.delete(change.key);
      }
      return [...seen].sort(([a], [b]) => (a < b ? -1 : 1));
    },
    save: () => JSON.stringify([...spaces].map(([name, entries]) => [name, [...entries]])),
  };
}
