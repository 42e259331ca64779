import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { deliver } from '#app/delivery/deliver';
import { AppFailure } from '#app/failure';
import type { SendJob } from '#app/send/model';
import { readSite } from '#app/settings/migrate';
import { bindingOf } from '#app/settings/secrets';
import type { SendRequest } from '#contract/relay/api';
import { sendRequestSchema } from '#contract/relay/api';
import { addressBook, job, mailAccount, memoryJobs, memorySettings, NOW, stubReader, stubTransport, toAddress } from '#test/app/rig';

mock.method(console, 'log', () => undefined);

const named = (count: number) => Array.from({ length: count }, (_, at) => toAddress(`r${at}@side.example`));
const to = ({ envelope }: SendRequest): string => envelope.to[0] ?? '';

interface Setup {
  readonly recipients?: SendJob['recipients'];
  readonly answer?: Parameters<typeof stubTransport>[0];
  /** Seconds that each mail takes. */
  readonly seconds?: number;
}

/** A job of individual mails on a clock that goes on with each mail and each wait. */
async function setUp({ recipients = named(5), answer, seconds = 1 }: Setup = {}) {
  const stored = job({ individual: true, recipients });
  const jobs = memoryJobs(stored);
  const settings = memorySettings();
  await settings.saveSite(readSite({ account: mailAccount() }));
  settings.secrets.set('site:password', { v: 1, boundTo: bindingOf(mailAccount()), value: 'sesame' });
  let clock = NOW.getTime();
  const waits: number[] = [];
  const isThere: boolean[] = [];
  /** Calls of the relay, with when, ms from the start. */
  const calls: { at: number; calls: number }[] = [];
  const stub = stubTransport((request) => {
    clock += seconds * 1000;
    return answer?.(request) ?? {};
  });
  const needs = {
    jobs,
    settings,
    readerAs: () => stubReader(),
    app: addressBook(),
    transport: {
      ...stub,
      send: (request: SendRequest, key: string, there?: boolean) => {
        isThere.push(there ?? false);
        calls.push({ at: clock - NOW.getTime(), calls: there ? 1 : 2 });
        return stub.send(request, key).catch((error: unknown) => {
          if (error instanceof AppFailure && error.code === 'OUTCOME_UNKNOWN') calls.push({ at: clock - NOW.getTime(), calls: 1 });
          throw error;
        });
      },
    },
    push: async () => {},
    now: () => new Date(clock),
    wait: async (ms: number) => {
      waits.push(ms);
      clock += ms;
    },
    ended: async () => {},
  };
  const run = async (attempt = 1) => {
    await deliver(needs, { v: 1, jobId: stored.jobId, attempt });
    return jobs.stored.get(stored.jobId) as SendJob;
  };
  return { run, requests: stub.requests, waits, isThere, calls };
}
const states = ({ recipients }: SendJob) => recipients.map(({ state }) => state);

describe('individual mails', () => {
  test('are sound requests with keys and Message-IDs of their own', async () => {
    const site = await setUp();
    assert.equal((await site.run()).progress.state, 'sent');
    assert.equal(site.requests.length, 5);
    for (const { request } of site.requests) {
      assert.deepEqual(sendRequestSchema.safeParse(request).error?.issues, undefined);
      assert.deepEqual(request.message.to, [{ address: to(request) }]);
    }
    assert.equal(new Set(site.requests.map(({ key }) => key)).size, 5);
    assert.equal(new Set(site.requests.map(({ request }) => request.message.messageId)).size, 5);
  });

  test('go to a doubled address once', async () => {
    const site = await setUp({ recipients: [toAddress('a@side.example'), toAddress('A@side.example')] });
    assert.deepEqual(states(await site.run()), ['accepted', 'accepted']);
    assert.equal(site.requests.length, 1);
  });

  test('stop at a failure that would meet every one of them, and nothing was sent', async () => {
    const site = await setUp({ recipients: named(50), answer: () => new AppFailure('LOGIN_FAILED') });
    const ended = await site.run();
    assert.equal(site.requests.length, 1);
    assert.equal(ended.progress.state, 'failed');
    assert.equal('error' in ended.progress && ended.progress.error?.code, 'LOGIN_FAILED');
  });

  test('that the relay was away for are tried again, those sent before are not', async () => {
    let isAway = true;
    const answer = (request: SendRequest) => (isAway && to(request) !== 'r0@side.example' ? new AppFailure('RELAY_UNREACHABLE') : {});
    const site = await setUp({ recipients: named(20), answer });
    const first = await site.run();
    assert.equal(first.progress.state, 'queued');
    assert.deepEqual([states(first)[0], states(first)[19]], ['accepted', 'deferred']);
    isAway = false;
    assert.equal((await site.run(2)).progress.state, 'sent');
    assert.equal(site.requests.filter(({ request }) => to(request) === 'r0@side.example').length, 1);
  });

  test('of which one’s outcome is unknown are never sent again by themselves, and the others get theirs', async () => {
    const answer = (request: SendRequest) => (to(request) === 'r1@side.example' ? new AppFailure('OUTCOME_UNKNOWN') : {});
    const site = await setUp({ answer });
    const ended = await site.run();
    assert.equal(ended.progress.state, 'unknown');
    assert.deepEqual(states(ended), ['accepted', 'waiting', 'accepted', 'accepted', 'accepted']);
    await site.run(2);
    assert.equal(site.requests.length, 5);
  });

  test('ask whether the relay is there before the first, and again after a lost answer', async () => {
    const answer = (request: SendRequest) => (to(request) === 'r0@side.example' ? new AppFailure('OUTCOME_UNKNOWN') : {});
    const site = await setUp({ recipients: named(10), answer });
    await site.run();
    assert.deepEqual(site.isThere.slice(0, 2), [false, false]);
    assert.equal(site.isThere.at(-1), true);
  });

  test('stay below the platform’s requests in a minute', async () => {
    const site = await setUp({ recipients: named(200), seconds: 0.1 });
    assert.equal((await site.run()).progress.state, 'sent');
    assert.ok(site.waits.length >= 2, `${site.waits}`);
  });

  test('stay below them also where every mail is refused, or its answer lost', async () => {
    for (const code of ['RECIPIENT_REJECTED', 'OUTCOME_UNKNOWN'] as const) {
      const site = await setUp({ recipients: named(200), seconds: 0.1, answer: () => new AppFailure(code) });
      await site.run();
      assert.equal(site.requests.length, 200);
      const minutes = new Map<number, number>();
      for (const { at, calls } of site.calls) minutes.set(Math.floor(at / 60_000), (minutes.get(Math.floor(at / 60_000)) ?? 0) + calls);
      assert.ok(Math.max(...minutes.values()) <= 100, `${code}: ${[...minutes.values()]}`);
    }
  });

  test('are not asked each time whether the relay is there when it refuses one after the other', async () => {
    const site = await setUp({ recipients: named(10), answer: () => new AppFailure('RECIPIENT_REJECTED') });
    await site.run();
    assert.deepEqual(site.isThere, [false, ...Array(9).fill(true)]);
  });

  test('that do not fit into the consumer’s time go on in another attempt', async () => {
    const site = await setUp({ recipients: named(80), seconds: 10 });
    const first = await site.run();
    assert.equal(first.progress.state, 'queued');
    assert.ok(site.requests.length >= 45 && site.requests.length < 60, `${site.requests.length}`);
    assert.equal((await site.run(2)).progress.state, 'sent');
    assert.equal(site.requests.length, 80);
  });
});
