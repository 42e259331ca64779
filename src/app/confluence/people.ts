import { asUser, route } from '@forge/api';
import * as z from 'zod';
import { chunks } from '#app/chunks';
import { ACCEPT_JSON, cqlString, operationsSchema, read, SEND_JSON, unless } from '#app/confluence/request';
import { AppFailure } from '#app/failure';
import type { Group, Person, Session } from '#app/model';
import { accountIdSchema, type GroupId, groupIdSchema } from '#contract/draft';

/** People and groups, as the person signed in. Guests of the site are people of it. */

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
/** `email` is empty where the profile does not show it to whoever asks (REST v2, `users-bulk`). */
const userV2Schema = userV1Schema.extend({ accountStatus: z.string().nullish(), email: z.string().nullish() });
/** What tells of further entries: the limit that counted, which may be lower than the one asked for (“fixed system limits”), and the next page's address. */
const paging = {
  limit: z.number().int().positive().default(MEMBERS_PAGE_SIZE),
  _links: z.object({ next: z.string().optional() }).catch({}).default({}),
};
interface PageV1 {
  readonly results: readonly unknown[];
  readonly limit: number;
  readonly _links: { readonly next?: string | undefined };
}

/** Pages in a row without anything new, after which a list leads nowhere. */
const MAX_STALE_PAGES = 3;

/**
 * Every entry of a list of REST v1, each once, at most `most`. Confluence may give fewer at a time than it was asked for and count its next
 * address by what was asked for; so the next page begins behind what has come, and what comes twice counts once. A page may also hold fewer
 * because the person may not see some: then the gap is read again and gives nothing new.
 * @throws AppFailure CONFLUENCE_UNAVAILABLE for a list that announces more for ever
 */
async function readAllV1<T>(
  page: (start: number, limit: number) => Promise<PageV1 & { readonly results: readonly T[] }>,
  idOf: (entry: T) => string,
  most = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const found = new Map<string, T>();
  let stale = 0;
  for (let start = 0; found.size < most; ) {
    const { results, limit, _links } = await page(start, MEMBERS_PAGE_SIZE);
    const before = found.size;
    for (const entry of results) if (!found.has(idOf(entry))) found.set(idOf(entry), entry);
    const named = Number(new URLSearchParams(_links.next?.split('?')[1]).get('start') ?? Number.NaN);
    const hasMore = named > start || (results.length > 0 && results.length >= Math.min(limit, MEMBERS_PAGE_SIZE));
    if (!hasMore) break;
    stale = found.size === before ? stale + 1 : 0;
    if (stale > MAX_STALE_PAGES) throw new AppFailure('CONFLUENCE_UNAVAILABLE');
    // An empty page with a next one holds only what the person may not see.
    start = results.length > 0 ? start + results.length : named;
  }
  return [...found.values()].slice(0, most);
}

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

/** Those of the accounts that exist. An answer may leave some out for its size: they are asked for once more, by themselves. */
export const people: Session['people'] = async (ids) => {
  const first = await peopleOnce(ids);
  const known = new Set(first.map(({ accountId }) => accountId));
  const missing = ids.filter((id) => !known.has(id));
  return missing.length === 0 || missing.length === ids.length ? first : [...first, ...(await peopleOnce(missing))];
};

const peopleOnce: Session['people'] = async (ids) => {
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
  return answers.flatMap(({ results, _links }) =>
    results.map((user) => ({ ...toPerson(user, _links.base), ...(user.email ? {} : { addressHidden: true }) })),
  );
};

export const me: Session['me'] = async () => {
  const request = () => asUser().requestConfluence(route`/wiki/rest/api/user/current?expand=operations`, { headers: ACCEPT_JSON });
  const user = await read(request, userV1Schema.extend({ operations: operationsSchema.default([]) }), 'NOT_SIGNED_IN');
  const administersSite = user.operations.some((each) => each.operation === 'administer' && each.targetType === 'application');
  return { ...toPerson(user), administersSite };
};

export const groupsOf: Session['groupsOf'] = async (accountId) => {
  const page = (start: number, limit: number) => {
    const request = () =>
      asUser().requestConfluence(route`/wiki/rest/api/user/memberof?accountId=${accountId}&start=${start}&limit=${limit}`, {
        headers: ACCEPT_JSON,
      });
    return read(request, z.object({ results: z.array(groupSchema), ...paging }), 'CONFLUENCE_REFUSED');
  };
  return new Set<GroupId>((await readAllV1(page, ({ id }) => id)).map(({ id }) => id));
};

export const findPeople: Session['findPeople'] = async (query, limit) => {
  const cql = `user.fullname~${cqlString(query)}`;
  const request = () =>
    asUser().requestConfluence(route`/wiki/rest/api/search/user?cql=${cql}&limit=${limit}&sitePermissionTypeFilter=all`, {
      headers: ACCEPT_JSON,
    });
  const schema = z.object({ results: z.array(z.object({ user: userV1Schema.optional() })) });
  const { results } = await read(request, schema, 'CONFLUENCE_REFUSED');
  const hits = results.flatMap(({ user }) => (user && isPerson(user) ? [toPerson(user)] : []));
  // The search does not tell who is deactivated; the look-up does. Who is missing there is unknown to it, not deactivated.
  const known = new Map(
    (await people(hits.map(({ accountId }) => accountId))).map(({ addressHidden: _, ...person }) => [person.accountId, person]),
  );
  return hits.map((hit) => known.get(hit.accountId) ?? hit).filter((person) => person.active);
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
  const found = (
    await readAllV1(
      (start, size) => membersFrom(id, start, size),
      ({ accountId }) => accountId,
      limit,
    )
  ).map((user) => toPerson(user));
  const known = new Map((await people(found.map((each) => each.accountId))).map((each) => [each.accountId, each]));
  // Who is missing in the answer is unknown to it, not deactivated; nothing says that their profile shows the address.
  return found.map((each) => known.get(each.accountId) ?? { ...each, addressHidden: true });
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
async function membersFrom(id: GroupId, start: number, limit: number) {
  const request = () =>
    asUser().requestConfluence(route`/wiki/rest/api/group/${id}/membersByGroupId?start=${start}&limit=${limit}`, {
      headers: ACCEPT_JSON,
    });
  return read(request, z.object({ results: z.array(userV1Schema), ...paging }), 'RECIPIENT_UNKNOWN');
}
