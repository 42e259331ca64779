import { CLOSED_ACCOUNT, type StoredRecord } from '#app/history/model';
import type { AccountId } from '#contract/draft';

/** Every account id that a record holds. */
export function accountsOf({ senderId, data }: StoredRecord): AccountId[] {
  const sender = senderId === CLOSED_ACCOUNT ? [] : [senderId as AccountId];
  const picked = data.picks.flatMap(({ recipient }) => (recipient.kind === 'user' ? [recipient.accountId] : []));
  return [...new Set([...sender, ...data.results.flatMap(({ accountId }) => accountId ?? []), ...picked])];
}

/** The record without these accounts: that somebody sent or got a mail stays, not who. Undefined when it holds none of them. */
export function withoutAccounts(record: StoredRecord, closed: ReadonlySet<AccountId>): StoredRecord | undefined {
  if (!accountsOf(record).some((id) => closed.has(id))) return undefined;
  const { data } = record;
  const picks = data.picks.filter(({ recipient }) => recipient.kind !== 'user' || !closed.has(recipient.accountId));
  return {
    ...record,
    senderId: closed.has(record.senderId as AccountId) ? CLOSED_ACCOUNT : record.senderId,
    data: {
      ...data,
      results: data.results.map((result) => {
        if (!result.accountId || !closed.has(result.accountId)) return result;
        const { accountId: _, ...rest } = result;
        return rest;
      }),
      picks,
      leftOut: { ...data.leftOut, people: data.leftOut.people + data.picks.length - picks.length },
    },
  };
}
