import type * as z from 'zod';
import type { StoredRecord } from '#app/history/model';
import type { Person } from '#app/model';
import type { AccountId, ContentId } from '#contract/draft';
import { draftSchema } from '#contract/draft';
import type { againSchema } from '#contract/history';

export interface AgainNeeds {
  /** Those of the accounts that exist. */
  readonly people: (ids: readonly AccountId[]) => Promise<readonly Person[]>;
  /** Attachments of the page as it is now. */
  readonly attachmentIds: readonly ContentId[];
}

/** A draft for the page as it is now, from a record: recipients as they were picked, without people who are gone, files that are gone and addresses that are not kept. */
export async function draftFromRecord({ data }: StoredRecord, needs: AgainNeeds): Promise<z.output<typeof againSchema>> {
  const ids = data.picks.flatMap(({ recipient }) => (recipient.kind === 'user' ? [recipient.accountId] : []));
  const active = new Set((ids.length > 0 ? await needs.people(ids) : []).filter((each) => each.active).map(({ accountId }) => accountId));
  const picks = data.picks.filter(({ recipient }) => recipient.kind !== 'user' || active.has(recipient.accountId));
  const inField = (field: 'to' | 'cc' | 'bcc') => picks.filter((pick) => pick.field === field).map(({ recipient }) => recipient);
  const attachmentIds = data.attachmentIds.filter((id) => needs.attachmentIds.includes(id));
  return {
    draft: draftSchema.parse({
      to: inField('to'),
      cc: inField('cc'),
      bcc: inField('bcc'),
      subject: data.subject,
      attachmentIds,
      copyToMe: data.copyToMe,
    }),
    leftOut: {
      addresses: data.leftOut.addresses,
      people: data.leftOut.people + data.picks.length - picks.length,
      attachments: data.attachmentIds.length - attachmentIds.length,
    },
  };
}
