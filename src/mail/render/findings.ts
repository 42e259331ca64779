import { fragmentOf } from '#mail/render/elements/link';
import type { Notes } from '#mail/render/parse';
import type { Findings } from '#mail/render/rendering';
import type { Element } from '#mail/render/tree';

/** Elements an anchor can be put before without breaking a table or a list. */
const ANCHORED = /^(?:h[1-6]|p|div|span|a|img|pre|blockquote|section|article)$/;
/** A colour of the new editor: `[data-colorid=abc]{color:#ff5630}`; the one for dark mode has a selector before it. */
const COLOR_RULE = /(^|[}\s])\[data-colorid=["']?([\w-]{1,40})["']?\]\s*\{\s*color:\s*([^;}]{1,60})/g;
const MAX_FINDINGS = 5000;

function readColors(css: string, colors: Map<string, string>): void {
  for (const match of css.matchAll(COLOR_RULE)) {
    const before = css.slice(Math.max(0, match.index - 40), match.index + 1);
    if (colors.size < MAX_FINDINGS && !/data-color-mode=["']?dark["']?\]\s*$/.test(before)) colors.set(match[2] ?? '', match[3] ?? '');
  }
}

/** What has to be known before the first element is written: colours that style sheets give, and anchors that links lead to. */
export function survey({ styles, links, named, headings, hasNodes }: Notes): Findings {
  const colors = new Map<string, string>();
  for (const { children } of styles)
    for (const text of children) if (typeof text === 'string' && text.includes('data-colorid')) readColors(text, colors);
  const wanted = new Set(links.slice(0, MAX_FINDINGS).map((link) => fragmentOf(link.attributes.get('href') ?? '')));
  for (const heading of headings.slice(0, MAX_FINDINGS)) wanted.add(heading.attributes.get('id') ?? '');
  const anchors = new Map<string, string>();
  for (const element of named) {
    const id = anchorId(element);
    if (id !== undefined && wanted.has(id) && !anchors.has(id)) anchors.set(id, `s${anchors.size + 1}`);
  }
  return { colors, anchors, headings: headings.slice(0, MAX_FINDINGS), hasNodes };
}

/** The name under which links reach an element. */
export function anchorId(element: Element): string | undefined {
  if (!ANCHORED.test(element.name)) return undefined;
  return element.attributes.get('id') || (element.name === 'a' ? element.attributes.get('name') : undefined) || undefined;
}
