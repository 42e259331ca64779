import { WHOLE_SITE } from '#app/history/model';
import type { Deletion, DeletionStore } from '#app/privacy/delete-all';
import { forgetSecrets } from '#app/settings/forget';
import { days, keys } from '#app/store/keys';
import { deleteBatch, entries, get, set } from '#app/store/kvs';
import { deleteRecords, queryRecords } from '#app/store/records';
import { settingsStore } from '#app/store/settings';

/** Keys in one deletion (Forge: 25 in a batch). */
const BATCH = 25;

export const deletionStore: DeletionStore = {
  deletion: async () => (await get<Deletion>(keys.deletion)) ?? { state: 'none', deleted: 0 },
  saveDeletion: (deletion) => set(keys.deletion, deletion, days(7)),
  deleteSecrets: () => forgetSecrets(settingsStore),
  async deleteSomeRecords() {
    const all = { index: 'by-site', partition: [WHOLE_SITE], from: '0', to: '9', equals: {} } as const;
    // Also those that this version cannot read.
    const { results } = await queryRecords({ ...all, limit: BATCH });
    await deleteRecords(results.map(({ key }) => key));
    return results.length;
  },
  async deleteSomeKeys() {
    const found: string[] = [];
    for await (const { key } of entries(undefined)) {
      if (key !== keys.deletion) found.push(key);
      if (found.length === BATCH) break;
    }
    await deleteBatch(found.map((key) => ({ key })));
    return found.length;
  },
};
