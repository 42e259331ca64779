import { chunks } from '#app/chunks';
import { accountOwner, SECRET_NAMES, type SettingsStore, SITE_OWNER, spaceOwner } from '#app/settings/model';

/** Owners whose secrets are deleted at once: a thousand spaces must fit into the 25 s of a resolver. */
const OWNERS_AT_ONCE = 20;

/** Deletes the secrets of one account. */
export const forgetOwner = async (store: Pick<SettingsStore, 'deleteSecret'>, owner: string): Promise<void> => {
  await Promise.all(SECRET_NAMES.map((name) => store.deleteSecret(owner, name)));
};

/** Deletes every mail account's secrets, the site's first; what remains in storage after an uninstall holds no credentials. Gives how many accounts. */
export async function forgetSecrets(store: Pick<SettingsStore, 'deleteSecret' | 'spacesWithSettings' | 'site'>): Promise<number> {
  await forgetOwner(store, SITE_OWNER);
  const owners = new Set([...(await furtherAccounts(store)), ...(await store.spacesWithSettings()).map(spaceOwner)]);
  for (const some of chunks([...owners], OWNERS_AT_ONCE)) await Promise.all(some.map((owner) => forgetOwner(store, owner)));
  return owners.size + 1;
}

/** Settings that cannot be read must not keep the rest from being forgotten. */
async function furtherAccounts(store: Pick<SettingsStore, 'site'>): Promise<string[]> {
  const site = await store.site().catch(() => undefined);
  return (site?.accounts ?? []).map(({ id }) => accountOwner(id)).filter((owner) => owner !== SITE_OWNER);
}
