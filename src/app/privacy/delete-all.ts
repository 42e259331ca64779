/** How far the deletion of everything has come. */
export interface Deletion {
  readonly state: 'none' | 'running' | 'done';
  readonly deleted: number;
  readonly startedAt?: string | undefined;
}

/** What there is to delete, a part at a time; each gives how many it deleted, 0 when nothing is left. */
export interface DeletionStore {
  deletion(): Promise<Deletion>;
  saveDeletion(deletion: Deletion): Promise<void>;
  /** Secrets of every mail account; first, since their owners are known from the settings. */
  deleteSecrets(): Promise<number>;
  deleteSomeRecords(): Promise<number>;
  /** Every other key but the state of the deletion. */
  deleteSomeKeys(): Promise<number>;
}
export interface DeletionNeeds {
  readonly store: DeletionStore;
  /** Has the deletion go on in the background. */
  readonly push: () => Promise<void>;
  readonly now: () => Date;
}

/** A run that has not moved for so long died with its consumer; it may be started again. */
const STALE_MS = 3_600_000;

/** Deletes the secrets at once and starts deleting the rest. Asking again while it runs changes nothing. */
export async function startDeletion({ store, push, now }: DeletionNeeds): Promise<Deletion> {
  const known = await store.deletion();
  const isStale = known.startedAt !== undefined && now().getTime() - new Date(known.startedAt).getTime() > STALE_MS;
  if (known.state === 'running' && !isStale) return known;
  const secrets = await store.deleteSecrets();
  const started: Deletion = { state: 'running', deleted: secrets, startedAt: now().toISOString() };
  await store.saveDeletion(started);
  try {
    await push();
  } catch (error) {
    // Nothing runs: asking again must start it.
    await store.saveDeletion(known);
    throw error;
  }
  return started;
}

/**
 * Deletes until nothing is left or `until` has come; then asks to go on in another invocation. Records first: they are many and the
 * most personal.
 */
export async function continueDeletion({ store, push, now }: DeletionNeeds, until: Date): Promise<Deletion> {
  let deletion = await store.deletion();
  if (deletion.state !== 'running') return deletion;
  for (const deleteSome of [store.deleteSomeRecords, store.deleteSomeKeys]) {
    for (;;) {
      const count = await deleteSome.call(store);
      deletion = { ...deletion, deleted: deletion.deleted + count };
      if (count === 0) break;
      if (now() >= until) {
        await store.saveDeletion(deletion);
        await push();
        return deletion;
      }
    }
  }
  const done: Deletion = { ...deletion, state: 'done' };
  await store.saveDeletion(done);
  return done;
}
