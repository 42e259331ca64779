import type * as z from 'zod';
import type { StoredRecord } from '#app/history/model';
import type { Group, Person } from '#app/model';
import type { AccountId, ContentId, GroupId } from '#contract/draft';
import { draftSchema } from '#contract/draft';
import type { againSchema } from '#contract/screens/history';

export interface AgainNeeds {
  /** Those of the accounts that exist. */
  readonly people: (ids: readonly AccountId[]) => Promise<readonly Person[]>;
  readonly group: (id: GroupId) => Promise<Group | undefined>;
  readonly memberCount: (id: GroupId) => Promise<number>;
  /** Attachments of the page as it is now. */
  readonly attachmentIds: readonly ContentId[];
}

type Recipient = StoredRecord['data']['picks'][number]['recipient'];

/** A draft for the page as it is now, from a record: recipients as they were picked, without people, groups and files that are gone and addresses that are not kept. */
export async function draftFromRecord({ data }: StoredRecord, needs: AgainNeeds): Promise<z.output<typeof againSchema>> {
  const picked = data.picks.map(({ recipient }) => recipient);
  const [people, groups] = await Promise.all([activePeople(picked, needs), knownGroups(picked, needs)]);
  const isThere = (recipient: Recipient): boolean => {
    if (recipient.kind === 'user') return people.some(({ accountId }) => accountId === recipient.accountId);
    return recipient.kind === 'address' || groups.some(({ groupId }) => groupId === recipient.groupId);
  };
  const picks = data.picks.filter(({ recipient }) => isThere(recipient));
  const inField = (field: 'to' | 'cc' | 'bcc') => picks.filter((pick) => pick.field === field).map(({ recipient }) => recipient);
  const attachmentIds = data.attachmentIds.filter((id) => needs.attachmentIds.includes(id));
  const { subject, copyToMe, individualCopies } = data;
  return {
    draft: draftSchema.parse({
      to: inField('to'),
      cc: inField('cc'),
      bcc: inField('bcc'),
      subject,
      attachmentIds,
      copyToMe,
      individualCopies,
    }),
    leftOut: {
      addresses: data.leftOut.addresses,
      people: data.leftOut.people + data.picks.length - picks.length,
      attachments: data.attachmentIds.length - attachmentIds.length,
    },
    people: people.map(({ accountId, name }) => ({ accountId, name })),
    groups,
  };
}

async function activePeople(picked: readonly Recipient[], { people }: AgainNeeds): Promise<Person[]> {
  const ids = [...new Set(picked.flatMap((each) => (each.kind === 'user' ? [each.accountId] : [])))];
  return ids.length > 0 ? (await people(ids)).filter(({ active }) => active) : [];
}

/** Groups with the number of members; one that cannot be counted is gone. */
async function knownGroups(picked: readonly Recipient[], { group, memberCount }: AgainNeeds): Promise<(Group & { memberCount: number })[]> {
  const ids = [...new Set(picked.flatMap((each) => (each.kind === 'group' ? [each.groupId] : [])))];
  const found = ids.map(async (id) => {
    const known = await group(id);
    return known ? [{ ...known, memberCount: await memberCount(id) }] : [];
  });
  return (await Promise.all(found)).flat();
}
