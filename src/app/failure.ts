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

  constructor(code: ErrorCode, params?: Readonly<Record<string, string>>, options?: ErrorOptions) {
    super(code, options);
    this.name = 'AppFailure';
    this.code = code;
    this.params = params;
  }
}

/** The failure as it crosses a wire; anything that is no `AppFailure` is `INTERNAL`. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof AppFailure)) return { code: 'INTERNAL' };
  return error.params ? { code: error.code, params: { ...error.params } } : { code: error.code };
}

/** Whether the same attempt may succeed later without anybody changing anything. */
export const canSucceedLater = (failure: Failure): boolean => isRetryable(failure.code);
