import { openList } from '#mail/render/elements/list';
import { attributes, type Rule } from '#mail/render/rendering';

/** Decisions: each with a mark of its own. */
const decisionList: Rule = (element, out) =>
  openList(
    element,
    out,
    'ul',
    () => ({
      html: `<span${attributes({ role: 'img', 'aria-label': out.words.decision, title: out.words.decision, style: 'font-weight:bold' })}>⤷</span>&nbsp;`,
      text: `${out.words.decision}:`,
    }),
    'list-style-type:none',
  );

export const decisionListMacro = { 'decision-list': decisionList };
