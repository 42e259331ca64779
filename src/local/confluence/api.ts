/** The Confluence stand-in: one table of endpoints, answered for whoever calls. */
import { errorV1, json } from '#local/confluence/answers';
import { attachmentEndpoints, browserEndpoints } from '#local/confluence/attachments';
import { contentEndpoints } from '#local/confluence/content';
import { type Caller, type ConfluenceApi, createMatcher, type Endpoint, missingScopes } from '#local/confluence/endpoint';
import { searchEndpoints } from '#local/confluence/search';
import { spaceEndpoints } from '#local/confluence/spaces';
import { userEndpoints } from '#local/confluence/users';

/** Every operation of Confluence's REST APIs that the stand-in knows, each with the scopes it needs. */
export const restEndpoints: readonly Endpoint[] = [
  ...contentEndpoints,
  ...attachmentEndpoints,
  ...spaceEndpoints,
  ...searchEndpoints,
  ...userEndpoints,
];

const matchRest = createMatcher(restEndpoints);
const matchBrowser = createMatcher([...restEndpoints, ...browserEndpoints]);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reading content and spaces by version 1, which Confluence has removed. */
const GONE = /^\/wiki\/rest\/api\/(content|space)(\/[^/]+)?\/?$/;

/** Says no to a call that lacks scopes or must be the app's own; undefined lets it through. */
function refuse(endpoint: Endpoint, caller: Caller): Response | undefined {
  if (caller.scopes) {
    const missing = missingScopes(endpoint.scopes, caller.scopes);
    if (missing) return json({ code: 401, message: 'Unauthorized; scope does not match', missingScopes: missing }, 401);
  }
  if (endpoint.appOnly && caller.actor.kind !== 'app') return errorV1(403, 'This operation is for apps only');
  return undefined;
}

/**
 * Answers a request under `/wiki/`. A caller with scopes is an app: it gets the REST APIs only, and an operation that the
 * stand-in does not know is refused by its name rather than guessed (501).
 */
export async function answerConfluence(api: ConfluenceApi, caller: Caller, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const match = (caller.scopes ? matchRest : matchBrowser)(method, url.pathname);
  if (!match && method === 'GET' && GONE.test(url.pathname))
    return errorV1(410, 'This API has been removed. Use the API version 2 below /wiki/api/v2/.');
  if (!match) return json({ statusCode: 501, message: `The local site does not know ${request.method} ${url.pathname}` }, 501);
  const refusal = refuse(match.endpoint, caller);
  if (refusal) return refusal;
  return match.endpoint.handle({
    api,
    caller,
    params: match.params,
    query: url.searchParams,
    json: async () => parseJson(await request.text()),
  });
}
