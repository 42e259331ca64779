import type { Session } from '#app/model';
import type { Value } from '#contract/screens/resolvers';

/** Suggestions at once. */
const MAX_PEOPLE = 10;
const MAX_GROUPS = 5;

/** People and groups whose name fits what was typed, as the person who asks may find them. Never an address. */
export async function findRecipients(
  session: Pick<Session, 'findPeople' | 'findGroups' | 'memberCount'>,
  query: string,
): Promise<Value<'send/find-recipients'>> {
  const [people, groups] = await Promise.all([session.findPeople(query, MAX_PEOPLE), session.findGroups(query, MAX_GROUPS)]);
  const counted = groups.map(async (group) => ({ ...group, memberCount: await session.memberCount(group.groupId) }));
  return {
    users: people.map(({ accountId, name, avatarUrl }) => ({ accountId, name, ...(avatarUrl ? { avatarUrl } : {}) })),
    groups: await Promise.all(counted),
  };
}
