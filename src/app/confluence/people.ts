import { asUser, route } from '@forge/api';
import * as z from 'zod';
import { chunks } from '#app/chunks';
import { ACCEPT_JSON, cqlString, operationsSchema, read, SEND_JSON, unless } from '#app/confluence/request';
import type { Group, Person, Session } from '#app/model';
import { accountIdSchema, type GroupId, groupIdSchema } from '#contract/draft';

/** People and groups, as the person signed in. */

/** Members of a group in one answer, and ids and addresses in one bulk request. */
const MEMBERS_PAGE_SIZE = 200;
const PEOPLE_AT_ONCE = 250;
const EMAILS_AT_ONCE = 100;

const userV1Schema = z.object({
  accountId: accountIdSchema,
  accountType: z.string().nullish(),
  displayName: z.string().nullish(),
  publicName: z.string().nullish(),
  profilePicture: z.object({ path: z.string() }).nullish(),
});
const userV2Schema = userV1Schema.extend({ accountStatus: z.string().nullish() });
/** The limit that counted, which may be lower than the one asked for (“fixed system limits”). */
const pageLimit = { limit: z.number().int().positive().default(MEMBERS_PAGE_SIZE) };
const isLastPage = (results: readonly unknown[], limit: number): boolean => results.length < limit || results.length === 0;
const groupSchema = z.object({ id: groupIdSchema, name: z.string() });
const isPerson = ({ accountType }: { accountType?: string | null | undefined }): boolean => accountType !== 'app';

const toPerson = (user: z.output<typeof userV2Schema>, base?: string): Person => ({
  accountId: user.accountId,
  name: user.displayName || user.publicName || user.accountId,
  active: isPerson(user) && (user.accountStatus ?? 'active') === 'active',
  ...avatarOf(user, base),
});

/** The address of a profile's picture, which is relative to the site (`base`). */
const avatarOf = ({ profilePicture }: z.output<typeof userV2Schema>, base: string | undefined): Pick<Person, 'avatarUrl'> =>
  profilePicture && URL.canParse(profilePicture.path, base) ? { avatarUrl: new URL(profilePicture.path, base).href } : {};

const toGroup = ({ id, name }: z.output<typeof groupSchema>): Group => ({ groupId: id, name });

export const people: Session['people'] = async (ids) => {
  const answers = await Promise.all(
    chunks(ids, PEOPLE_AT_ONCE).map((accountIds) =>
      read(
        () =>
          asUser().requestConfluence(route`/wiki/api/v2/users-bulk`, {
            method: 'POST',
            headers: SEND_JSON,
            body: JSON.stringify({ accountIds }),
          }),
        z.object({ results: z.array(userV2Schema), _links: z.object({ base: z.string().optional() }).default({}) }),
        'CONFLUENCE_REFUSED',
      ),
    ),
  );
  return answers.flatMap(({ results, _links }) => results.map((user) => toPerson(user, _links.base)));
};

export const me: Session['me'] = async () => {
  const request = () => asUser().requestConfluence(route`/wiki/rest/api/user/current?expand=operations`, { headers: ACCEPT_JSON });
  const user = await read(request, userV1Schema.extend({ operations: operationsSchema.default([]) }), 'NOT_SIGNED_IN');
  const administersSite = user.operations.some((each) => each.operation === 'administer' && each.targetType === 'application');
  return { ...toPerson(user), administersSite };
};

export const groupsOf: Session['groupsOf'] = async (accountId) => {
  const found = new Set<GroupId>();
  for (let start = 0; ; ) {
    const request = () =>
      asUser().requestConfluence(route`/wiki/rest/api/user/memberof?accountId=${accountId}&start=${start}&limit=${MEMBERS_PAGE_SIZE}`, {
        headers: ACCEPT_JSON,
      });
    const { results, limit } = await read(request, z.object({ results: z.array(groupSchema), ...pageLimit }), 'CONFLUENCE_REFUSED');
    for (const { id } of results) found.add(id);
    if (isLastPage(results, limit)) return found;
    start += results.length;
  }
};

