/** Queries over keys and over entities, in pages. */
import { findEntity, queryEntities } from '#local/forge/kvs/entities';
import { checkLimit, KvsRefusal } from '#local/forge/kvs/rules';
import { entityQuerySchema, KVS, parse, querySchema } from '#local/forge/kvs/schemas';
import type { Entry } from '#local/forge/kvs/store';
import { type KvsContext, show } from '#local/forge/kvs/values';

/** A page of what was found; the cursor names the last key of the page before. */
function page(found: readonly [string, Entry][], limit: unknown, cursor: string | undefined): Response {
  const size = checkLimit(limit);
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
  const start = after === undefined ? 0 : found.findIndex(([key]) => key === after) + 1;
  if (after !== undefined && start === 0) throw new KvsRefusal(400, 'INVALID_CURSOR', 'The cursor is not valid any more');
  const data = found.slice(start, start + size);
  const last = data.at(-1)?.[0];
  const more = last !== undefined && start + size < found.length ? { cursor: Buffer.from(last).toString('base64url') } : {};
  return Response.json({ data: data.map(([key, entry]) => show(key, entry)), ...more });
}

/** Values whose keys begin with a text: the only condition outside of entities. */
export function query({ store }: KvsContext, body: unknown): Response {
  const { where, limit, after } = parse(querySchema, body);
  if (where.some(({ property, condition }) => property !== 'key' || condition !== 'BEGINS_WITH')) {
    throw new KvsRefusal(400, 'QUERY_WHERE_INVALID', 'A query outside of entities can only ask for keys that begin with a text');
  }
  const found = store.scan(KVS).filter(([key]) => where.every(({ values }) => key.startsWith(String(values[0]))));
  return page(found, limit, after);
}

export function queryEntity({ store, entities }: KvsContext, body: unknown): Response {
  const asked = parse(entityQuerySchema, body);
  const entity = findEntity(entities, asked.entityName);
  return page(queryEntities(entity, store.scan(`entity:${entity.name}`), asked), asked.limit, asked.cursor);
}
