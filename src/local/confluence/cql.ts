/** The part of Confluence's query language that finds people. */
import type { DemoUser } from '#local/model';

const CLAUSE = /^\s*(user\.fullname|user\.accountid|user|type|user\.type)\s*(!~|!=|~|=|in)\s*(\([^)]*\)|"(?:[^"\\]|\\.)*"|[^\s"]+)\s*$/i;

const unquote = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text);

/** Words of the name that begin with each word asked for; `*` at the end means the same. Umlauts and accents count as their base letter. */
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

/**
 * A test for users from a CQL such as `type=user and user.fullname~"jo"` or `user.accountid in (a, b)`.
 * Undefined when it cannot be understood; Confluence answers 400 then.
 */
export function parseUserCql(cql: string): ((user: DemoUser) => boolean) | undefined {
  const alternatives = splitAt(cql, 'or').map((alternative) =>
    splitAt(alternative, 'and').map((clause) => {
      const [, field, operator, value] = CLAUSE.exec(clause) ?? [];
      return field && operator && value ? clauseMatcher(field.toLowerCase(), operator.toLowerCase(), value) : undefined;
    }),
  );
  if (alternatives.some((clauses) => clauses.some((matches) => matches === undefined))) return undefined;
  return (user) => alternatives.some((clauses) => clauses.every((matches) => matches?.(user)));
}
