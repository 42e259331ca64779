/**
 * Reads BER and DER (ITU-T X.690) in bounded time and memory: nothing is copied, nothing is read before it is asked for, and nesting ends
 * at MAX_NESTING. Everything throws Asn1Error for what is no such encoding.
 */

export class Asn1Error extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Asn1Error';
  }
}

/** Levels of indefinite lengths or of pieces of a string within each other. */
const MAX_NESTING = 32;

/** One encoded value. `tag` is its identifier octet: class, constructed bit and number; numbers above 30 are refused. */
export interface Element {
  readonly tag: number;
  /** The whole encoding. */
  readonly bytes: Uint8Array;
  /** Without identifier, length and end-of-contents. */
  readonly content: Uint8Array;
}

interface Header {
  readonly tag: number;
  readonly start: number;
  /** Undefined: indefinite, up to its end-of-contents. */
  readonly end: number | undefined;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;
/** [n] EXPLICIT, or [n] IMPLICIT of something constructed. */
export const constructed = (number: number): number => 0xa0 | number;
/** [n] IMPLICIT of something primitive. */
export const primitive = (number: number): number => 0x80 | number;

function headerAt(bytes: Uint8Array, at: number): Header {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new Asn1Error('ends early');
  if ((tag & 0x1f) === 0x1f) throw new Asn1Error('has a long tag');
  if (first < 0x80) return bounded(bytes, { tag, start: at + 2, end: at + 2 + first });
  if (first === 0x80) {
    if ((tag & 0x20) === 0) throw new Asn1Error('is primitive and of indefinite length');
    return { tag, start: at + 2, end: undefined };
  }
  const count = first & 0x7f;
  if (count > 6) throw new Asn1Error('has a length of too many octets');
  let length = 0;
  for (let index = 0; index < count; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? Number.NaN);
  return bounded(bytes, { tag, start: at + 2 + count, end: at + 2 + count + length });
}

function bounded(bytes: Uint8Array, header: Header & { readonly end: number }): Header {
  if (!(header.end <= bytes.length)) throw new Asn1Error('ends early');
  return header;
}

/** Where the end-of-contents of an indefinite length begins. */
function endOfContents(bytes: Uint8Array, from: number): number {
  let open = 1;
  for (let at = from; ; ) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      open -= 1;
      if (open === 0) return at;
      at += 2;
      continue;
    }
    const { start, end } = headerAt(bytes, at);
    if (end === undefined) open += 1;
    if (open > MAX_NESTING) throw new Asn1Error('is nested too deeply');
    at = end ?? start;
  }
}

/** The value that begins at `at`. */
export function elementAt(bytes: Uint8Array, at = 0): Element {
  const { tag, start, end } = headerAt(bytes, at);
  if (end !== undefined) return { tag, bytes: bytes.subarray(at, end), content: bytes.subarray(start, end) };
  const close = endOfContents(bytes, start);
  return { tag, bytes: bytes.subarray(at, close + 2), content: bytes.subarray(start, close) };
}

/** The values within a constructed one, in their order. */
export function* elementsOf(content: Uint8Array): Generator<Element> {
  for (let at = 0; at < content.length; ) {
    const element = elementAt(content, at);
    yield element;
    at += element.bytes.length;
  }
}

/** Reads the fields of a SEQUENCE or SET one after the other. */
export class Fields {
  readonly #content: Uint8Array;
  #at = 0;
  constructor(content: Uint8Array) {
    this.#content = content;
  }
  get isAtEnd(): boolean {
    return this.#at >= this.#content.length;
  }
  /** The next field, which must be there and, if asked for, have this tag. */
  next(tag?: number): Element {
    const element = elementAt(this.#content, this.#at);
    if (tag !== undefined && element.tag !== tag) throw new Asn1Error(`has tag ${element.tag} in place of ${tag}`);
    this.#at += element.bytes.length;
    return element;
  }
  /** The next field if it has this tag. */
  optional(tag: number): Element | undefined {
    return !this.isAtEnd && this.#content[this.#at] === tag ? this.next() : undefined;
  }
  /** What is left. */
  *rest(): Generator<Element> {
    while (!this.isAtEnd) yield this.next();
  }
}

export function fieldsOf(element: Element, tag: number = TAG.sequence): Fields {
  if (element.tag !== tag) throw new Asn1Error(`has tag ${element.tag} in place of ${tag}`);
  return new Fields(element.content);
}

/** The one value within an EXPLICIT tag. */
export const inner = (element: Element): Element => elementAt(element.content);

/** The octets of an OCTET STRING, which in BER may come in pieces; also of one whose tag was replaced by an implicit one. */
export function octetsOf(element: Element): Uint8Array {
  if ((element.tag & 0x20) === 0) return element.content;
  const pieces: Uint8Array[] = [];
  const open: Generator<Element>[] = [elementsOf(element.content)];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { done, value } = top.next();
    if (done) open.pop();
    else if (value.tag === TAG.octetString) pieces.push(value.content);
    else if (value.tag === (TAG.octetString | 0x20) && open.length < MAX_NESTING) open.push(elementsOf(value.content));
    else throw new Asn1Error('is no string of octets');
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}

/** The octets of an OCTET STRING. */
export function octetString(element: Element): Uint8Array {
  if ((element.tag & ~0x20) !== TAG.octetString) throw new Asn1Error('is no string of octets');
  return octetsOf(element);
}
