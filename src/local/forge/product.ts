/** `requestConfluence` of a function: who it acts as, with which scopes. */

import type { Directory } from '#local/confluence/directory';
import type { Caller } from '#local/confluence/endpoint';
import type { Manifest } from '#local/forge/manifest';
import type { FetchTarget } from '#local/forge/messages';

/** Every scope of the manifest: what a call in a person's session, or as the app, may use. */
export const sessionScopes = (manifest: Manifest): ReadonlySet<string> => new Set(manifest.scopes.keys());

/** Scopes with `allowImpersonation`: what acting as a person without their session may use. */
export const impersonationScopes = (manifest: Manifest): ReadonlySet<string> =>
  new Set([...manifest.scopes].filter(([, allowed]) => allowed).map(([scope]) => scope));

const refuse = (status: number, reason: string): Response =>
  Response.json({ code: status, message: reason }, { status, headers: { 'forge-proxy-error': reason } });

/**
 * The caller that a function's request stands for, or the platform's refusal.
 * `sessionAccountId`: the person whose click started the function; absent for consumers and lifecycle functions.
 */
export function callerOf(
  target: FetchTarget,
  deps: { manifest: Manifest; directory: Directory; sessionAccountId?: string | undefined },
): Caller | Response {
  const { manifest, directory } = deps;
  if (target.provider === 'app') return { actor: { kind: 'app' }, scopes: sessionScopes(manifest) };
  if (target.provider !== 'user') return refuse(401, 'NEEDS_AUTHENTICATION_ERR');
  const accountId = target.accountId ?? deps.sessionAccountId;
  if (accountId === undefined) return refuse(401, 'NEEDS_AUTHENTICATION_ERR');
  const user = directory.user(accountId);
  if (!user?.active) return refuse(403, 'USER_NOT_ALLOWED');
  const scopes = target.accountId === undefined ? sessionScopes(manifest) : impersonationScopes(manifest);
  return { actor: { kind: 'user', user }, scopes };
}
