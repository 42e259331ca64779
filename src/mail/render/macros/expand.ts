import { openBox } from '#mail/render/boxes';
import { box } from '#mail/render/elements/block';
import { escapeText } from '#mail/render/escape';
import { LIGHT } from '#mail/render/palette';
import type { Rule } from '#mail/render/rendering';
import { type Element, find, isEmpty, lastSolid, element as makeElement, type Node, textOf } from '#mail/render/tree';

const isControl = (node: Node): boolean =>
  typeof node !== 'string' &&
  (node.hasClass('expand-control') || node.hasClass('expand-control-text') || node.hasClass('expand-control-icon'));

/** An expand, open, with its title. */
const expand: Rule = (element, out) => {
  const control = find(element, (each) => each.hasClass('expand-control-text'), 20);
  const title = control ? textOf(control, 500) : '';
  const body = element.children.filter((child) => !isControl(child));
  const inner = body.find((node): node is Element => typeof node !== 'string' && node.hasClass('expand-content'));
  out.text.block(1);
  const close = openBox(out, { background: LIGHT.background, border: LIGHT.border }, out.place.last === element);
  if (title !== '') {
    const isAlone = !inner || isEmpty(inner);
    out.block(`<p style="margin:0${isAlone ? '' : ' 0 8px'};font-weight:bold">▾ ${escapeText(title)}</p>`);
    out.text.inline(`▾ ${title}`);
    out.text.block();
  }
  const outdent = out.text.indent('  ', '  ');
  const leave = out.enter({ last: inner ? lastSolid(inner) : undefined });
  return {
    content: inner ? inner.children : body,
    after: () => {
      leave();
      outdent();
      close();
      out.text.block(1);
    },
  };
};

/** HTML's own expand: as Confluence's, unless its title holds a picture, which only stands there as it is. */
const details: Rule = (element, out) => {
  const summary = element.children.find((child): child is Element => typeof child !== 'string' && child.name === 'summary');
  if (!summary || find(summary, ({ name }) => name === 'img')) return box(element, out);
  const title = makeElement('span', [textOf(summary, 500)], { class: 'expand-control-text' });
  const content = makeElement(
    'div',
    element.children.filter((child) => child !== summary),
    { class: 'expand-content' },
  );
  return { content: [makeElement('div', [title, content], { class: 'expand-container' })] };
};

export const detailsRules: Readonly<Record<string, Rule>> = { details };
export const expandMacro = { 'expand-container': expand };
