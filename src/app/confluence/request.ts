import { type APIResponse, NeedsAuthenticationError } from '@forge/api';
import * as z from 'zod';
import { AppFailure } from '#app/failure';
import type { ErrorCode } from '#contract/errors';

/** How Confluence is asked: answers are checked, failures become codes, and its wish to be asked later is honoured. */

const codeOf = (status: number, notFound: ErrorCode): ErrorCode => {
  if (status === 404) return notFound;
  if (status === 429) return 'RATE_LIMITED';
  return status === 401 || status === 403 ? 'CONFLUENCE_REFUSED' : 'CONFLUENCE_UNAVAILABLE';
};

/** Longest that one request waits because Confluence asks it to (429 with Retry-After), within the 25 s of a resolver; and how often. */
const MAX_WAIT_SECONDS = 8;
const MAX_WAITS = 2;

/** Makes a request, again after the time that Confluence asks for when there were too many. */
async function patiently(request: () => Promise<APIResponse>): Promise<APIResponse> {
  for (let waits = 0; ; waits += 1) {
    const response = await request().catch((cause: unknown) => {
      // The person has not consented yet: the resolver hands Forge's own error on, so that Forge asks them.
      const isConsent = cause instanceof NeedsAuthenticationError;
      throw new AppFailure(isConsent ? 'CONFLUENCE_REFUSED' : 'CONFLUENCE_UNAVAILABLE', undefined, { cause });
    });
    const seconds = Number(response.headers.get('Retry-After') ?? 1);
    if (response.status !== 429 || waits === MAX_WAITS || !(seconds <= MAX_WAIT_SECONDS)) return response;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, seconds) * 1000));
  }
}

/** The JSON answer, checked; failures by status, `notFound` for 404. */
export async function read<T extends z.ZodType>(request: () => Promise<APIResponse>, schema: T, notFound: ErrorCode): Promise<z.output<T>> {
  const response = await patiently(request);
  if (!response.ok) throw new AppFailure(codeOf(response.status, notFound));
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new AppFailure('CONFLUENCE_UNAVAILABLE', undefined, { cause: parsed.error });
  return parsed.data;
}

/** Pages of a list that are followed at most: 250,000 entries. */
const MAX_LIST_PAGES = 1000;

/**
 * Every entry of a list of REST v2, by its cursors. A list that announces more and does not say where, or leads in a circle, is no whole list.
 * @throws AppFailure CONFLUENCE_UNAVAILABLE
 */
export async function readAll<T extends { results: unknown[]; _links?: { next?: string | null | undefined } | null | undefined }>(
  request: (cursor: string | undefined) => Promise<APIResponse>,
  schema: z.ZodType<T>,
  notFound: ErrorCode,
): Promise<T['results']> {
  const found: T['results'] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page: T = await read(() => request(cursor), schema, notFound);
    found.push(...page.results);
    const next = page._links?.next ?? undefined;
    cursor = nextCursor(next);
    if (next && (cursor === undefined || seen.has(cursor) || seen.size >= MAX_LIST_PAGES)) throw new AppFailure('CONFLUENCE_UNAVAILABLE');
    if (cursor !== undefined) seen.add(cursor);
  } while (cursor !== undefined);
  return found;
}

// Options stand as literals at each call: Forge's linter finds the scopes of a call only then.
export const ACCEPT_JSON = { Accept: 'application/json' };
export const SEND_JSON = { ...ACCEPT_JSON, 'Content-Type': 'application/json' };

/** Runs the failing call's code through: `undefined` for the codes named. */
export async function unless<T>(codes: readonly ErrorCode[], call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (error instanceof AppFailure && codes.includes(error.code)) return undefined;
    throw error;
  });
}

/** The cursor in `_links.next`, an address relative to the site. */
export function nextCursor(next: string | undefined): string | undefined {
  const query = next?.split('?')[1];
  return (query && new URLSearchParams(query).get('cursor')) || undefined;
}

/** What somebody may do, by Confluence's own word (v1 `OperationCheckResult`, v2 `Operation`). */
export const operationsSchema = z.array(z.object({ operation: z.string(), targetType: z.string() }));

/** A CQL string literal (Confluence Query Language: `"` and `\` escaped by a backslash). */
export const cqlString = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
