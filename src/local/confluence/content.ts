/** Pages, blog posts, labels and restrictions. */
import { errorV1, errorV2, json, listFrom, notFoundV2, pageV2 } from '#local/confluence/answers';
import type { ApiCall, Endpoint } from '#local/confluence/endpoint';
import { contentOperations, contentV2, groupV1, isBodyFormat, userV1, versionOf } from '#local/confluence/shapes';
import type { DemoContent } from '#local/model';

/** Whether the caller sees this content, by permission and restriction: a person, or the app's own user. */
export function mayView(call: ApiCall, content: DemoContent): boolean {
  const { actor } = call.caller;
  return actor.kind === 'app' ? call.api.directory.appCanView(content) : call.api.directory.canView(actor.user, content);
}

/** The content named by a parameter, if it is of the type and the caller may view it. */
export function findContent(call: ApiCall, id: string, type?: DemoContent['type']): DemoContent | undefined {
  const content = call.api.directory.content(id);
  return content && (type === undefined || content.type === type) && mayView(call, content) ? content : undefined;
}

const single =
  (type: DemoContent['type']) =>
  (call: ApiCall): Response => {
    const content = findContent(call, call.params['id'] ?? '', type);
    if (!content) return notFoundV2();
    const format = call.query.get('body-format') ?? undefined;
    if (format !== undefined && !isBodyFormat(format)) {
      return errorV2(400, 'INVALID_REQUEST_PARAMETER', `Provided value {${format}} for 'body-format' is not the correct type`);
    }
    const version = call.query.get('version');
    if (version !== null && Number(version) !== content.version) return notFoundV2();
    const labels = call.query.get('include-labels') === 'true' ? { labels: labelList(content) } : {};
    const operations = call.query.get('include-operations') === 'true' ? { operations: operationList(content) } : {};
    return json({ ...contentV2(call.api, content, format), ...labels, ...operations });
  };

const labelsOf = (content: DemoContent) => content.labels.map((name, index) => ({ id: `${content.id}${index}`, name, prefix: 'global' }));
/** Labels that come with a page; the others are to be asked for. */
const MAX_INCLUDED = 50;
const labelList = (content: DemoContent) => ({
  results: labelsOf(content).slice(0, MAX_INCLUDED),
  meta: { hasMore: content.labels.length > MAX_INCLUDED, cursor: '' },
  _links: { self: '' },
});
const operationList = (content: DemoContent) => ({
  results: contentOperations(content),
  meta: { hasMore: false, cursor: '' },
  _links: { self: '' },
});

const operations =
  (type: DemoContent['type']) =>
  (call: ApiCall): Response => {
    const content = findContent(call, call.params['id'] ?? '', type);
    return content ? json({ operations: contentOperations(content) }) : notFoundV2();
  };

const labels =
  (type: DemoContent['type'], path: string) =>
  (call: ApiCall): Response => {
    const content = findContent(call, call.params['id'] ?? '', type);
    return content ? pageV2(call, path.replace('{id}', content.id), labelsOf(content), (label) => label) : notFoundV2();
  };

/** `id`, `title`, `created-date` or `modified-date`, downwards with `-` before it. The demo's pages were last changed when their version was made. */
function contentOrder(sort: string): (a: DemoContent, b: DemoContent) => number {
  const field = sort.replace(/^-/, '');
  const keyOf = ({ id, title, createdAt }: DemoContent): string =>
    field === 'title' ? title : field.endsWith('-date') ? createdAt : id.padStart(20, '0');
  const direction = sort.startsWith('-') ? -1 : 1;
  return (a, b) => direction * (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0);
}

const versions =
  (type: DemoContent['type'], path: string) =>
  (call: ApiCall): Response => {
    const content = findContent(call, call.params['id'] ?? '', type);
    return content ? pageV2(call, path.replace('{id}', content.id), [content], versionOf) : notFoundV2();
  };

