import * as z from 'zod';
import { contentIdSchema, spaceIdSchema } from '#contract/draft';
import { MAX_DEBUG_LOG_HOURS, MAX_SPACE_EXCEPTIONS } from '#contract/limits';
import { infoResponseSchema } from '#contract/relay/api';
import { failureSchema } from '#contract/result';
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
import { encryptionPolicySchema } from '#contract/settings/encryption';
import { accountSecretsSchema, mailAccountSchema } from '#contract/settings/parts';
import { groupChoiceSchema, sendPolicySchema, spaceExceptionSchema } from '#contract/settings/policy';
import { mailAccountIdSchema, sitePresentationSchema, siteSettingsV2Schema, spaceSettingsV2Schema } from '#contract/settings/v2';

const siteChanges = z.object({
  enabled: z.boolean().optional(),
  enforce: z.boolean().optional(),
  accounts: siteSettingsV2Schema.shape.accounts.unwrap().optional(),
  /** `null`: none. */
  defaultAccount: mailAccountIdSchema.nullable().optional(),
  presentation: sitePresentationSchema.optional(),
  policy: sendPolicySchema.optional(),
  encryption: encryptionPolicySchema.optional(),
  history: siteSettingsV2Schema.shape.history.unwrap().optional(),
});
const siteAccountForm = z.object({
  /** The stored account whose secrets are used where none are typed. */
  accountId: mailAccountIdSchema.optional(),
  account: mailAccountSchema,
  secrets: accountSecretsSchema.default({}),
});

/** What the app stores, in the order of a list on the privacy page; the interface has a sentence for each. */
export const STORED_KINDS = ['settings', 'secrets', 'logos', 'jobs', 'records', 'counters', 'notices', 'diagnostics'] as const;

const storedItem = z.object({
  kind: z.enum(STORED_KINDS),
  /** Whether it holds account ids, typed addresses or other personal data. */
  personal: z.boolean(),
  /** Days until it is deleted by itself; absent: until deleted by an administrator or the app's removal. */
  days: z.number().int().optional(),
});

const deletionState = z.object({
  state: z.enum(['none', 'running', 'done']),
  deleted: z.number().int().default(0),
  startedAt: z.iso.datetime().optional(),
});

/** Settings as a file: no secrets. Importing keeps the secrets that are stored for the same server and user. */
export const settingsFileSchema = z.object({
  format: z.literal('pagemail-settings'),
  version: z.literal(2),
  exportedAt: z.iso.datetime(),
  site: siteSettingsV2Schema.omit({ revision: true, changedBy: true, changedAt: true }),
  exceptions: z.array(spaceExceptionSchema).max(MAX_SPACE_EXCEPTIONS),
  spaces: z
    .array(z.object({ spaceId: spaceIdSchema, settings: spaceSettingsV2Schema.omit({ revision: true, changedBy: true, changedAt: true }) }))
    .max(2000),
});
export type SettingsFile = z.infer<typeof settingsFileSchema>;

const relayHealth = z.object({
  reachable: z.boolean(),
  tokenAccepted: z.boolean(),
  info: infoResponseSchema.optional(),
  error: failureSchema.optional(),
});
const accountHealth = z.object({
  id: mailAccountIdSchema,
  name: z.string(),
  isDefault: z.boolean(),
  secretsSet: secretFlags,
  /** The last *Test connection*. */
  verified: z.object({ at: z.iso.datetime(), ok: z.boolean(), error: failureSchema.optional() }).optional(),
});
const errorCount = z.object({
  code: failureSchema.shape.code,
  count: z.number().int(),
  lastAt: z.iso.datetime(),
  reason: z.string().optional(),
});

