import * as z from 'zod';
import type { SpaceId } from '#contract/draft';
import type { AccountSecrets } from '#contract/settings/parts';
import { type SpaceException, spaceExceptionSchema } from '#contract/settings/policy';
import { MAIN_ACCOUNT_ID, type MailAccountId, type SiteSettingsV2, type SpaceSettingsV2 } from '#contract/settings/v2';

export type SecretName = keyof AccountSecrets;
export const SECRET_NAMES = ['password', 'clientSecret', 'refreshToken'] as const satisfies readonly SecretName[];

/** A secret with what it belongs to: it is never used for another server or user than the one it was typed for. */
export const boundSecretSchema = z.object({
  v: z.literal(1),
  boundTo: z.string(),
  value: z.string(),
  /** When it was typed or replaced; absent where it was kept before this was noted. */
  savedAt: z.iso.datetime().optional(),
});
export type BoundSecret = z.infer<typeof boundSecretSchema>;

/** Spaces that differ from the site's switch. */
export const exceptionsSchema = z.object({
  version: z.literal(1).default(1),
  revision: z.number().int().min(0).default(0),
  spaces: z.array(spaceExceptionSchema).default([]),
});
export interface Exceptions {
  readonly version: 1;
  readonly revision: number;
  readonly spaces: SpaceException[];
}

/** An uploaded picture for the head of mails. */
export const logoSchema = z.object({
  v: z.literal(1),
  mediaType: z.enum(['image/png', 'image/jpeg', 'image/gif']),
  base64: z.string(),
  widthPx: z.number().int().min(1),
  heightPx: z.number().int().min(1),
});
export type Logo = z.infer<typeof logoSchema>;

/** Where settings and secrets are kept. `owner` is the site, one of its further accounts, or one space. */
export interface SettingsStore {
  /** @throws AppFailure SETTINGS_NEWER */
  site(): Promise<SiteSettingsV2>;
  saveSite(settings: SiteSettingsV2): Promise<void>;
  /** @throws AppFailure SETTINGS_NEWER */
  space(id: SpaceId): Promise<SpaceSettingsV2>;
  saveSpace(id: SpaceId, settings: SpaceSettingsV2): Promise<void>;
  /** @throws AppFailure SETTINGS_NEWER */
  exceptions(): Promise<Exceptions>;
  saveExceptions(exceptions: Exceptions): Promise<void>;
  secret(owner: string, name: SecretName): Promise<BoundSecret | undefined>;
  saveSecret(owner: string, name: SecretName, secret: BoundSecret): Promise<void>;
  deleteSecret(owner: string, name: SecretName): Promise<void>;
  spacesWithSettings(): Promise<SpaceId[]>;
  logo(owner: string): Promise<Logo | undefined>;
  /** Undefined removes it. */
  saveLogo(owner: string, logo: Logo | undefined): Promise<void>;
  /**
   * True for the one save that may make this revision of something. A claim that is minutes old and whose save never came may be taken over:
   * the caller has seen that the revision is not there.
   */
  claimRevision(owner: string, revision: number, now: Date): Promise<boolean>;
}

/** Owners of secrets and logos: the site's accounts and each space's are apart. The first account keeps the name it always had. */
export const SITE_OWNER = 'site';
/** The list of exceptions has revisions of its own. */
export const EXCEPTIONS_OWNER = 'exceptions';
export const spaceOwner = (id: SpaceId): string => `space-${id}`;
export const accountOwner = (id: MailAccountId): string => (id === MAIN_ACCOUNT_ID ? SITE_OWNER : `account-${id}`);
