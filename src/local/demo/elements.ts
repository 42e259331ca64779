import { people } from '#local/demo/people';

/**
 * Short elements for the bodies in pages/: each becomes the markup that Confluence Cloud's `export_view` gives for the
 * editor's element. Written `<x-name attr="…"/>` where it has no content, else `<x-name …>` and `</x-name>`.
 */
export interface ElementScope {
  readonly contentId: string;
  readonly title: string;
  /** The attachment of this page with that file name. */
  attachment(filename: string): { readonly id: string; readonly version: number; readonly mediaType: string; readonly modifiedMs: number };
}
type Attributes = Readonly<Record<string, string>>;
type Opening = (attributes: Attributes, scope: ElementScope) => string;
interface Element {
  readonly open: Opening;
  readonly close?: string;
}

/** Escapes for an attribute or text; what is already an entity stays one. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/&(?!#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');

const hash = (text: string): number => [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7);
const localId = (seed: string): string => {
  const hex = [0, 1, 2, 3].map((part) => hash(`${seed}${part}`).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const fileUrl = (kind: 'attachments' | 'thumbnails', filename: string, scope: ElementScope, more = ''): string => {
  const file = scope.attachment(filename);
  const query = `version=${file.version}&amp;modificationDate=${file.modifiedMs}&amp;cacheVersion=1&amp;api=v2${more}`;
  return `{site}/download/${kind}/${scope.contentId}/${encodeURIComponent(filename).replace(/'/g, '%27')}?${query}`;
};

const image: Opening = (attributes, scope) => {
  const { file: filename = '', width, height, align = 'center', alt = filename } = attributes;
  const file = scope.attachment(filename);
  const size = width ? `&amp;width=${width}${height ? `&amp;height=${height}` : ''}` : '';
  const src = fileUrl(width ? 'thumbnails' : 'attachments', filename, scope, size);
  const tag = [
    `<img class="confluence-embedded-image image-${align}" alt="${escapeHtml(alt)}"`,
    width ? ` width="${width}"` : '',
    height ? ` height="${height}"` : '',
    ` loading="lazy" src="${src}" data-image-src="${fileUrl('attachments', filename, scope)}"`,
    ` data-height="${attributes['natural-height'] ?? '500'}" data-width="${attributes['natural-width'] ?? '800'}" data-unresolved-comment-count="0"`,
    ` data-linked-resource-id="${file.id.replace('att', '')}" data-linked-resource-version="${file.version}" data-linked-resource-type="attachment"`,
    ` data-linked-resource-default-alias="${escapeHtml(filename)}" data-base-url="{site}" data-linked-resource-content-type="${file.mediaType}"`,
    ` data-linked-resource-container-id="${scope.contentId}" data-linked-resource-container-version="3" data-media-id="${localId(filename)}" data-media-type="file"/>`,
  ].join('');
  const linked = attributes.href ? `<a href="${attributes.href}" rel="nofollow">${tag}</a>` : tag;
  const caption = attributes.caption ? `<div class="image-caption"><p>${attributes.caption}</p></div>` : '';
  return `<span class="confluence-embedded-file-wrapper image-${align}-wrapper${width ? ' confluence-embedded-manual-size' : ''}">${linked}</span>${caption}`;
};

const file: Opening = ({ file: filename = '', kind = 'File' }, scope) => {
  const { id, version, mediaType } = scope.attachment(filename);
  const url = fileUrl('attachments', filename, scope);
  return [
    `<span class="confluence-embedded-file-wrapper"><a class="confluence-embedded-file" href="${url}" data-nice-type="${kind}"`,
    ` data-file-src="${url}" data-linked-resource-id="${id.replace('att', '')}" data-linked-resource-type="attachment"`,
    ` data-linked-resource-container-id="${scope.contentId}" data-linked-resource-default-alias="${escapeHtml(filename)}"`,
    ` data-mime-type="${mediaType}" data-has-thumbnail="false" data-linked-resource-version="${version}"`,
    ` data-media-id="${localId(filename)}" data-media-type="file">${escapeHtml(filename)}</a></span>`,
  ].join('');
};

const mention: Opening = ({ who = '' }) => {
  const person = people.find((candidate) => candidate.username === who);
  if (!person) throw new Error(`The demo has no person ${who}`);
  const name = person.active ? person.name : `${person.name} (Deactivated)`;
  return [
    `<a class="confluence-userlink user-mention" data-account-id="${person.accountId}"`,
    ` href="{site}/people/${person.accountId}?ref=confluence" target="_blank" data-linked-resource-id="${hash(who) % 1_000_000}"`,
    ` data-linked-resource-version="1" data-linked-resource-type="userinfo" data-base-url="{site}">${name}</a>`,
  ].join('');
};

const emoji: Opening = ({ c = '', name = '' }) => {
  const id = [...c].map((character) => (character.codePointAt(0) ?? 0).toString(16)).join('-');
  return `<img class="emoticon emoticon-blue-star" data-emoji-id="${id}" data-emoji-shortname=":${name}:" data-emoji-fallback="${c}" src="{site}/s/-1/6452/0/_/images/icons/emoticons/72/${id}.png" width="16" height="16" data-emoticon-name="blue-star" alt="(blue star)"/>`;
};

/** Emoji that Confluence had before Unicode's: no character of their own in `data-emoji-fallback`. */
const emoticon: Opening = ({ name = 'tick', id = 'atlassian-check_mark', file: icon = 'check.png' }) => {
  const short = id.replace('atlassian-', '');
  return `<img class="emoticon emoticon-${name}" data-emoji-id="${id}" data-emoji-shortname=":${short}:" data-emoji-fallback=":${short}:" src="{site}/s/-1/6452/0/_/images/icons/emoticons/${icon}" width="16" height="16" data-emoticon-name="${name}" alt="(${name})"/>`;
};

