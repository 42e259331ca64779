import { chunks } from '#app/chunks';
import { AppFailure } from '#app/failure';
import type { Person, Session } from '#app/model';
import type { JobRecipient, Target } from '#app/send/model';
import type { Draft, GroupId, Recipient } from '#contract/draft';
import { MAX_DRAFT_RECIPIENTS, MAX_GROUP_MEMBERS, MAX_JOB_RECIPIENTS } from '#contract/limits';
import { parseAddress } from '#mail/address';

export type Directory = Pick<Session, 'people' | 'group' | 'members'>;

export interface Expanded {
  readonly recipients: JobRecipient[];
  /** People who were picked by name and whose account is not active. */
  readonly inactive: Person[];
}

/**
 * Whom the draft stands for, each once: groups become their active members; who is in several fields stays in the first of
 * To, Cc, Bcc. The sender's own copy comes last, unless they receive the mail anyhow.
 * @throws AppFailure INVALID_ADDRESS, RECIPIENT_UNKNOWN, GROUP_TOO_LARGE, TOO_MANY_RECIPIENTS
 */
export async function expandRecipients(directory: Directory, draft: Draft, me: Person): Promise<Expanded> {
  const picked = [...draft.to, ...draft.cc, ...draft.bcc];
  if (picked.length > MAX_DRAFT_RECIPIENTS) throw tooMany(picked.length);
  const ids = [...new Set(picked.flatMap((each) => (each.kind === 'user' ? [each.accountId] : [])))];
  const groupIds = [...new Set(picked.flatMap((each) => (each.kind === 'group' ? [each.groupId] : [])))];
  const [found, groups] = await Promise.all([ids.length > 0 ? directory.people(ids) : [], membersOfAll(directory, groupIds)]);
  const people = new Map(found.map((person) => [person.accountId, person]));
  const byKey = new Map<string, JobRecipient>();
  const add = (field: JobRecipient['field'], target: Target) => {
    const key = target.kind === 'address' ? target.address.toLowerCase() : target.accountId;
    if (!byKey.has(key)) byKey.set(key, { field, target, state: 'waiting' });
  };
  for (const field of ['to', 'cc', 'bcc'] as const) {
    for (const recipient of draft[field]) for (const target of targetsOf(recipient, people, groups)) add(field, target);
  }
  if (draft.copyToMe) add('copy', { kind: 'self', accountId: me.accountId, name: me.name });
  if (byKey.size > MAX_JOB_RECIPIENTS) throw tooMany(byKey.size);
  return { recipients: [...byKey.values()], inactive: [...people.values()].filter((person) => !person.active) };
}

const tooMany = (count: number) => new AppFailure('TOO_MANY_RECIPIENTS', { count: String(count), limit: String(MAX_JOB_RECIPIENTS) });

function targetsOf(
  recipient: Recipient,
  people: ReadonlyMap<string, Person>,
  groups: ReadonlyMap<GroupId, readonly Target[]>,
): readonly Target[] {
  if (recipient.kind === 'address') {
    const address = parseAddress(recipient.address);
    if (!address) throw new AppFailure('INVALID_ADDRESS', { address: recipient.address });
    return [{ kind: 'address', address, ...(recipient.name ? { name: recipient.name } : {}) }];
  }
  if (recipient.kind === 'group') return groups.get(recipient.groupId) ?? [];
  const person = people.get(recipient.accountId);
  if (!person) throw new AppFailure('RECIPIENT_UNKNOWN', { name: '' });
  return [toTarget(person)];
}

const toTarget = ({ accountId, name, addressHidden }: Person): Target => ({
  kind: 'user',
  accountId,
  name,
  ...(addressHidden ? { addressHidden } : {}),
});

/** Groups that are looked up at once. */
const GROUPS_AT_ONCE = 5;

async function membersOfAll(directory: Directory, ids: readonly GroupId[]): Promise<ReadonlyMap<GroupId, readonly Target[]>> {
  const groups = new Map<GroupId, Target[]>();
  for (const some of chunks(ids, GROUPS_AT_ONCE)) {
    for (const [at, members] of (await Promise.all(some.map((id) => membersOf(directory, id)))).entries()) {
      const id = some[at];
      if (id !== undefined) groups.set(id, members);
    }
    const people = new Set([...groups.values()].flat().map((target) => (target.kind === 'address' ? target.address : target.accountId)));
    // A resolver has 25 s: no further groups are looked up when there are too many people already.
    if (people.size > MAX_JOB_RECIPIENTS) throw tooMany(people.size);
  }
  return groups;
}

async function membersOf(directory: Directory, groupId: GroupId): Promise<Target[]> {
  const group = await directory.group(groupId);
  if (!group) throw new AppFailure('RECIPIENT_UNKNOWN', { name: '' });
  const members = await directory.members(groupId, MAX_GROUP_MEMBERS + 1);
  if (members.length > MAX_GROUP_MEMBERS) throw new AppFailure('GROUP_TOO_LARGE', { name: group.name, limit: String(MAX_GROUP_MEMBERS) });
  return members.filter(({ active }) => active).map(toTarget);
}
