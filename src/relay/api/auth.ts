/** Forge invocation tokens (Forge Remote invocation contract): RS256, verified against the key set, used once. */
import { jwtVerify } from 'jose';
import * as z from 'zod';
import { createKeySet } from '#relay/api/key-set';
import type { RelayConfig } from '#relay/shared/config';
import { RelayError } from '#relay/shared/errors';
import { MAX_TOKEN_CHARS, TOKEN_SKEW_SECONDS } from '#relay/shared/limits';
import type { SharedStore } from '#relay/shared/store';

/** Who calls: an installation of the app, and where its Confluence is. */
export interface Caller {
  readonly appId: string;
  readonly installationId: string;
  /** Base of Confluence's REST API, without `/wiki`. Comes from the signed token, and is still checked before use. */
  readonly apiBaseUrl: string;
  readonly cloudId: string | undefined;
}

const claimsSchema = z.object({
  jti: z.string().min(1).max(256),
  exp: z.number(),
  aud: z.union([z.string(), z.array(z.string())]),
  app: z.object({
    installationId: z.string().min(1).max(256),
    apiBaseUrl: z.string().max(2048),
    // Isolated Cloud names itself here; nothing is built from it, but a forged form is refused (Forge, Isolated Cloud).
    icLabel: z
      .string()
      .regex(/^[a-z0-9_-]{1,50}$/)
      .optional(),
    installation: z.object({ contexts: z.array(z.object({ cloudId: z.string().optional() })).optional() }).optional(),
  }),
});

export interface Authenticator {
  /**
   * Checks an `Authorization` header and marks its token as used.
   * @throws RelayError RELAY_REFUSED_TOKEN (401), RELAY_FORBIDDEN (403), INTERNAL when the key set cannot be had
   */
  authenticate(header: string | undefined): Promise<Caller>;
  /** Age of the key set in seconds; undefined before the first fetch. */
  keySetAgeSeconds(): number | undefined;
}

export function createAuthenticator(config: RelayConfig, store: Pick<SharedStore, 'claim'>, now: () => number): Authenticator {
  const keySet = createKeySet(config.jwksUrl, now);

  /** Everything wrong with the token is one refusal. */
  const verify = async (token: string): Promise<z.output<typeof claimsSchema>> => {
    refuseEarly(token, config, now);
    const { payload } = await jwtVerify(token, keySet.keyOf, {
      algorithms: ['RS256'],
      issuer: config.issuer,
      audience: config.appIds,
      clockTolerance: TOKEN_SKEW_SECONDS,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'jti'],
    });
    return claimsSchema.parse(payload);
  };

  return {
    keySetAgeSeconds: keySet.ageSeconds,
    async authenticate(header) {
      const token = bearerToken(header);
      const claims = await verify(token).catch((cause: unknown) => {
        throw cause instanceof RelayError ? cause : new RelayError('RELAY_REFUSED_TOKEN', { cause });
      });
      const { installationId, apiBaseUrl, installation } = claims.app;
      if (config.installations && config.installations.length > 0 && !config.installations.includes(installationId))
        throw new RelayError('RELAY_FORBIDDEN');
      const lifeSeconds = Math.ceil(claims.exp - now() / 1000) + TOKEN_SKEW_SECONDS;
      if (!(await store.claim(`jti:${claims.jti}`, Math.max(1, lifeSeconds)))) throw new RelayError('RELAY_REFUSED_TOKEN');
      const cloudId = installation?.contexts?.find((context) => context.cloudId)?.cloudId ?? /\/([0-9a-f-]{36})\/?$/.exec(apiBaseUrl)?.[1];
      return { appId: String(claims.aud), installationId, apiBaseUrl, cloudId };
    },
  };
}

function bearerToken(header: string | undefined): string {
  const match =
    header !== undefined && header.length <= MAX_TOKEN_CHARS
      ? /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/.exec(header)
      : null;
  if (!match?.[1]) throw new RelayError('RELAY_REFUSED_TOKEN');
  return match[1];
}

/** Cheap checks before the signature, which is the dear one: whoever floods the relay with nonsense pays more than the relay does. */
function refuseEarly(token: string, config: RelayConfig, now: () => number): void {
  const [header = '', payload = ''] = token.split('.', 2);
  const { alg } = earlyHeader.parse(decoded(header));
  const { iss, aud, exp } = earlyClaims.parse(decoded(payload));
  const fits = alg === 'RS256' && iss === config.issuer && config.appIds.some((id) => aud.includes(id));
  if (!fits || exp + TOKEN_SKEW_SECONDS < now() / 1000) throw new RelayError('RELAY_REFUSED_TOKEN');
}
const earlyHeader = z.object({ alg: z.string() });
const earlyClaims = z.object({
  iss: z.string(),
  aud: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  exp: z.number(),
});
const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
