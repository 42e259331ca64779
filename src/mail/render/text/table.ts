import { append, columns, wrap } from '#mail/render/text/width';

export interface TextCell {
  readonly lines: readonly string[];
  /** It names its column: a header cell, or one all of whose text is bold. */
  readonly header: boolean;
  /** It only numbers its row. */
  readonly isNumber?: boolean;
  readonly colspan: number;
  readonly rowspan: number;
}
export type TextRow = readonly TextCell[];

interface Placed extends TextCell {
  readonly column: number;
}

/** Columns of a table that are told apart; the rest of a wider one goes into the last. */
const MAX_COLUMNS = 64;
const SEPARATOR = ' | ';
/** Characters of a column's name before each of its values. */
const MAX_NAME_CHARS = 60;

const joined = (cell: TextCell): string => cell.lines.filter((line) => line !== '').join(' ');

/** Gives each cell its column, cells that reach down from rows above included (HTML §4.9.12.1). */
function place(rows: readonly TextRow[]): Placed[][] {
  const reach: number[] = [];
  return rows.map((row) => {
    let column = 0;
    const placed: Placed[] = [];
    for (const cell of row) {
      while ((reach[column] ?? 0) > 0 && column < MAX_COLUMNS - 1) column += 1;
      placed.push({ ...cell, column });
      for (let at = column; at < Math.min(MAX_COLUMNS, column + cell.colspan); at += 1) reach[at] = cell.rowspan;
      column = Math.min(MAX_COLUMNS - 1, column + cell.colspan);
    }
    for (const at of reach.keys()) reach[at] = Math.max(0, (reach[at] ?? 0) - 1);
    return placed;
  });
}

const isHeaderRow = (row: readonly TextCell[] | undefined): boolean =>
  row !== undefined && row.length > 0 && row.every((cell) => cell.header);

/** The table with its columns aligned, or undefined when it does not fit: each cell on one line, the whole at most `width` columns. */
function align(rows: readonly (readonly Placed[])[], width: number): string[] | undefined {
  const widths: number[] = [];
  for (const row of rows) {
    for (const cell of row) {
      if (cell.lines.length > 1) return undefined;
      if (cell.colspan === 1) widths[cell.column] = Math.max(widths[cell.column] ?? 0, columns(cell.lines[0] ?? ''));
    }
  }
  for (let at = 0; at < widths.length; at += 1) widths[at] = Math.max(1, widths[at] ?? 0);
  const total = widths.reduce((sum, each) => sum + each + SEPARATOR.length, -SEPARATOR.length);
  if (total > width) return undefined;
  const lines: string[] = [];
  for (const [index, row] of rows.entries()) {
    const line = alignRow(row, widths);
    if (columns(line) > width) return undefined;
    lines.push(line);
    if (index === 0 && rows.length > 1 && isHeaderRow(row)) lines.push(widths.map((each) => '-'.repeat(each)).join('-+-'));
  }
  return lines;
}

function alignRow(row: readonly Placed[], widths: readonly number[]): string {
  const parts: string[] = [];
  let column = 0;
  const pad = (text: string, to: number) => text + ' '.repeat(Math.max(0, to - columns(text)));
  for (const cell of row) {
    for (; column < cell.column; column += 1) parts.push(' '.repeat(widths[column] ?? 1));
    const spanned = widths.slice(cell.column, cell.column + cell.colspan);
    parts.push(
      pad(
        cell.lines[0] ?? '',
        spanned.reduce((sum, each) => sum + each + SEPARATOR.length, -SEPARATOR.length),
      ),
    );
    column = cell.column + cell.colspan;
  }
  return parts.join(SEPARATOR).trimEnd();
}

const isFilled = (row: readonly TextCell[]): boolean => row.some((cell) => cell.lines.length > 0);

const withoutColon = (text: string): string => text.replace(/\s*:$/, '');

