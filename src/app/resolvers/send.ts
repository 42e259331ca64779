import { canView, pageReader, session } from '#app/confluence/index';
import { pushDelivery } from '#app/jobs/queue';
import { createResolver } from '#app/resolvers/handler';
import { now } from '#app/resolvers/rights';
import { sendAdminHandlers } from '#app/resolvers/send-admin';
import { draftNeeds, submitNeeds } from '#app/resolvers/sending';
import { findRecipients } from '#app/send/find-recipients';
import { openDialog } from '#app/send/open';
import { jobStore, noticeStore } from '#app/store/index';
import { allSendResolvers } from '#contract/screens/dialog';

const administersSite = async () => (await session().me()).administersSite;

/**
 * Functions of the send dialog. Confluence itself decides what the person may do: each use case reads the page as them first,
 * and a page that they may not view is not found. What the dialog does not need to open is loaded when it is called.
 */
export const sendResolver = createResolver(allSendResolvers, {
  ...sendAdminHandlers,
  'send/open': (_, caller) => openDialog({ ...draftNeeds(), notices: noticeStore }, caller.page()),
  async 'send/find-recipients'({ query }, caller) {
    await pageReader().page(caller.page());
    return findRecipients(session(), query);
  },
  async 'send/preview'({ draft, language }, caller) {
    const { previewMail } = await import(/* webpackMode: "eager" */ '#app/send/preview');
    return previewMail({ ...draftNeeds(), canView }, caller.page(), draft, language ?? caller.language);
  },
  async 'send/submit'({ draft, idempotencyKey, language }, caller) {
    const { submitMail } = await import(/* webpackMode: "eager" */ '#app/send/submit');
    const asked = { ref: caller.page(), draft, idempotencyKey, language: language ?? caller.language };
    return submitMail(submitNeeds(), caller.accountId, asked);
  },
  async 'send/status'({ jobId }, caller) {
    const { readStatus } = await import(/* webpackMode: "eager" */ '#app/send/status');
    return readStatus({ jobs: jobStore, administersSite, now }, caller.accountId, jobId);
  },
  async 'send/retry'({ jobId }, caller) {
    const { retryMail } = await import(/* webpackMode: "eager" */ '#app/send/status');
    return retryMail({ ...draftNeeds(), jobs: jobStore, administersSite, push: pushDelivery }, caller.accountId, jobId);
  },
});
