import { html, raw } from 'hono/html';
import type { DemoContent, DemoSpace } from '#local/model';
import { bodyForShell } from '#local/shell/body';
import { dayFor } from '#local/shell/dates';
import { avatar, type Markup, type Page, type Viewing } from '#local/shell/frame';
import { icons } from '#local/shell/icons';
import { urls } from '#local/shell/urls';
import { spaceSide } from '#local/shell/views/tree';
import { fill } from '#local/shell/words';

const userOf = ({ host }: Viewing, accountId: string) => host.site.users.find((user) => user.accountId === accountId);

function restrictions(at: Viewing, content: DemoContent): Markup {
  const { host, words } = at;
  if (!content.restrictedTo)
    return html`<span class="icon-button quiet" title="${words.unrestricted}">${icons.unlock}<span class="visually-hidden">${words.unrestricted}</span></span>`;
  const people = content.restrictedTo.users.map((id) => userOf(at, id)).filter((user) => user !== undefined);
  const groups = host.site.groups.filter(({ id }) => content.restrictedTo?.groups.includes(id));
  return html`<div class="menu-anchor"><button type="button" class="icon-button restricted" data-popup="viewers" aria-expanded="false" aria-controls="viewers" title="${words.restricted}" aria-label="${words.restricted}">${icons.lock}</button>
    <div id="viewers" class="menu menu-right popup" hidden><h2>${words.viewers}</h2><ul class="plain">
    ${people.map((person) => html`<li>${avatar(person)} ${person.name}</li>`)}${groups.map((group) => html`<li>${group.name}</li>`)}</ul></div></div>`;
}

function actions(at: Viewing, content: DemoContent, modules: ReturnType<Viewing['host']['modules']>): Markup {
  const { words } = at;
  const items = modules.map(
    (module) =>
      html`<li role="none"><button type="button" role="menuitem" class="menu-item" data-module="${module.key}" tabindex="-1">${module.iconUrl ? html`<img src="${module.iconUrl}" alt="" width="16" height="16">` : icons.app}<span>${module.title}</span></button></li>`,
  );
  return html`<div class="menu-anchor"><button type="button" class="icon-button" data-menu="actions" aria-haspopup="menu" aria-expanded="false" aria-controls="actions" aria-label="${words.more}" title="${words.more}">${icons.more}</button>
    <ul role="menu" id="actions" class="menu menu-right" aria-label="${words.more}" hidden>
      <li role="none"><a role="menuitem" class="menu-item" href="${urls.attachments(content)}" tabindex="-1">${icons.clip}<span>${words.attachments}</span></a></li>
      <li role="none"><button type="button" role="menuitem" class="menu-item" data-copy-link tabindex="-1">${icons.link}<span>${words.copyLink}</span></button></li>
      ${items.length > 0 ? html`<li role="separator"></li>${items}` : ''}
    </ul></div>`;
}

function breadcrumbs(at: Viewing, space: DemoSpace, content: DemoContent): Markup {
  const trail: DemoContent[] = [];
  const seen = new Set<string>();
  for (let id = content.parentId; id && !seen.has(id); id = trail[0]?.parentId) {
    seen.add(id);
    const parent = at.host.site.contents.find((candidate) => candidate.id === id);
    if (!parent || parent.id === space.homepageId || !at.host.canView(at.user, parent)) break;
    trail.unshift(parent);
  }
  return html`<nav class="breadcrumbs" aria-label="Breadcrumbs"><ol><li><a href="${urls.space(space)}">${space.name}</a></li>${content.type === 'blogpost' ? html`<li><a href="${urls.blog(space)}">${at.words.blog}</a></li>` : ''}${trail.map((page) => html`<li><a href="${urls.content(space, page)}">${page.title}</a></li>`)}</ol></nav>`;
}

export function attachmentsOf(at: Viewing, content: DemoContent) {
  return at.host.site.attachments.filter(({ contentId }) => contentId === content.id);
}

/** Link to the files of a page with their number; empty where there are none. */
export function attachmentLink(at: Viewing, content: DemoContent): Markup | '' {
  const count = attachmentsOf(at, content).length;
  if (count === 0) return '';
  const text = count === 1 ? at.words.attachmentOne : fill(at.words.attachmentCount, { count: String(count) });
  return html` · <a href="${urls.attachments(content)}">${text}</a>`;
}

/** One page or blog post as its readers see it, with the app's content actions in the menu. */
export function contentPage(at: Viewing, space: DemoSpace, content: DemoContent): Page {
  const { host, user, words } = at;
  const place = { contentId: content.id, spaceKey: space.key };
  const modules = host.modules('confluence:contentAction', user, place);
  const author = userOf(at, content.authorId);
  const labels = content.labels.map((label) => html`<li>${label}</li>`);
  return {
    title: `${content.title} – ${space.name}`,
    space,
    side: spaceSide(at, space, content),
    modules,
    place,
    main: html`<div class="page-head">${breadcrumbs(at, space, content)}<div class="page-tools">${restrictions(at, content)}${actions(at, content, modules)}</div></div>
      <article class="page"><h1 class="page-title" id="title-text">${content.title}</h1>
      <p class="byline">${author ? html`${avatar(author, 28)}<span>${fill(words.by, { name: '' })}<a href="${urls.person(author)}">${author.name}</a> · ${fill(words.updated, { date: dayFor(user, content.createdAt) })}${attachmentLink(at, content)}</span>` : ''}</p>
      <div class="wiki-content" id="main-content">${raw(bodyForShell(host.body(content, at.request)))}</div>
      ${labels.length > 0 ? html`<section class="page-foot"><h2 class="visually-hidden">${words.labels}</h2><ul class="labels">${labels}</ul></section>` : ''}</article>`,
  };
}
