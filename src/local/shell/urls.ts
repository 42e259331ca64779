import type { DemoAttachment, DemoContent, DemoSpace, DemoUser } from '#local/model';

/** Addresses as Confluence Cloud has them, relative to the site. */

const slug = (title: string): string => encodeURIComponent(title).replace(/%20/g, '+').replace(/'/g, '%27');

export const urls = {
  home: '/wiki/home',
  spaces: '/wiki/spaces',
  people: '/wiki/people',
  search: '/wiki/search',
  space: (space: DemoSpace): string => `/wiki/spaces/${space.key}/overview`,
  blog: (space: DemoSpace): string => `/wiki/spaces/${space.key}/blog`,
  content(space: DemoSpace, content: DemoContent): string {
    if (content.type === 'page') return `/wiki/spaces/${space.key}/pages/${content.id}/${slug(content.title)}`;
    const [year, month, day] = content.createdAt.slice(0, 10).split('-');
    return `/wiki/spaces/${space.key}/blog/${year}/${month}/${day}/${content.id}/${slug(content.title)}`;
  },
  attachments: (content: DemoContent): string => `/wiki/pages/viewpageattachments.action?pageId=${content.id}`,
  download: (file: DemoAttachment): string =>
    `/wiki/download/attachments/${file.contentId}/${encodeURIComponent(file.title)}?version=${file.version}&api=v2`,
  person: (user: DemoUser): string => `/wiki/people/${encodeURIComponent(user.accountId)}`,
  spaceSettings: (space: DemoSpace): string => `/wiki/spaces/${space.key}/settings`,
  spaceApp: (space: DemoSpace, app: { id: string; environmentId: string }, route: string): string =>
    `/wiki/spaces/${space.key}/settings/apps/${uuidOf(app.id)}/${app.environmentId}/${route}`,
  admin: '/wiki/admin',
  manageApps: '/wiki/admin/apps',
  siteApp: (app: { id: string; environmentId: string }, moduleKey: string): string =>
    `/wiki/admin/apps/${uuidOf(app.id)}/${app.environmentId}/${moduleKey}`,
  connectedApp: '/wiki/admin/connected-apps',
  users: '/wiki/admin/users',
} as const;

/** An app's id without the ARI around it. */
function uuidOf(appId: string): string {
  return appId.slice(appId.lastIndexOf('/') + 1);
}
