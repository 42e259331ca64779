import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { draftFromRecord } from '#app/history/again';
import { storedRecordSchema } from '#app/history/model';
import { updatedRecord } from '#app/history/record';
import type { AccountId, ContentId, GroupId } from '#contract/draft';
import { job, record } from '#test/app/history/support';

describe('what a record keeps', () => {
  test('no address, typed name, note or person’s name unless addresses are to be kept', () => {
    const text = JSON.stringify(record());
    for (const secret of ['guest@other.test', 'A Guest', 'private note', '"Bo"', '"Ada"'])
      assert.equal(text.includes(secret), false, secret);
    assert.equal(record().data.leftOut.addresses, 1);
  });

  test('typed addresses where an administrator wants them', () => {
    assert.equal(record(job(), true).data.results[1]?.address, 'guest@other.test');
    assert.equal(record(job(), true).data.picks.length, 3);
  });

  test('fits its schema and the attributes of the entity', () => {
    const stored = record();
    assert.deepEqual(storedRecordSchema.parse(JSON.parse(JSON.stringify(stored))), stored);
    assert.deepEqual([stored.pageId, stored.spaceId, stored.senderId, stored.outcome], ['100', '7', 'ada', 'queued']);
  });

  test('a typed address of somebody on this site counts as the site’s', () => {
    const target = { kind: 'address', address: 'cy@site.test', site: true };
    assert.equal(record(job({ recipients: [{ field: 'to', target, state: 'waiting' }] })).data.results[0]?.site, true);
  });
});

describe('after an attempt', () => {
  const ended = job({
    recipients: [
      { field: 'to', target: { kind: 'user', accountId: 'bo', name: 'Bo' }, state: 'accepted' },
      {
        field: 'cc',
        target: { kind: 'address', address: 'guest@other.test' },
        state: 'refused',
        error: { code: 'INVALID_ADDRESS', params: { address: 'guest@other.test' } },
      },
    ],
    progress: { state: 'partly-sent', attempt: 1, error: { code: 'CONNECTION_REFUSED', params: { host: 'smtp.test', name: 'Bo' } } },
  });

  test('outcome, results and version of the page are the job’s', () => {
    const updated = updatedRecord(record(), ended, 12);
    assert.equal(updated.outcome, 'partly-sent');
    assert.deepEqual(
      updated.data.results.map(({ state }) => state),
      ['accepted', 'refused'],
    );
    assert.equal(updated.data.page.version, 12);
    assert.deepEqual(updated.data.error, { code: 'CONNECTION_REFUSED', params: { host: 'smtp.test' } });
  });

  test('an address in a failure is left out like everywhere, and kept where addresses are', () => {
    assert.deepEqual(updatedRecord(record(), ended, undefined).data.results[1]?.error, { code: 'INVALID_ADDRESS' });
    assert.deepEqual(updatedRecord(record(job(), true), ended, undefined).data.results[1]?.error?.params, { address: 'guest@other.test' });
  });

  test('an earlier failure goes when the next attempt succeeds', () => {
    const failed = updatedRecord(record(), ended, 12);
    const sent = updatedRecord(
      failed,
      job({
        recipients: ended.recipients.map(({ error: _, ...each }) => ({ ...each, state: 'accepted' })),
        progress: { state: 'sent', attempt: 2 },
      }),
      13,
    );
    assert.equal(sent.data.error, undefined);
    assert.equal(
      sent.data.results.some(({ error }) => error !== undefined),
      false,
    );
  });

  test('a person erased meanwhile stays erased', () => {
    const before = record();
    const { accountId: _, ...erased } = before.data.results[0] ?? { kind: 'user', field: 'to', state: 'waiting', site: true };
    const updated = updatedRecord({ ...before, data: { ...before.data, results: [erased, ...before.data.results.slice(1)] } }, ended, 1);
    assert.equal(updated.data.results[0]?.accountId, undefined);
    assert.equal(updated.data.results[0]?.state, 'accepted');
  });
});

describe('sending again', () => {
  const groups = { group: async (groupId: GroupId) => ({ groupId, name: 'Crew' }), memberCount: async () => 4 };
  const people = async (ids: readonly AccountId[]) =>
    ids.map((accountId) => ({ accountId, name: accountId, active: accountId !== 'gone' }));

  test('starts with the recipients as they were picked; what is not kept is counted', async () => {
    const {
      draft,
      leftOut,
      people: named,
      groups: counted,
    } = await draftFromRecord(record(), { ...groups, people, attachmentIds: ['att1' as ContentId] });
    assert.deepEqual(draft.to, [{ kind: 'user', accountId: 'bo' }]);
    assert.deepEqual(draft.cc, []);
    assert.deepEqual(draft.bcc, [{ kind: 'group', groupId: 'g-1' }]);
    assert.deepEqual([draft.subject, draft.note, draft.attachmentIds], ['News', '', ['att1']]);
    assert.deepEqual(leftOut, { addresses: 1, people: 0, attachments: 0 });
    assert.deepEqual([named, counted], [[{ accountId: 'bo', name: 'bo' }], [{ groupId: 'g-1', name: 'Crew', memberCount: 4 }]]);
  });

  test('leaves out people and files that are gone', async () => {
    const stored = record();
    const picks = [{ field: 'to' as const, recipient: { kind: 'user' as const, accountId: 'gone' as AccountId } }];
    const again = await draftFromRecord({ ...stored, data: { ...stored.data, picks } }, { ...groups, people, attachmentIds: [] });
    assert.deepEqual([again.draft.to, again.draft.attachmentIds], [[], []]);
    assert.deepEqual(again.leftOut, { addresses: 1, people: 1, attachments: 1 });
  });
});
