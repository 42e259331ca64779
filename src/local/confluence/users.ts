/** People, their addresses, groups, search for people, and what a person may do with a page. */
import * as z from 'zod';
import { errorV1, errorV2, json, pageV1 } from '#local/confluence/answers';
import { findContent } from '#local/confluence/content';
import { parseUserCql } from '#local/confluence/cql';
import type { ApiCall, Caller, Endpoint } from '#local/confluence/endpoint';
import { groupV1, userV1, userV2 } from '#local/confluence/shapes';
import type { DemoUser } from '#local/model';

/** The account that `asApp` acts as. */
const APP_USER = {
  type: 'known',
  accountId: 'app:pagemail',
  accountType: 'app',
  email: '',
  publicName: 'Pagemail',
  displayName: 'Pagemail',
} as const;

const isExpanded = (call: ApiCall, name: string): boolean => (call.query.get('expand') ?? '').split(',').includes(name);

/** Operations on the whole application: `administer` is what makes a Confluence administrator. */
const siteOperations = (call: ApiCall, user: DemoUser) => [
  { operation: 'use', targetType: 'application' },
  ...(call.api.directory.isSiteAdmin(user) ? [{ operation: 'administer', targetType: 'application' }] : []),
];

function showUser(call: ApiCall, user: DemoUser) {
  const shown = userV1(call.api, call.caller, user);
  return isExpanded(call, 'operations') ? { ...shown, operations: siteOperations(call, user) } : shown;
}

function current(call: ApiCall): Response {
  const { actor } = call.caller;
  return json(
    actor.kind === 'user'
      ? showUser(call, actor.user)
      : { ...APP_USER, profilePicture: { path: '', width: 48, height: 48, isDefault: true } },
  );
}

function byId(call: ApiCall): Response {
  const user = call.api.directory.user(call.query.get('accountId') ?? '');
  return user ? json(showUser(call, user)) : errorV1(404, `No user found with account id: ${call.query.get('accountId')}`);
}

/** `accountId` may be repeated or a comma-separated list. */
const requestedUsers = (call: ApiCall): DemoUser[] =>
  call.query
    .getAll('accountId')
    .flatMap((value) => value.split(','))
    .flatMap((id) => call.api.directory.user(id) ?? []);

const bulk = (call: ApiCall): Response => pageV1(call, requestedUsers(call), (user) => showUser(call, user), { fallback: 200, max: 200 });

const bulkBody = z.object({ accountIds: z.array(z.string()).min(1).max(250) });

async function bulkV2(call: ApiCall): Promise<Response> {
  const body = bulkBody.safeParse(await call.json());
  if (!body.success) return errorV2(400, 'INVALID_REQUEST_PARAMETER', 'accountIds must hold 1 to 250 account ids');
  const users = body.data.accountIds.flatMap((id) => call.api.directory.user(id) ?? []);
  return json({ results: users.map((user) => userV2(call.caller, user)), _links: { base: call.api.wikiUrl } });
}

/** The address whatever the profile shows; a deactivated account has none any more. */
function email(call: ApiCall): Response {
  const user = call.api.directory.user(call.query.get('accountId') ?? '');
  return user?.active ? json({ accountId: user.accountId, email: user.email }) : errorV1(404, 'No email address found for the user');
}

const emails = (call: ApiCall): Response =>
  json(requestedUsers(call).flatMap((user) => (user.active ? { accountId: user.accountId, email: user.email } : [])));

function searchUsers(call: ApiCall): Response {
  const cql = call.query.get('cql') ?? '';
  const matches = parseUserCql(cql);
  if (!matches) return errorV1(400, `Could not parse cql : ${cql}`);
  const found = call.api.directory.site.users.filter((user) => user.active && matches(user));
  const show = (user: DemoUser) => ({
    user: showUser(call, user),
    title: user.name,
    excerpt: '',
    url: `/people/${user.accountId}`,
    breadcrumbs: [],
    entityType: 'user',
    iconCssClass: 'aui-icon content-type-profile',
    lastModified: '2026-01-05T09:00:00.000Z',
    score: 0,
  });
  const more = { totalSize: found.length, cqlQuery: cql, searchDuration: 1 };
  return pageV1(call, found, show, { fallback: 25, max: 100 }, more);
}

function pickGroups(call: ApiCall): Response {
  const query = (call.query.get('query') ?? '').toLowerCase();
  const found = call.api.directory.site.groups.filter((group) => group.name.toLowerCase().includes(query));
  return pageV1(call, found, (group) => groupV1(call.api, group), { fallback: 200, max: 200 }, totalWhenAsked(call, found.length));
}

const totalWhenAsked = (call: ApiCall, total: number) => (call.query.get('shouldReturnTotalSize') === 'true' ? { totalSize: total } : {});

function groupById(call: ApiCall): Response {
  const group = call.api.directory.group(call.query.get('id') ?? '');
  return group ? json(groupV1(call.api, group)) : errorV1(404, `No group found with id: ${call.query.get('id')}`);
}