/** What a list is narrowed to by its parameters; everything in the demo is current. */
function isWanted({ query }: ApiCall): (content: DemoContent) => boolean {
  const [ids, spaceIds, statuses] = ['id', 'space-id', 'status'].map((name) => listFrom(query, name));
  const title = query.get('title');
  return (content) =>
    (ids?.includes(content.id) ?? true) &&
    (spaceIds?.includes(content.spaceId) ?? true) &&
    (statuses?.includes('current') ?? true) &&
    (title === null || content.title === title);
}

function listContents(call: ApiCall, type: DemoContent['type'], path: string, contents: readonly DemoContent[]): Response {
  const format = call.query.get('body-format');
  if (format !== null && format !== 'storage' && format !== 'atlas_doc_format') {
    return errorV2(400, 'INVALID_REQUEST_PARAMETER', `Provided value {${format}} for 'body-format' is not the correct type`);
  }
  const wanted = isWanted(call);
  const visible = contents
    .filter((content) => content.type === type && mayView(call, content) && wanted(content))
    .toSorted(contentOrder(call.query.get('sort') ?? 'id'));
  return pageV2(call, path, visible, (content) => contentV2(call.api, content, format ?? undefined));
}

const ofSpace =
  (type: DemoContent['type'], name: string) =>
  (call: ApiCall): Response => {
    const space = call.api.directory.space(call.params['id'] ?? '');
    const { actor } = call.caller;
    const sees =
      space && (actor.kind === 'app' ? call.api.directory.appCanViewSpace(space) : call.api.directory.canViewSpace(actor.user, space));
    if (!space || !sees) return notFoundV2();
    return listContents(call, type, `/wiki/api/v2/spaces/${space.id}/${name}`, call.api.directory.contentsOf(space));
  };

function children(call: ApiCall): Response {
  const parent = findContent(call, call.params['id'] ?? '', 'page');
  if (!parent) return notFoundV2();
  const pages = call.api.directory.site.contents.filter((content) => content.parentId === parent.id && mayView(call, content));
  const show = ({ id, title, spaceId }: DemoContent, childPosition: number) => ({ id, status: 'current', title, spaceId, childPosition });
  return pageV2(call, `/wiki/api/v2/pages/${parent.id}/children`, pages, (page) => show(page, pages.indexOf(page)));
}

function ancestors(call: ApiCall): Response {
  const page = findContent(call, call.params['id'] ?? '', 'page');
  if (!page) return notFoundV2();
  const chain: string[] = [];
  for (let id = page.parentId; id; id = call.api.directory.content(id)?.parentId) chain.unshift(id);
  return json({ results: chain.map((id) => ({ id, type: 'page' })), _links: { base: call.api.wikiUrl } });
}

/** `read` and `update` restrictions of one content; only viewing is ever restricted in the demo. */
function restriction(call: ApiCall, content: DemoContent, operation: string) {
  const { api, caller } = call;
  const restricted = operation === 'read' ? content.restrictedTo : undefined;
  const users = (restricted?.users ?? []).flatMap((id) => api.directory.user(id) ?? []);
  const groups = (restricted?.groups ?? []).flatMap((id) => api.directory.group(id) ?? []);
  const list = <T>(results: T[]) => ({ results, start: 0, limit: 100, size: results.length, totalSize: results.length, _links: {} });
  const self = `${api.wikiUrl}/rest/api/content/${content.id}/restriction/byOperation/${operation}`;
  return {
    operation,
    restrictions: {
      user: list(users.map((user) => userV1(api, caller, user))),
      group: list(groups.map((group) => groupV1(api, group))),
      _expandable: {},
    },
    _expandable: { content: `/rest/api/content/${content.id}`, restrictions: '' },
    _links: { self },
  };
}

function restrictions(call: ApiCall): Response {
  const content = findContent(call, call.params['id'] ?? '');
  if (!content) return errorV1(404, `No content found with id : ContentId{id=${call.params['id']}}`);
  const results = ['read', 'update'].map((operation) => restriction(call, content, operation));
  return json({ results, start: 0, limit: 100, size: 2, restrictionsHash: '', _links: { base: call.api.wikiUrl, context: '/wiki' } });
}

