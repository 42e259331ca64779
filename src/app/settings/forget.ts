import { accountOwner, SECRET_NAMES, type SettingsStore, SITE_OWNER, spaceOwner } from '#app/settings/model';

/** Deletes every mail account's secrets, the site's first; what remains in storage after an uninstall holds no credentials. Gives how many accounts. */
export async function forgetSecrets(store: Pick<SettingsStore, 'deleteSecret' | 'spacesWithSettings' | 'site'>): Promise<number> {
  const forget = (owner: string) => Promise.all(SECRET_NAMES.map((name) => store.deleteSecret(owner, name)));
  await forget(SITE_OWNER);
  const owners = new Set([...(await furtherAccounts(store)), ...(await store.spacesWithSettings()).map(spaceOwner)]);
  for (const owner of owners) await forget(owner);
  return owners.size + 1;
}

/** Settings that cannot be read must not keep the rest from being forgotten. */
async function furtherAccounts(store: Pick<SettingsStore, 'site'>): Promise<string[]> {
  const site = await store.site().catch(() => undefined);
  return (site?.accounts ?? []).map(({ id }) => accountOwner(id)).filter((owner) => owner !== SITE_OWNER);
}
