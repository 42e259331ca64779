/** Answers as Confluence's two REST APIs give them. */
import type { ApiCall } from '#local/confluence/endpoint';

export const json = (body: unknown, status = 200): Response => Response.json(body, { status });

/** Error of REST v2: a list of errors with code and title. */
export const errorV2 = (status: number, code: string, title: string): Response =>
  json({ errors: [{ status, code, title, detail: null }] }, status);
export const notFoundV2 = (): Response => errorV2(404, 'NOT_FOUND', 'Not Found');

/** Error of REST v1: status, validation data and a message. */
export const errorV1 = (status: number, message: string): Response =>
  json({ statusCode: status, data: { authorized: status !== 403, valid: true, errors: [], successful: false }, message }, status);

/** Entries that a list of REST v2 gives at once. */
const MAX_LIMIT_V2 = 250;

/** Whole number from the query within bounds; `fallback` when it is absent or no number. */
export function numberFrom(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const value = Number(query.get(name) ?? fallback);
  return Number.isInteger(value) && value >= 0 ? Math.min(value, max) : fallback;
}

/** Values of a parameter that may be repeated or hold a comma-separated list; undefined when it is absent. */
export function listFrom(query: URLSearchParams, name: string): readonly string[] | undefined {
  return query.has(name) ? query.getAll(name).flatMap((value) => value.split(',')) : undefined;
}

/** A page of REST v2: opaque cursor, `_links.next` relative to the site as Confluence gives it. */
export function pageV2<T>(call: ApiCall, path: string, items: readonly T[], show: (item: T) => unknown, defaultLimit = 25): Response {
  const asked = Number(call.query.get('limit') ?? defaultLimit);
  if (!Number.isInteger(asked) || asked < 1) return errorV2(400, 'INVALID_REQUEST_PARAMETER', 'Provided value for limit is invalid');
  const limit = Math.min(asked, MAX_LIMIT_V2);
  const cursor = call.query.get('cursor');
  const start = cursor ? Number(Buffer.from(cursor, 'base64url').toString()) : 0;
  if (!Number.isInteger(start) || start < 0) return errorV2(400, 'INVALID_REQUEST_PARAMETER', 'Provided value for cursor is invalid');
  const next = start + limit < items.length ? nextLinkV2(call, path, start + limit) : {};
  return json({ results: items.slice(start, start + limit).map(show), _links: { ...next, base: call.api.wikiUrl } });
}

function nextLinkV2(call: ApiCall, path: string, start: number): { next: string } {
  const query = new URLSearchParams(call.query);
  query.set('cursor', Buffer.from(String(start)).toString('base64url'));
  return { next: `${path}?${query}` };
}

/** A page of REST v1: `start`, `limit`, `size`. */
export function pageV1<T>(
  call: ApiCall,
  items: readonly T[],
  show: (item: T) => unknown,
  limits: { fallback: number; max: number },
  more: Record<string, unknown> = {},
): Response {
  const start = numberFrom(call.query, 'start', 0, Number.MAX_SAFE_INTEGER);
  const limit = numberFrom(call.query, 'limit', limits.fallback, limits.max);
  const results = items.slice(start, start + limit).map(show);
  const hasNext = start + limit < items.length;
  const links = { base: call.api.wikiUrl, context: '/wiki', ...(hasNext ? { next: nextLinkV1(call, start + limit) } : {}) };
  return json({ results, start, limit, size: results.length, ...more, _links: links });
}

function nextLinkV1(call: ApiCall, start: number): string {
  const query = new URLSearchParams(call.query);
  query.set('start', String(start));
  return `?${query}`;
}
