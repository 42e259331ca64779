import { type APIResponse, asApp, asUser, getAppContext, NeedsAuthenticationError, privacy, route } from '@forge/api';
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
/** Lists of spaces read to find one by name. */
const MAX_SPACE_PAGES = 8;

const codeOf = (status: number, notFound: ErrorCode): ErrorCode => {
  if (status === 404) return notFound;
  if (status === 429) return 'RATE_LIMITED';
  return status === 401 || status === 403 ? 'CONFLUENCE_REFUSED' : 'CONFLUENCE_UNAVAILABLE';
};

/** Longest that one request waits because Confluence asks it to (429 with Retry-After), within the 25 s of a resolver; and how often. */
const MAX_WAIT_SECONDS = 8;
const MAX_WAITS = 2;

/** Makes a request, again after the time that Confluence asks for when there were too many. */
async function patiently(request: () => Promise<APIResponse>): Promise<APIResponse> {
  for (let waits = 0; ; waits += 1) {
    const response = await request().catch((cause: unknown) => {
      // The person has not consented yet: the resolver hands Forge's own error on, so that Forge asks them.
      const isConsent = cause instanceof NeedsAuthenticationError;
      throw new AppFailure(isConsent ? 'CONFLUENCE_REFUSED' : 'CONFLUENCE_UNAVAILABLE', undefined, { cause });
    });
    const seconds = Number(response.headers.get('Retry-After') ?? 1);
    if (response.status !== 429 || waits === MAX_WAITS || !(seconds <= MAX_WAIT_SECONDS)) return response;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, seconds) * 1000));
  }
}

