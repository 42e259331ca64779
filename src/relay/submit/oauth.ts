/** Access tokens for XOAUTH2 logins: refresh token (RFC 6749 §6), client credentials (§4.4), or a Google service account (RFC 7523). */
import { createPrivateKey, hash } from 'node:crypto';
import { SignJWT } from 'jose';
import * as z from 'zod';
import type { RelayAccount } from '#contract/relay/api';
import type { RelayConfig } from '#relay/shared/config';
import { RelayError } from '#relay/shared/errors';
import { openHttp, readJson } from '#relay/shared/http-client';
import { TOKEN_MARGIN_MS } from '#relay/shared/limits';

export type OAuthAccount = Extract<RelayAccount['auth'], { kind: 'oauth2' }>;

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().default(300),
  refresh_token: z.string().min(1).max(16_384).optional().catch(undefined),
});
const REQUEST_TIMEOUT_MS = 15_000;
/** Tokens kept at most. */
const MAX_TOKENS = 10_000;
const MICROSOFT_SCOPES = {
  'refresh-token': 'https://outlook.office.com/SMTP.Send offline_access',
  'client-credentials': 'https://outlook.office365.com/.default',
};
const GOOGLE_SCOPE = 'https://mail.google.com/';

/** An access token; with it a refresh token that replaces the account's, where the provider gave one (RFC 6749 §6). */
export interface IssuedToken {
  readonly token: string;
  readonly refreshToken: string | undefined;
}
export interface AccessTokens {
  /** An access token, asked for anew when the last one has ended. @throws RelayError OAUTH_FAILED, OAUTH_UNAVAILABLE */
  get(account: OAuthAccount): Promise<IssuedToken>;
  /** Forgets a token that the mail server did not take. */
  forget(account: OAuthAccount): void;
}

/** Tokens are kept in memory until a minute before they end, under a digest of the account. */
export function createAccessTokens(config: Pick<RelayConfig, 'microsoftLoginUrl' | 'googleTokenUrl'>, now: () => number): AccessTokens {
  const cache = new Map<string, IssuedToken & { readonly endsAt: number }>();
  return {
    async get(account) {
      const key = keyOf(account);
      const cached = cache.get(key);
      if (cached && cached.endsAt > now()) return cached;
      cache.delete(key);
      const answer = await ask(endpointOf(account, config), await parametersOf(account, config, now));
      if (cache.size >= MAX_TOKENS) cache.clear();
      const endsAt = now() + answer.expires_in * 1000 - TOKEN_MARGIN_MS;
      const refreshToken = account.refreshToken === answer.refresh_token ? undefined : answer.refresh_token;
      const issued = { token: answer.access_token, refreshToken, endsAt };
      // Whoever still sends the old one is told the new one again; who sends the new one needs no other yet.
      cache.set(key, issued);
      if (refreshToken && account.settings.grant === 'refresh-token')
        cache.set(keyOf({ ...account, refreshToken }), { ...issued, refreshToken: undefined });
      return issued;
    },
    forget: (account) => void cache.delete(keyOf(account)),
  };
}

const keyOf = (account: OAuthAccount): string => hash('sha256', JSON.stringify(account), 'base64url');

function endpointOf({ settings }: OAuthAccount, config: Pick<RelayConfig, 'microsoftLoginUrl' | 'googleTokenUrl'>): string {
  if (settings.provider === 'google') return config.googleTokenUrl;
  // The tenant becomes a path segment; the contract allows letters, digits, dots and hyphens, and `..` is no tenant.
  const tenant = /[A-Za-z0-9]/.test(settings.tenant) ? settings.tenant : 'common';
  return `${config.microsoftLoginUrl.replace(/\/$/, '')}/${tenant}/oauth2/v2.0/token`;
}

async function parametersOf(
  account: OAuthAccount,
  config: Pick<RelayConfig, 'googleTokenUrl'>,
  now: () => number,
): Promise<Record<string, string>> {
  const { provider, grant, clientId } = account.settings;
  const secret: Record<string, string> = account.clientSecret ? { client_secret: account.clientSecret } : {};
  const scope: Record<string, string> = provider === 'microsoft' ? { scope: MICROSOFT_SCOPES[grant] } : {};
  if (grant === 'refresh-token')
    return { grant_type: 'refresh_token', client_id: clientId, ...secret, ...scope, refresh_token: account.refreshToken ?? '' };
  if (provider === 'microsoft') return { grant_type: 'client_credentials', client_id: clientId, ...secret, ...scope };
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: await serviceAccountAssertion(account, config.googleTokenUrl, now),
  };
}

/** Google's client credentials are a service account: a signed assertion for the mailbox's user; the client secret is its PEM key. */
async function serviceAccountAssertion(account: OAuthAccount, audience: string, now: () => number): Promise<string> {
  const seconds = Math.floor(now() / 1000);
  try {
    const key = createPrivateKey((account.clientSecret ?? '').replaceAll('\\n', '\n'));
    return await new SignJWT({ scope: GOOGLE_SCOPE, sub: account.user })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(account.settings.clientId)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 3600)
      .sign(key);
  } catch {
    throw new RelayError('OAUTH_FAILED', { params: { reason: 'private key' } });
  }
}

async function ask(endpoint: string, parameters: Record<string, string>): Promise<z.output<typeof tokenAnswer>> {
  const answer = await openHttp(new URL(endpoint), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(parameters).toString(),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    idleMs: REQUEST_TIMEOUT_MS,
  }).catch((cause: unknown) => Promise.reject(new RelayError('OAUTH_UNAVAILABLE', { cause })));
  const { statusCode = 0 } = answer;
  const body = await readJson(answer);
  const parsed = tokenAnswer.safeParse(body);
  if (statusCode === 200 && parsed.success) return parsed.data;
  throw tokenFailure(statusCode, body);
}

/** RFC 6749 §5.2. Microsoft puts a number of its own into the description; the rest of it may name people and is not looked at. */
const tokenError = z.object({
  error: z.string().regex(/^[a-z][a-z_-]{0,60}$/i),
  error_description: z.string().optional().catch(undefined),
});
/** RFC 6749 §4.1.2.1, which Microsoft gives here too: the provider cannot answer now. */
const FOR_NOW: readonly string[] = ['temporarily_unavailable', 'server_error', 'slow_down'];

function tokenFailure(statusCode: number, body: unknown): RelayError {
  const { data } = tokenError.safeParse(body);
  if (statusCode === 429 || statusCode >= 500 || (data && FOR_NOW.includes(data.error))) return new RelayError('OAUTH_UNAVAILABLE');
  const number = /\bAADSTS\d{4,9}\b/.exec(data?.error_description ?? '')?.[0];
  const reason = [data?.error ?? (statusCode === 200 ? 'no token in the answer' : `HTTP ${statusCode}`), number].filter(Boolean).join(', ');
  return new RelayError('OAUTH_FAILED', { params: { reason } });
}
