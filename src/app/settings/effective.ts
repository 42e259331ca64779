import { withoutUndefined } from '#app/defined';
import { AppFailure } from '#app/failure';
import { type EffectivePolicy, effectivePolicy } from '#app/policy/effective';
import { accountOwner, type Exceptions, type SettingsStore, SITE_OWNER, spaceOwner } from '#app/settings/model';
import type { SpaceId } from '#contract/draft';
import type { MailAccount } from '#contract/settings/parts';
import { type MailAccountId, RELAY_ACCOUNT, type SitePresentation, type SiteSettingsV2, type SpaceSettingsV2 } from '#contract/settings/v2';

/** Through which server mail leaves: an account with the owner of its secrets, or the relay operator's own server. */
export type Source =
  | { readonly kind: 'account'; readonly account: MailAccount; readonly secretOwner: string; readonly id?: MailAccountId }
  | { readonly kind: 'relay' };

/** Everything that is stored about sending from one space. */
export interface SpaceContext {
  readonly spaceId: SpaceId;
  readonly site: SiteSettingsV2;
  readonly space: SpaceSettingsV2;
  /** The site administrator's own switch for this space. */
  readonly exception: boolean | undefined;
}

/** What holds for mail from one space: the space's choices over the site's, unless the site enforces its own. */
export interface Sending {
  readonly policy: EffectivePolicy;
  readonly presentation: SitePresentation;
  /** Whose uploaded logo is meant by `presentation.logo`. */
  readonly logoOwner: string;
  /** @throws AppFailure NO_MAIL_ACCOUNT, ACCOUNT_UNKNOWN */
  source(): Source;
}

export const exceptionFor = ({ spaces }: Pick<Exceptions, 'spaces'>, id: SpaceId): boolean | undefined =>
  spaces.find(({ spaceId }) => spaceId === id)?.enabled;

/** Reads what is stored about sending from a space: three values at once. */
export async function spaceContext(
  settings: Pick<SettingsStore, 'site' | 'space' | 'exceptions'>,
  spaceId: SpaceId,
): Promise<SpaceContext> {
  const [site, space, exceptions] = await Promise.all([settings.site(), settings.space(spaceId), settings.exceptions()]);
  return { spaceId, site, space, exception: exceptionFor(exceptions, spaceId) };
}

export function sendingFor(context: SpaceContext): Sending {
  const { site, space, exception, spaceId } = context;
  const own = site.enforce ? undefined : space;
  const presentation = presentationFor(site, space);
  return {
    policy: effectivePolicy(site, space, exception),
    presentation,
    logoOwner: logoOwnerFor(presentation, own?.presentation.logo === 'uploaded', spaceId),
    source: () => sourceFor(site, own, spaceId),
  };
}

/** Whose uploaded picture a choice of logo means. `isSpaces`: the space itself chose it. */
export const logoOwnerFor = ({ logo }: Pick<SitePresentation, 'logo'>, isSpaces: boolean, spaceId: SpaceId): string =>
  logo === 'space' || isSpaces ? spaceOwner(spaceId) : SITE_OWNER;

/** The look of the mail: what the space has changed over the site's. */
export const presentationFor = (site: SiteSettingsV2, space: SpaceSettingsV2): SitePresentation =>
  site.enforce ? site.presentation : { ...site.presentation, ...withoutUndefined(space.presentation) };

function sourceFor(site: SiteSettingsV2, space: SpaceSettingsV2 | undefined, spaceId: SpaceId): Source {
  const chosen = space?.accountSource;
  if (chosen?.kind === 'own') {
    if (!space?.account) throw new AppFailure('NO_MAIL_ACCOUNT');
    return { kind: 'account', account: space.account, secretOwner: spaceOwner(spaceId) };
  }
  const id = (chosen?.kind === 'site' ? chosen.accountId : undefined) ?? site.defaultAccount ?? site.accounts[0]?.id;
  if (id === undefined) throw new AppFailure('NO_MAIL_ACCOUNT');
  if (id === RELAY_ACCOUNT) return { kind: 'relay' };
  const found = site.accounts.find((each) => each.id === id);
  if (!found) throw new AppFailure('ACCOUNT_UNKNOWN');
  return { kind: 'account', account: found.account, secretOwner: accountOwner(id), id };
}

/** @throws AppFailure SENDING_OFF, SENDING_OFF_SITE */
export function checkOn({ policy }: Pick<Sending, 'policy'>): void {
  if (policy.off) throw new AppFailure(policy.off.code, policy.off.params);
}
