/** Runs before the app is removed from a site. */
export async function preUninstall(): Promise<void> {}