const DATE = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' });
const date: Opening = ({ on = '' }) =>
  `<time datetime="${on}" class="date-${on < '2026-11-23' ? 'past' : 'future'}">${DATE.format(new Date(on))}</time>`;

const status: Opening = ({ color = 'neutral', text = '' }) => {
  const kinds: Attributes = { green: 'success', red: 'error', blue: 'complete', yellow: 'current', purple: 'progress', neutral: 'default' };
  return `<span class="status-macro aui-lozenge aui-lozenge-visual-refresh aui-lozenge-${kinds[color] ?? 'default'}">${text}</span>`;
};

const PANEL_ICON: Attributes = { information: 'info', note: 'warning', tip: 'approve', warning: 'error' };
const panel: Opening = ({ kind = 'information', title }) => {
  const heading = title ? `<p class="title">${title}</p>` : '';
  const icon = `<span class="aui-icon aui-icon-small aui-iconfont-${PANEL_ICON[kind] ?? 'info'} confluence-information-macro-icon"></span>`;
  return `<div class="confluence-information-macro confluence-information-macro-${kind}">${heading}${icon}<div class="confluence-information-macro-body">`;
};

const custom: Opening = ({ color = '#EAE6FF', border = '#998DD9', title }) => {
  const headStyle = `border-bottom-width: 1px;border-bottom-color: ${border};background-color: ${color};`;
  const heading = title ? `<div class="panelHeader" style="${headStyle}"><b>${title}</b></div>` : '';
  const style = `background-color: ${color};border-color: ${border};border-width: 1px;`;
  return `<div class="panel" style="${style}">${heading}<div class="panelContent" style="background-color: ${color};">\n`;
};

const code: Opening = ({ language = 'text', title }) => {
  const heading = title ? `<div class="codeHeader panelHeader pdl" style="border-bottom-width: 1px;"><b>${title}</b></div>` : '';
  const params = `brush: ${language}; gutter: false; theme: Confluence`;
  return [
    `<div class="code panel pdl" style="border-width: 1px;">${heading}<div class="codeContent panelContent pdl">\n`,
    `<pre class="syntaxhighlighter-pre" data-syntaxhighlighter-params="${params}" data-theme="Confluence">`,
  ].join('');
};

const expand: Opening = ({ title = '' }) => {
  const id = hash(title);
  const arrow = '{site}/s/-1/6452/0/_/images/icons/grey_arrow_down.png';
  return [
    `<div id="expander-${id}" class="expand-container"><div id="expander-control-${id}" class="expand-control">`,
    `<span class="expand-control-icon"><img style="vertical-align:middle;" class="expand-control-image" src="${arrow}"/></span>`,
    `<span class="expand-control-text">${title}</span></div><div id="expander-content-${id}" class="expand-content">`,
  ].join('');
};

const columns: Opening = ({ layout = 'two-equal' }) => `<div class="columnLayout ${layout}" data-layout="${layout}">\n`;
const cell: Opening = ({ kind = 'normal' }) => `<div class="cell ${kind}" data-type="${kind}">\n<div class="innerCell">\n`;

const table: Opening = ({ width = '760', layout = 'default', widths = '', label = '' }, scope) =>
  `<div class="table-wrap"><table data-table-width="${width}" data-layout="${layout}" data-local-id="${localId(scope.contentId + label + widths + width)}" class="confluenceTable"${label ? ` aria-label="${label}"` : ''}>${
    widths
      ? `<colgroup>${widths
          .split(' ')
          .map((px) => (px === '-' ? '<col/>' : `<col style="width: ${px.endsWith('%') ? px : `${px}.0px`};"/>`))
          .join('')}</colgroup>`
      : ''
  }<tbody>`;
const dataCell =
  (tag: 'td' | 'th'): Opening =>
  ({ color, colspan, rowspan, numbering }) =>
    [
      `<${tag}`,
      color ? ` data-highlight-colour="${color}"` : '',
      colspan ? ` colspan="${colspan}"` : '',
      rowspan ? ` rowspan="${rowspan}"` : '',
      ` class="${numbering ? 'numberingColumn ' : ''}confluence${tag === 'td' ? 'Td' : 'Th'}">`,
    ].join('');

