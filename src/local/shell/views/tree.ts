import { html } from 'hono/html';
import type { DemoContent, DemoSpace } from '#local/model';
import type { Markup, Viewing } from '#local/shell/frame';
import { icons } from '#local/shell/icons';
import { urls } from '#local/shell/urls';
import { placeLink } from '#local/shell/views/parts';

/** The square with the space's letter. Decorative. */
export const spaceMark = (space: DemoSpace, size = 24): Markup =>
  html`<span class="space-mark space-mark-${Number(space.id) % 5}" style="--size:${size}px" aria-hidden="true">${space.name[0]}</span>`;

const byTitle = (one: DemoContent, other: DemoContent): number => one.title.localeCompare(other.title);

interface Tree {
  readonly space: DemoSpace;
  readonly pages: readonly DemoContent[];
  readonly current: DemoContent | undefined;
}

const branch = (tree: Tree, pages: readonly DemoContent[]): Markup =>
  html`<ul>${[...pages].sort(byTitle).map((page) => node(tree, page))}</ul>`;

function node(tree: Tree, page: DemoContent): Markup {
  const { space, pages, current } = tree;
  const link = html`<a href="${urls.content(space, page)}" ${page.id === current?.id ? 'aria-current=page' : ''}>${page.restrictedTo ? icons.lock : icons.page}<span>${page.title}</span></a>`;
  const children = pages.filter((candidate) => candidate.parentId === page.id);
  if (children.length === 0) return html`<li><span class="twig"></span>${link}</li>`;
  return html`<li><details open><summary aria-label="${page.title}"><span class="twig">${icons.chevron}</span></summary>${branch(tree, children)}</details>${link}</li>`;
}

/** The side of a space: its parts and the tree of the pages that this person may view. */
export function spaceSide(at: Viewing, space: DemoSpace, current?: DemoContent): Markup {
  const { host, user, words } = at;
  const pages = host.site.contents.filter((page) => page.type === 'page' && page.spaceId === space.id && host.canView(user, page));
  const visible = new Set(pages.map(({ id }) => id));
  // A page below one that is hidden stands at the top.
  const top = pages.filter(({ parentId }) => parentId === undefined || !visible.has(parentId));
  const link = (url: string, icon: Markup | string, title: string): Markup =>
    placeLink(at, url, html`${icon}<span>${title}</span>`, at.path.startsWith(url));
  const settings = host.isSpaceAdmin(user, space) ? link(urls.spaceSettings(space), icons.gear, words.spaceSettings) : '';
  return html`<p class="side-space"><a href="${urls.space(space)}">${spaceMark(space)}<span>${space.name}</span></a></p>
    <ul class="side-links">${link(urls.blog(space), icons.blog, words.blog)}${settings}</ul>
    <h2 class="side-heading">${words.pages}</h2>
    <div class="tree">${branch({ space, pages, current }, top)}</div>`;
}
