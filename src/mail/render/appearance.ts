import { parsePx } from '#mail/render/css';
import { escapeAttribute } from '#mail/render/escape';
import type { Surface, Wish } from '#mail/render/palette';
import { attributes, type Rendering } from '#mail/render/rendering';
import type { Element } from '#mail/render/tree';

/** Colours of the old editor's and the theme's classes. */
const CLASS_COLORS: Readonly<Record<string, string>> = {
  'legacy-color-text-inverse': '#ffffff',
  'legacy-color-text-blue1': '#4c9aff',
  'legacy-color-text-blue2': '#0747a6',
  'legacy-color-text-blue3': '#b3d4ff',
  'legacy-color-text-teal1': '#00b8d9',
  'legacy-color-text-teal2': '#008da6',
  'legacy-color-text-teal3': '#b3f5ff',
  'legacy-color-text-green1': '#36b37e',
  'legacy-color-text-green2': '#006644',
  'legacy-color-text-green3': '#abf5d1',
  'legacy-color-text-yellow1': '#ffc400',
  'legacy-color-text-yellow2': '#ff991f',
  'legacy-color-text-yellow3': '#fff0b3',
  'legacy-color-text-red1': '#ff5630',
  'legacy-color-text-red2': '#bf2600',
  'legacy-color-text-red3': '#ffbdad',
  'legacy-color-text-purple1': '#6554c0',
  'legacy-color-text-purple2': '#403294',
  'legacy-color-text-purple3': '#eae6ff',
  'legacy-color-text-default': '#172b4d',
  'legacy-color-text-dark-gray': '#172b4d',
  'legacy-color-text-light-gray': '#97a0af',
};

/** Background colours of cells by Confluence's names for them. */
const HIGHLIGHTS: Readonly<Record<string, string>> = {
  grey: '#f4f5f7',
  red: '#ffebe6',
  yellow: '#fffae6',
  green: '#e3fcef',
  blue: '#deebff',
  purple: '#eae6ff',
  teal: '#e6fcff',
};

const highlightOf = (name: string | undefined): string | undefined =>
  name !== undefined && Object.hasOwn(HIGHLIGHTS, name) ? HIGHLIGHTS[name] : name;

const ALIGNMENTS = new Set(['left', 'right', 'center', 'justify', 'start', 'end']);

export interface Appearance {
  /** Declarations of the page's own style that mail keeps. */
  readonly style: string;
  readonly className: string;
  readonly surface: Surface;
  /** `lang` and `dir` as on the page, and nothing else. */
  readonly language: { readonly lang?: string; readonly dir?: string };
  readonly align: string | undefined;
}

const NO_LANGUAGE: Appearance['language'] = {};

const languageOf = (element: Element): Appearance['language'] => {
  const lang = element.attributes.get('lang') ?? element.attributes.get('xml:lang');
  const dir = element.attributes.get('dir')?.toLowerCase();
  if (lang === undefined && dir === undefined) return NO_LANGUAGE;
  return {
    ...(lang && /^[A-Za-z0-9-]{2,35}$/.test(lang) ? { lang } : {}),
    ...(dir === 'rtl' || dir === 'ltr' || dir === 'auto' ? { dir } : {}),
  };
};

/** A weight as a word: Yahoo drops the numbers. From 600 on fonts of two weights are bold (CSS Fonts 4 §5.2). */
function weightOf(asked: string | undefined): 'bold' | 'normal' | undefined {
  if (asked === 'bold' || asked === 'bolder') return 'bold';
  if (asked === 'normal' || asked === 'lighter') return 'normal';
  if (!asked || !/^\d{1,4}(?:\.\d{0,4})?$/.test(asked)) return undefined;
  return Number(asked) >= 600 ? 'bold' : 'normal';
}

/** Styles of text that any mail program knows, checked value by value. */
function textStyle(css: ReadonlyMap<string, string>): string[] {
  const kept: string[] = [];
  const weight = weightOf(css.get('font-weight')?.toLowerCase());
  if (weight) kept.push(`font-weight:${weight}`);
  const fontStyle = css.get('font-style')?.toLowerCase();
  if (fontStyle === 'italic' || fontStyle === 'normal') kept.push(`font-style:${fontStyle}`);
  const line = (css.get('text-decoration') ?? css.get('text-decoration-line'))?.toLowerCase().match(/\b(?:underline|line-through|none)\b/);
  if (line) kept.push(`text-decoration:${line[0]}`);
  const size = parsePx(css.get('font-size'));
  if (size !== undefined && size >= 6) kept.push(`font-size:${Math.min(48, Math.max(11, size))}px`);
  const vertical = css.get('vertical-align')?.toLowerCase();
  if (vertical === 'super' || vertical === 'sub') kept.push(`vertical-align:${vertical}`);
  const transform = css.get('text-transform')?.toLowerCase();
  if (transform === 'uppercase' || transform === 'lowercase' || transform === 'capitalize') kept.push(`text-transform:${transform}`);
  const family = css.get('font-family')?.toLowerCase();
  if (family && /mono|courier|consolas|menlo/.test(family)) kept.push(`font-family:${MONOSPACE}`);
  const direction = css.get('direction')?.toLowerCase();
  if (direction === 'rtl' || direction === 'ltr') kept.push(`direction:${direction}`);
  return kept;
}

