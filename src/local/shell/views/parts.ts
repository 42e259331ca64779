import { html } from 'hono/html';
import type { DemoContent, DemoUser } from '#local/model';
import { dayFor } from '#local/shell/dates';
import { avatar, type Markup, type Viewing } from '#local/shell/frame';
import { icons } from '#local/shell/icons';
import { urls } from '#local/shell/urls';

/** Pieces that several views are made of. */

type Inline = Markup | string;

/** A page in the middle of the window with its heading. */
export const plainPage = (heading: string, content: Markup, kind = ''): Markup =>
  html`<div class="plain-page ${kind}"><h1>${heading}</h1>${content}</div>`;

export const subtle = (text: string): Markup => html`<p class="subtle">${text}</p>`;

/** A list of rows, or a sentence where there are none. */
export const rowList = (rows: readonly Inline[], nothing: string): Markup =>
  rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : subtle(nothing);

/** A row that leads somewhere. */
export const linkRow = (url: string, icon: Inline, title: string, note = ''): Markup =>
  html`<li class="row">
    <a href="${url}">${icon}<span>${title}</span></a>
    <span class="subtle">${note}</span>
  </li>`;

/** The row of a page or blog post; nothing where its space is not known. */
export function contentRow({ host, user }: Viewing, content: DemoContent): Inline {
  const space = host.site.spaces.find(({ id }) => id === content.spaceId);
  if (!space) return '';
  const icon = content.type === 'blogpost' ? icons.blog : content.restrictedTo ? icons.lock : icons.page;
  return linkRow(urls.content(space, content), icon, content.title, `${space.name} · ${dayFor(user, content.createdAt)}`);
}

/** A card that leads somewhere. */
export const card = (url: string, mark: Inline, title: string, note: string): Markup =>
  html`<li class="card"><a href="${url}">
    ${mark}
    <span><strong>${title}</strong><span class="subtle">${note}</span></span>
  </a></li>`;

export const cardList = (cards: readonly Markup[]): Markup => html`<ul class="cards">${cards}</ul>`;

/** Names and values. */
export const facts = (pairs: readonly (readonly [name: string, value: Inline])[]): Markup =>
  html`<dl class="facts">${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

export const personList = (people: readonly DemoUser[]): Markup =>
  html`<ul class="plain">${people.map((person) => html`<li>${avatar(person)} ${person.name}</li>`)}</ul>`;

/** A column of a table; numbers stand at the right. */
export interface Column {
  readonly title: string;
  readonly number?: boolean;
}
/** A table whose first column names the row. */
export function table(columns: readonly Column[], rows: readonly (readonly Inline[])[]): Markup {
  const kind = (index: number): string => (columns[index]?.number ? 'number' : '');
  const cell = (value: Inline, index: number): Markup =>
    index === 0 ? html`<th scope="row">${value}</th>` : html`<td class="${kind(index)}">${value}</td>`;
  return html`<div class="table-scroll"><table class="plain-table">
    <thead><tr>${columns.map(({ title }, index) => html`<th scope="col" class="${kind(index)}">${title}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
  </table></div>`;
}

/** The way from the space down to here. */
export const breadcrumbs = (steps: readonly (readonly [url: string, title: string])[]): Markup =>
  html`<nav class="breadcrumbs" aria-label="Breadcrumbs"><ol>
    ${steps.map(([url, title]) => html`<li><a href="${url}">${title}</a></li>`)}
  </ol></nav>`;

/** A link in the side or among tabs that says when it is where somebody is. */
export const placeLink = (at: Viewing, url: string, content: Inline, current = at.path === url): Markup =>
  html`<li><a href="${url}" ${current ? 'aria-current=page' : ''}>${content}</a></li>`;
