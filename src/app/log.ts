import type * as z from 'zod';
import { AppFailure } from '#app/failure';

/** Facts of one log line: ids, codes, counts and durations. Never content, addresses or secrets. */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** One JSON line on the function's log (`forge logs`). */
export function log(event: string, facts: LogFacts = {}): void {
  console.log(JSON.stringify({ event, ...facts }));
}

/** Names of the errors from the outermost to the first cause. Messages stay out: they may quote what a person typed. */
export function errorChain(error: unknown): string {
  const names: string[] = [];
  for (let each = error; each instanceof Error && names.length < 5; each = each.cause) {
    names.push(each instanceof AppFailure ? each.code : each.name);
  }
  return names.join(' < ') || typeof error;
}

/** Paths named at most, and what a name of a field looks like; other keys might be somebody's words. */
const MAX_PATHS = 5;
const FIELD = /^[A-Za-z0-9_-]{1,40}$/;

/** Where something did not fit its schema, e.g. `draft.to.0.kind`: the names of fields, never what stood in them. */
export const misfits = (error: z.ZodError): string =>
  error.issues
    .slice(0, MAX_PATHS)
    .map(({ path }) => path.map((part) => (FIELD.test(String(part)) ? String(part) : '?')).join('.') || '(all)')
    .join(', ');
