import { appearanceOf, isRtlIn, tagAttributes } from '#mail/render/appearance';
import { attributes, type ListMark, type Rendering, type Rule, type Step } from '#mail/render/rendering';
import { type Element, find, lastSolid, type Node, solidChildren } from '#mail/render/tree';

/** Kinds of numbers, by depth as Confluence shows them. */
const BY_DEPTH = ['1', 'a', 'i'] as const;
const TYPES: Readonly<Record<string, string>> = {
  decimal: '1',
  'lower-alpha': 'a',
  'lower-latin': 'a',
  'lower-roman': 'i',
  'upper-alpha': 'A',
  'upper-latin': 'A',
  'upper-roman': 'I',
};
const BULLETS = new Set(['disc', 'circle', 'square', 'none']);

/** Room for the marks of a list, in px. */
const INDENT_PX = 24;

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

function roman(number: number): string {
  let rest = number;
  let text = '';
  for (const [value, letters] of ROMAN) {
    text += letters.repeat(Math.floor(rest / value));
    rest %= value;
  }
  return text;
}

function alphabetic(number: number): string {
  let text = '';
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) text = String.fromCharCode(97 + ((rest - 1) % 26)) + text;
  return text;
}

/** A number as a list of this type shows it (HTML `ol` type attribute). */
export function listNumber(number: number, type: string): string {
  if (number < 1 || number > 3999) return String(number);
  const lower = type.toLowerCase();
  const text = lower === 'a' ? alphabetic(number) : lower === 'i' ? roman(number) : String(number);
  return type === lower ? text : text.toUpperCase();
}

const integer = (text: string | undefined): number | undefined => {
  const match = /^\s*(-?\d{1,6})/.exec(text ?? '');
  return match ? Number(match[1]) : undefined;
};

/** Numbers each item in turn; an item may set its own number. */
function counter(start: number, type: string, isReversed: boolean): (item: Element) => ListMark {
  let next = start;
  return (item) => {
    const own = integer(item.attributes.get('value'));
    const number = own ?? next;
    next = isReversed ? number - 1 : number + 1;
    // Most mail programs drop `reversed`; a number at each item they keep.
    return { html: '', text: `${listNumber(number, type)}.`, value: isReversed ? number : own };
  };
}

/** Opens a list written as `tag`; marks of its items come from `mark`. */
export function openList(
  element: Element,
  out: Rendering,
  tag: 'ul' | 'ol',
  mark: (item: Element) => ListMark,
  style: string,
  more: Readonly<Record<string, string | number | undefined>> = {},
): Step {
  const isNested = out.lists.length > 0 && out.place.inItem;
  const look = appearanceOf(element, out, { isBlock: true });
  const below = isNested || out.place.last === element ? '0' : '12px';
  const isRtl = isRtlIn(element, out);
  // Outlook knows padding for cells only; without a margin its marks would stand outside the mail.
  const margin = isRtl ? `margin:0 ${INDENT_PX}px ${below} 0` : `margin:0 0 ${below} ${INDENT_PX}px`;
  const indented = look.style.replace(
    /margin-(left|right):(\d+)/,
    (_all, side: string, px: string) => `margin-${side}:${Number(px) + INDENT_PX}`,
  );
  out.text.block(isNested ? 0 : 1);
  out.block(`<${tag}${tagAttributes({ ...look, style: indented }, [margin, 'padding:0', style].filter(Boolean).join(';'), more)}>`);
  out.lists.push({ mark });
  const leave = out.enter({ surface: look.surface, inItem: false, isRtl });
  return {
    after: () => {
      leave();
      out.lists.pop();
      out.block(`</${tag}>`);
      out.text.block(isNested ? 0 : 1);
    },
  };
}

/** A table of contents that brings its own numbers has no marks beside them. */
const isOutline = (element: Element): boolean => find(element, (each) => each.hasClass('TOCOutline'), 3) !== undefined;

const unordered: Rule = (element, out) => {
  const wished = isOutline(element) ? 'none' : (element.css.get('list-style-type') ?? element.attributes.get('type') ?? '');
  const text = wished === 'none' ? '' : '-';
  return openList(element, out, 'ul', () => ({ html: '', text }), BULLETS.has(wished) ? `list-style-type:${wished}` : '');
};

const countItems = (list: Element): number => list.children.filter((child) => typeof child !== 'string' && child.name === 'li').length;

const ordered: Rule = (element, out) => {
  const isReversed = element.attributes.has('reversed');
  const start = integer(element.attributes.get('start')) ?? (isReversed ? countItems(element) : 1);
  const depth = out.lists.length;
  const asked = element.attributes.get('type') ?? TYPES[element.css.get('list-style-type') ?? ''];
  const type = asked && /^[1aAiI]$/.test(asked) ? asked : (BY_DEPTH[depth % 3] ?? '1');
  return openList(element, out, 'ol', counter(start, type, isReversed), '', {
    start: start === 1 || isReversed ? undefined : start,
    type: type === '1' ? undefined : type,
  });
};

/** The item's content; a paragraph that it begins with stands on the mark's line, so it needs no tag. */
function itemContent(item: Element): readonly Node[] | undefined {
  const [first, ...rest] = solidChildren(item);
  return first && typeof first !== 'string' && first.name === 'p' && !first.attributes.has('style') && !first.attributes.has('id')
    ? [...first.children, ...rest]
    : undefined;
}

export const item: Rule = (element, out) => {
  const mark = out.lists.at(-1)?.mark(element) ?? { html: '', text: '-' };
  const look = appearanceOf(element, out, { isBlock: true });
  out.text.block();
  const before = mark.text === '' ? '  ' : `${mark.text} `;
  const outdent = out.text.indent(before, ' '.repeat(before.length));
  out.block(`<li${tagAttributes(look, 'margin:0 0 4px', mark.value === undefined ? undefined : { value: mark.value })}>`);
  if (mark.html !== '') out.inline(mark.html);
  const content = itemContent(element);
  const leave = out.enter({
    surface: look.surface,
    inItem: true,
    last: lastSolid(element),
    width: Math.max(80, out.place.width - 28),
  });
  return {
    ...(content ? { content } : {}),
    after: () => {
      leave();
      out.block('</li>');
      outdent();
    },
  };
};

const term: Rule = (_element, out) => {
  out.text.block();
  out.block('<dt style="font-weight:bold;margin:8px 0 2px">');
  return {
    after: () => {
      out.block('</dt>');
      out.text.block();
    },
  };
};

const description: Rule = (element, out) => {
  const outdent = out.text.indent('  ', '  ');
  out.block(`<dd style="margin:${isRtlIn(element, out) ? `0 ${INDENT_PX}px 8px 0` : `0 0 8px ${INDENT_PX}px`}">`);
  const leave = out.enter({ last: lastSolid(element) });
  return {
    after: () => {
      leave();
      out.block('</dd>');
      outdent();
    },
  };
};

const descriptions: Rule = (_element, out) => {
  out.text.block(1);
  out.block(`<dl${attributes({ style: 'margin:0 0 12px' })}>`);
  return {
    after: () => {
      out.block('</dl>');
      out.text.block(1);
    },
  };
};

export const listRules: Readonly<Record<string, Rule>> = {
  ul: unordered,
  menu: unordered,
  dir: unordered,
  ol: ordered,
  li: item,
  dl: descriptions,
  dt: term,
  dd: description,
};
