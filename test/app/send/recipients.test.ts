import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expandRecipients } from '#app/send/recipients';
import { MAX_DRAFT_RECIPIENTS, MAX_GROUP_MEMBERS, MAX_JOB_RECIPIENTS } from '#contract/limits';
import { codeOf, draft, GONE, HANA, JONAS, MIRA, person, stubSession } from '#test/app/rig';

const user = ({ accountId }: { accountId: string }) => ({ kind: 'user', accountId });
const group = (id: string) => ({ kind: 'group', groupId: id });
const typed = (address: string) => ({ kind: 'address', address });
const groups = { crew: { name: 'crew', members: [JONAS, GONE, HANA] } };

const expand = async (fields: Record<string, unknown>, site: Parameters<typeof stubSession>[0] = { groups }) =>
  (await expandRecipients(stubSession(site), draft(fields), MIRA)).recipients.map(({ field, target }) => [
    field,
    target.kind === 'address' ? target.address : target.name,
  ]);

describe('recipients', () => {
  test('are a group’s active members in its place', async () => {
    assert.deepEqual(await expand({ to: [user(MIRA), group('crew')] }), [
      ['to', 'Mira'],
      ['to', 'Jonas'],
      ['to', 'Hana'],
    ]);
  });

  test('stay in the first of To, Cc and Bcc that names them, by person, group or address', async () => {
    const fields = { to: [user(JONAS), typed('a@b.example')], cc: [group('crew')], bcc: [user(HANA), typed('A@B.example'), user(JONAS)] };
    assert.deepEqual(await expand(fields), [
      ['to', 'Jonas'],
      ['to', 'a@b.example'],
      ['cc', 'Hana'],
    ]);
  });

  test('include a copy to the sender unless the mail goes to them anyhow', async () => {
    assert.deepEqual(await expand({ to: [user(JONAS)], copyToMe: true }), [
      ['to', 'Jonas'],
      ['copy', 'Mira'],
    ]);
    assert.deepEqual(await expand({ bcc: [user(MIRA)], copyToMe: true }), [['bcc', 'Mira']]);
  });

  test('keep a person who was picked and is deactivated, and tell of them', async () => {
    const { recipients, inactive } = await expandRecipients(stubSession(), draft({ to: [user(GONE)] }), MIRA);
    assert.equal(recipients.length, 1);
    assert.deepEqual(
      inactive.map(({ name }) => name),
      ['Gone'],
    );
  });

  test('are refused when an address is none, when a person or group is unknown', async () => {
    await assert.rejects(expand({ to: [typed('nobody')] }), codeOf('INVALID_ADDRESS'));
    await assert.rejects(expand({ to: [typed('a\u200bb@c.example')] }), codeOf('INVALID_ADDRESS'));
    await assert.rejects(expand({ to: [{ kind: 'user', accountId: 'stranger' }] }), codeOf('RECIPIENT_UNKNOWN'));
    await assert.rejects(expand({ to: [group('nowhere')] }), codeOf('RECIPIENT_UNKNOWN'));
  });

  test('of many groups are looked up a few at once, and no further ones when they are too many', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `g${index}`);
    const crews = Object.fromEntries(
      names.map((name) => [name, { name, members: Array.from({ length: 60 }, (_, index) => person(`${name}-${index}`)) }]),
    );
    const session = stubSession({ groups: crews });
    let [underWay, atOnce, asked] = [0, 0, 0];
    const members: typeof session.members = async (id, limit) => {
      underWay += 1;
      asked += 1;
      atOnce = Math.max(atOnce, underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay -= 1;
      return session.members(id, limit);
    };
    const counted = { ...session, members };
    const some = (count: number) => expandRecipients(counted, draft({ to: names.slice(0, count).map(group) }), MIRA);
    assert.equal((await some(8)).recipients.length, 480);
    assert.deepEqual([atOnce > 1, atOnce <= 5], [true, true]);
    asked = 0;
    await assert.rejects(some(20), codeOf('TOO_MANY_RECIPIENTS'));
    assert.ok(asked < 20);
  });

  test('may be as many as the limit and not one more', async () => {
    const of = (count: number) => ({ big: { name: 'big', members: Array.from({ length: count }, (_, index) => person(`P${index}`)) } });
    for (const count of [MAX_JOB_RECIPIENTS - 1, MAX_JOB_RECIPIENTS]) {
      assert.equal((await expand({ to: [group('big')] }, { groups: of(count) })).length, count);
    }
    await assert.rejects(expand({ to: [group('big')] }, { groups: of(MAX_JOB_RECIPIENTS + 1) }), codeOf('GROUP_TOO_LARGE'));
    await assert.rejects(
      expand({ to: [group('big'), typed('one@more.example')] }, { groups: of(MAX_JOB_RECIPIENTS) }),
      codeOf('TOO_MANY_RECIPIENTS'),
    );
    await assert.rejects(expand({ to: [group('big')], copyToMe: true }, { groups: of(MAX_JOB_RECIPIENTS) }), codeOf('TOO_MANY_RECIPIENTS'));
  });

  test('may be entered as often as the limit over all fields, and not once more', async () => {
    const entries = (count: number) => Array.from({ length: count }, () => user(JONAS));
    const half = MAX_DRAFT_RECIPIENTS / 2;
    assert.equal((await expand({ to: entries(half), cc: entries(half) })).length, 1);
    await assert.rejects(expand({ to: entries(half), cc: entries(half), bcc: entries(1) }), codeOf('TOO_MANY_RECIPIENTS'));
  });

  test('of a group above the limit are refused by its name', async () => {
    const of = (count: number) => ({ big: { name: 'big', members: Array.from({ length: count }, (_, index) => person(`P${index}`)) } });
    for (const count of [MAX_GROUP_MEMBERS - 1, MAX_GROUP_MEMBERS]) await expand({ to: [group('big')] }, { groups: of(count) });
    await assert.rejects(expand({ to: [group('big')] }, { groups: of(MAX_GROUP_MEMBERS + 1) }), (error: unknown) => {
      return codeOf('GROUP_TOO_LARGE')(error) && (error as { params: Record<string, string> }).params['name'] === 'big';
    });
  });
});
