import * as z from 'zod';
import { accountIdSchema, contentIdSchema, sendIdentitySchema, spaceIdSchema } from '#contract/draft';
import { jobIdSchema, recipientResultSchema } from '#contract/jobs';
import { failureSchema } from '#contract/result';

/** A send job as it is stored (version 1). People are kept by account id and name; their addresses never are. */

const field = recipientResultSchema.shape.field;

/** Whom the mail goes to after groups are expanded. `self` is the sender's own copy. */
export const targetSchema = z.discriminatedUnion('kind', [
  /** `addressHidden`: the profile does not show the address to the sender, as Confluence told when the mail was accepted. */
  z.object({ kind: z.literal('user'), accountId: accountIdSchema, name: z.string(), addressHidden: z.boolean().optional() }),
  z.object({ kind: z.literal('self'), accountId: accountIdSchema, name: z.string() }),
  /** `site`: the address belongs to somebody of this site, as Confluence told when the mail was accepted. */
  z.object({ kind: z.literal('address'), address: z.string(), name: z.string().optional(), site: z.boolean().optional() }),
]);
export type Target = z.infer<typeof targetSchema>;

export const jobRecipientSchema = z.object({
  field,
  target: targetSchema,
  state: recipientResultSchema.shape.state,
  error: failureSchema.optional(),
});
export type JobRecipient = z.infer<typeof jobRecipientSchema>;

const attempt = z.number().int().min(1);
const at = z.iso.datetime();

/** Where the job stands. `queued` may wait for a further attempt; the last four are ends. */
export const progressSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued'), attempt, notBefore: at, error: failureSchema.optional() }),
  z.object({ state: z.literal('preparing'), attempt, claimedAt: at }),
  z.object({ state: z.literal('sending'), attempt, claimedAt: at }),
  z.object({ state: z.literal('sent'), attempt }),
  z.object({ state: z.literal('partly-sent'), attempt, error: failureSchema.optional() }),
  z.object({ state: z.literal('failed'), attempt, error: failureSchema.optional() }),
  z.object({ state: z.literal('unknown'), attempt, error: failureSchema }),
]);
export type Progress = z.infer<typeof progressSchema>;

export const sendJobSchema = z.object({
  v: z.literal(1),
  jobId: jobIdSchema,
  createdAt: at,
  updatedAt: at,
  sender: z.object({ accountId: accountIdSchema, name: z.string() }),
  page: z.object({
    id: contentIdSchema,
    type: z.enum(['page', 'blogpost']),
    title: z.string().optional(),
    spaceId: spaceIdSchema,
    spaceName: z.string(),
    spaceUrl: z.string(),
    restricted: z.boolean(),
  }),
  language: z.enum(['en', 'de']),
  /** As typed, without the administrator's prefix. */
  subject: z.string(),
  note: z.string(),
  attachmentIds: z.array(contentIdSchema),
  recipients: z.array(jobRecipientSchema),
  /** Each recipient gets a mail of their own and sees nobody else. */
  individual: z.boolean().optional(),
  /** As whom it is sent; absent: the first identity that the policy allows. */
  identity: sendIdentitySchema.optional(),
  /** Of the draft that was submitted: another draft under the same key is not this job. */
  draftDigest: z.string().optional(),
  progress: progressSchema,
  /** First attempt since the sender last asked for one: automatic retries count from here. */
  firstAttempt: attempt,
});
export type SendJob = z.infer<typeof sendJobSchema>;

/**
 * Where jobs are kept. A job is written by `createJob` and afterwards only by who holds the claim of its current attempt,
 * so that no two writers meet.
 */
export interface JobStore {
  /** False when the job exists. */
  createJob(job: SendJob): Promise<boolean>;
  job(jobId: string): Promise<SendJob | undefined>;
  saveJob(job: SendJob): Promise<void>;
  /** True for the one caller that may carry out this attempt. */
  claim(jobId: string, attempt: number, at: Date): Promise<boolean>;
  claimedAt(jobId: string, attempt: number): Promise<Date | undefined>;
  /** Notes that the sender asked for this attempt; false when it was noted before. */
  askRetry(jobId: string, attempt: number, at: Date): Promise<boolean>;
  retryAskedAt(jobId: string, attempt: number): Promise<Date | undefined>;
}

/** Puts a delivery on the queue. */
export type PushDelivery = (event: { jobId: string; attempt: number }, delaySeconds: number) => Promise<void>;
