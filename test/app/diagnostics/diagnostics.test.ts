import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { activeDebugLog, type DebugLog, switchDebugLog } from '#app/diagnostics/debug-log';
import { countErrors, type ErrorDay, lastErrors } from '#app/diagnostics/errors';
import { supportReport } from '#app/diagnostics/report';
import type { AccountId } from '#contract/draft';
import { siteSettingsV2Schema } from '#contract/settings/v2';
import { VERSION } from '#contract/version';

const NOW = new Date('2026-03-30T12:00:00.000Z');
const hoursLater = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

describe('failures by code', () => {
  function memory() {
    const days = new Map<string, ErrorDay>();
    return {
      days,
      errorDay: async (day: string) => days.get(day) ?? {},
      async saveErrorDay(day: string, errors: ErrorDay) {
        days.set(day, errors);
      },
    };
  }

  test('are counted over the last 7 days, the most recent first', async () => {
    const store = memory();
    await countErrors(store, [{ code: 'RELAY_UNREACHABLE' }, { code: 'LOGIN_FAILED' }], hoursLater(-48));
    await countErrors(store, [{ code: 'LOGIN_FAILED' }], NOW);
    await countErrors(store, [{ code: 'SERVER_BUSY' }], hoursLater(-24 * 8));
    assert.deepEqual(await lastErrors(store, NOW), [
      { code: 'LOGIN_FAILED', count: 2, lastAt: NOW.toISOString() },
      { code: 'RELAY_UNREACHABLE', count: 1, lastAt: hoursLater(-48).toISOString() },
    ]);
  });

  test('keep what the platform said the last time', async () => {
    const store = memory();
    await countErrors(store, [{ code: 'IMPERSONATION_REFUSED', params: { reason: 'first' } }], hoursLater(-1));
    await countErrors(store, [{ code: 'IMPERSONATION_REFUSED', params: { reason: 'then', host: 'mail.example.org' } }], NOW);
    assert.deepEqual(await lastErrors(store, NOW), [
      { code: 'IMPERSONATION_REFUSED', count: 2, lastAt: NOW.toISOString(), reason: 'then' },
    ]);
  });

  test('what a person typed wrong is no news', async () => {
    const store = memory();
    await countErrors(store, [{ code: 'INVALID_ADDRESS' }, { code: 'PAGE_NOT_FOUND' }], NOW);
    assert.equal(store.days.size, 0);
  });

  test('a storage that fails is not made worse', async () => {
    const broken = { errorDay: () => Promise.reject(new Error('429')), saveErrorDay: async () => {} };
    await countErrors(broken, [{ code: 'SERVER_BUSY' }], NOW);
  });
});

describe('the debug log', () => {
  function memory() {
    let value: DebugLog | undefined;
    return {
      debugLog: async () => value,
      async saveDebugLog(next: DebugLog) {
        value = next;
      },
      async deleteDebugLog() {
        value = undefined;
      },
    };
  }
  const ada = 'ada' as AccountId;

  test('is on for the hours asked for and ends by itself', async () => {
    const store = memory();
    assert.deepEqual(await switchDebugLog(store, 2, ada, NOW), { until: hoursLater(2).toISOString(), startedBy: ada });
    assert.equal((await activeDebugLog(store, hoursLater(1.9)))?.startedBy, ada);
    assert.equal(await activeDebugLog(store, hoursLater(2)), undefined);
  });

  test('never lasts longer than 24 hours, whatever is stored', async () => {
    const store = memory();
    assert.equal((await switchDebugLog(store, 100, ada, NOW))?.until, hoursLater(24).toISOString());
    await store.saveDebugLog({ until: hoursLater(25).toISOString(), startedBy: ada });
    assert.equal(await activeDebugLog(store, NOW), undefined);
  });

  test('can be switched off', async () => {
    const store = memory();
    await switchDebugLog(store, 3, ada, NOW);
    assert.equal(await switchDebugLog(store, 0, ada, NOW), undefined);
    assert.equal(await activeDebugLog(store, NOW), undefined);
  });
});

test('the support report tells the shape of the settings and nothing that an administrator typed', () => {
  const account = {
    host: 'smtp.secret.test',
    port: 465,
    security: 'tls',
    auth: 'password',
    user: 'secret-user',
    fromName: 'Secret',
    fromAddress: 'a@secret.test',
  };
  const settings = siteSettingsV2Schema.parse({
    accounts: [{ id: 'secret-id', name: 'Secret account', account }],
    defaultAccount: 'secret-id',
    presentation: { subjectPrefix: '[secret]', headerText: 'Secret', footerText: 'Secret', noteTemplate: 'Secret' },
    policy: {
      who: { mode: 'groups', groups: [{ groupId: 'secret-group', name: 'Secret group' }], contact: 'Secret' },
      toWhom: { mode: 'domains', allowDomains: ['secret.test'] },
      content: { labels: [{ label: 'secret', rule: 'refuse' }] },
    },
    changedBy: 'secret-person',
  });
  const report = supportReport({
    deployment: '1.2.3',
    environment: 'PRODUCTION',
    relay: { error: { code: 'RELAY_UNREACHABLE' } },
    settings,
    exceptionCount: 4,
    errors: [],
    now: NOW,
  });
  assert.equal(/secret/i.test(report), false, report);
  const parsed = JSON.parse(report) as { app: unknown; policy: { toWhom: unknown }; relay: unknown };
  assert.deepEqual(parsed.app, { version: VERSION, deployment: '1.2.3', environment: 'PRODUCTION' });
  assert.deepEqual(parsed.policy.toWhom, { mode: 'domains', allowed: 1, denied: 0 });
  assert.deepEqual(parsed.relay, { error: 'RELAY_UNREACHABLE' });
});
