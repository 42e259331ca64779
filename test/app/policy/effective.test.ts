import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { effectivePolicy } from '#app/policy/effective';
import { policy, site, space } from '#test/app/policy/support';

describe('the switch', () => {
  const off = (siteInput: unknown, spaceInput: unknown, exception?: boolean) =>
    effectivePolicy(site(siteInput), space(spaceInput), exception).off?.code;

  test('a site that is on lets every space send that is on', () => {
    assert.equal(off({}, {}), undefined);
    assert.equal(off({}, { enabled: false }), 'SENDING_OFF');
  });

  test('an exception beats the site’s switch both ways', () => {
    assert.equal(off({ enabled: false }, {}), 'SENDING_OFF_SITE');
    assert.equal(off({ enabled: false }, {}, true), undefined);
    assert.equal(off({ enabled: true }, {}, false), 'SENDING_OFF_SITE');
  });

  test('a space that is excepted can still switch itself off', () =>
    assert.equal(off({ enabled: false }, { enabled: false }, true), 'SENDING_OFF'));

  test('where the site enforces its settings the space’s switch says nothing', () => {
    assert.equal(off({ enforce: true }, { enabled: false }), undefined);
    assert.equal(off({ enforce: true, enabled: false }, { enabled: true }), 'SENDING_OFF_SITE');
  });
});

describe('site and space', () => {
  test('both have a say in who may send and to whom', () => {
    const both = policy({ toWhom: { mode: 'site' } }, { toWhom: { denyDomains: ['a.test'] } });
    assert.deepEqual(
      both.toWhom.map(({ mode }) => mode),
      ['site', 'everyone'],
    );
    assert.equal(both.who.length, 2);
  });

  test('a space cannot loosen what the site lays down for content', () => {
    const { content } = policy(
      { content: { restrictedPages: 'refuse', labels: [{ label: 'Secret', rule: 'refuse' }] } },
      {
        content: {
          restrictedPages: 'no-outside',
          labels: [
            { label: 'secret', rule: 'allow' },
            { label: 'draft', rule: 'no-outside' },
          ],
        },
      },
    );
    assert.equal(content.restrictedPages, 'refuse');
    assert.deepEqual(content.labels, [
      { label: 'secret', rule: 'refuse' },
      { label: 'draft', rule: 'no-outside' },
    ]);
  });

  test('a space can be stricter than the site', () =>
    assert.equal(policy({}, { content: { restrictedPages: 'refuse' } }).content.restrictedPages, 'refuse'));

  test('where the site enforces its settings the space’s policy says nothing', () => {
    const enforced = policy(
      {},
      { toWhom: { mode: 'site' }, content: { restrictedPages: 'refuse' }, who: { mode: 'groups', contact: 'Bo' } },
      { enforce: true },
    );
    assert.deepEqual(
      [enforced.toWhom.length, enforced.who.length, enforced.content.restrictedPages, enforced.contact],
      [1, 1, 'allow', ''],
    );
  });

  test('the space’s contact is asked before the site’s', () => {
    assert.equal(policy({ who: { contact: 'IT' } }, { who: { contact: 'Team office' } }).contact, 'Team office');
    assert.equal(policy({ who: { contact: 'IT' } }, {}).contact, 'IT');
  });
});
