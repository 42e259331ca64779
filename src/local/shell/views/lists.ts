import { html } from 'hono/html';
import type { DemoContent, DemoSpace } from '#local/model';
import { dayFor, sizeFor } from '#local/shell/dates';
import { avatar, type Markup, type Page, roleOf, type Viewing } from '#local/shell/frame';
import { icons } from '#local/shell/icons';
import { urls } from '#local/shell/urls';
import { attachmentsOf } from '#local/shell/views/content';
import { spaceMark, spaceSide } from '#local/shell/views/tree';
import { fill } from '#local/shell/words';

export const visibleSpaces = ({ host, user }: Viewing): DemoSpace[] => host.site.spaces.filter((space) => host.canViewSpace(user, space));

/** Pages and posts that this person may view, the latest first. */
export const visibleContents = ({ host, user }: Viewing): DemoContent[] =>
  host.site.contents.filter((content) => host.canView(user, content)).sort((one, other) => other.createdAt.localeCompare(one.createdAt));

const spaceOf = ({ host }: Viewing, content: DemoContent): DemoSpace | undefined =>
  host.site.spaces.find(({ id }) => id === content.spaceId);

const spaceCard = (space: DemoSpace): Markup =>
  html`<li class="card"><a href="${urls.space(space)}">${spaceMark(space, 36)}<span><strong>${space.name}</strong><span class="subtle">${space.description}</span></span></a></li>`;

function contentRow(at: Viewing, content: DemoContent): Markup | '' {
  const space = spaceOf(at, content);
  if (!space) return '';
  return html`<li class="row"><a href="${urls.content(space, content)}">${content.type === 'blogpost' ? icons.blog : content.restrictedTo ? icons.lock : icons.page}<span>${content.title}</span></a><span class="subtle">${space.name} · ${dayFor(at.user, content.createdAt)}</span></li>`;
}

/** Where somebody lands: what is new, the spaces, and where to begin. */
export function homePage(at: Viewing): Page {
  const { words, user } = at;
  return {
    title: words.home,
    main: html`<div class="plain-page"><h1>${fill(words.welcome, { name: user.name.split(' ')[0] ?? '' })}</h1>
      <h2>${words.spaces}</h2><ul class="cards">${visibleSpaces(at).map((space) => spaceCard(space))}</ul>
      <h2>${words.recent}</h2><ul class="rows">${visibleContents(at)
        .slice(0, 9)
        .map((content) => contentRow(at, content))}</ul></div>`,
  };
}

export const spacesPage = (at: Viewing): Page => ({
  title: at.words.spaces,
  main: html`<div class="plain-page"><h1>${at.words.spaces}</h1><ul class="cards">${visibleSpaces(at).map((space) => spaceCard(space))}</ul></div>`,
});

/** Blog posts of a space, the latest first. */
export function blogPage(at: Viewing, space: DemoSpace): Page {
  const posts = visibleContents(at).filter((content) => content.type === 'blogpost' && content.spaceId === space.id);
  return {
    title: `${at.words.blog} – ${space.name}`,
    space,
    side: spaceSide(at, space),
    main: html`<div class="plain-page"><h1>${at.words.blog}</h1>${posts.length > 0 ? html`<ul class="rows">${posts.map((post) => contentRow(at, post))}</ul>` : html`<p class="subtle">${at.words.noResults}</p>`}</div>`,
  };
}

/** Files of a page. */
export function attachmentsPage(at: Viewing, space: DemoSpace, content: DemoContent): Page {
  const { words, user } = at;
  const files = attachmentsOf(at, content);
  const rows = files.map(
    (file) =>
      html`<tr><th scope="row"><a href="${urls.download(file)}">${file.title}</a></th><td class="number">${sizeFor(user, file.sizeBytes)}</td><td>${file.mediaType}</td><td class="number">${file.version}</td><td>${dayFor(user, file.createdAt)}</td></tr>`,
  );
  return {
    title: `${words.attachments} – ${content.title}`,
    space,
    side: spaceSide(at, space, content),
    main: html`<div class="plain-page"><nav class="breadcrumbs" aria-label="Breadcrumbs"><ol><li><a href="${urls.space(space)}">${space.name}</a></li><li><a href="${urls.content(space, content)}">${content.title}</a></li></ol></nav><h1>${words.attachments}</h1>
      ${files.length > 0 ? html`<div class="table-scroll"><table class="plain-table"><thead><tr><th scope="col">${words.file}</th><th scope="col" class="number">${words.size}</th><th scope="col">MIME</th><th scope="col" class="number">${words.version}</th><th scope="col">${words.modified}</th></tr></thead><tbody>${rows}</tbody></table></div>` : html`<p class="subtle">${words.noAttachments}</p>`}</div>`,
  };
}

/** Everybody on the site. */
export function peoplePage(at: Viewing): Page {
  const { host, words } = at;
  return {
    title: words.people,
    main: html`<div class="plain-page"><h1>${words.people}</h1><ul class="cards">${host.site.users.map((person) => html`<li class="card"><a href="${urls.person(person)}">${avatar(person, 36)}<span><strong>${person.name}</strong><span class="subtle">${roleOf(at, person)}</span></span></a></li>`)}</ul></div>`,
  };
}

/** One person's profile; the address only where their settings show it, or to themselves. */
export function personPage(at: Viewing, accountId: string): Page | undefined {
  const { host, user, words } = at;
  const person = host.site.users.find((candidate) => candidate.accountId === accountId);
  if (!person) return undefined;
  const shown = person.emailVisible || person.accountId === user.accountId;
  const groups = host.site.groups.filter(({ members }) => members.includes(person.accountId)).map(({ name }) => name);
  const written = visibleContents(at).filter(({ authorId }) => authorId === person.accountId);
  return {
    title: person.name,
    main: html`<div class="plain-page"><div class="profile">${avatar(person, 72)}<div><h1>${person.name}</h1><p class="subtle">${roleOf(at, person)}</p></div></div>
      <dl class="facts"><dt>${words.email}</dt><dd>${shown ? person.email : html`<em>${words.emailHidden}</em>`}</dd><dt>${words.timezone}</dt><dd>${person.timezone}</dd><dt>${words.groups}</dt><dd>${groups.join(', ') || '–'}</dd></dl>
      <h2>${words.recent}</h2><ul class="rows">${written.map((content) => contentRow(at, content))}</ul></div>`,
  };
}

/** Pages and posts whose title or text holds every word. */
export function searchPage(at: Viewing, query: string): Page {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = visibleContents(at).filter(({ title, body }) => {
    const text = `${title} ${body.replace(/<[^>]*>/g, ' ')}`.toLowerCase();
    return wanted.length > 0 && wanted.every((word) => text.includes(word));
  });
  return {
    title: at.words.search,
    main: html`<div class="plain-page"><h1>${fill(at.words.results, { query })}</h1>${found.length > 0 ? html`<ul class="rows">${found.map((content) => contentRow(at, content))}</ul>` : html`<p class="subtle">${at.words.noResults}</p>`}</div>`,
  };
}

/** For what is not there, or not for this person: Confluence does not tell the two apart. */
export const missingPage = ({ words }: Viewing): Page => ({
  title: words.notFound,
  main: html`<div class="plain-page centred"><h1>${words.notFound}</h1><p class="subtle">${words.notFoundHelp}</p></div>`,
});

export const refusedPage = ({ words }: Viewing): Page => ({
  title: words.notAllowed,
  main: html`<div class="plain-page centred"><h1>${words.notAllowed}</h1><p class="subtle">${words.notAllowedHelp}</p></div>`,
});
