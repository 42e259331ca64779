/** Queue consumer `delivery`. */
export async function deliver(): Promise<void> {}
