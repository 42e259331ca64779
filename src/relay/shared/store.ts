/** What several relays share, behind one small interface: in the memory of one process, or in Redis. */

export interface SharedStore {
  /** True for the first who claims `key` within its life of `seconds`. */
  claim(key: string, seconds: number): Promise<boolean>;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, seconds: number): Promise<void>;
  /** Sets `key` only where it still holds `expected` (undefined: only where there is nothing). No `value` removes it. True when it did. */
  replace(key: string, expected: string | undefined, value: string | undefined, seconds: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Adds to a counter that ends `seconds` after its first addition, and gives the sum. */
  add(key: string, amount: number, seconds: number): Promise<number>;
  /** False while a shared store is out of reach and this process counts by itself. */
  healthy(): boolean;
  close(): Promise<void>;
}

/** Entries kept at most; the oldest go first. */
const MAX_ENTRIES = 1_000_000;
/** Additions between two sweeps of what has ended. */
const SWEEP_EVERY = 1_000;

/** A store in memory. `now` gives milliseconds. */
export function memoryStore(now: () => number): SharedStore {
  const entries = new Map<string, { value: string; endsAt: number }>();
  let additions = 0;
  const read = (key: string): string | undefined => {
    const entry = entries.get(key);
    if (entry && entry.endsAt > now()) return entry.value;
    entries.delete(key);
    return undefined;
  };
  const write = (key: string, value: string, endsAt: number): void => {
    entries.set(key, { value, endsAt });
    additions += 1;
    if (additions % SWEEP_EVERY === 0) for (const [name, entry] of entries) if (entry.endsAt <= now()) entries.delete(name);
    if (entries.size > MAX_ENTRIES) for (const oldest of entries.keys()) return void entries.delete(oldest);
  };
  const store: SharedStore = {
    claim: (key, seconds) => store.replace(key, undefined, '1', seconds),
    get: async (key) => read(key),
    set: async (key, value, seconds) => write(key, value, now() + seconds * 1000),
    async replace(key, expected, value, seconds) {
      if (read(key) !== expected) return false;
      if (value === undefined) entries.delete(key);
      else write(key, value, now() + seconds * 1000);
      return true;
    },
    delete: async (key) => void entries.delete(key),
    async add(key, amount, seconds) {
      const sum = Number(read(key) ?? 0) + amount;
      write(key, String(sum), entries.get(key)?.endsAt ?? now() + seconds * 1000);
      return sum;
    },
    healthy: () => true,
    close: async () => entries.clear(),
  };
  return store;
}
