import * as z from 'zod';
import { accountIdSchema, singleLine } from '#contract/draft';
import { DEFAULT_RETENTION_DAYS, MAX_MAIL_ACCOUNTS, MAX_RETENTION_DAYS } from '#contract/limits';
import { encryptionPolicySchema, spaceEncryptionSchema } from '#contract/settings/encryption';
import { mailAccountSchema, presentationSchema } from '#contract/settings/parts';
import { sendPolicySchema, spacePolicySchema } from '#contract/settings/policy';

/** Settings, schema version 2. Version 1 is read as version 2; a newer version than known is refused and never overwritten. */

/** Names one of the site's mail accounts; `main` is the account of version 1. */
export const mailAccountIdSchema = z.string().regex(/^[a-z0-9-]{1,40}$/);
export type MailAccountId = z.infer<typeof mailAccountIdSchema>;
export const MAIN_ACCOUNT_ID = 'main';
/** The relay operator's own mail server, where `GET /v1/info` offers one. */
export const RELAY_ACCOUNT = 'relay';

export const siteAccountSchema = z.object({
  id: mailAccountIdSchema.refine((id) => id !== RELAY_ACCOUNT, 'reserved'),
  /** What administrators call it. */
  name: singleLine(80).min(1),
  account: mailAccountSchema,
});
export type SiteAccount = z.infer<typeof siteAccountSchema>;

/** `uploaded`: the picture uploaded here, for the site or for the space. `space` on the site: the one that each space has uploaded, where it has. */
export const logoChoiceSchema = z.enum(['none', 'space', 'uploaded']);

export const sitePresentationSchema = presentationSchema.extend({
  /** Plain text above the page, e.g. the organisation's name. */
  headerText: singleLine(200).default(''),
  logo: logoChoiceSchema.default('none'),
  /** The note a new mail starts with; plain text. */
  noteTemplate: z.string().max(2000).default(''),
});
export type SitePresentation = z.infer<typeof sitePresentationSchema>;

/** What a space changes; what is absent is the site's. */
export const spacePresentationSchema = z.object({
  subjectPrefix: presentationSchema.shape.subjectPrefix.unwrap().optional(),
  accentColor: presentationSchema.shape.accentColor.unwrap().optional(),
  headerText: singleLine(200).optional(),
  footerText: presentationSchema.shape.footerText.unwrap().optional(),
  logo: logoChoiceSchema.optional(),
  noteTemplate: z.string().max(2000).optional(),
});
export type SpacePresentation = z.infer<typeof spacePresentationSchema>;

export const historySettingsSchema = z.object({
  /** Typed addresses are left out of the records unless an administrator wants them. */
  keepAddresses: z.boolean().default(false),
  retentionDays: z.number().int().min(1).max(MAX_RETENTION_DAYS).default(DEFAULT_RETENTION_DAYS),
});
export type HistorySettings = z.infer<typeof historySettingsSchema>;

const changed = { changedBy: accountIdSchema.optional(), changedAt: z.iso.datetime().optional() };

/** Counts saves, so that a second administrator's save on old values is noticed. */
const revision = z.number().int().min(0).default(0);

const uniqueIds = (accounts: readonly { id: string }[]): boolean => new Set(accounts.map(({ id }) => id)).size === accounts.length;

export const siteSettingsV2Schema = z.object({
  version: z.literal(2).default(2),
  revision,
  /** The site's switch; spaces may be excepted from it (see `spaceExceptionSchema`). */
  enabled: z.boolean().default(true),
  /** Spaces cannot change anything: their switch, account, presentation and policy are ignored. */
  enforce: z.boolean().default(false),
  accounts: z.array(siteAccountSchema).max(MAX_MAIL_ACCOUNTS).refine(uniqueIds, 'ids must differ').default([]),
  /** Which account is used where a space does not choose: one of `accounts`, or `relay`. */
  defaultAccount: mailAccountIdSchema.optional(),
  presentation: sitePresentationSchema.prefault({}),
  policy: sendPolicySchema.prefault({}),
  encryption: encryptionPolicySchema.prefault({}),
  history: historySettingsSchema.prefault({}),
  ...changed,
});
export type SiteSettingsV2 = z.infer<typeof siteSettingsV2Schema>;

/** `site`: the account named, or the site's default. */
export const accountSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('site'), accountId: mailAccountIdSchema.optional() }),
  z.object({ kind: z.literal('own') }),
]);
export type AccountSource = z.infer<typeof accountSourceSchema>;

export const spaceSettingsV2Schema = z.object({
  version: z.literal(2).default(2),
  revision,
  enabled: z.boolean().default(true),
  accountSource: accountSourceSchema.default({ kind: 'site' }),
  /** Kept while another source is chosen. */
  account: mailAccountSchema.optional(),
  presentation: spacePresentationSchema.prefault({}),
  policy: spacePolicySchema.prefault({}),
  encryption: spaceEncryptionSchema.prefault({}),
  ...changed,
});
export type SpaceSettingsV2 = z.infer<typeof spaceSettingsV2Schema>;
