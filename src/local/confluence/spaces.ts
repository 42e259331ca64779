/** Spaces, what one may do in them, and who may. */
import { json, listFrom, notFoundV2, pageV2 } from '#local/confluence/answers';
import type { ApiCall, Endpoint } from '#local/confluence/endpoint';
import { spaceV2 } from '#local/confluence/shapes';
import type { DemoSpace } from '#local/model';

function maySee(call: ApiCall, space: DemoSpace): boolean {
  const { actor } = call.caller;
  return actor.kind === 'app' ? call.api.directory.appCanViewSpace(space) : call.api.directory.canViewSpace(actor.user, space);
}

function findSpace(call: ApiCall): DemoSpace | undefined {
  const space = call.api.directory.space(call.params['id'] ?? '');
  return space && maySee(call, space) ? space : undefined;
}

function list(call: ApiCall): Response {
  const [keys, ids] = ['keys', 'ids'].map((name) => listFrom(call.query, name));
  // Every space of the demo is a current one for everybody's work.
  const isKind = (call.query.get('type') ?? 'global') === 'global' && (call.query.get('status') ?? 'current') === 'current';
  const spaces = call.api.directory.site.spaces.filter(
    (space) => isKind && maySee(call, space) && (keys?.includes(space.key) ?? true) && (ids?.includes(space.id) ?? true),
  );
  return pageV2(call, '/wiki/api/v2/spaces', spaces, (space) => ({ ...spaceV2(call.api, space), ...description(call, space) }));
}

const description = (call: ApiCall, space: DemoSpace) => {
  const format = call.query.get('description-format');
  return format ? { description: { [format]: { representation: format, value: space.description } } } : {};
};

function single(call: ApiCall): Response {
  const space = findSpace(call);
  return space ? json({ ...spaceV2(call.api, space), ...description(call, space) }) : notFoundV2();
}

function operationsOf(call: ApiCall, space: DemoSpace) {
  const { actor } = call.caller;
  const read = [
    { operation: 'read', targetType: 'space' },
    { operation: 'create', targetType: 'page' },
    { operation: 'create', targetType: 'blogpost' },
    { operation: 'create', targetType: 'comment' },
    { operation: 'create', targetType: 'attachment' },
  ];
  const admin = actor.kind === 'user' && call.api.directory.isSpaceAdmin(actor.user, space);
  return admin ? [...read, { operation: 'administer', targetType: 'space' }, { operation: 'export', targetType: 'space' }] : read;
}

function operations(call: ApiCall): Response {
  const space = findSpace(call);
  return space ? json({ operations: operationsOf(call, space) }) : notFoundV2();
}

function permissions(call: ApiCall): Response {
  const space = findSpace(call);
  if (!space) return notFoundV2();
  const admins = space.adminAccountIds.map((id) => ({
    principal: { type: 'user', id },
    operation: { key: 'administer', targetType: 'space' },
  }));
  const viewers = [
    ...(space.viewers?.users ?? []).map((id) => ({ type: 'user', id })),
    ...(space.viewers?.groups ?? []).map((id) => ({ type: 'group', id })),
  ].map((principal) => ({ principal, operation: { key: 'read', targetType: 'space' } }));
  const all = [...admins, ...viewers].map((permission, index) => ({ id: `${space.id}${index}`, ...permission }));
  return pageV2(call, `/wiki/api/v2/spaces/${space.id}/permissions`, all, (permission) => permission);
}

const SPACE = { granular: ['read:space:confluence'] };

export const spaceEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/wiki/api/v2/spaces', scopes: SPACE, handle: list },
  { method: 'GET', path: '/wiki/api/v2/spaces/{id}', scopes: SPACE, handle: single },
  { method: 'GET', path: '/wiki/api/v2/spaces/{id}/operations', scopes: SPACE, handle: operations },
  { method: 'GET', path: '/wiki/api/v2/spaces/{id}/permissions', scopes: SPACE, handle: permissions },
];
