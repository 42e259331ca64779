import { placeholder } from '#mail/render/boxes';
import { formulaDrawing } from '#mail/render/elements/formula';
import { type Rendering, type Rule, SKIP, type Step, THROUGH } from '#mail/render/rendering';
import { descendants, type Element, find } from '#mail/render/tree';
import { absoluteUrl, fileNameIn, readableUrl } from '#mail/render/url';

/** The address of what is embedded as the page has it: its own, or that of its first source. */
function rawSource(element: Element): string | undefined {
  const own = element.attributes.get('src') ?? element.attributes.get('data-src') ?? element.attributes.get('data');
  const nested =
    own ??
    find(
      element,
      ({ name, attributes: given }) => (name === 'source' || name === 'embed' || name === 'iframe') && given.has('src'),
    )?.attributes.get('src');
  return nested === '' ? undefined : nested;
}

const sourceOf = (element: Element, out: Rendering): string | undefined => absoluteUrl(rawSource(element), out.input.page.url);

/** Something that only runs in a browser: a box with its name and a link. */
function embedded(element: Element, out: Rendering, kind: string, icon: string): Step {
  const source = sourceOf(element, out);
  const title = element.attributes.get('title')?.trim() || element.attributes.get('aria-label')?.trim();
  const isPage = source === out.input.page.url;
  const name = title || (source && !isPage ? `${kind} ${new URL(source).host}`.trim() : kind);
  out.warnings.add('MACRO_NOT_SHOWN', name);
  placeholder(out, { name, icon, url: source ?? out.input.page.url, ...(source && !isPage ? { label: readableUrl(source, 60) } : {}) });
  return SKIP;
}

const player =
  (icon: string, kind: 'video' | 'audio'): Rule =>
  (element, out) => {
    const source = sourceOf(element, out);
    const file = source ? fileNameIn(rawSource(element) ?? '') : '';
    out.warnings.add('MACRO_NOT_SHOWN', file || out.words[kind]);
    placeholder(out, {
      name: [out.words[kind], file].filter(Boolean).join(': '),
      icon,
      url: source?.startsWith('http') ? source : out.input.page.url,
    });
    return SKIP;
  };

const frame: Rule = (element, out) => {
  const size = [element.attributes.get('width'), element.attributes.get('height')];
  if (size.some((each) => each === '0' || each === '1') || sourceOf(element, out) === undefined) return SKIP;
  return embedded(element, out, out.words.embedded, '🔗');
};

/** Drawings made of vectors: mail cannot show them. Small ones are icons, which nobody misses. */
const drawing: Rule = (element, out) => {
  const formula = formulaDrawing(element, out);
  if (formula) return formula;
  const px = Number.parseFloat(element.attributes.get('width') ?? '');
  if (out.place.inLink || element.attributes.get('aria-hidden') === 'true' || px <= 48 || Number.isNaN(px)) return SKIP;
  const title = find(element, ({ name }) => name === 'title' || name === 'desc', 50);
  const name = (title ? titleText(title) : '') || element.attributes.get('aria-label') || out.words.drawing;
  out.warnings.add('MACRO_NOT_SHOWN', name);
  placeholder(out, { name, icon: '📊', url: out.input.page.url });
  return SKIP;
};

const titleText = (title: Element): string =>
  title.children
    .filter((child): child is string => typeof child === 'string')
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);

/** Pages that show pictures in several sizes: only the picture itself is wanted. */
const picture: Rule = (element) => ({ content: [...descendants(element)].filter(({ name }) => name === 'img').slice(0, 1) });

export const embeddedRules: Readonly<Record<string, Rule>> = {
  iframe: frame,
  embed: (element, out) => embedded(element, out, out.words.embedded, '🔗'),
  object: (element, out) => (find(element, ({ name }) => name === 'img') ? THROUGH : embedded(element, out, out.words.embedded, '🔗')),
  video: player('🎬', 'video'),
  audio: player('🔊', 'audio'),
  svg: drawing,
  canvas: drawing,
  picture,
  ...Object.fromEntries(
    'style,template,noscript,title,head,meta,link,base,param,source,track,area,map,noembed,noframes,applet'
      .split(',')
      .map((name) => [name, () => SKIP]),
  ),
};
