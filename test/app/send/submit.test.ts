import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jobIdOf, submitMail } from '#app/send/submit';
import { jobIdSchema } from '#contract/jobs';
import { MAX_MESSAGE_BYTES } from '#contract/limits';
import { siteSettingsSchema } from '#contract/settings/parts';
import { siteSettingsV2Schema } from '#contract/settings/v2';
import { memoryRecords } from '#test/app/history/support';
import {
  addressBook,
  attachment,
  codeOf,
  draft,
  HANA,
  JONAS,
  MIRA,
  mailAccount,
  memoryJobs,
  memoryQuota,
  memorySettings,
  NOW,
  PAGE,
  type StubPage,
  stubReader,
  stubSession,
  stubTransport,
} from '#test/app/rig';

const KEY = '0b6b4f0e-7d3c-4a7e-9d53-0d0a5f1f3c11';
const to = [{ kind: 'user', accountId: JONAS.accountId }];

async function setUp(page: StubPage = {}, settings: Record<string, unknown> = { account: mailAccount() }) {
  const jobs = memoryJobs();
  const pushed: unknown[] = [];
  const store = memorySettings();
  await store.saveSite(siteSettingsSchema.parse(settings));
  const needs = {
    reader: stubReader(page),
    session: stubSession(),
    app: addressBook(),
    transport: stubTransport(),
    settings: store,
    quota: memoryQuota(),
    records: memoryRecords(),
    jobs,
    push: async (event: unknown, delay: number) => {
      pushed.push([event, delay]);
    },
    now: () => NOW,
  };
  const submit = (fields: Record<string, unknown> = { to }, key = KEY, accountId = MIRA.accountId) =>
    submitMail(needs, accountId, { ref: PAGE, draft: draft(fields), idempotencyKey: key, language: 'en' });
  return { submit, jobs, pushed, needs };
}

describe('submitting', () => {
  test('stores a queued job and pushes its first attempt', async () => {
    const { submit, jobs, pushed } = await setUp();
    const { jobId, state } = await submit({ to, note: 'Hi', subject: 'S' });
    assert.equal(state, 'queued');
    assert.deepEqual(pushed, [[{ jobId, attempt: 1 }, 0]]);
    const stored = jobs.stored.get(jobId);
    assert.deepEqual(
      [stored?.sender, stored?.note, stored?.page.spaceName],
      [{ accountId: MIRA.accountId, name: 'Mira' }, 'Hi', 'Workshop'],
    );
  });

  test('never stores an address of a person', async () => {
    const { submit, jobs } = await setUp();
    await submit();
    assert.doesNotMatch(JSON.stringify([...jobs.stored.values()]), /@/);
  });

  test('twice with the same key is one job, also at the same time', async () => {
    const { submit, jobs } = await setUp();
    const results = await Promise.all([submit(), submit(), submit()]);
    results.push(await submit(), await submit({ to }, KEY.toUpperCase()));
    assert.equal(new Set(results.map(({ jobId }) => jobId)).size, 1);
    assert.equal(jobs.stored.size, 1);
  });

  test('twice as the last mail of the day is one mail for both', async () => {
    const { needs, jobs } = await setUp();
    const once = { ref: PAGE, draft: draft({ to }), idempotencyKey: KEY, language: 'en' as const };
    const settings = {
      ...needs.settings,
      site: async () => siteSettingsV2Schema.parse({ ...(await needs.settings.site()), policy: { limits: { mailsPerPersonAndDay: 1 } } }),
    };
    // The second one has seen no job yet when the first one takes the last mail of the day.
    let first: Promise<unknown> | undefined;
    const quota = {
      ...needs.quota,
      lastTaken: async (...asked: Parameters<typeof needs.quota.lastTaken>) => {
        first ??= submitMail({ ...needs, settings }, MIRA.accountId, once);
        await first;
        return needs.quota.lastTaken(...asked);
      },
    };
    const second = await submitMail({ ...needs, settings, quota }, MIRA.accountId, once);
    assert.deepEqual(await first, second);
    assert.equal(jobs.stored.size, 1);
    const other = { ...once, idempotencyKey: KEY.replace('0b', '0c') };
    await assert.rejects(submitMail({ ...needs, settings }, MIRA.accountId, other), codeOf('DAILY_LIMIT'));
  });

  test('of another draft with the same key is refused, whether the first is still under way or not', async () => {
    const { submit, jobs, pushed } = await setUp();
    const { jobId } = await submit({ to, subject: 'The plan' });
    for (const changed of [
      { to, subject: 'The plans' },
      { to: [], cc: to, subject: 'The plan' },
      { to, subject: 'The plan', note: 'Hi' },
    ]) {
      await assert.rejects(submit(changed), codeOf('ALREADY_SUBMITTED'));
    }
    assert.deepEqual([jobs.stored.get(jobId)?.subject, pushed.length], ['The plan', 1]);
    const both = await setUp();
    const results = await Promise.allSettled([both.submit({ to, subject: 'A' }), both.submit({ to, subject: 'B' })]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal(both.jobs.stored.size, 1);
  });

  test('again pushes again while nobody has claimed the job, and not after', async () => {
    const { submit, jobs, pushed } = await setUp();
    const { jobId } = await submit();
    await submit();
    assert.equal(pushed.length, 2);
    await jobs.claim(jobId, 1, NOW);
    await submit();
    assert.equal(pushed.length, 2);
  });

  test('with the key of somebody else is another job', async () => {
    const { submit } = await setUp();
    const [mine, theirs] = [await submit(), await submit({ to }, KEY, HANA.accountId)];
    assert.notEqual(mine.jobId, theirs.jobId);
  });

  test('stores nothing when the mail cannot be sent', async () => {
    const refusals: [string, Promise<unknown>, { jobs: { stored: Map<string, unknown> } }][] = [];
    const expect = async (code: string, fields: Record<string, unknown>, page: StubPage = {}, settings?: Record<string, unknown>) => {
      const site = settings ? await setUp(page, settings) : await setUp(page);
      refusals.push([code, site.submit(fields), site]);
    };
    await expect('NO_RECIPIENTS', { to: [] });
    await expect('SENDING_OFF_SITE', { to }, {}, { enabled: false, account: mailAccount() });
    await expect('NO_MAIL_ACCOUNT', { to }, {}, {});
    await expect('ATTACHMENT_GONE', { to, attachmentIds: ['att9'] });
    await expect('MESSAGE_TOO_LARGE', { to, attachmentIds: ['att1'] }, { attachments: [attachment('att1', 'big', MAX_MESSAGE_BYTES)] });
    for (const [code, result, { jobs }] of refusals) {
      await assert.rejects(result, codeOf(code), code);
      assert.equal(jobs.stored.size, 0);
    }
  });

  test('a page that the sender may not view finds no page', async () => {
    const { needs } = await setUp();
    const elsewhere = { ...PAGE, id: '404' as typeof PAGE.id };
    const submission = { ref: elsewhere, draft: draft({ to }), idempotencyKey: KEY, language: 'en' as const };
    await assert.rejects(submitMail(needs, MIRA.accountId, submission), codeOf('PAGE_NOT_FOUND'));
  });
});

test('a job’s id fits the contract and storage keys', () => {
  assert.match(jobIdOf(MIRA.accountId, KEY), /^[0-9a-f]{40}$/);
  assert.equal(jobIdSchema.safeParse(jobIdOf(MIRA.accountId, KEY)).success, true);
});
