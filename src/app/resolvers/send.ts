/** Functions of the module `send`. */
export async function sendResolver(): Promise<void> {}
