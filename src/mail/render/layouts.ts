import { type Element, element as makeElement, type Node, solidChildren, textOf } from '#mail/render/tree';

/**
 * Sections of more than three columns. Confluence's rendered bodies have at most three and put the content of the others below that of the
 * third; the Atlassian Document Format (`layoutSection`, `layoutColumn`) knows where each begins.
 */

export interface LayoutColumn {
  /** Share of the width in per cent; undefined when it has none. */
  readonly width: number | undefined;
  /** How many blocks it holds. */
  readonly blocks: number;
  /** Its first letters and digits, as far as they are known. */
  readonly start: string;
}
export type Layout = readonly LayoutColumn[];

/** Columns of a section as rendered bodies show them. */
const RENDERED_COLUMNS = 3;
const MAX_COLUMNS = 8;
const MAX_LAYOUTS = 500;
/** Letters by which a column is recognised. */
const START_LETTERS = 24;

interface DocumentNode {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly attrs?: unknown;
  readonly content?: unknown;
}
const isNode = (value: unknown): value is DocumentNode => typeof value === 'object' && value !== null;
const contentOf = ({ content }: DocumentNode): DocumentNode[] => (Array.isArray(content) ? content.filter(isNode) : []);
const attributeOf = ({ attrs }: DocumentNode, name: 'text' | 'width'): unknown =>
  isNode(attrs) ? (attrs as Readonly<Record<string, unknown>>)[name] : undefined;

const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');

/** Nodes whose words are their own, not those of nodes in them; others that hold nothing show words that only Confluence knows. */
const WORDED: ReadonlySet<unknown> = new Set(['text', 'mention', 'status']);
const SILENT: ReadonlySet<unknown> = new Set(['hardBreak', 'rule', 'media', 'emoji', 'paragraph', 'placeholder']);

function startOf(column: DocumentNode): string {
  let letters = '';
  const stack: DocumentNode[] = contentOf(column).toReversed();
  for (let node = stack.pop(); node && letters.length < START_LETTERS; node = stack.pop()) {
    if (WORDED.has(node.type)) letters += lettersOf(String(node.text ?? attributeOf(node, 'text') ?? ''));
    else {
      const content = contentOf(node);
      if (content.length === 0 && !SILENT.has(node.type)) break;
      stack.push(...content.toReversed());
    }
  }
  return letters.slice(0, START_LETTERS);
}

function columnOf(column: DocumentNode): LayoutColumn {
  const width = attributeOf(column, 'width');
  return { width: typeof width === 'number' && width > 0 ? width : undefined, blocks: contentOf(column).length, start: startOf(column) };
}

/** The sections of more than three columns of a document (JSON text of `atlas_doc_format`), in order; none where it is no document. Sections stand at its top. */
export function layoutsOf(document: string): Layout[] {
  let root: unknown;
  try {
    root = JSON.parse(document);
  } catch {
    return [];
  }
  if (!isNode(root)) return [];
  return contentOf(root)
    .filter(({ type }) => type === 'layoutSection')
    .map((section) => contentOf(section).filter(({ type }) => type === 'layoutColumn'))
    .filter(({ length }) => length > RENDERED_COLUMNS && length <= MAX_COLUMNS)
    .slice(0, MAX_LAYOUTS)
    .map((columns) => columns.map(columnOf));
}

/** True for a rendered body in which columns may have been put together. */
export const mayHideColumns = (html: string): boolean => /columnLayout[^"'>]{0,80}\bthree-equal/.test(html);

const begins = (nodes: readonly Node[], start: string): boolean =>
  start === '' || lettersOf(textOf(makeElement('div', nodes.slice(0, 20)), 400)).startsWith(start);

function blocksOf(cell: Element): Node[] {
  const solid = solidChildren(cell);
  const [only] = solid;
  const inner = solid.length === 1 && only && typeof only !== 'string' && only.hasClass('innerCell') ? solidChildren(only) : solid;
  return inner.filter((node) => typeof node === 'string' || node.name !== 'style');
}

/** Where each of `columns` begins among `blocks`: by their number, else by the first letters of each. Undefined where neither fits. */
function bordersOf(blocks: readonly Node[], columns: Layout): number[] | undefined {
  const borders = columns.map((_column, at) => columns.slice(0, at).reduce((sum, column) => sum + column.blocks, 0));
  const total = columns.reduce((sum, column) => sum + column.blocks, 0);
  const fits = total === blocks.length && columns.every(({ start }, at) => begins(blocks.slice(borders[at]), start));
  if (fits) return borders;
  const found: number[] = [0];
  for (const { start } of columns.slice(1)) {
    const from = (found.at(-1) ?? 0) + 1;
    const next = start === '' ? -1 : blocks.findIndex((block, at) => at >= from && begins([block], start));
    if (next < 0) return undefined;
    found.push(next);
  }
  return found;
}

/** The columns of a rendered section as its document has them; undefined where none of `layouts` is surely this one. */
export function splitColumns(cells: readonly Element[], layouts: readonly Layout[]): { cells: Element[]; layout: Layout } | undefined {
  if (cells.length !== RENDERED_COLUMNS) return undefined;
  const blocks = cells.map(blocksOf);
  for (const layout of layouts) {
    const first = layout.slice(0, RENDERED_COLUMNS - 1);
    if (!first.every(({ start }, at) => begins(blocks[at] ?? [], start))) continue;
    const merged = blocks[RENDERED_COLUMNS - 1] ?? [];
    const borders = bordersOf(merged, layout.slice(RENDERED_COLUMNS - 1));
    if (!borders) continue;
    const contents = [...blocks.slice(0, RENDERED_COLUMNS - 1), ...borders.map((from, at) => merged.slice(from, borders[at + 1]))];
    const made = contents.map((nodes, at) => makeElement('div', nodes, { class: 'cell', 'data-width': layout[at]?.width?.toString() }));
    return { cells: made, layout };
  }
  return undefined;
}
