/** What of a request can be judged before anything flows. */
import type { SendRequest } from '#contract/relay/api';
import type { SecureRequest } from '#contract/relay/secure';
import { base64Size } from '#mail/compose/base64';
import { RelayError } from '#relay/shared/errors';
import { MAX_FILES, MAX_SCALED_IMAGE_BYTES } from '#relay/shared/limits';
import { wireAddress } from '#relay/submit/transmit';

type Message = SendRequest['message'];
/** A mail as it is, or one that is signed or encrypted. */
export type MailRequest = SendRequest & Partial<Pick<SecureRequest, 'body' | 'secure'>>;

/** What the operator allows one mail. */
export interface MessageLimits {
  /** Octets on the wire. */
  readonly messageBytes: number;
  readonly recipients: number;
}

/**
 * Addresses that may stand in a command or a header, their number, the number of parts, and sizes known before anything flows.
 * @throws RelayError INVALID_ADDRESS, TOO_MANY_RECIPIENTS, INVALID_REQUEST, MESSAGE_TOO_LARGE
 */
export function checkRequest(request: MailRequest, limits: MessageLimits): void {
  const { envelope, message } = request;
  const mailboxes = [message.from, ...(message.replyTo ? [message.replyTo] : []), ...message.to, ...message.cc];
  for (const address of new Set([envelope.from, ...envelope.to, ...mailboxes.map((each) => each.address)])) wireAddress(address);
  const count = Math.max(envelope.to.length, message.to.length + message.cc.length);
  if (count > limits.recipients) {
    throw new RelayError('TOO_MANY_RECIPIENTS', { params: { count: String(count), limit: String(limits.recipients) } });
  }
  if (message.attachments.length + message.inline.length > MAX_FILES)
    throw new RelayError('INVALID_REQUEST', { params: { field: 'message' } });
  checkSize(fixedSize(message) + bodySize(request), limits.messageBytes);
}

/** Octets that the mail has whatever becomes of its pictures. */
export const fixedSize = ({ attachments, html, text }: Message): number =>
  attachments.reduce((sum, file) => sum + base64Size(file.sizeBytes), html.length + text.length);
/** Octets of a body that the app made. */
const bodySize = ({ body }: MailRequest): number => Math.floor(((body?.length ?? 0) * 3) / 4);
/** Octets of the mail as announced, before pictures are scaled. */
export const announcedSize = (request: MailRequest): number =>
  request.message.inline.reduce(
    (sum, { sizeBytes }) => sum + base64Size(Math.min(sizeBytes, MAX_SCALED_IMAGE_BYTES)),
    fixedSize(request.message) + bodySize(request),
  );

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
/** @throws RelayError MESSAGE_TOO_LARGE */
export function checkSize(bytes: number, limit: number): void {
  if (bytes > limit) throw new RelayError('MESSAGE_TOO_LARGE', { params: { size: megabytes(bytes), limit: megabytes(limit) } });
}
