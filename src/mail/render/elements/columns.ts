import { parsePercent, parsePx } from '#mail/render/css';
import type { Rendering } from '#mail/render/rendering';
import type { Element, Node } from '#mail/render/tree';
import { LONGEST_WORD } from '#mail/render/word-break';

export const MAX_COLUMNS = 100;
const MAX_SPAN = 1000;
/** Rows from which the number of columns and their needs are told. */
const SAMPLE_ROWS = 30;
/** Elements and texts of one cell that are looked at for its needs. */
const SAMPLE_NODES = 40;
/** A column narrower than this, in px, cannot be read; a table that would need it is set smaller, and scrolls inside its own box on a phone. */
export const MIN_COLUMN = 88;
/** Space inside a cell on each side, in px: in most tables, and in those with many columns for their room. */
const PADDING = 7;
const DENSE_PADDING = 4;
/** Widths of a letter in running text and of one in a word that must not break, in px, about. */
const LETTER_PX = 7;
const WORD_LETTER_PX = 8;

const spanOf = (text: string | undefined, max: number): number => {
  const number = Number.parseInt(text ?? '', 10);
  return Number.isFinite(number) && number > 0 ? Math.min(number, max) : 1;
};
export const colspanOf = (cell: Element): number => spanOf(cell.attributes.get('colspan'), MAX_COLUMNS);
export const rowspanOf = (cell: Element): number => spanOf(cell.attributes.get('rowspan'), MAX_SPAN);

const isElement = (node: Node): node is Element => typeof node !== 'string';

function* rowsOf(table: Element): Generator<Element> {
  for (const child of table.children.filter(isElement)) {
    if (child.name === 'tr') yield child;
    else if (/^t(?:head|body|foot)$/.test(child.name)) for (const row of child.children.filter(isElement)) if (row.name === 'tr') yield row;
  }
}

function firstRows(table: Element): Element[] {
  const rows: Element[] = [];
  for (const row of rowsOf(table)) if (rows.push(row) >= SAMPLE_ROWS) break;
  return rows;
}

/** Columns as the first rows have them; more than 100 are not told apart. */
function countColumns(rows: readonly Element[]): number {
  let most = 1;
  for (const row of rows) {
    let sum = 0;
    for (const cell of row.children) if (isElement(cell)) sum += colspanOf(cell);
    most = Math.max(most, sum);
  }
  return Math.min(MAX_COLUMNS, most);
}

/** A width in px, percentages being of `whole`. */
function widthOf(element: Element, whole: number): number | undefined {
  const { css } = element;
  for (const text of [css.get('width'), element.attributes.get('width')]) {
    const percent = parsePercent(text);
    const px = percent === undefined ? parsePx(text) : (percent / 100) * whole;
    if (px !== undefined && px > 0) return px;
  }
  return undefined;
}

/** Widths of the columns in px as `<col>` elements give them; empty when any of them is missing. */
function givenWidths(table: Element, roomPx: number): number[] {
  const widths: (number | undefined)[] = [];
  const cols = table.children
    .filter(isElement)
    .flatMap((child) => (child.name === 'colgroup' ? child.children.filter(isElement) : child.name === 'col' ? [child] : []));
  for (const col of cols) {
    const width = widthOf(col, roomPx);
    for (let times = spanOf(col.attributes.get('span'), MAX_COLUMNS); times > 0 && widths.length < MAX_COLUMNS; times -= 1)
      widths.push(width);
  }
  return widths.every((width) => width !== undefined) ? widths : [];
}

/** What a column needs, in letters: its longest line and its longest word. */
interface Need {
  line: number;
  word: number;
  /** It holds code or a panel, whose box asks for all the room there is. */
  hasBox: boolean;
}

const BOXES: ReadonlySet<string> = new Set(['panel', 'confluence-information-macro', 'expand-container', 'ap-container']);
const isBox = (element: Element): boolean => element.name === 'pre' || element.classes.some((name) => BOXES.has(name));

/** Letters that would stand in the space within a box. */
const BOX_LETTERS = 4;

const longest = (lengths: readonly string[]): number => lengths.reduce((most, { length }) => Math.max(most, length), 0);

const LINE_ENDS: ReadonlySet<string> = new Set('p,div,li,h1,h2,h3,h4,h5,h6,br,table,pre'.split(','));

