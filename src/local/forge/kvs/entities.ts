/** Custom entities: values with declared attributes, queried by declared indexes. */
import { type Condition, type Conditions, meets, meetsAll } from '#local/forge/kvs/conditions';
import { KvsRefusal } from '#local/forge/kvs/rules';
import type { Entry } from '#local/forge/kvs/store';
import type { ManifestEntity } from '#local/forge/manifest';

const TYPE_TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  float: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  any: () => true,
};

export interface EntityQuery {
  readonly indexName: string;
  readonly partition?: readonly unknown[] | undefined;
  readonly range?: Condition | undefined;
  readonly filters?: Conditions | undefined;
  readonly sort?: string | undefined;
}

export function findEntity(entities: readonly ManifestEntity[], name: unknown): ManifestEntity {
  const entity = entities.find((candidate) => candidate.name === name);
  if (!entity) throw new KvsRefusal(400, 'ENTITY_NOT_FOUND', `The manifest declares no entity ${String(name)}`);
  return entity;
}

/** Refuses attributes that the manifest does not declare, or of another type. */
export function checkAttributes(entity: ManifestEntity, value: unknown): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new KvsRefusal(400, 'INVALID_VALUE', `A value of the entity ${entity.name} must be an object`);
  }
  for (const [name, attribute] of Object.entries(value)) {
    const type = entity.attributes[name]?.type;
    if (!type) throw new KvsRefusal(400, 'INVALID_VALUE', `The entity ${entity.name} has no attribute ${name}`);
    if (attribute !== undefined && !TYPE_TESTS[type]?.(attribute)) {
      throw new KvsRefusal(400, 'INVALID_VALUE', `The attribute ${entity.name}.${name} must be of type ${type}`);
    }
  }
}

interface Index {
  readonly partition: readonly string[];
  readonly range?: string | undefined;
}

function findIndex(entity: ManifestEntity, name: string): Index {
  if (name === 'by-key') return { partition: [], range: 'key' };
  for (const index of entity.indexes ?? []) {
    if (index === name) return { partition: [], range: name };
    if (typeof index !== 'string' && index.name === name) return { partition: index.partition ?? [], range: index.range?.[0] };
  }
  throw new KvsRefusal(400, 'INDEX_NOT_FOUND', `The entity ${entity.name} has no index ${name}`);
}

const parsed = new WeakMap<Entry, object>();

/** The value of an entry, read once however many queries look at it. */
function readValue(entry: Entry): object {
  const known = parsed.get(entry);
  if (known) return known;
  const value = JSON.parse(entry.value) as object;
  parsed.set(entry, value);
  return value;
}

/** Entries that a query over an index finds, sorted by its range attribute. Entries without an indexed attribute are not in the index. */
export function queryEntities(entity: ManifestEntity, entries: readonly [string, Entry][], query: EntityQuery): [string, Entry][] {
  const index = findIndex(entity, query.indexName);
  const partition = query.partition ?? [];
  if (partition.length !== index.partition.length) {
    throw new KvsRefusal(400, 'INVALID_PARTITION', `The index ${query.indexName} needs ${index.partition.length} partition values`);
  }
  const rangeOf = (key: string, value: object): unknown => (index.range === 'key' ? key : index.range && Reflect.get(value, index.range));
  return entries
    .map(([key, entry]) => ({ key, entry, value: readValue(entry) }))
    .filter(({ value }) => index.partition.every((name, at) => Reflect.get(value, name) === partition[at]))
    .filter(({ key, value }) => index.range === undefined || rangeOf(key, value) !== undefined)
    .filter(({ key, value }) => !query.range || meets(rangeOf(key, value), query.range))
    .filter(({ value }) => meetsAll(value, query.filters ?? {}))
    .sort((a, b) => order(rangeOf(a.key, a.value), rangeOf(b.key, b.value)) * (query.sort === 'DESC' ? -1 : 1))
    .map(({ key, entry }) => [key, entry]);
}

const order = (a: unknown, b: unknown): number => (a === b ? 0 : (a as string) < (b as string) ? -1 : 1);
