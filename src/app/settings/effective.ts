import { AppFailure } from '#app/failure';
import { SITE_OWNER, spaceOwner } from '#app/settings/model';
import type { SpaceId } from '#contract/draft';
import type { MailAccount, Presentation, SiteSettings, SpaceSettings } from '#contract/settings';

/** What holds for mail from one space: the space's choices over the site's. */
export interface Sending {
  readonly account: MailAccount;
  /** Whose secrets belong to the account. */
  readonly secretOwner: string;
  readonly presentation: Presentation;
}

/** The look of the mail, with the space's subject prefix where it has one. */
export const presentationFor = (site: SiteSettings, space: SpaceSettings): Presentation => ({
  ...site.presentation,
  ...(space.subjectPrefix === undefined ? {} : { subjectPrefix: space.subjectPrefix }),
});

/** @throws AppFailure SENDING_OFF, NO_MAIL_ACCOUNT */
export function sendingFor(site: SiteSettings, space: SpaceSettings, spaceId: SpaceId): Sending {
  if (!site.enabled || !space.enabled) throw new AppFailure('SENDING_OFF');
  const isOwn = space.accountSource === 'own';
  const account = isOwn ? space.account : site.account;
  if (!account) throw new AppFailure('NO_MAIL_ACCOUNT');
  return { account, secretOwner: isOwn ? spaceOwner(spaceId) : SITE_OWNER, presentation: presentationFor(site, space) };
}
