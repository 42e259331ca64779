import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { DemoContent, DemoSpace, ShellHost, ShellRoutes } from '#local/model';
import { shellScript, shellStyles, themeScript } from '#local/shell/assets';
import { emoticon, siteIcon } from '#local/shell/emoticons';
import { frame, type Page, type Viewing, viewing } from '#local/shell/frame';
import { urls } from '#local/shell/urls';
import { contentPage } from '#local/shell/views/content';
import * as lists from '#local/shell/views/lists';
import { adminPage, spaceSettingsPage } from '#local/shell/views/settings';

const ONE_YEAR_S = 31_536_000;

/** Only addresses of this site may follow a change of person. */
const pathOnly = (back: unknown): string => (typeof back === 'string' && /^\/(?![/\\])/.test(back) ? back : urls.home);

/** Page bodies bring inline styles; scripts and frames are the shell's own and the app's. */
function policy(host: ShellHost, request: Request): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "media-src 'self'",
    `frame-src ${host.frameOrigin(request)}`,
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function show(context: Context, at: Viewing, page: Page | undefined): Response | Promise<Response> {
  context.header('content-security-policy', policy(at.host, at.request));
  context.header('cache-control', 'no-store');
  if (page) return context.html(frame(at, page));
  return context.html(frame(at, lists.missingPage(at)), 404);
}

function refuse(context: Context, at: Viewing): Response | Promise<Response> {
  context.header('content-security-policy', policy(at.host, at.request));
  return context.html(frame(at, lists.refusedPage(at)), 403);
}

const spaceFor = ({ host, user }: Viewing, key: string | undefined): DemoSpace | undefined =>
  host.site.spaces.find((space) => space.key === key && host.canViewSpace(user, space));

const contentFor = ({ host, user }: Viewing, id: string | undefined): DemoContent | undefined =>
  host.site.contents.find((content) => content.id === id && host.canView(user, content));

