import type { Failure } from '#contract/result';
import type { ContentRule, SendPolicy } from '#contract/settings/policy';

/**
 * The rules of the send policy that need nothing but their arguments, so that the browser can apply them while somebody types
 * and the back end enforces the very same ones. Refusals are codes of the one table with the values their sentences name.
 */

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A domain in lower case as A-labels (RFC 5890), at least two of them; undefined when it is none. */
function toAscii(text: string): string | undefined {
  if (!/^[^\s/?#@:[\]\\%*]+$/u.test(text) || !URL.canParse(`http://${text}/`)) return undefined;
  const domain = new URL(`http://${text}/`).hostname;
  const labels = domain.split('.');
  const sound = domain.length <= 253 && labels.length >= 2 && labels.every((label) => LABEL.test(label));
  return sound && !/^\d+$/.test(labels.at(-1) ?? '') ? domain : undefined;
}

/**
 * A pattern as an administrator types it: `example.org` is that domain alone, `.example.org` is that domain and every sub-domain.
 * `@` in front is ignored, `*.` in front reads as `.`; international names become A-labels. Undefined when it is no domain.
 */
export function parseDomainPattern(text: string): string | undefined {
  const typed = text.trim().replace(/^@/, '').replace(/^\*\./, '.');
  const domain = toAscii(typed.replace(/^\./, ''));
  return domain === undefined ? undefined : typed.startsWith('.') ? `.${domain}` : domain;
}

/** Patterns typed or pasted one in a line or parted by commas, semicolons or blanks; each once, in order; `invalid` as typed. */
export function parseDomainPatterns(text: string): { patterns: string[]; invalid: string[] } {
  const typed = text.split(/[\s,;]+/u).filter((entry) => entry !== '');
  const parsed = typed.map((entry) => [entry, parseDomainPattern(entry)] as const);
  return {
    patterns: [...new Set(parsed.flatMap(([, pattern]) => pattern ?? []))],
    invalid: parsed.flatMap(([entry, pattern]) => (pattern === undefined ? [entry] : [])),
  };
}

/** Whether a domain is meant by a pattern. International names and upper case are brought to one form first; something that is no domain never matches. */
export function matchesDomain(domain: string, pattern: string): boolean {
  const name = toAscii(domain);
  if (name === undefined) return false;
  return pattern.startsWith('.') ? name === pattern.slice(1) || name.endsWith(pattern) : name === pattern;
}

export const isListed = (domain: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => matchesDomain(domain, pattern));

/** The part after the last `@`. */
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Whether an address belongs to somebody of this site. What Confluence does not tell counts as outside. */
export type Place = 'site' | 'outside';

type ToWhom = SendPolicy['toWhom'];

/**
 * Why mail may not go to this address; undefined when it may. Every rule has to agree (the site's and the space's), a denied domain
 * beats everything, also for people of this site; whoever belongs to this site needs no allowed domain.
 */
export function refusalOfAddress(address: string, place: Place, rules: readonly ToWhom[]): Failure | undefined {
  const domain = domainOf(address);
  if (rules.some((rule) => isListed(domain, rule.denyDomains))) return { code: 'DOMAIN_DENIED', params: { domain } };
  if (place === 'site') return undefined;
  if (rules.some((rule) => rule.mode === 'site')) return { code: 'OUTSIDE_NOT_ALLOWED', params: { address } };
  const misses = rules.some((rule) => rule.mode === 'domains' && !isListed(domain, rule.allowDomains));
  return misses ? { code: 'DOMAIN_NOT_ALLOWED', params: { domain } } : undefined;
}

/** Rules for content from lax to strict. */
const STRICTNESS: readonly ContentRule[] = ['allow', 'no-outside', 'refuse'];

export const strictest = (rules: readonly ContentRule[]): ContentRule =>
  rules.reduce((worst, rule) => (STRICTNESS.indexOf(rule) > STRICTNESS.indexOf(worst) ? rule : worst), 'allow');

/**
 * The last ending of a file's name, in lower case without the dot; empty when it has none. Dots and blanks after it are dropped by Windows when
 * the file is saved, invisible characters by eyes: `setup.exe.` is a program.
 */
export function extensionOf(filename: string): string {
  const match = /[^.]\.([A-Za-z0-9]{1,16})$/.exec(filename.replace(/[.\s\p{Cf}\p{Cc}]+$/u, ''));
  return match?.[1]?.toLowerCase() ?? '';
}

/** Why a file may not be attached; undefined when it may. A file without an ending is in no list. */
export function refusalOfAttachment(filename: string, rule: SendPolicy['limits']['attachments']): Failure | undefined {
  const listed = rule.extensions.includes(extensionOf(filename));
  const refused = rule.mode === 'none' || (rule.mode === 'only' && !listed) || (rule.mode === 'except' && listed);
  return refused ? { code: 'ATTACHMENT_TYPE', params: { name: filename } } : undefined;
}

/** What a display name is without a pattern and without a name of the account. */
export const DEFAULT_DISPLAY_NAME = '{name} via Confluence';

/**
 * The name that recipients see: `{name}` is the sender's display name, `{account}` the mail account's sender name; an empty pattern
 * means the account's, or the default. One line, at most 200 characters.
 */
export function displayName(pattern: string, names: { readonly name: string; readonly account: string }): string {
  const template = pattern.trim() || (names.account.trim() ? '{account}' : DEFAULT_DISPLAY_NAME);
  return template
    .replace(/\{(name|account)\}/g, (_, key: string) => (key === 'name' ? names.name : names.account))
    .replace(/[\s\u0000-\u001f\u007f\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