function members(call: ApiCall): Response {
  const group = call.api.directory.group(call.params['groupId'] ?? '');
  if (!group) return errorV1(404, `No group found with id: ${call.params['groupId']}`);
  const users = group.members.flatMap((id) => call.api.directory.user(id) ?? []);
  return pageV1(call, users, (user) => showUser(call, user), { fallback: 200, max: 200 }, totalWhenAsked(call, users.length));
}

function memberOf(call: ApiCall): Response {
  const user = call.api.directory.user(call.query.get('accountId') ?? '');
  if (!user) return errorV1(404, `No user found with account id: ${call.query.get('accountId')}`);
  return pageV1(call, call.api.directory.groupsOf(user), (group) => groupV1(call.api, group), { fallback: 200, max: 200 });
}

const checkBody = z.object({
  subject: z.object({ type: z.enum(['user', 'group']), identifier: z.string() }),
  operation: z.enum(['read', 'update', 'delete', 'administer', 'export']),
});

/** One's own rights need only *can use*; those of others need a Confluence administrator, which the app's own user is not. */
const mayCheck = (call: ApiCall, caller: Caller, accountId: string): boolean =>
  caller.actor.kind === 'user' && (caller.actor.user.accountId === accountId || call.api.directory.isSiteAdmin(caller.actor.user));

async function checkPermission(call: ApiCall): Promise<Response> {
  const body = checkBody.safeParse(await call.json());
  if (!body.success) return errorV1(400, 'subject and operation are required');
  const { subject, operation } = body.data;
  if (subject.type !== 'user') return errorV1(400, 'The local site checks permissions of users only');
  if (!mayCheck(call, call.caller, subject.identifier))
    return errorV1(403, 'Only Confluence administrators may check permissions of others');
  const content = findContent(call, call.params['id'] ?? '');
  if (!content) return errorV1(404, `No content found with id : ContentId{id=${call.params['id']}}`);
  const user = call.api.directory.user(subject.identifier);
  const hasPermission = user !== undefined && operation !== 'administer' && call.api.directory.canView(user, content);
  return json({ hasPermission, errors: [], _links: { base: call.api.wikiUrl, context: '/wiki' } });
}

const accessBody = z.object({ emails: z.array(z.string()).min(1).max(100) });

/** Which of these addresses belong to nobody with access to the site. */
async function checkAccess(call: ApiCall): Promise<Response> {
  const body = accessBody.safeParse(await call.json());
  if (!body.success) return errorV2(400, 'INVALID_REQUEST_PARAMETER', 'emails must hold 1 to 100 addresses');
  const known = new Set(call.api.directory.site.users.filter((user) => user.active).map((user) => user.email.toLowerCase()));
  const isAddress = (email: string): boolean => /^[^@\s]+@[^@\s]+$/.test(email);
  return json({
    emailsWithoutAccess: body.data.emails.filter((address) => isAddress(address) && !known.has(address.toLowerCase())),
    invalidEmails: body.data.emails.filter((address) => !isAddress(address)),
  });
}

const V1 = '/wiki/rest/api';
const USER = { classic: ['read:confluence-user'], granular: ['read:content-details:confluence'] };
const GROUP = { classic: ['read:confluence-groups'], granular: ['read:group:confluence'] };
const EMAIL = { granular: ['read:email-address:confluence'] };

export const userEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: `${V1}/user`, scopes: USER, handle: byId },
  { method: 'GET', path: `${V1}/user/current`, scopes: USER, handle: current },
  { method: 'GET', path: `${V1}/user/bulk`, scopes: USER, handle: bulk },
  {
    method: 'GET',
    path: `${V1}/user/memberof`,
    scopes: { classic: ['read:confluence-user'], granular: ['read:user:confluence', 'read:group:confluence'] },
    handle: memberOf,
  },
  { method: 'GET', path: `${V1}/user/email`, scopes: EMAIL, appOnly: true, handle: email },
  { method: 'GET', path: `${V1}/user/email/bulk`, scopes: EMAIL, appOnly: true, handle: emails },
  {
    method: 'POST',
    path: '/wiki/api/v2/user/access/check-access-by-email',
    scopes: { granular: ['read:configuration:confluence'] },
    handle: checkAccess,
  },
  { method: 'POST', path: '/wiki/api/v2/users-bulk', scopes: { granular: ['read:user:confluence'] }, handle: bulkV2 },
  { method: 'GET', path: `${V1}/search/user`, scopes: { granular: ['read:content-details:confluence'] }, handle: searchUsers },
  { method: 'GET', path: `${V1}/group`, scopes: GROUP, handle: pickGroups },
  { method: 'GET', path: `${V1}/group/picker`, scopes: GROUP, handle: pickGroups },
  { method: 'GET', path: `${V1}/group/by-id`, scopes: GROUP, handle: groupById },
  {
    method: 'GET',
    path: `${V1}/group/{groupId}/membersByGroupId`,
    scopes: { classic: ['read:confluence-groups'], granular: ['read:group:confluence', 'read:user:confluence'] },
    handle: members,
  },
  {
    method: 'POST',
    path: `${V1}/content/{id}/permission/check`,
    scopes: { classic: ['read:confluence-content.permission'], granular: ['read:content.permission:confluence'] },
    handle: checkPermission,
  },
];