/** The JSON answer, checked; failures by status, `notFound` for 404. */
async function read<T extends z.ZodType>(request: () => Promise<APIResponse>, schema: T, notFound: ErrorCode): Promise<z.output<T>> {
  const response = await patiently(request);
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
  version: z.object({ number: z.number().int() }).optional(),
  labels: z.object({ results: z.array(z.object({ name: z.string() })) }).optional(),
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
    async page(ref: PageRef, format?: BodyFormat): Promise<Page> {
      const query = new URLSearchParams({ 'include-labels': 'true', ...(format ? { 'body-format': format } : {}) });
      const request = () =>
        ref.type === 'blogpost'
          ? person().requestConfluence(route`/wiki/api/v2/blogposts/${ref.id}?${query}`, { headers: ACCEPT_JSON })
          : person().requestConfluence(route`/wiki/api/v2/pages/${ref.id}?${query}`, { headers: ACCEPT_JSON });
      const { id, title, spaceId, version, labels, body, _links } = await read(request, pageSchema, 'PAGE_NOT_FOUND');
      return {
        id,
        type: ref.type,
        title,
        spaceId,
        ...(version ? { version: version.number } : {}),
        labels: labels?.results.map(({ name }) => name) ?? [],
        url: _links.base + _links.webui,
        body: (format && body[format]?.value) ?? '',
      };
    },
    async attachments(ref) {
      const found: Attachment[] = [];
      let cursor: string | undefined;
      do {
        const page: z.output<typeof attachmentListSchema> = await read(
          () => attachmentPage(ref, cursor),
          attachmentListSchema,
          'PAGE_NOT_FOUND',
        );
        found.push(...page.results.map((each) => toAttachment(each, ref.id)));
        cursor = nextCursor(page._links.next);
      } while (cursor !== undefined);
      return found;
    },
    async attachment(id) {
      const request = () => person().requestConfluence(route`/wiki/api/v2/attachments/${id}`, { headers: ACCEPT_JSON });
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

const spaceListSchema = z.object({ results: z.array(spaceSchema), _links: z.object({ next: z.string().optional() }).default({}) });

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
  return {
    async me() {
      const request = () => asUser().requestConfluence(route`/wiki/rest/api/user/current?expand=operations`, { headers: ACCEPT_JSON });
      const user = await read(request, userV1Schema.extend({ operations: operationsSchema.default([]) }), 'NOT_SIGNED_IN');
      const administersSite = user.operations.some((each) => each.operation === 'administer' && each.targetType === 'application');
      return { ...toPerson(user), administersSite };
    },
    async space(id) {
      const request = () => asUser().requestConfluence(route`/wiki/api/v2/spaces/${id}`, { headers: ACCEPT_JSON });
      const { key, name, _links } = await read(request, spaceSchema, 'SPACE_NOT_FOUND');
      return { id, key, name, url: (_links.base ?? '') + _links.webui } satisfies Space;
    },
    async administersSpace(id) {
      const request = () => asUser().requestConfluence(route`/wiki/api/v2/spaces/${id}/operations`, { headers: ACCEPT_JSON });
      const { operations } = await read(request, z.object({ operations: operationsSchema }), 'SPACE_NOT_FOUND');
      return operations.some((each) => each.operation === 'administer' && each.targetType === 'space');
    },
    async isRestricted(ref, above) {
      if (await isRestrictedItself(ref.id)) return true;
      if (!above || ref.type === 'blogpost') return false;
      const request = () => asUser().requestConfluence(route`/wiki/api/v2/pages/${ref.id}/ancestors?limit=250`, { headers: ACCEPT_JSON });
      const schema = z.object({ results: z.array(z.object({ id: contentIdSchema, type: z.string().optional() })) });
      const { results } = await read(request, schema, 'PAGE_NOT_FOUND');
      const pages = results.filter(({ type }) => type === undefined || type === 'page');
      const each = await Promise.all(pages.map(({ id }) => isRestrictedItself(id)));
      return each.includes(true);
    },
    async groupsOf(accountId) {
      const found = new Set<GroupId>();
      for (let start = 0; ; start += MEMBERS_PAGE_SIZE) {
        const request = () =>
          asUser().requestConfluence(route`/wiki/rest/api/user/memberof?accountId=${accountId}&start=${start}&limit=${MEMBERS_PAGE_SIZE}`, {
            headers: ACCEPT_JSON,
          });
        const { results } = await read(request, z.object({ results: z.array(groupSchema) }), 'CONFLUENCE_REFUSED');
        for (const { id } of results) found.add(id);
        if (results.length < MEMBERS_PAGE_SIZE) return found;
      }
    },
    async findSpaces(query, limit) {
      const wanted = query.toLowerCase();
      const found: Space[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < MAX_SPACE_PAGES && found.length < limit; pages += 1) {
        const parameters = new URLSearchParams({ limit: String(V2_PAGE_SIZE), sort: 'name', ...(cursor ? { cursor } : {}) });
        const request = () => asUser().requestConfluence(route`/wiki/api/v2/spaces?${parameters}`, { headers: ACCEPT_JSON });
        const page: z.output<typeof spaceListSchema> = await read(request, spaceListSchema, 'SPACE_NOT_FOUND');
        const matches = page.results.filter(({ name, key }) => name.toLowerCase().includes(wanted) || key.toLowerCase().includes(wanted));
        found.push(...matches.map(({ id, key, name, _links }) => ({ id, key, name, url: (_links.base ?? '') + _links.webui })));
        cursor = nextCursor(page._links.next);
        if (cursor === undefined) break;
      }
      return found.slice(0, limit);
    },
    async findPages(query, limit, spaceId) {
      const wanted = query.toLowerCase();
      const request = () =>
        spaceId === undefined
          ? asUser().requestConfluence(route`/wiki/api/v2/pages?sort=-modified-date&limit=250`, { headers: ACCEPT_JSON })
          : asUser().requestConfluence(route`/wiki/api/v2/spaces/${spaceId}/pages?sort=-modified-date&limit=250`, { headers: ACCEPT_JSON });
      const schema = z.object({ results: z.array(z.object({ id: contentIdSchema, title: z.string() })) });
      const { results } = await read(request, schema, 'SPACE_NOT_FOUND');
      const matches = results.filter(({ title }) => title.toLowerCase().includes(wanted)).slice(0, limit);
      return matches.map(({ id, title }) => ({ id, type: 'page' as const, title }));
    },
    async findPeople(query, limit) {
      const cql = `user.fullname~${cqlString(query)}`;
      const request = () =>
        asUser().requestConfluence(route`/wiki/rest/api/search/user?cql=${cql}&limit=${limit}`, { headers: ACCEPT_JSON });
      const schema = z.object({ results: z.array(z.object({ user: userV1Schema.optional() })) });
      const { results } = await read(request, schema, 'CONFLUENCE_REFUSED');
      const ids = results.flatMap(({ user }) => (user && isPerson(user) ? [user.accountId] : []));
      // The search does not tell who is deactivated; the look-up does.
      const known = new Map((await people(ids)).map((person) => [person.accountId, person]));
      return ids.flatMap((id) => known.get(id) ?? []).filter((person) => person.active);
    },
    async findGroups(query, limit) {
      const request = () =>
        asUser().requestConfluence(route`/wiki/rest/api/group/picker?query=${query}&limit=${limit}`, {
          headers: ACCEPT_JSON,
        });
      const found = await unless(['CONFLUENCE_REFUSED'], read(request, z.object({ results: z.array(groupSchema) }), 'CONFLUENCE_REFUSED'));
      return found?.results.map(toGroup) ?? [];
    },
    people,
    async group(id) {
      const request = () => asUser().requestConfluence(route`/wiki/rest/api/group/by-id?id=${id}`, { headers: ACCEPT_JSON });
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
    },
  };
}

/** Viewing is restricted on this very page or blog post. */
async function isRestrictedItself(id: ContentId): Promise<boolean> {
  const request = () =>
    asUser().requestConfluence(route`/wiki/rest/api/content/${id}/restriction/byOperation/read`, { headers: ACCEPT_JSON });
  const list = z.object({ results: z.array(z.unknown()).default([]) }).default({ results: [] });
  const schema = z.object({ restrictions: z.object({ user: list, group: list }).optional() });
  const { restrictions } = await read(request, schema, 'PAGE_NOT_FOUND');
  return (restrictions?.user.results.length ?? 0) + (restrictions?.group.results.length ?? 0) > 0;
}

async function membersFrom(id: GroupId, start: number, limit: number): Promise<{ users: Person[]; total: number }> {
  const request = () =>
    asUser().requestConfluence(
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
      () => asApp().requestConfluence(route`/wiki/rest/api/user/email/bulk?${query}`, { headers: ACCEPT_JSON }),
      z.array(addressSchema),
      'CONFLUENCE_REFUSED',
    );
  };
  const one = async (id: AccountId) => {
    const request = () => asApp().requestConfluence(route`/wiki/rest/api/user/email?accountId=${id}`, { headers: ACCEPT_JSON });
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
      const request = () =>
        asApp().requestConfluence(route`/wiki/rest/api/content/${page}/permission/check`, {
          method: 'POST',
          headers: SEND_JSON,
          body: JSON.stringify(question),
        });
      const answer = await read(request, z.object({ hasPermission: z.boolean() }), 'CONFLUENCE_REFUSED').catch(() => undefined);
      return answer?.hasPermission;
    },
  };
}

// --- Atlassian beside Confluence ----------------------------------------------------------------------------------------------

/**
 * Tells Atlassian which accounts the app stores something about, at most 90 in one call; gives those that were closed.
 * @throws AppFailure CONFLUENCE_UNAVAILABLE
 */
export async function reportPersonalData(accounts: readonly { accountId: AccountId; updatedAt: string }[]): Promise<AccountId[]> {
  const updates = await privacy.reportPersonalData([...accounts]).catch((cause: unknown) => {
    throw new AppFailure('CONFLUENCE_UNAVAILABLE', undefined, { cause });
  });
  return updates.flatMap(({ accountId, status }) => (status === 'closed' ? accountIdSchema.parse(accountId) : []));
}

/** Version and environment of the running app, as the platform tells. */
export function appFacts(): { version: string; environment: string } {
  const { appVersion, environmentType } = getAppContext();
  return { version: appVersion, environment: environmentType };
}
