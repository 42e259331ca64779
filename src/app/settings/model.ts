import * as z from 'zod';
import type { SpaceId } from '#contract/draft';
import type { AccountSecrets, SiteSettings, SpaceSettings } from '#contract/settings';

export type SecretName = keyof AccountSecrets;
export const SECRET_NAMES = ['password', 'clientSecret', 'refreshToken'] as const satisfies readonly SecretName[];

/** A secret with what it belongs to: it is never used for another server or user than the one it was typed for. */
export const boundSecretSchema = z.object({ v: z.literal(1), boundTo: z.string(), value: z.string() });
export type BoundSecret = z.infer<typeof boundSecretSchema>;

/** Where settings and secrets are kept. `owner` is the site or one space. */
export interface SettingsStore {
  site(): Promise<SiteSettings>;
  saveSite(settings: SiteSettings): Promise<void>;
  space(id: SpaceId): Promise<SpaceSettings>;
  saveSpace(id: SpaceId, settings: SpaceSettings): Promise<void>;
  secret(owner: string, name: SecretName): Promise<BoundSecret | undefined>;
  saveSecret(owner: string, name: SecretName, secret: BoundSecret): Promise<void>;
  deleteSecret(owner: string, name: SecretName): Promise<void>;
  spacesWithSettings(): Promise<SpaceId[]>;
}

/** Owners of secrets: the site's and each space's are apart. */
export const SITE_OWNER = 'site';
export const spaceOwner = (id: SpaceId): string => `space-${id}`;
