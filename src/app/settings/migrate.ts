import { AppFailure } from '#app/failure';
import { type Exceptions, exceptionsSchema } from '#app/settings/model';
import { siteSettingsSchema, spaceSettingsSchema } from '#contract/settings/parts';
import {
  MAIN_ACCOUNT_ID,
  type SiteSettingsV2,
  type SpaceSettingsV2,
  siteSettingsV2Schema,
  spaceSettingsV2Schema,
} from '#contract/settings/v2';

/** Newest schema version this code knows. */
const KNOWN_VERSION = 2;
const EXCEPTIONS_VERSION = 1;

const versionOf = (stored: unknown): number => {
  const version: unknown = stored !== null && typeof stored === 'object' ? Reflect.get(stored, 'version') : undefined;
  return typeof version === 'number' ? version : 1;
};

/** @throws AppFailure SETTINGS_NEWER, so that what a newer app saved is neither misread nor overwritten */
function refuseNewer(stored: unknown, known = KNOWN_VERSION): void {
  if (versionOf(stored) > known) throw new AppFailure('SETTINGS_NEWER');
}

/** Exceptions as stored; nothing stored gives none. */
export function readExceptions(stored: unknown): Exceptions {
  refuseNewer(stored, EXCEPTIONS_VERSION);
  return exceptionsSchema.parse(stored ?? {});
}

/** The site's settings as stored, of any known version; nothing stored gives the defaults. The account of version 1 becomes the account `main`. */
export function readSite(stored: unknown): SiteSettingsV2 {
  refuseNewer(stored);
  if (stored === undefined || versionOf(stored) === 2) return siteSettingsV2Schema.parse(stored ?? {});
  const { version: _, account, ...v1 } = siteSettingsSchema.parse(stored);
  const accounts = account ? [{ id: MAIN_ACCOUNT_ID, name: account.fromName || account.fromAddress.slice(0, 80), account }] : [];
  return siteSettingsV2Schema.parse({ ...v1, accounts, ...(account ? { defaultAccount: MAIN_ACCOUNT_ID } : {}) });
}

/** A space's settings as stored, of any known version; nothing stored gives the defaults. */
export function readSpace(stored: unknown): SpaceSettingsV2 {
  refuseNewer(stored);
  if (stored === undefined || versionOf(stored) === 2) return spaceSettingsV2Schema.parse(stored ?? {});
  const { version: _, accountSource, subjectPrefix, ...v1 } = spaceSettingsSchema.parse(stored);
  const presentation = subjectPrefix === undefined ? {} : { subjectPrefix };
  return spaceSettingsV2Schema.parse({ ...v1, accountSource: { kind: accountSource }, presentation });
}
