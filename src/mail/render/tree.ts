/** Nodes of a parsed page. Text is a plain string; entities are decoded. */
export type Node = Element | string;

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** An element as parsed, its name and its attributes' names in lower case. */
export class Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Node[] = [];
  parent: Element | undefined;
  #classes: readonly string[] | undefined;

  constructor(name: string, attributes: ReadonlyMap<string, string> = NO_ATTRIBUTES) {
    this.name = name;
    this.attributes = attributes;
  }

  get classes(): readonly string[] {
    this.#classes ??= this.attributes.get('class')?.split(/\s+/).filter(Boolean) ?? [];
    return this.#classes;
  }

  hasClass(name: string): boolean {
    return this.classes.includes(name);
  }

  append(node: Node): void {
    const last = this.children.length - 1;
    const before = this.children[last];
    if (typeof node !== 'string') {
      node.parent = this;
      this.children.push(node);
    } else if (typeof before === 'string') this.children[last] = before + node;
    else this.children.push(node);
  }
}

/** An element of our own making, to hand parts of a macro to another rule. */
export function element(name: string, children: readonly Node[], attributes?: Readonly<Record<string, string>>): Element {
  const made = new Element(name, attributes ? new Map(Object.entries(attributes)) : undefined);
  for (const child of children) made.children.push(child);
  return made;
}

/** True for text that shows nothing. A no-break space does show. */
export const isBlank = (node: Node | undefined): boolean => typeof node === 'string' && !/[^ \t\r\n\f]/.test(node);

/** The children that show something by themselves: elements, and text that is not blank. */
export const solidChildren = (parent: Element): Node[] => parent.children.filter((child) => !isBlank(child));

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

/** The text below, blanks collapsed, at most `limit` characters. */
export function textOf(from: Element, limit = 2000): string {
  let text = '';
  const stack: { readonly children: readonly Node[]; at: number }[] = [{ children: from.children, at: 0 }];
  for (let top = stack.at(-1); top && text.length < limit; top = stack.at(-1)) {
    const child = top.children[top.at];
    top.at += 1;
    if (child === undefined) stack.pop();
    else if (typeof child === 'string') text += child;
    else if (child.name === 'br') text += ' ';
    else if (!TEXTLESS.has(child.name)) stack.push({ children: child.children, at: 0 });
  }
  return text.slice(0, limit).replace(/\s+/g, ' ').trim();
}

/** Elements whose text is never part of the page. */
export const TEXTLESS: ReadonlySet<string> = new Set(
  'script,style,template,noscript,title,head,textarea,select,datalist,object,applet,svg,noembed,noframes,iframe,canvas,audio,video'.split(
    ',',
  ),
);
