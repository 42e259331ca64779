import { cleanText } from '#mail/render/escape';
import { layoutTable, type TextCell, type TextRow } from '#mail/render/text/table';
import { columns, wrap } from '#mail/render/text/width';

/** Columns of a line (RFC 5322 §2.1.1 recommends at most 78). */
export const TEXT_COLUMNS = 78;
/** Deeper indentation than this is not shown, so that lines stay readable and their number stays linear. */
const MAX_INDENT = 32;
/** Tables in tables beyond this depth are written as paragraphs. */
const MAX_TABLES = 4;

/** Lines being written: the text part itself, or one cell of a table. */
interface Frame {
  lines: string[];
  inline: string;
  /** Blank lines wanted before the next line. */
  gap: number;
  prefix: string;
  /** Prefix of the next line only: the mark of a list item. */
  first: string | undefined;
  /** Nothing has been written at this indentation yet: no blank line is wanted before its first line. */
  isFresh: boolean;
  readonly width: number;
}

interface OpenTable {
  readonly rows: TextCell[][];
}

/** Nothing that has to be cleaned away or replaced. */
const PLAIN = /^[\n -~]*$/;

const trimmed = (text: string): string => (text.includes('  ') ? text.replace(/ {2,}/g, ' ') : text).trim();

/** Stands for a blank that must neither be joined with its neighbours nor broken at, until its line is written: a code point of no character. */
const KEPT_BLANK = '\ufdd0';

/** Text whose blanks in a row, and at its ends, come through the writer as they are. */
export const keepBlanks = (text: string): string => text.replace(/^ +| {2,}| +$/g, (blanks) => KEPT_BLANK.repeat(blanks.length));

const restore = (line: string): string => line.replaceAll(KEPT_BLANK, ' ');

const newFrame = (width: number): Frame => ({ lines: [], inline: '', gap: 0, prefix: '', first: undefined, isFresh: true, width });

/** Writes the text part: paragraphs wrapped to 78 columns, nested lists and quotes, tables, code as it is. */
export class TextWriter {
  #frame = newFrame(TEXT_COLUMNS);
  #frames: Frame[] = [];
  #tables: OpenTable[] = [];
  #endsInBlank = false;

  /** Text inside a paragraph, its blanks collapsed. */
  inline(text: string): void {
    if (text === '') return;
    this.#frame.inline += text;
    this.#endsInBlank = text.charCodeAt(text.length - 1) === 32;
  }

  /** A sign that belongs to the words before it, and is parted from those behind it as they were. */
  mark(sign: string): void {
    if (sign !== '') this.inline(this.#endsInBlank ? `${sign} ` : ` ${sign}`);
  }

  lineBreak(): void {
    this.#frame.inline += '\n';
  }

  /** Ends the paragraph; at least `gap` blank lines part it from what follows. */
  block(gap = 0): void {
    const { inline } = this.#frame;
    if (inline !== '') {
      this.#frame.inline = '';
      if (inline !== ' ') this.#paragraph(inline);
    }
    this.#frame.gap = Math.max(this.#frame.gap, gap);
  }

  #paragraph(inline: string): void {
    const width = Math.max(20, this.#frame.width - this.#frame.prefix.length);
    const text = PLAIN.test(inline) ? inline : cleanText(inline).replaceAll('\u00a0', ' ');
    if (text.includes(KEPT_BLANK)) {
      for (const part of text.split('\n').map(trimmed)) if (part !== '') this.write(wrap(part, width).map(restore));
      return;
    }
    if (!text.includes('\n')) {
      const line = trimmed(text);
      if (line !== '') this.write(wrap(line, width));
      return;
    }
    const parts = text.split('\n').map(trimmed);
    const from = parts.findIndex((part) => part !== '');
    const to = parts.findLastIndex((part) => part !== '');
    if (from >= 0) for (const part of parts.slice(from, to + 1)) this.write(wrap(part, width));
  }

  /** Blank lines that are due, in the indentation in force. */
  #flushGap(): void {
    const frame = this.#frame;
    if (!frame.isFresh && frame.lines.length > 0) for (; frame.gap > 0; frame.gap -= 1) frame.lines.push(frame.prefix.trimEnd());
    frame.gap = 0;
  }

  /** Finished lines, each put behind the indentation. */
  write(lines: readonly string[]): void {
    const frame = this.#frame;
    for (const line of lines) {
      this.#flushGap();
      frame.lines.push(((frame.first ?? frame.prefix) + line).trimEnd());
      frame.first = undefined;
      frame.isFresh = false;
    }
  }

  /** Lines that stay to the letter: no wrapping, behind the indentation of the item, quote or panel they belong to. */
  verbatim(text: string): void {
    this.block();
    const frame = this.#frame;
    this.#flushGap();
    const clean = cleanText(text);
    for (const line of clean.includes('\r') ? clean.split(/\r\n|\r|\n/) : clean.split('\n')) {
      const before = frame.first ?? frame.prefix;
      frame.lines.push(line === '' ? before.trimEnd() : before + line);
      frame.first = undefined;
    }
    frame.isFresh = false;
  }

  /** Ends the paragraph and underlines it as far as its longest line reaches. */
  underline(char: string): void {
    const from = this.#frame.lines.length;
    this.block();
    const { lines, prefix } = this.#frame;
    const widest = lines.slice(from).reduce((most, line) => Math.max(most, columns(line)), 0);
    if (lines.length > from) this.write([char.repeat(Math.max(3, Math.min(this.room, widest - prefix.length)))]);
  }

  /** Indents what follows: the next line by `first`, those after it by `rest`. Returns what to do to go back. */
  indent(first: string, rest: string): () => void {
    this.block();
    const frame = this.#frame;
    if (frame.first === undefined) this.#flushGap();
    const { prefix } = frame;
    const fits = prefix.length + rest.length <= MAX_INDENT;
    frame.first = (frame.first ?? prefix).slice(0, MAX_INDENT) + first;
    if (fits) frame.prefix = prefix + rest;
    frame.isFresh = true;
    return () => {
      this.block();
      frame.prefix = prefix;
      frame.first = undefined;
      frame.isFresh = false;
    };
  }

  /** Columns left for a line here. */
  get room(): number {
    return Math.max(20, this.#frame.width - this.#frame.prefix.length);
  }

  get #flat(): boolean {
    return this.#tables.length > MAX_TABLES;
  }

  openTable(): void {
    this.block(1);
    this.#tables.push({ rows: [] });
  }
  openRow(): void {
    this.#tables.at(-1)?.rows.push([]);
  }
  openCell(): void {
    if (this.#flat) {
      this.block();
      return;
    }
    this.#frames.push(this.#frame);
    this.#frame = newFrame(Math.max(20, this.room - 2));
  }
  closeCell(cell: Omit<TextCell, 'lines'>): void {
    this.block();
    if (this.#flat) return;
    const { lines } = this.#frame;
    this.#frame = this.#frames.pop() ?? newFrame(TEXT_COLUMNS);
    const rows: TextCell[][] | undefined = this.#tables.at(-1)?.rows;
    if (rows && rows.length === 0) rows.push([]);
    rows?.at(-1)?.push({ ...cell, lines });
  }
  closeTable(): void {
    const flat = this.#flat;
    const rows: readonly TextRow[] = this.#tables.pop()?.rows ?? [];
    if (!flat) this.write(layoutTable(rows, this.room));
    this.block(1);
  }

  /** Everything written so far as one text with line feeds. */
  finish(): string {
    this.block();
    return this.#frame.lines.join('\n');
  }
}
