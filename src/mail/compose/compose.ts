/**
 * A relay message as the octets of an RFC 5322 mail: multipart/mixed ⊃ related ⊃ alternative (RFC 2046, RFC 2387),
 * levels left out that would have one part only. Files are streamed, in constant memory, and the size is known beforehand.
 */
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FileReference, InlineData, InlineImage, RelayMessage } from '#contract/relay/api';
import { AS_FILE, mayBeBase64 } from '#mail/compose/attached-message';
import { base64Lines, base64Size, base64Stream } from '#mail/compose/base64';
import { parameter, quotedPrintable } from '#mail/compose/encode';
import { headerFields, headerText } from '#mail/compose/header-fields';

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

/**
 * A composed message: `octets`, or `stream` in its place, may be read once and gives exactly `sizeBytes` octets, with CRLF line breaks; at most
 * so many where it is signed or encrypted while it is read.
 */
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

/** The content of a mail: its own header fields, and what follows the empty line after them. `octets` may be read once. */
export interface ComposedContent {
  /** `Content-Type` and so on, each line with CRLF. */
  readonly headers: string;
  readonly octets: AsyncIterable<Buffer>;
  /** Of `octets`, exactly. */
  readonly sizeBytes: number;
}
/** Parameters for `Content-Type`, each with its leading `;`. */
export interface ContentParameters {
  /** Of the whole content. */
  readonly root?: string | undefined;
  /** Of the texts, plain and HTML. */
  readonly text?: string | undefined;
}

/** Composes the content of `message`; every file is asked for by `open`. Deterministic: boundaries come from the Message-ID. */
export function composeContent(message: RelayMessage, open: OpenFileOf, parameters: ContentParameters = {}): ComposedContent {
  const boundary = hash('sha256', message.messageId, 'base64url').slice(0, 24);
  const text = textPart('text/plain', message.text, parameters.text);
  const html = textPart('text/html', message.html, parameters.text);
  const alternative = multipart('alternative', `a_${boundary}`, [text, html]);
  const inline = [
    ...(message.inlineData ?? []).map(dataPart),
    ...message.inline.map((image) => filePart(image, open(image), 'inline', image.cid)),
  ];
  const related =
    inline.length > 0 ? multipart('related', `r_${boundary}`, [alternative, ...inline], '; type="multipart/alternative"') : alternative;
  const attached = message.attachments.map((file) => filePart(file, open(file), 'attachment'));
  const root = attached.length > 0 ? multipart('mixed', `m_${boundary}`, [related, ...attached]) : related;
  return { headers: withParameters(root.headers, parameters.root), octets: octets(root.body), sizeBytes: total(root.body) };
}

/** A multipart's headers are its `Content-Type` alone. */
const withParameters = (headers: string, parameters = ''): string => headers.replace(/\r\n$/, `${parameters}\r\n`);

/** Composes `message`; every file is asked for by `open`. */
export function composeMessage(message: RelayMessage, open: OpenFileOf): ComposedMessage {
  const content = composeContent(message, open);
  const head = `${outerHeaders(message)}${content.headers}\r\n`;
  return withHead(head, content.octets, content.sizeBytes);
}

/**
 * A message whose content is finished: the outer header fields of `message`, then `body`, which begins with the content's own header fields.
 * Neither is looked into.
 */
export const composeOpaque = (message: RelayMessage, body: Buffer): ComposedMessage =>
  withHead(outerHeaders(message), chunks([body]), body.length);

/** A message of these header fields, and `body` with at most `bodyBytes` octets after them. */
export function withHead(head: string, body: Iterable<Buffer> | AsyncIterable<Buffer>, bodyBytes: number): ComposedMessage {
  const start = Buffer.from(head);
  return composed(headFirst(start, body), start.length + bodyBytes, /[^\x00-\x7f]/.test(head));
}

/** The header leaves in one piece with what follows it, as long as that is small. */
async function* headFirst(head: Buffer, body: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer | undefined = head;
  for await (const chunk of body) {
    if (waiting && waiting.length + chunk.length <= CHUNK_BYTES) yield Buffer.concat([waiting, chunk]);
    else {
      if (waiting) yield waiting;
      yield chunk;
    }
    waiting = undefined;
  }
  if (waiting) yield waiting;
}

/** A message of octets whose number is known, or at most so many. */
export const composed = (source: AsyncIterable<Buffer>, sizeBytes: number, international: boolean): ComposedMessage => ({
  octets: source,
  sizeBytes,
  international,
  get stream() {
    return Readable.from(source, { objectMode: false, highWaterMark: CHUNK_BYTES });
  },
});

/** The header fields of a message, but those of its content. */
export const outerHeaders = (message: RelayMessage): string => `${headerText(headerFields(message))}MIME-Version: 1.0\r\n`;

function textPart(mediaType: string, text: string, parameters = ''): Part {
  const body = quotedPrintable(text);
  return {
    headers: `Content-Type: ${mediaType}; charset=utf-8${parameters}\r\nContent-Transfer-Encoding: quoted-printable\r\n`,
    body: [body],
  };
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
