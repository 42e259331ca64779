import type * as z from 'zod';
import type { Recipient } from '#contract/draft';
import type { againSchema, SendRecord } from '#contract/screens/history';
import type { Words } from '../i18n/words';
import type { Writing } from './draft';
import { type Chip, chipsOfText, groupChip, userChip } from './recipients';

export type Again = z.output<typeof againSchema>;

/** What the form holds to send a mail again. Names come with the answer; what it does not name was in the mail's own record. */
export function writingOf(again: Again, record: SendRecord, words: Words): Writing {
  const { draft } = again;
  const chips = (recipients: readonly Recipient[]): Chip[] => recipients.flatMap((recipient) => chipOf(recipient, again, record, words));
  return {
    chips: { to: chips(draft.to), cc: chips(draft.cc), bcc: chips(draft.bcc) },
    subject: draft.subject,
    note: draft.note,
    chosen: new Set(draft.attachmentIds),
    copyToMe: draft.copyToMe,
    individualCopies: draft.individualCopies,
    identity: draft.identity,
  };
}

function chipOf(recipient: Recipient, { people, groups }: Again, record: SendRecord, words: Words): Chip | readonly Chip[] {
  if (recipient.kind === 'address')
    return chipsOfText(recipient.name ? `"${recipient.name.replaceAll('"', '')}" <${recipient.address}>` : recipient.address);
  if (recipient.kind === 'user') {
    const { accountId } = recipient;
    const named = people?.find((each) => each.accountId === accountId)?.name;
    return userChip({
      accountId,
      name: named ?? record.results.find((each) => each.accountId === accountId)?.label ?? words.t('before.person'),
    });
  }
  const { groupId } = recipient;
  return groupChip(groups?.find((each) => each.groupId === groupId) ?? { groupId, name: words.t('before.group') });
}

/** What could not be taken over; empty when all of it was. */
export function leftOutText(words: Words, { addresses, people, attachments }: Again['leftOut']): string {
  const parts = [
    addresses > 0 ? words.t('before.leftAddresses', { count: addresses }) : '',
    people > 0 ? words.t('before.leftPeople', { count: people }) : '',
    attachments > 0 ? words.t('before.leftAttachments', { count: attachments }) : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : words.t('before.leftOut', { list: words.list(parts) });
}

/** That the form was filled, and what could not be taken over. */
export const filledText = (words: Words, leftOut: Again['leftOut']): string =>
  `${words.t('before.filled')} ${leftOutText(words, leftOut)}`.trim();