/** `Name: value`, the value below its name when it has several lines. */
function field(name: string, cell: TextCell, width: number): string[] {
  const value = cell.lines;
  if (name === '') return [...value];
  const label = `${withoutColon(name)}:`;
  const [only = ''] = value;
  if (value.length === 1 && columns(label) + 1 + columns(only) <= width) return [`${label} ${only}`];
  return [...wrap(label, width), ...value.map((line) => (line === '' ? '' : `  ${line}`))];
}

/** A name as it stands before each value: a long one is said in full in the first row only, or the text would grow with rows times names. */
function shortened(name: string): string {
  if (name.length <= MAX_NAME_CHARS) return name;
  const start = name.slice(0, MAX_NAME_CHARS).replace(/[\ud800-\udbff]$/, '');
  const blank = start.lastIndexOf(' ');
  return `${blank > MAX_NAME_CHARS / 2 ? start.slice(0, blank) : start}…`;
}

/** The name of each column; a header that reaches over several names them all. */
function namesOf(head: readonly Placed[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const cell of head) {
    const name = cell.isNumber ? '' : shortened(joined(cell));
    for (let at = cell.column; at < Math.min(MAX_COLUMNS, cell.column + cell.colspan); at += 1) names.set(at, name);
  }
  return names;
}

/** Records with named fields: for each row its cells under the names that stand in the first row. */
function namedRecords(rows: readonly (readonly Placed[])[], width: number): string[] {
  const [head = [], ...body] = rows;
  const names = namesOf(head);
  const title = wrap(head.map(joined).filter(Boolean).join(SEPARATOR), width);
  const lines = [...title, '-'.repeat(title.reduce((most, line) => Math.max(most, Math.min(width, columns(line))), 3))];
  for (const [index, row] of body.filter(isFilled).entries()) {
    if (index > 0) lines.push('');
    for (const cell of row) if (cell.lines.length > 0) append(lines, field(names.get(cell.column) ?? '', cell, width));
  }
  return lines;
}

/** Cells below each other, parted where one of them has several lines. */
function below(cells: readonly TextCell[]): string[] {
  const isTall = cells.some(({ lines }) => lines.length > 1);
  return cells.flatMap(({ lines }, index) => (isTall && index > 0 ? ['', ...lines] : [...lines]));
}

/** Records without names: a row on one line where it fits, else cell below cell; `key: value` where the first cell of two is a key. */
function plainRecords(rows: readonly (readonly Placed[])[], width: number): string[] {
  const lines: string[] = [];
  let roomy = false;
  for (const [index, row] of rows.entries()) {
    const filled = row.filter((cell) => cell.lines.length > 0);
    if (filled.length === 0) continue;
    const [first, ...rest] = filled;
    const isPair = filled.length === 2 && first?.column === 0 && first.lines.length === 1;
    const line = filled.map(joined).join(SEPARATOR);
    const fits = filled.every((cell) => cell.lines.length === 1) && columns(line) <= width;
    const record = isPair && rest[0] ? field(joined(first), rest[0], width) : fits ? [line] : below(filled);
    const tall = record.length > 1;
    if (index > 0 && lines.length > 0 && (tall || roomy)) lines.push('');
    roomy = tall;
    append(lines, record);
  }
  return lines;
}

/** A table as lines of at most `width` columns: aligned where that fits, otherwise as records. Words keep their order. */
export function layoutTable(rows: readonly TextRow[], width: number): string[] {
  const filled = rows.filter((row) => row.length > 0);
  const placed = place(filled);
  if (placed.every((row) => row.length === 1))
    return placed.flatMap((row, index) => [...(index > 0 ? [''] : []), ...(row[0]?.lines ?? [])]);
  const aligned = align(placed, width);
  if (aligned) return aligned;
  return isHeaderRow(placed[0]) && placed.length > 1 ? namedRecords(placed, width) : plainRecords(placed, width);
}
