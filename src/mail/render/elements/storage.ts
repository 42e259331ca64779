import { placeholder } from '#mail/render/boxes';
import { codeBlock } from '#mail/render/elements/code';
import { emojiOf } from '#mail/render/emoji';
import { LOZENGES } from '#mail/render/macros/lozenge';
import { type Rendering, type Rule, SKIP, type Step, THROUGH } from '#mail/render/rendering';
import { descendants, type Element, find, element as makeElement, solidChildren, textOf } from '#mail/render/tree';

/**
 * Confluence's storage format (`ac:` and `ri:` elements). A rendered page should hold none; where a macro failed or an app wrote its own,
 * the content is shown and what only steers it is not.
 */

const child = (element: Element, name: string): Element | undefined =>
  element.children.find((each): each is Element => typeof each !== 'string' && each.name === name);

const parameterOf = (macro: Element, name: string): string => {
  const found = macro.children.find(
    (each): each is Element => typeof each !== 'string' && each.name === 'ac:parameter' && each.attributes.get('ac:name') === name,
  );
  return found ? textOf(found, 300) : '';
};

const PANELS = new Set(['info', 'note', 'tip', 'warning', 'panel', 'success', 'error']);

/** A macro as an element of the rendered form, which the macros' own rules then write. */
function asRendered(macro: Element, name: string, body: Element): Element | undefined {
  const title = parameterOf(macro, 'title');
  const head = (className: string) => (title ? [makeElement('p', [title], { class: className })] : []);
  if (PANELS.has(name) && name !== 'panel') {
    const content = makeElement('div', body.children, { class: 'confluence-information-macro-body' });
    return makeElement('div', [...head('title'), content], { class: `confluence-information-macro confluence-information-macro-${name}` });
  }
  if (name === 'panel')
    return makeElement('div', [...head('panelHeader'), makeElement('div', body.children, { class: 'panelContent' })], { class: 'panel' });
  if (name === 'expand') {
    const control = makeElement('span', [title || '…'], { class: 'expand-control-text' });
    return makeElement('div', [control, makeElement('div', body.children, { class: 'expand-content' })], { class: 'expand-container' });
  }
  return undefined;
}

const macro: Rule = (element, out) => {
  const name = element.attributes.get('ac:name') ?? '';
  const body = child(element, 'ac:rich-text-body');
  const plain = child(element, 'ac:plain-text-body');
  if (name === 'status') {
    const color = LOZENGES[parameterOf(element, 'colour').toLowerCase()] ?? '';
    return { content: [makeElement('span', [parameterOf(element, 'title')], { class: `aui-lozenge ${color}` })] };
  }
  if (name === 'anchor') return SKIP;
  if (plain && (name === 'code' || name === 'noformat')) {
    const language = parameterOf(element, 'language');
    return codeBlock(makeElement('pre', plain.children, language ? { 'data-language': language } : {}), out, parameterOf(element, 'title'));
  }
  if (body) return { content: [asRendered(element, name, body) ?? makeElement('div', body.children)] };
  if (plain) return { content: plain.children };
  return notShown(name, out);
};

function notShown(name: string, out: Rendering): Step {
  const words = name.replace(/[-_]+/g, ' ').trim() || out.words.app;
  out.warnings.add('MACRO_NOT_SHOWN', words);
  placeholder(out, { name: words, url: out.input.page.url });
  return SKIP;
}

const link: Rule = (element, out) => {
  const body = child(element, 'ac:link-body') ?? child(element, 'ac:plain-text-link-body');
  const target = element.children.find((each): each is Element => typeof each !== 'string' && each.name.startsWith('ri:'));
  const words =
    (body ? textOf(body, 500) : '') ||
    target?.attributes.get('ri:content-title') ||
    target?.attributes.get('ri:filename') ||
    element.attributes.get('ac:anchor') ||
    '';
  if (words === '') return SKIP;
  const isUser = target?.name === 'ri:user';
  return {
    content: isUser
      ? [words]
      : [makeElement('a', body && body.children.length > 0 ? body.children : [words], { href: out.input.page.url })],
  };
};

