import { decodeHTML, decodeHTMLAttribute } from 'entities/decode';
import type { Attributes } from '#mail/render/tree';

/** What the tokens go to. Text and attribute values come decoded. */
export interface TokenSink {
  text(text: string): void;
  /** The text of a closed `<![CDATA[…]]>`, which is a comment outside foreign content. */
  cdata(text: string): void;
  /** `at`: index behind the tag. */
  startTag(name: string, attributes: Attributes | undefined, isSelfClosed: boolean, at: number): void;
  endTag(name: string): void;
  /** Within svg or math, where no element's content is raw text. */
  isForeign(): boolean;
  /** The name under which an element is known, by its name as written. */
  tagName(written: string): string;
  /** The name under which an attribute is kept, by its name as written; undefined for those that are not. */
  attributeName(written: string): string | undefined;
  /** Names and values in turn, the first of each name. */
  attributes(pairs: readonly string[]): Attributes;
}

interface StartTag {
  readonly name: string;
  readonly attributes: Attributes | undefined;
  readonly isSelfClosed: boolean;
}

/** Elements whose content is text up to their end tag (HTML §13.2.6.2, §13.2.6.4.7). */
const RAW_TEXT: ReadonlyMap<string, RegExp> = new Map(
  ['script', 'style', 'iframe', 'noembed', 'noframes', 'xmp', 'title', 'textarea'].map((name) => [
    name,
    new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi'),
  ]),
);
const COMMENT_END = /--!?>/g;
const NAME_END = /[\t\n\f\r />]/g;
const ATTRIBUTE_NAME_END = /[\t\n\f\r />=]/g;
const UNQUOTED_END = /[\t\n\f\r >]/g;

/** Tags as written that are remembered, and the longest of them: pages say the same few again and again. */
const MAX_KNOWN_TAGS = 4000;
const MAX_KNOWN_TAG_CHARS = 400;

/**
 * HTML text to tokens (HTML §13.2.5), linear in its length. Unlike there, a slash before the end of any tag closes the element, as XHTML
 * writes it, and blanks may stand between the two. A tag that the text ends in is none.
 */
export function tokenize(source: string, sink: TokenSink): void {
  new Tokenizer(source, sink).run();
}

const isBlank = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09 || unit === 0x0c;
const isLetter = (unit: number): boolean => (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);

class Tokenizer {
  readonly #source: string;
  readonly #sink: TokenSink;
  readonly #known = new Map<string, StartTag>();
  #at = 0;
  /** Index behind the tag that was read last. */
  #end = 0;

  constructor(source: string, sink: TokenSink) {
    this.#source = source;
    this.#sink = sink;
  }

  run(): void {
    const source = this.#source;
    let from = 0;
    for (let open = source.indexOf('<'); open >= 0; open = source.indexOf('<', this.#at)) {
      const unit = source.charCodeAt(open + 1);
      if (!isLetter(unit) && unit !== 0x2f && unit !== 0x21 && unit !== 0x3f) {
        this.#at = open + 1;
        continue;
      }
      if (open + 2 >= source.length && unit === 0x2f) break;
      if (open > from) this.#text(from, open);
      this.#at = source.length;
      if (isLetter(unit)) this.#startTag(open);
      else if (unit === 0x2f) this.#endTag(open);
      else this.#markup(open);
      from = this.#at;
    }
    if (from < source.length) this.#text(from, source.length);
  }

  #text(from: number, to: number): void {
    const text = this.#source.slice(from, to);
    this.#sink.text(text.includes('&') ? decodeHTML(text) : text);
  }

