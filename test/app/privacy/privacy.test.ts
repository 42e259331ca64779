import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppFailure } from '#app/failure';
import { CLOSED_ACCOUNT } from '#app/history/model';
import { daysLeft, reportAccounts } from '#app/privacy/accounts';
import { continueDeletion, type Deletion, startDeletion } from '#app/privacy/delete-all';
import { accountsOf, withoutAccounts } from '#app/privacy/erase';
import { forgetInSettings } from '#app/privacy/settings-accounts';
import { parseSettingsFile, settingsFile } from '#app/privacy/settings-file';
import { storedItems } from '#app/privacy/stored';
import { type AccountId, type SpaceId, spaceIdSchema } from '#contract/draft';
import { STORED_KINDS } from '#contract/screens/administration';
import { siteSettingsV2Schema, spaceSettingsV2Schema } from '#contract/settings/v2';
import { job, memoryRecords, NOW, record } from '#test/app/history/support';
import { memoryNotices, memorySettings } from '#test/app/rig';

const ids = (...names: string[]) => new Set(names as AccountId[]);

describe('closed accounts', () => {
  test('a record names its sender and every person it went to', () => assert.deepEqual(accountsOf(record()), ['ada', 'bo']));

  test('sender, results and picks lose a closed account, and the rest stays', () => {
    const erased = withoutAccounts(record(), ids('ada', 'bo'));
    assert.equal(erased?.senderId, CLOSED_ACCOUNT);
    assert.equal(JSON.stringify(erased).includes('"bo"'), false);
    assert.equal(erased?.data.results.length, 2);
    assert.equal(erased?.data.leftOut.people, 1);
    assert.equal(withoutAccounts(record(), ids('cy')), undefined);
  });

  test('every account is reported once with its latest time, in parts of at most 90, and closed ones are erased', async () => {
    const records = memoryRecords();
    for (let at = 0; at < 250; at += 1) {
      const base = job({
        jobId: `job-${at}`,
        createdAt: new Date(NOW.getTime() - at * 1000).toISOString(),
        sender: { accountId: `p${at % 100}`, name: '' },
      });
      await records.save(base.jobId, record(base), 90);
    }
    const parts: number[] = [];
    const reported = new Map<string, string>();
    const forgotten: string[] = [];
    const outcome = await reportAccounts({
      records,
      settingsAccounts: async () => [{ accountId: 'admin' as AccountId, updatedAt: '2026-01-01T00:00:00.000Z' }],
      forget: async (closed) => void forgotten.push(...closed),
      report: async (accounts) => {
        parts.push(accounts.length);
        for (const { accountId, updatedAt } of accounts) reported.set(accountId, updatedAt);
        return accounts.filter(({ accountId }) => accountId === 'p7').map(({ accountId }) => accountId);
      },
      retentionDays: 90,
      now: () => NOW,
      wait: async () => {},
    });
    assert.deepEqual(parts, [90, 12]);
    assert.equal(reported.get('p7'), new Date(NOW.getTime() - 7000).toISOString());
    assert.deepEqual(outcome, { reported: 102, closed: 1, erasedRecords: 3, prunedRecords: 0 });
    assert.deepEqual(forgotten, ['p7']);
    assert.equal(
      [...records.all.values()].some((each) => each.senderId === 'p7'),
      false,
    );
  });

  test('a report that fails is made again, and what was learned before it failed for good is erased all the same', async () => {
    const records = memoryRecords();
    for (let at = 0; at < 100; at += 1)
      await records.save(`j${at}`, record(job({ jobId: `j${at}`, sender: { accountId: `p${at}`, name: '' } })), 90);
    const report = async (failures: (call: number) => boolean) => {
      let calls = 0;
      const waits: number[] = [];
      const forgotten: string[] = [];
      const outcome = reportAccounts({
        records,
        settingsAccounts: async () => [],
        forget: async (closed) => void forgotten.push(...closed),
        report: async (accounts) => {
          calls += 1;
          if (failures(calls)) throw new AppFailure('CONFLUENCE_UNAVAILABLE');
          return accounts.filter(({ accountId }) => accountId === 'p3').map(({ accountId }) => accountId);
        },
        retentionDays: 90,
        now: () => NOW,
        wait: async (ms) => void waits.push(ms),
      });
      return [await outcome.catch((error: AppFailure) => error.code), waits, forgotten];
    };
    const known = (id: string) => [...records.all.values()].some(({ senderId }) => senderId === id);
    assert.deepEqual(await report((call) => call >= 2), ['CONFLUENCE_UNAVAILABLE', [5000, 30_000], ['p3']]);
    assert.equal(known('p3'), false);
    const [outcome, waits] = await report((call) => call === 1);
    assert.deepEqual([(outcome as { reported: number }).reported, waits], [100, [5000]]);
  });

  test('a closed account leaves the settings by a save of its own, which overwrites nobody', async () => {
    const settings = memorySettings();
    const [id, other] = [spaceIdSchema.parse('7'), spaceIdSchema.parse('8')];
    const saved = { revision: 1, changedBy: 'gone', changedAt: NOW.toISOString() };
    await settings.saveSite(siteSettingsV2Schema.parse({ ...saved, enforce: true }));
    await settings.saveSpace(id, spaceSettingsV2Schema.parse(saved));
    await settings.saveSpace(other, spaceSettingsV2Schema.parse(saved));
    // The query still shows what was there before somebody else saved; another save is just under way.
    const stale = [id, other].map((spaceId) => ({ spaceId, settings: spaceSettingsV2Schema.parse(saved) }));
    await settings.saveSpace(id, spaceSettingsV2Schema.parse({ ...saved, revision: 2, changedBy: 'here', enabled: false }));
    await settings.claimRevision('space-8', 2, NOW);
    await forgetInSettings({ settings, spaces: async () => stale, notices: memoryNotices(), now: () => NOW }, ids('gone'));
    const site = await settings.site();
    assert.deepEqual([site.changedBy, site.revision, site.enforce], [undefined, 2, true]);
    const [kept, underWay] = [await settings.space(id), await settings.space(other)];
    assert.deepEqual([kept.changedBy, kept.revision, kept.enabled], ['here', 2, false]);
    assert.deepEqual([underWay.changedBy, underWay.revision], ['gone', 1]);
  });

  test('records older than what is kept are deleted and not reported', async () => {
    const records = memoryRecords();
    await records.save('old', record(job({ createdAt: '2026-01-01T00:00:00.000Z', sender: { accountId: 'old', name: '' } })), 90);
    await records.save('new', record(), 90);
    const reported: string[] = [];
    const outcome = await reportAccounts({
      records,
      settingsAccounts: async () => [],
      forget: async () => {},
      report: async (accounts) => {
        reported.push(...accounts.map(({ accountId }) => accountId));
        return [];
      },
      retentionDays: 30,
      now: () => NOW,
      wait: async () => {},
    });
    assert.deepEqual([outcome.prunedRecords, [...records.all.keys()], reported], [1, ['new'], ['ada', 'bo']]);
  });

  test('a record that is written again keeps its time to live', () => {
    assert.equal(daysLeft('2026-03-20T12:00:00.000Z', 90, NOW), 80);
    assert.equal(daysLeft('2025-03-20T12:00:00.000Z', 90, NOW), 1);
  });
});

