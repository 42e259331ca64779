import { formulaClasses } from '#mail/render/elements/formula';
import { appMacro } from '#mail/render/macros/app';
import { attachmentsMacro } from '#mail/render/macros/attachments';
import { codePanelMacro } from '#mail/render/macros/code-panel';
import { decisionListMacro } from '#mail/render/macros/decision-list';
import { expandMacro } from '#mail/render/macros/expand';
import { imageWrapperMacro } from '#mail/render/macros/image-wrapper';
import { infoMacro } from '#mail/render/macros/info';
import { jiraMacro } from '#mail/render/macros/jira';
import { layoutMacro } from '#mail/render/macros/layout';
import { lozengeMacro } from '#mail/render/macros/lozenge';
import { pageTreeMacro } from '#mail/render/macros/page-tree';
import { panelMacro } from '#mail/render/macros/panel';
import { tabsMacro } from '#mail/render/macros/tabs';
import { taskListMacro } from '#mail/render/macros/task-list';
import { tocMacro } from '#mail/render/macros/toc';
import { unknownMacro } from '#mail/render/macros/unknown';
import type { Rule } from '#mail/render/rendering';

const TABLE: readonly Readonly<Record<string, Rule>>[] = [
  appMacro,
  attachmentsMacro,
  codePanelMacro,
  decisionListMacro,
  expandMacro,
  formulaClasses,
  imageWrapperMacro,
  infoMacro,
  jiraMacro,
  layoutMacro,
  lozengeMacro,
  pageTreeMacro,
  panelMacro,
  tabsMacro,
  taskListMacro,
  tocMacro,
  unknownMacro,
];

/**
 * How each macro of a rendered page is written, by the class of the element around it; several may share a class and are asked in turn.
 * A new macro is one file beside these with its rules, and one line here.
 */
export const macroRules: ReadonlyMap<string, readonly Rule[]> = (() => {
  const rules = new Map<string, Rule[]>();
  for (const [name, rule] of TABLE.flatMap((macro) => Object.entries(macro))) rules.set(name, [...(rules.get(name) ?? []), rule]);
  return rules;
})();
