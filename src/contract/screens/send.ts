import * as z from 'zod';
import { singleLine } from '#contract/draft';
import { jobIdSchema } from '#contract/jobs';
import { MAX_ADDRESS_OCTETS, MAX_DRAFT_RECIPIENTS } from '#contract/limits';
import { failureSchema } from '#contract/result';
import { againSchema, historyPageSchema } from '#contract/screens/history';
import { cursor, define } from '#contract/screens/parts';

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