  /** Index of the next match at or behind `from`; that of the end where there is none. */
  #next(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.exec(this.#source)?.index ?? this.#source.length;
  }

  /** The same for a pattern that is one character, without an object made for the match. */
  #nextOf(character: RegExp, from: number): number {
    character.lastIndex = from;
    return character.test(this.#source) ? character.lastIndex - 1 : this.#source.length;
  }

  /** What ends with the next `>`, whatever it is. */
  #pass(from: number): void {
    const end = this.#source.indexOf('>', from);
    this.#at = end < 0 ? this.#source.length : end + 1;
  }

  #endTag(open: number): void {
    const source = this.#source;
    this.#pass(open + 2);
    if (!isLetter(source.charCodeAt(open + 2)) || source[this.#at - 1] !== '>') return;
    const written = source.slice(open + 2, this.#at - 1);
    this.#sink.endTag(this.#sink.tagName(/[\t\n\f\r /]/.test(written) ? written.slice(0, written.search(NAME_END)) : written));
  }

  /** Comments, CDATA, declarations, and what is taken for a comment. */
  #markup(open: number): void {
    const source = this.#source;
    if (source.startsWith('!--', open + 1)) {
      const abrupt = source.startsWith('>', open + 4) ? 5 : source.startsWith('->', open + 4) ? 6 : 0;
      const end = abrupt > 0 ? open + abrupt - 1 : this.#next(COMMENT_END, open + 4);
      this.#pass(end);
    } else if (source.startsWith('![CDATA[', open + 1)) {
      const end = source.indexOf(']]>', open + 9);
      if (end < 0) return;
      this.#sink.cdata(source.slice(open + 9, end));
      this.#at = end + 3;
    } else this.#pass(open + 2);
  }

  #startTag(open: number): void {
    const tag = this.#readTag(open);
    if (!tag) return;
    const { name, attributes, isSelfClosed } = tag;
    this.#at = this.#end;
    const isForeign = this.#sink.isForeign();
    this.#sink.startTag(name, attributes, isSelfClosed, this.#at);
    if (isSelfClosed || isForeign) return;
    const end = RAW_TEXT.get(name);
    if (end) this.#rawText(name, end);
    else if (name === 'plaintext') {
      this.#sink.text(this.#source.slice(this.#at));
      this.#at = this.#source.length;
    }
  }

  #rawText(name: string, pattern: RegExp): void {
    const from = this.#at;
    this.#at = this.#next(pattern, from);
    if (this.#at === from) return;
    if (name === 'title' || name === 'textarea') this.#text(from, this.#at);
    else this.#sink.text(this.#source.slice(from, this.#at));
  }

  /** The tag at `open`, which may have been read before; undefined where the text ends in it. */
  #readTag(open: number): StartTag | undefined {
    const source = this.#source;
    const end = source.indexOf('>', open + 2);
    if (end < 0) return undefined;
    if (end - open > MAX_KNOWN_TAG_CHARS) return this.#parseTag(open);
    const written = source.slice(open + 1, end);
    const known = this.#known.get(written);
    if (known) {
      this.#end = end + 1;
      return known;
    }
    const tag = this.#parseTag(open);
    // One with a `>` in a value goes on behind it.
    if (tag && this.#end === end + 1 && this.#known.size < MAX_KNOWN_TAGS) this.#known.set(written, tag);
    return tag;
  }

  #parseTag(open: number): StartTag | undefined {
    const source = this.#source;
    const nameEnd = this.#nextOf(NAME_END, open + 2);
    const name = this.#sink.tagName(source.slice(open + 1, nameEnd));
    const pairs: string[] = [];
    let at = nameEnd;
    let isSelfClosed = false;
    while (at < source.length) {
      const unit = source.charCodeAt(at);
      if (unit === 0x3e) {
        this.#end = at + 1;
        return { name, attributes: pairs.length === 0 ? undefined : this.#sink.attributes(pairs), isSelfClosed };
      }
      if (unit === 0x2f) isSelfClosed = true;
      if (unit === 0x2f || isBlank(unit)) at += 1;
      else {
        isSelfClosed = false;
        at = this.#attribute(at, pairs);
      }
    }
    return undefined;
  }

  #blanks(from: number): number {
    let at = from;
    while (isBlank(this.#source.charCodeAt(at))) at += 1;
    return at;
  }

  /** Reads the attribute that begins at `from`, and gives the index behind it; that of the end, where it does not end. */
  #attribute(from: number, pairs: string[]): number {
    const source = this.#source;
    const nameEnd = this.#nextOf(ATTRIBUTE_NAME_END, from + 1);
    const name = this.#sink.attributeName(source.slice(from, nameEnd));
    const equals = this.#blanks(nameEnd);
    const isKept = name !== undefined && !hasName(pairs, name);
    if (source.charCodeAt(equals) !== 0x3d) {
      if (isKept) pairs.push(name, '');
      return equals;
    }
    const value = this.#blanks(equals + 1);
    const quote = source[value];
    const isQuoted = quote === '"' || quote === "'";
    const start = isQuoted ? value + 1 : value;
    const end = isQuoted ? source.indexOf(quote, start) : this.#nextOf(UNQUOTED_END, start);
    if (end < 0) return source.length;
    if (isKept) {
      const text = source.slice(start, end);
      pairs.push(name, text.includes('&') ? decodeHTMLAttribute(text) : text);
    }
    return isQuoted ? end + 1 : end;
  }
}

function hasName(pairs: readonly string[], name: string): boolean {
  for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === name) return true;
  return false;
}
