import { html } from 'hono/html';
import type { DemoSpace, ShellModule } from '#local/model';
import { type Markup, type Page, roleOf, type Viewing } from '#local/shell/frame';
import { icons } from '#local/shell/icons';
import { urls } from '#local/shell/urls';
import { facts, linkRow, personList, placeLink, plainPage, rowList, subtle, table } from '#local/shell/views/parts';
import { spaceSide } from '#local/shell/views/tree';
import { fill } from '#local/shell/words';

/** Where the page's script puts the iframe of a module that is shown in place. */
const moduleSlot = ({ words }: Viewing, module: ShellModule): Markup =>
  html`<div class="module-slot" data-module-slot="${module.key}">${subtle(fill(words.loading, { name: module.title }))}</div>`;

const tabAddress = ({ host }: Viewing, space: DemoSpace, module: ShellModule): string =>
  urls.spaceApp(space, host.app, module.route ?? module.key);

function spaceTabs(at: Viewing, space: DemoSpace, modules: readonly ShellModule[], shown: ShellModule | undefined): Markup {
  const apps = modules.map((module) => placeLink(at, tabAddress(at, space, module), module.title, module === shown));
  return html`<nav class="tabs" aria-label="${at.words.spaceSettings}"><ul>
    ${placeLink(at, urls.spaceSettings(space), at.words.general, !shown)}${apps}
  </ul></nav>`;
}

function spaceDetails(at: Viewing, space: DemoSpace, modules: readonly ShellModule[]): Markup {
  const { host, words } = at;
  const administrators = host.site.users.filter((person) => space.adminAccountIds.includes(person.accountId));
  const details = facts([
    [words.name, space.name],
    [words.key, space.key],
    [words.description, space.description],
    [words.administrators, personList(administrators)],
  ]);
  const apps = modules.map((module) => linkRow(tabAddress(at, space, module), icons.app, module.title));
  return html`<h2>${words.details}</h2>${details}<h2>${words.integrations}</h2>${rowList(apps, words.noApps)}`;
}

/** Settings of a space: its own part, and a tab for each `confluence:spaceSettings` module this person is shown. Undefined for an unknown route. */
export function spaceSettingsPage(at: Viewing, space: DemoSpace, route?: string): Page | undefined {
  const { host, user, words } = at;
  const place = { spaceKey: space.key };
  const modules = host.modules('confluence:spaceSettings', user, place);
  const shown = route === undefined ? undefined : modules.find((module) => module.route === route);
  if (route !== undefined && !shown) return undefined;
  const content = shown ? moduleSlot(at, shown) : spaceDetails(at, space, modules);
  return {
    title: `${shown?.title ?? words.spaceSettings} – ${space.name}`,
    space,
    side: spaceSide(at, space),
    modules: shown ? [shown] : [],
    place,
    main: plainPage(words.spaceSettings, html`${spaceTabs(at, space, modules, shown)}${content}`, 'wide'),
  };
}

/** A module's title, after the app's name unless it begins with it. */
const nameOf = (host: Viewing['host'], { title }: ShellModule): string =>
  title.startsWith(host.app.name) ? title : `${host.app.name}: ${title}`;

function adminSide(at: Viewing, modules: readonly ShellModule[]): Markup {
  const { host, words } = at;
  const link = (url: string, title: string, icon = icons.gear): Markup => placeLink(at, url, html`${icon}<span>${title}</span>`);
  const apps = modules.map((module) => link(urls.siteApp(host.app, module.key), nameOf(host, module), icons.app));
  return html`<h2 class="side-heading">${words.administration}</h2>
    <ul class="side-links">
      ${link(urls.manageApps, words.manageApps)}
      ${link(urls.connectedApp, words.connectedApps)}
      ${link(urls.users, words.users)}
    </ul>
    <h2 class="side-heading">Apps</h2><ul class="side-links">${apps}</ul>`;
}

/** A module for the whole site, in place. It brings its own heading: the shell's is for those who do not see it. */
function modulePage(at: Viewing, side: Markup, module: ShellModule): Page {
  const title = nameOf(at.host, module);
  const main = html`<div class="plain-page wide"><h1 class="visually-hidden">${title}</h1>${moduleSlot(at, module)}</div>`;
  return { title, side, modules: [module], place: {}, main };
}

/** Administration of the site: one of its pages. Undefined where there is none of that name. */
export function adminPage(at: Viewing, which: 'apps' | 'connected-apps' | 'users' | { readonly moduleKey: string }): Page | undefined {
  const { host, user, words } = at;
  const modules = host.modules('confluence:globalSettings', user, {});
  const side = adminSide(at, modules);
  if (typeof which === 'object') {
    const module = modules.find(({ key }) => key === which.moduleKey);
    return module && modulePage(at, side, module);
  }
  const views = { apps: manageApps, 'connected-apps': connectedApps, users: usersAndGroups };
  const titles = { apps: words.manageApps, 'connected-apps': words.connectedApps, users: words.users };
  return { title: titles[which], side, main: plainPage(titles[which], views[which](at, modules), 'wide') };
}

function manageApps({ host, words }: Viewing, modules: readonly ShellModule[]): Markup {
  const configure = modules.find(({ useAsConfig }) => useAsConfig);
  const state = `${words.version} ${host.app.version} · ${words.installed}`;
  const button = configure ? html`<a class="button primary" href="${urls.siteApp(host.app, configure.key)}">${words.configure}</a>` : '';
  return html`<ul class="rows"><li class="row">
    <span class="app-name">${icons.app}<span><strong>${host.app.name}</strong><span class="subtle">${state}</span></span></span>
    <span class="buttons">${button}<a class="button" href="${urls.connectedApp}">${words.dataManagement}</a></span>
  </li></ul>`;
}

type Remote = ReturnType<Viewing['host']['remotes']>[number];

function remoteForm({ words }: Viewing, remote: Remote): Markup {
  const id = `remote-${remote.key}`;
  const value = remote.endpoint ?? '';
  return html`<form class="remote" data-remote="${remote.key}">
    <h3>${remote.name}</h3>${subtle(remote.description)}
    <label for="${id}">${words.address}</label>
    <div class="field-row">
      <input id="${id}" name="endpoint" type="url" required value="${value}" placeholder="https://" autocomplete="off">
      <button class="button primary" type="submit">${words.save}</button>
    </div>
    <p role="status" class="form-status" data-saved="${words.saved}"></p>
  </form>`;
}

/** Where the app sends data, as in admin.atlassian.com's “Connected apps”. */
function connectedApps(at: Viewing): Markup {
  const { host, words } = at;
  return html`<h2>${host.app.name} · ${words.dataManagement}</h2>${subtle(words.remoteHint)}
    ${host.remotes().map((remote) => remoteForm(at, remote))}`;
}

function usersAndGroups(at: Viewing): Markup {
  const { host, words } = at;
  const groupsOf = (accountId: string): string[] =>
    host.site.groups.filter(({ members }) => members.includes(accountId)).map(({ name }) => name);
  const rows = host.site.users.map((person) => [
    html`<a href="${urls.person(person)}">${person.name}</a>`,
    person.email,
    groupsOf(person.accountId).join(', ') || '–',
    roleOf(at, person),
  ]);
  return table(
    [words.name, words.email, words.groups, words.role].map((title) => ({ title })),
    rows,
  );
}