describe('settings as a file', () => {
  const account = { host: 'smtp.example.org', port: 465, security: 'tls', auth: 'password', user: 'u', fromAddress: 'a@example.org' };
  const site = siteSettingsV2Schema.parse({
    revision: 5,
    changedBy: 'ada',
    changedAt: NOW.toISOString(),
    accounts: [{ id: 'main', name: 'Main', account }],
  });
  const all = {
    site,
    exceptions: [{ spaceId: '7' as SpaceId, key: 'HB', name: 'Handbook', enabled: false }],
    spaces: [{ spaceId: '7' as SpaceId, settings: spaceSettingsV2Schema.parse({ revision: 2, policy: { toWhom: { mode: 'site' } } }) }],
  };
  const code = (expected: string) => (error: unknown) => error instanceof AppFailure && error.code === expected;

  test('what is exported can be imported, without who saved it', () => {
    const file = settingsFile(all, NOW);
    assert.equal(JSON.stringify(file).includes('ada'), false);
    assert.deepEqual(parseSettingsFile(JSON.parse(JSON.stringify(file))), file);
  });

  test('secrets in a file are ignored', () => {
    const file = JSON.parse(JSON.stringify(settingsFile(all, NOW))) as { site: { accounts: { account: Record<string, unknown> }[] } };
    Object.assign(file.site.accounts[0]?.account ?? {}, { password: 'hunter2' });
    assert.equal(JSON.stringify(parseSettingsFile(file)).includes('hunter2'), false);
  });

  test('anything else is refused, and a newer version by its own name', () => {
    for (const file of [
      undefined,
      null,
      'x',
      {},
      { format: 'pagemail-settings' },
      { ...settingsFile(all, NOW), site: { enabled: 'yes' } },
    ]) {
      assert.throws(() => parseSettingsFile(file), code('IMPORT_INVALID'));
    }
    assert.throws(() => parseSettingsFile({ format: 'pagemail-settings', version: 3 }), code('SETTINGS_NEWER'));
  });
});

