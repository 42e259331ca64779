import { AppFailure } from '#app/failure';
import type { EffectivePolicy } from '#app/policy/effective';
import type { GroupId } from '#contract/draft';
import type { Failure } from '#contract/result';
import { type Place, refusalOfAddress, refusalOfAttachment } from '#contract/settings/policy-rules';

/** Decisions of the send policy. Each answers why not, as a code with the values its sentence names, or nothing. */

/** What the rules for content look at. */
export interface PolicyPage {
  /** Viewing is restricted on the page or on one above it. */
  readonly restricted: boolean;
  readonly labels: readonly string[];
}

/** Whether it takes the person's groups to decide; asking Confluence for them costs a call. */
export const asksForGroups = (policy: Pick<EffectivePolicy, 'who'>): boolean => policy.who.some(({ mode }) => mode === 'groups');

/** Whether it takes the page's restrictions and those above it to decide. */
export const asksForRestrictions = ({ content }: Pick<EffectivePolicy, 'content'>): boolean => content.restrictedPages !== 'allow';

/** Names in one sentence. */
const MAX_GROUPS_NAMED = 5;

/** Why this person may not send from this space at all. `groups`: those the person belongs to. */
export function refusalOfSender(policy: EffectivePolicy, groups: ReadonlySet<GroupId>): Failure | undefined {
  if (policy.off) return policy.off;
  const refusing = policy.who.find((who) => who.mode === 'groups' && !who.groups.some(({ groupId }) => groups.has(groupId)));
  if (!refusing) return undefined;
  const names = refusing.groups.map(({ name }) => name);
  // A list without groups means nobody; there is no group to be added to.
  if (names.length === 0) return { code: 'SENDING_NOT_ALLOWED' };
  const more = names.length > MAX_GROUPS_NAMED ? ', …' : '';
  return { code: 'NOT_IN_ALLOWED_GROUP', params: { groups: names.slice(0, MAX_GROUPS_NAMED).join(', ') + more } };
}

const labelsOf = (page: PolicyPage): ReadonlySet<string> => new Set(page.labels.map((label) => label.toLowerCase()));

/** Why this page may not be sent to anybody. */
export function refusalOfPage({ content }: Pick<EffectivePolicy, 'content'>, page: PolicyPage): Failure | undefined {
  if (page.restricted && content.restrictedPages === 'refuse') return { code: 'RESTRICTED_PAGE' };
  const labels = labelsOf(page);
  const label = content.labels.find((each) => each.rule === 'refuse' && labels.has(each.label));
  return label && { code: 'LABEL_FORBIDS', params: { label: label.label } };
}

/** Why this page may not go to outside addresses; `address` is filled in by `refusalOfRecipient`. */
export function refusalOfOutside(policy: Pick<EffectivePolicy, 'content' | 'toWhom'>, page: PolicyPage): Failure | undefined {
  const { content } = policy;
  if (page.restricted && content.restrictedPages === 'no-outside') return { code: 'RESTRICTED_PAGE_OUTSIDE' };
  const labels = labelsOf(page);
  const label = content.labels.find((each) => each.rule === 'no-outside' && labels.has(each.label));
  return label && { code: 'LABEL_FORBIDS_OUTSIDE', params: { label: label.label } };
}

/** A recipient as the rules see it. `name`: a person of this site, whose address the sender need not know. */
export interface PolicyRecipient {
  readonly address: string;
  readonly place: Place;
  readonly name?: string;
}

/** Why this recipient may not get this page. About a person of the site the answer names the person, never the address. */
export function refusalOfRecipient(
  policy: Pick<EffectivePolicy, 'content' | 'toWhom'>,
  page: PolicyPage,
  { address, place, name }: PolicyRecipient,
): Failure | undefined {
  const refusal = refusalOfAddress(address, place, policy.toWhom);
  if (refusal) return name === undefined ? refusal : { code: 'RECIPIENT_DENIED', params: { name } };
  const outside = place === 'outside' ? refusalOfOutside(policy, page) : undefined;
  return outside && { code: outside.code, params: { ...outside.params, address } };
}

/** Why one of these files may not be attached: the first such. */
export function refusalOfFiles(policy: Pick<EffectivePolicy, 'limits'>, filenames: readonly string[]): Failure | undefined {
  for (const filename of filenames) {
    const refusal = refusalOfAttachment(filename, policy.limits.attachments);
    if (refusal) return refusal;
  }
  return undefined;
}

/** @throws AppFailure when there is a reason */
export function enforce(refusal: Failure | undefined): void {
  if (refusal) throw new AppFailure(refusal.code, refusal.params);
}
