import { html, raw } from 'hono/html';
import type { DemoAttachment, DemoContent, DemoSpace, DemoUser, ShellModule } from '#local/model';
import { bodyForShell } from '#local/shell/body';
import { dayFor } from '#local/shell/dates';
import { avatar, type Markup, type Page, type Viewing } from '#local/shell/frame';
import { icons } from '#local/shell/icons';
import { urls } from '#local/shell/urls';
import { breadcrumbs } from '#local/shell/views/parts';
import { spaceSide } from '#local/shell/views/tree';
import { fill } from '#local/shell/words';

const userOf = ({ host }: Viewing, accountId: string): DemoUser | undefined => host.site.users.find((user) => user.accountId === accountId);

function viewers(at: Viewing, { users, groups }: NonNullable<DemoContent['restrictedTo']>): Markup {
  const people = users.map((id) => userOf(at, id)).filter((user) => user !== undefined);
  const named = at.host.site.groups.filter(({ id }) => groups.includes(id));
  return html`<div id="viewers" class="menu menu-right popup" hidden>
    <h2>${at.words.viewers}</h2>
    <ul class="plain">
      ${people.map((person) => html`<li>${avatar(person)} ${person.name}</li>`)}
      ${named.map((group) => html`<li>${group.name}</li>`)}
    </ul>
  </div>`;
}

/** The lock: who may view the page. */
function restrictions(at: Viewing, content: DemoContent): Markup {
  const { restricted, unrestricted } = at.words;
  if (!content.restrictedTo) {
    return html`<span class="icon-button quiet" title="${unrestricted}">
      ${icons.unlock}<span class="visually-hidden">${unrestricted}</span>
    </span>`;
  }
  return html`<div class="menu-anchor">
    <button type="button" class="icon-button restricted" data-popup="viewers" aria-expanded="false" aria-controls="viewers"
      title="${restricted}" aria-label="${restricted}">${icons.lock}</button>
    ${viewers(at, content.restrictedTo)}
  </div>`;
}

function moduleItem({ key, title, iconUrl }: ShellModule): Markup {
  const icon = iconUrl ? html`<img src="${iconUrl}" alt="" width="16" height="16">` : icons.app;
  return html`<li role="none">
    <button type="button" role="menuitem" class="menu-item" data-module="${key}" tabindex="-1">${icon}<span>${title}</span></button>
  </li>`;
}

/** The ••• menu: the shell's own actions, then the app's. */
function actions({ words }: Viewing, content: DemoContent, modules: readonly ShellModule[]): Markup {
  const own = html`<li role="none">
      <a role="menuitem" class="menu-item" href="${urls.attachments(content)}" tabindex="-1">${icons.clip}<span>${words.attachments}</span></a>
    </li><li role="none">
      <button type="button" role="menuitem" class="menu-item" data-copy-link tabindex="-1">${icons.link}<span>${words.copyLink}</span></button>
    </li>`;
  const apps = modules.length > 0 ? html`<li role="separator"></li>${modules.map(moduleItem)}` : '';
  return html`<div class="menu-anchor">
    <button type="button" class="icon-button" data-menu="actions" aria-haspopup="menu" aria-expanded="false" aria-controls="actions"
      aria-label="${words.more}" title="${words.more}">${icons.more}</button>
    <ul role="menu" id="actions" class="menu menu-right" aria-label="${words.more}" hidden>${own}${apps}</ul>
  </div>`;
}

/** The parents that this person may view, from the top; the space's homepage is the space itself. */
function ancestors({ host, user }: Viewing, space: DemoSpace, content: DemoContent): DemoContent[] {
  const found: DemoContent[] = [];
  for (let id = content.parentId; id && id !== space.homepageId; id = found[0]?.parentId) {
    const parent = host.site.contents.find((candidate) => candidate.id === id);
    if (!parent || found.includes(parent) || !host.canView(user, parent)) break;
    found.unshift(parent);
  }
  return found;
}

function trail(at: Viewing, space: DemoSpace, content: DemoContent): Markup {
  const blog = content.type === 'blogpost' ? [[urls.blog(space), at.words.blog] as const] : [];
  const parents = ancestors(at, space, content).map((parent) => [urls.content(space, parent), parent.title] as const);
  return breadcrumbs([[urls.space(space), space.name], ...blog, ...parents]);
}

export const attachmentsOf = ({ host }: Viewing, content: DemoContent): DemoAttachment[] =>
  host.site.attachments.filter(({ contentId }) => contentId === content.id);

/** Link to the files of a page with their number; empty where there are none. */
function attachmentLink(at: Viewing, content: DemoContent): Markup | '' {
  const count = attachmentsOf(at, content).length;
  if (count === 0) return '';
  const text = count === 1 ? at.words.attachmentOne : fill(at.words.attachmentCount, { count: String(count) });
  return html` · <a href="${urls.attachments(content)}">${text}</a>`;
}

function byline(at: Viewing, content: DemoContent): Markup | '' {
  const { words, user } = at;
  const author = userOf(at, content.authorId);
  if (!author) return '';
  const name = html`${fill(words.by, { name: '' })}<a href="${urls.person(author)}">${author.name}</a>`;
  const updated = fill(words.updated, { date: dayFor(user, content.createdAt) });
  return html`<p class="byline">${avatar(author, 28)}<span>${name} · ${updated}${attachmentLink(at, content)}</span></p>`;
}

function labelList({ words }: Viewing, labels: readonly string[]): Markup | '' {
  if (labels.length === 0) return '';
  const items = labels.map((label) => html`<li>${label}</li>`);
  return html`<section><h2 class="visually-hidden">${words.labels}</h2><ul class="labels">${items}</ul></section>`;
}

/** One page or blog post as its readers see it, with the app's content actions in the menu. */
export function contentPage(at: Viewing, space: DemoSpace, content: DemoContent): Page {
  const { host, user } = at;
  const place = { contentId: content.id, spaceKey: space.key };
  const modules = host.modules('confluence:contentAction', user, place);
  const body = bodyForShell(host.body(content, at.request));
  return {
    title: `${content.title} – ${space.name}`,
    space,
    side: spaceSide(at, space, content),
    modules,
    place,
    main: html`<div class="page-head">
        ${trail(at, space, content)}
        <div class="page-tools">${restrictions(at, content)}${actions(at, content, modules)}</div>
      </div>
      <article class="page">
        <h1 class="page-title" id="title-text">${content.title}</h1>
        ${byline(at, content)}
        <div class="wiki-content" id="main-content">${raw(body)}</div>
        ${labelList(at, content.labels)}
      </article>`,
  };
}
