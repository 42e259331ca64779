import * as z from 'zod';
import { dkimSelectorSchema, domainCheckValueSchema } from '#contract/domain-check';
import { accountIdSchema, contentIdSchema, sendIdentitySchema, singleLine, spaceIdSchema } from '#contract/draft';
import { againSchema, csvPartSchema, historyFilterSchema, historyPageSchema } from '#contract/history';
import { jobIdSchema, jobStateSchema } from '#contract/jobs';
import { MAX_ADDRESS_OCTETS, MAX_DEBUG_LOG_HOURS, MAX_DRAFT_RECIPIENTS, MAX_LOGO_BYTES, MAX_SPACE_EXCEPTIONS } from '#contract/limits';
import { groupChoiceSchema, sendPolicySchema, spaceExceptionSchema, spacePolicySchema, toWhomSchema } from '#contract/policy';
import { infoResponseSchema, verifyStepSchema } from '#contract/relay';
import { failureSchema } from '#contract/result';
import { accountSecretsSchema, mailAccountSchema } from '#contract/settings';
import {
  accountSourceSchema,
  mailAccountIdSchema,
  sitePresentationSchema,
  siteSettingsV2Schema,
  spacePresentationSchema,
  spaceSettingsV2Schema,
} from '#contract/settings-v2';

/**
 * Functions of administration, policy, history, diagnostics and privacy: payload and value of each, like `#contract/resolvers`.
 * Page and space come from the platform's context. All of them answer `Result<value>`.
 */

const empty = z.object({}).optional();
const define = <P extends z.ZodType, V extends z.ZodType>(payload: P, value: V) => ({ payload, value });
const cursor = z.string().max(4000).optional();
const done = z.object({ revision: z.number().int() });
const language = z.enum(['en', 'de']).optional();

const secretFlags = z.object({ password: z.boolean(), clientSecret: z.boolean(), refreshToken: z.boolean() });
const verifyValue = z.object({ ok: z.boolean(), steps: z.array(verifyStepSchema) });
const testMailValue = z.object({ accepted: z.boolean(), error: failureSchema.optional() });
/** A sample mail for the live preview: its HTML with every picture as `cid:`, `images` for the browser to load, `data` where a picture is no attachment (a logo). */
const samplePreview = z.object({
  html: z.string(),
  subject: z.string(),
  images: z.array(
    z.object({
      cid: z.string(),
      contentId: contentIdSchema,
      attachmentId: contentIdSchema,
      version: z.number().int(),
      mediaType: z.string(),
    }),
  ),
  data: z.array(z.object({ cid: z.string(), dataUrl: z.string() })),
});

/** While on, its sentence stands on every settings page, for every administrator. */
const debugLog = z.object({ until: z.iso.datetime(), startedBy: z.object({ accountId: accountIdSchema, name: z.string().optional() }) });

// --- the send dialog -------------------------------------------------------------------------------------------------

/**
 * What the policy means for this draft, answered with `send/open` as `rules` (absent in older answers). Lists of domains stay in the
 * back end, since they may name customers; addresses are asked for by `send/check-addresses`.
 */
export const sendRulesSchema = z.object({
  toWhom: toWhomSchema.shape.mode,
  /** Whether `send/check-addresses` can refuse an address at all. */
  checkAddresses: z.boolean(),
  /** Why nobody outside this site may get this page; the address in its sentence is missing. */
  noOutside: failureSchema.optional(),
  attachments: sendPolicySchema.shape.limits.unwrap().shape.attachments,
  /** Above this many recipients, everybody gets a mail of their own. */
  recipientsPerMail: z.number().int(),
  /** Every mail goes to each recipient alone. */
  alwaysIndividual: z.boolean(),
  /** Sends left today; absent without a limit. */
  leftToday: z.number().int().optional(),
  /** As whom this person may send, the first being the default; one alone needs no choice. */
  identities: z.array(z.object({ identity: sendIdentitySchema, name: z.string(), address: z.string() })),
  /** The note that a new mail starts with. */
  noteTemplate: z.string(),
  /** Whom to ask where `refusal` is present; empty: the administrators. */
  contact: z.string(),
});
export type SendRules = z.infer<typeof sendRulesSchema>;

/** A mail that failed while nobody looked; answered with `send/open` as `notices` until dismissed. */
export const noticeSchema = z.object({
  jobId: jobIdSchema,
  at: z.iso.datetime(),
  subject: z.string(),
  pageTitle: z.string(),
  state: jobStateSchema,
  /** Recipients who did not get it. */
  missed: z.number().int(),
  error: failureSchema.optional(),
});
export type Notice = z.infer<typeof noticeSchema>;

/** Forge function `send-resolver`. */
export const sendAdminResolvers = {
  /** Which of the typed addresses belong to this site, and which the policy refuses. */
  'send/check-addresses': define(
    z.object({ addresses: z.array(singleLine(MAX_ADDRESS_OCTETS).min(3)).max(MAX_DRAFT_RECIPIENTS) }),
    z.object({
      results: z.array(z.object({ address: z.string(), place: z.enum(['site', 'outside']), refusal: failureSchema.optional() })),
    }),
  ),
  'send/dismiss-notices': define(z.object({ jobIds: z.array(jobIdSchema).max(50) }), z.object({})),
  /** *Sent before*: the person's own mails of this page, newest first. */
  'history/page': define(z.object({ cursor }), historyPageSchema),
  /** *Send again*: a draft for the page as it is now, from one of the person's own mails of this page. */
  'history/again': define(z.object({ id: jobIdSchema }), againSchema),
} as const;

