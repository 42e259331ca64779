import { FIXED_LAYOUT } from '#mail/render/boxes';
import { parsePercent, parsePx } from '#mail/render/css';
import { splitColumns } from '#mail/render/layouts';
import { attributes, type Rendering, type Rule, type Step, THROUGH } from '#mail/render/rendering';
import { type Element, element as makeElement, type Node } from '#mail/render/tree';

/** Shares of the columns in per cent, by Confluence's layout names. */
const SHARES: Readonly<Record<string, readonly number[]>> = {
  'two-equal': [50, 50],
  'two-left-sidebar': [33, 67],
  'two-right-sidebar': [67, 33],
  'three-equal': [33.3, 33.4, 33.3],
  'three-with-sidebars': [25, 50, 25],
  'three-left-sidebars': [25, 25, 50],
  'three-right-sidebars': [50, 25, 25],
};

/** Space between two columns in px. */
const GUTTER = 24;

const isElement = (node: Node): node is Element => typeof node !== 'string';

/** What a column asks for: a share in per cent, from its style or width. */
function askedShare(cell: Element, roomPx: number): number | undefined {
  const { css } = cell;
  const text = css.get('width') ?? css.get('flex-basis') ?? cell.attributes.get('data-width');
  const px = parsePx(text);
  return (
    parsePercent(text) ??
    (text !== undefined && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : px === undefined ? undefined : (px / roomPx) * 100)
  );
}

function sharesOf(layout: Element, cells: readonly Element[], roomPx: number): readonly number[] {
  const named = layout.classes.map((name) => SHARES[name]).find((shares) => shares?.length === cells.length);
  if (named) return named;
  const asked = cells.map((cell) => askedShare(cell, roomPx));
  const sum = asked.reduce<number>((total, share) => total + (share ?? 0), 0);
  const known = asked.every((share) => share !== undefined && share > 0) && sum > 0;
  return cells.map((_cell, index) => (known ? ((asked[index] ?? 0) / sum) * 100 : 100 / cells.length));
}

/** Cells of a layout side by side: a table for desktop programs, Outlook too; on a phone its cells stand below each other. */
function columnsOf(layout: Element, cells: readonly Element[], out: Rendering): Step {
  const shares = sharesOf(layout, cells, out.place.width);
  out.block(
    `<table${attributes({ role: 'presentation', width: '100%', border: 0, cellpadding: 0, cellspacing: 0, style: `${FIXED_LAYOUT};margin:0 0 6px` })}><tr valign="top">`,
  );
  const content = cells.map((cell, index) =>
    makeElement('#column', cell.children, {
      'data-share': String(shares[index] ?? 0),
      'data-last': index === cells.length - 1 ? 'yes' : '',
    }),
  );
  return { content, after: () => out.block('</tr></table>') };
}

const column: Rule = (element, out) => {
  const share = Number(element.attributes.get('data-share'));
  const isLast = element.attributes.get('data-last') === 'yes';
  const width = Math.max(60, Math.round((out.place.width * share) / 100) - (isLast ? 0 : GUTTER));
  out.text.block(1);
  const side = out.place.isRtl ? 'left' : 'right';
  out.block(
    `<td${attributes({ class: 'c', width: `${Math.round(share * 10) / 10}%`, style: isLast ? undefined : `padding-${side}:${GUTTER}px` })}>`,
  );
  const leave = out.enter({ width, inItem: false });
  return {
    after: () => {
      leave();
      out.block('</td>');
      out.text.block(1);
    },
  };
};

/** Columns that are empty take no room. */
const hasContent = (cell: Element): boolean => cell.children.some((child) => isElement(child) || child.trim() !== '');

const layout: Rule = (element, out) => {
  const cells = element.children.filter(isElement).filter((child) => child.hasClass('cell'));
  const others = element.children.some((child) => isElement(child) && !child.hasClass('cell'));
  if (cells.length < 2 || others || cells.length > 8) return THROUGH;
  const split = out.layouts.length > 0 && element.hasClass('three-equal') ? splitColumns(cells, out.layouts) : undefined;
  if (split) {
    out.layouts = out.layouts.filter((each) => each !== split.layout);
    return columnsOf(element, split.cells, out);
  }
  return columnsOf(element, cells.filter(hasContent).length === 0 ? cells.slice(0, 1) : cells, out);
};

/** The old editor's sections: rows of column macros. */
const section: Rule = (element, out) => {
  const cells = element.children.filter(isElement).filter((child) => child.hasClass('columnMacro'));
  return cells.length < 2 || cells.length > 8 ? THROUGH : columnsOf(element, cells, out);
};

export const layoutMacro = { columnLayout: layout, sectionMacroRow: section };
export const columnRules: Readonly<Record<string, Rule>> = { '#column': column };
