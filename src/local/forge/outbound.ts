/** Requests of one invocation to the outside (Forge documentation: limits-invocation): 100 in each minute that it runs, remotes included. */

export const MAX_REQUESTS_PER_MINUTE = 100;
/** Longest that one of them may take. */
export const MAX_REQUEST_SECONDS = 180;

/** Counts the requests of each run; false for one more than it may make. `now` in ms. */
export function createOutboundCount(now: () => number): (run: object) => boolean {
  const runs = new WeakMap<object, { readonly startedAt: number; count: number }>();
  return (run) => {
    const known = runs.get(run) ?? { startedAt: now(), count: 0 };
    runs.set(run, known);
    known.count += 1;
    return known.count <= MAX_REQUESTS_PER_MINUTE * (1 + Math.floor((now() - known.startedAt) / 60_000));
  };
}

export const tooManyRequests = (): Response =>
  Response.json({ message: 'Too many external requests' }, { status: 429, headers: { 'forge-proxy-error': 'RATE_LIMITED' } });
