import { CODE_STYLE } from '#mail/render/elements/inline';
import { escapeText } from '#mail/render/escape';
import { attributes, type Rendering, type Rule, SKIP, type Step } from '#mail/render/rendering';
import { descendants, type Element, find, type Node, textOf } from '#mail/render/tree';

/** Elements of MathML between whose parts something has to be written for the formula to be read in a line. */
const JOINTS: Readonly<Record<string, readonly [before: string, between: string, after: string]>> = {
  mfrac: ['(', ')/(', ')'],
  msup: ['', '^', ''],
  msub: ['', '_', ''],
  msubsup: ['', '_', ''],
  msqrt: ['√(', '', ')'],
  mroot: ['√(', '; ', ')'],
  mover: ['', '^', ''],
  munder: ['', '_', ''],
  munderover: ['', '_', ''],
};

/** Characters of a formula's source that are shown. */
const MAX_SOURCE = 4000;

/** A formula as a line of text: its TeX where it brings that. */
function formula(math: Element): string {
  const annotation = find(math, ({ name, attributes: given }) => name === 'annotation' && /tex/i.test(given.get('encoding') ?? ''));
  if (annotation) return textOf(annotation, MAX_SOURCE);
  let text = '';
  const stack: { readonly nodes: readonly Node[]; at: number; readonly joint: readonly [string, string, string] | undefined }[] = [
    { nodes: math.children, at: 0, joint: undefined },
  ];
  for (let top = stack.at(-1); top && text.length < 4000; top = stack.at(-1)) {
    const node = top.nodes[top.at];
    top.at += 1;
    if (node === undefined) {
      stack.pop();
      text += top.joint?.[2] ?? '';
    } else if (typeof node === 'string') text += node.replace(/\s+/g, ' ');
    else if (node.name !== 'annotation' && node.name !== 'annotation-xml') {
      if (top.joint && top.nodes.slice(0, top.at - 1).some((before) => typeof before !== 'string')) text += top.joint[1];
      const joint = Object.hasOwn(JOINTS, node.name) ? JOINTS[node.name] : undefined;
      text += joint?.[0] ?? '';
      stack.push({ nodes: node.children, at: 0, joint });
    }
  }
  return text.trim();
}

/** Elements of MathML Core that are written, by themselves and without attributes that run or load anything. */
const MATHML: ReadonlySet<string> = new Set(
  'mrow mi mn mo mtext mspace ms mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd mpadded mphantom mstyle'.split(
    ' ',
  ),
);
/** What a formula holds beside itself. */
const BESIDE: ReadonlySet<string> = new Set(['annotation', 'annotation-xml', 'script', 'style', 'template', 'textarea', 'title', 'svg']);

/** A formula as MathML: only elements of the list, only text in them (MathML Core §2). */
function mathml(math: Element): string {
  const isBlock = math.attributes.get('display') === 'block';
  let markup = `<math${attributes({ xmlns: 'http://www.w3.org/1998/Math/MathML', display: isBlock ? 'block' : undefined })}>`;
  const stack: { readonly nodes: readonly Node[]; at: number; readonly end: string }[] = [{ nodes: math.children, at: 0, end: '</math>' }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const node = top.nodes[top.at];
    top.at += 1;
    if (node === undefined) {
      stack.pop();
      markup += top.end;
    } else if (typeof node === 'string') markup += escapeText(node.trim());
    else if (!BESIDE.has(node.name)) {
      const isKnown = MATHML.has(node.name);
      markup += isKnown ? `<${node.name}>` : '';
      stack.push({ nodes: node.children, at: 0, end: isKnown ? `</${node.name}>` : '' });
    }
  }
  return markup;
}

/** Style of programs that show MathML: there it stands in place of the source. */
export const FORMULA_STYLE = '@supports (math-style:normal){.n{display:none!important}.o{display:inline!important}}';

/** A formula's source as code, and behind it the formula itself for programs that can show it. */
function writeFormula(source: string, out: Rendering, math = ''): Step {
  if (source === '') return SKIP;
  const leave = out.enter({ keepsBlanks: false });
  out.inline(`<span${attributes({ class: math === '' ? undefined : 'n', style: CODE_STYLE.replace(/;font-size[^;]*/, '') })}>`);
  out.say(source);
  out.inline('</span>');
  leave();
  if (math !== '') {
    out.hasMathml = true;
    out.inline(`<span class="o" style="display:none;mso-hide:all">${math}</span>`);
  }
  return SKIP;
}

