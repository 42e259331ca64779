import { AppFailure } from '#app/failure';
import type { SpaceId } from '#contract/draft';
import type { SettingsFile } from '#contract/screens/administration';
import { settingsFileSchema } from '#contract/screens/administration';
import type { SpaceException } from '#contract/settings/policy';
import type { SiteSettingsV2, SpaceSettingsV2 } from '#contract/settings/v2';

export interface AllSettings {
  readonly site: SiteSettingsV2;
  readonly exceptions: readonly SpaceException[];
  readonly spaces: readonly { readonly spaceId: SpaceId; readonly settings: SpaceSettingsV2 }[];
}

const withoutHistory = <T extends { revision: number; changedBy?: unknown; changedAt?: unknown }>(settings: T) => {
  const { revision: _, changedBy: __, changedAt: ___, ...rest } = settings;
  return rest;
};

/** The settings as a file: everything but secrets, uploaded logos and who saved when. */
export function settingsFile({ site, exceptions, spaces }: AllSettings, now: Date): SettingsFile {
  return {
    format: 'pagemail-settings',
    version: 2,
    exportedAt: now.toISOString(),
    site: withoutHistory(site),
    exceptions: [...exceptions],
    spaces: spaces.map(({ spaceId, settings }) => ({ spaceId, settings: withoutHistory(settings) })),
  };
}

/**
 * The file as settings, checked like anything from a browser. Secrets in it are ignored as unknown.
 * @throws AppFailure IMPORT_INVALID; SETTINGS_NEWER for a file of a newer version
 */
export function parseSettingsFile(file: unknown): SettingsFile {
  const isOurs = file !== null && typeof file === 'object' && Reflect.get(file, 'format') === 'pagemail-settings';
  const version: unknown = isOurs ? Reflect.get(file, 'version') : undefined;
  if (typeof version === 'number' && version > 2) throw new AppFailure('SETTINGS_NEWER');
  const parsed = settingsFileSchema.safeParse(file);
  if (!parsed.success) throw new AppFailure('IMPORT_INVALID', undefined, { cause: parsed.error });
  return parsed.data;
}
