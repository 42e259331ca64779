/** The key-value store's HTTP interface as `@forge/kvs` speaks it (its storage-api module). */
import * as z from 'zod';
import { meetsAll } from '#local/forge/kvs/conditions';
import { checkAttributes, findEntity, queryEntities } from '#local/forge/kvs/entities';
import {
  checkKey,
  checkLimit,
  checkTtl,
  checkValue,
  KvsRefusal,
  MAX_BATCH_BYTES,
  MAX_BATCH_ITEMS,
  MAX_SECRET_BYTES,
  MAX_TRANSACTION_OPERATIONS,
  MAX_VALUE_BYTES,
} from '#local/forge/kvs/rules';
import type { Entry, KvsStore, Namespace } from '#local/forge/kvs/store';
import type { ManifestEntity } from '#local/forge/manifest';

const optionsSchema = z
  .object({
    ttl: z.unknown().optional(),
    keyPolicy: z.enum(['OVERRIDE', 'FAIL_IF_EXISTS']).optional(),
    returnValue: z.enum(['PREVIOUS', 'LATEST']).optional(),
    metadataFields: z.array(z.string()).optional(),
    returnMetadataFields: z.array(z.string()).optional(),
  })
  .optional();
const itemSchema = z.object({ key: z.unknown(), entityName: z.string().optional(), options: optionsSchema });
const setSchema = itemSchema.extend({ value: z.unknown() });
type SetItem = z.infer<typeof setSchema>;

const conditionSchema = z.object({ property: z.string().optional(), condition: z.string(), values: z.array(z.unknown()) });
const conditionsSchema = z.object({ and: z.array(conditionSchema).optional(), or: z.array(conditionSchema).optional() });
const querySchema = z.object({
  limit: z.unknown().optional(),
  after: z.string().optional(),
  where: z.array(conditionSchema).optional(),
  options: optionsSchema,
});
const entityQuerySchema = z.object({
  entityName: z.string(),
  indexName: z.string(),
  partition: z.array(z.unknown()).optional(),
  range: conditionSchema.optional(),
  filters: conditionsSchema.optional(),
  sort: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.unknown().optional(),
  options: optionsSchema,
});
const transactionSchema = z.object({
  set: z.array(setSchema.extend({ conditions: conditionsSchema.optional() })).default([]),
  delete: z.array(itemSchema.extend({ conditions: conditionsSchema.optional() })).default([]),
  check: z.array(itemSchema.extend({ conditions: conditionsSchema })).default([]),
});

export interface KvsApi {
  /** Answers `POST path` with a JSON body. */
  handle(path: string, body: unknown): Response;
}

const KVS = 'kvs';
const SECRET = 'secret';
const namespaceOf = (item: { entityName?: string | undefined }): Namespace => (item.entityName ? `entity:${item.entityName}` : KVS);

/** What an entry looks like in an answer: always with its times, of which the client passes on those asked for. */
const show = (key: string, entry: Entry) => ({
  key,
  value: JSON.parse(entry.value) as unknown,
  createdAt: entry.createdAt,
  updatedAt: entry.updatedAt,
  ...(entry.expireAt === undefined ? {} : { expireTime: new Date(entry.expireAt).toISOString() }),
});

const refusal = (error: KvsRefusal): Response => Response.json({ code: error.code, message: error.message }, { status: error.status });
const empty = (): Response => new Response(null, { status: 204 });

function parse<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new KvsRefusal(400, 'INVALID_REQUEST', z.prettifyError(parsed.error));
  return parsed.data;
}

