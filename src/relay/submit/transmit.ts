/** One mail over an open connection: envelope, data, replies. Says for sure whether the server can have it. */
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { isRetryable } from '#contract/errors';
import type { SendResponse, SmtpReply } from '#contract/relay/api';
import { type MailAddress, parseAddress } from '#mail/address';
import type { ComposedMessage } from '#mail/compose/compose';
import { RelayError } from '#relay/shared/errors';
import { type SmtpSession, settled } from '#relay/submit/connect';
import { MailSource, type Progress } from '#relay/submit/mail-source';
import { refusesSender } from '#relay/submit/reply-meaning';
import { codeOfReply, connectionError, parseReply } from '#relay/submit/smtp-reply';

/** Reason of an abort that lets nothing finish: the relay itself ends. */
export const RELAY_ENDS = Symbol('the relay ends');

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}
export type Transmitted = Pick<SendResponse, 'accepted' | 'rejected'>;

/**
 * Sends one mail. Addresses in the result are those of `envelope`. `onData` runs after the server has asked for the data and before
 * the first octet goes out; `totalMs` bounds the whole.
 * @throws RelayError; OUTCOME_UNKNOWN once everything is handed over and the reply is missing
 */
export async function transmit(
  session: SmtpSession,
  envelope: Envelope,
  message: ComposedMessage,
  signal: AbortSignal,
  onData: () => Promise<void>,
  totalMs: number,
): Promise<Transmitted> {
  const originals = Map.groupBy(envelope.to, wireAddress);
  const wire = { from: wireAddress(envelope.from), to: [...originals.keys()], size: message.sizeBytes };
  requireUtf8(session, [wire.from, ...wire.to], message.international);
  const socket = session.connection._socket;
  if (!socket) throw new RelayError('CONNECTION_LOST');
  const source = new MailSource(message.octets, socket, onData);
  const { progress } = source;
  const abort = (): void => {
    if (!progress.handedOver || signal.reason === RELAY_ENDS) session.connection.close();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    const info = await settled<SMTPConnectionSendInfo>(session.connection, totalMs, (done) => session.connection.send(wire, source, done));
    // A reply before the end is no answer to this mail, and what is still to come would meet the next one.
    if (!progress.handedOver) throw new RelayError('PROTOCOL_ERROR');
    return outcome(originals, info?.accepted ?? [], info?.rejectedErrors ?? []);
  } catch (error) {
    return recover(error, originals, progress);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface Refusal {
  readonly recipient?: string | undefined;
  readonly response?: string | undefined;
}

/** An address as it may stand in a command: parsed, and without what would end its path. @throws RelayError INVALID_ADDRESS */
export function wireAddress(address: string): MailAddress {
  const parsed = parseAddress(address);
  if (parsed === undefined || /[<>]/.test(parsed)) throw new RelayError('INVALID_ADDRESS', { params: { address } });
  return parsed;
}

/** Recipients as the request wrote them, by the address that stands for them in the conversation. */
type Originals = ReadonlyMap<string, readonly string[]>;

function outcome(originals: Originals, accepted: readonly string[], refusals: readonly Refusal[]): Transmitted {
  const original = (address = ''): readonly string[] => originals.get(address) ?? [address];
  const replies = refusals.map(({ recipient, response }) => withoutName(parseReply(response), recipient));
  const ofSender = accepted.length === 0 && refusesSender(replies);
  const rejected = refusals.flatMap(({ recipient }, at) => {
    const smtp = replies[at];
    const said = smtp ? codeOfReply(smtp, 'recipient') : 'RECIPIENT_REJECTED';
    const code = ofSender && said === 'RECIPIENT_REJECTED' ? 'SENDER_REJECTED' : said;
    return original(recipient).map((address) => ({ address, code, retryable: isRetryable(code), ...(smtp && { smtp }) }));
  });
  return { accepted: accepted.flatMap(original), rejected };
}

/** Servers also name a recipient by the part before the `@` alone; shorter ones than three characters are words of any language. */
function withoutName(smtp: SmtpReply | undefined, recipient = ''): SmtpReply | undefined {
  const name = recipient.slice(0, recipient.lastIndexOf('@'));
  return smtp?.reply && name.length > 2 ? { ...smtp, reply: smtp.reply.replaceAll(name, '…') } : smtp;
}

/** All recipients refused is an answer, not a failure; everything else is thrown with its code. */
function recover(error: unknown, originals: Originals, progress: Progress): Transmitted {
  if (progress.sourceError) throw progress.sourceError;
  const fault = error as { rejectedErrors?: readonly Refusal[]; responseCode?: number; command?: string };
  if (fault.rejectedErrors && fault.rejectedErrors.length === originals.size) return outcome(originals, [], fault.rejectedErrors);
  const failure = connectionError(error, 'data');
  // A reply to the data settles it. Without one, the server may have the mail.
  const answered = failure.smtp !== undefined && fault.command === 'DATA';
  throw progress.handedOver && !answered ? new RelayError('OUTCOME_UNKNOWN', { cause: error }) : failure;
}

/** RFC 6531 §3.4: addresses or headers in UTF-8 only to a server that takes them. */
function requireUtf8(session: SmtpSession, addresses: readonly string[], headers: boolean): void {
  const needed = headers || addresses.some((address) => /[^\x00-\x7f]/.test(address));
  // nodemailer announces SMTPUTF8 for the envelope's sake only, so headers alone cannot ask for it.
  const announced = addresses.some((address) => /[^\x00-\x7f]/.test(address));
  if (needed && !(announced && session.extensions.includes('SMTPUTF8'))) throw new RelayError('ADDRESS_NOT_SUPPORTED');
}
