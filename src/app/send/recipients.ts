import { AppFailure } from '#app/failure';
import type { Person, Session } from '#app/model';
import type { JobRecipient, Target } from '#app/send/model';
import type { Draft, Recipient } from '#contract/draft';
import { MAX_DRAFT_RECIPIENTS, MAX_GROUP_MEMBERS, MAX_JOB_RECIPIENTS } from '#contract/limits';
import { parseAddress } from '#mail/address';

export type Directory = Pick<Session, 'people' | 'group' | 'memberCount' | 'members'>;

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
  const people = new Map((ids.length > 0 ? await directory.people(ids) : []).map((person) => [person.accountId, person]));
  const byKey = new Map<string, JobRecipient>();
  const add = (field: JobRecipient['field'], target: Target) => {
    const key = target.kind === 'address' ? target.address.toLowerCase() : target.accountId;
    if (!byKey.has(key)) byKey.set(key, { field, target, state: 'waiting' });
  };
  for (const field of ['to', 'cc', 'bcc'] as const) {
    for (const recipient of draft[field]) {
      for (const target of await targetsOf(directory, recipient, people)) add(field, target);
      // A resolver has 25 s: no further groups are looked up when there are too many people already.
      if (byKey.size > MAX_JOB_RECIPIENTS) throw tooMany(byKey.size);
    }
  }
  if (draft.copyToMe) add('copy', { kind: 'self', accountId: me.accountId, name: me.name });
  if (byKey.size > MAX_JOB_RECIPIENTS) throw tooMany(byKey.size);
  return { recipients: [...byKey.values()], inactive: [...people.values()].filter((person) => !person.active) };
}

const tooMany = (count: number) => new AppFailure('TOO_MANY_RECIPIENTS', { count: String(count), limit: String(MAX_JOB_RECIPIENTS) });

async function targetsOf(directory: Directory, recipient: Recipient, people: ReadonlyMap<string, Person>): Promise<Target[]> {
  if (recipient.kind === 'address') {
    const address = parseAddress(recipient.address);
    if (!address) throw new AppFailure('INVALID_ADDRESS', { address: recipient.address });
    return [{ kind: 'address', address, ...(recipient.name ? { name: recipient.name } : {}) }];
  }
  if (recipient.kind === 'group') return membersOf(directory, recipient.groupId);
  const person = people.get(recipient.accountId);
  if (!person) throw new AppFailure('RECIPIENT_UNKNOWN', { name: '' });
  return [{ kind: 'user', accountId: person.accountId, name: person.name }];
}

async function membersOf(directory: Directory, groupId: (Recipient & { kind: 'group' })['groupId']): Promise<Target[]> {
  const group = await directory.group(groupId);
  if (!group) throw new AppFailure('RECIPIENT_UNKNOWN', { name: '' });
  if ((await directory.memberCount(groupId)) > MAX_GROUP_MEMBERS) {
    throw new AppFailure('GROUP_TOO_LARGE', { name: group.name, limit: String(MAX_GROUP_MEMBERS) });
  }
  const members = await directory.members(groupId, MAX_GROUP_MEMBERS);
  return members.filter(({ active }) => active).map(({ accountId, name }) => ({ kind: 'user', accountId, name }));
}