test('the list of what is stored is complete, with the days that records are kept', () => {
  assert.deepEqual(
    storedItems(30).map(({ kind }) => kind),
    [...STORED_KINDS],
  );
  assert.equal(storedItems(30).find(({ kind }) => kind === 'records')?.days, 30);
});

describe('deleting everything', () => {
  function world(records: number, keys: number) {
    let deletion: Deletion = { state: 'none', deleted: 0 };
    const left = { records, keys, secrets: 2 };
    let clock = NOW.getTime();
    const pushes: number[] = [];
    const some = (kind: 'records' | 'keys') => async () => {
      const count = Math.min(25, left[kind]);
      left[kind] -= count;
      clock += 1000;
      return count;
    };
    const needs = {
      store: {
        deletion: async () => deletion,
        async saveDeletion(value: Deletion) {
          deletion = value;
        },
        async deleteSecrets() {
          const count = left.secrets;
          left.secrets = 0;
          return count;
        },
        deleteSomeRecords: some('records'),
        deleteSomeKeys: some('keys'),
      },
      push: async () => void pushes.push(clock),
      now: () => new Date(clock),
    };
    return { needs, left, pushes, later: (ms: number) => (clock += ms), until: (ms: number) => new Date(clock + ms) };
  }

  test('secrets go at once, the rest in the background, and the count is told', async () => {
    const { needs, left, pushes, until } = world(60, 30);
    assert.deepEqual(await startDeletion(needs), { state: 'running', deleted: 2, startedAt: NOW.toISOString() });
    assert.deepEqual([left.secrets, pushes.length], [0, 1]);
    const done = await continueDeletion(needs, until(60_000));
    assert.deepEqual([done.state, done.deleted, left.records, left.keys], ['done', 92, 0, 0]);
  });

  test('when the time is up it goes on in another invocation', async () => {
    const { needs, left, pushes, until } = world(1000, 0);
    await startDeletion(needs);
    assert.equal((await continueDeletion(needs, until(5000))).state, 'running');
    assert.equal(pushes.length, 2);
    assert.ok(left.records > 0);
    assert.equal((await continueDeletion(needs, until(100_000))).state, 'done');
  });

  test('asking twice starts it once; a run that died can be started again', async () => {
    const { needs, pushes, later } = world(10, 0);
    await startDeletion(needs);
    await startDeletion(needs);
    assert.equal(pushes.length, 1);
    later(2 * 3_600_000);
    await startDeletion(needs);
    assert.equal(pushes.length, 2);
  });

  test('a deletion that could not be handed to the queue can be asked for again at once', async () => {
    const { needs, pushes } = world(10, 0);
    const push = () => Promise.reject(new AppFailure('STORAGE_BUSY'));
    await assert.rejects(startDeletion({ ...needs, push }));
    assert.equal((await startDeletion(needs)).state, 'running');
    assert.equal(pushes.length, 1);
  });

  test('an event that comes without a deletion under way deletes nothing', async () => {
    const { needs, left, until } = world(10, 10);
    assert.equal((await continueDeletion(needs, until(1000))).state, 'none');
    assert.deepEqual([left.records, left.keys], [10, 10]);
  });
});
