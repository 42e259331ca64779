import type { Failure } from '#contract/result';
import type { ContentPolicy, SendPolicy, ToWhom, Who } from '#contract/settings/policy';
import { strictest } from '#contract/settings/policy-rules';
import type { SiteSettingsV2, SpaceSettingsV2 } from '#contract/settings/v2';

/** What holds for sending from one space: the site's policy, narrowed by the space's own unless the site enforces its settings. */
export interface EffectivePolicy {
  /** Why nobody may send from this space. */
  readonly off: Failure | undefined;
  /** Every one of them has to allow the person. */
  readonly who: readonly Who[];
  /** Every one of them has to allow the address. */
  readonly toWhom: readonly ToWhom[];
  readonly content: ContentPolicy;
  readonly limits: SendPolicy['limits'];
  readonly identity: SendPolicy['identity'];
  readonly individualCopies: SendPolicy['individualCopies'];
  /** Whom to ask: the space's contact, else the site's; empty: the administrators. */
  readonly contact: string;
}

/**
 * `exception`: the site administrator's own switch for this space, where there is one. It beats the site's switch both ways; the
 * space's administrators can then still switch their space off.
 */
export function effectivePolicy(site: SiteSettingsV2, space: SpaceSettingsV2, exception: boolean | undefined): EffectivePolicy {
  const own = site.enforce ? undefined : space.policy;
  const { limits, identity, individualCopies } = site.policy;
  return {
    off: whyOff(site, space, exception),
    who: own ? [site.policy.who, own.who] : [site.policy.who],
    toWhom: own ? [site.policy.toWhom, own.toWhom] : [site.policy.toWhom],
    content: own ? stricterContent(site.policy.content, own.content) : site.policy.content,
    limits,
    identity,
    individualCopies,
    contact: own?.who.contact || site.policy.who.contact,
  };
}

function whyOff(site: SiteSettingsV2, space: SpaceSettingsV2, exception: boolean | undefined): Failure | undefined {
  if (!(exception ?? site.enabled)) return { code: 'SENDING_OFF_SITE' };
  return !site.enforce && !space.enabled ? { code: 'SENDING_OFF' } : undefined;
}

function stricterContent(one: ContentPolicy, other: ContentPolicy): ContentPolicy {
  const labels = new Map<string, ContentPolicy['labels'][number]>();
  for (const each of [...one.labels, ...other.labels]) {
    const known = labels.get(each.label);
    labels.set(each.label, { label: each.label, rule: strictest(known ? [known.rule, each.rule] : [each.rule]) });
  }
  return { restrictedPages: strictest([one.restrictedPages, other.restrictedPages]), labels: [...labels.values()] };
}