function restrictionsByOperation(call: ApiCall): Response {
  const content = findContent(call, call.params['id'] ?? '');
  if (!content) return errorV1(404, `No content found with id : ContentId{id=${call.params['id']}}`);
  return json({ read: restriction(call, content, 'read'), update: restriction(call, content, 'update'), _links: {} });
}

function restrictionOf(call: ApiCall): Response {
  const content = findContent(call, call.params['id'] ?? '');
  const operation = call.params['operationKey'] ?? '';
  if (!content) return errorV1(404, `No content found with id : ContentId{id=${call.params['id']}}`);
  if (operation !== 'read' && operation !== 'update') return errorV1(400, `Unknown operation ${operation}`);
  return json(restriction(call, content, operation));
}

const PAGE = { granular: ['read:page:confluence'] };
/** The API document names read:page:confluence for blog posts, Atlassian's scope list has their own; either is taken. */
const BLOG = { classic: ['read:page:confluence'], granular: ['read:blogpost:confluence'] };
const RESTRICTION = { classic: ['read:confluence-content.all'], granular: ['read:content-details:confluence'] };

export const contentEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/wiki/api/v2/pages/{id}', scopes: PAGE, handle: single('page') },
  { method: 'GET', path: '/wiki/api/v2/blogposts/{id}', scopes: BLOG, handle: single('blogpost') },
  { method: 'GET', path: '/wiki/api/v2/pages/{id}/operations', scopes: PAGE, handle: operations('page') },
  { method: 'GET', path: '/wiki/api/v2/blogposts/{id}/operations', scopes: BLOG, handle: operations('blogpost') },
  { method: 'GET', path: '/wiki/api/v2/pages/{id}/labels', scopes: PAGE, handle: labels('page', '/wiki/api/v2/pages/{id}/labels') },
  {
    method: 'GET',
    path: '/wiki/api/v2/blogposts/{id}/labels',
    scopes: BLOG,
    handle: labels('blogpost', '/wiki/api/v2/blogposts/{id}/labels'),
  },
  { method: 'GET', path: '/wiki/api/v2/pages/{id}/versions', scopes: PAGE, handle: versions('page', '/wiki/api/v2/pages/{id}/versions') },
  {
    method: 'GET',
    path: '/wiki/api/v2/blogposts/{id}/versions',
    scopes: BLOG,
    handle: versions('blogpost', '/wiki/api/v2/blogposts/{id}/versions'),
  },
  { method: 'GET', path: '/wiki/api/v2/pages/{id}/children', scopes: PAGE, handle: children },
  {
    method: 'GET',
    path: '/wiki/api/v2/pages/{id}/ancestors',
    scopes: { granular: ['read:content.metadata:confluence'] },
    handle: ancestors,
  },
  {
    method: 'GET',
    path: '/wiki/api/v2/pages',
    scopes: PAGE,
    handle: (call) => listContents(call, 'page', '/wiki/api/v2/pages', call.api.directory.site.contents),
  },
  {
    method: 'GET',
    path: '/wiki/api/v2/blogposts',
    scopes: BLOG,
    handle: (call) => listContents(call, 'blogpost', '/wiki/api/v2/blogposts', call.api.directory.site.contents),
  },
  { method: 'GET', path: '/wiki/api/v2/spaces/{id}/pages', scopes: PAGE, handle: ofSpace('page', 'pages') },
  { method: 'GET', path: '/wiki/api/v2/spaces/{id}/blogposts', scopes: BLOG, handle: ofSpace('blogpost', 'blogposts') },
  { method: 'GET', path: '/wiki/rest/api/content/{id}/restriction', scopes: RESTRICTION, handle: restrictions },
  { method: 'GET', path: '/wiki/rest/api/content/{id}/restriction/byOperation', scopes: RESTRICTION, handle: restrictionsByOperation },
  { method: 'GET', path: '/wiki/rest/api/content/{id}/restriction/byOperation/{operationKey}', scopes: RESTRICTION, handle: restrictionOf },
];
