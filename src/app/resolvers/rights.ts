import { session } from '#app/confluence/index';
import { AppFailure } from '#app/failure';
import type { HistoryNeeds } from '#app/history/read';
import type { Person } from '#app/model';
import type { Caller } from '#app/resolvers/handler';
import { currentJob } from '#app/send/current';
import { jobStore, recordStore, settingsStore } from '#app/store/index';
import type { AccountId, SpaceId } from '#contract/draft';

/** Checks that every administrator's function makes for itself, by Confluence's own word. */

/** The person, who must administer the site. @throws AppFailure NOT_SITE_ADMIN */
export async function siteAdministrator(): Promise<Person> {
  const me = await session().me();
  if (!me.administersSite) throw new AppFailure('NOT_SITE_ADMIN');
  return me;
}

/** The space, which the person must administer. @throws AppFailure SPACE_NOT_FOUND, NOT_SPACE_ADMIN */
export async function administeredSpace(caller: Caller): Promise<SpaceId> {
  const id = caller.space();
  if (!(await session().administersSpace(id))) throw new AppFailure('NOT_SPACE_ADMIN');
  return id;
}

/** Names of people as the person signed in may see them; closed accounts are missing. */
export async function namesOf(ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, string>> {
  if (ids.length === 0) return new Map();
  return new Map((await session().people(ids)).map(({ accountId, name }) => [accountId, name]));
}

export const now = (): Date => new Date();

/** Suggestions at once. */
const MAX_FOUND = 20;

/** People to filter the history by, as the person who asks may find them. */
export async function peopleNamed(query: string): Promise<{ users: { accountId: AccountId; name: string; avatarUrl?: string }[] }> {
  const people = await session().findPeople(query, MAX_FOUND);
  return { users: people.map(({ accountId, name, avatarUrl }) => ({ accountId, name, ...(avatarUrl ? { avatarUrl } : {}) })) };
}

/** What reading the history takes. */
export async function historyNeeds(): Promise<HistoryNeeds> {
  const { retentionDays } = (await settingsStore.site()).history;
  const job = async (id: string) => {
    const stored = await jobStore.job(id);
    return stored && (await currentJob(jobStore, stored, now())).job;
  };
  return { records: recordStore, names: namesOf, retentionDays, now, job };
}
