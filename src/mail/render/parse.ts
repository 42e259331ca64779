import { SUSPECT, SUSPECT_CHARS } from '#mail/render/credential-text';
import { withoutCredentials } from '#mail/render/credentials';
import { type TokenSink, tokenize } from '#mail/render/tokens';
import { Attributes, Element, Shared } from '#mail/render/tree';

/** Elements that tell something about others, in their order. */
export interface Notes {
  readonly styles: Element[];
  /** Links to an anchor. */
  readonly links: Element[];
  /** What a link may lead to. */
  readonly named: Element[];
  /** Headings with an id, of a page that asks for a table of contents of them. */
  readonly headings: Element[];
  /** Some element is marked as a node of the new editor. */
  hasNodes: boolean;
}

export interface ParsedPage {
  readonly root: Element;
  readonly notes: Notes;
}

/**
 * HTML text to a tree, in time linear in its length for any input. The tree is built here because every tree builder at hand looks
 * through its whole stack of open elements at each tag, which hostile nesting turns quadratic.
 * Follows the HTML standard's tree construction (§13.2.6) where that matters for what is shown: implied end tags, scopes of tables and
 * cells, implied rows, content misplaced in tables going before them. A self-closed tag is closed, as Confluence writes XHTML.
 */
export function parse(html: string): ParsedPage {
  const builder = new TreeBuilder(html.toWellFormed());
  tokenize(builder.source, builder);
  builder.end();
  return { root: builder.root, notes: builder.notes };
}

/** Elements nested deeper than this keep their text and lose their tags; browsers stop at 512. */
const MAX_DEPTH = 250;

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));
/** Gives for a name cut out of the page the same string each time: comparing and looking up one that is shared is much faster. */
const same = (names: string): ReadonlyMap<string, string> => new Map(names.split(' ').map((name) => [name, name]));
/** The elements that pages are full of. */
const FREQUENT = same(
  'a b br blockquote code col colgroup div em figure h1 h2 h3 h4 h5 h6 hr i img li ol p pre section span strong style sub sup table tbody td tfoot th thead time tr u ul',
);
const shared = (name: string): string => FREQUENT.get(name) ?? name;
const VOID = set(
  'area base basefont br col command embed frame hr img input keygen link meta param source track wbr ri:page ri:attachment ri:user ri:url',
);
/** The attributes that some rule asks for; the others, of which Confluence writes many, are not kept. */
const WANTED = same(
  'data-node-type data-prosemirror-node-name data-panel-type data-inline-card data-block-card data-embed-card data-mention-id data-emoji-short-name data-layout-section data-layout-column ' +
    'data-headerelements data-structure data-numberedoutline data-task-state data-decision-state data-panel-color data-panel-icon-text data-title data-color data-timestamp data-emoji-text data-text data-short-name data-file-name data-alt data-card-url data-url data-column-width data-extension-title data-extension-key ' +
    'id name class style href src alt title width height lang xml:lang dir align valign color bgcolor colspan rowspan span start reversed value type checked hidden role aria-label aria-labelledby aria-controls aria-hidden datetime max alttext encoding data scope ' +
    'data-src data-latex data-tex data-formula data-equation data-math data-expression data-c display data-language data-highlight-colour data-background-custom-color data-colorid data-layout data-table-width data-width data-height data-image-src data-card-appearance data-emoji-id data-emoji-fallback ' +
    'data-emoji-shortname data-emoticon-name data-linked-resource-id data-linked-resource-type data-linked-resource-container-id data-linked-resource-default-alias data-syntaxhighlighter-params data-macro-name data-macro-title ' +
    'data-hasbody data-datasource data-jql data-jira-key key ac:name ac:type ac:width ac:alt ac:anchor ac:emoji-id ac:emoji-fallback ac:emoji-shortname ri:filename ri:value ri:content-title',
);
/** Attributes that are no words: addresses, which are judged where they are used, and what is never shown. */
const WORDLESS: ReadonlySet<string> = new Set(
  'id class style href src data data-src data-image-src data-card-url data-url ri:value'.split(' '),
);
/** Those that mark a node of the new editor. */
const NODE_ATTRIBUTES = set(
  'data-node-type data-prosemirror-node-name data-panel-type data-inline-card data-block-card data-embed-card data-mention-id data-emoji-short-name data-layout-section data-layout-column',
);
const CLOSES_PARAGRAPH = set(
  'address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search section summary table ul xmp',
);
const HEADINGS = set('h1 h2 h3 h4 h5 h6');
const SECTIONS = set('thead tbody tfoot');
const TABLE_PARTS = set('caption colgroup col thead tbody tfoot tr td th');
const LISTS = set('ul ol menu dir dl');
const ITEMS = set('li dd dt');
/** A cell outside any table: its content stays, as a block. */
const STRAY_CELL = '#cell';
const BLOCK_END = /^(?:p|div|li|h[1-6]|tr|table|ul|ol|pre|blockquote|section|td|th|dd|dt)$/;

