/** Calls of the interface to a resolver, within the platform's limits. */
import type { FunctionRun, Functions } from '#local/forge/functions';
import type { AppIdentity } from '#local/forge/identity';
import type { Manifest } from '#local/forge/manifest';
import { FunctionTimedOut } from '#local/forge/pool';

/** Time limit of a function behind a user interface (Forge documentation: limits-invocation). */
const RESOLVER_SECONDS = 25;

/** Bytes of what the interface sends to a resolver, and of what it gets back. */
export const MAX_INVOKE_REQUEST_BYTES = 500 * 1024;
export const MAX_INVOKE_RESPONSE_BYTES = 5 * 1024 * 1024;

/** All that an interface learns of a function that threw. */
const OPAQUE_ERROR = 'There was an error invoking the function';

/** Where a module is shown, as the platform tells the app. */
export interface ModuleContext {
  readonly extension: Readonly<Record<string, unknown>>;
}

export interface ResolverCall {
  readonly moduleKey: string;
  readonly functionKey: string;
  readonly payload?: unknown;
  readonly accountId: string;
  readonly context: ModuleContext;
}

/** What came of a call: a result, or a refusal of the platform with a status. */
export type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly status: number; readonly message: string };

export interface InvokeDeps {
  readonly manifest: Manifest;
  readonly identity: AppIdentity;
  readonly functions: Functions;
  readonly siteUrl: string;
}

const failure = (status: number, message: string): Outcome => ({ ok: false, status, message });
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** What every function is told about the installation. */
export const installation = (identity: AppIdentity) => ({
  installContext: identity.contextAri,
  installation: undefined,
  license: undefined,
});

/** The run of the resolver's function that a call asks for; undefined when the manifest has no such module. */
function runOf({ manifest, identity, siteUrl }: InvokeDeps, call: ResolverCall): FunctionRun | undefined {
  const { moduleKey, functionKey, payload, accountId } = call;
  const found = manifest.module(moduleKey);
  const fn = manifest.functionByKey(found?.module.resolver?.function ?? '');
  if (!found || !fn) return undefined;
  const context = {
    cloudId: identity.cloudId,
    siteUrl,
    environmentId: identity.environmentId,
    environmentType: identity.environmentType,
    moduleKey,
    localId: `${identity.contextAri}/${identity.appId}/${moduleKey}`,
    extension: { ...call.context.extension, type: found.kind },
  };
  const args = [
    { call: { functionKey, payload }, context },
    { ...installation(identity), principal: { accountId } },
  ];
  return { fn, moduleKey, moduleType: found.kind, args, accountId, limitSeconds: RESOLVER_SECONDS };
}

/** Calls a resolver. What the function throws stays in the log. */
export async function invokeResolver(deps: InvokeDeps, call: ResolverCall): Promise<Outcome> {
  const run = runOf(deps, call);
  if (!run) {
    const keys = deps.manifest.keys((module) => module.resolver !== undefined);
    return failure(404, `The manifest has no module ${call.moduleKey} with a resolver; it has ${keys.join(', ')}`);
  }
  const { functionKey, payload } = call;
  if (bytesOf({ functionKey, payload }) > MAX_INVOKE_REQUEST_BYTES) return failure(413, 'The request is larger than 500 KB');
  try {
    const result = await deps.functions.run(run);
    if (result === undefined) return { ok: true, result: undefined };
    if (Buffer.byteLength(result) > MAX_INVOKE_RESPONSE_BYTES) return failure(413, 'The response is larger than 5 MB');
    return { ok: true, result: JSON.parse(result) };
  } catch (error) {
    return error instanceof FunctionTimedOut ? failure(504, `${OPAQUE_ERROR}: it took too long`) : failure(500, OPAQUE_ERROR);
  }
}
