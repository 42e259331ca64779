import { effectivePolicy } from '#app/policy/effective';
import { type SiteSettingsV2, type SpaceSettingsV2, siteSettingsV2Schema, spaceSettingsV2Schema } from '#contract/settings/v2';

export const site = (input: unknown = {}): SiteSettingsV2 => siteSettingsV2Schema.parse(input);
export const space = (input: unknown = {}): SpaceSettingsV2 => spaceSettingsV2Schema.parse(input);
/** The policy of a site, narrowed by a space. */
export const policy = (sitePolicy: unknown = {}, spacePolicy: unknown = {}, more: { enforce?: boolean } = {}) =>
  effectivePolicy(site({ policy: sitePolicy, ...more }), space({ policy: spacePolicy }), undefined);
