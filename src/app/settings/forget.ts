import { SECRET_NAMES, type SettingsStore, SITE_OWNER, spaceOwner } from '#app/settings/model';

/** Deletes every mail account's secrets, the site's first; what remains in storage after an uninstall holds no credentials. Gives how many accounts. */
export async function forgetSecrets(store: Pick<SettingsStore, 'deleteSecret' | 'spacesWithSettings'>): Promise<number> {
  const forget = (owner: string) => Promise.all(SECRET_NAMES.map((name) => store.deleteSecret(owner, name)));
  await forget(SITE_OWNER);
  const spaces = await store.spacesWithSettings();
  for (const id of spaces) await forget(spaceOwner(id));
  return spaces.length + 1;
}
