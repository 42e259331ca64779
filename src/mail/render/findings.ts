import { fragmentOf } from '#mail/render/elements/link';
import type { Findings } from '#mail/render/rendering';
import { descendants, type Element, TEXTLESS } from '#mail/render/tree';

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
export function survey(page: Element): Findings {
  const colors = new Map<string, string>();
  const wanted = new Set<string>();
  const present = new Set<string>();
  for (const element of descendants(page, ({ name }) => name === 'style' || !TEXTLESS.has(name))) {
    if (element.name === 'style')
      for (const text of element.children) if (typeof text === 'string' && text.includes('data-colorid')) readColors(text, colors);
    const href = element.name === 'a' ? element.attributes.get('href') : undefined;
    if (href?.includes('#') && wanted.size < MAX_FINDINGS) wanted.add(fragmentOf(href));
    const id = anchorId(element);
    if (id !== undefined && present.size < 4 * MAX_FINDINGS) present.add(id);
  }
  const anchors = new Map<string, string>();
  for (const id of present) if (wanted.has(id)) anchors.set(id, `s${anchors.size + 1}`);
  return { colors, anchors };
}

/** The name under which links reach an element. */
export function anchorId(element: Element): string | undefined {
  if (!ANCHORED.test(element.name)) return undefined;
  return element.attributes.get('id') || (element.name === 'a' ? element.attributes.get('name') : undefined) || undefined;
}
