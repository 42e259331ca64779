import * as z from 'zod';
import { MAX_ADDRESS_OCTETS, MAX_ATTACHMENTS, MAX_DRAFT_RECIPIENTS, MAX_NOTE_CHARS, MAX_SUBJECT_CHARS } from '#contract/limits';

/** An Atlassian account id: opaque, at most 128 characters of a small alphabet (Confluence REST v1, User.accountId). */
export const accountIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9:_-]{1,128}$/)
  .brand<'AccountId'>();
export type AccountId = z.infer<typeof accountIdSchema>;

/** A Confluence content id (page, blog post or attachment): digits; attachments may carry the prefix `att`. */
export const contentIdSchema = z
  .string()
  .regex(/^(att)?[0-9]{1,20}$/)
  .brand<'ContentId'>();
export type ContentId = z.infer<typeof contentIdSchema>;

export const spaceIdSchema = z
  .string()
  .regex(/^[0-9]{1,20}$/)
  .brand<'SpaceId'>();
export type SpaceId = z.infer<typeof spaceIdSchema>;

export const groupIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/)
  .brand<'GroupId'>();
export type GroupId = z.infer<typeof groupIdSchema>;

/** One line of free text: no control characters, so nothing can start a header of its own. */
export const singleLine = (maxChars: number) =>
  z
    .string()
    .max(maxChars)
    .regex(/^[^\u0000-\u001f\u007f\u2028\u2029]*$/u);

/** Whom the sender picked. Addresses of people on the site stay in the back end: the browser only ever holds their account ids. */
export const recipientSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), accountId: accountIdSchema }),
  z.object({ kind: z.literal('group'), groupId: groupIdSchema }),
  z.object({ kind: z.literal('address'), address: singleLine(MAX_ADDRESS_OCTETS).min(3), name: singleLine(200).optional() }),
]);
export type Recipient = z.infer<typeof recipientSchema>;

const recipientList = z.array(recipientSchema).max(MAX_DRAFT_RECIPIENTS);

export const sendIdentitySchema = z.enum(['account', 'own']);
export type SendIdentity = z.infer<typeof sendIdentitySchema>;

/** What the sender filled in. */
export const draftSchema = z.object({
  to: recipientList,
  cc: recipientList.default([]),
  bcc: recipientList.default([]),
  subject: singleLine(MAX_SUBJECT_CHARS),
  /** Plain text above the page; line breaks are kept, web addresses become links. */
  note: z.string().max(MAX_NOTE_CHARS).default(''),
  /** Ids of attachments of this page, in the order they are to appear. */
  attachmentIds: z.array(contentIdSchema).max(MAX_ATTACHMENTS).default([]),
  copyToMe: z.boolean().default(false),
  /** Every recipient gets a mail of their own and sees nobody else, also where one mail for all would do. */
  individualCopies: z.boolean().optional(),
  /** From the mail account's address or the sender's own; absent: the first that the policy allows. */
  identity: sendIdentitySchema.optional(),
});
export type Draft = z.infer<typeof draftSchema>;
export type DraftInput = z.input<typeof draftSchema>;
