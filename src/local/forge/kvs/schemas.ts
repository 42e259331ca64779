/** Bodies of the key-value store's requests as `@forge/kvs` sends them (its storage-api module). */
import * as z from 'zod';
import { KvsRefusal, MAX_BATCH_BYTES } from '#local/forge/kvs/rules';
import type { Namespace } from '#local/forge/kvs/store';

const optionsSchema = z
  .object({
    ttl: z.unknown().optional(),
    keyPolicy: z.enum(['OVERRIDE', 'FAIL_IF_EXISTS']).optional(),
    returnValue: z.enum(['PREVIOUS', 'LATEST']).optional(),
    metadataFields: z.array(z.string()).optional(),
    returnMetadataFields: z.array(z.string()).optional(),
  })
  .optional();

export const itemSchema = z.object({ key: z.unknown(), entityName: z.string().optional(), options: optionsSchema });
export const setSchema = itemSchema.extend({ value: z.unknown() });
export type Item = z.infer<typeof itemSchema>;
export type SetItem = z.infer<typeof setSchema>;

export const entityNameSchema = z.object({ entityName: z.string() });

const conditionSchema = z.object({ property: z.string().optional(), condition: z.string(), values: z.array(z.unknown()) });
const conditionsSchema = z.object({ and: z.array(conditionSchema).optional(), or: z.array(conditionSchema).optional() });

export const querySchema = z.object({
  limit: z.unknown().optional(),
  after: z.string().optional(),
  where: z.array(conditionSchema).default([]),
});
export const entityQuerySchema = z.object({
  entityName: z.string(),
  indexName: z.string(),
  partition: z.array(z.unknown()).optional(),
  range: conditionSchema.optional(),
  filters: conditionsSchema.optional(),
  sort: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.unknown().optional(),
});

const withConditions = { conditions: conditionsSchema.optional() };
export const transactionSchema = z.object({
  set: z.array(setSchema.extend(withConditions)).default([]),
  delete: z.array(itemSchema.extend(withConditions)).default([]),
  check: z.array(itemSchema.extend({ conditions: conditionsSchema })).default([]),
});
export type ConditionalItem = z.infer<typeof transactionSchema>['delete'][number];

/** @throws KvsRefusal that says what is wrong */
export function parse<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new KvsRefusal(400, 'INVALID_REQUEST', z.prettifyError(parsed.error));
  return parsed.data;
}

/** Refuses what is too much at once. */
export function checkTotal(body: unknown): void {
  if (Buffer.byteLength(JSON.stringify(body)) > MAX_BATCH_BYTES) {
    throw new KvsRefusal(413, 'MAX_SIZE', `All values together must have at most ${MAX_BATCH_BYTES} bytes`);
  }
}

export const KVS: Namespace = 'kvs';
export const SECRET: Namespace = 'secret';
export const namespaceOf = (item: { entityName?: string | undefined }): Namespace => (item.entityName ? `entity:${item.entityName}` : KVS);
