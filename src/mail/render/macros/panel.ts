import { appearanceOf, tagAttributes } from '#mail/render/appearance';
import { boxMargin, FIXED_LAYOUT, openBox } from '#mail/render/boxes';
import { LIGHT } from '#mail/render/palette';
import { attributes, type Rendering, type Rule, type Step } from '#mail/render/rendering';
import { type Element, isBlank, isEmpty, element as makeElement, type Node } from '#mail/render/tree';

const withClass = (element: Element, name: string): Element | undefined =>
  element.children.find((child): child is Element => typeof child !== 'string' && child.hasClass(name));

const css = (element: Element | undefined, property: string): string | undefined => element?.css.get(property);
const backgroundOf = (element: Element | undefined): string | undefined => css(element, 'background-color') ?? css(element, 'background');

interface Parts {
  readonly header: Element | undefined;
  readonly body: readonly Node[];
  readonly background: string;
  readonly border: string;
}

function partsOf(element: Element): Parts {
  const content = withClass(element, 'panelContent');
  const header = withClass(element, 'panelHeader');
  const others = element.children.filter((child) => child !== content && child !== header);
  return {
    header: header && !isEmpty(header) ? header : undefined,
    body: content ? [...others, ...content.children] : others,
    background: backgroundOf(content) ?? backgroundOf(element) ?? LIGHT.shade,
    border: css(element, 'border-color') ?? css(element, 'border-top-color') ?? LIGHT.border,
  };
}

/** A panel with the page's own colours, and its title. */
const panel: Rule = (element, out) => {
  if (element.hasClass('code') || element.hasClass('preformatted')) return undefined;
  const parts = partsOf(element);
  const isLast = out.place.last === element;
  out.text.block(1);
  if (parts.header && backgroundOf(parts.header)) return withTitleBar(parts, parts.header, isLast, out);
  const close = openBox(out, parts, isLast);
  const outdent = out.text.indent('| ', '| ');
  const leave = out.enter({ last: parts.body.findLast((node) => !isBlank(node)) });
  return {
    content: parts.header ? [parts.header, ...parts.body] : parts.body,
    after: () => {
      leave();
      outdent();
      close();
      out.text.block(1);
    },
  };
};

/** A panel whose title has a colour of its own: a table of two rows, which Outlook shows too. */
function withTitleBar({ header, body, background, border }: Parts, title: Element, isLast: boolean, out: Rendering): Step {
  const table = { width: '100%', border: 0, cellpadding: 12, cellspacing: 0, role: 'presentation', style: FIXED_LAYOUT };
  out.block(`<div${attributes({ style: boxMargin(out, isLast) })}><table${attributes(table)}>`);
  const outdent = out.text.indent('| ', '| ');
  const leave = out.enter({ width: Math.max(80, out.place.width - 30), inItem: false });
  const bar = makeElement('#panel-title', title.children, {
    style: `background-color:${backgroundOf(header)};color:${css(header, 'color') ?? ''}`,
    'data-border': border,
  });
  const rest = makeElement('#panel-body', body, { style: `background-color:${background}`, 'data-border': border });
  return {
    content: body.every(isBlank) ? [bar] : [bar, rest],
    after: () => {
      leave();
      outdent();
      out.block('</table></div>');
      out.text.block(1);
    },
  };
}

/** One of the two rows. */
const row =
  (style: string): Rule =>
  (element, out) => {
    const paint = out.palette.paint(out.place.surface, {
      background: css(element, 'background-color'),
      color: css(element, 'color'),
      border: element.attributes.get('data-border'),
    });
    out.block(`<tr><td${attributes({ class: paint.className, style: `border:1px solid;${style};${paint.style}` })}>`);
    const leave = out.enter({ surface: paint.surface, last: element.children.findLast((node) => !isBlank(node)) });
    return {
      after: () => {
        leave();
        out.block('</td></tr>');
        out.text.block();
      },
    };
  };

/** The panel's title on the panel's own ground. */
const header: Rule = (element, out) => {
  const look = appearanceOf(element, out);
  out.block(`<p${tagAttributes(look, 'margin:0 0 6px;font-weight:bold')}>`);
  const leave = out.enterSurface(look.surface);
  return {
    after: () => {
      leave();
      out.block('</p>');
      out.text.block();
    },
  };
};

export const panelMacro = { panel, panelHeader: header };
export const panelRules: Readonly<Record<string, Rule>> = {
  '#panel-title': row('padding:8px 12px;font-weight:bold'),
  '#panel-body': row('border-top:0;padding:12px'),
};