function assetRoutes(app: Hono): void {
  app.get('/_shell/shell.css', async (context) => context.body(await shellStyles(), 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/_shell/shell.js', async (context) =>
    context.body(await shellScript(), 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/_shell/theme.js', (context) => context.body(themeScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.get('/_shell/icon.svg', (context) => context.body(siteIcon(), 200, { 'content-type': 'image/svg+xml' }));
  // Exported pages name the icons relative to themselves, rendered ones below /wiki/s/.
  app.get('/wiki/:path{.+/images/icons/.+\\.png}', (context) => {
    const svg = emoticon(context.req.path);
    return svg ? context.body(svg, 200, { 'content-type': 'image/svg+xml', 'cache-control': `max-age=${ONE_YEAR_S}` }) : context.notFound();
  });
}

function spaceRoutes(app: Hono, at: (context: Context) => Viewing): void {
  app.get('/wiki/spaces/:key', (context) => context.redirect(`/wiki/spaces/${encodeURIComponent(context.req.param('key'))}/overview`));
  app.get('/wiki/spaces/:key/overview', (context) => {
    const view = at(context);
    const space = spaceFor(view, context.req.param('key'));
    const home = space && contentFor(view, space.homepageId);
    if (space && !home) return show(context, view, lists.blogPage(view, space));
    return show(context, view, space && home && contentPage(view, space, home));
  });
  app.get('/wiki/spaces/:key/blog', (context) => {
    const view = at(context);
    const space = spaceFor(view, context.req.param('key'));
    return show(context, view, space && lists.blogPage(view, space));
  });
  const showContent = (context: Context): Response | Promise<Response> => {
    const view = at(context);
    const space = spaceFor(view, context.req.param('key'));
    const content = contentFor(view, context.req.param('id'));
    return show(context, view, space && content?.spaceId === space.id ? contentPage(view, space, content) : undefined);
  };
  app.get('/wiki/spaces/:key/pages/:id', showContent);
  app.get('/wiki/spaces/:key/pages/:id/:title{.+}', showContent);
  app.get('/wiki/spaces/:key/blog/:year/:month/:day/:id/:title?', showContent);
  app.get('/wiki/pages/viewpage.action', (context) => {
    const view = at(context);
    const content = contentFor(view, context.req.query('pageId'));
    const space = view.host.site.spaces.find(({ id }) => id === content?.spaceId);
    return space && content ? context.redirect(urls.content(space, content)) : show(context, view, undefined);
  });
  app.get('/wiki/pages/viewpageattachments.action', (context) => {
    const view = at(context);
    const content = contentFor(view, context.req.query('pageId'));
    const space = view.host.site.spaces.find(({ id }) => id === content?.spaceId);
    return show(context, view, space && content && lists.attachmentsPage(view, space, content));
  });
}

function settingsRoutes(app: Hono, at: (context: Context) => Viewing): void {
  const spaceSettings = (context: Context): Response | Promise<Response> => {
    const view = at(context);
    const space = spaceFor(view, context.req.param('key'));
    if (!space) return show(context, view, undefined);
    if (!view.host.isSpaceAdmin(view.user, space)) return refuse(context, view);
    return show(context, view, spaceSettingsPage(view, space, context.req.param('route')));
  };
  app.get('/wiki/spaces/:key/settings', spaceSettings);
  app.get('/wiki/spaces/:key/settings/apps/:app/:environment/:route', spaceSettings);
  const admin =
    (which: (context: Context) => Parameters<typeof adminPage>[1]) =>
    (context: Context): Response | Promise<Response> => {
      const view = at(context);
      if (!view.host.isSiteAdmin(view.user)) return refuse(context, view);
      return show(context, view, adminPage(view, which(context)));
    };
  app.get('/wiki/modules/:key', (context) => {
    const view = at(context);
    const key = context.req.param('key');
    const space = spaceFor(view, context.req.query('spaceKey'));
    const tab =
      space && view.host.modules('confluence:spaceSettings', view.user, { spaceKey: space.key }).find((module) => module.key === key);
    if (space && tab) return context.redirect(urls.spaceApp(space, view.host.app, tab.route ?? tab.key));
    return context.redirect(urls.siteApp(view.host.app, key));
  });
  app.get(urls.admin, (context) => context.redirect(urls.manageApps));
  app.get(
    urls.manageApps,
    admin(() => 'apps'),
  );
  app.get(
    urls.connectedApp,
    admin(() => 'connected-apps'),
  );
  app.get(
    urls.users,
    admin(() => 'users'),
  );
  app.get(
    '/wiki/admin/apps/:app/:environment/:module',
    admin((context) => ({ moduleKey: context.req.param('module') ?? '' })),
  );
}

function peopleRoutes(app: Hono, at: (context: Context) => Viewing): void {
  app.get(urls.people, (context) => show(context, at(context), lists.peoplePage(at(context))));
  app.get('/wiki/people/:id', (context) => show(context, at(context), lists.personPage(at(context), context.req.param('id'))));
}

/** The plain Confluence that people see in the browser. Mount it last: unknown addresses get its own “not found”. */
const shellRoutes: ShellRoutes = (host) => {
  const app = new Hono();
  const at = (context: Context): Viewing => viewing(host, context);
  app.use(
    secureHeaders({
      xFrameOptions: 'DENY',
      crossOriginResourcePolicy: false,
      crossOriginOpenerPolicy: false,
      originAgentCluster: false,
      referrerPolicy: 'same-origin',
    }),
  );
  assetRoutes(app);
  app.get('/', (context) => context.redirect(urls.home));
  app.get('/wiki', (context) => context.redirect(urls.home));
  app.get(urls.home, (context) => show(context, at(context), lists.homePage(at(context))));
  app.get(urls.spaces, (context) => show(context, at(context), lists.spacesPage(at(context))));
  app.get(urls.search, (context) => show(context, at(context), lists.searchPage(at(context), context.req.query('text') ?? '')));
  app.post('/_shell/sign-in', async (context) => {
    const form = await context.req.formData();
    const cookie = host.signIn(String(form.get('username') ?? ''));
    if (cookie) context.header('set-cookie', cookie);
    return context.redirect(pathOnly(form.get('back')), 303);
  });
  peopleRoutes(app, at);
  spaceRoutes(app, at);
  settingsRoutes(app, at);
  app.get('*', (context) => show(context, at(context), undefined));
  return app;
};

export default shellRoutes;
