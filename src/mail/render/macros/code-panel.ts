import { codeBlock, LINE_NUMBERS } from '#mail/render/elements/code';
import { type Rule, SKIP } from '#mail/render/rendering';
import { find, element as makeElement, textOf } from '#mail/render/tree';

/** The code and no-format macros: the title, and the code to the byte. */
const codePanel: Rule = (element, out) => {
  const pre = find(element, ({ name }) => name === 'pre', 20);
  if (!pre) return undefined;
  const header = find(
    element,
    (each) => each.hasClass('codeHeader') || each.hasClass('preformattedHeader') || each.hasClass('panelHeader'),
    20,
  );
  if (out.place.last === element) out.place.last = pre;
  return codeBlock(pre, out, header ? textOf(header, 300) : '');
};

/** A code block as the new editor's renderer writes it: lines in a `<code>`, their numbers before them. */
const rendererBlock: Rule = (element, out) => {
  const code = find(element, ({ name }) => name === 'code' || name === 'pre', 20);
  if (!code) return undefined;
  const language = code.attributes.get('data-code-lang') ?? element.attributes.get('data-language');
  const pre = makeElement('pre', code.children, { class: code.attributes.get('class'), 'data-language': language });
  if (out.place.last === element) out.place.last = pre;
  return codeBlock(pre, out, '');
};

const lineNumber: Rule = (_element, out) => (out.place.verbatim ? SKIP : undefined);

export const codePanelMacro = {
  code: codePanel,
  preformatted: codePanel,
  'code-block': rendererBlock,
  ...Object.fromEntries([...LINE_NUMBERS].map((name) => [name, lineNumber])),
};
