import { MAX_JOB_RECIPIENTS, MAX_MESSAGE_BYTES } from '#contract/limits';
import { parseDomainPatterns } from '#contract/settings/policy-rules';
import type { Words } from '../i18n/words';
import { bytesOf, type NarrowForm, type PolicyForm, parseExtensions } from './policy/policy-form';

/** Sentences about what is wrong, by the id of the field. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Mails of one person and day at most, as the settings take them. */
const MAX_MAILS_PER_DAY = 10_000;
const MIN_MESSAGE_BYTES = 100_000;

const domainError = (text: string, words: Words): string | undefined => {
  const { invalid } = parseDomainPatterns(text);
  return invalid.length > 0 ? words.t('policy.domainInvalid', { entries: words.list(invalid.slice(0, 5)) }) : undefined;
};

export const isWhole = (text: string, from: number, to: number): boolean =>
  /^\d{1,6}$/.test(text.trim()) && Number(text) >= from && Number(text) <= to;

/** Only those that are wrong. */
export const present = (errors: Record<string, string | undefined>): FieldErrors =>
  Object.fromEntries(Object.entries(errors).flatMap(([id, error]) => (error === undefined ? [] : [[id, error]])));

export const narrowErrors = ({ toWhom }: NarrowForm, words: Words): FieldErrors =>
  present({ 'allow-domains': domainError(toWhom.allow, words), 'deny-domains': domainError(toWhom.deny, words) });

export function policyErrors(form: PolicyForm, words: Words): FieldErrors {
  const { limits, identity } = form;
  const between = (text: string, from: number, to: number): string | undefined =>
    isWhole(text, from, to) ? undefined : words.t('policy.numberInvalid', { from, to });
  const bytes = bytesOf(limits.megabytes);
  const endings = parseExtensions(limits.extensions).filter((each) => !/^[a-z0-9]{1,16}$/.test(each));
  return {
    ...narrowErrors(form, words),
    ...present({
      'recipients-per-mail': between(limits.recipientsPerMail, 1, MAX_JOB_RECIPIENTS),
      'mails-per-day': limits.mailsPerPersonAndDay.trim() === '' ? undefined : between(limits.mailsPerPersonAndDay, 0, MAX_MAILS_PER_DAY),
      megabytes:
        bytes >= MIN_MESSAGE_BYTES && bytes <= MAX_MESSAGE_BYTES
          ? undefined
          : words.t('policy.sizeInvalid', { from: words.size(MIN_MESSAGE_BYTES), to: words.size(MAX_MESSAGE_BYTES) }),
      extensions: endings.length > 0 ? words.t('policy.extensionInvalid', { entries: words.list(endings.slice(0, 5)) }) : undefined,
      'own-domains': domainError(identity.ownAddressDomains, words),
    }),
  };
}
