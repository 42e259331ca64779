import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { readSite, readSpace } from '#app/settings/migrate';
import { SITE_OWNER } from '#app/settings/model';
import { JOB_TTL_DAYS } from '#contract/limits';
import { siteSettingsV2Schema } from '#contract/settings/v2';
import { createKvsApi } from '#local/forge/kvs/api';
import { createKvsStore, type KvsStore } from '#local/forge/kvs/store';
import { loadManifest } from '#local/forge/manifest';
import { installForge } from '#test/app/forge';
import { record } from '#test/app/history/support';
import { codeOf, job, later, MIRA, mailAccount, NOW, SPACE_ID } from '#test/app/rig';

// The store against the storage of the local site, which refuses what Forge refuses, through the real @forge/kvs.
installForge(() => undefined);
const { deletionStore, jobStore, noticeStore, recordStore, settingsStore } = await import('#app/store/index');

let kvs: KvsStore;
let calls: ReturnType<typeof installForge>;
beforeEach(() => {
  kvs = createKvsStore({ now: () => NOW.getTime(), lagMs: 0 });
  const api = createKvsApi(kvs, []);
  calls = installForge(({ path, body }) => api.handle(path, body));
});

describe('jobs in storage', () => {
  test('come back as they were', async () => {
    await jobStore.createJob(job());
    assert.deepEqual(await jobStore.job('job1'), job());
    assert.equal(await jobStore.job('job2'), undefined);
  });

  test('are created once', async () => {
    assert.deepEqual(await Promise.all([jobStore.createJob(job()), jobStore.createJob(job())]), [true, false]);
    assert.equal(await jobStore.createJob(job({ subject: 'Other' })), false);
    assert.equal((await jobStore.job('job1'))?.subject, 'The plan');
  });

  test('are saved over', async () => {
    await jobStore.createJob(job());
    await jobStore.saveJob(job({ subject: 'Changed' }));
    assert.equal((await jobStore.job('job1'))?.subject, 'Changed');
  });

  test('are claimed once for each attempt, with the time', async () => {
    const claims = await Promise.all([jobStore.claim('job1', 1, NOW), jobStore.claim('job1', 1, NOW), jobStore.claim('job1', 2, NOW)]);
    assert.deepEqual(claims, [true, false, true]);
    assert.deepEqual(await jobStore.claimedAt('job1', 1), NOW);
    assert.equal(await jobStore.claimedAt('job1', 3), undefined);
  });

  test('note once that an attempt was asked for', async () => {
    assert.deepEqual([await jobStore.askRetry('job1', 2, NOW), await jobStore.askRetry('job1', 2, NOW)], [true, false]);
    assert.deepEqual(await jobStore.retryAskedAt('job1', 2), NOW);
  });

  test('go away with all that belongs to them', async () => {
    await jobStore.createJob(job());
    await jobStore.saveJob(job());
    await jobStore.claim('job1', 1, NOW);
    await jobStore.askRetry('job1', 2, NOW);
    const ttls = calls.filter(({ path }) => path.endsWith('/set')).map(({ body }) => (body as { options: { ttl: unknown } }).options.ttl);
    assert.deepEqual(ttls, Array(4).fill({ value: JOB_TTL_DAYS, unit: 'DAYS' }));
  });

  test('tell a failure of storage from a key that exists', async () => {
    installForge(() => Response.json({ code: 'TOO_MANY_REQUESTS', message: 'slow down' }, { status: 429 }));
    await assert.rejects(jobStore.claim('job1', 1, NOW), codeOf('STORAGE_BUSY'));
  });
});

describe('what another version of the app stored', () => {
  const entities = loadManifest('.').entities;
  beforeEach(() => {
    const api = createKvsApi(kvs, entities);
    installForge(({ path, body }) => api.handle(path, body));
  });
  const all = { index: 'by-site', partition: ['all'], from: '0', to: '9', equals: {}, limit: 25 } as const;

  test('hides none of the records that can be read, and is deleted with them', async () => {
    await recordStore.save('old', record(), 1);
    const newer = { ...record(), v: 2, outcome: 'bounced' } as never;
    await recordStore.save('newer', newer, 1);
    assert.deepEqual(
      (await recordStore.query(all)).records.map(({ id }) => id),
      ['old'],
    );
    assert.equal(await recordStore.record('newer'), undefined);
    assert.equal(await deletionStore.deleteSomeRecords(), 2);
    assert.equal(await deletionStore.deleteSomeRecords(), 0);
  });

  test('does not keep the dialog from opening, and is not overwritten where it decides', async () => {
    await noticeStore.saveNotices(MIRA.accountId, [{ state: 'lost' } as never]);
    assert.deepEqual(await noticeStore.notices(MIRA.accountId), []);
    await settingsStore.saveExceptions({ version: 2 as never, revision: 1, spaces: [] });
    await assert.rejects(settingsStore.exceptions(), codeOf('SETTINGS_NEWER'));
  });
});

describe('settings in storage', () => {
  test('are the defaults at first', async () => {
    assert.deepEqual(await settingsStore.site(), siteSettingsV2Schema.parse({}));
    assert.equal((await settingsStore.space(SPACE_ID)).enabled, true);
  });

  test('hold secrets apart, where no query finds them', async () => {
    await settingsStore.saveSite(readSite({ account: mailAccount() }));
    await settingsStore.saveSecret(SITE_OWNER, 'password', { v: 1, boundTo: 'b', value: 'sesame' });
    assert.equal((await settingsStore.secret(SITE_OWNER, 'password'))?.value, 'sesame');
    assert.doesNotMatch(JSON.stringify(kvs.scan('kvs')), /sesame/);
    await settingsStore.deleteSecret(SITE_OWNER, 'password');
    assert.equal(await settingsStore.secret(SITE_OWNER, 'password'), undefined);
  });

  test('let one save make a revision; of several that find it abandoned, one takes it over', async () => {
    const claim = (seconds: number) => settingsStore.claimRevision(SITE_OWNER, 3, later(seconds));
    const several = async (seconds: number) => (await Promise.all([claim(seconds), claim(seconds), claim(seconds)])).filter(Boolean).length;
    assert.deepEqual([await several(0), await several(60), await several(121), await several(180), await several(242)], [1, 0, 1, 0, 1]);
  });

  test('that were never saved can be deleted', async () => {
    await settingsStore.deleteSecret(SITE_OWNER, 'refreshToken');
  });

  test('list every space that has some, beyond one page of the query', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => String(1000 + index) as typeof SPACE_ID);
    for (const id of ids) await settingsStore.saveSpace(id, readSpace({ revision: 1 }));
    assert.deepEqual((await settingsStore.spacesWithSettings()).sort(), [...ids].sort());
  });
});
