import { emojiOf } from '#mail/render/emoji';
import { LOZENGES } from '#mail/render/macros/lozenge';
import { type Rule, SKIP, THROUGH } from '#mail/render/rendering';
import { type Element, find, isBlank, element as makeElement, type Node, textOf } from '#mail/render/tree';

/**
 * Nodes of the new editor as its own renderer and serialiser write them, told by data attributes rather than classes (Atlassian
 * Document Format). Each becomes the rendered form that the macros' rules know.
 */

const isElement = (node: Node): node is Element => typeof node !== 'string';
const attribute = (element: Element, ...names: readonly string[]): string | undefined =>
  names.map((name) => element.attributes.get(name)).find((value) => value !== undefined && value !== '');

const MARKERS: ReadonlySet<string> = new Set(['span', 'div', 'i', 'label', 'input', 'svg', 'path']);
const isPartOfMarker = (element: Element): boolean => MARKERS.has(element.name) && kindOf(element) === undefined;

/** An icon or checkbox that stands for the state the attributes tell: nothing is to be read or seen in it but that. */
const isMarker = (node: Node): boolean =>
  isElement(node) && isPartOfMarker(node) && textOf(node, 10) === '' && find(node, (each) => !isPartOfMarker(each), 10) === undefined;

/** What a node holds beside its marker, without the box around it. */
function contentOf(element: Element): readonly Node[] {
  const content = element.children.filter((child) => !isMarker(child));
  const [only, ...others] = content.filter((child) => !isBlank(child));
  return only && isElement(only) && others.length === 0 && only.name === 'div' ? only.children : content;
}

/** A list whose items are elements with `state`; others in it, such as lists below an item, stay as they are. */
const list =
  (className: string, state: string): Rule =>
  (element) => {
    const items = element.children.map((child) => {
      if (!isElement(child) || !child.attributes.has(state)) return child;
      return makeElement('li', contentOf(child), child.attributes.get(state) === 'DONE' ? { class: 'checked' } : {});
    });
    return { content: [makeElement('ul', items, { class: className })] };
  };

const PANELS: Readonly<Record<string, string>> = {
  info: 'information',
  note: 'memo',
  tip: 'tip',
  success: 'tip',
  warning: 'note',
  error: 'warning',
};

/** The icon before the first words. */
function withIcon(body: readonly Node[], icon: string): readonly Node[] {
  const [first, ...rest] = body.filter((child) => !isBlank(child));
  if (!first || !isElement(first) || first.name !== 'p') return [icon, ' ', ...body];
  return [makeElement('p', [icon, ' ', ...first.children]), ...rest];
}

const panel: Rule = (element) => {
  const content = find(element, (each) => each.hasClass('ak-editor-panel__content'), 10);
  const body = content ? content.children : contentOf(element);
  const kind = PANELS[element.attributes.get('data-panel-type') ?? ''];
  if (kind) {
    const inside = makeElement('div', body, { class: 'confluence-information-macro-body' });
    return { content: [makeElement('div', [inside], { class: `confluence-information-macro confluence-information-macro-${kind}` })] };
  }
  const color = element.attributes.get('data-panel-color');
  const icon = element.attributes.get('data-panel-icon-text');
  const style = color ? { style: `background-color:${color}` } : {};
  return { content: [makeElement('div', icon ? withIcon(body, icon) : body, { class: 'panel', ...style })] };
};

/** The content of an expand without the button and title above it, which the renderer writes and the serialiser does not. */
function withoutControl(element: Element, title: string): readonly Node[] {
  const first = element.children.find((child) => !isBlank(child));
  const isControl = first && isElement(first) && find(first, ({ name }) => name === 'button', 20) && textOf(first, 500) === title;
  return isControl ? element.children.filter((child) => child !== first) : element.children;
}

const expand: Rule = (element) => {
  const title = attribute(element, 'data-title') ?? '…';
  const control = makeElement('span', [title], { class: 'expand-control-text' });
  const content = makeElement('div', withoutControl(element, title), { class: 'expand-content' });
  return { content: [makeElement('div', [control, content], { class: 'expand-container' })] };
};

const status: Rule = (element) => ({
  content: [makeElement('span', element.children, { class: `aui-lozenge ${LOZENGES[attribute(element, 'data-color') ?? ''] ?? ''}` })],
});

const date: Rule = (element) => {
  const time = Number(attribute(element, 'data-timestamp'));
  const datetime = Math.abs(time) < 8e15 ? new Date(time).toISOString() : '';
  return { content: [makeElement('time', element.children, { datetime })] };
};