const math: Rule = (element, out) => writeFormula(element.attributes.get('alttext')?.trim() || formula(element), out, mathml(element));

/** Attributes in which apps keep the source of a formula that they draw. */
const SOURCES = ['data-latex', 'data-tex', 'data-formula', 'data-equation', 'data-math', 'data-expression'] as const;

/** The source of a formula as an element's attributes give it. */
const sourceOf = (element: Element): string | undefined =>
  SOURCES.map((name) => element.attributes.get(name)?.trim()).find((source) => source !== undefined && source !== '');

const isTexScript = ({ name, attributes: given }: Element): boolean => name === 'script' && /^math\/tex\b/i.test(given.get('type') ?? '');
const scriptText = (script: Element): string =>
  script.children
    .filter((child) => typeof child === 'string')
    .join('')
    .replace(/<!\[CDATA\[|\]\]>|%\s*$/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_SOURCE);

/** A letter as MathJax writes it into its output: `data-c="1D465"` in drawings, `class="mjx-c1D465"` in text. */
function glyph({ attributes: given, classes }: Element): string {
  const hex = given.get('data-c') ?? classes.map((name) => /^mjx-c([0-9A-F]{1,6})$/.exec(name)?.[1]).find((found) => found !== undefined);
  const code = hex !== undefined && /^[0-9A-F]{1,6}$/i.test(hex) ? Number.parseInt(hex, 16) : 0;
  return code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code).normalize('NFKC') : '';
}

/** The letters of a formula that was drawn, in a line. */
function glyphs(element: Element): string {
  let text = '';
  for (const each of descendants(element)) {
    text += glyph(each);
    if (text.length >= MAX_SOURCE) break;
  }
  return text;
}

/** A formula that MathJax has drawn: the MathML or source beside the drawing, else its letters. */
const drawn: Rule = (element, out) => {
  const inside = find(element, ({ name }) => name === 'math', 2000);
  const script = find(element, isTexScript, 2000);
  // MathJax 2 keeps the source in a script behind its drawing, later versions keep none.
  out.hasDrawnFormula = element.name !== 'mjx-container';
  if (inside) return { content: [inside] };
  const source = (script && scriptText(script)) ?? sourceOf(element) ?? element.attributes.get('aria-label')?.trim();
  return writeFormula(source || glyphs(element) || textOf(element, MAX_SOURCE), out);
};

/** Source that a script was to draw; what it has drawn already stands before it. */
const script: Rule = (element, out) => {
  if (!isTexScript(element) || out.hasDrawnFormula) {
    out.hasDrawnFormula = false;
    return SKIP;
  }
  return writeFormula(scriptText(element), out);
};

/** A macro or an app's element that only holds a formula's source. Undefined where it shows something itself. */
export function formulaMacro(element: Element, out: Rendering): Step | undefined {
  const tex = find(element, isTexScript, 50);
  const holder = sourceOf(element) === undefined ? find(element, (each) => sourceOf(each) !== undefined, 50) : element;
  const source = (tex && scriptText(tex)) || (holder && sourceOf(holder));
  return source ? writeFormula(source, out) : undefined;
}

/** A drawing that is a formula. */
export const formulaDrawing = (svg: Element, out: Rendering): Step | undefined => {
  const text = sourceOf(svg) ?? glyphs(svg);
  return text === '' ? undefined : writeFormula(text, out);
};

const preview: Rule = () => SKIP;

export const formulaRules: Readonly<Record<string, Rule>> = { math, script, 'mjx-container': drawn };
export const formulaClasses: Readonly<Record<string, Rule>> = {
  MathJax: drawn,
  MathJax_SVG: drawn,
  MathJax_CHTML: drawn,
  MathJax_Display: (element, out) =>
    find(element, (each) => each.classes.some((name) => /^MathJax(?:_SVG|_CHTML)?$/.test(name))) ? undefined : drawn(element, out),
  MathJax_Preview: preview,
};
