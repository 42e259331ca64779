/** What an endpoint of the Confluence stand-in is, and how a request finds it. */
import type { Directory } from '#local/confluence/directory';
import type { MediaLinks } from '#local/confluence/media';
import type { DemoUser } from '#local/model';

/** Who asks: a person, or the app itself (`asApp`). */
export type Actor = { readonly kind: 'user'; readonly user: DemoUser } | { readonly kind: 'app' };

export interface Caller {
  readonly actor: Actor;
  /** Scopes that the app may use for this call; absent for a person's own session or login, which need none. */
  readonly scopes?: ReadonlySet<string>;
}

/** Scopes of an operation: either all classic ones or all granular ones suffice (v2 has granular ones only). */
export interface RequiredScopes {
  readonly classic?: readonly string[];
  readonly granular?: readonly string[];
}

/** What all endpoints work on. */
export interface ConfluenceApi {
  readonly directory: Directory;
  /** Address with `/wiki` and without a slash at the end. */
  readonly wikiUrl: string;
  readonly media: MediaLinks;
}

export interface ApiCall {
  readonly api: ConfluenceApi;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body, or undefined when it is none. */
  json(): Promise<unknown>;
}

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/wiki/…` with `{name}` for a path parameter, as in the API documents. */
  readonly path: string;
  readonly scopes: RequiredScopes;
  /** Only the app itself may call it (`asApp`). */
  readonly appOnly?: true;
  handle(call: ApiCall): Response | Promise<Response>;
}

export interface Match {
  readonly endpoint: Endpoint;
  readonly params: Record<string, string>;
}

/** Makes the look-up from method and path to endpoint; literal segments win over parameters. A segment that is no sound text fits nothing. */
export function createMatcher(endpoints: readonly Endpoint[]): (method: string, path: string) => Match | undefined {
  const compiled = endpoints
    .map((endpoint) => ({ endpoint, segments: endpoint.path.split('/') }))
    .sort((a, b) => a.endpoint.path.split('{').length - b.endpoint.path.split('{').length);
  return (method, path) => {
    const parts = path.split('/');
    for (const { endpoint, segments } of compiled) {
      if (endpoint.method !== method || segments.length !== parts.length) continue;
      const params = matchSegments(segments, parts);
      if (params) return { endpoint, params };
    }
    return undefined;
  };
}

function matchSegments(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if (segment.startsWith('{')) {
      const value = decoded(part);
      if (value === undefined) return undefined;
      params[segment.slice(1, -1)] = value;
    } else if (segment !== part) return undefined;
  }
  return params;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The scopes that are missing, or undefined when the call may go ahead. */
export function missingScopes(required: RequiredScopes, granted: ReadonlySet<string>): readonly string[] | undefined {
  const sets = [required.classic, required.granular].filter((set) => set !== undefined && set.length > 0);
  if (sets.length === 0 || sets.some((set) => set?.every((scope) => granted.has(scope)))) return undefined;
  const wanted = required.granular ?? required.classic ?? [];
  return wanted.filter((scope) => !granted.has(scope));
}
