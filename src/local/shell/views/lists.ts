import { html } from 'hono/html';
import type { DemoContent, DemoSpace } from '#local/model';
import { dayFor, sizeFor } from '#local/shell/dates';
import { avatar, type Markup, type Page, roleOf, type Viewing } from '#local/shell/frame';
import { urls } from '#local/shell/urls';
import { attachmentsOf } from '#local/shell/views/content';
import { breadcrumbs, card, cardList, contentRow, facts, plainPage, rowList, subtle, table } from '#local/shell/views/parts';
import { spaceMark, spaceSide } from '#local/shell/views/tree';
import { fill } from '#local/shell/words';

/** Rows on the first page. */
const RECENT = 9;

/** Pages and posts that this person may view, the latest first. */
const visibleContents = ({ host, user }: Viewing): DemoContent[] =>
  host.site.contents.filter((content) => host.canView(user, content)).sort((one, other) => other.createdAt.localeCompare(one.createdAt));

const contentList = (at: Viewing, contents: readonly DemoContent[]): Markup =>
  rowList(
    contents.map((content) => contentRow(at, content)),
    at.words.noResults,
  );

const spaceCards = ({ host, user }: Viewing): Markup =>
  cardList(
    host.site.spaces
      .filter((space) => host.canViewSpace(user, space))
      .map((space) => card(urls.space(space), spaceMark(space, 36), space.name, space.description)),
  );

/** Where somebody lands: the spaces, and what is new. */
export function homePage(at: Viewing): Page {
  const { words, user } = at;
  const recent = contentList(at, visibleContents(at).slice(0, RECENT));
  const content = html`<h2>${words.spaces}</h2>${spaceCards(at)}<h2>${words.recent}</h2>${recent}`;
  return { title: words.home, main: plainPage(fill(words.welcome, { name: user.name.split(' ')[0] ?? '' }), content) };
}

export const spacesPage = (at: Viewing): Page => ({ title: at.words.spaces, main: plainPage(at.words.spaces, spaceCards(at)) });

/** Blog posts of a space, the latest first. */
export function blogPage(at: Viewing, space: DemoSpace): Page {
  const posts = visibleContents(at).filter((content) => content.type === 'blogpost' && content.spaceId === space.id);
  return {
    title: `${at.words.blog} – ${space.name}`,
    space,
    side: spaceSide(at, space),
    main: plainPage(at.words.blog, contentList(at, posts)),
  };
}

function attachmentTable(at: Viewing, content: DemoContent): Markup {
  const { words, user } = at;
  const columns = [
    { title: words.file },
    { title: words.size, number: true },
    { title: 'MIME' },
    { title: words.version, number: true },
    { title: words.modified },
  ];
  const rows = attachmentsOf(at, content).map((file) => [
    html`<a href="${urls.download(file)}">${file.title}</a>`,
    sizeFor(user, file.sizeBytes),
    file.mediaType,
    String(file.version),
    dayFor(user, file.createdAt),
  ]);
  return rows.length > 0 ? table(columns, rows) : subtle(words.noAttachments);
}

/** Files of a page. */
export function attachmentsPage(at: Viewing, space: DemoSpace, content: DemoContent): Page {
  const { words } = at;
  const trail = breadcrumbs([
    [urls.space(space), space.name],
    [urls.content(space, content), content.title],
  ]);
  return {
    title: `${words.attachments} – ${content.title}`,
    space,
    side: spaceSide(at, space, content),
    main: html`${trail}${plainPage(words.attachments, attachmentTable(at, content))}`,
  };
}

/** Everybody on the site. */
export function peoplePage(at: Viewing): Page {
  const people = at.host.site.users.map((person) => card(urls.person(person), avatar(person, 36), person.name, roleOf(at, person)));
  return { title: at.words.people, main: plainPage(at.words.people, cardList(people)) };
}

/** One person's profile; the address only where their settings show it, or to themselves. */
export function personPage(at: Viewing, accountId: string): Page | undefined {
  const { host, user, words } = at;
  const person = host.site.users.find((candidate) => candidate.accountId === accountId);
  if (!person) return undefined;
  const shown = person.emailVisible || person.accountId === user.accountId;
  const groups = host.site.groups.filter(({ members }) => members.includes(person.accountId)).map(({ name }) => name);
  const written = visibleContents(at).filter(({ authorId }) => authorId === person.accountId);
  const about = facts([
    [words.email, shown ? person.email : html`<em>${words.emailHidden}</em>`],
    [words.timezone, person.timezone],
    [words.groups, groups.join(', ') || '–'],
  ]);
  return {
    title: person.name,
    main: html`<div class="plain-page">
      <div class="profile">${avatar(person, 72)}<div><h1>${person.name}</h1>${subtle(roleOf(at, person))}</div></div>
      ${about}<h2>${words.recent}</h2>${contentList(at, written)}
    </div>`,
  };
}

/** Pages and posts whose title or text holds every word. */
export function searchPage(at: Viewing, query: string): Page {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = visibleContents(at).filter(({ title, body }) => {
    const text = `${title} ${body.replace(/<[^>]*>/g, ' ')}`.toLowerCase();
    return wanted.length > 0 && wanted.every((word) => text.includes(word));
  });
  return { title: at.words.search, main: plainPage(fill(at.words.results, { query }), contentList(at, found)) };
}

/** For what is not there, or not for this person: Confluence does not tell the two apart. */
export const missingPage = ({ words }: Viewing): Page => ({
  title: words.notFound,
  main: plainPage(words.notFound, subtle(words.notFoundHelp), 'centred'),
});

export const refusedPage = ({ words }: Viewing): Page => ({
  title: words.notAllowed,
  main: plainPage(words.notAllowed, subtle(words.notAllowedHelp), 'centred'),
});
