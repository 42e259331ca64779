import { DEMANDS, type Demand, type EncryptionPolicy, WITHOUT_KEY, type WithoutKey } from '#contract/settings/encryption';
import type { SiteSettingsV2, SpaceSettingsV2 } from '#contract/settings/v2';

/** What holds for signing and encrypting mail from one space: the site's policy, made stricter by the space's own unless the site enforces its settings. */
export type EffectiveEncryption = EncryptionPolicy;

const stricterDemand = (one: Demand, other: Demand): Demand => (DEMANDS.indexOf(other) > DEMANDS.indexOf(one) ? other : one);
const stricterWithoutKey = (one: WithoutKey, other: WithoutKey | undefined): WithoutKey =>
  other !== undefined && WITHOUT_KEY.indexOf(other) > WITHOUT_KEY.indexOf(one) ? other : one;

export function effectiveEncryption(site: SiteSettingsV2, space: SpaceSettingsV2): EffectiveEncryption {
  const { encryption } = site;
  if (site.enforce) return encryption;
  const own = space.encryption;
  const asksForMore = own.requiredFor.restrictedPages || own.requiredFor.labels.length > 0;
  return {
    ...encryption,
    sign: stricterDemand(encryption.sign, own.sign),
    encrypt: stricterDemand(encryption.encrypt, own.encrypt),
    withoutKey: stricterWithoutKey(encryption.withoutKey, own.withoutKey),
    requiredFor: {
      restrictedPages: encryption.requiredFor.restrictedPages || own.requiredFor.restrictedPages,
      labels: [...new Set([...encryption.requiredFor.labels, ...own.requiredFor.labels])],
      // A space that asks for nothing cannot widen whom the site means; one that asks and means everybody does.
      outsideOnly: asksForMore ? encryption.requiredFor.outsideOnly && own.requiredFor.outsideOnly : encryption.requiredFor.outsideOnly,
    },
    // The site's gateways come first: the first rule that matches a domain decides whom it is encrypted for.
    domains: [...encryption.domains, ...own.domains],
  };
}

/** Whether anything is ever signed or encrypted; where not, nothing of it is loaded. */
export const isSecuring = ({ sign, encrypt, requiredFor, domains }: EffectiveEncryption): boolean =>
  sign !== 'never' || encrypt !== 'never' || requiredFor.restrictedPages || requiredFor.labels.length > 0 || domains.length > 0;
