/** As much of MIME (RFC 2045, RFC 2046) as it takes to find what is signed or encrypted, to the octet. */

/** A header field as it stands, without its line end; its value unfolded. */
export interface ReadField {
  readonly name: string;
  readonly value: string;
  /** With its folds and its CRLF. */
  readonly text: string;
}
export interface ReadEntity {
  readonly fields: readonly ReadField[];
  /** Lower case; `text/plain` where there is none that can be read (RFC 2045 §5.2). */
  readonly mediaType: string;
  /** Of `Content-Type`, by their names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Octets of a header, and its fields, at most. */
const MAX_HEADER_BYTES = 256 * 1024;
const MAX_FIELDS = 1_000;

/** The octets with CRLF for every line end, as they were when they were signed; the same where they have no other. */
export function canonical(octets: Buffer): Buffer {
  const text = octets.toString('latin1');
  return /(?<!\r)\n/.test(text) ? Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1') : octets;
}

/** Reads an entity with CRLF line ends. */
export function readEntity(octets: Buffer): ReadEntity {
  const startsWithBody = octets.subarray(0, 2).equals(CRLF);
  const end = startsWithBody ? 0 : octets.indexOf('\r\n\r\n');
  const headerEnd = end < 0 ? octets.length : end;
  const fields = fieldsIn(octets.subarray(0, Math.min(headerEnd, MAX_HEADER_BYTES)).toString('utf8'));
  const { mediaType, parameters } = contentTypeOf(fieldNamed(fields, 'content-type') ?? '');
  return { fields, mediaType, parameters, body: end < 0 ? Buffer.alloc(0) : octets.subarray(startsWithBody ? 2 : end + 4) };
}
const CRLF = Buffer.from('\r\n');

function fieldsIn(header: string): ReadField[] {
  const fields: ReadField[] = [];
  for (const text of header.split(/\r\n(?![ \t])/).slice(0, MAX_FIELDS)) {
    const colon = text.indexOf(':');
    if (colon > 0)
      fields.push({
        name: text.slice(0, colon).trimEnd(),
        value: text
          .slice(colon + 1)
          .replace(/\r\n(?=[ \t])/g, '')
          .trim(),
        text: `${text}\r\n`,
      });
  }
  return fields;
}

/** The value of the first field of this name, which is in lower case. */
export const fieldNamed = (fields: readonly ReadField[], name: string): string | undefined =>
  fields.find((field) => field.name.toLowerCase() === name)?.value;

/** A media type and its parameters: tokens and quoted strings, comments left out. */
export function contentTypeOf(value: string): { mediaType: string; parameters: Map<string, string> } {
  const mediaType = /^\s*([^\s;"()/]+\/[^\s;"()/]+)/.exec(value)?.[1]?.toLowerCase() ?? 'text/plain';
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, token] of value.matchAll(/;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g))
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
  return { mediaType, parameters };
}

/** Parts of a multipart that are looked at. */
const MAX_PARTS = 100;

/** The parts between these boundaries, each without the line break before the next delimiter (RFC 2046 §5.1.1); what does not end is given as far as it goes. */
export function partsOf(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  if (boundary === '') return parts;
  const delimiter = Buffer.from(`--${boundary}`);
  let start: number | undefined;
  for (
    let at = nextDelimiter(body, delimiter, 0);
    at >= 0 && parts.length < MAX_PARTS;
    at = nextDelimiter(body, delimiter, at + delimiter.length)
  ) {
    if (start !== undefined) parts.push(body.subarray(start, Math.max(start, at - 2)));
    const isLast = body.subarray(at + delimiter.length, at + delimiter.length + 2).toString('latin1') === '--';
    if (isLast) return parts;
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd < 0) return parts;
    start = lineEnd + 2;
  }
  if (start !== undefined) parts.push(body.subarray(start));
  return parts;
}

/** A delimiter is a line of its own, with blanks after it at most. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const isLineStart = at === 0 || (body[at - 1] === 10 && body[at - 2] === 13);
    if (isLineStart && /^(?:--)?[ \t]*(?:\r\n|$)/.test(body.subarray(at + delimiter.length, at + delimiter.length + 80).toString('latin1')))
      return at;
  }
  return -1;
}

/** The body without its transfer encoding (RFC 2045 §6). */
export function decodedBody({ fields, body }: ReadEntity): Buffer {
  const encoding = fieldNamed(fields, 'content-transfer-encoding')?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return body;
  const text = body
    .toString('latin1')
    .replace(/[ \t]+(?=\r\n|$)/g, '')
    .replace(/=\r\n/g, '');
  return Buffer.from(
    text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
