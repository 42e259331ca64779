/** The key set of the invocation tokens (RFC 7517), fetched when it is needed. */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { RelayError } from '#relay/shared/errors';
import { openHttp, readJson } from '#relay/shared/http-client';
import { KEY_SET_COOLDOWN_MS, KEY_SET_MAX_AGE_MS, KEY_SET_TIMEOUT_MS } from '#relay/shared/limits';

export interface KeySet {
  /** The key of a token's header. @throws JWKSNoMatchingKey of jose; RelayError INTERNAL when the key set cannot be had */
  readonly keyOf: JWTVerifyGetKey;
  /** Age in seconds; undefined before the first fetch. */
  ageSeconds(): number | undefined;
}

/**
 * Keys are kept ten minutes; one that is not among them makes the set be fetched anew, once a minute at most. jose's own remote key set
 * does the same, but takes Node's fetch into the process, which is 10 MB for one address. `now` gives milliseconds.
 */
export function createKeySet(url: string, now: () => number): KeySet {
  let keys: JWTVerifyGetKey | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let pending: Promise<JWTVerifyGetKey> | undefined;
  const refresh = (): Promise<JWTVerifyGetKey> => {
    pending ??= fetchKeys(url)
      .then((fetched) => {
        fetchedAt = now();
        keys = fetched;
        return fetched;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
  return {
    ageSeconds: () => (keys ? Math.round((now() - fetchedAt) / 1000) : undefined),
    async keyOf(header, token) {
      const current = keys && now() - fetchedAt < KEY_SET_MAX_AGE_MS ? keys : await refresh();
      try {
        return await current(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || now() - fetchedAt < KEY_SET_COOLDOWN_MS) throw error;
        return (await refresh())(header, token);
      }
    },
  };
}

async function fetchKeys(url: string): Promise<JWTVerifyGetKey> {
  try {
    const signal = AbortSignal.timeout(KEY_SET_TIMEOUT_MS);
    const answer = await openHttp(new URL(url), { headers: { accept: 'application/json' }, signal, idleMs: KEY_SET_TIMEOUT_MS });
    if (answer.statusCode !== 200) {
      answer.destroy();
      throw new Error(`status ${answer.statusCode}`);
    }
    return createLocalJWKSet((await readJson(answer)) as JSONWebKeySet);
  } catch (cause) {
    throw new RelayError('INTERNAL', { cause });
  }
}
