import { type Rendering, type Rule, SKIP } from '#mail/render/rendering';
import { type Element, element as makeElement, type Node, textOf } from '#mail/render/tree';

interface Entry {
  readonly level: number;
  readonly link: Element;
}

const linkTo = (heading: Element): Element =>
  makeElement('a', [textOf(heading, 200)], { href: `#${encodeURIComponent(heading.attributes.get('id') ?? '')}` });

/** What a macro that lists fewer takes of the room all the same, for it looks at every heading. */
const LEAST_TAKEN = 50;

/** The page's headings of the levels the macro asks for (`data-headerelements`: `H1,H2`), as many as one mail lists. */
function entriesFor(toc: Element, out: Rendering): Entry[] {
  if (out.tocRoom <= 0) return [];
  const asked = toc.attributes
    .get('data-headerelements')
    ?.toLowerCase()
    .split(/\s*,\s*/);
  const headings = out.findings.headings.filter((heading) => (asked?.includes(heading.name) ?? true) && textOf(heading, 20) !== '');
  const listed = headings.slice(0, out.tocRoom);
  out.tocRoom -= Math.max(LEAST_TAKEN, listed.length);
  return listed.map((heading) => ({ level: Number(heading.name[1]), link: linkTo(heading) }));
}

/** Lists in lists; an entry that skips a level stands one deeper all the same. */
function outline(entries: readonly Entry[], isNumbered: boolean): Element {
  const root = makeElement('ul', []);
  const open: { level: number; readonly list: Element; last: Element | undefined; count: number }[] = [
    { level: entries[0]?.level ?? 1, list: root, last: undefined, count: 0 },
  ];
  for (const { level, link } of entries) {
    while (open.length > 1 && (open.at(-1)?.level ?? 0) > level) open.pop();
    const above = open.at(-1);
    if (above?.last && level > above.level) {
      const list = makeElement('ul', []);
      above.last.append(list);
      open.push({ level, list, last: undefined, count: 0 });
    }
    const here = open.at(-1);
    if (!here) continue;
    here.count += 1;
    const number = makeElement('span', [open.map(({ count }) => count).join('.')], { class: 'TOCOutline' });
    here.last = makeElement('li', isNumbered ? [number, ' ', link] : [link]);
    here.list.append(here.last);
  }
  return root;
}

const inOneLine = (entries: readonly Entry[]): Element =>
  makeElement(
    'p',
    entries.flatMap<Node>(({ link }, index) => (index === 0 ? [link] : [' | ', link])),
  );

/** A table of contents that a script would fill: made of the page's headings. */
const toc: Rule = (element, out) => {
  if (textOf(element, 20) !== '') return undefined;
  const entries = entriesFor(element, out);
  if (entries.length === 0) return SKIP;
  const isFlat = element.attributes.get('data-structure') === 'flat';
  return { content: [isFlat ? inOneLine(entries) : outline(entries, element.attributes.get('data-numberedoutline') === 'true')] };
};

export const tocMacro = { 'client-side-toc-macro': toc };
