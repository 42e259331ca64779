import { openBox, placeholder } from '#mail/render/boxes';
import { type Rendering, type Rule, SKIP, type Step } from '#mail/render/rendering';
import { descendants, type Element, find, element as makeElement, type Node, solidChildren, textOf } from '#mail/render/tree';
import { absoluteUrl } from '#mail/render/url';

/** Issues of Jira: pictures in them are icons of types and priorities, whose words say as much. */
function withIcons(out: Rendering): Step | undefined {
  if (out.place.hasIcons) return undefined;
  const after = out.enter({ hasIcons: true });
  return { after };
}

const isWaiting = (element: Element): boolean => find(element, (each) => each.hasClass('issue-placeholder'), 30) !== undefined;

/** One issue. What a browser would still have fetched, summary and status, is left out: its key, linked, says which it is. */
const issue: Rule = (element, out) => {
  if (!isWaiting(element)) return withIcons(out);
  const key = find(element, ({ name, classes }) => name === 'a' && classes.includes('jira-issue-key'), 30);
  if (key) return { content: [key] };
  out.say(element.attributes.get('data-jira-key') ?? '');
  return SKIP;
};

const isIssueLink = ({ name, attributes }: Element): boolean =>
  name === 'a' && /\/browse\/[A-Z][A-Z0-9_]*-\d+/.test(attributes.get('href') ?? '');
const LOADING = /^(?:loading|getting issues?|fetching|refresh|please wait)\b/i;

/** Whether a list shows at least one row: a cell with words that is none of a heading, or a link to an issue. */
const hasRows = (element: Element): boolean => {
  for (const each of descendants(element)) {
    if (isIssueLink(each)) return true;
    if (each.name !== 'td') continue;
    const words = textOf(each, 60);
    if (words === '' ? find(each, ({ name }) => name === 'img') : !LOADING.test(words)) return true;
  }
  return false;
};

/** The query behind a list: its own attribute, or in the address of a link. */
function queryOf(element: Element): { readonly query: string; readonly url: string | undefined } {
  const own = element.attributes.get('data-jql') ?? '';
  for (const each of [element, ...descendants(element)]) {
    const href = each.name === 'a' ? (each.attributes.get('href') ?? '') : '';
    const jql = jqlIn(href);
    if (jql !== undefined) return { query: own || jql, url: href };
  }
  return { query: own, url: undefined };
}

/** The query in the address of a search in Jira. */
export function jqlIn(href: string): string | undefined {
  const at = href.indexOf('?');
  if (at < 0) return undefined;
  const query = new URLSearchParams(href.slice(at + 1).replace(/#.*$/s, ''));
  return query.get('jql') ?? query.get('jqlQuery') ?? undefined;
}

/** Longest query that is shown. */
const MAX_QUERY_CHARS = 300;

/** A list that only Jira could fill: what it lists, and where it can be seen. */
export function issuesPlaceholder(out: Rendering, query: string, href: string | undefined): Step {
  out.warnings.add('MACRO_NOT_SHOWN', out.words.jiraIssues);
  const shown = query.replace(/\s+/g, ' ').trim();
  const url = absoluteUrl(href, out.input.page.url) ?? out.input.page.url;
  const label = shown === '' ? undefined : shown.length > MAX_QUERY_CHARS ? `${shown.slice(0, MAX_QUERY_CHARS - 1)}…` : shown;
  placeholder(out, { name: out.words.jiraIssues, icon: '🗂', url, ...(label ? { label } : {}) });
  return SKIP;
}

/** A list of issues: its rows where the page holds them. */
const issues: Rule = (element, out) => {
  if (out.place.hasIcons || hasRows(element)) return withIcons(out);
  // A count alone is a whole macro: “12 issues”.
  if (!find(element, ({ name }) => name === 'table') && /\d/.test(textOf(element, 60)) && !isWaiting(element)) return withIcons(out);
  const { query, url } = queryOf(element);
  return issuesPlaceholder(out, query, url);
};

/** Colours of a message's box, by its class. */
const MESSAGES: Readonly<Record<string, readonly [background: string, bar: string, icon: string]>> = {
  error: ['#ffeceb', '#c9372c', '⛔'],
  warning: ['#fff7d6', '#cf9f02', '⚠️'],
  success: ['#dcfff1', '#22a06b', '✅'],
};
const PLAIN_MESSAGE = ['#e9f2ff', '#1d7afc', 'ℹ️'] as const;

const kindOf = (element: Element): string | undefined =>
  element.classes.map((name) => name.replace(/^aui-message-/, '')).find((name) => Object.hasOwn(MESSAGES, name));

/** The sign before the first words, within their paragraph where they have one. */
function withSign(element: Element, icon: string): readonly Node[] {
  const children = solidChildren(element);
  const at = children.findIndex((child) => typeof child === 'string' || textOf(child, 1) !== '');
  const first = children[at];
  if (first === undefined || typeof first === 'string' || first.name !== 'p') return [`${icon} `, ...element.children];
  return [makeElement('p', [`${icon} `, ...first.children]), ...children.slice(at + 1)];
}

/** A message box: what a macro says in place of its content. One about a failure is told to the sender before the mail goes. */
const message: Rule = (element, out) => {
  const words = textOf(element, 200);
  if (words === '' || out.place.inLink) return undefined;
  const kind = kindOf(element);
  const [background, bar, icon] = (kind && MESSAGES[kind]) || PLAIN_MESSAGE;
  const isFailure = kind === 'error' || kind === 'warning' || element.classes.some((name) => name.startsWith('jim-'));
  if (isFailure) out.warnings.add('MACRO_NOT_SHOWN', /\bjira\b/i.test(words) ? 'Jira' : words.slice(0, 60));
  out.text.block(1);
  const close = openBox(out, { background, bar }, out.place.last === element);
  const outdent = out.text.indent('| ', '| ');
  return {
    content: withSign(element, icon),
    after: () => {
      outdent();
      close();
      out.text.block(1);
    },
  };
};

export const jiraMacro = {
  'jira-table': issues,
  'jira-issues': issues,
  'jira-issue': issue,
  'issue-placeholder': (() => SKIP) as Rule,
  'aui-message': message,
};
