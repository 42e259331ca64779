import { type Appearance, appearanceOf, isRtlIn, tagAttributes } from '#mail/render/appearance';
import { boxMargin, OUTLOOK_FIXED } from '#mail/render/boxes';
import { colspanOf, MAX_COLUMNS, MIN_COLUMN, plan, rowspanOf } from '#mail/render/elements/columns';
import { LIGHT, type Surface } from '#mail/render/palette';
import { attributes, type OpenTable, type Rendering, type Rule, SKIP, THROUGH } from '#mail/render/rendering';
import { type Element, isBlank, isEmpty, lastSolid, type Node } from '#mail/render/tree';
import { longestWordIn } from '#mail/render/word-break';

/** Narrowest window of a desktop program in which a table still fits without scrolling, in px. */
const MIN_DESKTOP = 560;

const table: Rule = (element, out) => {
  const { width, columnCount, widths, isDense, paddingPx } = plan(element, out);
  const room = out.place.width;
  const isFull = width === room;
  const isCentered = element.attributes.get('data-layout') === 'center' && !isFull;
  const minWidth = out.place.inTable || columnCount < 4 ? 0 : Math.min(columnCount * MIN_COLUMN, MIN_DESKTOP, Math.round(room * 0.75));
  const look = appearanceOf(element, out);
  const style = [
    'border-collapse:collapse',
    width === undefined ? 'max-width:100%' : isFull ? 'width:100%' : `width:${Math.round(width)}px;max-width:100%`,
    minWidth > 0 ? `min-width:${minWidth}px` : '',
    isDense ? 'font-size:13px' : '',
    widths.length > 0 ? OUTLOOK_FIXED : '',
  ];
  const size = width === undefined ? undefined : isFull ? '100%' : Math.round(width);
  // What is too wide for a phone scrolls in its own box. Tables in cells have no such box: they must fit.
  const boxStyle = [out.place.inTable ? '' : 'overflow:auto', boxMargin(out, out.place.last === element)].filter(Boolean).join(';');
  out.block(`<div${attributes({ style: boxStyle })}>`);
  const name = tagAttributes(
    { ...look, className: [isDense ? 't d' : 't', look.className].filter(Boolean).join(' ') },
    style.filter(Boolean).join(';'),
    {
      border: 0,
      cellpadding: paddingPx,
      cellspacing: 0,
      width: size,
      align: isCentered ? 'center' : undefined,
    },
  );
  out.block(`<table${name}>`);
  if (widths.length > 1) {
    const total = widths.reduce((sum, each) => sum + each, 0);
    out.block(`<colgroup>${widths.map((each) => `<col width="${Math.round((each / total) * 100)}%">`).join('')}</colgroup>`);
  }
  out.text.openTable();
  out.tables.push({ widths, columnCount, paddingPx, roomPx: width ?? room, reach: [], settled: [], column: 0, rowIndex: -1 });
  const leave = out.enter({ surface: look.surface, inTable: true, inItem: false, isRtl: isRtlIn(element, out), last: undefined });
  const lists = out.lists.splice(0);
  return {
    after: () => {
      leave();
      out.lists.push(...lists);
      out.tables.pop();
      out.text.closeTable();
      out.block('</table></div>');
    },
  };
};

const section: Rule = (element, out) => {
  if (isEmpty(element)) return SKIP;
  out.block(`<${element.name}>`);
  return { after: () => out.block(`</${element.name}>`) };
};

const row: Rule = (element, out) => {
  const open = out.tables.at(-1);
  if (!open) return THROUGH;
  open.rowIndex += 1;
  open.column = 0;
  const look = appearanceOf(element, out);
  out.text.openRow();
  out.block(`<tr${tagAttributes(look, '', { valign: 'top' })}>`);
  const leave = out.enterSurface(look.surface);
  return {
    after: () => {
      leave();
      for (const at of open.reach.keys()) open.reach[at] = Math.max(0, (open.reach[at] ?? 0) - 1);
      out.block('</tr>');
    },
  };
};

/** The width of a cell in px, and its place taken in the row. */
function occupy(open: OpenTable, colspan: number, rowspan: number): number {
  while ((open.reach[open.column] ?? 0) > 0 && open.column < MAX_COLUMNS) open.column += 1;
  const from = open.column;
  const to = Math.min(MAX_COLUMNS, from + colspan);
  for (let at = from; at < to; at += 1) open.reach[at] = rowspan;
  open.column = to;
  const share =
    open.widths.length > 0
      ? open.widths.slice(from, to).reduce((sum, each) => sum + each, 0)
      : ((to - from) * open.roomPx) / open.columnCount;
  return share;
}

/** True for the cells that tell Outlook, which reads no `<col>`, the widths: those of the first row, and the first of each column that is none of several. */
function settles(open: OpenTable, colspan: number): boolean {
  if (open.widths.length === 0) return false;
  const at = open.column - 1;
  const isFirst = colspan === 1 && !open.settled[at];
  if (isFirst) open.settled[at] = true;
  return isFirst || open.rowIndex === 0;
}

const VALIGN = new Set(['top', 'middle', 'bottom']);