const image: Rule = (element) => {
  const file = find(element, ({ name }) => name === 'ri:attachment')?.attributes.get('ri:filename');
  const url = find(element, ({ name }) => name === 'ri:url')?.attributes.get('ri:value');
  const caption = child(element, 'ac:caption');
  const width = element.attributes.get('ac:width');
  const img = makeElement('img', [], {
    src: url ?? encodeURIComponent(file ?? ''),
    ...(file ? { 'data-linked-resource-default-alias': file } : {}),
    ...(width ? { width } : {}),
    ...(element.attributes.get('ac:alt') ? { alt: element.attributes.get('ac:alt') ?? '' } : {}),
  });
  return { content: caption ? [img, caption] : [img] };
};

const taskList: Rule = (element) => {
  const items = solidChildren(element).filter((each): each is Element => typeof each !== 'string' && each.name === 'ac:task');
  const made = items.map((task) => {
    const status = child(task, 'ac:task-status');
    const body = child(task, 'ac:task-body');
    return makeElement('li', body?.children ?? [], status && textOf(status, 20) === 'complete' ? { class: 'checked' } : {});
  });
  return { content: [makeElement('ul', made, { class: 'inline-task-list' })] };
};

const emoticon: Rule = (element, out) => {
  out.say(emojiOf(element) ?? '');
  return SKIP;
};

/** New editor's structures: the fallback is the content as other programs should show it. */
const extension: Rule = (element, out) => {
  const fallback = child(element, 'ac:adf-fallback');
  if (fallback && (textOf(fallback, 10) !== '' || find(fallback, ({ name }) => name === 'img'))) return { content: fallback.children };
  const content = find(element, ({ name }) => name === 'ac:adf-content');
  if (content && textOf(content, 10) !== '') return { content: content.children };
  const key = [...descendants(element)].find(
    ({ name, attributes }) => name === 'ac:adf-attribute' && attributes.get('key') === 'extension-title',
  );
  return notShown(key ? textOf(key, 100) : '', out);
};

const LAYOUT: Readonly<Record<string, string>> = {
  two_equal: 'two-equal',
  two_left_sidebar: 'two-left-sidebar',
  two_right_sidebar: 'two-right-sidebar',
  three_equal: 'three-equal',
  three_with_sidebars: 'three-with-sidebars',
};

const section: Rule = (element) => ({
  content: [
    makeElement(
      'div',
      element.children.map((each) =>
        typeof each !== 'string' && each.name === 'ac:layout-cell' ? makeElement('div', each.children, { class: 'cell' }) : each,
      ),
      { class: `columnLayout ${LAYOUT[element.attributes.get('ac:type') ?? ''] ?? ''}` },
    ),
  ],
});

export const storageRules: Readonly<Record<string, Rule>> = {
  'ac:structured-macro': macro,
  'ac:macro': macro,
  'ac:link': link,
  'ac:image': image,
  'ac:task-list': taskList,
  'ac:emoticon': emoticon,
  'ac:adf-extension': extension,
  'ac:layout-section': section,
  ...Object.fromEntries(
    [
      'ac:parameter',
      'ac:placeholder',
      'ac:task-id',
      'ac:task-uuid',
      'ac:task-status',
      'ac:adf-attribute',
      'ac:adf-mark',
      'ac:adf-parameter',
      'ri:page',
      'ri:attachment',
      'ri:user',
      'ri:url',
      'ri:space',
      'ri:blog-post',
      'ri:content-entity',
      'ri:shortcut',
    ].map((name) => [name, () => SKIP]),
  ),
  ...Object.fromEntries(
    [
      'ac:layout',
      'ac:layout-cell',
      'ac:rich-text-body',
      'ac:plain-text-body',
      'ac:caption',
      'ac:adf-node',
      'ac:adf-content',
      'ac:adf-fallback',
      'ac:inline-comment-marker',
    ].map((name) => [name, () => THROUGH]),
  ),
};
