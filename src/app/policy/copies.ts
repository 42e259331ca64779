import type { EffectivePolicy } from '#app/policy/effective';
import type { JobRecipient } from '#app/send/model';
import type { AccountId, Draft } from '#contract/draft';

/**
 * Whether everybody gets a mail of their own, so that recipients do not see each other: where the administrator or the sender wants it,
 * where a group is in Bcc, and where there are more recipients than one mail may have. `recipientCount`: after groups are expanded.
 */
export function needsIndividualCopies(
  policy: Pick<EffectivePolicy, 'individualCopies' | 'limits'>,
  draft: Pick<Draft, 'bcc' | 'individualCopies'>,
  recipientCount: number,
): boolean {
  if (recipientCount < 2) return false;
  if (policy.individualCopies === 'always' || draft.individualCopies) return true;
  return draft.bcc.some(({ kind }) => kind === 'group') || recipientCount > policy.limits.recipientsPerMail;
}

/** People whose profile hides their address and who stand with it in To or Cc of a mail for several. */
export const hiddenInHeader = (recipients: readonly JobRecipient[]): JobRecipient[] =>
  recipients.filter(({ field, target }) => (field === 'to' || field === 'cc') && target.kind === 'user' && target.addressHidden);

/** Who must not read a hidden address in To or Cc: recipients outside the site, and the sender, to whom the profile does not show it. */
export const mayNotReadHidden = ({ target }: JobRecipient, senderId: AccountId): boolean =>
  target.kind === 'address' ? !target.site : target.accountId === senderId;

/** Whether the mail for several would give a hidden address away, so that some readers get one of their own. */
export const givesAwayHidden = (recipients: readonly JobRecipient[], senderId: AccountId): boolean =>
  hiddenInHeader(recipients).length > 0 && recipients.some((recipient) => mayNotReadHidden(recipient, senderId));

/** The mails that a list of recipients becomes: one of their own for each who is `alone`, one for all others. Order is kept; nobody is in two. */
export function intoMails<T>(recipients: readonly T[], isAlone: (recipient: T) => boolean): T[][] {
  const together = recipients.filter((recipient) => !isAlone(recipient));
  const alone = recipients.filter(isAlone).map((recipient) => [recipient]);
  return together.length > 0 ? [together, ...alone] : alone;
}
