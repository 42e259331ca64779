/** The objects of Confluence's REST APIs, built from the demo content. */
import { createHash } from 'node:crypto';
import { adfOf } from '#local/confluence/adf';
import { fillSiteUrl } from '#local/confluence/directory';
import type { Caller, ConfluenceApi } from '#local/confluence/endpoint';
import type { DemoAttachment, DemoContent, DemoGroup, DemoSpace, DemoUser } from '#local/model';

const BODY_FORMATS = ['storage', 'atlas_doc_format', 'view', 'export_view', 'anonymous_export_view', 'styled_view', 'editor'] as const;
export type BodyFormat = (typeof BODY_FORMATS)[number];
export const isBodyFormat = (text: string): text is BodyFormat => (BODY_FORMATS as readonly string[]).includes(text);

const forPath = (title: string): string => encodeURIComponent(title).replaceAll('%20', '+');

/** Path of a page in the browser, relative to the site's `/wiki`. */
export function webPath(api: ConfluenceApi, content: DemoContent): string {
  const key = api.directory.space(content.spaceId)?.key ?? '';
  if (content.type === 'page') return `/spaces/${key}/pages/${content.id}/${forPath(content.title)}`;
  return `/spaces/${key}/blog/${content.createdAt.slice(0, 10).replaceAll('-', '/')}/${content.id}/${forPath(content.title)}`;
}

export const versionOf = (item: { version: number; createdAt: string; authorId: string }) => ({
  number: item.version,
  message: '',
  minorEdit: false,
  authorId: item.authorId,
  createdAt: item.createdAt,
});

function bodyOf(api: ConfluenceApi, content: DemoContent, format: BodyFormat): string {
  const body = fillSiteUrl(content.body, api.wikiUrl);
  if (format === 'atlas_doc_format') return adfOf(body);
  return format === 'storage' ? (content.storage ?? body) : body;
}

/** A page or blog post of v2, with its body in one format when asked for. */
export function contentV2(api: ConfluenceApi, content: DemoContent, format?: BodyFormat) {
  return {
    id: content.id,
    status: 'current',
    title: content.title,
    spaceId: content.spaceId,
    ...(content.type === 'page' ? { parentId: content.parentId ?? null, parentType: content.parentId ? 'page' : null, position: 0 } : {}),
    authorId: content.authorId,
    ownerId: content.authorId,
    lastOwnerId: null,
    createdAt: content.createdAt,
    version: versionOf(content),
    body: format ? { [format]: { representation: format, value: bodyOf(api, content, format) } } : {},
    _links: {
      webui: webPath(api, content),
      editui: `/pages/resumedraft.action?draftId=${content.id}`,
      tinyui: `/x/${content.id}`,
      base: api.wikiUrl,
    },
  };
}

/** Operations on a page or blog post that a caller may do. */
export const contentOperations = (content: DemoContent) =>
  ['read', 'update', 'export', 'copy'].map((operation) => ({ operation, targetType: content.type }));

const fileId = (attachment: DemoAttachment): string => {
  const hex = createHash('sha256').update(attachment.id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** An attachment of v2. */
export function attachmentV2(api: ConfluenceApi, attachment: DemoAttachment) {
  const parent = api.directory.content(attachment.contentId);
  const download = `/download/attachments/${attachment.contentId}/${encodeURIComponent(attachment.title)}?version=${attachment.version}&modificationDate=${Date.parse(attachment.createdAt)}&cacheVersion=1&api=v2`;
  const webui = `/pages/viewpageattachments.action?pageId=${attachment.contentId}&preview=%2F${attachment.contentId}%2F${attachment.id.slice(3)}`;
  return {
    id: attachment.id,
    status: 'current',
    title: attachment.title,
    createdAt: attachment.createdAt,
    ...(parent?.type === 'blogpost' ? { blogPostId: attachment.contentId } : { pageId: attachment.contentId }),
    mediaType: attachment.mediaType,
    mediaTypeDescription: attachment.mediaType,
    comment: '',
    fileId: fileId(attachment),
    fileSize: attachment.sizeBytes,
    webuiLink: webui,
    downloadLink: download,
    version: versionOf(attachment),
    _links: { webui, download },
  };
}

/** A space of v2. */
export const spaceV2 = (api: ConfluenceApi, space: DemoSpace) => ({
  id: space.id,
  key: space.key,
  name: space.name,
  type: 'global',
  status: 'current',
  authorId: space.adminAccountIds[0] ?? '',
  createdAt: api.directory.content(space.homepageId)?.createdAt ?? '2026-01-05T09:00:00.000Z',
  homepageId: space.homepageId,
  description: null,
  icon: null,
  currentActiveAlias: space.key,
  _links: { webui: `/spaces/${space.key}`, base: api.wikiUrl },
});

/** The address as a caller may see it: one's own, or what the profile shows. Empty otherwise, as in Confluence. */
export const visibleEmail = (caller: Caller, user: DemoUser): string =>
  user.emailVisible || (caller.actor.kind === 'user' && caller.actor.user.accountId === user.accountId) ? user.email : '';

const avatarPath = (user: DemoUser): string => `/wiki/aa-avatar/${user.accountId}`;

/** A user of v1. */
export const userV1 = (api: ConfluenceApi, caller: Caller, user: DemoUser) => ({
  type: 'known',
  accountId: user.accountId,
  accountType: 'atlassian',
  email: visibleEmail(caller, user),
  publicName: user.name,
  displayName: user.active ? user.name : `${user.name} (Deactivated)`,
  timeZone: user.timezone,
  profilePicture: { path: avatarPath(user), width: 48, height: 48, isDefault: false },
  isExternalCollaborator: false,
  externalCollaborator: false,
  isGuest: false,
  locale: user.locale.replace('-', '_'),
  accountStatus: user.active ? 'active' : 'inactive',
  _expandable: { operations: '', details: '', personalSpace: '' },
  _links: { self: `${api.wikiUrl}/rest/api/user?accountId=${encodeURIComponent(user.accountId)}` },
});

/** A user of v2. */
export const userV2 = (caller: Caller, user: DemoUser) => ({
  accountId: user.accountId,
  displayName: user.active ? user.name : `${user.name} (Deactivated)`,
  publicName: user.name,
  timeZone: user.timezone,
  email: visibleEmail(caller, user),
  accountStatus: user.active ? 'active' : 'inactive',
  accountType: 'atlassian',
  isExternalCollaborator: false,
  personalSpaceId: null,
  profilePicture: { path: avatarPath(user), isDefault: false },
});

export const groupV1 = (api: ConfluenceApi, group: DemoGroup) => ({
  type: 'group',
  id: group.id,
  name: group.name,
  usageType: 'USERBASE_GROUP',
  managedBy: 'ADMINS',
  _links: { self: `${api.wikiUrl}/rest/api/group/by-id?id=${group.id}` },
});