/** Adds what the beginning of a cell needs. */
function measure(cell: Element, need: Need): void {
  const stack: { readonly children: readonly Node[]; at: number; readonly isCode: boolean }[] = [];
  stack.push({ children: cell.children, at: 0, isCode: false });
  let line = 0;
  let seen = 0;
  for (let top = stack.at(-1); top && seen < SAMPLE_NODES; top = stack.at(-1)) {
    const child = top.children[top.at];
    top.at += 1;
    if (child === undefined) stack.pop();
    else if (typeof child === 'string') {
      const text = child.length > 200 ? child.slice(0, 200) : child;
      const codeLine = top.isCode ? longest(text.split('\n')) + BOX_LETTERS : 0;
      need.word = Math.max(need.word, codeLine, longest(text.split(/\s+/)));
      line += codeLine || text.trim().length;
      need.line = Math.max(need.line, line);
    } else {
      if (LINE_ENDS.has(child.name)) line = 0;
      if (isBox(child)) need.hasBox = true;
      if (child.name !== 'table') stack.push({ children: child.children, at: 0, isCode: top.isCode || child.name === 'pre' });
    }
    seen += 1;
  }
}

/** What each column needs, told from the cells of the first rows that stand in one column only. */
function needsOf(rows: readonly Element[], columnCount: number): Need[] {
  const needs = Array.from({ length: columnCount }, () => ({ line: 0, word: 0, hasBox: false }));
  const reach: number[] = [];
  for (const row of rows) {
    let column = 0;
    for (const cell of row.children) {
      if (!isElement(cell)) continue;
      while ((reach[column] ?? 0) > 0) column += 1;
      const colspan = colspanOf(cell);
      const need = needs[column];
      if (colspan === 1 && need) measure(cell, need);
      for (const to = Math.min(columnCount, column + colspan); column < to; column += 1) reach[column] = rowspanOf(cell);
    }
    for (const at of reach.keys()) reach[at] = Math.max(0, (reach[at] ?? 0) - 1);
  }
  return needs;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Shares of the room in px as a browser would give them (CSS 2.2 §17.5.2.2): what each column needs at least, the rest by what it would like. */
function shareRoom(needs: readonly Need[], room: number, paddingPx: number): number[] {
  const edge = 2 * paddingPx + 1;
  const least = needs.map(({ word }) => Math.min(word, LONGEST_WORD) * WORD_LETTER_PX + edge);
  const most = needs.map(({ line }, at) => Math.max(least[at] ?? 0, line * LETTER_PX + edge));
  const free = room - sum(least);
  if (free <= 0) return least.map((each) => (each / sum(least)) * room);
  const wish = sum(most) - sum(least);
  return least.map((each, at) => each + (wish > 0 ? (((most[at] ?? 0) - each) / wish) * free : free / needs.length));
}

export interface Plan {
  /** In px; undefined: as wide as its content. */
  readonly width: number | undefined;
  readonly columnCount: number;
  /** In px; empty when they may follow from the content. */
  readonly widths: readonly number[];
  /** Many columns for the room: set smaller. */
  readonly isDense: boolean;
  readonly paddingPx: number;
}

/**
 * Widths of a table without any of its own. Browsers fit such a table into its box or scroll it there; Outlook lets it push the whole
 * mail, so one that would fill its room is told to, and one whose words are too long for it is told the width of each column as well.
 * So is one with boxes in its cells, which would take the room of the other columns.
 */
function guess(rows: readonly Element[], room: number, columnCount: number, paddingPx: number) {
  const needs = needsOf(rows, columnCount);
  const edge = 2 * paddingPx + 1;
  const lines = needs.map(({ line, hasBox }) => (hasBox ? Math.max(line, BOX_LETTERS) : line) * LETTER_PX + edge);
  if (sum(lines) <= room) return { isFull: false, widths: needs.some(({ hasBox }) => hasBox) ? shareRoom(needs, room, paddingPx) : [] };
  const isTight = needs.some(({ hasBox }) => hasBox) || sum(needs.map(({ word }) => word * WORD_LETTER_PX + edge)) > room;
  return { isFull: true, widths: isTight ? shareRoom(needs, room, paddingPx) : [] };
}

/** Widths for the mail: what the page asks for, scaled down to the room there is. */
export function plan(table: Element, out: Rendering): Plan {
  const room = out.place.width;
  const rows = firstRows(table);
  const given = givenWidths(table, room);
  const columnCount = Math.max(countColumns(rows), Math.min(given.length, MAX_COLUMNS));
  const isDense = columnCount * MIN_COLUMN > room && columnCount > 2;
  const paddingPx = isDense ? DENSE_PADDING : PADDING;
  const complete = given.length === columnCount ? given : [];
  const total = sum(complete);
  const asked = parsePx(table.attributes.get('data-table-width')) ?? widthOf(table, room) ?? (total > 0 ? total : undefined);
  const width = asked === undefined ? undefined : asked > room * 0.94 ? room : Math.max(asked, Math.min(room, columnCount * 40));
  const base = { columnCount, isDense, paddingPx };
  if (total > 0) return { ...base, width, widths: complete.map((each) => each * ((width ?? room) / total)) };
  const guessed = guess(rows, width ?? room, columnCount, paddingPx);
  return { ...base, width: width ?? (guessed.isFull ? room : undefined), widths: guessed.widths };
}
