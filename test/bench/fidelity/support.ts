import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The programs a mail has to look well in, as caniemail names them. */
const FAMILIES = ['outlook', 'gmail', 'apple-mail', 'thunderbird', 'yahoo', 'samsung-email'];

interface Feature {
  readonly slug: string;
  /** Program → platform → date of a test → `y`, `n`, `a` (partly) or `u` (unknown), with numbers of notes. */
  readonly stats: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}

const path = createRequire(import.meta.url)
  .resolve('caniemail/package.json')
  .replace('package.json', 'data/caniemail.json');
const features = new Map((JSON.parse(readFileSync(path, 'utf8')) as { data: Feature[] }).data.map((feature) => [feature.slug, feature]));

/** What some of these programs do not know and the mail uses all the same, with what they do instead. */
export const EXCEPTIONS: Record<string, string> = {
  'css-border-radius': 'square corners',
  'css-min-width': 'a wide table is fitted into the frame instead of scrolling',
  'css-overflow': 'a wide table is fitted into the frame instead of scrolling',
  'css-table-layout': 'widths come from the width attributes, which mso-table-layout-alt makes Word keep',
  'css-white-space': 'pre keeps white space by itself; elsewhere only a line may break inside a label',
  'css-word-break': 'a long word is cut by the program or goes on in its own line',
  'css-color-scheme': 'light colours stay, or the program recolours the mail by itself',
  'html-meta-color-scheme': 'light colours stay, or the program recolours the mail by itself',
  'css-at-media-prefers-color-scheme': 'light colours stay, or the program recolours the mail by itself',
  'css-at-media': 'columns stay side by side',
  'html-role': 'only screen readers use it; the order of reading is that of the markup',
  'html-aria-label': 'the sign itself is read',
  'html-style': 'every style that matters is inline, unless the mail would be clipped',
  'css-max-height': 'display:none hides the preview text by itself',
  'css-float': 'the align attribute does the same',
  'css-important': 'light colours stay',
  'html-bdi': 'the order of letters follows from the letters themselves',
  'html-doctype': 'widths and fonts are given where quirks mode would not inherit them',
  'css-pseudo-class-root': 'the meta elements say the same',
  'html-wbr': 'a long word breaks elsewhere',
  'html-anchor-links': 'the link does nothing in the mail; the same place is a click away on the page, which the header links',
};

/** Listed as unsupported for what the mail does not use them for. */
const HARMLESS: Readonly<Record<string, string>> = {
  'html-body': 'its colours are on the frame as well',
  'css-display-none': 'the preview text is seen above the mail',
  'css-height': 'only `auto` beside the height attribute',
};
Object.assign(EXCEPTIONS, HARMLESS);

/** caniemail's names of the features that a mail uses. */
function featuresOf(html: string): Set<string> {
  const used = new Set<string>();
  const css: string[] = [];
  const markup = html.replace(/<!--[\s\S]*?-->/g, '').replace(/<style>([\s\S]*?)<\/style>/g, (_all, sheet: string) => {
    css.push(...[...sheet.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? ''));
    used.add('html-style');
    if (sheet.includes('prefers-color-scheme')) used.add('css-at-media-prefers-color-scheme');
    if (sheet.includes('max-width:')) used.add('css-at-media');
    if (sheet.includes(':root')) used.add('css-pseudo-class-root');
    return '';
  });
  for (const [, name = '', rest = ''] of markup.matchAll(/<([a-z][a-z0-9]*)((?:\s+[a-z:-]+="[^"]*")*)\s*>/g)) {
    used.add(/^h[1-6]$/.test(name) ? 'html-h1-h6' : `html-${name}`);
    for (const [, attribute = '', value = ''] of rest.matchAll(/([a-z:-]+)="([^"]*)"/g)) {
      if (attribute === 'style') css.push(value);
      else used.add(`html-${attribute}`);
      if (attribute === 'href' && value.startsWith('#')) used.add('html-anchor-links');
    }
  }
  if (markup.includes('name="color-scheme"')) used.add('html-meta-color-scheme');
  for (const declarations of css) {
    for (const declaration of declarations.split(';')) {
      const [property = '', value = ''] = declaration.split(':').map((part) => part.trim());
      if (property !== '') used.add(`css-${property}`);
      if (property === 'display') used.add(`css-display-${value}`);
    }
  }
  return used;
}

/** Features that a mail uses and some program does not know: feature → programs. */
export function unsupported(html: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const slug of featuresOf(html)) {
    for (const family of FAMILIES) {
      for (const [platform, tests] of Object.entries(features.get(slug)?.stats[family] ?? {})) {
        if (Object.values(tests).at(-1)?.startsWith('n')) found.set(slug, (found.get(slug) ?? new Set()).add(`${family}.${platform}`));
      }
    }
  }
  return found;
}
