import { html } from 'hono/html';
import type { DemoSpace, ShellModule } from '#local/model';
import { avatar, type Markup, type Page, roleOf, type Viewing } from '#local/shell/frame';
import { icons } from '#local/shell/icons';
import { urls } from '#local/shell/urls';
import { spaceSide } from '#local/shell/views/tree';
import { fill } from '#local/shell/words';

/** Where the page's script puts the iframe of a module that is shown in place. */
const moduleSlot = (at: Viewing, module: ShellModule): Markup =>
  html`<div class="module-slot" data-module-slot="${module.key}"><p class="subtle">${fill(at.words.loading, { name: module.title })}</p></div>`;

interface Tab {
  readonly url: string;
  readonly title: string;
  readonly current: boolean;
}
const tabs = (label: string, list: readonly Tab[]): Markup =>
  html`<nav class="tabs" aria-label="${label}"><ul>${list.map((tab) => html`<li><a href="${tab.url}" ${tab.current ? 'aria-current=page' : ''}>${tab.title}</a></li>`)}</ul></nav>`;

/** Settings of a space: its own part, and a tab for each `confluence:spaceSettings` module this person is shown. Undefined for an unknown route. */
export function spaceSettingsPage(at: Viewing, space: DemoSpace, route?: string): Page | undefined {
  const { host, user, words } = at;
  const place = { spaceKey: space.key };
  const modules = host.modules('confluence:spaceSettings', user, place);
  const shown = route === undefined ? undefined : modules.find((module) => module.route === route);
  if (route !== undefined && !shown) return undefined;
  const list = [
    { url: urls.spaceSettings(space), title: words.general, current: !shown },
    ...modules.map((module) => ({
      url: urls.spaceApp(space, host.app, module.route ?? module.key),
      title: module.title,
      current: module === shown,
    })),
  ];
  const administrators = host.site.users.filter((person) => space.adminAccountIds.includes(person.accountId));
  const general = html`<h2>${words.details}</h2><dl class="facts"><dt>${words.name}</dt><dd>${space.name}</dd><dt>${words.key}</dt><dd>${space.key}</dd><dt>${words.description}</dt><dd>${space.description}</dd>
    <dt>${words.administrators}</dt><dd><ul class="plain">${administrators.map((person) => html`<li>${avatar(person)} ${person.name}</li>`)}</ul></dd></dl>
    <h2>${words.integrations}</h2>${modules.length > 0 ? html`<ul class="rows">${modules.map((module) => html`<li class="row"><a href="${urls.spaceApp(space, host.app, module.route ?? module.key)}">${icons.app}<span>${module.title}</span></a></li>`)}</ul>` : html`<p class="subtle">${words.noApps}</p>`}`;
  return {
    title: `${shown?.title ?? words.spaceSettings} – ${space.name}`,
    space,
    side: spaceSide(at, space),
    modules: shown ? [shown] : [],
    place,
    main: html`<div class="plain-page wide"><h1>${words.spaceSettings}</h1>${tabs(words.spaceSettings, list)}${shown ? moduleSlot(at, shown) : general}</div>`,
  };
}

/** A module's title, after the app's name unless it begins with it. */
const nameOf = (host: Viewing['host'], { title }: ShellModule): string =>
  title.startsWith(host.app.name) ? title : `${host.app.name}: ${title}`;

function adminSide(at: Viewing, modules: readonly ShellModule[]): Markup {
  const { host, words } = at;
  const link = (url: string, title: string): Markup =>
    html`<li><a href="${url}" ${at.path === url ? 'aria-current=page' : ''}>${icons.gear}<span>${title}</span></a></li>`;
  return html`<h2 class="side-heading">${words.administration}</h2><ul class="side-links">${link(urls.manageApps, words.manageApps)}${link(urls.connectedApp, words.connectedApps)}${link(urls.users, words.users)}</ul>
    <h2 class="side-heading">Apps</h2><ul class="side-links">${modules.map((module) => html`<li><a href="${urls.siteApp(host.app, module.key)}" ${at.path === urls.siteApp(host.app, module.key) ? 'aria-current=page' : ''}>${icons.app}<span>${nameOf(host, module)}</span></a></li>`)}</ul>`;
}

/** Administration of the site: one of its pages. Undefined where there is none of that name. */
export function adminPage(at: Viewing, which: 'apps' | 'connected-apps' | 'users' | { readonly moduleKey: string }): Page | undefined {
  const { host, user, words } = at;
  const modules = host.modules('confluence:globalSettings', user, {});
  const side = adminSide(at, modules);
  if (typeof which === 'object') {
    const module = modules.find(({ key }) => key === which.moduleKey);
    if (!module) return undefined;
    return {
      title: nameOf(host, module),
      side,
      modules: [module],
      place: {},
      main: html`<div class="plain-page wide"><h1 class="visually-hidden">${nameOf(host, module)}</h1>${moduleSlot(at, module)}</div>`,
    };
  }
  const views = { apps: manageApps, 'connected-apps': connectedApps, users: usersAndGroups };
  const titles = { apps: words.manageApps, 'connected-apps': words.connectedApps, users: words.users };
  return {
    title: titles[which],
    side,
    main: html`<div class="plain-page wide"><h1>${titles[which]}</h1>${views[which](at, modules)}</div>`,
  };
}

function manageApps({ host, words }: Viewing, modules: readonly ShellModule[]): Markup {
  const configure = modules.find(({ useAsConfig }) => useAsConfig);
  return html`<ul class="rows apps"><li class="row app-row"><span class="app-name">${icons.app}<span><strong>${host.app.name}</strong><span class="subtle">${words.version} ${host.app.version} · ${words.installed}</span></span></span>
    <span class="buttons">${configure ? html`<a class="button primary" href="${urls.siteApp(host.app, configure.key)}">${words.configure}</a>` : ''}<a class="button" href="${urls.connectedApp}">${words.dataManagement}</a></span></li></ul>`;
}

function connectedApps({ host, words }: Viewing): Markup {
  return html`<h2>${host.app.name} · ${words.dataManagement}</h2><p class="subtle">${words.remoteHint}</p>
    ${host.remotes().map(
      (remote) => html`<form class="remote" data-remote="${remote.key}"><h3>${remote.name}</h3><p class="subtle">${remote.description}</p>
      <label for="remote-${remote.key}">${words.address}</label><div class="field-row"><input id="remote-${remote.key}" name="endpoint" type="url" required value="${remote.endpoint ?? ''}" placeholder="https://" autocomplete="off"><button class="button primary" type="submit">${words.save}</button></div>
      <p role="status" class="form-status" data-saved="${words.saved}"></p></form>`,
    )}`;
}

function usersAndGroups(at: Viewing): Markup {
  const { host, words } = at;
  const groupsOf = (accountId: string): string =>
    host.site.groups
      .filter(({ members }) => members.includes(accountId))
      .map(({ name }) => name)
      .join(', ');
  return html`<div class="table-scroll"><table class="plain-table"><thead><tr><th scope="col">${words.name}</th><th scope="col">${words.email}</th><th scope="col">${words.groups}</th><th scope="col">${words.role}</th></tr></thead><tbody>
    ${host.site.users.map((person) => html`<tr><th scope="row"><a href="${urls.person(person)}">${person.name}</a></th><td>${person.email}</td><td>${groupsOf(person.accountId) || '–'}</td><td>${roleOf(at, person)}</td></tr>`)}</tbody></table></div>`;
}
