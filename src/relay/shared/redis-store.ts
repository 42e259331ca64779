/** The shared store in Redis. While Redis is out of reach, this process counts by itself and says so. */
import type { SharedStore } from '#relay/shared/store';

const PREFIX = 'pagemail:';
/** A shared count is worth waiting a moment for, not more. */
const COMMAND_TIMEOUT_MS = 1_000;
/** After a failure Redis is left alone this long, so that one which hangs does not hold every request up. */
const PAUSE_MS = 5_000;

const REPLACE = `local now = redis.call('GET', KEYS[1])
if not ((ARGV[1] == '' and not now) or now == ARGV[1]) then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return 1`;
const ADD = `local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return sum`;

/** `local` answers whenever Redis does not. `now` gives milliseconds; `onChange` is told when Redis goes or comes back. */
export async function redisStore(
  url: string,
  local: SharedStore,
  now: () => number,
  onChange: (reachable: boolean) => void,
): Promise<SharedStore> {
  // Loaded only where there is a Redis.
  const { Redis } = await import('ioredis');
  let reachable = true;
  let pausedUntil = 0;
  const note = (answers: boolean): void => {
    pausedUntil = answers ? 0 : now() + PAUSE_MS;
    if (answers !== reachable) onChange(answers);
    reachable = answers;
  };
  const redis = new Redis(url, {
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    connectTimeout: COMMAND_TIMEOUT_MS,
  });
  // Without a listener an unreachable Redis would end the process.
  redis.on('error', () => note(false));
  redis.on('ready', () => note(true));

  const attempt = async <T>(shared: () => Promise<T>, alone: () => Promise<T>): Promise<T> => {
    if (pausedUntil > now() || (redis.status !== 'ready' && !reachable)) return alone();
    try {
      const result = await shared();
      note(true);
      return result;
    } catch {
      note(false);
      return alone();
    }
  };
  return {
    // What this process has claimed stays claimed when Redis goes.
    claim: async (key, seconds) =>
      (await local.claim(key, seconds)) &&
      attempt(
        async () => (await redis.set(PREFIX + key, '1', 'EX', seconds, 'NX')) === 'OK',
        async () => true,
      ),
    get: (key) =>
      attempt(
        async () => (await redis.get(PREFIX + key)) ?? undefined,
        () => local.get(key),
      ),
    set: (key, value, seconds) =>
      attempt(
        async () => void (await redis.set(PREFIX + key, value, 'EX', seconds)),
        () => local.set(key, value, seconds),
      ),
    replace: (key, expected, value, seconds) =>
      attempt(
        async () => (await redis.eval(REPLACE, 1, PREFIX + key, expected ?? '', value ?? '', seconds)) === 1,
        () => local.replace(key, expected, value, seconds),
      ),
    delete: (key) =>
      attempt(
        async () => void (await redis.del(PREFIX + key)),
        () => local.delete(key),
      ),
    add: (key, amount, seconds) =>
      attempt(
        async () => Number(await redis.eval(ADD, 1, PREFIX + key, amount, seconds)),
        () => local.add(key, amount, seconds),
      ),
    healthy: () => reachable,
    async close() {
      redis.disconnect();
      await local.close();
    },
  };
}
