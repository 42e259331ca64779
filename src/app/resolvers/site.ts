/** Functions of the module `site`. */
export async function siteResolver(): Promise<void> {}
