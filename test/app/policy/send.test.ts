import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppFailure } from '#app/failure';
import { intoMails, needsIndividualCopies } from '#app/policy/copies';
import { chosenIdentity, identitiesOf } from '#app/policy/identity';
import { leftToday, takeDailySlot } from '#app/policy/quota';
import { type AccountId, draftSchema } from '#contract/draft';
import { identityPolicySchema } from '#contract/settings/policy';
import { policy } from '#test/app/policy/support';
import { memoryQuota } from '#test/app/rig';

const draft = (input: object = {}) => draftSchema.parse({ to: [], subject: 'x', ...input });
const group = { kind: 'group', groupId: 'g-1' };

describe('individual copies', () => {
  test('one mail for all where nothing speaks against it', () => assert.equal(needsIndividualCopies(policy(), draft(), 100), false));
  test('one each above the limit, not at it', () => {
    const rules = policy({ limits: { recipientsPerMail: 3 } });
    assert.equal(needsIndividualCopies(rules, draft(), 3), false);
    assert.equal(needsIndividualCopies(rules, draft(), 4), true);
  });
  test('one each when a group is in Bcc, not when it is in To', () => {
    assert.equal(needsIndividualCopies(policy(), draft({ bcc: [group] }), 5), true);
    assert.equal(needsIndividualCopies(policy(), draft({ to: [group] }), 5), false);
  });
  test('one each where the administrator wants it; a single recipient is alone anyhow', () => {
    const always = policy({ individualCopies: 'always' });
    assert.equal(needsIndividualCopies(always, draft(), 2), true);
    assert.equal(needsIndividualCopies(always, draft({ bcc: [group] }), 1), false);
  });
  test('one each where the sender wants it', () => {
    assert.equal(needsIndividualCopies(policy(), draft({ individualCopies: true }), 2), true);
    assert.equal(needsIndividualCopies(policy(), draft({ individualCopies: true }), 1), false);
  });
  test('nobody is lost or doubled when a list is split', () => {
    const alone = (...some: number[]) => intoMails([1, 2, 3], (each) => some.includes(each));
    assert.deepEqual(alone(1, 2, 3), [[1], [2], [3]]);
    assert.deepEqual(alone(), [[1, 2, 3]]);
    assert.deepEqual(alone(2), [[1, 3], [2]]);
    assert.deepEqual(
      intoMails([], () => false),
      [],
    );
  });
});

describe('identity', () => {
  const account = { fromName: 'Team mail', fromAddress: 'pages@example.org' };
  const rules = (input: unknown = {}) => identityPolicySchema.parse(input);
  const ada = { name: 'Ada', ownAddress: 'ada@dept.example.org' };

  test('the account’s address, with its own name or a pattern', () => {
    assert.deepEqual(identitiesOf(rules(), account, ada), [
      { identity: 'account', from: { address: 'pages@example.org', name: 'Team mail' } },
    ]);
    assert.equal(identitiesOf(rules({ displayName: '{name} via {account}' }), account, ada)[0].from.name, 'Ada via Team mail');
    assert.equal(identitiesOf(rules(), { ...account, fromName: '' }, ada)[0].from.name, 'Ada via Confluence');
  });

  test('the own address where its domain is allowed, the other by choice', () => {
    const both = identitiesOf(rules({ ownAddressDomains: ['.example.org'] }), account, ada);
    assert.deepEqual(
      both.map(({ identity, from }) => [identity, from.address]),
      [
        ['own', 'ada@dept.example.org'],
        ['account', 'pages@example.org'],
      ],
    );
    assert.equal(chosenIdentity(both, undefined).identity, 'own');
    assert.equal(chosenIdentity(both, 'account').from.address, 'pages@example.org');
  });

  test('without a choice the own address is used where it is allowed', () => {
    const only = identitiesOf(rules({ ownAddressDomains: ['.example.org'], personChooses: false }), account, ada);
    assert.deepEqual(
      only.map(({ identity }) => identity),
      ['own'],
    );
  });

  test('an own address of another domain, or none, is not allowed', () => {
    const policyOf = rules({ ownAddressDomains: ['example.org'] });
    for (const ownAddress of ['ada@dept.example.org', undefined, 'nonsense']) {
      const identities = identitiesOf(policyOf, account, { name: 'Ada', ownAddress });
      assert.throws(
        () => chosenIdentity(identities, 'own'),
        (error) => error instanceof AppFailure && error.code === 'IDENTITY_NOT_ALLOWED',
      );
    }
  });
});

describe('sends of a day', () => {
  const ada = 'ada' as AccountId;
  const monday = new Date('2026-03-30T23:59:59Z');
  const tuesday = new Date('2026-03-31T00:00:00Z');

  const isLimit = (error: unknown) => error instanceof AppFailure && error.code === 'DAILY_LIMIT' && error.params?.['limit'] === '2';

  test('as many as the limit, then none until the next day', async () => {
    const store = memoryQuota();
    await takeDailySlot(store, ada, 2, monday);
    assert.equal(await leftToday(store, ada, 2, monday), 1);
    await takeDailySlot(store, ada, 2, monday);
    await assert.rejects(takeDailySlot(store, ada, 2, monday), isLimit);
    assert.equal(await leftToday(store, ada, 2, monday), 0);
    await takeDailySlot(store, ada, 2, tuesday);
    await takeDailySlot(store, 'bo' as AccountId, 2, monday);
  });

  test('many at the same moment never exceed the limit', async () => {
    const store = memoryQuota();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => takeDailySlot(store, ada, 4, monday)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 4);
  });

  test('what was not sent after all is given back', async () => {
    const store = memoryQuota();
    await takeDailySlot(store, ada, 2, monday);
    const undo = await takeDailySlot(store, ada, 2, monday);
    await undo();
    assert.equal(await leftToday(store, ada, 2, monday), 1);
    await takeDailySlot(store, ada, 2, monday);
    await assert.rejects(takeDailySlot(store, ada, 2, monday), isLimit);
  });

  test('no limit counts nothing', async () => {
    const store = memoryQuota();
    await takeDailySlot(store, ada, 0, monday);
    assert.equal(await store.lastTaken(ada, '2026-03-30'), 0);
    assert.equal(await leftToday(store, ada, 0, monday), undefined);
  });
});