/** A cell with one paragraph needs no paragraph; its alignment becomes the cell's. */
function onlyParagraph(cell: Element): Element | undefined {
  let only: Element | undefined;
  for (const child of cell.children) {
    if (isBlank(child)) continue;
    if (only || typeof child === 'string' || child.name !== 'p' || child.attributes.has('id')) return undefined;
    only = child;
  }
  return only;
}

/** True when all text of a cell is bold, as people mark header rows that are none. Looks at the beginning of large cells only. */
function isBold(cell: Element): boolean {
  const stack: (readonly [node: Node, bold: boolean])[] = cell.children.map((child) => [child, false]);
  let seen = 0;
  for (let next = stack.pop(); next && seen < 60; next = stack.pop()) {
    const [node, bold] = next;
    seen += 1;
    if (typeof node === 'string') {
      if (!bold && /\S/.test(node)) return false;
    } else if (node.children.length < 60)
      for (const child of node.children) stack.push([child, bold || node.name === 'strong' || node.name === 'b']);
  }
  return seen > 1;
}

interface Look {
  readonly style: string;
  readonly className: string;
  readonly surface: Surface;
  readonly align: string | undefined;
  readonly language: Appearance['language'];
}

/** A cell's look: the page's, the shade of headers and numbers, and that of its only paragraph. */
function lookOf(element: Element, only: Element | undefined, isHeader: boolean, out: Rendering): Look {
  const own = appearanceOf(element, out, { isBlock: true });
  const isPlain = own.surface.background === out.place.surface.background && !element.attributes.has('data-highlight-colour');
  const shade =
    isPlain && (isHeader || element.hasClass('numberingColumn'))
      ? out.palette.paint(out.place.surface, { background: LIGHT.shade })
      : undefined;
  const surface = shade?.surface ?? own.surface;
  const inner = only && only.attributes.size > 0 ? mergeLooks(only, out, surface) : undefined;
  if (!shade && !inner) return own;
  return {
    style: [own.style, shade?.style, inner?.style].filter(Boolean).join(';'),
    className: [own.className, shade?.className, inner?.className].filter(Boolean).join(' '),
    surface: inner?.surface ?? surface,
    align: own.align ?? inner?.align,
    language: own.language,
  };
}

const BORDER = `border:1px solid ${LIGHT.border}`;

/** Attributes that most cells do not have. */
function rareAttributes(
  element: Element,
  colspan: number,
  rowspan: number,
  width: string | undefined,
  align: 'left' | 'right' | undefined,
): string {
  const asked = (element.attributes.get('valign') ?? element.css.get('vertical-align'))?.toLowerCase();
  const valign = asked && VALIGN.has(asked) && asked !== 'top' ? asked : undefined;
  if (colspan === 1 && rowspan === 1 && !width && !align && !valign) return '';
  return attributes({
    colspan: colspan > 1 ? colspan : undefined,
    rowspan: rowspan > 1 ? rowspan : undefined,
    width,
    align,
    valign,
  });
}

const cell: Rule = (element, out) => {
  const open = out.tables.at(-1);
  if (!open) return THROUGH;
  const colspan = colspanOf(element);
  const rowspan = rowspanOf(element);
  const width = occupy(open, colspan, rowspan);
  const isHeader = element.name === 'th';
  const only = onlyParagraph(element);
  const look = lookOf(element, only, isHeader, out);
  const isRtl = isRtlIn(element, out);
  const share = settles(open, colspan) ? `${Math.round((width / open.roomPx) * 100)}%` : undefined;
  out.text.openCell();
  out.block(
    `<${element.name}${rareAttributes(element, colspan, rowspan, share, isHeader && !look.align ? (isRtl ? 'right' : 'left') : undefined)}${tagAttributes(look, BORDER)}>`,
  );
  const room = Math.max(40, width - 2 * open.paddingPx - 2);
  const leave = out.enter({ surface: look.surface, width: room, longestWord: longestWordIn(room), last: lastSolid(element), isRtl });
  return {
    content: only ? only.children : element.children,
    after: () => {
      leave();
      out.block(`</${element.name}>`);
      const names = isHeader || (open.rowIndex === 0 && isBold(element));
      out.text.closeCell({ header: names, isNumber: element.hasClass('numberingColumn'), colspan, rowspan });
    },
  };
};

/** The look of a cell's only paragraph, on the cell's own surface. */
function mergeLooks(paragraph: Element, out: Rendering, surface: Surface) {
  const leave = out.enter({ surface });
  const look = appearanceOf(paragraph, out, { isBlock: true });
  leave();
  return { ...look, style: look.style.replace(/(?:^|;)margin-(left|right):/, ';padding-$1:').replace(/^;/, '') };
}

const caption: Rule = (element, out) => {
  if (isEmpty(element)) return SKIP;
  out.text.openRow();
  out.text.openCell();
  out.block(`<caption style="text-align:${isRtlIn(element, out) ? 'right' : 'left'};padding:0 0 6px">`);
  return {
    after: () => {
      out.block('</caption>');
      out.text.closeCell({ header: false, colspan: out.tables.at(-1)?.columnCount ?? 1, rowspan: 1 });
    },
  };
};

export const tableRules: Readonly<Record<string, Rule>> = {
  table,
  thead: section,
  tbody: section,
  tfoot: section,
  tr: row,
  td: cell,
  th: cell,
  caption,
  colgroup: () => SKIP,
  col: () => SKIP,
};
