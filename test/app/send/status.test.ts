import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LOST_AFTER_SECONDS, STALE_AFTER_SECONDS } from '#app/delivery/job';
import type { SendJob } from '#app/send/model';
import { readStatus, retryMail } from '#app/send/status';
import { JOB_TTL_DAYS } from '#contract/limits';
import { siteSettingsV2Schema } from '#contract/settings/v2';
import {
  codeOf,
  HANA,
  JONAS,
  job,
  later,
  type MemorySettings,
  MIRA,
  memoryJobs,
  memorySettings,
  NOW,
  type StubSite,
  stubReader,
  stubSession,
  toAddress,
  toUser,
} from '#test/app/rig';

const failed = (fields: Partial<SendJob> = {}) =>
  job({ progress: { state: 'failed', attempt: 1, error: { code: 'LOGIN_FAILED' } }, ...fields });

interface Setup {
  readonly admin?: boolean;
  readonly seconds?: number;
  readonly settings?: MemorySettings;
  readonly site?: StubSite;
}

function setUp(stored: SendJob, { admin = false, seconds = 0, settings = memorySettings(), site = {} }: Setup = {}) {
  const jobs = memoryJobs(stored);
  const pushed: number[] = [];
  const needs = {
    jobs,
    reader: stubReader(),
    session: stubSession(site),
    settings,
    administersSite: async () => admin,
    push: async ({ attempt }: { attempt: number }) => {
      pushed.push(attempt);
    },
    now: () => later(seconds),
  };
  return {
    jobs,
    pushed,
    status: (who = MIRA) => readStatus(needs, who.accountId, stored.jobId),
    retry: (who = MIRA) => retryMail(needs, who.accountId, stored.jobId),
  };
}

describe('the status of a mail', () => {
  test('is for its sender and site administrators; to others the mail does not exist', async () => {
    assert.equal((await setUp(job()).status()).state, 'queued');
    assert.equal((await setUp(job(), { admin: true }).status(HANA)).state, 'queued');
    await assert.rejects(setUp(job()).status(HANA), codeOf('JOB_NOT_FOUND'));
  });

  test('ends with the job’s time, even if storage has not deleted it yet', async () => {
    const days = JOB_TTL_DAYS * 86_400;
    await setUp(failed(), { seconds: days }).status();
    await assert.rejects(setUp(failed(), { seconds: days + 1 }).status(), codeOf('JOB_NOT_FOUND'));
  });

  test('tells of a consumer that died', async () => {
    const begun = job({ progress: { state: 'sending', attempt: 1, claimedAt: NOW.toISOString() } });
    assert.equal((await setUp(begun, { seconds: STALE_AFTER_SECONDS }).status()).state, 'sending');
    const status = await setUp(begun, { seconds: STALE_AFTER_SECONDS + 1 }).status();
    assert.deepEqual([status.state, status.canRetry, status.error?.code], ['unknown', false, 'OUTCOME_UNKNOWN']);
  });
});

describe('trying again', () => {
  test('pushes the next attempt, and the status says queued from then on', async () => {
    const { retry, status, pushed } = setUp(failed());
    assert.equal((await status()).canRetry, true);
    assert.deepEqual(await retry(), { jobId: 'job1', state: 'queued' });
    assert.deepEqual(pushed, [2]);
    const { state, attempt, canRetry } = await status();
    assert.deepEqual([state, attempt, canRetry], ['queued', 2, false]);
  });

  test('twice asks for the same attempt', async () => {
    const { retry, pushed, jobs } = setUp(failed());
    await Promise.all([retry(), retry()]);
    assert.deepEqual(pushed, [2, 2]);
    assert.equal(jobs.asked.size, 1);
  });

  test('leaves the stored job alone, which belongs to the attempt’s consumer', async () => {
    const { retry, jobs } = setUp(failed());
    await retry();
    assert.equal(jobs.stored.get('job1')?.progress.state, 'failed');
  });

  test('is for the sender alone', async () => {
    await assert.rejects(setUp(failed(), { admin: true }).retry(HANA), codeOf('JOB_NOT_FOUND'));
  });

  for (const [why, stored] of [
    ['the outcome is unknown', job({ progress: { state: 'unknown', attempt: 1, error: { code: 'OUTCOME_UNKNOWN' } } })],
    ['it is under way', job({ progress: { state: 'sending', attempt: 1, claimedAt: NOW.toISOString() } })],
    ['it waits', job()],
    ['everybody accepted', job({ progress: { state: 'sent', attempt: 1 }, recipients: [toUser(JONAS, 'accepted')] })],
  ] as const) {
    test(`does nothing when ${why}`, async () => {
      const { retry, pushed } = setUp(stored);
      assert.equal((await retry()).state, stored.progress.state);
      assert.deepEqual(pushed, []);
    });
  }

  test('is refused where the policy of now says no, though it said yes when the mail was accepted', async () => {
    const under = async (policy: unknown, site: StubSite = {}, recipients = [toUser(JONAS)]) => {
      const settings = memorySettings();
      await settings.saveSite(siteSettingsV2Schema.parse(policy));
      return setUp(failed({ recipients }), { settings, site });
    };
    const inside = { policy: { who: { mode: 'groups', groups: [{ groupId: 'g1', name: 'senders' }] } } };
    const noOutside = { policy: { content: { restrictedPages: 'no-outside' } } };
    const restricted = { restricted: true };
    const outsider = [toUser(JONAS, 'accepted'), toAddress('out@side.example')];
    for (const [code, site] of [
      ['SENDING_OFF_SITE', await under({ enabled: false })],
      ['NOT_IN_ALLOWED_GROUP', await under(inside)],
      ['RESTRICTED_PAGE', await under({ policy: { content: { restrictedPages: 'refuse' } } }, restricted)],
      ['RESTRICTED_PAGE_OUTSIDE', await under(noOutside, restricted, outsider)],
    ] as const) {
      await assert.rejects(site.retry(), codeOf(code));
      assert.deepEqual([site.pushed, site.jobs.asked.size], [[], 0]);
    }
    for (const site of [
      await under(inside, { memberOf: ['g1'] }),
      await under(noOutside, restricted),
      await under(noOutside, {}, outsider),
    ]) {
      assert.equal((await site.retry()).state, 'queued');
    }
  });

  test('can be asked anew when the queue lost the attempt', async () => {
    const { jobs, status, retry, pushed } = setUp(failed(), { seconds: LOST_AFTER_SECONDS + 1 });
    await jobs.askRetry('job1', 2, NOW);
    assert.equal((await status()).canRetry, true);
    await retry();
    assert.deepEqual(pushed, [2]);
  });

  test('goes to the attempt after one that was claimed and never begun', async () => {
    const { jobs, retry, pushed } = setUp(failed(), { seconds: STALE_AFTER_SECONDS + 1 });
    await jobs.claim('job1', 2, NOW);
    await retry();
    assert.deepEqual(pushed, [3]);
  });
});
