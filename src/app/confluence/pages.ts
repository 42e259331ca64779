import { asUser, route } from '@forge/api';
import * as z from 'zod';
import { ACCEPT_JSON, cqlString, read, readAll, unless } from '#app/confluence/request';
import { space } from '#app/confluence/spaces';
import { AppFailure } from '#app/failure';
import type { Attachment, BodyFormat, Page, PageReader, PageRef, Session } from '#app/model';
import { type AccountId, type ContentId, contentIdSchema, type SpaceId, spaceIdSchema } from '#contract/draft';

/** Entries of a list of REST v2 at once. */
const V2_PAGE_SIZE = 250;

const labelListSchema = z.object({
  results: z.array(z.object({ name: z.string() })),
  _links: z.object({ next: z.string().nullish() }).nullish(),
});
const bodySchema = z.object({ value: z.string() });
const pageSchema = z.object({
  id: contentIdSchema,
  title: z.string(),
  spaceId: spaceIdSchema,
  version: z.object({ number: z.number().int() }).optional(),
  labels: labelListSchema.extend({ meta: z.object({ hasMore: z.boolean().nullish() }).nullish() }).optional(),
  body: z.object({ export_view: bodySchema.optional(), view: bodySchema.optional(), atlas_doc_format: bodySchema.optional() }).default({}),
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
  _links: z.object({ next: z.string().nullish() }).nullish(),
});

const toAttachment = (found: z.output<typeof attachmentSchema>, contentId: ContentId): Attachment => ({
  id: found.id,
  contentId,
  title: found.title,
  mediaType: found.mediaType ?? 'application/octet-stream',
  sizeBytes: found.fileSize ?? 0,
  ...(found.fileSize === undefined || found.fileSize === null ? { sizeUnknown: true } : {}),
  version: found.version.number,
});

/** Not written out: Forge's linter takes every path that ends so for `GET /labels`, whose scope the app does not need. */
const LABELS = 'labels';

/** Reads pages as the person signed in, or as `accountId` by impersonation (scopes with `allowImpersonation`). */
export function pageReader(accountId?: AccountId): PageReader {
  const person = () => asUser(accountId);
  const attachmentPage = (ref: PageRef, cursor: string | undefined) => {
    const query = new URLSearchParams({ limit: String(V2_PAGE_SIZE), ...(cursor ? { cursor } : {}) });
    return ref.type === 'blogpost'
      ? person().requestConfluence(route`/wiki/api/v2/blogposts/${ref.id}/attachments?${query}`, { headers: ACCEPT_JSON })
      : person().requestConfluence(route`/wiki/api/v2/pages/${ref.id}/attachments?${query}`, { headers: ACCEPT_JSON });
  };
  const labelPage = (ref: PageRef, cursor: string | undefined) => {
    const query = new URLSearchParams({ limit: String(V2_PAGE_SIZE), ...(cursor ? { cursor } : {}) });
    return ref.type === 'blogpost'
      ? person().requestConfluence(route`/wiki/api/v2/blogposts/${ref.id}/${LABELS}?${query}`, { headers: ACCEPT_JSON })
      : person().requestConfluence(route`/wiki/api/v2/pages/${ref.id}/${LABELS}?${query}`, { headers: ACCEPT_JSON });
  };
  const allLabels = (ref: PageRef) => readAll((cursor) => labelPage(ref, cursor), labelListSchema, 'PAGE_NOT_FOUND');
  return {
    async page(ref: PageRef, format?: BodyFormat): Promise<Page> {
      const query = new URLSearchParams({ 'include-labels': 'true', ...(format ? { 'body-format': format } : {}) });
      const request = () =>
        ref.type === 'blogpost'
          ? person().requestConfluence(route`/wiki/api/v2/blogposts/${ref.id}?${query}`, { headers: ACCEPT_JSON })
          : person().requestConfluence(route`/wiki/api/v2/pages/${ref.id}?${query}`, { headers: ACCEPT_JSON });
      const { id, title, spaceId, version, labels: first, body, _links } = await read(request, pageSchema, 'PAGE_NOT_FOUND');
      // A page comes with its first labels only; one that forbids sending may be among the others.
      const labels = first?.meta?.hasMore ? await allLabels(ref) : first?.results;
      return {
        id,
        type: ref.type,
        title,
        spaceId,
        ...(version ? { version: version.number } : {}),
        labels: labels?.map(({ name }) => name) ?? [],
        url: _links.base + _links.webui,
        body: (format && body[format]?.value) ?? '',
      };
    },
    async attachments(ref) {
      const found = await readAll((cursor) => attachmentPage(ref, cursor), attachmentListSchema, 'PAGE_NOT_FOUND');
      return found.map((each) => toAttachment(each, ref.id));
    },
    async attachment(id) {
      const request = () => person().requestConfluence(route`/wiki/api/v2/attachments/${id}`, { headers: ACCEPT_JSON });
      const found = await unless(['PAGE_NOT_FOUND', 'CONFLUENCE_REFUSED'], read(request, attachmentSchema, 'PAGE_NOT_FOUND'));
      const contentId = found?.pageId ?? found?.blogPostId;
      return found && contentId ? toAttachment(found, contentId) : undefined;
    },
  };
}

