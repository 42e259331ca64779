import * as z from 'zod';
import { ERROR_CODES } from '#contract/errors';
import { MAX_REPLY_CHARS } from '#contract/limits';

/** A failure as it crosses a wire: a code from the one table, and the values its sentence names. Never a raw exception or a stack. */
export const failureSchema = z.object({
  code: z.enum(ERROR_CODES),
  /** Values for the placeholders of the sentence, e.g. `{limit: '25 MB'}`. Never a secret; an address only where the reader typed it. */
  params: z.record(z.string(), z.string()).optional(),
  /** What the mail server said, addresses masked: a code alone cannot be acted upon. For the sender of the mail and for administrators. */
  reply: z.string().max(MAX_REPLY_CHARS).optional(),
});
export type Failure = z.infer<typeof failureSchema>;

/** What every resolver answers. Forge turns a thrown error into one opaque sentence, so failures travel as values. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (code: Failure['code'], params?: Record<string, string>): Result<never> => ({
  ok: false,
  error: params ? { code, params } : { code },
});
