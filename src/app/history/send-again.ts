import { AppFailure } from '#app/failure';
import { draftFromRecord } from '#app/history/again';
import type { RecordStore } from '#app/history/model';
import { type HistoryScope, keptRecord } from '#app/history/read';
import { type SubmitNeeds, submitMail } from '#app/send/submit';
import type { AccountId } from '#contract/draft';
import type { SentAgain } from '#contract/screens/history';

export interface SendAgainNeeds extends SubmitNeeds {
  readonly records: Pick<RecordStore, 'record' | 'save'>;
  readonly retentionDays: number;
}
export interface SendAgainRequest {
  /** The records that this administrator may see. */
  readonly scope: Exclude<HistoryScope, { kind: 'own-page' }>;
  readonly id: string;
  readonly idempotencyKey: string;
  readonly language: 'en' | 'de';
}

/**
 * Sends the page of a record as it is now, as the administrator who asks: they are its sender, read the page with their own rights and
 * meet the policy like everybody. The note is not kept and therefore missing, and a copy to whoever sent it first is not sent.
 * @throws AppFailure RECORD_NOT_FOUND, PAGE_NOT_FOUND, NO_RECIPIENTS where none are known any more, and whatever keeps a mail from being sent
 */
export async function sendAgain(needs: SendAgainNeeds, accountId: AccountId, request: SendAgainRequest): Promise<SentAgain> {
  const { scope, id, idempotencyKey, language } = request;
  const record = await keptRecord(needs, id);
  if (scope.kind === 'space' && record.spaceId !== scope.spaceId) throw new AppFailure('RECORD_NOT_FOUND');
  const ref = { id: record.pageId, type: record.data.page.type };
  const attachmentIds = (await needs.reader.attachments(ref)).map((each) => each.id);
  const { people, group, memberCount } = needs.session;
  const { draft, leftOut } = await draftFromRecord(record, { people, group, memberCount, attachmentIds });
  const submitted = await submitMail(needs, accountId, { ref, draft: { ...draft, copyToMe: false }, idempotencyKey, language });
  return { ...submitted, leftOut };
}
