/** Several values at once: batches do what they can, transactions all or nothing. */
import * as z from 'zod';
import { meetsAll } from '#local/forge/kvs/conditions';
import { findEntity } from '#local/forge/kvs/entities';
import { checkKey, checkTtl, KvsRefusal, MAX_BATCH_ITEMS, MAX_TRANSACTION_OPERATIONS } from '#local/forge/kvs/rules';
import { type ConditionalItem, checkTotal, namespaceOf, parse, type SetItem, setSchema, transactionSchema } from '#local/forge/kvs/schemas';
import { checkItem, done, find, type KvsContext, put, show } from '#local/forge/kvs/values';

const keySchema = setSchema.pick({ key: true, entityName: true });
type KeyItem = z.output<typeof keySchema>;

/** Runs each item on its own and answers which keys succeeded and which failed. */
function batch<T extends KeyItem>(body: unknown, schema: z.ZodType<T>, run: (item: T) => object): Response {
  const items = parse(z.array(schema).min(1).max(MAX_BATCH_ITEMS), body);
  checkTotal(body);
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
}

export const batchGet = (context: KvsContext, body: unknown): Response =>
  batch(body, keySchema, (item) => {
    const { key, entry } = find(context, namespaceOf(item), item.key);
    return show(key, entry);
  });

export const batchSet = (context: KvsContext, body: unknown): Response =>
  batch<SetItem>(body, setSchema, (item) => {
    put(context, namespaceOf(item), item);
    return {};
  });

export const batchDelete = (context: KvsContext, body: unknown): Response =>
  batch(body, keySchema, (item) => {
    context.store.delete(namespaceOf(item), checkKey(item.key));
    return {};
  });

/** Conditions are for entities only, and look at what is stored now. */
function checkConditions({ store, entities }: KvsContext, item: ConditionalItem): void {
  if (item.conditions && !item.entityName) throw new KvsRefusal(400, 'INVALID_TRANSACTION', 'Conditions are for entities only');
  if (item.entityName) findEntity(entities, item.entityName);
  const entry = store.get(namespaceOf(item), checkKey(item.key));
  const value: unknown = entry ? JSON.parse(entry.value) : {};
  if (item.conditions && !meetsAll(value, item.conditions)) {
    throw new KvsRefusal(400, 'CONDITIONAL_CHECK_FAILED', `The conditions for the key ${String(item.key)} do not hold`);
  }
}

/** Everything is checked before anything is written. */
export function transact(context: KvsContext, body: unknown): Response {
  const work = parse(transactionSchema, body);
  const all = [...work.set, ...work.delete, ...work.check];
  const names = all.map((item) => `${namespaceOf(item)}\n${checkKey(item.key)}`);
  if (all.length === 0 || all.length > MAX_TRANSACTION_OPERATIONS) {
    throw new KvsRefusal(400, 'INVALID_TRANSACTION', `A transaction has 1 to ${MAX_TRANSACTION_OPERATIONS} operations`);
  }
  if (new Set(names).size !== names.length) throw new KvsRefusal(400, 'DUPLICATE_KEY', 'The keys of a transaction must be different');
  checkTotal(body);
  for (const item of all) checkConditions(context, item);
  for (const item of work.set) {
    checkItem(context, namespaceOf(item), item);
    checkTtl(item.options?.ttl);
  }
  for (const item of work.set) put(context, namespaceOf(item), { ...item, options: { ...item.options, keyPolicy: 'OVERRIDE' } });
  for (const item of work.delete) context.store.delete(namespaceOf(item), checkKey(item.key));
  return done();
}
