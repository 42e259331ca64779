/** Search for pages and blog posts by CQL. */
import { errorV1, pageV1 } from '#local/confluence/answers';
import { mayView } from '#local/confluence/content';
import { parseContentCql, type Searched } from '#local/confluence/cql';
import type { ApiCall, Endpoint } from '#local/confluence/endpoint';
import { webPath } from '#local/confluence/shapes';

function search(call: ApiCall): Response {
  const cql = call.query.get('cql') ?? '';
  const query = parseContentCql(cql);
  if (!query) return errorV1(400, `Could not parse cql : ${cql}`);
  const { directory } = call.api;
  const found = directory.site.contents
    .filter((content) => mayView(call, content))
    .map(
      (content): Searched => ({
        content,
        spaceKey: directory.space(content.spaceId)?.key ?? '',
        text: content.body.replace(/<[^>]*>/g, ' '),
      }),
    )
    .filter(query.matches)
    .toSorted(query.compare);
  const more = { totalSize: found.length, cqlQuery: cql, searchDuration: 1 };
  return pageV1(call, found, (item) => show(call, item), { fallback: 25, max: 100 }, more);
}

function show(call: ApiCall, { content, spaceKey }: Searched) {
  const { id, type, title } = content;
  const space = call.api.directory.space(content.spaceId);
  return {
    content: {
      id,
      type,
      status: 'current',
      title,
      _links: { webui: webPath(call.api, content) },
      _expandable: { space: `/rest/api/space/${spaceKey}` },
    },
    title,
    excerpt: '',
    url: webPath(call.api, content),
    resultGlobalContainer: { title: space?.name ?? '', displayUrl: `/spaces/${spaceKey}` },
    breadcrumbs: [],
    entityType: 'content',
    iconCssClass: `aui-icon content-type-${type}`,
    lastModified: content.createdAt,
    score: 0,
  };
}

export const searchEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/wiki/rest/api/search',
    scopes: { classic: ['search:confluence'], granular: ['read:content-details:confluence'] },
    handle: search,
  },
];
