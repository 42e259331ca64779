import type { ErrorCode } from '#contract/errors';
import { isRetryable } from '#contract/errors';
import type { Failure } from '#contract/result';

/**
 * A failure with a code from the one table: what every layer of the app throws, translating the error below and keeping it as `cause`.
 * `params` may reach the person who asked: never a secret, never an address that they did not type.
 */
export class AppFailure extends Error {
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string>> | undefined;
  /** What the mail server said, see `Failure`. */
  readonly reply: string | undefined;

  constructor(
    code: ErrorCode,
    params?: Readonly<Record<string, string>>,
    options?: ErrorOptions & { readonly reply?: string | undefined },
  ) {
    super(code, options);
    this.name = 'AppFailure';
    this.code = code;
    this.params = params;
    this.reply = options?.reply;
  }
}

/** The failure as it crosses a wire; anything that is no `AppFailure` is `INTERNAL`. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof AppFailure)) return { code: 'INTERNAL' };
  const { code, params, reply } = error;
  return { code, ...(params && { params: { ...params } }), ...(reply && { reply }) };
}

/** Whether the same attempt may succeed later without anybody changing anything. */
export const canSucceedLater = (failure: Failure): boolean => isRetryable(failure.code);
