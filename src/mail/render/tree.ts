import { parseDeclarations } from '#mail/render/css';

/** Nodes of a parsed page. Text is a plain string; entities are decoded. */
export type Node = Element | string;

/** Attributes of an element, their names in lower case. A list: few elements have more than five, and no map is built for each. */
export class Attributes {
  readonly #pairs: readonly string[];

  /** Names and values in turn. */
  constructor(pairs: readonly string[] = []) {
    this.#pairs = pairs;
  }

  get size(): number {
    return this.#pairs.length / 2;
  }

  get(name: string): string | undefined {
    const pairs = this.#pairs;
    for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === name) return pairs[at + 1];
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }
}

const NO_ATTRIBUTES = new Attributes();
const NO_CLASSES: readonly string[] = [];
const NO_NODES: readonly Node[] = [];
const NO_STYLE: ReadonlyMap<string, string> = new Map();

/** What elements of one page share: the same class and style attributes occur again and again. */
export class Shared {
  readonly #classes = new Map<string, readonly string[]>();
  readonly #styles = new Map<string, ReadonlyMap<string, string>>();

  classes(attribute: string): readonly string[] {
    const known = this.#classes.get(attribute);
    if (known) return known;
    const made = attribute.split(/\s+/).filter(Boolean);
    if (this.#classes.size < 1000) this.#classes.set(attribute, made);
    return made;
  }

  style(attribute: string): ReadonlyMap<string, string> {
    const known = this.#styles.get(attribute);
    if (known) return known;
    const made = parseDeclarations(attribute);
    if (this.#styles.size < 1000) this.#styles.set(attribute, made);
    return made;
  }
}

/** An element as parsed, its name in lower case. */
export class Element {
  readonly name: string;
  readonly attributes: Attributes;
  /** Some text below may belong to an address with a credential. */
  isSuspect = false;
  #children: Node[] | undefined;
  readonly #shared: Shared;

  constructor(name: string, attributes: Attributes = NO_ATTRIBUTES, shared: Shared = new Shared()) {
    this.name = name;
    this.attributes = attributes;
    this.#shared = shared;
  }

  get classes(): readonly string[] {
    const attribute = this.attributes.get('class');
    return attribute === undefined ? NO_CLASSES : this.#shared.classes(attribute);
  }

  /** Its `style` attribute, by property. */
  get css(): ReadonlyMap<string, string> {
    const attribute = this.attributes.get('style');
    return attribute === undefined ? NO_STYLE : this.#shared.style(attribute);
  }

  hasClass(name: string): boolean {
    return this.classes.includes(name);
  }

  get children(): readonly Node[] {
    return this.#children ?? NO_NODES;
  }

  /** Most elements have one child: an array made with it takes no more room than that. */
  append(node: Node): void {
    const children = this.#children;
    if (!children) {
      this.#children = [node];
      return;
    }
    const last = children.length - 1;
    const before = children[last];
    if (typeof node === 'string' && typeof before === 'string') children[last] = before + node;
    else children.push(node);
  }

  /** Puts another text in the place of the one at this index. */
  setText(at: number, text: string): void {
    if (this.#children && typeof this.#children[at] === 'string') this.#children[at] = text;
  }
}

/** An element of our own making, to hand parts of a macro to another rule. */
export function element(name: string, children: readonly Node[], attributes?: Readonly<Record<string, string | undefined>>): Element {
  const pairs = Object.entries(attributes ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [key, value]));
  const made = new Element(name, new Attributes(pairs));
  for (const child of children) made.append(child);
  return made;
}

/** True for text that shows nothing. A no-break space does show. */
export const isBlank = (node: Node | undefined): boolean => typeof node === 'string' && !/[^ \t\r\n\f]/.test(node);

/** The children that show something by themselves: elements, and text that is not blank. */
export const solidChildren = (parent: Element): Node[] => parent.children.filter((child) => !isBlank(child));

/** The last of them. */
export const lastSolid = (parent: Element): Node | undefined => parent.children.findLast((child) => !isBlank(child));

export const isEmpty = (parent: Element): boolean => parent.children.every(isBlank);

/** Every element below (not `from` itself), in document order, without recursion. `enter` says false to leave an element's content out. */
export function* descendants(from: Element, enter: (element: Element) => boolean = () => true): Generator<Element> {
  const stack: { readonly children: readonly Node[]; at: number }[] = [{ children: from.children, at: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const child = top.children[top.at];
    top.at += 1;
    if (child === undefined) stack.pop();
    else if (typeof child !== 'string') {
      yield child;
      if (enter(child)) stack.push({ children: child.children, at: 0 });
    }
  }
}

/** The first element below that fits. Looks at no more than `limit` elements, so that asking stays cheap for any page. */
export function find(from: Element, fits: (element: Element) => boolean, limit = 200): Element | undefined {
  let seen = 0;
  for (const each of descendants(from)) {
    if (fits(each)) return each;
    seen += 1;
    if (seen >= limit) return undefined;
  }
  return undefined;
}

/** Elements whose text does not run on from what is before. */
const PARTED: ReadonlySet<string> = new Set('p,div,li,td,th,h1,h2,h3,h4,h5,h6,dt,dd'.split(','));

/** The text below, blanks collapsed, at most `limit` characters. */
export function textOf(from: Element, limit = 2000): string {
  let text = '';
  const stack: { readonly children: readonly Node[]; at: number }[] = [{ children: from.children, at: 0 }];
  for (let top = stack.at(-1); top && text.length < limit; top = stack.at(-1)) {
    const child = top.children[top.at];
    top.at += 1;
    if (child === undefined) stack.pop();
    else if (typeof child === 'string') text += text === '' ? child.trimStart() : child;
    else if (child.name === 'br') text += ' ';
    else if (!TEXTLESS.has(child.name)) {
      if (text !== '' && PARTED.has(child.name)) text += ' ';
      stack.push({ children: child.children, at: 0 });
    }
  }
  return text.slice(0, limit).replace(/\s+/g, ' ').trim();
}

/** Elements whose text is never part of the page. */
export const TEXTLESS: ReadonlySet<string> = new Set(
  'script,style,template,noscript,title,head,textarea,select,datalist,object,applet,svg,noembed,noframes,iframe,canvas,audio,video'.split(
    ',',
  ),
);
