import { findPages, isRestricted } from '#app/confluence/pages';
import { findGroups, findPeople, group, groupsOf, me, memberCount, members, people, withoutAccess } from '#app/confluence/people';
import { administersSpace, findSpaces, space } from '#app/confluence/spaces';
import type { Session } from '#app/model';

/**
 * The only folder that calls Confluence (REST v1 and v2). Whose rights count is visible at each call: `asUser()` the person
 * signed in, `asUser(accountId)` the sender of a mail after their session, `asApp()` the app.
 */

export { appFacts, appReader, reportPersonalData } from '#app/confluence/app';
export { canView, pageReader } from '#app/confluence/pages';

/** Calls as the person signed in. */
export const session = (): Session => ({
  me,
  space,
  administersSpace,
  isRestricted,
  groupsOf,
  findSpaces,
  findPages,
  findPeople,
  findGroups,
  people,
  group,
  memberCount,
  members,
  withoutAccess,
});
