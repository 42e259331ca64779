import { appearanceOf } from '#mail/render/appearance';
import { EDGE, openBox, placeholder } from '#mail/render/boxes';
import { isDecoration } from '#mail/render/elements/image';
import { issuesPlaceholder, jqlIn } from '#mail/render/macros/jira';
import { LIGHT } from '#mail/render/palette';
import { attributes, type Rendering, type Rule, SKIP, type Step, THROUGH } from '#mail/render/rendering';
import { type Element, find, textOf } from '#mail/render/tree';
import { absoluteUrl } from '#mail/render/url';

/** A fragment without its `#`, decoded. */
export const fragmentOf = (href: string): string => {
  const fragment = href.slice(href.indexOf('#') + 1);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
};

const isProfile = (element: Element): boolean => element.hasClass('user-mention') || element.hasClass('confluence-userlink');

/** The address a link leads to from the mail: inside it for anchors that the mail has, absolute otherwise. */
function target(href: string, out: Rendering): { readonly url: string; readonly isInside: boolean } | undefined {
  // Where a script would have done something.
  if (/^\s*#!?\s*$/.test(href)) return undefined;
  const { url: page } = out.input.page;
  const isFragment = href.startsWith('#') || (href.includes('#') && absoluteUrl(href, page)?.split('#')[0] === page.split('#')[0]);
  if (isFragment) {
    const anchor = out.findings.anchors.get(fragmentOf(href));
    if (anchor) return { url: `#${anchor}`, isInside: true };
  }
  const url = absoluteUrl(href, page);
  return url === undefined ? undefined : { url, isInside: false };
}

function mention(element: Element, out: Rendering): Step {
  const paint = out.palette.paint(out.place.surface, { background: '#e9f2ff', color: '#0c4da2' });
  const leave = out.enter({ surface: paint.surface });
  if (textOf(element, 50) === '') {
    leave();
    return THROUGH;
  }
  out.inline(`<span${attributes({ class: paint.className, style: `${paint.style};padding:1px 0;border-radius:8px` })}>${EDGE}`);
  return {
    after: () => {
      leave();
      out.inline(`${EDGE}</span>`);
    },
  };
}

/** A link in its line; `title` in place of its own words. */
function anchor(
  element: Element,
  out: Rendering,
  { url, isInside }: { readonly url: string; readonly isInside: boolean },
  title?: string,
): Step {
  const paint = out.palette.link(out.place.surface);
  const look = appearanceOf(element, out);
  const words = title || textOf(element, 2000) || (find(element, (each) => each.name === 'img' && !isDecoration(each)) ? ' ' : '');
  if (words === '') return THROUGH;
  const style = [paint.style, look.style].filter(Boolean).join(';');
  out.inline(`<a${attributes({ href: url, class: look.className || paint.className, style })}>`);
  const leave = out.enter({ inLink: true, surface: look.surface });
  return {
    ...(title ? { content: [title] } : {}),
    after: () => {
      leave();
      out.inline('</a>');
      if (!isInside) out.text.mark(out.links.mark(url, words === ' ' ? url.slice(0, 1) : words));
    },
  };
}

/** Keys of issues in addresses of Jira. */
const ISSUE =
  /\/browse\/([A-Z][A-Z0-9_]*-\d+)(?:[/?#]|$)|[?&]selectedIssue=([A-Z][A-Z0-9_]*-\d+)\b|\/issues\/([A-Z][A-Z0-9_]*-\d+)(?:[/?#]|$)/;

/** What an address tells of what it leads to: a page's title, its last segment with plus signs for blanks; an issue's key; the query of a list. */
function titleIn(url: string): string | undefined {
  const issue = ISSUE.exec(url);
  if (issue) return issue[1] ?? issue[2] ?? issue[3];
  const jql = jqlIn(url);
  if (jql) return jql;
  const match = /\/wiki\/spaces\/[^/]+\/(?:pages|blog)\/(?:\d+\/)*([^/?#]*[^/?#\d][^/?#]*)/.exec(url);
  if (!match || /^(?:edit|edit-v2|create)$/.test(match[1] ?? '')) return undefined;
  try {
    return decodeURIComponent((match[1] ?? '').replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}

/** True for words that are no title: an address, or none at all. */
const isAddress = (words: string): boolean => words === '' || /^(?:https?:\/)?\/\S*$/.test(words);

/** A smart link's address as words: without where it was copied from. */
const plainAddress = (url: string): string => url.replace(/([?&])atlOrigin=[^&#]*&?/, '$1').replace(/[?&](?=#|$)/, '');

/** A smart link shown as a card or embedded: a box with its title and where it leads. */
function card(element: Element, out: Rendering, url: string): Step {
  out.text.block(1);
  const close = openBox(out, { background: LIGHT.background, border: LIGHT.border });
  const words = textOf(element, 500);
  const title = isAddress(words) ? titleIn(url) : undefined;
  const paint = out.palette.link(out.place.surface);
  if (title) {
    out.inline('<strong>');
    out.say(title);
    out.inline('</strong>');
    out.block('<br>');
    out.text.lineBreak();
  }
  out.inline(`<a${attributes({ href: url, class: paint.className, style: paint.style })}>`);
  const leave = out.enter({ inLink: true });
  const shown = words || (title ? new URL(url).hostname : url);
  if (words === '') out.say(shown);
  return {
    after: () => {
      leave();
      out.inline('</a>');
      out.text.mark(out.links.mark(url, shown));
      close();
      out.text.block(1);
    },
  };
}

/** The title of a smart link in its line: what its address tells, where its words are that address. */
function smartTitle(element: Element, url: string): string | undefined {
  const words = textOf(element, 2000);
  if (!isAddress(words)) return undefined;
  return titleIn(url) ?? plainAddress(words || url);
}

/** A list that Confluence fills while it shows the page, as a card. */
function datasource(element: Element, out: Rendering, href: string, source: string): Step {
  const words = textOf(element, 500);
  const query = jqlOf(source) ?? jqlIn(href);
  if (query !== undefined || /\/issues\/?\?|\/jira\//.test(href)) return issuesPlaceholder(out, query ?? '', href);
  const name = isAddress(words) ? out.words.list : words;
  out.warnings.add('MACRO_NOT_SHOWN', name);
  placeholder(out, { name, icon: '🗂', url: absoluteUrl(href, out.input.page.url) ?? out.input.page.url });
  return SKIP;
}

function jqlOf(source: string): string | undefined {
  try {
    const jql: unknown = (JSON.parse(source) as { parameters?: { jql?: unknown } } | null)?.parameters?.jql;
    return typeof jql === 'string' ? jql : undefined;
  } catch {
    return undefined;
  }
}

const linkRule: Rule = (element, out) => {
  if (isProfile(element)) return mention(element, out);
  const href = element.attributes.get('href');
  if (href === undefined || out.place.inLink) return THROUGH;
  const to = target(href, out);
  if (!to) return THROUGH;
  const appearance = element.attributes.get('data-card-appearance');
  const source = element.attributes.get('data-datasource');
  if (source !== undefined && !out.place.inHeading) return datasource(element, out, href, source);
  if ((appearance === 'block' || appearance === 'embed') && !out.place.inHeading) return card(element, out, to.url);
  return anchor(element, out, to, appearance === undefined ? undefined : smartTitle(element, to.url));
};

export const linkRules: Readonly<Record<string, Rule>> = { a: linkRule };
