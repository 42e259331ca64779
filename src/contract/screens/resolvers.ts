import * as z from 'zod';
import { infoResponseSchema } from '#contract/relay/api';
import { failureSchema } from '#contract/result';
import { siteAdminResolvers, spaceAdminResolvers } from '#contract/screens/administration';
import { allSendResolvers } from '#contract/screens/dialog';
import { define, empty, secretFlags, testMailValue, verifyValue } from '#contract/screens/parts';
import {
  accountSecretsSchema,
  mailAccountSchema,
  presentationSchema,
  siteSettingsSchema,
  spaceSettingsSchema,
} from '#contract/settings/parts';

/**
 * Every function the interface can call: its payload and its value. The page or space it is about comes from the
 * platform's context (`context.extension.content.id`, `context.extension.space.id`), never from the payload.
 * All of them answer `Result<value>`.
 */

const accountForm = z.object({ account: mailAccountSchema.optional(), secrets: accountSecretsSchema.default({}) });
/** Functions of the space's settings page (module `space-settings`, Forge function `space-resolver`). */
export const spaceResolvers = {
  'space-settings/get': define(
    empty,
    z.object({
      space: z.object({ id: z.string(), key: z.string(), name: z.string() }),
      settings: spaceSettingsSchema,
      secretsSet: secretFlags,
      site: z.object({ enabled: z.boolean(), hasAccount: z.boolean(), fromAddress: z.string().optional(), subjectPrefix: z.string() }),
    }),
  ),
  'space-settings/save': define(
    z.object({
      revision: z.number().int(),
      enabled: z.boolean(),
      accountSource: z.enum(['site', 'own']),
      subjectPrefix: spaceSettingsSchema.shape.subjectPrefix,
      ...accountForm.shape,
    }),
    z.object({ revision: z.number().int() }),
  ),
  'space-settings/verify': define(accountForm, verifyValue),
  'space-settings/send-test': define(accountForm, testMailValue),
} as const;

/** Functions of the site's settings page (module `site-settings`, Forge function `site-resolver`). */
export const siteResolvers = {
  'site-settings/get': define(empty, z.object({ settings: siteSettingsSchema, secretsSet: secretFlags })),
  'site-settings/save': define(
    z.object({ revision: z.number().int(), enabled: z.boolean(), presentation: presentationSchema, ...accountForm.shape }),
    z.object({ revision: z.number().int() }),
  ),
  'site-settings/relay': define(
    empty,
    z.object({ reachable: z.boolean(), info: infoResponseSchema.optional(), error: failureSchema.optional() }),
  ),
  'site-settings/verify': define(accountForm, verifyValue),
  'site-settings/send-test': define(accountForm, testMailValue),
} as const;

/** Everything that each Forge function answers, policy, history and the rest of administration included. */
export const allSpaceResolvers = { ...spaceResolvers, ...spaceAdminResolvers } as const;
export const allSiteResolvers = { ...siteResolvers, ...siteAdminResolvers } as const;

export const allResolvers = { ...allSendResolvers, ...allSpaceResolvers, ...allSiteResolvers };
export type ResolverTable = typeof allResolvers;
export type ResolverName = keyof ResolverTable;
/** What the caller passes. */
export type PayloadInput<N extends ResolverName> = z.input<ResolverTable[N]['payload']>;
/** What the handler gets after parsing. */
export type Payload<N extends ResolverName> = z.output<ResolverTable[N]['payload']>;
export type Value<N extends ResolverName> = z.output<ResolverTable[N]['value']>;

export { allSendResolvers, sendResolvers, type Warning, warningSchema } from '#contract/screens/dialog';
