import type { FileReference, Mailbox, RelayMessage } from '#contract/relay/api';
import { domainOf } from '#mail/address';
import type { RenderedMail } from '#mail/render/types';

export interface MessageInput {
  readonly from: Mailbox;
  readonly replyTo?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly subject: string;
  /** At least 16 random bytes as letters and digits; becomes the left side of the Message-ID. */
  readonly random: string;
  readonly date: Date;
  readonly language: string;
  readonly mail: Pick<RenderedMail, 'html' | 'text' | 'images'> & Partial<Pick<RenderedMail, 'dataImages'>>;
  /** In the order they are to appear. */
  readonly attachments: readonly FileReference[];
  /** `no` for a person's mail, which is the default (RFC 3834 §5). */
  readonly autoSubmitted?: RelayMessage['autoSubmitted'];
}

/** One line without control characters, so that nothing can start a header of its own; at most `maxChars` characters. */
const oneLine = (text: string, maxChars: number): string =>
  text
    .replace(/[\s\u0000-\u001f\u007f\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, maxChars)
    .replace(/[\ud800-\udbff]$/, '');

const cleanMailbox = ({ address, name }: Mailbox): Mailbox => {
  const clean = oneLine(name ?? '', 200);
  return clean === '' ? { address } : { address, name: clean };
};

/** The subject as it is sent: the administrator's prefix, a blank, what the sender typed; the prefix not twice. */
export function subjectLine(prefix: string, subject: string): string {
  const typed = oneLine(subject, 255);
  const before = oneLine(prefix, 60);
  return before === '' || typed.startsWith(before) ? typed : `${before} ${typed}`.trim();
}

/** Puts the parts of a mail together as the relay takes them. Pure: time and randomness come in. The Message-ID stands in the sender address's domain (RFC 5322 §3.6.4). */
export function buildMessage(input: MessageInput): RelayMessage {
  return {
    messageId: `${input.random.replace(/[^A-Za-z0-9]/g, '')}@${domainOf(input.from.address)}`,
    date: input.date.toISOString(),
    from: cleanMailbox(input.from),
    ...(input.replyTo ? { replyTo: cleanMailbox(input.replyTo) } : {}),
    to: input.to.map(cleanMailbox),
    cc: input.cc.map(cleanMailbox),
    subject: oneLine(input.subject, 400),
    html: input.mail.html,
    text: input.mail.text,
    autoSubmitted: input.autoSubmitted ?? 'no',
    language: input.language,
    inline: [...input.mail.images],
    ...(input.mail.dataImages && input.mail.dataImages.length > 0 ? { inlineData: [...input.mail.dataImages] } : {}),
    attachments: [...input.attachments],
  };
}

/** Bytes of one part's own header: type, encoding, disposition with the name twice (RFC 2231 and for old readers), boundary. */
const PART_HEADER_BYTES = 420;
/** Bytes of the message's header without addresses and subject. */
const MESSAGE_HEADER_BYTES = 1_200;
/** Bytes for each address in To and Cc, name and folding included. */
const MAILBOX_BYTES = 90;

/** Bytes of `bytes` in base64 with its line ends: 76 characters and CRLF for each 57 bytes (RFC 2045 §6.8). */
const base64Bytes = (bytes: number): number => Math.ceil(bytes / 3) * 4 + Math.ceil(bytes / 57) * 2;

/** Bytes of a text part: quoted-printable while nearly all of it is ASCII, base64 otherwise, whichever is shorter (RFC 2045 §6.7). */
function textBytes(text: string): number {
  const ascii = text.replace(/[^\u0000-\u007f]+/gu, '').length;
  const bytes = new TextEncoder().encode(text).length;
  const escaped = (bytes - ascii) * 3 + (text.match(/=/g)?.length ?? 0) * 2;
  const quoted = ascii + escaped;
  return Math.min(quoted + Math.ceil(quoted / 73) * 3, base64Bytes(bytes));
}

export interface MessageSize {
  readonly html: number;
  readonly text: number;
  readonly images: number;
  readonly attachments: number;
  readonly total: number;
}

/**
 * Bytes on the wire, before it is composed: texts as quoted-printable or base64, files as base64 with line ends, headers by allowance.
 * Pictures count in full although scaling may make them smaller: an upper bound, so that what passes here is not refused later.
 */
export function estimateSize(input: {
  readonly mail: Pick<RenderedMail, 'html' | 'text' | 'images'> & Partial<Pick<RenderedMail, 'dataImages'>>;
  readonly attachments: readonly Pick<FileReference, 'sizeBytes'>[];
  readonly mailboxCount?: number;
}): MessageSize {
  const files = (list: readonly Pick<FileReference, 'sizeBytes'>[]) =>
    list.reduce((sum, file) => sum + base64Bytes(file.sizeBytes) + PART_HEADER_BYTES, 0);
  const html = textBytes(input.mail.html) + PART_HEADER_BYTES;
  const text = textBytes(input.mail.text) + PART_HEADER_BYTES;
  const within = (input.mail.dataImages ?? []).map(({ base64 }) => ({ sizeBytes: Math.floor((base64.length * 3) / 4) }));
  const images = files(input.mail.images) + files(within);
  const attachments = files(input.attachments);
  const header = MESSAGE_HEADER_BYTES + (input.mailboxCount ?? 1) * MAILBOX_BYTES;
  return { html, text, images, attachments, total: html + text + images + attachments + header };
}
