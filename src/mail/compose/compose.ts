/**
 * A relay message as the octets of an RFC 5322 mail: multipart/mixed ⊃ related ⊃ alternative (RFC 2046, RFC 2387),
 * levels left out that would have one part only. Files are streamed, in constant memory, and the size is known beforehand.
 */
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FileReference, InlineData, InlineImage, RelayMessage } from '#contract/relay/api';
import { AS_FILE, mayBeBase64 } from '#mail/compose/attached-message';
import { base64Lines, base64Size, base64Stream } from '#mail/compose/base64';
import { asciiDomain, headerLine, mailboxes, parameter, quotedPrintable, unstructured } from '#mail/compose/encode';

/** A file whose octets can be read now; picture processing may have changed its type and size. */
export interface OpenFile {
  readonly body: Buffer | AsyncIterable<Buffer>;
  readonly sizeBytes: number;
  readonly mediaType?: string;
  /** The body goes as it is: 7bit octets with CRLF; absent: base64. */
  readonly sevenBit?: boolean;
}
/** Gives the octets of a file; called once for each before anything is composed. */
export type OpenFileOf = (file: FileReference | InlineImage) => OpenFile;

/** A composed message: `octets`, or `stream` in its place, may be read once and gives exactly `sizeBytes` octets, with CRLF line breaks. */
export interface ComposedMessage {
  readonly octets: AsyncIterable<Buffer>;
  readonly stream: Readable;
  readonly sizeBytes: number;
  /** Whether a header holds UTF-8 (RFC 6532), which needs SMTPUTF8 at the server. */
  readonly international: boolean;
}

type Piece = Buffer | { readonly file: OpenFile };
interface Part {
  readonly headers: string;
  readonly body: readonly Piece[];
}

/** Composes `message`; every file is asked for by `open`. Deterministic: boundaries come from the Message-ID. */
export function composeMessage(message: RelayMessage, open: OpenFileOf): ComposedMessage {
  const boundary = hash('sha256', message.messageId, 'base64url').slice(0, 24);
  const text = textPart('text/plain', message.text);
  const html = textPart('text/html', message.html);
  const alternative = multipart('alternative', `a_${boundary}`, [text, html]);
  const inline = [
    ...(message.inlineData ?? []).map(dataPart),
    ...message.inline.map((image) => filePart(image, open(image), 'inline', image.cid)),
  ];
  const related =
    inline.length > 0 ? multipart('related', `r_${boundary}`, [alternative, ...inline], '; type="multipart/alternative"') : alternative;
  const attached = message.attachments.map((file) => filePart(file, open(file), 'attachment'));
  const root = attached.length > 0 ? multipart('mixed', `m_${boundary}`, [related, ...attached]) : related;
  const head = `${envelopeHeaders(message)}${root.headers}\r\n`;
  const pieces: Piece[] = [Buffer.from(head), ...root.body];
  return composed(octets(pieces), total(pieces), /[^\x00-\x7f]/.test(head));
}

/**
 * A message whose content is finished: the outer header fields of `message`, then `body`, which begins with the content's own header fields.
 * Neither is looked into.
 */
export function composeOpaque(message: RelayMessage, body: Buffer): ComposedMessage {
  const head = envelopeHeaders(message);
  const whole = Buffer.concat([Buffer.from(head), body]);
  return composed(Readable.from(chunks([whole])), whole.length, /[^\x00-\x7f]/.test(head));
}

/** A message of octets whose number is known. */
export const composed = (source: AsyncIterable<Buffer>, sizeBytes: number, international: boolean): ComposedMessage => ({
  octets: source,
  sizeBytes,
  international,
  get stream() {
    return Readable.from(source, { objectMode: false, highWaterMark: CHUNK_BYTES });
  },
});

function envelopeHeaders(message: RelayMessage): string {
  const lines: [string, string | undefined][] = [
    ['From', mailboxes([message.from])],
    ['To', message.to.length > 0 ? mailboxes(message.to) : message.cc.length > 0 ? undefined : 'undisclosed-recipients:;'],
    ['Cc', message.cc.length > 0 ? mailboxes(message.cc) : undefined],
    ['Reply-To', message.replyTo ? mailboxes([message.replyTo]) : undefined],
    ['Subject', unstructured(message.subject)],
    ['Message-ID', `<${asciiDomain(message.messageId)}>`],
    ['Date', new Date(message.date).toUTCString().replace(/GMT/, '+0000')],
    ['Auto-Submitted', message.autoSubmitted],
    ['Content-Language', message.language],
    ['MIME-Version', '1.0'],
  ];
  return lines.map(([name, value]) => (value === undefined ? '' : headerLine(name, value))).join('');
}

function textPart(mediaType: string, text: string): Part {
  const body = quotedPrintable(text);
  return { headers: `Content-Type: ${mediaType}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n`, body: [body] };
}

function filePart(
  reference: Pick<FileReference, 'filename' | 'mediaType'>,
  file: OpenFile,
  disposition: 'inline' | 'attachment',
  cid?: string,
): Part {
  const { filename } = reference;
  const asked = file.mediaType ?? reference.mediaType;
  const mediaType = file.sevenBit || mayBeBase64(asked) ? asked : AS_FILE;
  const headers = [
    `Content-Type: ${mediaType}${parameter('name', filename)}`,
    `Content-Transfer-Encoding: ${file.sevenBit ? '7bit' : 'base64'}`,
    `Content-Disposition: ${disposition}${parameter('filename', filename)}`,
    ...(cid ? [`Content-ID: <${cid}>`] : []),
  ];
  return { headers: `${headers.join('\r\n')}\r\n`, body: [{ file }] };
}

/** A picture that came with the request. */
function dataPart({ cid, filename, mediaType, base64 }: InlineData): Part {
  const body = Buffer.from(base64, 'base64');
  return filePart({ filename, mediaType }, { body, sizeBytes: body.length }, 'inline', cid);
}

function multipart(kind: string, boundary: string, parts: readonly Part[], extra = ''): Part {
  const body = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n${part.headers}\r\n`), ...part.body, Buffer.from('\r\n')]);
  return {
    headers: `Content-Type: multipart/${kind}${extra};\r\n boundary="${boundary}"\r\n`,
    body: [...body, Buffer.from(`--${boundary}--\r\n`)],
  };
}

const total = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + (Buffer.isBuffer(piece) ? piece.length : writtenSize(piece.file)), 0);

const writtenSize = ({ sevenBit, sizeBytes }: OpenFile): number => (sevenBit ? sizeBytes : base64Size(sizeBytes));

/** Octets of one chunk at most, so that back-pressure shows how far the mail has got. */
const CHUNK_BYTES = 65_536;

/** The buffers as one run of octets, cut into chunks. */
export function* chunks(buffers: readonly Buffer[]): Generator<Buffer> {
  const whole = buffers.length === 1 && buffers[0] ? buffers[0] : Buffer.concat(buffers);
  for (let at = 0; at < whole.length; at += CHUNK_BYTES) yield whole.subarray(at, at + CHUNK_BYTES);
}

/** Neighbouring small pieces leave as one chunk; files as they come in. */
async function* octets(pieces: readonly Piece[]): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) waiting.push(piece);
    else if (Buffer.isBuffer(piece.file.body)) waiting.push(piece.file.sevenBit ? piece.file.body : base64Lines(piece.file.body));
    else {
      yield* chunks(waiting);
      waiting = [];
      yield* base64Stream(piece.file.body);
    }
  }
  yield* chunks(waiting);
}
