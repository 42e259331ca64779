/** Look-ups and permission rules over a site's content, the way Confluence applies them. */
import type { DemoAttachment, DemoContent, DemoGroup, DemoSite, DemoSpace, DemoUser } from '#local/model';

const byKey = <T>(items: readonly T[], key: (item: T) => string): Map<string, T> => new Map(items.map((item) => [key(item), item]));

/** The site by its keys, with the rules who may see and administer what. */
export interface Directory {
  readonly site: DemoSite;
  user(accountId: string): DemoUser | undefined;
  userByName(username: string): DemoUser | undefined;
  group(id: string): DemoGroup | undefined;
  groupsOf(user: DemoUser): readonly DemoGroup[];
  space(id: string): DemoSpace | undefined;
  spaceByKey(key: string): DemoSpace | undefined;
  content(id: string): DemoContent | undefined;
  contentsOf(space: DemoSpace): readonly DemoContent[];
  /** Accepts the id with and without its prefix `att`. */
  attachment(id: string): DemoAttachment | undefined;
  attachmentsOf(contentId: string): readonly DemoAttachment[];
  canViewSpace(user: DemoUser, space: DemoSpace): boolean;
  /** Space permission and every viewing restriction of the page and its ancestors (restrictions to view are inherited). */
  canView(user: DemoUser, content: DemoContent): boolean;
  /** The app's own user: an ordinary one, which nobody has named in a space's permissions or a page's restrictions. */
  appCanViewSpace(space: DemoSpace): boolean;
  appCanView(content: DemoContent): boolean;
  isSpaceAdmin(user: DemoUser, space: DemoSpace): boolean;
  isSiteAdmin(user: DemoUser): boolean;
}

/** Indexes a site once; the site itself never changes while it runs. */
export function createDirectory(site: DemoSite): Directory {
  const users = byKey(site.users, (user) => user.accountId);
  const usersByName = byKey(site.users, (user) => user.username);
  const groups = byKey(site.groups, (group) => group.id);
  const spaces = byKey(site.spaces, (space) => space.id);
  const spacesByKey = byKey(site.spaces, (space) => space.key);
  const contents = byKey(site.contents, (content) => content.id);
  const attachments = byKey(site.attachments, (attachment) => attachment.id);
  const contentsBySpace = Map.groupBy(site.contents, (content) => content.spaceId);
  const attachmentsByContent = Map.groupBy(site.attachments, (attachment) => attachment.contentId);

  const isIn = (user: DemoUser, list: { readonly users: readonly string[]; readonly groups: readonly string[] }): boolean =>
    list.users.includes(user.accountId) || list.groups.some((id) => groups.get(id)?.members.includes(user.accountId) ?? false);

  const canViewSpace = (user: DemoUser, space: DemoSpace): boolean =>
    user.active && (space.viewers === undefined || space.adminAccountIds.includes(user.accountId) || isIn(user, space.viewers));

  const withAncestors = (content: DemoContent): DemoContent[] => {
    const chain: DemoContent[] = [];
    for (let at: DemoContent | undefined = content; at && !chain.includes(at); at = at.parentId ? contents.get(at.parentId) : undefined)
      chain.push(at);
    return chain;
  };

  return {
    site,
    user: (accountId) => users.get(accountId),
    userByName: (username) => usersByName.get(username.toLowerCase()),
    group: (id) => groups.get(id),
    groupsOf: (user) => site.groups.filter((group) => group.members.includes(user.accountId)),
    space: (id) => spaces.get(id),
    spaceByKey: (key) => spacesByKey.get(key),
    content: (id) => contents.get(id),
    contentsOf: (space) => contentsBySpace.get(space.id) ?? [],
    attachment: (id) => attachments.get(id.startsWith('att') ? id : `att${id}`),
    attachmentsOf: (contentId) => attachmentsByContent.get(contentId) ?? [],
    canViewSpace,
    canView: (user, content) => {
      const space = spaces.get(content.spaceId);
      if (!space || !canViewSpace(user, space)) return false;
      return withAncestors(content).every(({ restrictedTo }) => restrictedTo === undefined || isIn(user, restrictedTo));
    },
    appCanViewSpace: (space) => space.viewers === undefined,
    appCanView: (content) => {
      const space = spaces.get(content.spaceId);
      return space?.viewers === undefined && withAncestors(content).every(({ restrictedTo }) => restrictedTo === undefined);
    },
    isSpaceAdmin: (user, space) => canViewSpace(user, space) && (user.siteAdmin || space.adminAccountIds.includes(user.accountId)),
    isSiteAdmin: (user) => user.active && user.siteAdmin,
  };
}

/** Fills the site's address into a body. */
export const fillSiteUrl = (body: string, wikiUrl: string): string => body.replaceAll('{site}', wikiUrl);