const mention: Rule = (element) => ({ content: [makeElement('a', element.children, { class: 'user-mention' })] });

const emoji: Rule = (element, out) => {
  if (element.name === 'img' || textOf(element, 10) !== '' || find(element, ({ name }) => name === 'img', 5)) return undefined;
  out.say(
    attribute(element, 'data-emoji-text', 'data-text') ??
      emojiOf(element) ??
      attribute(element, 'data-emoji-short-name', 'data-short-name') ??
      '',
  );
  return SKIP;
};

const IMAGE_FILE = /\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|avif|heic)$/i;

/** A picture or file without the element that shows it: only its name is known. */
const media: Rule = (element, out) => {
  if (find(element, ({ name }) => name === 'img' || name === 'video' || name === 'a', 20)) return undefined;
  const name = attribute(element, 'data-file-name', 'data-alt', 'alt') ?? '';
  if (name !== '' && !IMAGE_FILE.test(name) && element.attributes.has('data-file-name'))
    return { content: [makeElement('p', [makeElement('a', [`📎 ${name}`], { href: out.input.page.url })])] };
  const alt = attribute(element, 'data-alt', 'alt');
  return {
    content: [
      makeElement('img', [], {
        src: encodeURIComponent(name),
        'data-linked-resource-default-alias': name || undefined,
        alt,
        width: attribute(element, 'data-width'),
      }),
    ],
  };
};

const SIDES: Readonly<Record<string, string>> = { 'align-start': 'left', 'align-end': 'right', 'wrap-left': 'left', 'wrap-right': 'right' };

/** A picture that stands by itself, with its caption; in the middle unless it says otherwise. */
const mediaSingle: Rule = (element) => {
  const side = SIDES[attribute(element, 'data-layout') ?? ''] ?? 'center';
  return { content: [makeElement('div', element.children, { class: `image-${side}-wrapper` })] };
};

const card =
  (appearance: 'inline' | 'block'): Rule =>
  (element) => {
    const href = attribute(element, 'href', 'data-card-url', 'data-url');
    if (href === undefined) return THROUGH;
    return { content: [makeElement('a', element.children, { href, 'data-card-appearance': appearance })] };
  };

const section: Rule = (element) => {
  const columns = element.children.filter(isElement).filter((child) => kindOf(child) === 'layoutColumn');
  if (columns.length === 0) return undefined;
  const cells = columns.map((column) =>
    makeElement('div', column.children, {
      class: 'cell',
      'data-width': attribute(column, 'data-column-width'),
      style: attribute(column, 'style'),
    }),
  );
  return { content: [makeElement('div', cells, { class: 'columnLayout' })] };
};

const taskList = list('inline-task-list', 'data-task-state');
const RULES: Readonly<Record<string, Rule>> = {
  actionList: taskList,
  taskList,
  decisionList: list('decision-list', 'data-decision-state'),
  panel,
  expand,
  nestedExpand: expand,
  status,
  date,
  mention,
  emoji,
  media,
  mediaSingle,
  layoutSection: section,
  inlineCard: card('inline'),
  blockCard: card('block'),
  embedCard: card('block'),
  caption: (element) => ({ content: [makeElement('figcaption', element.children)] }),
  extension: (element) => {
    const name = attribute(element, 'data-extension-title', 'data-extension-key');
    return element.children.length > 0
      ? undefined
      : { content: [makeElement('div', [], { class: 'ap-container', 'data-macro-name': name })] };
  },
};

/** Attributes that tell the kind of a node by being there. */
const KINDS: Readonly<Record<string, string>> = {
  'data-panel-type': 'panel',
  'data-inline-card': 'inlineCard',
  'data-block-card': 'blockCard',
  'data-embed-card': 'embedCard',
  'data-mention-id': 'mention',
  'data-emoji-short-name': 'emoji',
  'data-layout-section': 'layoutSection',
  'data-layout-column': 'layoutColumn',
};

function kindOf(element: Element): string | undefined {
  const named = attribute(element, 'data-node-type', 'data-prosemirror-node-name');
  if (named !== undefined) return named;
  for (const name in KINDS) if (element.attributes.has(name)) return KINDS[name];
  return undefined;
}

/** The rule for an element that is a node of the new editor. */
export function editorNodeRule(element: Element): Rule | undefined {
  const kind = kindOf(element);
  return kind !== undefined && Object.hasOwn(RULES, kind) ? RULES[kind] : undefined;
}
