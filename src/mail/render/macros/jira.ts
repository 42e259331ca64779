import type { Rule } from '#mail/render/rendering';

/** Issues of Jira: pictures in them are icons of types and priorities, whose words say as much. */
const issues: Rule = (_element, out) => {
  if (out.place.hasIcons) return undefined;
  const after = out.enter({ hasIcons: true });
  return { after };
};

export const jiraMacro = { 'jira-table': issues, 'jira-issues': issues, 'jira-issue': issues };
