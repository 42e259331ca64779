import type { PageReader, PageRef, Session } from '#app/model';
import { refusalOfRecipient } from '#app/policy/decide';
import { type GateNeeds, openGate } from '#app/send/gate';
import type { AdminValue } from '#contract/screens/administration';
import type { Place } from '#contract/settings/policy-rules';
import { parseAddress } from '#mail/address';

export interface CheckNeeds extends GateNeeds {
  readonly reader: Pick<PageReader, 'page'>;
  readonly session: GateNeeds['session'] & Pick<Session, 'me' | 'withoutAccess'>;
}

/** Which typed addresses belong to this site, and which the policy refuses for this page. @throws AppFailure PAGE_NOT_FOUND */
export async function checkAddresses(
  needs: CheckNeeds,
  ref: PageRef,
  typed: readonly string[],
): Promise<AdminValue<'send/check-addresses'>> {
  const [page, me] = await Promise.all([needs.reader.page(ref), needs.session.me()]);
  const gate = await openGate(needs, page, me, false);
  const parsed = typed.map((text) => ({ text, address: parseAddress(text) }));
  const addresses = parsed.flatMap(({ address }) => address ?? []);
  const outside = new Set(
    ((addresses.length > 0 ? await needs.session.withoutAccess(addresses) : []) ?? addresses).map((each) => each.toLowerCase()),
  );
  return {
    results: parsed.map(({ text, address }) => {
      if (!address)
        return { address: text, place: 'outside' as const, refusal: { code: 'INVALID_ADDRESS' as const, params: { address: text } } };
      const place: Place = outside.has(address.toLowerCase()) ? 'outside' : 'site';
      const refusal = refusalOfRecipient(gate.sending.policy, gate.page, { address, place });
      return { address: text, place, ...(refusal ? { refusal } : {}) };
    }),
  };
}