/** Forge function `site-resolver`; Confluence administrators only. */
export const siteAdminResolvers = {
  'site-policy/get': define(
    empty,
    z.object({
      settings: siteSettingsV2Schema,
      /** By id of the account. */
      secretsSet: z.record(z.string(), secretFlags),
      exceptions: z.object({ revision: z.number().int(), spaces: z.array(spaceExceptionSchema) }),
      hasLogo: z.boolean(),
      /** Accounts whose last connection test failed; absent: none. */
      failing: z.array(z.object({ name: z.string(), at: z.iso.datetime(), error: failureSchema.optional() })).optional(),
      debugLog: debugLog.optional(),
    }),
  ),
  /** Saves the parts that are given; the others stay. Secrets by id of the account; what is absent keeps what is stored. */
  'site-policy/save': define(
    z.object({
      revision: z.number().int(),
      changes: siteChanges,
      secrets: z.record(mailAccountIdSchema, accountSecretsSchema).default({}),
    }),
    done,
  ),
  /** Adds, changes and removes spaces that differ from the site's switch. */
  'site-policy/save-exceptions': define(
    z.object({
      revision: z.number().int(),
      set: z.array(spaceExceptionSchema).max(MAX_SPACE_EXCEPTIONS).default([]),
      remove: z.array(spaceIdSchema).max(MAX_SPACE_EXCEPTIONS).default([]),
    }),
    done,
  ),
  'site-policy/find-spaces': define(
    z.object({ query }),
    z.object({ spaces: z.array(z.object({ spaceId: spaceIdSchema, key: z.string(), name: z.string() })) }),
  ),
  'site-policy/find-groups': define(z.object({ query }), z.object({ groups: z.array(groupChoiceSchema) })),
  'site-policy/verify': define(siteAccountForm, verifyValue),
  'site-policy/send-test': define(siteAccountForm, testMailValue),
  'site-policy/logo': logoUpload,
  /** Pages and blog posts of the site by the words of their title, for the live preview; without a query the most recent pages. */
  'site-policy/find-pages': define(z.object({ query: z.string().trim().max(100).default('') }), foundPages),
  'site-policy/preview': define(
    z.object({ contentId: contentIdSchema, type: z.enum(['page', 'blogpost']), presentation: sitePresentationSchema, language }),
    samplePreview,
  ),
  'site-policy/domain-check': domainCheck,
  'history/site': define(z.object({ filter: historyFilterSchema.prefault({}), cursor }), historyPageSchema),
  'history/site-csv': define(csvRequestSchema, csvPartSchema),
  /** Sends the page of a record as it is now, as the administrator, to those recipients that are still known. */
  'history/site-again': define(sendAgainSchema, sentAgainSchema),
  /** People by name, for the filter of the history. */
  'history/find-people': findPeople,
  'diagnostics/get': define(
    empty,
    z.object({
      relay: relayHealth,
      accounts: z.array(accountHealth),
      /** Of the last 7 days, most recent first; counts are approximate when many things fail at once. */
      errors: z.array(errorCount),
      debugLog: debugLog.optional(),
      /** Versions and settings without secrets or addresses, indented JSON to copy into a support request. */
      report: z.string(),
    }),
  ),
  /** Switches the debug log on for so many hours; 0 switches it off. */
  'diagnostics/debug-log': define(
    z.object({ hours: z.number().int().min(0).max(MAX_DEBUG_LOG_HOURS) }),
    z.object({ debugLog: debugLog.optional() }),
  ),
  'privacy/stored': define(empty, z.object({ items: z.array(storedItem), deletion: deletionState })),
  /** Deletes everything the app stores, settings and secrets included. Goes on in the background; ask `privacy/stored` for its state. */
  'privacy/delete-all': define(z.object({ confirm: z.literal('DELETE') }), deletionState),
  'privacy/export-settings': define(empty, z.object({ file: settingsFileSchema })),
  /** Replaces the settings of the site, its exceptions and the spaces in the file; other spaces stay. `IMPORT_INVALID` for anything else than such a file. */
  'privacy/import-settings': define(
    z.object({ revision: z.number().int(), file: z.unknown() }),
    z.object({ revision: z.number().int(), spaces: z.number().int(), accountsWithoutSecrets: z.array(z.string()) }),
  ),
} as const;
