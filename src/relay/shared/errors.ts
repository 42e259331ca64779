/** How failures travel through the relay, and what of them a caller may read. */
import { describeError, ERRORS, type ErrorCode, isRetryable } from '#contract/errors';
import type { RelayErrorBody, SmtpReply } from '#contract/relay/api';

interface Details {
  readonly params?: Readonly<Record<string, string>>;
  readonly smtp?: SmtpReply | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** A failure with a code of the one table. Its message is the table's sentence: never an address, a host or a reply. */
export class RelayError extends Error {
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string>> | undefined;
  readonly smtp: SmtpReply | undefined;
  readonly retryAfterSeconds: number | undefined;
  constructor(code: ErrorCode, details: Details = {}) {
    super(code, { cause: details.cause });
    this.name = 'RelayError';
    this.code = code;
    this.params = details.params;
    this.smtp = details.smtp;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
  /** HTTP status it is answered with. */
  get status(): number {
    const { status }: { readonly status?: number } = ERRORS[this.code];
    return status ?? 500;
  }
}

/** Anything thrown as a RelayError; what is not one is INTERNAL. */
export const asRelayError = (error: unknown): RelayError =>
  error instanceof RelayError ? error : new RelayError('INTERNAL', { cause: error });

/** HTTP status and body for a failure. */
export function errorAnswer(error: RelayError): { status: number; body: RelayErrorBody; headers: Record<string, string> } {
  const params = error.params ? { ...error.params } : undefined;
  return {
    status: error.status,
    headers: error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) },
    body: {
      error: {
        code: error.code,
        message: describeError(error.code, 'en', params).sentence,
        retryable: isRetryable(error.code),
        ...(params && { params }),
        ...(error.smtp && { smtp: error.smtp }),
      },
    },
  };
}
