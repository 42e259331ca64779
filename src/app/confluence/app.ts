import { asApp, getAppContext, privacy, route } from '@forge/api';
import * as z from 'zod';
import { chunks } from '#app/chunks';
import { ACCEPT_JSON, read, unless } from '#app/confluence/request';
import { AppFailure } from '#app/failure';
import type { AppReader } from '#app/model';
import { type AccountId, accountIdSchema } from '#contract/draft';

/** Ids in one bulk request for addresses, and single requests at once. */
const ADDRESSES_AT_ONCE = 90;
const SINGLES_AT_ONCE = 10;

const addressSchema = z.object({ accountId: accountIdSchema, email: z.string() });

/** What only the app may ask. */
export function appReader(): AppReader {
  const several = async (ids: readonly AccountId[]) => {
    const query = new URLSearchParams(ids.map((id) => ['accountId', id]));
    return read(
      () => asApp().requestConfluence(route`/wiki/rest/api/user/email/bulk?${query}`, { headers: ACCEPT_JSON }),
      z.array(addressSchema),
      'CONFLUENCE_REFUSED',
    );
  };
  const one = async (id: AccountId) => {
    const request = () => asApp().requestConfluence(route`/wiki/rest/api/user/email?accountId=${id}`, { headers: ACCEPT_JSON });
    return unless(['RECIPIENT_WITHOUT_ADDRESS', 'CONFLUENCE_REFUSED'], read(request, addressSchema, 'RECIPIENT_WITHOUT_ADDRESS'));
  };
  return {
    async addresses(ids) {
      const found = (await Promise.all(chunks(ids, ADDRESSES_AT_ONCE).map(several))).flat();
      const known = new Map(found.map(({ accountId, email }) => [accountId, email]));
      // The bulk answer leaves out what it does not have at hand; deactivated accounts stay missing.
      const missing = ids.filter((each) => !known.has(each));
      for (const some of chunks(missing, SINGLES_AT_ONCE)) {
        for (const single of await Promise.all(some.map(one))) if (single) known.set(single.accountId, single.email);
      }
      return known;
    },
  };
}

/**
 * Tells Atlassian which accounts the app stores something about, at most 90 in one call; gives those that were closed.
 * @throws AppFailure CONFLUENCE_UNAVAILABLE
 */
export async function reportPersonalData(accounts: readonly { accountId: AccountId; updatedAt: string }[]): Promise<AccountId[]> {
  const updates = await privacy.reportPersonalData([...accounts]).catch((cause: unknown) => {
    throw new AppFailure('CONFLUENCE_UNAVAILABLE', undefined, { cause });
  });
  return updates.flatMap(({ accountId, status }) => (status === 'closed' ? accountIdSchema.parse(accountId) : []));
}

/** Version and environment of the running app, as the platform tells. */
export function appFacts(): { version: string; environment: string } {
  const { appVersion, environmentType } = getAppContext();
  return { version: appVersion, environment: environmentType };
}