interface Open {
  readonly name: string;
  /** Where children go. Of an element that is nested too deep: its nearest ancestor's. */
  readonly target: Element;
  /** Of a table: stands where the table was opened and gets what is misplaced in it; the table itself follows when it closes. */
  readonly around?: Element;
}

/** The elements between which end tags match: a table, a cell, or the page. */
interface Scope {
  kind: 'page' | 'table' | 'cell';
  /** Index of its first element in the stack. */
  base: number;
  /** How many of each name are open in this scope. */
  readonly counts: Map<string, number>;
  /** For each open list (and the scope itself): index of its open item, or -1. */
  readonly items: number[];
}

const newScope = (kind: Scope['kind'], base: number): Scope => ({ kind, base, counts: new Map(), items: [-1] });

class TreeBuilder implements TokenSink {
  readonly source: string;
  readonly root = new Element('#page');
  readonly notes: Notes = { styles: [], links: [], named: [], headings: [], hasNodes: false };
  #stack: Open[] = [];
  #scope = newScope('page', 0);
  /** Those around it, and those that have ended: nothing is open in them, so that they can be used again. */
  readonly #outer: Scope[] = [];
  readonly #ended: Scope[] = [];
  readonly #shared = new Shared();
  readonly #hasToc: boolean;
  #foreign = 0;
  /** The last letters of the texts so far. */
  #before = '';
  /** Name of the self-closed script or style whose text is being passed over. */
  #passing: string | undefined;
  /** Where the next end tag and start tag of scripts and styles were last found. */
  #found = new Map<string, number>();

  constructor(source: string) {
    this.source = source;
    this.#hasToc = source.includes('client-side-toc-macro');
  }

