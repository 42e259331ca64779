import { placeholder } from '#mail/render/boxes';
import { formulaMacro } from '#mail/render/elements/formula';
import { type Rendering, type Rule, SKIP, type Step, THROUGH } from '#mail/render/rendering';
import { type Element, find, textOf } from '#mail/render/tree';

/** Names of apps by a part of their key. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/draw-?io|mxgraph/i, 'draw.io'],
  [/gliffy/i, 'Gliffy'],
  [/lucidchart/i, 'Lucidchart'],
  [/mermaid/i, 'Mermaid'],
  [/plantuml/i, 'PlantUML'],
  [/mathjax|latex/i, 'LaTeX'],
  [/gantt/i, 'Gantt chart'],
  [/miro/i, 'Miro'],
  [/figma/i, 'Figma'],
];

/** A macro's name from its key: `gantt-chart-planner-for-confluence-gantt-chart-macro` without what keys are padded with. */
export function appName(element: Element, fallback: string): string {
  const given = element.attributes.get('data-macro-name') ?? element.attributes.get('data-macro-title');
  const key = given ?? element.attributes.get('id') ?? element.attributes.get('class') ?? '';
  const known = KNOWN.find(([pattern]) => pattern.test(key));
  if (known) return known[1];
  const module = given ?? /^(?:ap|embedded)-.*?__(.*?)\d*$/.exec(key)?.[1] ?? '';
  const words = module
    .replace(/[-_.]+/g, ' ')
    .replace(/\b(?:macro|forge|dynamic|static|confluence)\b/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' ? fallback : `${words[0]?.toUpperCase() ?? ''}${words.slice(1, 60)}`;
}

/** True when there is something to be read or seen inside. */
const hasContent = (element: Element): boolean =>
  (textOf(element, 20) !== '' && !isNotExported(element)) ||
  find(element, ({ name }) => name === 'img' || name === 'table' || name === 'math') !== undefined;

/** A neat box with the macro's name in place of what only a browser can run. */
export function appPlaceholder(element: Element, out: Rendering): Step {
  const formula = formulaMacro(element, out);
  if (formula) return formula;
  const name = appName(element, out.words.app);
  out.warnings.add('MACRO_NOT_SHOWN', name);
  placeholder(out, { name, url: out.input.page.url });
  return SKIP;
}

/** What Confluence writes in place of an app that it cannot export. */
const NOT_EXPORTED =
  /^(?:sorry, )?we (?:don['’]t|do not|couldn['’]t|can['’]?t) (?:have a way to )?(?:export|render|show|display) this macro\.?$/i;

/** True for an element that holds Confluence's own excuse and nothing else. */
export const isNotExported = ({ children }: Element): boolean => {
  const [only] = children;
  // Texts side by side are one: with an element beside it there is more than the excuse.
  if (children.length !== 1 || typeof only !== 'string' || only.length >= 120) return false;
  return NOT_EXPORTED.test(only.trim().replace(/\s+/g, ' '));
};

/** The content of an app's macro where the page holds it, a placeholder where it would be loaded by a script. */
const app: Rule = (element, out) => (hasContent(element) ? THROUGH : appPlaceholder(element, out));

/** Macros that may well be empty: they show nothing by themselves. */
const SILENT =
  /^(?:anchor|toc|excerpt|details|detailssummary|section|column|span|div|style|html|include|excerpt-include|expand|children|pagetree|labels|contributors|profile|recently-updated)$/i;

/** A macro of the old form (`conf-macro`), whose name stands beside it. */
const macro: Rule = (element, out) => {
  const name = element.attributes.get('data-macro-name') ?? '';
  if (hasContent(element) || name === '' || SILENT.test(name) || element.attributes.get('data-hasbody') === 'true') return undefined;
  return find(element, ({ name: tag }) => tag === 'iframe' || tag === 'video' || tag === 'object' || tag === 'svg' || tag === 'canvas')
    ? undefined
    : appPlaceholder(element, out);
};

export const appMacro = { 'ap-container': app, 'conf-macro': macro, 'forge-macro': app, 'extension-container': app };
