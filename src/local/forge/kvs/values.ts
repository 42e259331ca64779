/** Single values: read, write, remove. */
import { checkAttributes, findEntity } from '#local/forge/kvs/entities';
import { checkKey, checkTtl, checkValue, KvsRefusal, MAX_SECRET_BYTES, MAX_VALUE_BYTES } from '#local/forge/kvs/rules';
import { itemSchema, parse, SECRET, type SetItem, setSchema } from '#local/forge/kvs/schemas';
import type { Entry, KvsStore, Namespace } from '#local/forge/kvs/store';
import type { ManifestEntity } from '#local/forge/manifest';

/** What the operations work on. */
export interface KvsContext {
  readonly store: KvsStore;
  readonly entities: readonly ManifestEntity[];
}

/** What an entry looks like in an answer: always with its times, of which the client passes on those asked for. */
export const show = (key: string, entry: Entry) => ({
  key,
  value: JSON.parse(entry.value) as unknown,
  createdAt: entry.createdAt,
  updatedAt: entry.updatedAt,
  ...(entry.expireAt === undefined ? {} : { expireTime: new Date(entry.expireAt).toISOString() }),
});

export const done = (): Response => new Response(null, { status: 204 });

/** The entry behind a key. @throws KvsRefusal KEY_NOT_FOUND */
export function find({ store }: KvsContext, namespace: Namespace, key: unknown): { key: string; entry: Entry } {
  const checked = checkKey(key);
  const entry = store.get(namespace, checked);
  if (!entry) throw new KvsRefusal(404, 'KEY_NOT_FOUND', `No value for the key ${checked}`);
  return { key: checked, entry };
}

/** The value as JSON text, once it keeps the limits and, in an entity, the declared attributes. */
export function checkItem({ entities }: KvsContext, namespace: Namespace, item: SetItem): string {
  const text = checkValue(item.value, namespace === SECRET ? MAX_SECRET_BYTES : MAX_VALUE_BYTES);
  if (item.entityName) checkAttributes(findEntity(entities, item.entityName), item.value);
  return text;
}

/** Writes a value by its key policy. */
export function put(context: KvsContext, namespace: Namespace, item: SetItem): { key: string; before: Entry | undefined; after: Entry } {
  const key = checkKey(item.key);
  const value = checkItem(context, namespace, item);
  const ttl = checkTtl(item.options?.ttl);
  const before = context.store.get(namespace, key);
  if (before && item.options?.keyPolicy === 'FAIL_IF_EXISTS') throw new KvsRefusal(409, 'KEY_CONFLICT', `The key ${key} exists`);
  return { key, before, after: context.store.set(namespace, key, value, ttl) };
}

export function get(context: KvsContext, namespace: Namespace, body: unknown): Response {
  const { key, entry } = find(context, namespace, parse(itemSchema, body).key);
  return Response.json(show(key, entry));
}

export function set(context: KvsContext, namespace: Namespace, body: unknown): Response {
  const item = parse(setSchema, body);
  const { key, before, after } = put(context, namespace, item);
  const shown = item.options?.returnValue === 'PREVIOUS' ? before : item.options?.returnValue === 'LATEST' ? after : undefined;
  return shown ? Response.json(show(key, shown)) : done();
}

export function remove({ store }: KvsContext, namespace: Namespace, body: unknown): Response {
  store.delete(namespace, checkKey(parse(itemSchema, body).key));
  return done();
}
