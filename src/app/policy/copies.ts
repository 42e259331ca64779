import type { EffectivePolicy } from '#app/policy/effective';
import type { Draft } from '#contract/draft';

/**
 * Whether everybody gets a mail of their own, so that recipients do not see each other: where the administrator wants it, where a
 * group is in Bcc, and where there are more recipients than one mail may have. `recipientCount`: after groups are expanded.
 */
export function needsIndividualCopies(
  policy: Pick<EffectivePolicy, 'individualCopies' | 'limits'>,
  draft: Pick<Draft, 'bcc'>,
  recipientCount: number,
): boolean {
  if (recipientCount < 2) return false;
  if (policy.individualCopies === 'always') return true;
  return draft.bcc.some(({ kind }) => kind === 'group') || recipientCount > policy.limits.recipientsPerMail;
}

/** The mails that a list of recipients becomes: one for all, or one for each. Order is kept; nobody is in two. */
export function intoMails<T>(recipients: readonly T[], individual: boolean): T[][] {
  if (recipients.length === 0) return [];
  return individual ? recipients.map((recipient) => [recipient]) : [[...recipients]];
}
