import { AppFailure } from '#app/failure';
import type { SendIdentity } from '#contract/draft';
import type { Mailbox } from '#contract/relay/api';
import type { MailAccount } from '#contract/settings/parts';
import type { IdentityPolicy } from '#contract/settings/policy';
import { displayName, isListed } from '#contract/settings/policy-rules';
import { domainOf, parseAddress } from '#mail/address';

export interface SenderIdentity {
  readonly identity: SendIdentity;
  /** What stands in From; its address is the envelope's sender too, so that bounces find the way back and SPF fits. */
  readonly from: Mailbox;
}

/**
 * As whom a person may send, the default first. From the own address only where its domain is on the list; the name there is the
 * person's own, since nothing is sent on behalf of anybody. `ownAddress`: as Confluence gives it, absent where there is none.
 */
export function identitiesOf(
  policy: IdentityPolicy,
  account: Pick<MailAccount, 'fromName' | 'fromAddress'>,
  person: { readonly name: string; readonly ownAddress: string | undefined },
): [SenderIdentity, ...SenderIdentity[]] {
  const name = displayName(policy.displayName, { name: person.name, account: account.fromName });
  const fixed: SenderIdentity = { identity: 'account', from: { address: account.fromAddress, name } };
  const address = parseAddress(person.ownAddress ?? '');
  if (!address || !isListed(domainOf(address), policy.ownAddressDomains)) return [fixed];
  const own: SenderIdentity = { identity: 'own', from: { address, name: person.name } };
  return policy.personChooses ? [own, fixed] : [own];
}

/** The identity that is asked for, or the default. @throws AppFailure IDENTITY_NOT_ALLOWED */
export function chosenIdentity(
  identities: readonly [SenderIdentity, ...SenderIdentity[]],
  asked: SendIdentity | undefined,
): SenderIdentity {
  if (asked === undefined) return identities[0];
  const found = identities.find(({ identity }) => identity === asked);
  if (!found) throw new AppFailure('IDENTITY_NOT_ALLOWED');
  return found;
}
