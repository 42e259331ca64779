/** Everything that the site serves at its address. */
import { Hono } from 'hono';
import { answerConfluence } from '#local/confluence/api';
import type { Directory } from '#local/confluence/directory';
import type { Caller, ConfluenceApi } from '#local/confluence/endpoint';
import type { ForgeHost } from '#local/forge/host';
import type { RemoteAddresses } from '#local/forge/remotes';
import { bridgeScript } from '#local/shell/assets';
import shellRoutes from '#local/shell/routes';
import { createShellHost } from '#local/shell-host';
import { bridgeRoutes } from '#local/web/bridge';
import { graphqlRoutes } from '#local/web/graphql';
import { resourceRoutes } from '#local/web/resources';
import { restRoutes } from '#local/web/rest';
import { createSessions, type Sessions } from '#local/web/session';

export interface SiteAppDeps {
  readonly host: ForgeHost;
  readonly directory: Directory;
  readonly remotes: RemoteAddresses;
  readonly inboxUrl: string;
  /** The Confluence stand-in as seen from one of the site's origins. */
  apiAt(origin: string): ConfluenceApi;
  /** Told of each violation of the content security policy. */
  onViolation(report: unknown): void;
}

/** The site's request handler. Fixed addresses come first, the shell takes what is left. */
export function siteApp(deps: SiteAppDeps): (request: Request) => Promise<Response> {
  const { host, directory, remotes, inboxUrl, apiAt, onViolation } = deps;
  const { manifest, identity, tokens } = host;
  const sessions = createSessions(directory);
  const app = new Hono();
  app.route('/', resourceRoutes({ manifest, bridgeScript, onViolation }));
  app.route('/', graphqlRoutes({ manifest, identity, tokens, directory }));
  app.route('/', restRoutes({ manifest, identity, tokens, directory, sessions, apiAt }));
  const confluence = (origin: string, caller: Caller, request: Request) => answerConfluence(apiAt(origin), caller, request);
  app.route('/', bridgeRoutes({ host, directory, sessions, remotes, confluence }));
  app.route('/', shellRoutes(createShellHost({ host, directory, sessions, remotes, inboxUrl })));
  return signInFirst(app, sessions);
}

/** A browser that comes without a session is signed in as the demo's first person. */
function signInFirst(app: Hono, sessions: Sessions) {
  return async (request: Request): Promise<Response> => {
    const response = await app.fetch(request);
    const isPage = request.method === 'GET' && (response.headers.get('content-type') ?? '').startsWith('text/html');
    const isFrame = new URL(request.url).pathname.startsWith('/_forge/');
    if (!isPage || isFrame || sessions.cookieUser(request) || response.headers.has('set-cookie')) return response;
    const cookie = sessions.signIn(sessions.currentUser(request).username);
    const headers = new Headers(response.headers);
    if (cookie) headers.append('set-cookie', cookie);
    return new Response(response.body, { status: response.status, headers });
  };
}
