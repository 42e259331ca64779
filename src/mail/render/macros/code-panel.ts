import { codeBlock } from '#mail/render/elements/code';
import type { Rule } from '#mail/render/rendering';
import { find, textOf } from '#mail/render/tree';

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

export const codePanelMacro = { code: codePanel, preformatted: codePanel };
