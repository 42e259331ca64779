import type { SendRules } from '#contract/screens/administration';
import { refusalOfAttachment } from '#contract/settings/policy-rules';
import type { Words } from '../i18n/words';
import type { Attachment } from './size';

/** Id of the sentence about who may get this page; a recipient field is described by it. */
export const AUDIENCE_ID = 'audience';
/** Sends left today are told from here on: before, the number is of no interest. */
const FEW_SENDS = 10;

/** Who may get this page, where that is not everybody. */
export function audienceText(words: Words, rules: SendRules | undefined): string | undefined {
  if (!rules) return undefined;
  if (rules.noOutside) return words.error(rules.noOutside).sentence;
  return rules.toWhom === 'everyone' ? undefined : words.t(`rules.${rules.toWhom}`);
}

/** Whether the policy lets this file into a mail. */
export const isAllowed = (attachment: Attachment, rules: SendRules | undefined): boolean =>
  rules === undefined || refusalOfAttachment(attachment.title, rules.attachments) === undefined;

/** How often this person can still send today, once that is little. */
export function sendsLeftText(words: Words, rules: SendRules | undefined): string | undefined {
  const left = rules?.leftToday;
  if (left === undefined || left > FEW_SENDS) return undefined;
  return left === 0 ? words.t('rules.noneLeft') : words.t('rules.left', { count: left });
}

export const mayStillSend = (rules: SendRules | undefined): boolean => rules?.leftToday !== 0;
