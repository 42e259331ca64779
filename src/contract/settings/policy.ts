import * as z from 'zod';
import { groupIdSchema, singleLine, spaceIdSchema } from '#contract/draft';
import { DEFAULT_RECIPIENTS_PER_MAIL, MAX_JOB_RECIPIENTS, MAX_MESSAGE_BYTES } from '#contract/limits';
import { parseDomainPattern } from '#contract/settings/policy-rules';

/** The send policy: who may send what to whom. The site's applies everywhere; a space's own can only narrow it. */

/** `example.org` is that domain alone; `.example.org` is that domain with all its sub-domains. Kept in lower case as A-labels (RFC 5890). */
export const domainPatternSchema = z
  .string()
  .max(254)
  .transform((text, context) => {
    const pattern = parseDomainPattern(text);
    if (pattern !== undefined) return pattern;
    context.addIssue({ code: 'custom', message: 'not a domain' });
    return z.NEVER;
  });

export const groupChoiceSchema = z.object({ groupId: groupIdSchema, name: singleLine(255) });
export type GroupChoice = z.infer<typeof groupChoiceSchema>;

export const whoSchema = z.object({
  mode: z.enum(['everyone', 'groups']).default('everyone'),
  /** Members of any of these may send. Names are kept for display; the id decides. No group at all: nobody. */
  groups: z.array(groupChoiceSchema).max(50).default([]),
  /** Whom somebody who may not send should ask: a name, an address, a ticket system. Empty: the administrators. */
  contact: singleLine(200).default(''),
});
export type Who = z.infer<typeof whoSchema>;

export const toWhomSchema = z.object({
  /** `site`: only people of this site. `domains`: only addresses whose domain is allowed (people of the site always are). */
  mode: z.enum(['everyone', 'site', 'domains']).default('everyone'),
  allowDomains: z.array(domainPatternSchema).max(500).default([]),
  /** Never, whatever the mode; also for people of this site. */
  denyDomains: z.array(domainPatternSchema).max(500).default([]),
});
export type ToWhom = z.infer<typeof toWhomSchema>;

/** What applies to pages with view restrictions, or with a label: `no-outside` allows only people of this site. */
export const contentRuleSchema = z.enum(['allow', 'no-outside', 'refuse']);
export type ContentRule = z.infer<typeof contentRuleSchema>;

export const contentPolicySchema = z.object({
  /** Restricted on the page itself or on a page above it. */
  restrictedPages: contentRuleSchema.default('allow'),
  /** Labels as Confluence keeps them: lower case, without a prefix. */
  labels: z
    .array(z.object({ label: singleLine(255).trim().toLowerCase().min(1), rule: contentRuleSchema }))
    .max(100)
    .default([]),
});
export type ContentPolicy = z.infer<typeof contentPolicySchema>;

export const attachmentRuleSchema = z.object({
  /** `only` and `except` mean the endings listed; files without an ending are in no list. */
  mode: z.enum(['all', 'only', 'except', 'none']).default('all'),
  /** File name endings without the dot, lower case. */
  extensions: z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[a-z0-9]{1,16}$/),
    )
    .max(100)
    .default([]),
});

export const limitsPolicySchema = z.object({
  /** Recipients of one mail after groups are expanded; above it everybody gets a mail of their own. */
  recipientsPerMail: z.number().int().min(1).max(MAX_JOB_RECIPIENTS).default(DEFAULT_RECIPIENTS_PER_MAIL),
  /** Times one person may send in one UTC day, however many recipients; 0 is no limit. */
  mailsPerPersonAndDay: z.number().int().min(0).max(10_000).default(0),
  messageBytes: z.number().int().min(100_000).max(MAX_MESSAGE_BYTES).default(MAX_MESSAGE_BYTES),
  attachments: attachmentRuleSchema.prefault({}),
});
export type LimitsPolicy = z.infer<typeof limitsPolicySchema>;

export const identityPolicySchema = z.object({
  /** Domains whose people may send from their own address. */
  ownAddressDomains: z.array(domainPatternSchema).max(100).default([]),
  /**
   * `{name}` is the sender's display name, `{account}` the mail account's sender name. Empty: the account's sender name, or
   * `{name} via Confluence` where it has none.
   */
  displayName: singleLine(120).default(''),
  /** The person may choose among the identities that are allowed; otherwise the own address is used where it is allowed. */
  personChooses: z.boolean().default(true),
});
export type IdentityPolicy = z.infer<typeof identityPolicySchema>;

/** `when-needed`: a group in Bcc, or more recipients than one mail may have. */
export const individualCopiesSchema = z.enum(['when-needed', 'always']);

export const sendPolicySchema = z.object({
  who: whoSchema.prefault({}),
  toWhom: toWhomSchema.prefault({}),
  content: contentPolicySchema.prefault({}),
  limits: limitsPolicySchema.prefault({}),
  identity: identityPolicySchema.prefault({}),
  individualCopies: individualCopiesSchema.default('when-needed'),
});
export type SendPolicy = z.infer<typeof sendPolicySchema>;

/** The part of the policy a space may narrow. */
export const spacePolicySchema = z.object({
  who: whoSchema.prefault({}),
  toWhom: toWhomSchema.prefault({}),
  content: contentPolicySchema.prefault({}),
});
export type SpacePolicy = z.infer<typeof spacePolicySchema>;

/** A space that differs from the site's switch. Key and name are kept for display; the id decides. */
export const spaceExceptionSchema = z.object({ spaceId: spaceIdSchema, key: singleLine(255), name: singleLine(80), enabled: z.boolean() });
export type SpaceException = z.infer<typeof spaceExceptionSchema>;