export function createKvsApi(store: KvsStore, entities: readonly ManifestEntity[]): KvsApi {
  const get = (namespace: Namespace, body: unknown): Response => {
    const key = checkKey(parse(itemSchema, body).key);
    const entry = store.get(namespace, key);
    if (!entry) throw new KvsRefusal(404, 'KEY_NOT_FOUND', `No value for the key ${key}`);
    return Response.json(show(key, entry));
  };

  const checkedValue = (namespace: Namespace, item: SetItem): string => {
    const text = checkValue(item.value, namespace === SECRET ? MAX_SECRET_BYTES : MAX_VALUE_BYTES);
    if (item.entityName) checkAttributes(findEntity(entities, item.entityName), item.value);
    return text;
  };

  const put = (namespace: Namespace, item: SetItem): { key: string; before: Entry | undefined; after: Entry } => {
    const key = checkKey(item.key);
    const value = checkedValue(namespace, item);
    const ttl = checkTtl(item.options?.ttl);
    const before = store.get(namespace, key);
    if (before && item.options?.keyPolicy === 'FAIL_IF_EXISTS') throw new KvsRefusal(409, 'KEY_CONFLICT', `The key ${key} exists`);
    return { key, before, after: store.set(namespace, key, value, ttl) };
  };

  const set = (namespace: Namespace, body: unknown): Response => {
    const item = parse(setSchema, body);
    const { key, before, after } = put(namespace, item);
    const shown = item.options?.returnValue === 'PREVIOUS' ? before : item.options?.returnValue === 'LATEST' ? after : undefined;
    return shown ? Response.json(show(key, shown)) : empty();
  };

  const remove = (namespace: Namespace, body: unknown): Response => {
    store.delete(namespace, checkKey(parse(itemSchema, body).key));
    return empty();
  };

  const forEntity = (run: (namespace: Namespace, body: unknown) => Response) => (body: unknown) => {
    const { entityName } = parse(z.object({ entityName: z.string() }), body);
    findEntity(entities, entityName);
    return run(`entity:${entityName}`, body);
  };

  const page = (found: readonly [string, Entry][], limit: unknown, cursor: string | undefined): Response => {
    const size = checkLimit(limit);
    const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
    const start = after === undefined ? 0 : found.findIndex(([key]) => key === after) + 1;
    if (after !== undefined && start === 0) throw new KvsRefusal(400, 'INVALID_CURSOR', 'The cursor is not valid any more');
    const data = found.slice(start, start + size);
    const last = data.at(-1)?.[0];
    const more = last !== undefined && start + size < found.length ? { cursor: Buffer.from(last).toString('base64url') } : {};
    return Response.json({ data: data.map(([key, entry]) => show(key, entry)), ...more });
  };

  const query = (body: unknown): Response => {
    const { where = [], limit, after } = parse(querySchema, body);
    for (const { property, condition } of where) {
      if (property !== 'key' || condition !== 'BEGINS_WITH') {
        throw new KvsRefusal(400, 'QUERY_WHERE_INVALID', 'A query outside of entities can only ask for keys that begin with a text');
      }
    }
    const found = store.scan(KVS).filter(([key]) => where.every(({ values }) => key.startsWith(String(values[0]))));
    return page(found, limit, after);
  };

  const queryEntity = (body: unknown): Response => {
    const asked = parse(entityQuerySchema, body);
    const entity = findEntity(entities, asked.entityName);
    return page(queryEntities(entity, store.scan(`entity:${entity.name}`), asked), asked.limit, asked.cursor);
  };

  /** Best effort: each key succeeds or fails on its own. */
  const batch = (body: unknown, run: (item: SetItem) => object): Response => {
    const items = parse(z.array(setSchema), body);
    if (items.length === 0 || items.length > MAX_BATCH_ITEMS) {
      throw new KvsRefusal(400, 'INVALID_BATCH', `A batch has 1 to ${MAX_BATCH_ITEMS} keys`);
    }
    checkSize(body);
    const successfulKeys: object[] = [];
    const failedKeys: object[] = [];
    for (const item of items) {
      const name = { key: item.key, ...(item.entityName ? { entityName: item.entityName } : {}) };
      try {
        successfulKeys.push({ ...name, ...run(item) });
      } catch (error) {
        if (!(error instanceof KvsRefusal)) throw error;
        failedKeys.push({ ...name, error: { code: error.code, message: error.message } });
      }
    }
    return Response.json({ successfulKeys, failedKeys });
  };

  const batchGet = (item: SetItem): object => {
    const key = checkKey(item.key);
    const entry = store.get(namespaceOf(item), key);
    if (!entry) throw new KvsRefusal(404, 'KEY_NOT_FOUND', `No value for the key ${key}`);
    return show(key, entry);
  };

  const batchPut = (item: SetItem): object => {
    put(namespaceOf(item), item);
    return {};
  };
  const batchRemove = (item: SetItem): object => {
    store.delete(namespaceOf(item), checkKey(item.key));
    return {};
  };

  /** All or nothing: everything is checked before anything is written. */
  const transact = (body: unknown): Response => {
    const work = parse(transactionSchema, body);
    const all = [...work.set, ...work.delete, ...work.check];
    const names = all.map((item) => `${namespaceOf(item)}\n${checkKey(item.key)}`);
    if (all.length === 0 || all.length > MAX_TRANSACTION_OPERATIONS) {
      throw new KvsRefusal(400, 'INVALID_TRANSACTION', `A transaction has 1 to ${MAX_TRANSACTION_OPERATIONS} operations`);
    }
    if (new Set(names).size !== names.length) throw new KvsRefusal(400, 'DUPLICATE_KEY', 'The keys of a transaction must be different');
    checkSize(body);
    for (const item of all) checkTransactionItem(item);
    for (const item of work.set) {
      checkedValue(namespaceOf(item), item);
      checkTtl(item.options?.ttl);
    }
    for (const item of work.set) put(namespaceOf(item), { ...item, options: { ...item.options, keyPolicy: 'OVERRIDE' } });
    for (const item of work.delete) store.delete(namespaceOf(item), checkKey(item.key));
    return empty();
  };

  const checkTransactionItem = (item: z.infer<typeof itemSchema> & { conditions?: z.infer<typeof conditionsSchema> | undefined }): void => {
    if (item.conditions && !item.entityName) {
      throw new KvsRefusal(400, 'INVALID_TRANSACTION', 'Conditions are for entities only');
    }
    if (item.entityName) findEntity(entities, item.entityName);
    const entry = store.get(namespaceOf(item), checkKey(item.key));
    const value: unknown = entry ? JSON.parse(entry.value) : {};
    if (item.conditions && !meetsAll(value, item.conditions)) {
      throw new KvsRefusal(400, 'CONDITIONAL_CHECK_FAILED', `The conditions for the key ${String(item.key)} do not hold`);
    }
  };

  const operations: Readonly<Record<string, (body: unknown) => Response>> = {
    '/api/v1/get': (body) => get(KVS, body),
    '/api/v1/set': (body) => set(KVS, body),
    '/api/v1/delete': (body) => remove(KVS, body),
    '/api/v1/query': query,
    '/api/v1/secret/get': (body) => get(SECRET, body),
    '/api/v1/secret/set': (body) => set(SECRET, body),
    '/api/v1/secret/delete': (body) => remove(SECRET, body),
    '/api/v1/entity/get': forEntity(get),
    '/api/v1/entity/set': forEntity(set),
    '/api/v1/entity/delete': forEntity(remove),
    '/api/v1/entity/query': queryEntity,
    '/api/v1/batch/get': (body) => batch(body, batchGet),
    '/api/v1/batch/set': (body) => batch(body, batchPut),
    '/api/v1/batch/delete': (body) => batch(body, batchRemove),
    '/api/v1/transaction': transact,
  };

  return {
    handle: (path, body) => {
      const operation = Object.hasOwn(operations, path) ? operations[path] : undefined;
      if (!operation) throw new Error(`The local site does not know the storage operation ${path}`);
      try {
        return operation(body);
      } catch (error) {
        if (error instanceof KvsRefusal) return refusal(error);
        throw error;
      }
    },
  };
}

function checkSize(body: unknown): void {
  if (Buffer.byteLength(JSON.stringify(body)) > MAX_BATCH_BYTES) {
    throw new KvsRefusal(413, 'MAX_SIZE', `All values together must have at most ${MAX_BATCH_BYTES} bytes`);
  }
}
