/** Ways into the Confluence stand-in from outside: browser sessions and scripts under `/wiki/`, bearer tokens under `/ex/`, the media host. */
import { Hono } from 'hono';
import { answerConfluence } from '#local/confluence/api';
import type { Directory } from '#local/confluence/directory';
import type { Caller, ConfluenceApi } from '#local/confluence/endpoint';
import { serveFile } from '#local/confluence/media';
import type { AppIdentity } from '#local/forge/identity';
import type { Manifest } from '#local/forge/manifest';
import { impersonationScopes, sessionScopes } from '#local/forge/product';
import type { Tokens } from '#local/forge/tokens';
import { isCrossOrigin, type Sessions, shellOrigin } from '#local/web/session';

export interface RestDeps {
  readonly manifest: Manifest;
  readonly identity: AppIdentity;
  readonly tokens: Tokens;
  readonly directory: Directory;
  readonly sessions: Sessions;
  /** The stand-in as seen from this origin. */
  apiAt(origin: string): ConfluenceApi;
}

const unauthorized = (): Response =>
  Response.json(
    { statusCode: 401, message: 'Sign in, or use basic auth with a name of the demo' },
    { status: 401, headers: { 'www-authenticate': 'Basic realm="Pagemail demo"' } },
  );

const bearerOf = (request: Request): string | undefined => /^bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];

/** The person behind a request of a browser or a script. Browsers may only be sent here by the shell's own pages. */
function personOf(deps: RestDeps, request: Request): Caller | undefined {
  const basic = deps.sessions.basicUser(request);
  if (basic === 'denied') return undefined;
  if (basic) return { actor: { kind: 'user', user: basic } };
  const user = deps.sessions.cookieUser(request);
  const isForeignWrite = request.method !== 'GET' && isCrossOrigin(request);
  return user && !isForeignWrite ? { actor: { kind: 'user', user } } : undefined;
}

/** Who a bearer token stands for: the app by its system token, a person by a token made from it. */
function bearerCaller(deps: RestDeps, request: Request): Caller | undefined {
  const grant = deps.tokens.grantOf(bearerOf(request) ?? '');
  if (grant?.kind === 'system') return { actor: { kind: 'app' }, scopes: sessionScopes(deps.manifest) };
  const user = grant && deps.directory.user(grant.accountId);
  return user?.active ? { actor: { kind: 'user', user }, scopes: impersonationScopes(deps.manifest) } : undefined;
}

export function restRoutes(deps: RestDeps): Hono {
  const app = new Hono();
  const asPerson = (request: Request): Promise<Response> | Response => {
    const caller = personOf(deps, request);
    return caller ? answerConfluence(deps.apiAt(shellOrigin(request)), caller, request) : unauthorized();
  };
  app.all('/wiki/rest/*', (c) => asPerson(c.req.raw));
  app.all('/wiki/api/*', (c) => asPerson(c.req.raw));
  app.get('/wiki/download/*', (c) => asPerson(c.req.raw));
  app.all(`/ex/confluence/:cloudId/*`, async (c) => {
    const request = c.req.raw;
    const caller = bearerCaller(deps, request);
    if (!caller) return Response.json({ code: 401, message: 'Unauthorized' }, { status: 401 });
    if (c.req.param('cloudId') !== deps.identity.cloudId) return Response.json({ code: 404, message: 'No such site' }, { status: 404 });
    const url = new URL(request.url);
    url.pathname = url.pathname.replace(`/ex/confluence/${deps.identity.cloudId}`, '');
    return answerConfluence(deps.apiAt(shellOrigin(request)), caller, await copyTo(url, request));
  });
  app.get('/_media/file/*', (c) => {
    const url = new URL(c.req.url);
    const id = deps.apiAt(shellOrigin(c.req.raw)).media.verify(url);
    const attachment = id === undefined ? undefined : deps.directory.attachment(id);
    return attachment ? serveFile(attachment) : c.json({ message: 'The address is not valid any more' }, 403);
  });
  return app;
}

async function copyTo(url: URL, request: Request): Promise<Request> {
  const body = request.method === 'GET' || request.method === 'HEAD' ? null : await request.arrayBuffer();
  return new Request(url, { method: request.method, headers: request.headers, body });
}
