import { appReader, pageReader, session } from '#app/confluence/index';
import { pushDelivery } from '#app/jobs/queue';
import { relay } from '#app/relay';
import { now } from '#app/resolvers/rights';
import { jobStore, quotaStore, recordStore, settingsStore } from '#app/store/index';

/** What judging a draft takes, as the person signed in. */
export const draftNeeds = () => ({
  reader: pageReader(),
  session: session(),
  app: appReader(),
  settings: settingsStore,
  transport: relay,
  quota: quotaStore,
  now,
});

/** What accepting a mail for delivery takes. */
export const submitNeeds = () => ({ ...draftNeeds(), records: recordStore, jobs: jobStore, push: pushDelivery });