export const findPeople: Session['findPeople'] = async (query, limit) => {
  const cql = `user.fullname~${cqlString(query)}`;
  const request = () => asUser().requestConfluence(route`/wiki/rest/api/search/user?cql=${cql}&limit=${limit}`, { headers: ACCEPT_JSON });
  const schema = z.object({ results: z.array(z.object({ user: userV1Schema.optional() })) });
  const { results } = await read(request, schema, 'CONFLUENCE_REFUSED');
  const ids = results.flatMap(({ user }) => (user && isPerson(user) ? [user.accountId] : []));
  // The search does not tell who is deactivated; the look-up does.
  const known = new Map((await people(ids)).map((person) => [person.accountId, person]));
  return ids.flatMap((id) => known.get(id) ?? []).filter((person) => person.active);
};

export const findGroups: Session['findGroups'] = async (query, limit) => {
  const request = () =>
    asUser().requestConfluence(route`/wiki/rest/api/group/picker?query=${query}&limit=${limit}`, {
      headers: ACCEPT_JSON,
    });
  const found = await unless(['CONFLUENCE_REFUSED'], read(request, z.object({ results: z.array(groupSchema) }), 'CONFLUENCE_REFUSED'));
  return found?.results.map(toGroup) ?? [];
};

export const group: Session['group'] = async (id) => {
  const request = () => asUser().requestConfluence(route`/wiki/rest/api/group/by-id?id=${id}`, { headers: ACCEPT_JSON });
  const found = await unless(['RECIPIENT_UNKNOWN', 'CONFLUENCE_REFUSED'], read(request, groupSchema, 'RECIPIENT_UNKNOWN'));
  return found && toGroup(found);
};

export const memberCount: Session['memberCount'] = async (id) => {
  const request = () =>
    asUser().requestConfluence(route`/wiki/rest/api/group/${id}/membersByGroupId?start=0&limit=1&shouldReturnTotalSize=true`, {
      headers: ACCEPT_JSON,
    });
  return (await read(request, z.object({ totalSize: z.number().int().nonnegative() }), 'RECIPIENT_UNKNOWN')).totalSize;
};

export const members: Session['members'] = async (id, limit) => {
  const found: Person[] = [];
  let isLast = false;
  while (!isLast && found.length < limit) {
    const page = await membersFrom(id, found.length, Math.min(MEMBERS_PAGE_SIZE, limit - found.length));
    found.push(...page.users);
    isLast = page.isLast;
  }
  const active = new Map((await people(found.map((each) => each.accountId))).map((each) => [each.accountId, each]));
  return found.map((each) => active.get(each.accountId) ?? { ...each, active: false });
};

export const withoutAccess: Session['withoutAccess'] = async (addresses) => {
  const schema = z.object({ emailsWithoutAccess: z.array(z.string()).default([]), invalidEmails: z.array(z.string()).default([]) });
  const answers = await Promise.all(
    chunks(addresses, EMAILS_AT_ONCE).map((emails) => {
      const request = () =>
        asUser().requestConfluence(route`/wiki/api/v2/user/access/check-access-by-email`, {
          method: 'POST',
          headers: SEND_JSON,
          body: JSON.stringify({ emails }),
        });
      return read(request, schema, 'CONFLUENCE_REFUSED').catch(() => undefined);
    }),
  );
  const known = answers.filter((answer) => answer !== undefined);
  return known.length < answers.length ? undefined : known.flatMap((each) => [...each.emailsWithoutAccess, ...each.invalidEmails]);
};

/** Without the group's size, which is expensive to find. */
async function membersFrom(id: GroupId, start: number, limit: number): Promise<{ users: Person[]; isLast: boolean }> {
  const request = () =>
    asUser().requestConfluence(route`/wiki/rest/api/group/${id}/membersByGroupId?start=${start}&limit=${limit}`, {
      headers: ACCEPT_JSON,
    });
  const answer = await read(request, z.object({ results: z.array(userV1Schema), ...pageLimit }), 'RECIPIENT_UNKNOWN');
  return { users: answer.results.map((user) => toPerson(user)), isLast: isLastPage(answer.results, Math.min(limit, answer.limit)) };
}
