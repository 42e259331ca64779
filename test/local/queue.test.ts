import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createQueue } from '#local/forge/queue';
import { type ForgeRig, forgeRig } from '#test/local/rig';

interface Delivery {
  eventId: string;
  count: number;
  data: unknown;
}
const deliveries = async (rig: ForgeRig, name: string): Promise<Delivery[]> => {
  await rig.host.queue.idle();
  return (await rig.value<{ value?: Delivery[] }>('kvs', { call: ['get', `seen:${name}`] })).value ?? [];
};
const push = (rig: ForgeRig, events: unknown, queue = 'work') => rig.probe('push', { events, queue });

/** One app for all tests that need nothing special. */
let rig: ForgeRig;
before(async () => {
  rig = await forgeRig({ queue: { delayFactor: 0.001 } });
});
after(() => rig[Symbol.asyncDispose]());

describe('the event queue through @forge/events', () => {
  test('an event reaches the consumer of its queue once', async () => {
    await push(rig, { body: { name: 'one' } });
    assert.equal((await deliveries(rig, 'one')).length, 1);
  });

  test('an event may be delivered twice, with the same id', async () => {
    await using rig = await forgeRig({ queue: { deliveries: 2 } });
    await push(rig, { body: { name: 'twice' } });
    const [first, second, ...more] = await deliveries(rig, 'twice');
    assert.equal(first?.eventId, second?.eventId);
    assert.equal(more.length, 0);
  });

  test('a consumer that returns InvocationError gets the event again with its retry data', async () => {
    await push(rig, { body: { name: 'again', retryUntil: 2 } });
    const seen = await deliveries(rig, 'again');
    assert.deepEqual(
      seen.map(({ count, data }) => [count, data]),
      [
        [0, null],
        [1, { count: 0 }],
        [2, { count: 1 }],
      ],
    );
  });

  test('a consumer that throws gets the event again', async () => {
    await push(rig, { body: { name: 'thrown', throwUntil: 1 } });
    assert.deepEqual(
      (await deliveries(rig, 'thrown')).map(({ count }) => count),
      [0, 1],
    );
  });

  test('a delayed event waits for its time', async () => {
    await push(rig, { body: { name: 'later' }, delayInSeconds: 900 });
    assert.equal((await deliveries(rig, 'later')).length, 1);
    assert.equal((await push(rig, { body: { name: 'too late' }, delayInSeconds: 901 })).ok, false);
  });

  test('events that wait outlive a restart', async () => {
    let saved = '';
    {
      await using before = await forgeRig();
      await push(before, { body: { name: 'kept' }, delayInSeconds: 600 });
      saved = before.host.queue.save();
    }
    await using after = await forgeRig({ queue: { delayFactor: 0.0001, saved } });
    assert.equal((await deliveries(after, 'kept')).length, 1);
    assert.equal(after.host.queue.save(), '[]');
  });

  test('the job of a push can be asked how far it is', async () => {
    const { jobId } = await rig.value<{ jobId: string }>('push', { events: [{ body: { name: 'a' } }, { body: { name: 'b' } }] });
    await rig.host.queue.idle();
    assert.deepEqual(await rig.value('stats', { jobId }), { success: 2, inProgress: 0, failed: 0 });
  });

  test('50 events and 200 KB are the most of one push', async () => {
    const events = (count: number) => Array.from({ length: count }, () => ({ body: { name: 'many' } }));
    assert.equal((await push(rig, events(50))).ok, true);
    assert.equal((await push(rig, events(51))).ok, false);
    assert.equal((await push(rig, { body: { filler: 'x'.repeat(200 * 1024) } })).ok, false);
  });

  test('500 events are the most of one minute', async () => {
    let clock = 1_000_000;
    const deliver = async () => undefined;
    const queue = createQueue({ now: () => clock, consumerSeconds: () => 55, deliver });
    const push = (events: number) =>
      queue.push({ queueName: 'work', jobId: 'j', payload: Array.from({ length: events }, () => ({ body: {} })) }).status;
    assert.deepEqual(
      Array.from({ length: 11 }, () => push(50)),
      [...Array(10).fill(201), 429],
    );
    clock += 60_000;
    assert.equal(push(1), 201);
    await queue.idle();
  });

  test('an event for a consumer with a long time limit has at most 100 KB', async () => {
    const event = { body: { name: 'long', filler: 'x'.repeat(120 * 1024) } };
    assert.equal((await push(rig, event, 'work')).ok, true);
    assert.equal((await push(rig, event, 'long-work')).ok, false);
  });

  test('a queue without a consumer takes nothing', async () => {
    assert.equal((await push(rig, { body: {} }, 'nobody-listens')).ok, false);
  });

  test('a consumer has no session: it acts as a person only by impersonation', async () => {
    const paths = ['/wiki/api/v2/pages/101', '/wiki/api/v2/spaces/10'];
    await push(rig, { body: { name: 'reader', readAs: 'acc:olga', paths } });
    await rig.host.queue.idle();
    const { value } = await rig.value<{ value: { status: number }[] }>('kvs', { call: ['get', 'read:reader'] });
    assert.deepEqual(
      value.map(({ status }) => status),
      [200, 401],
    );
  });
});