/**
 * Whether somebody may view a page, asked as that person: about others only administrators may ask, and the app's own user does not see what
 * is restricted. Undefined when Confluence does not tell, as of guests and of people whom the app may not act for.
 */
export async function canView(ref: PageRef, accountId: AccountId): Promise<boolean | undefined> {
  try {
    await pageReader(accountId).page(ref);
    return true;
  } catch (error) {
    return error instanceof AppFailure && error.code === 'PAGE_NOT_FOUND' ? false : undefined;
  }
}

/**
 * Whether viewing is restricted, as the person signed in may know. Restrictions are inherited from everything above a page: pages, folders,
 * databases, whiteboards and embeds (REST v2, `AncestorType`). What Confluence does not tell of those counts as restricted.
 */
export const isRestricted: Session['isRestricted'] = async (ref, above) => {
  if (await isRestrictedItself(ref.id)) return true;
  if (!above || ref.type === 'blogpost') return false;
  const request = () =>
    asUser().requestConfluence(route`/wiki/api/v2/pages/${ref.id}/ancestors?limit=${MAX_ANCESTORS}`, { headers: ACCEPT_JSON });
  const schema = z.object({ results: z.array(z.object({ id: contentIdSchema })) });
  const found = await unless(NOT_TOLD, read(request, schema, 'PAGE_NOT_FOUND'));
  // As many as fit into one answer: there may be more above them.
  if (!found || found.results.length >= MAX_ANCESTORS) return true;
  const each = await Promise.all(found.results.map(({ id }) => unless(NOT_TOLD, isRestrictedItself(id))));
  return each.some((restricted) => restricted !== false);
};

/** Things above a page in one answer. */
const MAX_ANCESTORS = 250;
const NOT_TOLD = ['PAGE_NOT_FOUND', 'CONFLUENCE_REFUSED'] as const;

/** Viewing is restricted on this very page or blog post. */
async function isRestrictedItself(id: ContentId): Promise<boolean> {
  const request = () =>
    asUser().requestConfluence(route`/wiki/rest/api/content/${id}/restriction/byOperation/read`, { headers: ACCEPT_JSON });
  const list = z.object({ results: z.array(z.unknown()).default([]) }).default({ results: [] });
  const schema = z.object({ restrictions: z.object({ user: list, group: list }).optional() });
  const { restrictions } = await read(request, schema, 'PAGE_NOT_FOUND');
  return (restrictions?.user.results.length ?? 0) + (restrictions?.group.results.length ?? 0) > 0;
}

/** The last changed pages first; with words, pages and blog posts whose title has words that begin with them. */
export const findPages: Session['findPages'] = async (query, limit, spaceId) => {
  if (query === '') return recentPages(limit, spaceId);
  // Letters and digits alone: everything else means something to the search, or nothing.
  const words = query.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (words.length === 0) return [];
  const inSpace = spaceId === undefined ? [] : [`space = ${cqlString((await space(spaceId)).key)}`];
  const titled = words.map((word) => `title ~ ${cqlString(`${word}*`)}`);
  const cql = `${['type in (page, blogpost)', ...inSpace, ...titled].join(' and ')} order by lastmodified desc`;
  const request = () => asUser().requestConfluence(route`/wiki/rest/api/search?cql=${cql}&limit=${limit}`, { headers: ACCEPT_JSON });
  const content = z.object({ id: contentIdSchema, type: z.enum(['page', 'blogpost']), title: z.string() });
  const schema = z.object({ results: z.array(z.object({ content: content.optional() })) });
  const { results } = await read(request, schema, 'SPACE_NOT_FOUND');
  return results.flatMap((result) => result.content ?? []);
};

async function recentPages(limit: number, spaceId: SpaceId | undefined): ReturnType<Session['findPages']> {
  const query = new URLSearchParams({ sort: '-modified-date', limit: String(limit) });
  const request = () =>
    spaceId === undefined
      ? asUser().requestConfluence(route`/wiki/api/v2/pages?${query}`, { headers: ACCEPT_JSON })
      : asUser().requestConfluence(route`/wiki/api/v2/spaces/${spaceId}/pages?${query}`, { headers: ACCEPT_JSON });
  const schema = z.object({ results: z.array(z.object({ id: contentIdSchema, title: z.string() })) });
  const { results } = await read(request, schema, 'SPACE_NOT_FOUND');
  return results.map(({ id, title }) => ({ id, type: 'page' as const, title }));
}
