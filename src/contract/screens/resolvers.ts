import * as z from 'zod';
import { accountIdSchema, contentIdSchema, draftSchema, groupIdSchema, recipientSchema } from '#contract/draft';
import { idempotencyKeySchema, jobIdSchema, jobStateSchema, jobStatusSchema } from '#contract/jobs';
import { infoResponseSchema } from '#contract/relay/api';
import { failureSchema } from '#contract/result';
import {
  noticeSchema,
  sendAdminResolvers,
  sendRulesSchema,
  siteAdminResolvers,
  spaceAdminResolvers,
} from '#contract/screens/administration';
import { dataImages, define, empty, language, query, secretFlags, shownImages, testMailValue, verifyValue } from '#contract/screens/parts';
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

export const attachmentSchema = z.object({
  id: contentIdSchema,
  title: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number().int(),
  version: z.number().int(),
});

/** Something the sender should know before sending; `code` is a key of the interface's translations. */
export const warningSchema = z.object({
  code: z.enum([
    'EXTERNAL_RECIPIENTS',
    'CANNOT_VIEW_PAGE',
    'PAGE_RESTRICTED',
    'ATTACHMENTS_TOO_LARGE',
    'HTML_CLIPPED',
    'IMAGE_MISSING',
    'IMAGE_EXTERNAL',
    'MACRO_NOT_SHOWN',
    'RECIPIENT_WITHOUT_ADDRESS',
    'CONTENT_REMOVED',
    // Everybody gets a mail of their own: a group in Bcc, more recipients than one mail may have, or the administrator's wish.
    'INDIVIDUAL_COPIES',
    // Readers outside the site, and the sender for their copy, get a mail of their own: To or Cc holds an address that its profile hides.
    'ADDRESS_HIDDEN',
  ]),
  /** What it is about: names of people, macros or files; at most 20. */
  subjects: z.array(z.string()).default([]),
});
export type Warning = z.infer<typeof warningSchema>;

export const foundUserSchema = z.object({ accountId: accountIdSchema, name: z.string(), avatarUrl: z.string().optional() });
export const foundGroupSchema = z.object({ groupId: groupIdSchema, name: z.string(), memberCount: z.number().int() });

const openValue = z.object({
  page: z.object({
    id: contentIdSchema,
    type: z.enum(['page', 'blogpost']),
    title: z.string(),
    url: z.string(),
    spaceName: z.string(),
    spaceKey: z.string(),
  }),
  me: z.object({ accountId: accountIdSchema, name: z.string() }),
  /** Absent when this person may send; else why not. */
  refusal: failureSchema.optional(),
  subject: z.string(),
  from: z.object({ name: z.string(), address: z.string() }).optional(),
  attachments: z.array(attachmentSchema),
  limits: z.object({ messageBytes: z.number(), recipients: z.number() }),
  /** What the send policy means here. */
  rules: sendRulesSchema.optional(),
  /** Mails of this person that failed while nobody looked. */
  notices: z.array(noticeSchema).optional(),
});

const previewValue = z.object({
  /** Exactly the HTML part that will be sent; images as `cid:`. */
  html: z.string(),
  text: z.string(),
  subject: z.string(),
  images: shownImages,
  sizeBytes: z.object({ html: z.number(), text: z.number(), images: z.number(), attachments: z.number(), total: z.number() }),
  recipientCount: z.number().int(),
  /** To and Cc, each as the sender knows them: people by name, typed recipients by address. Absent: everybody gets a mail that names nobody else. */
  header: z.object({ to: z.array(z.string()), cc: z.array(z.string()) }).optional(),
  /** Files that the mail carries, in their order. */
  attachments: z.array(z.object({ title: z.string(), sizeBytes: z.number().int() })).optional(),
  warnings: z.array(warningSchema),
  /** Why sending this draft would be refused as it stands. */
  refusals: z.array(failureSchema).optional(),
  dataImages: dataImages.optional(),
});

const accountForm = z.object({ account: mailAccountSchema.optional(), secrets: accountSecretsSchema.default({}) });
/** Functions of the dialog (module `send-page`, Forge function `send-resolver`). */
export const sendResolvers = {
  'send/open': define(empty, openValue),
  'send/find-recipients': define(z.object({ query }), z.object({ users: z.array(foundUserSchema), groups: z.array(foundGroupSchema) })),
  'send/preview': define(z.object({ draft: draftSchema, language }), previewValue),
  'send/submit': define(
    z.object({ draft: draftSchema, idempotencyKey: idempotencyKeySchema, language }),
    z.object({ jobId: jobIdSchema, state: jobStateSchema }),
  ),
  'send/status': define(z.object({ jobId: jobIdSchema }), jobStatusSchema),
  'send/retry': define(z.object({ jobId: jobIdSchema }), z.object({ jobId: jobIdSchema, state: jobStateSchema })),
} as const;

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
export const allSendResolvers = { ...sendResolvers, ...sendAdminResolvers } as const;
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

/** Keys of Forge modules in manifest.yml. */
export const MODULES = { send: 'send-page', space: 'space-settings', site: 'site-settings' } as const;
/** Key of the customer-managed remote in manifest.yml. */
export const RELAY_REMOTE = 'relay';
/** Name of the delivery queue in manifest.yml. */
export const DELIVERY_QUEUE = 'delivery';
/** Name of the queue for administrators' long tasks in manifest.yml. */
export const MAINTENANCE_QUEUE = 'maintenance';
export { recipientSchema };
