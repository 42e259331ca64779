/** Calls from functions to remotes (`invokeRemote`), and the addresses that an administrator has set for them. */
import { randomBytes } from 'node:crypto';
import type { Manifest, ManifestRemote } from '#local/forge/manifest';
import type { WireRequest } from '#local/forge/messages';
import { MAX_REQUEST_SECONDS } from '#local/forge/outbound';
import type { Tokens } from '#local/forge/tokens';

/** Addresses of customer-managed remotes, by key. */
export interface RemoteAddresses {
  get(key: string): string | undefined;
  set(key: string, endpoint: string): void;
}

/** The manifest's remotes with what each is set to. */
export const listRemotes = (manifest: Manifest, addresses: RemoteAddresses) =>
  manifest.remotes.map((remote) => {
    const endpoint = addresses.get(remote.key) ?? remote.baseUrl;
    const { name = remote.key, description = '' } = remote.configurable ?? {};
    return { key: remote.key, name, description, ...(endpoint ? { endpoint } : {}) };
  });

const patternMatches = (pattern: string, address: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(address);

/** Why an address may not be set for a remote; undefined when it may. HTTPS, and plain HTTP to this machine alone. */
export function addressProblem(remote: ManifestRemote | undefined, endpoint: string): string | undefined {
  if (!remote?.configurable) return 'This remote cannot be configured';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isLoopback = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) return 'The address must be an https address';
  const patterns = remote.configurable.supportedPatterns ?? ['*'];
  return patterns.some((pattern) => patternMatches(pattern, endpoint)) ? undefined : 'The address fits none of the allowed patterns';
}

const proxyError = (status: number, reason: string): Response =>
  Response.json({ message: reason }, { status, headers: { 'forge-proxy-error': reason } });

/** Headers that are the platform's to set, or belong to the connection. */
const DROPPED = new Set(['host', 'connection', 'content-length', 'authorization', 'transfer-encoding']);

export interface RemoteCall {
  readonly remoteKey: string;
  readonly path: string;
  readonly init: WireRequest;
  readonly moduleType: string;
  readonly moduleKey: string;
}

export interface RemoteDeps {
  readonly manifest: Manifest;
  readonly addresses: RemoteAddresses;
  readonly tokens: Tokens;
  readonly apiBaseUrl: string;
  readonly fetch: typeof fetch;
}

/**
 * Calls a remote as the platform does: a signed invocation token, the app's system token where the manifest asks for it, no
 * redirects. A remote that is unknown, lacks the operation `compute` or has no address is refused as INVALID_REMOTE.
 */
export async function callRemote(deps: RemoteDeps, call: RemoteCall): Promise<Response> {
  const remote = deps.manifest.remotes.find(({ key }) => key === call.remoteKey);
  const endpoint = remote && (deps.addresses.get(remote.key) ?? remote.baseUrl);
  if (!remote?.operations?.includes('compute') || !endpoint) return proxyError(400, 'INVALID_REMOTE');
  const headers = new Headers(call.init.headers.filter(([name]) => !DROPPED.has(name)).map(([name, value]) => [name, value]));
  headers.set('authorization', `Bearer ${await deps.tokens.invocationToken({ ...call, apiBaseUrl: deps.apiBaseUrl })}`);
  headers.set('x-b3-traceid', randomBytes(16).toString('hex'));
  headers.set('x-b3-spanid', randomBytes(8).toString('hex'));
  if (remote.auth?.appSystemToken?.enabled && deps.manifest.scopes.has('read:app-system-token')) {
    headers.set('x-forge-oauth-system', deps.tokens.issue({ kind: 'system' }).token);
  }
  try {
    const url = `${endpoint.replace(/\/$/, '')}/${call.path.replace(/^\//, '')}`;
    const signal = AbortSignal.timeout(MAX_REQUEST_SECONDS * 1000);
    return await deps.fetch(url, { method: call.init.method, headers, body: call.init.body ?? null, redirect: 'manual', signal });
  } catch {
    return proxyError(502, 'REMOTE_UNREACHABLE');
  }
}
