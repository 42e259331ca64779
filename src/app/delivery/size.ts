import { AppFailure } from '#app/failure';
import { MAX_MESSAGE_BYTES } from '#contract/limits';

/** `26.2 MB`, in units of 1,048,576 bytes as mail servers count. */
export const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1).replace(/\.0$/, '')} MB`;

/** @throws AppFailure MESSAGE_TOO_LARGE above `limit` bytes on the wire */
export function checkMessageSize(bytes: number, limit: number = MAX_MESSAGE_BYTES): void {
  if (bytes > limit) throw new AppFailure('MESSAGE_TOO_LARGE', { size: megabytes(bytes), limit: megabytes(limit) });
}