/** Fixed-width fonts, Outlook's first. */
export const MONOSPACE = "Consolas,Menlo,'DejaVu Sans Mono',monospace";

const PLAIN = { style: '', className: '', language: NO_LANGUAGE, align: undefined } as const;

/** The colours that attributes, classes and styles of an element ask for. */
function wishOf(element: Element, out: Rendering): Wish {
  const { attributes: given, css, classes } = element;
  const colorId = given.get('data-colorid');
  const named = classes.find((name) => Object.hasOwn(CLASS_COLORS, name));
  const plain = css.get('background');
  return {
    color:
      css.get('color') ??
      (colorId ? out.findings.colors.get(colorId) : undefined) ??
      given.get('color') ??
      (named ? CLASS_COLORS[named] : undefined),
    background:
      highlightOf(given.get('data-highlight-colour')) ??
      given.get('data-background-custom-color') ??
      css.get('background-color') ??
      (plain && !/\burl\b/i.test(plain) ? plain : undefined) ??
      given.get('bgcolor'),
  };
}

/** Alignment and indentation of a block, as declarations. */
function blockStyle(css: ReadonlyMap<string, string>, align: string | undefined, isRtl: boolean): string[] {
  const kept = align ? [`text-align:${align}`] : [];
  const indent = indentPx(css, isRtl);
  if (indent > 0) kept.push(`margin-${isRtl ? 'right' : 'left'}:${Math.min(indent, MAX_INDENT_PX)}px`);
  return kept;
}

const MAX_INDENT_PX = 240;
/** Properties that indent a block, in their order. The editor writes the left margin whatever the text's direction. */
const INDENTS = {
  ltr: ['margin-inline-start', 'margin-left', 'padding-inline-start', 'padding-left'],
  rtl: ['margin-inline-start', 'margin-right', 'margin-left', 'padding-inline-start', 'padding-right', 'padding-left'],
} as const;

/** How far a block is moved in from where its lines begin, in px; 0 where it is not. */
export function indentPx(css: ReadonlyMap<string, string>, isRtl: boolean): number {
  if (css.size === 0) return 0;
  for (const name of isRtl ? INDENTS.rtl : INDENTS.ltr) {
    const px = parsePx(css.get(name));
    if (px !== undefined && px > 0) return px;
  }
  return 0;
}

/** Whether lines below an element begin at the right: as it says itself, else as around it. */
export function isRtlIn({ attributes: given, css }: Element, out: Rendering): boolean {
  const asked = (given.get('dir') ?? css.get('direction'))?.toLowerCase();
  return asked === 'rtl' ? true : asked === 'ltr' ? false : out.place.isRtl;
}

/**
 * What of an element's look goes into the mail: text and background colour (made readable), alignment, indentation, weight, size and
 * decoration, language and direction. Everything else stays behind.
 */
export function appearanceOf(element: Element, out: Rendering, options: { readonly isBlock?: boolean } = {}): Appearance {
  if (element.attributes.size === 0) return { ...PLAIN, surface: out.place.surface };
  const { css } = element;
  const paint = out.palette.paint(out.place.surface, wishOf(element, out));
  const asked = (css.get('text-align') ?? element.attributes.get('align'))?.toLowerCase();
  const align = asked && ALIGNMENTS.has(asked) ? asked : undefined;
  const language = languageOf(element);
  if (css.size === 0 && !(options.isBlock && align))
    return { style: paint.style, className: paint.className, surface: paint.surface, language, align };
  const style = [...textStyle(css), ...(options.isBlock ? blockStyle(css, align, isRtlIn(element, out)) : []), paint.style];
  return { style: joinStyles(style), className: paint.className, surface: paint.surface, language, align };
}

const joinStyles = (styles: readonly string[]): string => styles.filter((style) => style !== '').join(';');

/** Attributes of a tag from an appearance, `before` being the mail's own style for such elements. */
export function tagAttributes(look: Appearance, before = '', more?: Readonly<Record<string, string | number | undefined>>): string {
  const style = before === '' || look.style === '' ? before + look.style : `${before};${look.style}`;
  if (!more && look.className === '' && look.language === NO_LANGUAGE) return style === '' ? '' : ` style="${escapeAttribute(style)}"`;
  return attributes({ ...more, class: look.className, style, ...look.language });
}

/** Classes of what the page itself does not show. */
export const HIDDEN_CLASSES: ReadonlySet<string> = new Set([
  'hidden',
  'aui-hidden',
  'assistive',
  'visually-hidden',
  'sr-only',
  'katex-html',
  // Controls of macros: what a click would fetch, and the sign that it is being fetched.
  'more-link-container',
  'waiting-image',
  'show-hidden-contributors',
]);

/** What stands behind a tab; all but one are hidden until somebody chooses them. */
export const isTabPane = ({ attributes: given, classes }: Element): boolean =>
  given.get('role') === 'tabpanel' || classes.includes('tabs-pane') || classes.includes('tab-pane');

/** True for what the page itself never shows, by attribute or style. */
export function isHidden(element: Element): boolean {
  return saysHidden(element) && !isTabPane(element);
}

function saysHidden(element: Element): boolean {
  if (element.attributes.has('hidden')) return true;
  const { css } = element;
  return css.size > 0 && (css.get('display')?.toLowerCase() === 'none' || css.get('visibility')?.toLowerCase() === 'hidden');
}
