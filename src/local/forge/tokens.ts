/**
 * Tokens that the platform hands out: the signed invocation token (FIT) of a call to a remote, the app's system token, and
 * a user's token made from it (Forge documentation: forge-remote-invocation-contract, offline user impersonation).
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import type { AppIdentity } from '#local/forge/identity';

const FIT_LIFETIME_SECONDS = 25;
const OAUTH_LIFETIME_SECONDS = 4 * 3600;
const ISSUER = 'forge/invocation-token';

export type Grant = { readonly kind: 'system' } | { readonly kind: 'user'; readonly accountId: string };

export interface Tokens {
  readonly jwks: JSONWebKeySet;
  /** An invocation token for a call of this module, RS256. `apiBaseUrl` is where the remote finds Confluence. */
  invocationToken(call: { moduleType: string; moduleKey: string; apiBaseUrl: string }): Promise<string>;
  /** An opaque bearer token that is good for four hours; it lives in memory only. */
  issue(grant: Grant): { token: string; ttlSeconds: number };
  grantOf(token: string): Grant | undefined;
}

/** Makes a signing key for this run. `now` in ms. */
export async function createTokens(identity: AppIdentity, now: () => number): Promise<Tokens> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const kid = `forge/invocation-token/wf-${randomUUID()}`;
  const jwk = await exportJWK(publicKey);
  const issued = new Map<string, { grant: Grant; expiresAt: number }>();

  const claims = (call: { moduleType: string; moduleKey: string; apiBaseUrl: string }) => ({
    app: {
      id: identity.appAri,
      appVersion: identity.appVersion,
      installationId: `ari:cloud:ecosystem::installation/${identity.installationId}`,
      apiBaseUrl: call.apiBaseUrl,
      environment: { type: identity.environmentType, id: `ari:cloud:ecosystem::environment/${identity.appId}/${identity.environmentId}` },
      module: { type: call.moduleType, key: call.moduleKey },
      installation: {
        id: `ari:cloud:ecosystem::installation/${identity.installationId}`,
        contexts: [{ name: identity.contextAri, apiBaseUrl: call.apiBaseUrl, cloudId: identity.cloudId }],
      },
    },
  });

  return {
    jwks: { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] },
    invocationToken: (call) => {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT(claims(call))
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(identity.appAri)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(issuedAt + FIT_LIFETIME_SECONDS)
        .setJti(randomUUID())
        .sign(privateKey);
    },
    issue: (grant) => {
      const token = randomBytes(32).toString('base64url');
      issued.set(token, { grant, expiresAt: now() + OAUTH_LIFETIME_SECONDS * 1000 });
      return { token, ttlSeconds: OAUTH_LIFETIME_SECONDS };
    },
    grantOf: (token) => {
      const found = issued.get(token);
      return found && found.expiresAt > now() ? found.grant : undefined;
    },
  };
}
