import * as z from 'zod';
import { contentIdSchema, spaceIdSchema } from '#contract/draft';
import {
  csvPartSchema,
  csvRequestSchema,
  historyFilterSchema,
  historyPageSchema,
  sendAgainSchema,
  sentAgainSchema,
} from '#contract/screens/history';
import {
  cursor,
  debugLog,
  define,
  domainCheck,
  done,
  empty,
  findPeople,
  foundPages,
  language,
  logoUpload,
  query,
  samplePreview,
  secretFlags,
  testMailValue,
  verifyValue,
} from '#contract/screens/parts';
import { encryptionPolicySchema, spaceEncryptionSchema } from '#contract/settings/encryption';
import { accountSecretsSchema, mailAccountSchema } from '#contract/settings/parts';
import { groupChoiceSchema, sendPolicySchema, spacePolicySchema } from '#contract/settings/policy';
import {
  accountSourceSchema,
  mailAccountIdSchema,
  sitePresentationSchema,
  spacePresentationSchema,
  spaceSettingsV2Schema,
} from '#contract/settings/v2';

const ownAccount = { account: mailAccountSchema.optional(), secrets: accountSecretsSchema.default({}) };

/** Forge function `space-resolver`; space administrators only. */
export const spaceAdminResolvers = {
  'space-policy/get': define(
    empty,
    z.object({
      space: z.object({ id: spaceIdSchema, key: z.string(), name: z.string() }),
      settings: spaceSettingsV2Schema,
      secretsSet: secretFlags,
      hasLogo: z.boolean(),
      /** What the site lays down, for display. */
      site: z.object({
        /** Spaces cannot change anything here. */
        enforce: z.boolean(),
        /** Whether the site lets this space send at all, its exception included. */
        enabled: z.boolean(),
        isException: z.boolean(),
        accounts: z.array(z.object({ id: mailAccountIdSchema, name: z.string(), fromAddress: z.string() })),
        /** One of `accounts`, or `relay`. */
        defaultAccount: mailAccountIdSchema.optional(),
        presentation: sitePresentationSchema,
        policy: sendPolicySchema,
        encryption: encryptionPolicySchema,
        hasLogo: z.boolean(),
      }),
      debugLog: debugLog.optional(),
    }),
  ),
  /** Saves the parts that are given; the others stay. `SETTINGS_CHANGED` on an old revision, `SETTINGS_ENFORCED` where the site decides. */
  'space-policy/save': define(
    z.object({
      revision: z.number().int(),
      changes: z.object({
        enabled: z.boolean().optional(),
        accountSource: accountSourceSchema.optional(),
        /** `null`: removes the space's own account with its secrets. */
        account: mailAccountSchema.nullable().optional(),
        presentation: spacePresentationSchema.optional(),
        policy: spacePolicySchema.optional(),
        encryption: spaceEncryptionSchema.optional(),
      }),
      secrets: accountSecretsSchema.default({}),
    }),
    done,
  ),
  'space-policy/verify': define(z.object(ownAccount), verifyValue),
  'space-policy/send-test': define(z.object(ownAccount), testMailValue),
  'space-policy/logo': logoUpload,
  /** Of the space's own account. */
  'space-policy/domain-check': domainCheck,
  'space-policy/find-groups': define(z.object({ query }), z.object({ groups: z.array(groupChoiceSchema) })),
  /** Pages and blog posts of this space by the words of their title, for the live preview; without a query the most recent pages. */
  'space-policy/find-pages': define(z.object({ query: z.string().trim().max(100).default('') }), foundPages),
  /** The page as a mail with presentation settings that are not saved yet. */
  'space-policy/preview': define(
    z.object({ contentId: contentIdSchema, type: z.enum(['page', 'blogpost']), presentation: spacePresentationSchema, language }),
    samplePreview,
  ),
  'history/space': define(z.object({ filter: historyFilterSchema.prefault({}), cursor }), historyPageSchema),
  'history/space-csv': define(csvRequestSchema, csvPartSchema),
  /** People by name, for the filter of the history. */
  'history/find-space-people': findPeople,
  /** Sends the page of a record as it is now, as the administrator, to those recipients that are still known. */
  'history/space-again': define(sendAgainSchema, sentAgainSchema),
} as const;
