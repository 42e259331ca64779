/** What the shell's script asks the host on behalf of the app's iframe, and the same for scripts. */
import { Hono } from 'hono';
import * as z from 'zod';
import type { Directory } from '#local/confluence/directory';
import type { Caller } from '#local/confluence/endpoint';
import type { ForgeHost } from '#local/forge/host';
import { MAX_INVOKE_REQUEST_BYTES, type Outcome } from '#local/forge/invoke';
import { sessionScopes } from '#local/forge/product';
import { addressProblem, listRemotes, type RemoteAddresses } from '#local/forge/remotes';
import type { BridgeContext, BridgeProducted, DemoUser, ModulePlace } from '#local/model';
import { isCrossOrigin, type Sessions, shellOrigin } from '#local/web/session';

const placeSchema = z.object({ contentId: z.string().optional(), spaceKey: z.string().optional() }).default({});
const contextSchema = z.object({ moduleKey: z.string(), place: placeSchema });
const invokeSchema = contextSchema.extend({ functionKey: z.string(), payload: z.unknown().optional() });
const productSchema = z.object({
  product: z.string(),
  restPath: z.string(),
  fetchRequestInit: z.object({
    method: z.string().optional(),
    headers: z.array(z.tuple([z.string(), z.string()])).optional(),
    body: z.string().nullish(),
  }),
  isMultipartFormData: z.boolean().optional(),
});
const remoteGetSchema = z.object({ keys: z.array(z.string()).optional() });
const remoteSetSchema = z.object({
  remotes: z.array(z.object({ key: z.string(), configured: z.object({ endpoint: z.string() }) })).min(1),
});
/** A script may write an id as a number. */
const idSchema = z.union([z.string(), z.number().int().nonnegative().transform(String)]);
const scriptSchema = z.object({
  module: z.string(),
  functionKey: z.string(),
  payload: z.unknown().optional(),
  context: z
    .object({ contentId: idSchema.nullish(), spaceKey: z.string().nullish() })
    .nullish()
    .transform((place) => ({ contentId: place?.contentId ?? undefined, spaceKey: place?.spaceKey ?? undefined })),
});

export interface BridgeDeps {
  readonly host: ForgeHost;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly remotes: RemoteAddresses;
  confluence(origin: string, caller: Caller, request: Request): Promise<Response>;
}

type Status = 400 | 401 | 403 | 404 | 413 | 500 | 504;
const refuse = (status: number, message: string): Response => Response.json({ error: { message } }, { status });

/** `extension` as the platform fills it for a module at a place. Whether the person may be there is the app's to check. */
export function extensionOf(directory: Directory, place: ModulePlace): Record<string, unknown> {
  const content = place.contentId === undefined ? undefined : directory.content(place.contentId);
  const space = content ? directory.space(content.spaceId) : directory.spaceByKey(place.spaceKey ?? '');
  return {
    ...(place.contentId === undefined ? {} : { content: { id: place.contentId, type: content?.type ?? 'page' } }),
    ...(space ? { space: { id: space.id, key: space.key } } : {}),
  };
}

const asResponse = (outcome: Outcome): Response =>
  outcome.ok ? Response.json({ result: outcome.result }) : refuse(outcome.status, outcome.message);

async function readBody<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S> | undefined> {
  const parsed = schema.safeParse(await request.json().catch(() => undefined));
  return parsed.success ? parsed.data : undefined;
}

/** Text as it is, anything else in base64: only text crosses the bridge. */
async function toProducted(response: Response): Promise<BridgeProducted> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isText = /^(text\/|application\/([a-z.+-]*\+)?json)/.test(response.headers.get('content-type') ?? 'text/');
  return {
    body: isText ? bytes.toString() : bytes.toString('base64'),
    headers: Object.fromEntries(response.headers),
    status: response.status,
    statusText: response.statusText,
    isAttachment: !isText,
  };
}

