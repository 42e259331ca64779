/** The parts of Confluence's query language (CQL) that find people, and pages and blog posts. */
import type { DemoContent, DemoUser } from '#local/model';

const CLAUSE = /^\s*(user\.fullname|user\.accountid|user|type|user\.type)\s*(!~|!=|~|=|in)\s*(\([^)]*\)|"(?:[^"\\]|\\.)*"|[^\s"]+)\s*$/i;

const unquote = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text);

/** Whether each word asked for begins a word of the text; `*` at the end means the same. Umlauts and accents count as their base letter. */
function nameMatches(name: string, wanted: string): boolean {
  const words = (text: string) =>
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[\s*]+/u)
      .filter(Boolean);
  const parts = words(name);
  const asked = words(wanted);
  return asked.length > 0 && asked.every((word) => parts.some((part) => part.startsWith(word)));
}

function clauseMatcher(field: string, operator: string, value: string): ((user: DemoUser) => boolean) | undefined {
  if (field === 'user.fullname' && operator === '~') return (user) => nameMatches(user.name, unquote(value));
  if ((field === 'type' || field === 'user.type') && operator === '=') return () => true;
  if (field !== 'user' && field !== 'user.accountid') return undefined;
  if (operator === '=') return (user) => user.accountId === unquote(value);
  if (operator !== 'in') return undefined;
  const ids = value
    .slice(1, -1)
    .split(',')
    .map((id) => unquote(id.trim()));
  return (user) => ids.includes(user.accountId);
}

/** Splits at a word outside quotation marks. */
function splitAt(cql: string, word: 'and' | 'or'): string[] {
  const parts = [''];
  for (const token of cql.match(/"(?:[^"\\]|\\.)*"|\s+(?:and|or)\s+|[\s\S]/gi) ?? []) {
    if (token.trim().toLowerCase() === word && token.length > word.length) parts.push('');
    else parts.push((parts.pop() ?? '') + token);
  }
  return parts;
}

/** A test for things from alternatives of clauses; undefined when one of them cannot be understood. */
function testFrom<T>(cql: string, clauseTest: (clause: string) => ((item: T) => boolean) | undefined): ((item: T) => boolean) | undefined {
  const alternatives = splitAt(cql, 'or').map((alternative) => splitAt(alternative, 'and').map(clauseTest));
  if (alternatives.some((clauses) => clauses.some((matches) => matches === undefined))) return undefined;
  return (item) => alternatives.some((clauses) => clauses.every((matches) => matches?.(item)));
}

/**
 * A test for users from a CQL such as `type=user and user.fullname~"jo"` or `user.accountid in (a, b)`.
 * Undefined when it cannot be understood; Confluence answers 400 then.
 */
export const parseUserCql = (cql: string): ((user: DemoUser) => boolean) | undefined =>
  testFrom(cql, (clause) => {
    const [, field, operator, value] = CLAUSE.exec(clause) ?? [];
    return field && operator && value ? clauseMatcher(field.toLowerCase(), operator.toLowerCase(), value) : undefined;
  });

// --- pages and blog posts ------------------------------------------------------------------------------------------------

const CONTENT_CLAUSE = /^\s*(type|space|space\.key|title|text|label|id)\s*(!=|=|~|in)\s*(\([^)]*\)|"(?:[^"\\]|\\.)*"|[^\s"]+)\s*$/i;
const ORDER = /\s+order\s+by\s+(lastmodified|created|title|id)(?:\s+(asc|desc))?\s*$/i;

/** A content with what CQL looks at beside it. */
export interface Searched {
  readonly content: DemoContent;
  readonly spaceKey: string;
  /** Without tags. */
  readonly text: string;
}
export interface ContentQuery {
  matches(item: Searched): boolean;
  compare(a: Searched, b: Searched): number;
}

const valuesOf = (value: string): string[] =>
  (value.startsWith('(') ? value.slice(1, -1).split(',') : [value]).map((each) => unquote(each.trim()));

function contentTest(clause: string): ((item: Searched) => boolean) | undefined {
  const [, name = '', operator = '', value = ''] = CONTENT_CLAUSE.exec(clause) ?? [];
  const field = name.toLowerCase();
  const wanted = valuesOf(value);
  if (operator === '~') {
    if (field === 'title') return ({ content }) => nameMatches(content.title, unquote(value));
    return field === 'text' ? ({ content, text }) => nameMatches(`${content.title} ${text}`, unquote(value)) : undefined;
  }
  const isNot = operator === '!=';
  const test = (found: (item: Searched) => readonly string[]) => (item: Searched) =>
    found(item).some((each) => wanted.some((one) => one.toLowerCase() === each.toLowerCase())) !== isNot;
  if (field === 'type') return test(({ content }) => [content.type]);
  if (field === 'space' || field === 'space.key') return test(({ spaceKey }) => [spaceKey]);
  if (field === 'title') return test(({ content }) => [content.title]);
  if (field === 'label') return test(({ content }) => content.labels);
  return field === 'id' ? test(({ content }) => [content.id]) : undefined;
}

/** A search for content from a CQL such as `type in (page, blogpost) and title ~ "tid*" order by lastmodified desc`; undefined when it cannot be understood. */
export function parseContentCql(cql: string): ContentQuery | undefined {
  const [, field = '', direction = 'asc'] = ORDER.exec(cql) ?? [];
  const matches = testFrom(cql.replace(ORDER, ''), contentTest);
  if (!matches) return undefined;
  const keyOf = ({ content }: Searched): string =>
    ({ lastmodified: content.createdAt, created: content.createdAt, title: content.title, id: content.id })[field.toLowerCase()] ?? '';
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return { matches, compare: (a, b) => sign * (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0) };
}
