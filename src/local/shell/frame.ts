import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { DemoSpace, DemoUser, ShellHost, ShellModule } from '#local/model';
import { icons } from '#local/shell/icons';
import { urls } from '#local/shell/urls';
import { fill, type Words, wordsFor } from '#local/shell/words';

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What every view needs: who looks, in which words. */
export interface Viewing {
  readonly host: ShellHost;
  readonly user: DemoUser;
  readonly words: Words;
  readonly request: Request;
  readonly path: string;
  readonly dark: boolean;
}

export interface Page {
  readonly title: string;
  readonly main: Markup;
  readonly space?: DemoSpace | undefined;
  readonly side?: Markup;
  /** Modules that the page's script can open or shows in place; keys are those of the manifest. */
  readonly modules?: readonly ShellModule[];
  readonly place?: { readonly contentId?: string; readonly spaceKey?: string };
}

export const viewing = (host: ShellHost, context: Context): Viewing => {
  const user = host.currentUser(context.req.raw);
  return {
    host,
    user,
    words: wordsFor(user.locale),
    request: context.req.raw,
    path: new URL(context.req.url).pathname + new URL(context.req.url).search,
    dark: /(?:^|;\s*)pagemail_theme=dark(?:;|$)/.test(context.req.header('cookie') ?? ''),
  };
};

const AVATAR_COLOURS = ['#1558bc', '#5e4db2', '#216e4e', '#943d73', '#9e4c00', '#206a83', '#ae2e24', '#44546f'];

/** A circle with the person's initials. Decorative: the name stands beside it. */
export function avatar(user: DemoUser, size = 24): Markup {
  const colour = AVATAR_COLOURS[[...user.accountId].reduce((sum, character) => sum + character.charCodeAt(0), 0) % AVATAR_COLOURS.length];
  const words = user.name.split(/\s+/);
  const initials = `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`;
  return html`<span class="avatar" aria-hidden="true" style="--size:${size}px;--colour:${colour}">${initials}</span>`;
}

/** What this person may do, in a few words. */
export function roleOf({ host, words }: Viewing, user: DemoUser): string {
  if (!user.active) return words.deactivated;
  if (host.isSiteAdmin(user)) return words.siteAdmin;
  const spaces = host.site.spaces.filter((space) => host.isSpaceAdmin(user, space)).map((space) => space.key);
  if (spaces.length > 0) return fill(words.spaceAdmin, { spaces: spaces.join(', ') });
  const group = host.site.groups.find(({ members, name }) => members.includes(user.accountId) && !name.includes('users'));
  return group ? `${words.member} · ${group.name}` : words.member;
}

function personItem(at: Viewing, person: DemoUser): Markup {
  const checked = String(person.accountId === at.user.accountId);
  const disabled = person.active ? '' : 'disabled';
  return html`<li role="none">
    <button role="menuitemradio" type="submit" name="username" value="${person.username}" class="menu-item" aria-checked="${checked}" ${disabled}>
      ${avatar(person, 28)}
      <span><span class="person-name">${person.name}</span><span class="person-role">${roleOf(at, person)}</span></span>
    </button></li>`;
}

function userSwitch(at: Viewing): Markup {
  const { host, user, words } = at;
  const items = host.site.users.map((person) => personItem(at, person));
  return html`<div class="menu-anchor">
    <button type="button" class="user-button" data-menu="user-menu" aria-haspopup="menu" aria-expanded="false" aria-controls="user-menu">
      <span class="visually-hidden">${words.signedInAs}</span>${avatar(user, 28)}<span class="user-name">${user.name}<span class="user-role">${roleOf(at, user)}</span></span></button>
    <form method="post" action="/_shell/sign-in"><input type="hidden" name="back" value="${at.path}">
      <ul role="menu" id="user-menu" class="menu menu-right" aria-label="${words.switchUser}" hidden>${items}</ul></form>
  </div>`;
}

function topBar(at: Viewing, space: DemoSpace | undefined): Markup {
  const { host, words, user } = at;
  const current = (url: string): Markup | string =>
    at.path.startsWith(url) && !(url === urls.spaces && space) ? raw(' aria-current="page"') : '';
  return html`<header class="topbar">
    <button type="button" class="icon-button side-toggle" data-toggle-side aria-label="${words.menu}" aria-expanded="false">${icons.bars}</button>
    <a class="brand" href="${urls.home}"><span class="brand-mark" aria-hidden="true"></span>Harbour</a>
    <nav aria-label="Confluence" class="topnav">
      <a href="${urls.home}"${current(urls.home)}>${words.home}</a>
      <a href="${urls.spaces}"${current(urls.spaces)}>${words.spaces}</a>
      <a href="${urls.people}"${current(urls.people)}>${words.people}</a>
      ${host.isSiteAdmin(user) ? html`<a href="${urls.admin}"${current(urls.admin)}>${words.administration}</a>` : ''}
    </nav>
    <form class="search" role="search" action="${urls.search}">${icons.search}<input type="search" name="text" aria-label="${words.searchLabel}" placeholder="${words.search}"></form>
    <a class="icon-button labelled" href="${host.inboxUrl}" target="_blank" rel="noopener">${icons.mail}<span>${words.inbox}</span></a>
    <button type="button" class="icon-button" data-theme-switch data-light="${words.light}" data-dark="${words.dark}" aria-label="${at.dark ? words.light : words.dark}">
      <span class="when-light">${icons.moon}</span><span class="when-dark">${icons.sun}</span></button>
    ${userSwitch(at)}
  </header>`;
}

/** Data for the page's script: JSON that cannot end its element. */
const jsonScript = (value: unknown): Markup =>
  html`<script type="application/json" id="shell-data">${raw(JSON.stringify(value).replace(/</g, '\\u003c'))}</script>`;

/** The whole document around a view. */
export function frame(at: Viewing, page: Page): Markup {
  const { host, words, request } = at;
  const data = {
    app: host.app.name,
    isSiteAdmin: host.isSiteAdmin(at.user),
    frameOrigin: host.frameOrigin(request),
    place: page.place ?? {},
    modules: page.modules ?? [],
    words: {
      close: words.close,
      dismiss: words.dismiss,
      copied: words.copied,
      loading: words.loading,
      allowTitle: words.allowTitle,
      allowText: words.allowText,
      allow: words.allow,
      cancel: words.cancel,
    },
  };
  return html`<!doctype html>
<html lang="${words.language}" data-color-mode="${at.dark ? 'dark' : 'light'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${page.title} – Harbour Confluence</title>
<script src="/_shell/theme.js"></script><link rel="icon" href="/_shell/icon.svg"><link rel="stylesheet" href="/_shell/shell.css"></head>
<body class="${page.side ? 'with-side' : ''}">
<a class="skip" href="#main">${words.skip}</a>
${topBar(at, page.space)}
<div class="columns">
${page.side ? html`<nav class="side" aria-label="${page.space?.name ?? words.administration}">${page.side}</nav>` : ''}
<main id="main" tabindex="-1">${page.main}</main>
</div>
<div id="flags" class="flags" role="status"></div>
${jsonScript(data)}<script src="/_shell/shell.js" defer></script>
</body></html>`;
}
