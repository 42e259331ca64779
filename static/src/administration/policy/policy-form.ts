import type { ContentRule, GroupChoice, SendPolicy, SpacePolicy } from '#contract/settings/policy';
import { parseDomainPatterns } from '#contract/settings/policy-rules';

/** The policy as it stands in the form: lists and numbers are text until they are saved. */
export interface WhoForm {
  readonly mode: 'everyone' | 'groups';
  readonly groups: readonly GroupChoice[];
  readonly contact: string;
}
export interface ToWhomForm {
  readonly mode: 'everyone' | 'site' | 'domains';
  readonly allow: string;
  readonly deny: string;
}
export interface ContentForm {
  readonly restrictedPages: ContentRule;
  readonly labels: readonly { readonly label: string; readonly rule: ContentRule }[];
}
export interface LimitsForm {
  readonly recipientsPerMail: string;
  readonly mailsPerPersonAndDay: string;
  readonly megabytes: string;
  readonly attachments: SendPolicy['limits']['attachments']['mode'];
  readonly extensions: string;
}
export interface IdentityForm {
  readonly ownAddressDomains: string;
  readonly displayName: string;
  readonly personChooses: boolean;
}
/** What a space narrows. */
export interface NarrowForm {
  readonly who: WhoForm;
  readonly toWhom: ToWhomForm;
  readonly content: ContentForm;
}
export interface PolicyForm extends NarrowForm {
  readonly limits: LimitsForm;
  readonly identity: IdentityForm;
  readonly individualCopies: SendPolicy['individualCopies'];
}

const MEGABYTE = 1024 * 1024;
const lines = (list: readonly string[]): string => list.join('\n');

export const narrowFormOf = ({ who, toWhom, content }: SpacePolicy): NarrowForm => ({
  who: { mode: who.mode, groups: who.groups, contact: who.contact },
  toWhom: { mode: toWhom.mode, allow: lines(toWhom.allowDomains), deny: lines(toWhom.denyDomains) },
  content: { restrictedPages: content.restrictedPages, labels: content.labels },
});

export const policyFormOf = (policy: SendPolicy): PolicyForm => ({
  ...narrowFormOf(policy),
  limits: {
    recipientsPerMail: String(policy.limits.recipientsPerMail),
    mailsPerPersonAndDay: policy.limits.mailsPerPersonAndDay === 0 ? '' : String(policy.limits.mailsPerPersonAndDay),
    megabytes: String(Math.round((policy.limits.messageBytes / MEGABYTE) * 100) / 100),
    attachments: policy.limits.attachments.mode,
    extensions: policy.limits.attachments.extensions.join(', '),
  },
  identity: {
    ownAddressDomains: lines(policy.identity.ownAddressDomains),
    displayName: policy.identity.displayName,
    personChooses: policy.identity.personChooses,
  },
  individualCopies: policy.individualCopies,
});

const domains = (text: string): string[] => parseDomainPatterns(text).patterns;
/** File name endings as typed: parted by commas, semicolons or blanks, with or without the dot. */
export const parseExtensions = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,;]+/u)
      .map((each) => each.replace(/^\*?\./, '').toLowerCase())
      .filter((each) => each !== ''),
  ),
];
const bytesOf = (megabytes: string): number => Math.round(Number(megabytes.replace(',', '.')) * MEGABYTE);

export const toNarrow = ({ who, toWhom, content }: NarrowForm): SpacePolicy => ({
  who: { mode: who.mode, groups: [...who.groups], contact: who.contact.trim() },
  toWhom: { mode: toWhom.mode, allowDomains: domains(toWhom.allow), denyDomains: domains(toWhom.deny) },
  content: { restrictedPages: content.restrictedPages, labels: [...content.labels] },
});

export const toPolicy = (form: PolicyForm): SendPolicy => ({
  ...toNarrow(form),
  limits: {
    recipientsPerMail: Number(form.limits.recipientsPerMail),
    mailsPerPersonAndDay: Number(form.limits.mailsPerPersonAndDay.trim() || '0'),
    messageBytes: bytesOf(form.limits.megabytes),
    attachments: { mode: form.limits.attachments, extensions: parseExtensions(form.limits.extensions) },
  },
  identity: {
    ownAddressDomains: domains(form.identity.ownAddressDomains),
    displayName: form.identity.displayName.trim(),
    personChooses: form.identity.personChooses,
  },
  individualCopies: form.individualCopies,
});

export { bytesOf };
