import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import type { InboxRoutes } from '#local/model';
import { bundleScript, once, themeScript } from '#local/shell/assets';
import { siteIcon } from '#local/shell/emoticons';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const script = once(() => bundleScript(here('browser/inbox.ts')));
const styles = once(async () => {
  const parts = await Promise.all(['../shell/styles/base.css', 'inbox.css'].map((path) => readFile(here(path), 'utf8')));
  return parts.join('\n');
});

/** Mail may not run scripts, nor load anything but the parts it brought. Its frame inherits this. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page = (siteUrl: string, dark: boolean) => html`<!doctype html>
<html lang="en" data-color-mode="${dark ? 'dark' : 'light'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Inbox</title>
<script src="/assets/theme.js"></script><link rel="icon" href="/assets/icon.svg"><link rel="stylesheet" href="/assets/inbox.css"></head>
<body>
<header class="bar">
  <h1><span class="mark" aria-hidden="true"></span>Inbox <span id="count" class="count"></span></h1>
  <span class="grow"></span>
  <a class="button plain" href="${siteUrl}">Confluence</a>
  <button type="button" class="button plain" id="theme" aria-pressed="${dark}">Dark</button>
  <button type="button" class="button" id="delete-all">Delete all</button>
</header>
<div class="panes">
  <nav class="list" aria-label="Mails"><ul id="list"></ul></nav>
  <main id="reading" aria-label="Mail"></main>
</div>
<p id="announce" class="visually-hidden" role="status"></p>
<script src="/assets/inbox.js" defer></script>
</body></html>`;

/** The inbox's page. */
const inboxRoutes: InboxRoutes = (inbox) => {
  const app = new Hono();
  app.use(
    secureHeaders({ xFrameOptions: 'DENY', crossOriginResourcePolicy: false, crossOriginOpenerPolicy: false, originAgentCluster: false }),
  );
  app.get('/', (context) => {
    context.header('content-security-policy', POLICY);
    return context.html(page(inbox.siteUrl, /(?:^|;\s*)pagemail_theme=dark(?:;|$)/.test(context.req.header('cookie') ?? '')));
  });
  app.get('/assets/inbox.js', async (context) => context.body(await script(), 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.get('/assets/inbox.css', async (context) => context.body(await styles(), 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/assets/theme.js', (context) => context.body(themeScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.get('/assets/icon.svg', (context) => context.body(siteIcon(), 200, { 'content-type': 'image/svg+xml' }));
  return app;
};

export default inboxRoutes;
