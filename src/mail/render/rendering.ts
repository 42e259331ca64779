import { withoutCredentials } from '#mail/render/credentials';
import { escapeAttribute, escapeText } from '#mail/render/escape';
import { DataImages, Images } from '#mail/render/images';
import type { Layout } from '#mail/render/layouts';
import { LinkNotes } from '#mail/render/links';
import { PAPER, Palette, type Surface } from '#mail/render/palette';
import { keepBlanks, TextWriter } from '#mail/render/text/writer';
import type { Element, Node } from '#mail/render/tree';
import type { RenderInput } from '#mail/render/types';
import { Warnings } from '#mail/render/warnings';
import { breakLongWords, hasLongWord, LONGEST_WORD } from '#mail/render/word-break';
import { WORDS, type Words } from '#mail/render/words';

/** Width of the page's content in a wide window, in px; Confluence's own default is 760. */
export const CONTENT_PX = 760;

/** Entries of all tables of contents of one mail together: a page may ask for any number of them. */
const MAX_TOC_ENTRIES = 2000;

/** How the walk goes on from an element: through which nodes, and what to do behind them. */
export interface Step {
  /** Undefined: the element's own children. */
  readonly content?: readonly Node[];
  readonly after?: () => void;
}

/** Writes one kind of element or macro. Undefined: this rule is not for that element, ask the next. */
export type Rule = (element: Element, out: Rendering) => Step | undefined;

export const SKIP: Step = { content: [] };
export const THROUGH: Step = {};

/** Characters of the page's beginning that are kept. */
const LEAD_CHARS = 200;

/** Pieces of markup that are joined at a time. */
const PIECES = 1024;

const nothing = (): void => {};

