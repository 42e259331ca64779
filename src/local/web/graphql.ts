/** The one GraphQL operation of the platform that remotes use: a user's token without the user's session. */
import { Hono } from 'hono';
import * as z from 'zod';
import type { Directory } from '#local/confluence/directory';
import type { AppIdentity } from '#local/forge/identity';
import type { Manifest } from '#local/forge/manifest';
import { impersonationScopes } from '#local/forge/product';
import type { Tokens } from '#local/forge/tokens';

const requestSchema = z.object({
  query: z.string(),
  variables: z.object({ input: z.object({ contextIds: z.array(z.string()).min(1), userId: z.string() }) }),
});

export interface GraphqlDeps {
  readonly manifest: Manifest;
  readonly identity: AppIdentity;
  readonly tokens: Tokens;
  readonly directory: Directory;
}

const answer = (authToken: { token: string; ttl: number } | null, ...errors: string[]): Response =>
  Response.json({
    data: { offlineUserAuthToken: { success: authToken !== null, errors: errors.map((message) => ({ message })), authToken } },
  });

/** `POST /_forge/graphql` with the app's system token: `offlineUserAuthToken` for an active person of the site. */
export function graphqlRoutes(deps: GraphqlDeps): Hono {
  const app = new Hono();
  app.post('/_forge/graphql', async (c) => {
    const token = /^bearer\s+(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (deps.tokens.grantOf(token)?.kind !== 'system') return c.json({ message: 'Unauthorized' }, 401);
    const parsed = requestSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success || !/\bofflineUserAuthToken\s*\(/.test(parsed.data.query)) {
      return c.json({ errors: [{ message: 'The local site knows the operation offlineUserAuthToken only' }] }, 400);
    }
    const { contextIds, userId } = parsed.data.variables.input;
    if (!contextIds.includes(deps.identity.contextAri)) return answer(null, 'The app is not installed there');
    if (impersonationScopes(deps.manifest).size === 0) return answer(null, 'No scope allows impersonation');
    if (!deps.directory.user(userId)?.active) return answer(null, 'The user cannot be impersonated');
    const issued = deps.tokens.issue({ kind: 'user', accountId: userId });
    return answer({ token: issued.token, ttl: issued.ttlSeconds });
  });
  app.get('/_forge/jwks.json', (c) => c.json(deps.tokens.jwks));
  return app;
}
