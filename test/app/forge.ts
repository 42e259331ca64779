/** Forge's two globals for tests that use the real `@forge/*` packages: what crosses `__forge_fetch__` is answered by a function. */

export interface ForgeCall {
  readonly type: string;
  /** Who asks Confluence: `app`, `user`, or a person by impersonation. */
  readonly as?: string;
  readonly remote?: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body?: unknown;
}
export type Answer = (call: ForgeCall) => Response | Promise<Response> | undefined;

interface Target {
  readonly type: string;
  readonly provider?: string;
  readonly remote?: string;
  readonly accountId?: string;
}
type ForgeFetch = (target: Target, path: string, init?: { method?: string; headers?: HeadersInit; body?: string }) => Promise<Response>;
declare global {
  var __forge_fetch__: ForgeFetch | undefined;
  var __forge_runtime__: unknown;
}

/** Installs the globals; the calls so far are in the array it gives. Import the module under test after the first call. */
export function installForge(answer: Answer): ForgeCall[] {
  const calls: ForgeCall[] = [];
  globalThis.__forge_runtime__ ??= {
    proxy: { token: 't', url: 'http://127.0.0.1' },
    contextAri: 'ari:cloud:confluence::site/1',
    appContext: {},
  };
  globalThis.__forge_fetch__ = async ({ type, provider, remote, accountId }, path, init = {}) => {
    const as = accountId ?? provider;
    const call: ForgeCall = {
      type,
      ...(as ? { as } : {}),
      ...(remote ? { remote } : {}),
      method: init.method ?? 'GET',
      path,
      headers: new Headers(init.headers),
      ...(init.body === undefined ? {} : { body: JSON.parse(init.body) as unknown }),
    };
    calls.push(call);
    const response = await answer(call);
    if (!response) throw new Error(`nobody answers ${call.method} ${path}`);
    return response;
  };
  return calls;
}
