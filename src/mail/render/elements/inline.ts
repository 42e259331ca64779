import { appearanceOf, MONOSPACE, tagAttributes } from '#mail/render/appearance';
import { appPlaceholder, isNotExported } from '#mail/render/macros/app';
import { type Rendering, type Rule, SKIP, THROUGH } from '#mail/render/rendering';
import { type Element, isEmpty, type Node } from '#mail/render/tree';

/** An element in a line, written as `tag` with the mail's `style` and the page's own look. */
function inlineStep(
  element: Element,
  out: Rendering,
  tag: string,
  style = '',
  more?: { readonly title: string | undefined },
): ReturnType<Rule> {
  if (element.children.length === 0) return SKIP;
  if (tag === 'span' && isNotExported(element) && !out.place.inLink) return appPlaceholder(element, out);
  const look = appearanceOf(element, out);
  const written = tagAttributes(look, style, more);
  // A span that says nothing is left out: pages are full of them.
  if (tag === 'span' && written === '') return THROUGH;
  const leave = out.enterSurface(look.surface);
  out.inline(`<${tag}${written}>`);
  return {
    after: () => {
      leave();
      out.inline(`</${tag}>`);
    },
  };
}

const as =
  (tag: string, style = ''): Rule =>
  (element, out) =>
    inlineStep(element, out, tag, style);

const isString = (node: Node): node is string => typeof node === 'string';
const holdsRun = (nodes: readonly Node[]): boolean => nodes.some((node) => isString(node) && /\t| {2}|^ | $/.test(node));

/** True when blanks stand in a row or at an end of code, by itself or in an element in it, as highlighting writes it. */
const hasBlanksToKeep = ({ children }: Element): boolean =>
  holdsRun(children) || children.some((child) => !isString(child) && holdsRun(child.children));

/** Blanks that are kept; Outlook knows only the second of these. */
const KEEP_BLANKS = 'white-space:pre-wrap;mso-spacerun:yes';

/** Text in fixed width on a shade, its blanks as they are. */
const shaded =
  (background: string, style: string): Rule =>
  (element, out) => {
    if (out.place.verbatim) return THROUGH;
    const paint = out.palette.paint(out.place.surface, { background });
    const keepsBlanks = hasBlanksToKeep(element);
    const leave = out.enter({ surface: paint.surface, keepsBlanks });
    const look = { ...appearanceOf(element, out), style: paint.style, className: paint.className };
    out.inline(`<code${tagAttributes(look, keepsBlanks ? `${style};${KEEP_BLANKS}` : style)}>`);
    return {
      after: () => {
        leave();
        out.inline('</code>');
      },
    };
  };

/** Text in fixed width inside a line. */
export const CODE_STYLE = `font-family:${MONOSPACE};font-size:.9em;padding:1px 4px;border-radius:3px`;
const code = shaded('#f1f2f4', CODE_STYLE);

const quoted: Rule = (_element, out) => {
  out.say(out.input.language === 'de' ? '„' : '“');
  return { after: () => out.say(out.input.language === 'de' ? '“' : '”') };
};

export const inlineRules: Readonly<Record<string, Rule>> = {
  span: as('span'),
  font: as('span'),
  strong: as('strong'),
  b: as('b'),
  em: as('em'),
  i: as('i'),
  u: as('u'),
  s: as('s'),
  strike: as('s'),
  del: as('del', 'text-decoration:line-through'),
  ins: as('ins'),
  small: as('small'),
  big: as('span', 'font-size:18px'),
  cite: as('em'),
  dfn: as('em'),
  var: as('em'),
  sub: as('sub'),
  sup: as('sup'),
  bdi: as('bdi'),
  bdo: as('span'),
  mark: (element, out) => {
    const paint = out.palette.paint(out.place.surface, { background: '#fff0b3' });
    const leave = out.enter({ surface: paint.surface });
    out.inline(`<span${tagAttributes({ ...appearanceOf(element, out), style: paint.style, className: paint.className })}>`);
    return {
      after: () => {
        leave();
        out.inline('</span>');
      },
    };
  },
  /** Markup of ours, put before text of the page. */
  '#icon': (element, out) => {
    out.inline(element.attributes.get('html') ?? '');
    return SKIP;
  },
  q: quoted,
  code,
  kbd: code,
  samp: code,
  tt: code,
  abbr: (element, out) => inlineStep(element, out, 'span', '', { title: element.attributes.get('title')?.slice(0, 200) }),
  br: (_element, out) => {
    out.block(out.place.verbatim ? '\n' : '<br>');
    out.text.lineBreak();
    return SKIP;
  },
  wbr: (_element, out) => {
    out.inline('<wbr>');
    return SKIP;
  },
  // The brackets are ours, so that there is one pair, also in programs that know no ruby and drop its tags.
  rp: () => SKIP,
  rt: (element, out) => {
    if (isEmpty(element)) return SKIP;
    out.text.inline('(');
    out.inline('<rp>(</rp><rt>');
    return {
      after: () => {
        out.text.inline(')');
        out.inline('</rt><rp>)</rp>');
      },
    };
  },
  rtc: () => THROUGH,
  rb: () => THROUGH,
  ruby: as('ruby'),
};
