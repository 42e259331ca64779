import { openBox } from '#mail/render/boxes';
import { escapeText } from '#mail/render/escape';
import { attributes, type Rule } from '#mail/render/rendering';
import { type Element, isEmpty, element as makeElement, type Node, solidChildren, textOf } from '#mail/render/tree';
import type { Words } from '#mail/render/words';

interface Kind {
  readonly background: string;
  readonly bar: string;
  readonly icon: string;
  readonly word: keyof Pick<Words, 'info' | 'note' | 'tip' | 'warning' | 'memo'>;
}

const INFO: Kind = { background: '#e9f2ff', bar: '#1d7afc', icon: 'ℹ️', word: 'info' };
const NOTE: Kind = { background: '#fff7d6', bar: '#cf9f02', icon: '⚠️', word: 'note' };
const TIP: Kind = { background: '#dcfff1', bar: '#22a06b', icon: '✅', word: 'tip' };
/** The new editor's own note, in violet; the old one's is its warning. */
const MEMO: Kind = { background: '#f3f0ff', bar: '#8f7ee7', icon: '📝', word: 'memo' };
const WARNING: Kind = { background: '#ffeceb', bar: '#c9372c', icon: '⛔', word: 'warning' };

/** By the last part of `confluence-information-macro-…`. The new editor's success and error panels arrive as tip and warning. */
const KINDS: Readonly<Record<string, Kind>> = {
  information: INFO,
  info: INFO,
  note: NOTE,
  memo: MEMO,
  tip: TIP,
  success: TIP,
  warning: WARNING,
  error: WARNING,
};

const PREFIX = 'confluence-information-macro-';

/** Info, note, tip and warning: a coloured box with an icon that has a text alternative, and the title. */
const info: Rule = (element, out) => {
  const kind = element.classes.map((name) => (name.startsWith(PREFIX) ? KINDS[name.slice(PREFIX.length)] : undefined)).find(Boolean);
  if (!kind) return undefined;
  const titleElement = solidChildren(element).find(
    (child): child is Element => typeof child !== 'string' && child.name === 'p' && child.hasClass('title'),
  );
  const title = titleElement ? textOf(titleElement, 500) : '';
  const word = out.words[kind.word];
  const icon = `<span${attributes({ role: 'img', 'aria-label': word, title: word })}>${kind.icon}</span>&nbsp; `;
  out.text.block(1);
  const body = element.children.filter((child) => child !== titleElement);
  const close = openBox(out, kind, out.place.last === element);
  const wrapper = bodyOf(body);
  const content = wrapper ? wrapper.children : body;
  const solid = content.filter((child) => typeof child !== 'string' || child.trim() !== '');
  if (title !== '') out.block(`<p style="margin:0 0 6px">${icon}<strong>${escapeText(title)}</strong></p>`);
  out.text.inline(title === '' ? `${word}:` : `${word}: ${title}`);
  out.text.block();
  const outdent = out.text.indent('| ', '| ');
  const leave = out.enter({ last: solid.at(-1) });
  return {
    content: title === '' ? withIcon(content, icon, out) : content,
    after: () => {
      leave();
      outdent();
      close();
      out.text.block(1);
    },
  };
};

const bodyOf = (nodes: readonly Node[]): Element | undefined =>
  nodes.find((node): node is Element => typeof node !== 'string' && node.hasClass('confluence-information-macro-body'));

/** Without a title the icon stands before the first words. */
function withIcon(content: readonly Node[], icon: string, out: Parameters<Rule>[1]): readonly Node[] {
  const [first, ...rest] = content.filter((child) => typeof child !== 'string' || child.trim() !== '');
  if (!first || typeof first === 'string' || first.name !== 'p' || isEmpty(first)) {
    out.block(`<div style="margin:0 0 4px">${icon}</div>`);
    return content;
  }
  const lead = makeElement('#icon', [], { html: icon });
  const paragraph = makeElement('p', [lead, ...first.children], {
    style: first.attributes.get('style'),
    class: first.attributes.get('class'),
    dir: first.attributes.get('dir'),
  });
  if (out.place.last === first) out.place.last = paragraph;
  return rest.length === 0 ? [paragraph] : [paragraph, ...rest];
}

export const infoMacro = { 'confluence-information-macro': info, 'confluence-information-macro-icon': (() => ({ content: [] })) as Rule };