/** What has to be collapsed or escaped, or may belong to an address with a credential. */
const NOT_PLAIN = /[\u0000-\u001f&<>=@\u007f-\u00a0\ufffe\uffff]| {2}|eyJ|\/\([Ss]\(/;

const collapse = (text: string): string => (/[\t\r\n\f]| {2}/.test(text) ? text.replace(/[ \t\r\n\f]+/g, ' ') : text);

/** Attributes as written into a tag; empty ones are left out. Names are ours, values are escaped. */
export function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  let text = '';
  for (const name in values) {
    const value = values[name];
    if (value !== undefined && value !== '') text += ` ${name}="${typeof value === 'number' ? value : escapeAttribute(value)}"`;
  }
  return text;
}

/** Everything that changes on the way down the tree, and comes back on the way up. */
interface Place {
  surface: Surface;
  /** Room for pictures and tables, in px. */
  width: number;
  inLink: boolean;
  inHeading: boolean;
  /** White space stays as it is. */
  verbatim: boolean;
  /** Blanks stay as they are, line ends do not: in code within a line. */
  keepsBlanks: boolean;
  /** In an item of a list. */
  inItem: boolean;
  inTable: boolean;
  /** Letters of the longest word that is kept whole. */
  longestWord: number;
  /** Pictures that cannot be had are icons: their words stand for them. */
  hasIcons: boolean;
  isRtl: boolean;
  /** The last thing in its box: it needs no space below. */
  last: Node | undefined;
}

/** What stands before an item of a list. */
export interface ListMark {
  readonly html: string;
  readonly text: string;
  /** Number that the item itself has to carry. */
  readonly value?: number | undefined;
}

export interface OpenList {
  readonly mark: (item: Element) => ListMark;
}

export interface OpenTable {
  /** Width of each column in px; empty when the page leaves them open. */
  readonly widths: readonly number[];
  readonly columnCount: number;
  readonly roomPx: number;
  /** Space inside a cell, in px, on each side. */
  readonly paddingPx: number;
  /** Columns of which a cell has told the width. */
  readonly settled: boolean[];
  /** Rows that each column's cell from above still reaches down. */
  readonly reach: number[];
  column: number;
  rowIndex: number;
}

export interface ClassRules {
  readonly isHidden: boolean;
  readonly rules: readonly Rule[];
}

/** What the page has been found to hold before it is written. */
export interface Findings {
  /** Colour of each `data-colorid`. */
  readonly colors: ReadonlyMap<string, string>;
  /** Short name of each anchor that some link on the page points to, by its id. */
  readonly anchors: ReadonlyMap<string, string>;
  /** Headings that a table of contents is to list. */
  readonly headings: readonly Element[];
  /** Some elements are nodes of the new editor, told by data attributes. */
  readonly hasNodes: boolean;
}

/** One page on its way to HTML and text: where rules write to. */
export class Rendering {
  readonly input: RenderInput;
  readonly words: Words;
  readonly findings: Findings;
  text = new TextWriter();
  readonly links = new LinkNotes();
  readonly warnings = new Warnings();
  readonly palette: Palette;
  readonly images: Images;
  readonly dataImages = new DataImages();
  /** Anchors that have been written. */
  readonly anchored = new Set<string>();
  /** Which rules the classes of an element name, by its class attribute. */
  readonly rulesByClass = new Map<string, ClassRules>();
  /** Entries that tables of contents may still list. */
  tocRoom = MAX_TOC_ENTRIES;
  /** Sections of the page's document that have not been met yet. */
  layouts: readonly Layout[];
  /** Some formula is written as MathML too. */
  hasMathml = false;
  /** A formula has just been written that a script beside it was drawn from. */
  hasDrawnFormula = false;
  /** The lists that are open, outermost first. */
  readonly lists: OpenList[] = [];
  /** The tables that are open, outermost first. */
  readonly tables: OpenTable[] = [];
  place: Place = {
    surface: PAPER,
    width: CONTENT_PX,
    inLink: false,
    inHeading: false,
    verbatim: false,
    keepsBlanks: false,
    inItem: false,
    inTable: false,
    longestWord: LONGEST_WORD,
    hasIcons: false,
    isRtl: false,
    last: undefined,
  };
  /** Pieces not joined yet, and those joined: small strings that live long would cost the garbage collector most of the time. */
  #pieces: string[] = [];
  readonly #joined: string[] = [];
  /** Host of the page's own address. */
  readonly pageHost: string | undefined;
  #afterBlock = true;
  #lead = '';

  constructor(input: RenderInput, findings: Findings) {
    this.input = input;
    this.layouts = input.layouts ?? [];
    this.findings = findings;
    this.words = WORDS[input.language];
    this.palette = new Palette(input.presentation.accentColor);
    this.pageHost = URL.parse(input.page.url)?.host;
    this.images = new Images(input.presentation.maxImageSidePx);
  }

  #write(markup: string): void {
    this.#pieces.push(markup);
    if (this.#pieces.length < PIECES) return;
    this.#joined.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  /** Nothing stands above in the same box: a cell has just been opened, or the page begins. */
  get isAtTop(): boolean {
    // Boxes that have only been opened take no room.
    const at = this.#pieces.findLastIndex((piece) => !/^<div[^<]*>$/.test(piece) && piece.trim() !== '');
    const last = this.#pieces[at];
    return last === undefined ? this.#joined.length === 0 : /<t[dh][^<]*>$/.test(last);
  }

  /** Markup of an element that stands in a line. */
  inline(markup: string): void {
    this.#write(markup);
    this.#afterBlock = false;
  }

  /** Markup that begins or ends a block: blanks beside it show nothing and are left out. */
  block(markup: string): void {
    this.#write(markup);
    this.#afterBlock = true;
  }

  /** The first words that the mail shows of the page, for what mail programs show beside the subject. */
  get lead(): string {
    return this.#lead.trim();
  }

  /** Text of the page, into both parts. */
  say(text: string): void {
    if (this.place.keepsBlanks) {
      const line = text.replace(/[\r\n]+/g, ' ');
      this.text.inline(keepBlanks(line));
      this.sayHtml(line);
      return;
    }
    // Most texts are words and full stops: those need one look.
    const isPlain = !NOT_PLAIN.test(text);
    const collapsed = isPlain || this.place.verbatim ? text : withoutCredentials(collapse(text));
    if (this.#lead.length < LEAD_CHARS) this.#lead += (this.#afterBlock ? ' ' : '') + collapsed.slice(0, LEAD_CHARS);
    this.text.inline(collapsed);
    this.sayHtml(collapsed, isPlain);
  }

  sayText(text: string): void {
    this.text.inline(collapse(text));
  }

  /** Text whose blanks have been collapsed; `isPlain`: nothing in it has to be escaped. */
  sayHtml(text: string, isPlain = false): void {
    if (text === ' ' && this.#afterBlock && !this.place.verbatim) return;
    this.#afterBlock = false;
    const { longestWord, verbatim } = this.place;
    const isLong = text.length > longestWord && !verbatim && hasLongWord(text, longestWord);
    this.#write(isLong ? breakLongWords(text, this.place) : isPlain ? text : escapeText(text));
  }

  /** Changes the colours in force, where they are others. */
  enterSurface(surface: Surface): () => void {
    return surface === this.place.surface ? nothing : this.enter({ surface });
  }

  /** Changes what is in force below an element; the answer puts it back. */
  enter(change: Partial<Place>): () => void {
    const before = this.place;
    this.place = { ...before, ...change };
    return () => {
      this.place = before;
    };
  }

  /** Until the answer is called, nothing goes into the text part. */
  mute(): () => void {
    const before = this.text;
    this.text = new TextWriter();
    return () => {
      this.text = before;
    };
  }

  finish(): string {
    this.#joined.push(this.#pieces.join(''));
    this.#pieces = [];
    return this.#joined.join('');
  }
}
