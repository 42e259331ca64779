import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppFailure } from '#app/failure';
import {
  asksForGroups,
  asksForRestrictions,
  enforce,
  refusalOfFiles,
  refusalOfOutside,
  refusalOfPage,
  refusalOfRecipient,
  refusalOfSender,
} from '#app/policy/decide';
import { effectivePolicy } from '#app/policy/effective';
import type { GroupId } from '#contract/draft';
import { policy, site, space } from '#test/app/policy/support';

const groups = (...ids: string[]) => new Set(ids as GroupId[]);
const listed = (...ids: string[]) => ({ who: { mode: 'groups', groups: ids.map((id) => ({ groupId: id, name: `Group ${id}` })) } });
const plain = { restricted: false, labels: [] };

describe('who may send', () => {
  test('everyone, without asking for groups, unless a list is set', () => {
    assert.equal(asksForGroups(policy()), false);
    assert.equal(refusalOfSender(policy(), groups()), undefined);
    assert.equal(asksForGroups(policy({}, listed('a'))), true);
  });

  test('members of one of the groups; others read which groups', () => {
    const both = policy(listed('a', 'b'));
    assert.equal(refusalOfSender(both, groups('b', 'z')), undefined);
    assert.deepEqual(refusalOfSender(both, groups('z')), { code: 'NOT_IN_ALLOWED_GROUP', params: { groups: 'Group a, Group b' } });
  });

  test('the site’s and the space’s list both have to allow the person', () => {
    const narrowed = policy(listed('a', 'b'), listed('b', 'c'));
    assert.equal(refusalOfSender(narrowed, groups('b')), undefined);
    assert.equal(refusalOfSender(narrowed, groups('a', 'c')), undefined);
    assert.equal(refusalOfSender(narrowed, groups('a'))?.params?.['groups'], 'Group b, Group c');
    assert.equal(refusalOfSender(narrowed, groups('c'))?.params?.['groups'], 'Group a, Group b');
  });

  test('a list without a group allows nobody', () =>
    assert.deepEqual(refusalOfSender(policy(listed()), groups('a')), { code: 'SENDING_NOT_ALLOWED' }));

  test('a long list is named in part', () => {
    const refusal = refusalOfSender(policy(listed(...'abcdefg')), groups());
    assert.equal(refusal?.params?.['groups'], 'Group a, Group b, Group c, Group d, Group e, …');
  });

  test('where sending is off, that is the reason', () => {
    const off = effectivePolicy(site({ enabled: false, policy: listed('a') }), space(), undefined);
    assert.deepEqual(refusalOfSender(off, groups('a')), { code: 'SENDING_OFF_SITE' });
  });
});

describe('what may be sent', () => {
  const restricted = { restricted: true, labels: [] };
  const secret = { restricted: false, labels: ['Secret', 'other'] };

  test('restrictions are asked for only where they matter', () => {
    assert.equal(asksForRestrictions(policy()), false);
    assert.equal(asksForRestrictions(policy({}, { content: { restrictedPages: 'no-outside' } })), true);
  });

  test('pages with view restrictions: allowed, refused to outsiders, or refused', () => {
    const rule = (restrictedPages: string) => policy({ content: { restrictedPages } });
    assert.equal(refusalOfPage(rule('allow'), restricted), undefined);
    assert.deepEqual(refusalOfPage(rule('refuse'), restricted), { code: 'RESTRICTED_PAGE' });
    assert.equal(refusalOfPage(rule('refuse'), plain), undefined);
    assert.equal(refusalOfPage(rule('no-outside'), restricted), undefined);
    assert.deepEqual(refusalOfOutside(rule('no-outside'), restricted), { code: 'RESTRICTED_PAGE_OUTSIDE' });
    assert.equal(refusalOfOutside(rule('no-outside'), plain), undefined);
  });

  test('pages with a label, whatever its case', () => {
    const rule = (kind: string) => policy({ content: { labels: [{ label: 'secret', rule: kind }] } });
    assert.deepEqual(refusalOfPage(rule('refuse'), secret), { code: 'LABEL_FORBIDS', params: { label: 'secret' } });
    assert.deepEqual(refusalOfOutside(rule('no-outside'), secret), { code: 'LABEL_FORBIDS_OUTSIDE', params: { label: 'secret' } });
    assert.equal(refusalOfPage(rule('refuse'), plain), undefined);
    assert.equal(refusalOfPage(rule('allow'), secret), undefined);
  });
});

describe('to whom', () => {
  const person = { address: 'ada@old.test', place: 'site', name: 'Ada' } as const;
  const guest = { address: 'guest@other.test', place: 'outside' } as const;

  test('a refused address is named, a person of the site by name alone', () => {
    const rules = policy({ toWhom: { denyDomains: ['old.test'] } });
    assert.deepEqual(refusalOfRecipient(rules, plain, person), { code: 'RECIPIENT_DENIED', params: { name: 'Ada' } });
    assert.deepEqual(refusalOfRecipient(rules, plain, { address: 'x@old.test', place: 'outside' }), {
      code: 'DOMAIN_DENIED',
      params: { domain: 'old.test' },
    });
    assert.equal(refusalOfRecipient(rules, plain, guest), undefined);
  });

  test('a page that may not leave the site is refused to an outside address and goes to people of the site', () => {
    const rules = policy({ content: { restrictedPages: 'no-outside' } });
    const page = { restricted: true, labels: [] };
    assert.deepEqual(refusalOfRecipient(rules, page, guest), { code: 'RESTRICTED_PAGE_OUTSIDE', params: { address: 'guest@other.test' } });
    assert.equal(refusalOfRecipient(rules, page, person), undefined);
  });
});

test('the first file of a forbidden kind is named', () => {
  const rules = policy({ limits: { attachments: { mode: 'except', extensions: ['exe'] } } });
  assert.equal(refusalOfFiles(rules, ['a.pdf', 'b']), undefined);
  assert.deepEqual(refusalOfFiles(rules, ['a.pdf', 'b.exe', 'c.exe']), { code: 'ATTACHMENT_TYPE', params: { name: 'b.exe' } });
});

test('a refusal is enforced as a failure with its code and values', () => {
  enforce(undefined);
  assert.throws(
    () => enforce({ code: 'DOMAIN_DENIED', params: { domain: 'a.test' } }),
    (error) => error instanceof AppFailure && error.code === 'DOMAIN_DENIED' && error.params?.['domain'] === 'a.test',
  );
});
