import { appearanceOf, indentPx, isRtlIn, tagAttributes } from '#mail/render/appearance';
import { appPlaceholder, isNotExported } from '#mail/render/macros/app';
import { LIGHT } from '#mail/render/palette';
import { type Rule, SKIP, THROUGH } from '#mail/render/rendering';
import { type Element, find, isBlank, isEmpty, lastSolid, textOf } from '#mail/render/tree';

/** True when something in this paragraph is written as a block, which a `<p>` cannot hold. */
const holdsBlock = (element: Element): boolean =>
  find(
    element,
    ({ name, attributes, classes }) =>
      /^(?:iframe|video|audio|object|embed|table|div|ul|ol|p|pre|img|svg|canvas|ac:.*)$/.test(name)
        ? name !== 'img' || /image-(?:center|right|left)/.test(attributes.get('class') ?? '')
        : (name === 'a' && /^(?:block|embed)$/.test(attributes.get('data-card-appearance') ?? '')) ||
          classes.includes('image-center-wrapper'),
    100,
  ) !== undefined;

/** Spaces that show an indentation of the page in the text part. */
const textIndent = (element: Element, isRtl: boolean): string => '  '.repeat(Math.min(6, Math.round(indentPx(element.css, isRtl) / 30)));

const paragraph: Rule = (element, out) => {
  if (isEmpty(element)) return SKIP;
  if (isNotExported(element)) return appPlaceholder(element, out);
  const look = appearanceOf(element, out, { isBlock: true });
  const tag = holdsBlock(element) ? 'div' : 'p';
  const margin = out.place.last === element ? 'margin:0' : out.place.inItem ? 'margin:8px 0' : 'margin:0 0 12px';
  const indent = textIndent(element, isRtlIn(element, out));
  out.text.block(1);
  const outdent = indent === '' ? undefined : out.text.indent(indent, indent);
  out.block(`<${tag}${tagAttributes(look, margin)}>`);
  const leave = out.enterSurface(look.surface);
  return {
    after: () => {
      leave();
      out.block(`</${tag}>`);
      out.text.block();
      outdent?.();
      out.text.block(1);
    },
  };
};

/** Size and space above, in px, of each level. */
const HEADINGS: Readonly<Record<string, readonly [number, number]>> = {
  h1: [24, 28],
  h2: [20, 24],
  h3: [17, 20],
  h4: [15, 18],
  h5: [14, 16],
  h6: [13, 16],
};
const UNDERLINES: Readonly<Record<string, string>> = { h1: '=', h2: '-', h3: '~' };

const heading: Rule = (element, out) => {
  if (textOf(element, 20) === '' && !find(element, ({ name }) => name === 'img')) return SKIP;
  const [size, space] = HEADINGS[element.name] ?? [15, 16];
  const above = out.isAtTop ? 0 : space;
  const look = appearanceOf(element, out, { isBlock: true });
  out.text.block(element.name === 'h1' || element.name === 'h2' ? 2 : 1);
  out.block(
    `<${element.name}${tagAttributes(look, `margin:${above === 0 ? 0 : `${above}px`} 0 8px;font-size:${size}px;line-height:1.25;font-weight:bold`)}>`,
  );
  const leave = out.enter({ surface: look.surface, inHeading: true });
  return {
    after: () => {
      leave();
      out.block(`</${element.name}>`);
      const underline = UNDERLINES[element.name];
      if (underline) out.text.underline(underline);
      out.text.block(1);
    },
  };
};

/** A box of the page without a look of its own is only a break between blocks; one with colours or alignment becomes a `<div>`. */
export const box: Rule = (element, out) => {
  if (isNotExported(element)) return appPlaceholder(element, out);
  const look = appearanceOf(element, out, { isBlock: true });
  const written = tagAttributes(look);
  out.text.block();
  if (out.place.last === element) out.place.last = lastSolid(element);
  if (written === '') {
    // Two boxes side by side, each only text, must not run together.
    const bare = element.children.some((child) => (typeof child === 'string' ? !isBlank(child) : INLINE.has(child.name)));
    if (!bare) return { after: () => out.text.block() };
  }
  out.block(`<div${written}>`);
  const leave = out.enter({ surface: look.surface, isRtl: isRtlIn(element, out) });
  return {
    after: () => {
      leave();
      out.block('</div>');
      out.text.block();
    },
  };
};

const INLINE = new Set(
  'a,span,strong,b,em,i,u,s,code,img,br,font,small,sub,sup,time,del,ins,label,button,input,abbr,kbd,mark,ri:user'.split(','),
);

const quote: Rule = (element, out) => {
  const look = appearanceOf(element, out, { isBlock: true });
  const muted = look.style.includes('color:') ? look : { ...look, ...out.palette.paint(out.place.surface, { color: LIGHT.muted }) };
  out.text.block(1);
  const outdent = out.text.indent('> ', '> ');
  const isRtl = isRtlIn(element, out);
  const style = `margin:0 0 12px;padding:${isRtl ? '2px 14px 2px 0' : '2px 0 2px 14px'};border-${isRtl ? 'right' : 'left'}:3px solid ${LIGHT.border}`;
  out.block(`<blockquote${tagAttributes(muted, style)}>`);
  const leave = out.enter({ surface: muted.surface, last: lastSolid(element), isRtl, width: Math.max(80, out.place.width - 20) });
  return {
    after: () => {
      leave();
      out.block('</blockquote>');
      outdent();
      out.text.block(1);
    },
  };
};

const rule: Rule = (_element, out) => {
  out.block(`<hr style="border:0;border-top:1px solid ${LIGHT.border};margin:18px 0">`);
  out.text.block(1);
  out.text.write(['-'.repeat(Math.min(40, out.text.room))]);
  out.text.block(1);
  return SKIP;
};

const centered: Rule = (_element, out) => {
  out.text.block();
  out.block('<div align="center" style="text-align:center">');
  return {
    after: () => {
      out.block('</div>');
      out.text.block();
    },
  };
};

const boxes =
  'div section article aside main header footer nav figure address fieldset legend form hgroup dialog search #cell body html'.split(' ');

const summary: Rule = (element, out) => {
  out.text.block(1);
  out.block(`<p${tagAttributes(appearanceOf(element, out), 'margin:0 0 8px;font-weight:bold')}>`);
  return {
    after: () => {
      out.block('</p>');
      out.text.block(1);
    },
  };
};

/** Words below a picture, smaller than those around. */
const figcaption: Rule = (element, out) => {
  if (isEmpty(element)) return SKIP;
  const paint = out.palette.paint(out.place.surface, { color: LIGHT.muted });
  out.text.block();
  out.block(`<div${tagAttributes({ ...appearanceOf(element, out), ...paint }, 'margin:4px 0 12px;font-size:13px')}>`);
  const leave = out.enter({ surface: paint.surface, last: lastSolid(element) });
  return {
    after: () => {
      leave();
      out.block('</div>');
      out.text.block(1);
    },
  };
};

export const blockRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(boxes.map((name) => [name, box])),
  ...Object.fromEntries(Object.keys(HEADINGS).map((name) => [name, heading])),
  p: paragraph,
  center: centered,
  blockquote: quote,
  hr: rule,
  figcaption,
  summary,
  '#fragment': (element, out) => {
    if (out.place.last === element) out.place.last = lastSolid(element);
    return THROUGH;
  },
  '#page': () => THROUGH,
};
