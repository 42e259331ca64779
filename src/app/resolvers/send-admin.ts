import { pageReader, session } from '#app/confluence/index';
import { draftFromRecord } from '#app/history/again';
import { ownRecord, readHistory } from '#app/history/read';
import { dismissNotices } from '#app/notices/notices';
import type { Handlers } from '#app/resolvers/handler';
import { historyNeeds } from '#app/resolvers/rights';
import { checkAddresses } from '#app/send/check-addresses';
import { noticeStore, recordStore, settingsStore } from '#app/store/index';
import type { sendAdminResolvers } from '#contract/screens/administration';
import { historyFilterSchema } from '#contract/screens/history';

const anything = historyFilterSchema.parse({});

/** Functions of the send dialog beside sending. What they show belongs to the person who asks, about a page that they may view. */
export const sendAdminHandlers: Handlers<typeof sendAdminResolvers> = {
  'send/check-addresses': ({ addresses }, caller) =>
    checkAddresses({ reader: pageReader(), session: session(), settings: settingsStore }, caller.page(), addresses),
  async 'send/dismiss-notices'({ jobIds }, caller) {
    await dismissNotices(noticeStore, caller.accountId, jobIds);
    return {};
  },
  async 'history/page'({ cursor }, caller) {
    const ref = caller.page();
    await pageReader().page(ref);
    const scope = { kind: 'own-page', pageId: ref.id, senderId: caller.accountId } as const;
    return readHistory(await historyNeeds(), { scope, filter: anything, cursor });
  },
  async 'history/again'({ id }, caller) {
    const ref = caller.page();
    const attachments = await pageReader().attachments(ref);
    const record = await ownRecord({ ...(await historyNeeds()), records: recordStore }, id, ref.id, caller.accountId);
    const { people, group, memberCount } = session();
    return draftFromRecord(record, { people, group, memberCount, attachmentIds: attachments.map((each) => each.id) });
  },
};
