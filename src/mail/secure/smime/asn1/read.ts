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

/** One encoded value. Its octets are looked at where they lie, and only when asked for. */
export class Element {
  /** The identifier octet: class, constructed bit and number; numbers above 30 are refused. */
  readonly tag: number;
  readonly source: Uint8Array;
  /** Where in `source` the encoding begins, its content begins and ends, and the encoding ends. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly after: number;
  constructor(tag: number, source: Uint8Array, at: number, start: number, end: number, after: number) {
    this.tag = tag;
    this.source = source;
    this.at = at;
    this.start = start;
    this.end = end;
    this.after = after;
  }
  /** The whole encoding. */
  get bytes(): Uint8Array {
    return this.source.subarray(this.at, this.after);
  }
  /** Without identifier, length and end-of-contents. */
  get content(): Uint8Array {
    return this.source.subarray(this.start, this.end);
  }
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

function headerAt(bytes: Uint8Array, at: number, limit: number): Header {
  if (at + 2 > limit) throw new Asn1Error('ends early');
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1] ?? 0;
  if ((tag & 0x1f) === 0x1f) throw new Asn1Error('has a long tag');
  if (first < 0x80) return bounded(limit, { tag, start: at + 2, end: at + 2 + first });
  if (first === 0x80) {
    if ((tag & 0x20) === 0) throw new Asn1Error('is primitive and of indefinite length');
    return { tag, start: at + 2, end: undefined };
  }
  const count = first & 0x7f;
  if (count > 6 || at + 2 + count > limit) throw new Asn1Error('has a length of too many octets');
  let length = 0;
  for (let index = 0; index < count; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  return bounded(limit, { tag, start: at + 2 + count, end: at + 2 + count + length });
}

function bounded(limit: number, header: Header & { readonly end: number }): Header {
  if (header.end > limit) throw new Asn1Error('ends early');
  return header;
}

/** Where the end-of-contents of an indefinite length begins. */
function endOfContents(bytes: Uint8Array, from: number, limit: number): number {
  let open = 1;
  for (let at = from; ; ) {
    const { tag, start, end } = headerAt(bytes, at, limit);
    if (tag === 0 && end === at + 2) {
      open -= 1;
      if (open === 0) return at;
    } else if (end === undefined) open += 1;
    if (open > MAX_NESTING) throw new Asn1Error('is nested too deeply');
    at = end ?? start;
  }
}

/** The value that begins at `at` and ends before `limit`. */
export function elementAt(bytes: Uint8Array, at = 0, limit: number = bytes.length): Element {
  const { tag, start, end } = headerAt(bytes, at, limit);
  if (end !== undefined) return new Element(tag, bytes, at, start, end, end);
  const close = endOfContents(bytes, start, limit);
  return new Element(tag, bytes, at, start, close, close + 2);
}

/** Reads the values within a constructed one, one after the other. */
export class Fields {
  readonly #source: Uint8Array;
  readonly #end: number;
  #at: number;
  constructor(source: Uint8Array, from = 0, end: number = source.length) {
    this.#source = source;
    this.#at = from;
    this.#end = end;
  }
  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }
  /** The next field, which must be there and, if asked for, have this tag. */
  next(tag?: number): Element {
    const element = elementAt(this.#source, this.#at, this.#end);
    if (tag !== undefined && element.tag !== tag) throw new Asn1Error(`has tag ${element.tag} in place of ${tag}`);
    this.#at = element.after;
    return element;
  }
  /** The next field if it has this tag. */
  optional(tag: number): Element | undefined {
    return !this.isAtEnd && this.#source[this.#at] === tag ? this.next() : undefined;
  }
  /** What is left. */
  *rest(): Generator<Element> {
    while (!this.isAtEnd) yield this.next();
  }
}

/** The values within, whatever its tag. */
export const within = ({ source, start, end }: Element): Fields => new Fields(source, start, end);

export function fieldsOf(element: Element, tag: number = TAG.sequence): Fields {
  if (element.tag !== tag) throw new Asn1Error(`has tag ${element.tag} in place of ${tag}`);
  return within(element);
}

/** The one value within an EXPLICIT tag. */
export const inner = ({ source, start, end }: Element): Element => elementAt(source, start, end);

/** The octets of an OCTET STRING, which in BER may come in pieces; also of one whose tag was replaced by an implicit one. */
export function octetsOf(element: Element): Uint8Array {
  if ((element.tag & 0x20) === 0) return element.content;
  const pieces: Uint8Array[] = [];
  const open: Generator<Element>[] = [within(element).rest()];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { done, value } = top.next();
    if (done) open.pop();
    else if (value.tag === TAG.octetString) pieces.push(value.content);
    else if (value.tag === (TAG.octetString | 0x20) && open.length < MAX_NESTING) open.push(within(value).rest());
    else throw new Asn1Error('is no string of octets');
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}

/** The octets of an OCTET STRING. */
export function octetString(element: Element): Uint8Array {
  if ((element.tag & ~0x20) !== TAG.octetString) throw new Asn1Error('is no string of octets');
  return octetsOf(element);
}
