/** The key-value store's HTTP interface as `@forge/kvs` speaks it: one table of operations. */
import { batchDelete, batchGet, batchSet, transact } from '#local/forge/kvs/bulk';
import { findEntity } from '#local/forge/kvs/entities';
import { query, queryEntity } from '#local/forge/kvs/queries';
import { KvsRefusal } from '#local/forge/kvs/rules';
import { entityNameSchema, KVS, parse, SECRET } from '#local/forge/kvs/schemas';
import type { KvsStore, Namespace } from '#local/forge/kvs/store';
import { get, type KvsContext, remove, set } from '#local/forge/kvs/values';
import type { ManifestEntity } from '#local/forge/manifest';

type Operation = (context: KvsContext, body: unknown) => Response;
type ValueOperation = (context: KvsContext, namespace: Namespace, body: unknown) => Response;

const inNamespace =
  (namespace: Namespace, run: ValueOperation): Operation =>
  (context, body) =>
    run(context, namespace, body);

const inEntity =
  (run: ValueOperation): Operation =>
  (context, body) => {
    const { entityName } = parse(entityNameSchema, body);
    findEntity(context.entities, entityName);
    return run(context, `entity:${entityName}`, body);
  };

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '/api/v1/get': inNamespace(KVS, get),
  '/api/v1/set': inNamespace(KVS, set),
  '/api/v1/delete': inNamespace(KVS, remove),
  '/api/v1/query': query,
  '/api/v1/secret/get': inNamespace(SECRET, get),
  '/api/v1/secret/set': inNamespace(SECRET, set),
  '/api/v1/secret/delete': inNamespace(SECRET, remove),
  '/api/v1/entity/get': inEntity(get),
  '/api/v1/entity/set': inEntity(set),
  '/api/v1/entity/delete': inEntity(remove),
  '/api/v1/entity/query': queryEntity,
  '/api/v1/batch/get': batchGet,
  '/api/v1/batch/set': batchSet,
  '/api/v1/batch/delete': batchDelete,
  '/api/v1/transaction': transact,
};

export interface KvsApi {
  /** Answers `POST path` with a JSON body. @throws with the name of an operation that it does not know */
  handle(path: string, body: unknown): Response;
}

export function createKvsApi(store: KvsStore, entities: readonly ManifestEntity[]): KvsApi {
  return {
    handle: (path, body) => {
      const operation = Object.hasOwn(OPERATIONS, path) ? OPERATIONS[path] : undefined;
      if (!operation) throw new Error(`The local site does not know the storage operation ${path}`);
      try {
        return operation({ store, entities }, body);
      } catch (error) {
        if (!(error instanceof KvsRefusal)) throw error;
        return Response.json({ code: error.code, message: error.message }, { status: error.status });
      }
    },
  };
}
