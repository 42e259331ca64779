import { isTabPane } from '#mail/render/appearance';
import type { Rule } from '#mail/render/rendering';
import { descendants, type Element, element as makeElement, type Node, textOf } from '#mail/render/tree';

/** Tabs of one set that are looked at. */
const MAX_TABS = 100;

const isElement = (node: Node): node is Element => typeof node !== 'string';
const isMenu = ({ attributes, classes }: Element): boolean =>
  attributes.get('role') === 'tablist' || classes.includes('tabs-menu') || classes.includes('nav-tabs');
const isWrapper = ({ classes }: Element): boolean => classes.includes('tab-content') || classes.includes('tabs-content');

interface Tab {
  /** Ids under which a pane may know it: the pane's own, or the tab's. */
  readonly ids: readonly (string | undefined)[];
  readonly title: string;
}

/** The tabs of a menu, in their order: links to panes, or elements of that role (WAI-ARIA 1.2, `tab`). */
function tabsOf(menu: Element): Tab[] {
  const tabs: Tab[] = [];
  for (const each of descendants(menu)) {
    const target = /^#(.+)$/.exec(each.attributes.get('href') ?? '')?.[1];
    const title = textOf(each, 200);
    if ((target === undefined && each.attributes.get('role') !== 'tab') || title === '') continue;
    if (tabs.push({ ids: [target, each.attributes.get('aria-controls'), each.attributes.get('id')], title }) >= MAX_TABS) break;
  }
  return tabs;
}

/** Panes behind tabs: one below the other, each under the title of its tab. Undefined where a tab or a pane is without the other. */
const tabSet: Rule = (element) => {
  const parts = element.children.flatMap((child) => (isElement(child) && isWrapper(child) ? child.children : [child]));
  const menu = parts.find((child): child is Element => isElement(child) && isMenu(child));
  const panes = parts.filter((child): child is Element => isElement(child) && isTabPane(child));
  const tabs = menu ? tabsOf(menu) : [];
  if (panes.length === 0 || panes.length !== tabs.length) return undefined;
  const titleOf = (pane: Element): string | undefined => {
    const ids = [pane.attributes.get('id'), pane.attributes.get('aria-labelledby')].filter((id) => id !== undefined);
    return (tabs.find((tab) => tab.ids.some((id) => id !== undefined && ids.includes(id))) ?? tabs[panes.indexOf(pane)])?.title;
  };
  return {
    content: parts.flatMap((part) => {
      if (part === menu) return [];
      if (!isElement(part) || !isTabPane(part)) return [part];
      return [makeElement('h4', [titleOf(part) ?? ''], { id: part.attributes.get('id') }), makeElement('div', part.children)];
    }),
  };
};

export const tabsMacro: Readonly<Record<string, Rule>> = Object.fromEntries(
  ['aui-tabs', 'tabs', 'tabs-container', 'tab-container', 'tabset'].map((name) => [name, tabSet]),
);
