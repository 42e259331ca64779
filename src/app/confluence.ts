import { type APIResponse, asApp, asUser, route } from '@forge/api';
import * as z from 'zod';
import { AppFailure } from '#app/failure';
import type { AppReader, Attachment, BodyFormat, Group, Page, PageReader, PageRef, Person, Session, Space } from '#app/model';
import {
  type AccountId,
  accountIdSchema,
  type ContentId,
  contentIdSchema,
  type GroupId,
  groupIdSchema,
  spaceIdSchema,
} from '#contract/draft';
import type { ErrorCode } from '#contract/errors';

/**
 * The only file that calls Confluence (REST v1 and v2). Whose rights count is visible at each call: `asUser()` the person
 * signed in, `asUser(accountId)` the sender of a mail after their session, `asApp()` the app.
 */

/** Entries that Confluence gives at once: v2 lists, v1 group members, ids of a bulk request. */
const V2_PAGE_SIZE = 250;
const MEMBERS_PAGE_SIZE = 200;
const PEOPLE_AT_ONCE = 250;
const ADDRESSES_AT_ONCE = 90;
const EMAILS_AT_ONCE = 100;

const codeOf = (status: number, notFound: ErrorCode): ErrorCode => {
  if (status === 404) return notFound;
  if (status === 429) return 'RATE_LIMITED';
  return status === 401 || status === 403 ? 'CONFLUENCE_REFUSED' : 'CONFLUENCE_UNAVAILABLE';
};

/** The JSON answer, checked; failures by status, `notFound` for 404. */
async function read<T extends z.ZodType>(request: Promise<APIResponse>, schema: T, notFound: ErrorCode): Promise<z.output<T>> {
  const response = await request.catch((cause: unknown) => {
    throw new AppFailure('CONFLUENCE_UNAVAILABLE', undefined, { cause });
  });
  if (!response.ok) throw new AppFailure(codeOf(response.status, notFound));
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new AppFailure('CONFLUENCE_UNAVAILABLE', undefined, { cause: parsed.error });
  return parsed.data;
}

// Options stand as literals at each call: Forge's linter finds the scopes of a call only then.
const ACCEPT_JSON = { Accept: 'application/json' };
const SEND_JSON = { ...ACCEPT_JSON, 'Content-Type': 'application/json' };

/** Runs the failing call's code through: `undefined` for the codes named. */
async function unless<T>(codes: readonly ErrorCode[], call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (error instanceof AppFailure && codes.includes(error.code)) return undefined;
    throw error;
  });
}

const chunks = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));

// --- pages, with the rights of a person ---------------------------------------------------------------------------------

const bodySchema = z.object({ value: z.string() });
const pageSchema = z.object({
  id: contentIdSchema,
  title: z.string(),
  spaceId: spaceIdSchema,
  body: z.object({ export_view: bodySchema.optional(), view: bodySchema.optional() }).default({}),
  _links: z.object({ base: z.string(), webui: z.string() }),
});
const attachmentSchema = z.object({
  id: contentIdSchema,
  title: z.string(),
  mediaType: z.string().nullish(),
  fileSize: z.number().int().nonnegative().nullish(),
  version: z.object({ number: z.number().int().min(1) }),
  pageId: contentIdSchema.nullish(),
  blogPostId: contentIdSchema.nullish(),
});
const attachmentListSchema = z.object({
  results: z.array(attachmentSchema),
  _links: z.object({ next: z.string().optional() }).default({}),
});

const toAttachment = (found: z.output<typeof attachmentSchema>, contentId: ContentId): Attachment => ({
  id: found.id,
  contentId,
  title: found.title,
  mediaType: found.mediaType ?? 'application/octet-stream',
  sizeBytes: found.fileSize ?? 0,
  version: found.version.number,
});

/** Reads pages as the person signed in, or as `accountId` by impersonation (scopes with `allowImpersonation`). */
export function pageReader(accountId?: AccountId): PageReader {
  const person = () => asUser(accountId);
  const attachmentPage = (ref: PageRef, cursor: string | undefined) => {
    const query = new URLSearchParams({ limit: String(V2_PAGE_SIZE), ...(cursor ? { cursor } : {}) });
    return ref.type === 'blogpost'
      ? person().requestConfluence(route`/wiki/api/v2/blogposts/${ref.id}/attachments?${query}`, { headers: ACCEPT_JSON })
      : person().requestConfluence(route`/wiki/api/v2/pages/${ref.id}/attachments?${query}`, { headers: ACCEPT_JSON });
  };
  return {
    async page(ref: PageRef, format: BodyFormat): Promise<Page> {
      const request =
        ref.type === 'blogpost'
          ? person().requestConfluence(route`/wiki/api/v2/blogposts/${ref.id}?body-format=${format}`, { headers: ACCEPT_JSON })
          : person().requestConfluence(route`/wiki/api/v2/pages/${ref.id}?body-format=${format}`, { headers: ACCEPT_JSON });
      const { id, title, spaceId, body, _links } = await read(request, pageSchema, 'PAGE_NOT_FOUND');
      return { id, type: ref.type, title, spaceId, url: _links.base + _links.webui, body: body[format]?.value ?? '' };
    },
    async attachments(ref) {
      const found: Attachment[] = [];
      let cursor: string | undefined;
      do {
        const page: z.output<typeof attachmentListSchema> = await read(attachmentPage(ref, cursor), attachmentListSchema, 'PAGE_NOT_FOUND');
        found.push(...page.results.map((each) => toAttachment(each, ref.id)));
        cursor = nextCursor(page._links.next);
      } while (cursor !== undefined);
      return found;
    },
    async attachment(id) {
      const request = person().requestConfluence(route`/wiki/api/v2/attachments/${id}`, { headers: ACCEPT_JSON });
      const found = await unless(['PAGE_NOT_FOUND', 'CONFLUENCE_REFUSED'], read(request, attachmentSchema, 'PAGE_NOT_FOUND'));
      const contentId = found?.pageId ?? found?.blogPostId;
      return found && contentId ? toAttachment(found, contentId) : undefined;
    },
  };
}

