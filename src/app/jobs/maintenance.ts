import type { AsyncEvent } from '@forge/events';
import { pushMaintenance } from '#app/jobs/queue';
import { log } from '#app/log';
import { continueDeletion } from '#app/privacy/delete-all';
import { deletionStore } from '#app/store/index';
import { maintenanceEventSchema } from '#contract/jobs';

/** How long one invocation goes on; the function may take 900 s. */
const BUDGET_MS = 600_000;

/** Consumer of the queue `maintenance`: work that an administrator asked for and that takes longer than a page can wait. */
export async function maintain(event: AsyncEvent): Promise<void> {
  const parsed = maintenanceEventSchema.safeParse(event.body);
  if (!parsed.success) return log('maintenance dropped', { why: 'not an event of this version' });
  const now = () => new Date();
  const until = new Date(now().getTime() + BUDGET_MS);
  const deletion = await continueDeletion({ store: deletionStore, push: () => pushMaintenance('delete-all'), now }, until);
  log('deletion', { state: deletion.state, deleted: deletion.deleted });
}