export function bridgeRoutes(deps: BridgeDeps): Hono<{ Variables: { user: DemoUser } }> {
  const app = new Hono<{ Variables: { user: DemoUser } }>();

  app.post('/_forge/*', async (c, next) => {
    const user = deps.sessions.cookieUser(c.req.raw);
    if (!user) return refuse(401, 'Nobody is signed in');
    if (c.req.header('x-pagemail-bridge') !== '1' || isCrossOrigin(c.req.raw)) return refuse(403, 'Only the shell may call the bridge');
    c.set('user', user);
    return next();
  });

  app.post('/_forge/context', async (c) => {
    const body = await readBody(c.req.raw, contextSchema);
    const found = body && deps.host.manifest.module(body.moduleKey);
    if (!body || !found) return refuse(404, 'The manifest has no such module');
    const { identity } = deps.host;
    const user = c.get('user');
    return c.json({
      accountId: user.accountId,
      cloudId: identity.cloudId,
      environmentId: identity.environmentId,
      environmentType: identity.environmentType,
      localId: `${identity.contextAri}/${identity.appId}/${body.moduleKey}`,
      locale: user.locale,
      moduleKey: body.moduleKey,
      siteUrl: shellOrigin(c.req.raw),
      timezone: user.timezone,
      extension: { ...extensionOf(deps.directory, body.place), type: found.kind },
    } satisfies BridgeContext);
  });

  app.post('/_forge/invoke', async (c) => {
    const length = Number(c.req.header('content-length') ?? 0);
    if (length > 2 * MAX_INVOKE_REQUEST_BYTES) return refuse(413, 'The request is larger than 500 KB');
    const body = await readBody(c.req.raw, invokeSchema);
    if (!body) return refuse(400, 'moduleKey and functionKey are needed');
    const context = { extension: extensionOf(deps.directory, body.place) };
    return asResponse(await deps.host.invoke({ ...body, accountId: c.get('user').accountId, context }));
  });

  app.post('/_forge/product', async (c) => {
    const body = await readBody(c.req.raw, productSchema);
    if (!body) return refuse(400, 'product, restPath and fetchRequestInit are needed');
    if (body.product !== 'confluence') return refuse(400, `The local site does not know the product ${body.product}`);
    if (body.isMultipartFormData) return refuse(400, 'The local site does not know uploads over the bridge');
    const caller: Caller = { actor: { kind: 'user', user: c.get('user') }, scopes: sessionScopes(deps.host.manifest) };
    const { method = 'GET', headers = [], body: text } = body.fetchRequestInit;
    const origin = shellOrigin(c.req.raw);
    const request = new Request(new URL(`/wiki${body.restPath.replace(/^\/wiki(?=\/)/, '')}`, origin), {
      method,
      headers,
      body: text ?? null,
    });
    const response = await deps.confluence(origin, caller, request);
    const location = response.headers.get('location');
    return c.json(await toProducted(location ? await fetch(location) : response));
  });

  app.post('/_forge/remote/get', async (c) => {
    const body = await readBody(c.req.raw, remoteGetSchema);
    const shown = listRemotes(deps.host.manifest, deps.remotes).filter(({ key }) => body?.keys?.includes(key) ?? true);
    return c.json({ results: shown.flatMap(({ key, endpoint }) => (endpoint ? [{ key, configured: { endpoint } }] : [])) });
  });

  app.post('/_forge/remote/set', async (c) => {
    if (!deps.directory.isSiteAdmin(c.get('user'))) return refuse(403, 'Only site administrators may set the address of a remote');
    const body = await readBody(c.req.raw, remoteSetSchema);
    if (!body) return refuse(400, 'remotes with key and configured.endpoint are needed');
    for (const { key, configured } of body.remotes) {
      const problem = addressProblem(
        deps.host.manifest.remotes.find((remote) => remote.key === key),
        configured.endpoint,
      );
      if (problem) return refuse(400, problem);
    }
    for (const { key, configured } of body.remotes) deps.remotes.set(key, configured.endpoint);
    return c.json({ results: body.remotes });
  });

  app.post('/_forge/*', (c) => refuse(404, `The local site does not know ${c.req.path}`));

  /** For scripts: a resolver's result, or `{error: {message}}` with the status of the platform's refusal. */
  app.post('/_local/invoke', async (c) => {
    if (isCrossOrigin(c.req.raw)) return refuse(403, 'This is for scripts');
    const user = deps.sessions.basicUser(c.req.raw);
    if (!user || user === 'denied')
      return c.json({ error: { message: 'Basic auth with a name of the demo is needed' } }, 401, { 'www-authenticate': 'Basic' });
    const parsed = scriptSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success)
      return refuse(400, `Needed is JSON with module, functionKey, payload and context.\n${z.prettifyError(parsed.error)}`);
    const body = parsed.data;
    const context = { extension: extensionOf(deps.directory, body.context) };
    const { module: moduleKey, functionKey, payload } = body;
    const outcome = await deps.host.invoke({ moduleKey, functionKey, payload, accountId: user.accountId, context });
    return outcome.ok ? Response.json(outcome.result ?? null) : c.json({ error: { message: outcome.message } }, outcome.status as Status);
  });
  app.all('/_local/invoke', () => Response.json({ error: { message: 'Use POST' } }, { status: 405, headers: { allow: 'POST' } }));
  app.all('/_local/*', (c) => refuse(404, `The local site does not know ${c.req.path}`));
  return app;
}
