import { asUser, route } from '@forge/api';
import * as z from 'zod';
import { ACCEPT_JSON, nextCursor, operationsSchema, read } from '#app/confluence/request';
import type { Session, Space } from '#app/model';
import { spaceIdSchema } from '#contract/draft';

/** Spaces, as the person signed in. */

/** Entries of a list of REST v2 at once, and lists read to find a space by name. */
const V2_PAGE_SIZE = 250;
const MAX_SPACE_PAGES = 8;

const spaceSchema = z.object({
  id: spaceIdSchema,
  key: z.string(),
  name: z.string(),
  _links: z.object({ base: z.string().optional(), webui: z.string() }),
});

const spaceListSchema = z.object({ results: z.array(spaceSchema), _links: z.object({ next: z.string().optional() }).default({}) });

export const space: Session['space'] = async (id) => {
  const request = () => asUser().requestConfluence(route`/wiki/api/v2/spaces/${id}`, { headers: ACCEPT_JSON });
  const { key, name, _links } = await read(request, spaceSchema, 'SPACE_NOT_FOUND');
  return { id, key, name, url: (_links.base ?? '') + _links.webui } satisfies Space;
};

export const administersSpace: Session['administersSpace'] = async (id) => {
  const request = () => asUser().requestConfluence(route`/wiki/api/v2/spaces/${id}/operations`, { headers: ACCEPT_JSON });
  const { operations } = await read(request, z.object({ operations: operationsSchema }), 'SPACE_NOT_FOUND');
  return operations.some((each) => each.operation === 'administer' && each.targetType === 'space');
};

export const findSpaces: Session['findSpaces'] = async (query, limit) => {
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
};
