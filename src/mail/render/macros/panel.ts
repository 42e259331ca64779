import { openBox } from '#mail/render/boxes';
import { LIGHT } from '#mail/render/palette';
import type { Rule } from '#mail/render/rendering';
import { type Element, isEmpty, type Node } from '#mail/render/tree';

const withClass = (element: Element, name: string): Element | undefined =>
  element.children.find((child): child is Element => typeof child !== 'string' && child.hasClass(name));

const css = (element: Element | undefined, property: string): string | undefined => element?.css.get(property);

/** A panel with the page's own colours, and its title. */
const panel: Rule = (element, out) => {
  if (element.hasClass('code') || element.hasClass('preformatted')) return undefined;
  const content = withClass(element, 'panelContent');
  const header = withClass(element, 'panelHeader');
  const nodes: Node[] = content
    ? element.children.filter((child) => child !== content && child !== header)
    : element.children.filter((child) => child !== header);
  const body = content ? [...nodes, ...content.children] : nodes;
  out.text.block(1);
  const background = css(content, 'background-color') ?? css(element, 'background-color') ?? LIGHT.shade;
  const close = openBox(out, { background, border: css(element, 'border-color') ?? LIGHT.border }, out.place.last === element);
  const outdent = out.text.indent('| ', '| ');
  const leave = out.enter({ last: body.filter((node) => typeof node !== 'string' || node.trim() !== '').at(-1) });
  return {
    content: header && !isEmpty(header) ? [header, ...body] : body,
    after: () => {
      leave();
      outdent();
      close();
      out.text.block(1);
    },
  };
};

/** The panel's title. */
const header: Rule = (_element, out) => {
  out.block('<p style="margin:0 0 6px;font-weight:600">');
  return {
    after: () => {
      out.block('</p>');
      out.text.block();
    },
  };
};

export const panelMacro = { panel, panelHeader: header };