// --- the space's settings --------------------------------------------------------------------------------------------

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
      }),
      secrets: accountSecretsSchema.default({}),
    }),
    done,
  ),
  'space-policy/verify': define(z.object(ownAccount), verifyValue),
  'space-policy/send-test': define(z.object(ownAccount), testMailValue),
  /** A PNG, JPEG or GIF as a data URL; absent removes it. */
  'space-policy/logo': define(
    z.object({
      dataUrl: z
        .string()
        .max(Math.ceil(MAX_LOGO_BYTES * 1.4))
        .optional(),
    }),
    z.object({ hasLogo: z.boolean() }),
  ),
  'space-policy/find-groups': define(
    z.object({ query: z.string().trim().min(1).max(100) }),
    z.object({ groups: z.array(groupChoiceSchema) }),
  ),
  /** Pages and blog posts of this space by the words of their title, for the live preview; without a query the most recent pages. */
  'space-policy/find-pages': define(
    z.object({ query: z.string().trim().max(100).default('') }),
    z.object({ pages: z.array(z.object({ id: contentIdSchema, type: z.enum(['page', 'blogpost']), title: z.string() })) }),
  ),
  /** The page as a mail with presentation settings that are not saved yet. */
  'space-policy/preview': define(
    z.object({ contentId: contentIdSchema, type: z.enum(['page', 'blogpost']), presentation: spacePresentationSchema, language }),
    samplePreview,
  ),
  'history/space': define(z.object({ filter: historyFilterSchema.prefault({}), cursor }), historyPageSchema),
  'history/space-csv': define(z.object({ filter: historyFilterSchema.prefault({}), cursor }), csvPartSchema),
} as const;

// --- the site's settings ---------------------------------------------------------------------------------------------

const siteChanges = z.object({
  enabled: z.boolean().optional(),
  enforce: z.boolean().optional(),
  accounts: siteSettingsV2Schema.shape.accounts.unwrap().optional(),
  /** `null`: none. */
  defaultAccount: mailAccountIdSchema.nullable().optional(),
  presentation: sitePresentationSchema.optional(),
  policy: sendPolicySchema.optional(),
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
const errorCount = z.object({ code: failureSchema.shape.code, count: z.number().int(), lastAt: z.iso.datetime() });

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
    z.object({ query: z.string().trim().min(1).max(100) }),
    z.object({ spaces: z.array(z.object({ spaceId: spaceIdSchema, key: z.string(), name: z.string() })) }),
  ),
  'site-policy/find-groups': define(
    z.object({ query: z.string().trim().min(1).max(100) }),
    z.object({ groups: z.array(groupChoiceSchema) }),
  ),
  'site-policy/verify': define(siteAccountForm, verifyValue),
  'site-policy/send-test': define(siteAccountForm, testMailValue),
  /** A PNG, JPEG or GIF as a data URL; absent removes it. */
  'site-policy/logo': define(
    z.object({
      dataUrl: z
        .string()
        .max(Math.ceil(MAX_LOGO_BYTES * 1.4))
        .optional(),
    }),
    z.object({ hasLogo: z.boolean() }),
  ),
  /** Pages and blog posts of the site by the words of their title, for the live preview; without a query the most recent pages. */
  'site-policy/find-pages': define(
    z.object({ query: z.string().trim().max(100).default('') }),
    z.object({ pages: z.array(z.object({ id: contentIdSchema, type: z.enum(['page', 'blogpost']), title: z.string() })) }),
  ),
  'site-policy/preview': define(
    z.object({ contentId: contentIdSchema, type: z.enum(['page', 'blogpost']), presentation: sitePresentationSchema, language }),
    samplePreview,
  ),
  /** SPF, DKIM and DMARC of a sender address's domain, by look-ups of the relay. */
  'site-policy/domain-check': define(
    z.object({ address: singleLine(MAX_ADDRESS_OCTETS).min(3), selectors: z.array(dkimSelectorSchema).max(5).default([]) }),
    domainCheckValueSchema,
  ),
  'history/site': define(z.object({ filter: historyFilterSchema.prefault({}), cursor }), historyPageSchema),
  'history/site-csv': define(z.object({ filter: historyFilterSchema.prefault({}), cursor }), csvPartSchema),
  /** People by name, for the filter of the history. */
  'history/find-people': define(
    z.object({ query: z.string().trim().min(1).max(100) }),
    z.object({ users: z.array(z.object({ accountId: accountIdSchema, name: z.string(), avatarUrl: z.string().optional() })) }),
  ),
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

export const adminResolvers = { ...sendAdminResolvers, ...spaceAdminResolvers, ...siteAdminResolvers };
export type AdminResolverTable = typeof adminResolvers;
export type AdminResolverName = keyof AdminResolverTable;
/** What the caller passes. */
export type AdminPayloadInput<N extends AdminResolverName> = z.input<AdminResolverTable[N]['payload']>;
/** What the handler gets after parsing. */
export type AdminPayload<N extends AdminResolverName> = z.output<AdminResolverTable[N]['payload']>;
export type AdminValue<N extends AdminResolverName> = z.output<AdminResolverTable[N]['value']>;