const task: Opening = ({ done, id = '1' }) =>
  `<li${done ? ' class="checked"' : ''} data-inline-task-id="${id}"><span class="placeholder-inline-tasks">`;

const jira: Opening = ({ key = '', summary = '', state = 'To do', kind = 'default' }) => {
  const icon = '{site}/s/-1/6452/0/_/images/icons/emoticons/72/1f4cc.png';
  return `<span class="confluence-jim-macro jira-issue${kind === 'success' ? ' resolved' : ''}" data-jira-key="${key}" >
                <a href="https://harbour.example/browse/${key}" class="jira-issue-key"><img class="icon" src="${icon}" />${key}</a>
                    -
            <span class="summary">${summary}</span>
            <span class="aui-lozenge aui-lozenge-subtle aui-lozenge-${kind} jira-macro-single-issue-export-pdf">${state}</span>
            </span>`;
};

const card: Opening = ({ href = '', as = 'inline', text, external }) => {
  const size = as === 'embed' ? ' data-layout="center" data-width="100.00"' : '';
  return `<a${external ? ' class="external-link"' : ''} data-card-appearance="${as}"${size} href="${href}" rel="nofollow">${text ?? href}</a>`;
};

const page: Opening = ({ space = '', id = '', title = '', anchor = '', text }) => {
  const address = `{site}/spaces/${space}/pages/${id}/${encodeURIComponent(title).replace(/%20/g, '+')}${anchor ? `#${anchor}` : ''}`;
  const resource = `data-linked-resource-id="${id}" data-linked-resource-version="1" data-linked-resource-type="page"`;
  return `<a href="${address}" ${resource}>${text ?? title}</a>`;
};

const APP_KEY = 'org.example.gantt__gantt-macro';
/** What Confluence writes for the macro of an app that draws in a frame of its own. */
const app: Opening = ({ name = 'Gantt chart' }, scope) =>
  `<div class="ap-container" id="ap-${APP_KEY}${scope.contentId}" data-macro-name="${name}">

  <div class="ap-content " id="embedded-${APP_KEY}${scope.contentId}"></div>
  <script class="ap-iframe-body-script">//<![CDATA[
  (function(){ var data = { "addon_key":"org.example.gantt", "key":"gantt-macro", "moduleType":"dynamicContentMacros", "url":"https://gantt.example.org/macro" }; window._AP && _AP.appendConnectAddon(data); }());
//]]>
</script>

</div>`;

const ELEMENTS: Readonly<Record<string, Element>> = {
  image: { open: image },
  file: { open: file },
  mention: { open: mention },
  emoji: { open: emoji },
  emoticon: { open: emoticon },
  date: { open: date },
  status: { open: status },
  panel: { open: panel, close: '</div></div>' },
  custom: { open: custom, close: '\n</div></div>' },
  code: { open: code, close: '</pre>\n</div></div>' },
  expand: { open: expand, close: '</div></div>' },
  layout: { open: () => '<div class="contentLayout2">\n', close: '</div>\n' },
  columns: { open: columns, close: '</div>\n' },
  cell: { open: cell, close: '\n</div>\n</div>\n' },
  table: { open: table, close: '</tbody></table></div>' },
  td: { open: dataCell('td'), close: '</td>' },
  th: { open: dataCell('th'), close: '</th>' },
  tasks: { open: (_, scope) => `<ul class="inline-task-list" data-inline-tasks-content-id="${scope.contentId}">`, close: '</ul>' },
  task: { open: task, close: '</span></li>' },
  decisions: { open: () => '<ul class="decision-list">', close: '</ul>' },
  properties: { open: () => "<div class='plugin-tabmeta-details'>", close: '</div>' },
  excerpt: { open: () => '<span class="conf-macro output-inline" data-hasbody="true" data-macro-name="excerpt">', close: '</span>' },
  jira: { open: jira },
  card: { open: card },
  page: { open: page },
  app: { open: app },
};

const TAG = /<(\/?)x-([a-z]+)((?:\s+[a-z-]+="[^"]*")*)\s*(\/?)>/g;
const ATTRIBUTE = /([a-z-]+)="([^"]*)"/g;

/** The body with its short elements written out. Throws on an element that there is not. */
export function expandElements(body: string, scope: ElementScope): string {
  return body.replace(TAG, (_match, closing: string, name: string, attributes: string, empty: string) => {
    const element = ELEMENTS[name];
    if (!element) throw new Error(`Page ${scope.contentId} uses <x-${name}>, which does not exist`);
    if (closing) return element.close ?? '';
    const values = Object.fromEntries(
      [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, value.replaceAll('&amp;', '&')]),
    );
    return element.open(values, scope) + (empty && element.close ? element.close : '');
  });
}