/** The cursor in `_links.next`, an address relative to the site. */
function nextCursor(next: string | undefined): string | undefined {
  const query = next?.split('?')[1];
  return (query && new URLSearchParams(query).get('cursor')) || undefined;
}

// --- people, groups and spaces, as the person signed in -----------------------------------------------------------------

const userV1Schema = z.object({
  accountId: accountIdSchema,
  accountType: z.string().nullish(),
  displayName: z.string().nullish(),
  publicName: z.string().nullish(),
  profilePicture: z.object({ path: z.string() }).nullish(),
});
const userV2Schema = userV1Schema.extend({ accountStatus: z.string().nullish() });
const operationsSchema = z.array(z.object({ operation: z.string(), targetType: z.string() }));
const groupSchema = z.object({ id: groupIdSchema, name: z.string() });
const spaceSchema = z.object({
  id: spaceIdSchema,
  key: z.string(),
  name: z.string(),
  _links: z.object({ base: z.string().optional(), webui: z.string() }),
});

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

/** A CQL string literal (Confluence Query Language: `"` and `\` escaped by a backslash). */
export const cqlString = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** Calls as the person signed in. */
export function session(): Session {
  const people = async (ids: readonly AccountId[]): Promise<Person[]> => {
    const answers = await Promise.all(
      chunks(ids, PEOPLE_AT_ONCE).map((accountIds) =>
        read(
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
  return {
    async me() {
      const request = asUser().requestConfluence(route`/wiki/rest/api/user/current?expand=operations`, { headers: ACCEPT_JSON });
      const user = await read(request, userV1Schema.extend({ operations: operationsSchema.default([]) }), 'NOT_SIGNED_IN');
      const administersSite = user.operations.some((each) => each.operation === 'administer' && each.targetType === 'application');
      return { ...toPerson(user), administersSite };
    },
    async space(id) {
      const request = asUser().requestConfluence(route`/wiki/api/v2/spaces/${id}`, { headers: ACCEPT_JSON });
      const { key, name, _links } = await read(request, spaceSchema, 'SPACE_NOT_FOUND');
      return { id, key, name, url: (_links.base ?? '') + _links.webui } satisfies Space;
    },
    async administersSpace(id) {
      const request = asUser().requestConfluence(route`/wiki/api/v2/spaces/${id}/operations`, { headers: ACCEPT_JSON });
      const { operations } = await read(request, z.object({ operations: operationsSchema }), 'SPACE_NOT_FOUND');
      return operations.some((each) => each.operation === 'administer' && each.targetType === 'space');
    },
    async isRestricted(ref) {
      const request = asUser().requestConfluence(route`/wiki/rest/api/content/${ref.id}/restriction/byOperation/read`, {
        headers: ACCEPT_JSON,
      });
      const list = z.object({ results: z.array(z.unknown()).default([]) }).default({ results: [] });
      const schema = z.object({ restrictions: z.object({ user: list, group: list }).optional() });
      const { restrictions } = await read(request, schema, 'PAGE_NOT_FOUND');
      return (restrictions?.user.results.length ?? 0) + (restrictions?.group.results.length ?? 0) > 0;
    },
    async findPeople(query, limit) {
      const cql = `user.fullname~${cqlString(query)}`;
      const request = asUser().requestConfluence(route`/wiki/rest/api/search/user?cql=${cql}&limit=${limit}`, { headers: ACCEPT_JSON });
      const schema = z.object({ results: z.array(z.object({ user: userV1Schema.optional() })) });
      const { results } = await read(request, schema, 'CONFLUENCE_REFUSED');
      const ids = results.flatMap(({ user }) => (user && isPerson(user) ? [user.accountId] : []));
      // The search does not tell who is deactivated; the look-up does.
      const known = new Map((await people(ids)).map((person) => [person.accountId, person]));
      return ids.flatMap((id) => known.get(id) ?? []).filter((person) => person.active);
    },
    async findGroups(query, limit) {
      const request = asUser().requestConfluence(route`/wiki/rest/api/group/picker?query=${query}&limit=${limit}`, {
        headers: ACCEPT_JSON,
      });
      const found = await unless(['CONFLUENCE_REFUSED'], read(request, z.object({ results: z.array(groupSchema) }), 'CONFLUENCE_REFUSED'));
      return found?.results.map(toGroup) ?? [];
    },
    people,
    async group(id) {
      const request = asUser().requestConfluence(route`/wiki/rest/api/group/by-id?id=${id}`, { headers: ACCEPT_JSON });
      const found = await unless(['RECIPIENT_UNKNOWN', 'CONFLUENCE_REFUSED'], read(request, groupSchema, 'RECIPIENT_UNKNOWN'));
      return found && toGroup(found);
    },
    async memberCount(id) {
      return (await membersFrom(id, 0, 1)).total;
    },
    async members(id, limit) {
      const found: Person[] = [];
      let page: Awaited<ReturnType<typeof membersFrom>>;
      let start = 0;
      do {
        page = await membersFrom(id, start, Math.min(MEMBERS_PAGE_SIZE, limit - found.length));
        found.push(...page.users);
        start += page.users.length;
      } while (page.users.length > 0 && found.length < Math.min(limit, page.total));
      const active = new Map((await people(found.map((each) => each.accountId))).map((each) => [each.accountId, each]));
      return found.map((each) => active.get(each.accountId) ?? { ...each, active: false });
    },
    async withoutAccess(addresses) {
      const schema = z.object({ emailsWithoutAccess: z.array(z.string()).default([]), invalidEmails: z.array(z.string()).default([]) });
      const answers = await Promise.all(
        chunks(addresses, EMAILS_AT_ONCE).map((emails) => {
          const request = asUser().requestConfluence(route`/wiki/api/v2/user/access/check-access-by-email`, {
            method: 'POST',
            headers: SEND_JSON,
            body: JSON.stringify({ emails }),
          });
          return read(request, schema, 'CONFLUENCE_REFUSED').catch(() => undefined);
        }),
      );
      const known = answers.filter((answer) => answer !== undefined);
      return known.length < answers.length ? undefined : known.flatMap((each) => [...each.emailsWithoutAccess, ...each.invalidEmails]);
    },
  };
}

async function membersFrom(id: GroupId, start: number, limit: number): Promise<{ users: Person[]; total: number }> {
  const request = asUser().requestConfluence(
    route`/wiki/rest/api/group/${id}/membersByGroupId?start=${start}&limit=${limit}&shouldReturnTotalSize=true`,
    { headers: ACCEPT_JSON },
  );
  const schema = z.object({ results: z.array(userV1Schema), totalSize: z.number().int().nonnegative() });
  const { results, totalSize } = await read(request, schema, 'RECIPIENT_UNKNOWN');
  return { users: results.map((user) => toPerson(user)), total: totalSize };
}

// --- as the app ------------------------------------------------------------------------------------------------------------

const addressSchema = z.object({ accountId: accountIdSchema, email: z.string() });

/** What only the app may ask. */
export function appReader(): AppReader {
  const several = async (ids: readonly AccountId[]) => {
    const query = new URLSearchParams(ids.map((id) => ['accountId', id]));
    return read(
      asApp().requestConfluence(route`/wiki/rest/api/user/email/bulk?${query}`, { headers: ACCEPT_JSON }),
      z.array(addressSchema),
      'CONFLUENCE_REFUSED',
    );
  };
  const one = async (id: AccountId) => {
    const request = asApp().requestConfluence(route`/wiki/rest/api/user/email?accountId=${id}`, { headers: ACCEPT_JSON });
    return unless(['RECIPIENT_WITHOUT_ADDRESS', 'CONFLUENCE_REFUSED'], read(request, addressSchema, 'RECIPIENT_WITHOUT_ADDRESS'));
  };
  return {
    async addresses(ids) {
      const found = (await Promise.all(chunks(ids, ADDRESSES_AT_ONCE).map(several))).flat();
      const known = new Map(found.map(({ accountId, email }) => [accountId, email]));
      // The bulk answer leaves out what it does not have at hand; deactivated accounts stay missing.
      for (const id of ids.filter((each) => !known.has(each))) {
        const single = await one(id);
        if (single) known.set(id, single.email);
      }
      return known;
    },
    async canView(page, accountId) {
      const question = { subject: { type: 'user', identifier: accountId }, operation: 'read' };
      const request = asApp().requestConfluence(route`/wiki/rest/api/content/${page}/permission/check`, {
        method: 'POST',
        headers: SEND_JSON,
        body: JSON.stringify(question),
      });
      const answer = await read(request, z.object({ hasPermission: z.boolean() }), 'CONFLUENCE_REFUSED').catch(() => undefined);
      return answer?.hasPermission;
    },
  };
}
