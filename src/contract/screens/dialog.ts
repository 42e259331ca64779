import * as z from 'zod';
import { accountIdSchema, contentIdSchema, draftSchema, groupIdSchema } from '#contract/draft';
import { idempotencyKeySchema, jobIdSchema, jobStateSchema, jobStatusSchema } from '#contract/jobs';
import { failureSchema } from '#contract/result';
import { dataImages, define, empty, language, query, shownImages } from '#contract/screens/parts';
import { sendAdminResolvers } from '#contract/screens/send';
import { noticeSchema, sendRulesSchema } from '#contract/screens/send-rules';

/** What the send dialog calls: payload and value of each function. The page comes from the platform's context. */

const attachmentSchema = z.object({
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

const foundUserSchema = z.object({ accountId: accountIdSchema, name: z.string(), avatarUrl: z.string().optional() });
const foundGroupSchema = z.object({ groupId: groupIdSchema, name: z.string(), memberCount: z.number().int() });

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

/** Everything that the Forge function `send-resolver` answers. */
export const allSendResolvers = { ...sendResolvers, ...sendAdminResolvers } as const;
