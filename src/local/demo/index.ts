import { attachments } from '#local/demo/attachments';
import { buoyLog } from '#local/demo/buoy-log';
import { fileContents } from '#local/demo/contents';
import { groups, people } from '#local/demo/people';
import { spaces } from '#local/demo/spaces';
import type { DemoSite } from '#local/model';

/** The site that the local site starts with: a small maker of tide clocks, its people, pages and files. Deterministic. */
export const demoSite: DemoSite = {
  // Leïla is in neither: contractors may read and not send.
  senderGroups: ['site-admins', 'workshop'],
  users: people,
  groups,
  spaces,
  contents: [...fileContents, buoyLog()].sort((one, other) => Number(one.id) - Number(other.id)),
  attachments,
};
