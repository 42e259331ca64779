import { canView, pageReader, session } from '#app/confluence/index';
import { pushDelivery } from '#app/jobs/queue';
import { createResolver } from '#app/resolvers/handler';
import { now } from '#app/resolvers/rights';
import { sendAdminHandlers } from '#app/resolvers/send-admin';
import { draftNeeds, submitNeeds } from '#app/resolvers/sending';
import { findRecipients } from '#app/send/find-recipients';
import { openDialog } from '#app/send/open';
import { previewMail } from '#app/send/preview';
import { readStatus, retryMail } from '#app/send/status';
import { submitMail } from '#app/send/submit';
import { jobStore, noticeStore } from '#app/store/index';
import { allSendResolvers } from '#contract/screens/resolvers';

const administersSite = async () => (await session().me()).administersSite;

/**
 * Functions of the send dialog. Confluence itself decides what the person may do: each use case reads the page as them first,
 * and a page that they may not view is not found.
 */
export const sendResolver = createResolver(allSendResolvers, {
  ...sendAdminHandlers,
  'send/open': (_, caller) => openDialog({ ...draftNeeds(), notices: noticeStore }, caller.page()),
  async 'send/find-recipients'({ query }, caller) {
    await pageReader().page(caller.page());
    return findRecipients(session(), query);
  },
  'send/preview': ({ draft, language }, caller) =>
    previewMail({ ...draftNeeds(), canView }, caller.page(), draft, language ?? caller.language),
  'send/submit': ({ draft, idempotencyKey, language }, caller) =>
    submitMail(submitNeeds(), caller.accountId, {
      ref: caller.page(),
      draft,
      idempotencyKey,
      language: language ?? caller.language,
    }),
  'send/status': ({ jobId }, caller) => readStatus({ jobs: jobStore, administersSite, now }, caller.accountId, jobId),
  'send/retry': ({ jobId }, caller) =>
    retryMail({ ...draftNeeds(), jobs: jobStore, administersSite, push: pushDelivery }, caller.accountId, jobId),
});
