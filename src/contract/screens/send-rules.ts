import * as z from 'zod';
import { sendIdentitySchema } from '#contract/draft';
import { jobIdSchema, jobStateSchema } from '#contract/jobs';
import { failureSchema } from '#contract/result';
import { sendPolicySchema, toWhomSchema } from '#contract/settings/policy';

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
