import { kvs } from '@forge/kvs';
import { readExceptions, readSite, readSpace } from '#app/settings/migrate';
import { boundSecretSchema, logoSchema, type SettingsStore } from '#app/settings/model';
import { days, keys } from '#app/store/keys';
import { create, entries, get, patiently, remove, set, timeOf } from '#app/store/kvs';
import type { SpaceId } from '#contract/draft';
import type { SpaceSettingsV2 } from '#contract/settings/v2';

/** A save takes seconds; a claim this old belongs to one that never came. */
const STALE_CLAIM_MS = 120_000;

const spaceIdOf = (key: string): SpaceId => key.slice(keys.spaces.length) as SpaceId;

/** Every space's own settings, as a query finds them. */
export async function allSpaceSettings(): Promise<{ spaceId: SpaceId; settings: SpaceSettingsV2 }[]> {
  const found: { spaceId: SpaceId; settings: SpaceSettingsV2 }[] = [];
  for await (const { key, value } of entries(keys.spaces)) found.push({ spaceId: spaceIdOf(key), settings: readSpace(value) });
  return found;
}

export const settingsStore: SettingsStore = {
  site: async () => readSite(await get(keys.site)),
  saveSite: (settings) => set(keys.site, settings),
  space: async (id) => readSpace(await get(keys.space(id))),
  saveSpace: (id, settings) => set(keys.space(id), settings),
  exceptions: async () => readExceptions(await get(keys.exceptions)),
  saveExceptions: (exceptions) => set(keys.exceptions, exceptions),
  async secret(owner, name) {
    const value = await patiently(() => kvs.getSecret(keys.secret(owner, name)));
    return value === undefined ? undefined : boundSecretSchema.parse(value);
  },
  saveSecret: (owner, name, secret) => patiently(() => kvs.setSecret(keys.secret(owner, name), secret)),
  deleteSecret: (owner, name) => patiently(() => kvs.deleteSecret(keys.secret(owner, name))),
  async spacesWithSettings() {
    const ids: SpaceId[] = [];
    for await (const { key } of entries(keys.spaces)) ids.push(spaceIdOf(key));
    return ids;
  },
  async logo(owner) {
    const value = await get(keys.logo(owner));
    return value === undefined ? undefined : logoSchema.parse(value);
  },
  saveLogo: (owner, logo) => (logo ? set(keys.logo(owner), logo) : remove(keys.logo(owner))),
  async claimRevision(owner, revision, now) {
    const key = keys.revision(owner, revision);
    const claim = { at: now.toISOString() };
    if (await create(key, claim, days(1))) return true;
    const claimedAt = await timeOf(key);
    if (claimedAt && now.getTime() - claimedAt.getTime() < STALE_CLAIM_MS) return false;
    // Of several that find the same claim abandoned, one takes it over.
    if (!(await create(keys.takeover(owner, revision, claimedAt), claim, days(1)))) return false;
    await set(key, claim, days(1));
    return true;
  },
};
