import { placeholder } from '#mail/render/boxes';
import { type Rule, SKIP } from '#mail/render/rendering';
import { textOf } from '#mail/render/tree';

/** The tree of pages is filled by a script: where that has not run, a placeholder stands for it. */
const pageTree: Rule = (element, out) => {
  if (textOf(element, 20) !== '') return undefined;
  out.warnings.add('MACRO_NOT_SHOWN', out.words.pageTree);
  placeholder(out, { name: out.words.pageTree, icon: '🗂', url: out.input.page.url });
  return SKIP;
};

export const pageTreeMacro = { plugin_pagetree: pageTree };