  get #target(): Element {
    return this.#stack.at(-1)?.target ?? this.root;
  }

  get #topName(): string {
    return this.#stack.at(-1)?.name ?? '';
  }

  // --- tokens -----------------------------------------------------------------------------------------------------
  text(text: string): void {
    if (this.#passing === undefined) this.#text(text);
  }
  /** Confluence's own markup keeps the text of code and links in CDATA, which elsewhere in HTML is a comment (§13.2.5.42). */
  cdata(text: string): void {
    if (this.#passing === undefined && (this.#foreign > 0 || this.#topName.startsWith('ac:'))) this.#text(text);
  }
  isForeign(): boolean {
    return this.#foreign > 0;
  }
  tagName(written: string): string {
    const known = FREQUENT.get(written);
    if (known !== undefined) return known;
    const name = written.toLowerCase();
    return name === 'image' ? 'img' : shared(name);
  }
  attributeName(written: string): string | undefined {
    const name = WANTED.get(written) ?? WANTED.get(written.toLowerCase());
    if (name !== undefined && NODE_ATTRIBUTES.has(name)) this.notes.hasNodes = true;
    return name;
  }
  attributes(pairs: readonly string[]): Attributes {
    return new Attributes(pairs.map((text, at) => (at % 2 === 0 || WORDLESS.has(pairs[at - 1] ?? '') ? text : withoutCredentials(text))));
  }
  startTag(name: string, attributes: Attributes | undefined, isSelfClosed: boolean, at: number): void {
    if (this.#passing !== undefined) return;
    if (isSelfClosed && (name === 'script' || name === 'style') && this.#isEndedLater(name, at)) this.#passing = name;
    else this.#open(name, attributes, isSelfClosed);
  }
  endTag(name: string): void {
    if (this.#passing === undefined) this.#close(name);
    else if (this.#passing === name) this.#passing = undefined;
  }
  end(): void {
    this.#popTo(0);
  }

  /** True when an end tag of this name comes before the next start tag: then the slash was written in vain, as HTML reads it. */
  #isEndedLater(name: string, from: number): boolean {
    const end = this.#next(`</${name}`, from);
    const start = this.#next(`<${name}`, from);
    return end >= 0 && (start < 0 || end < start);
  }

  /** Index of the next `text` (in lower case or upper case); remembers it, so that asking often stays linear. */
  #next(text: string, from: number): number {
    const known = this.#found.get(text);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    const [lower, upper] = [this.source.indexOf(text, from), this.source.indexOf(text.toUpperCase(), from)];
    const found = lower < 0 ? upper : upper < 0 ? lower : Math.min(lower, upper);
    this.#found.set(text, found);
    return found;
  }

  // --- tree -------------------------------------------------------------------------------------------------------
  #text(text: string): void {
    this.#suspect(text);
    if (this.#scope.kind !== 'table') this.#target.append(text);
    else if (/[^ \t\r\n\f]/.test(text)) (this.#misplaced() ?? this.#target).append(text);
  }

  /** Marks what is open where the text may belong to an address with a credential, by itself or with what stood before it. */
  #suspect(text: string): void {
    const isSuspect = SUSPECT.test(text) || SUSPECT.test(this.#before + text.slice(0, SUSPECT_CHARS));
    this.#before = (text.length < SUSPECT_CHARS ? this.#before + text : text).slice(-SUSPECT_CHARS);
    // What is misplaced in a table joins what was misplaced there long before.
    if (!isSuspect && this.#scope.kind !== 'table') return;
    for (let at = this.#stack.length - 1; at >= 0; at -= 1) {
      const open = this.#stack[at];
      if (!open || open.target.isSuspect) return;
      open.target.isSuspect = true;
      if (open.around) open.around.isSuspect = true;
    }
    this.root.isSuspect = true;
  }

  /** Where content goes that stands in a table but in no cell. */
  #misplaced(): Element | undefined {
    const top = this.#stack.at(-1);
    if (this.#scope.kind !== 'table' || !top) return undefined;
    return top.name === 'caption' || !(TABLE_PARTS.has(top.name) || top.name === 'table')
      ? top.target
      : this.#stack[this.#scope.base]?.around;
  }

  #open(name: string, attributes: Attributes | undefined, closed: boolean): void {
    let tag = name;
    if (TABLE_PARTS.has(name)) {
      if (!this.#prepareTablePart(name)) tag = name === 'td' || name === 'th' ? STRAY_CELL : '';
      if (tag === '') return;
    } else if (name === 'table' && this.#scope.kind === 'table' && this.#misplaced() === this.#stack[this.#scope.base]?.around)
      this.#close('table');
    if (CLOSES_PARAGRAPH.has(tag) && this.#isOpen('p')) this.#popName('p');
    if (HEADINGS.has(tag) && HEADINGS.has(this.#topName)) this.#popName(this.#topName);
    if (ITEMS.has(tag)) this.#closeItem();
    if (tag === 'a' && this.#topName === 'a') this.#popName('a');
    if (tag === 'option' && this.#topName === 'option') this.#popName('option');
    const made = new Element(tag, attributes, this.#shared);
    if (attributes || tag === 'style') this.#note(made);
    this.#push(tag, made, closed || VOID.has(tag));
  }

  /** Puts aside what has to be known before the first element is written. */
  #note(made: Element): void {
    if (made.name === 'style') this.notes.styles.push(made);
    else if (made.name === 'a' && made.attributes.get('href')?.includes('#')) this.notes.links.push(made);
    if (made.attributes.has('id') || made.attributes.has('name')) {
      this.notes.named.push(made);
      if (this.#hasToc && HEADINGS.has(made.name)) this.notes.headings.push(made);
    }
  }

  #push(name: string, made: Element, leaf: boolean): void {
    const parent = TABLE_PARTS.has(name) ? this.#target : (this.#misplaced() ?? this.#target);
    if (this.#stack.length >= MAX_DEPTH && !leaf) {
      if (BLOCK_END.test(name)) parent.append(' ');
      this.#track(name, { name, target: parent });
      return;
    }
    const around = name === 'table' && !leaf ? new Element('#fragment') : undefined;
    if (around || !(name === 'table' && leaf)) parent.append(around ?? made);
    if (!leaf) this.#track(name, around ? { name, target: made, around } : { name, target: made });
  }

  #enterScope(kind: Scope['kind']): void {
    this.#outer.push(this.#scope);
    const scope = this.#ended.pop() ?? newScope(kind, 0);
    scope.kind = kind;
    scope.base = this.#stack.length;
    this.#scope = scope;
  }

  #leaveScope(): void {
    const outer = this.#outer.pop();
    if (!outer) return;
    this.#scope.items.length = 1;
    this.#scope.items[0] = -1;
    this.#ended.push(this.#scope);
    this.#scope = outer;
  }

  #track(name: string, open: Open): void {
    if (name === 'table') this.#enterScope('table');
    const { counts, items } = this.#scope;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (LISTS.has(name)) items.push(-1);
    if (ITEMS.has(name)) items[items.length - 1] = this.#stack.length;
    if (name === 'svg' || name === 'math') this.#foreign += 1;
    this.#stack.push(open);
    if (name === 'td' || name === 'th') this.#enterScope('cell');
  }

  #isOpen(name: string): boolean {
    return (this.#scope.counts.get(name) ?? 0) > 0;
  }

  /** Takes the last element off. A scope ends with the element that began it. */
  #pop(): void {
    const length = this.#stack.length;
    if (this.#scope.kind === 'cell' && this.#scope.base === length) this.#leaveScope();
    const open = this.#stack.pop();
    if (!open) return;
    const { counts, items, kind, base } = this.#scope;
    counts.set(open.name, (counts.get(open.name) ?? 1) - 1);
    if (LISTS.has(open.name) && items.length > 1) items.pop();
    if (ITEMS.has(open.name) && items.at(-1) === length - 1) items[items.length - 1] = -1;
    if (open.name === 'svg' || open.name === 'math') this.#foreign -= 1;
    if (kind === 'table' && base === length - 1) {
      this.#leaveScope();
      open.around?.append(open.target);
    } else if (this.#stack.length >= MAX_DEPTH && BLOCK_END.test(open.name)) open.target.append(' ');
  }

  #popTo(length: number): void {
    while (this.#stack.length > length) this.#pop();
  }

  /** Closes the innermost open element of this name and all in it; it must be open in the scope. */
  #popName(name: string): void {
    const count = this.#scope.counts.get(name) ?? 0;
    const { counts } = this.#scope;
    while (this.#stack.length > 0 && (counts.get(name) ?? 0) >= count) this.#pop();
  }

  #closeItem(): void {
    const index = this.#scope.items.at(-1) ?? -1;
    if (index >= 0) this.#popTo(index);
  }

  /** Ends the open cell, if this is one, so that the scope is its table's. */
  #leaveCell(): boolean {
    if (this.#scope.kind !== 'cell') return false;
    this.#popTo(this.#scope.base - 1);
    return true;
  }

  /** Closes and opens what must be around a part of a table; false when there is no table. */
  #prepareTablePart(name: string): boolean {
    if (this.#scope.kind === 'cell') this.#leaveCell();
    if (this.#scope.kind !== 'table') return false;
    while (this.#stack.length - 1 > this.#scope.base && !TABLE_PARTS.has(this.#topName)) this.#pop();
    const isCell = name === 'td' || name === 'th';
    if (this.#isOpen('caption')) this.#popName('caption');
    if (this.#isOpen('colgroup') && name !== 'col') this.#popName('colgroup');
    if (!isCell && name !== 'col' && this.#isOpen('tr')) this.#popName('tr');
    if (SECTIONS.has(name) || name === 'caption' || name === 'colgroup') {
      for (const section of SECTIONS) if (this.#isOpen(section)) this.#popName(section);
    }
    const inRow = this.#topName === 'tr';
    if (isCell && !inRow) {
      if (this.#isOpen('tr')) this.#popToName('tr');
      else this.#push('tr', new Element('tr'), false);
    }
    return true;
  }

  /** Closes what is open inside the innermost element of this name, which must be open in the scope. */
  #popToName(name: string): void {
    while (this.#stack.length > this.#scope.base && this.#topName !== name) this.#pop();
  }

  #close(name: string): void {
    if (VOID.has(name)) {
      if (name === 'br') this.#open('br', undefined, true);
      return;
    }
    if (name === 'table' || TABLE_PARTS.has(name)) this.#closeTablePart(name);
    else if (this.#isOpen(name)) this.#popName(name);
    else if (name === 'p') this.#open('p', undefined, true);
  }

  #closeTablePart(name: string): void {
    const isCell = name === 'td' || name === 'th';
    if (isCell) {
      if (this.#isOpen(STRAY_CELL)) this.#popName(STRAY_CELL);
      else this.#leaveCell();
      return;
    }
    if (this.#scope.kind === 'cell') this.#leaveCell();
    if (this.#scope.kind === 'table' && this.#isOpen(name)) this.#popName(name);
  }
}
