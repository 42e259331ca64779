/** Functions of the module `space`. */
export async function spaceResolver(): Promise<void> {}
