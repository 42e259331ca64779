import type { AppReader, Page, PageRef, Person, Session } from '#app/model';
import {
  asksForGroups,
  asksForRestrictions,
  type PolicyPage,
  refusalOfPage,
  refusalOfRecipient,
  refusalOfSender,
} from '#app/policy/decide';
import type { JobRecipient } from '#app/send/model';
import { type Sending, type SpaceContext, sendingFor, spaceContext } from '#app/settings/effective';
import type { SettingsStore } from '#app/settings/model';
import type { AccountId, Draft, GroupId } from '#contract/draft';
import type { Failure } from '#contract/result';

export interface GateNeeds {
  readonly session: Pick<Session, 'isRestricted' | 'groupsOf'>;
  readonly settings: Pick<SettingsStore, 'site' | 'space' | 'exceptions'>;
}
/** What the send policy says about one person and one page. */
export interface Gate {
  readonly context: SpaceContext;
  readonly sending: Sending;
  readonly page: PolicyPage;
  /** Why this person may not send this page at all. */
  readonly refusal: Failure | undefined;
}

/**
 * Asks the send policy. Groups and the pages above are asked for only where a rule needs them; `tellRestricted`: whether the page itself
 * is restricted is wanted anyhow.
 */
export async function openGate(needs: GateNeeds, page: Page, me: Person, tellRestricted: boolean): Promise<Gate> {
  const context = await spaceContext(needs.settings, page.spaceId);
  const sending = sendingFor(context);
  const above = asksForRestrictions(sending.policy);
  const ref: PageRef = { id: page.id, type: page.type };
  const [restricted, groups] = await Promise.all([
    above || tellRestricted ? needs.session.isRestricted(ref, above) : false,
    asksForGroups(sending.policy) ? needs.session.groupsOf(me.accountId) : new Set<GroupId>(),
  ]);
  const asked = { restricted, labels: page.labels ?? [] };
  return { context, sending, page: asked, refusal: refusalOfSender(sending.policy, groups) ?? refusalOfPage(sending.policy, asked) };
}

/** Typed addresses with whether they belong to this site; where Confluence does not tell, they count as outside. */
export async function withPlaces(
  session: Pick<Session, 'withoutAccess'>,
  recipients: readonly JobRecipient[],
): Promise<{ recipients: JobRecipient[]; outside: string[] }> {
  const typed = recipients.flatMap(({ target }) => (target.kind === 'address' ? [target.address] : []));
  const outside = typed.length > 0 ? ((await session.withoutAccess(typed)) ?? typed) : [];
  const outsiders = new Set(outside.map((address) => address.toLowerCase()));
  const placed = recipients.map((recipient) => {
    const { target } = recipient;
    return target.kind === 'address'
      ? { ...recipient, target: { ...target, site: !outsiders.has(target.address.toLowerCase()) } }
      : recipient;
  });
  return { recipients: placed, outside };
}

/**
 * Why recipients that the sender can remove may not get the page: typed addresses, and people who were picked by name. Members of a group
 * are looked at when the mail is delivered, each for themselves.
 */
export async function refusalsOfRecipients(
  app: Pick<AppReader, 'addresses'>,
  { sending, page }: Pick<Gate, 'sending' | 'page'>,
  draft: Pick<Draft, 'to' | 'cc' | 'bcc'>,
  recipients: readonly JobRecipient[],
): Promise<Failure[]> {
  const { policy } = sending;
  const picked = new Set([...draft.to, ...draft.cc, ...draft.bcc].flatMap((each) => (each.kind === 'user' ? [each.accountId] : [])));
  const denies = policy.toWhom.some(({ denyDomains }) => denyDomains.length > 0);
  const addresses = denies && picked.size > 0 ? await app.addresses([...picked]) : new Map<AccountId, string>();
  return recipients.flatMap(({ target }) => {
    if (target.kind === 'address') {
      return refusalOfRecipient(policy, page, { address: target.address, place: target.site ? 'site' : 'outside' }) ?? [];
    }
    const address = picked.has(target.accountId) ? addresses.get(target.accountId) : undefined;
    return (address && refusalOfRecipient(policy, page, { address, place: 'site', name: target.name })) || [];
  });
}
