import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ForgeRig, forgeRig } from '#test/local/rig';

type Answer = { value?: never; error?: string; status?: number };
const kvs = (rig: ForgeRig, ...call: unknown[]): Promise<Answer> => rig.value('kvs', { call });

/** One app for all tests that need nothing special. */
let rig: ForgeRig;
before(async () => {
  rig = await forgeRig();
});
after(() => rig[Symbol.asyncDispose]());

describe('storage through @forge/kvs', () => {
  test('a value comes back as it was set, and a missing key as nothing', async () => {
    await kvs(rig, 'set', 'settings:site', { a: [1, 'ü'] });
    assert.deepEqual(await kvs(rig, 'get', 'settings:site'), { value: { a: [1, 'ü'] } });
    assert.deepEqual(await kvs(rig, 'delete', 'settings:site'), {});
    assert.deepEqual(await kvs(rig, 'get', 'settings:site'), {});
  });

  test('keys with characters or a length that Forge does not take are refused', async () => {
    assert.equal((await kvs(rig, 'set', 'k'.repeat(500), 1)).error, undefined);
    assert.equal((await kvs(rig, 'set', 'k'.repeat(501), 1)).error, 'KEY_TOO_LONG');
    assert.equal((await kvs(rig, 'set', '', 1)).error, 'KEY_TOO_SHORT');
    for (const key of ['a/b', 'a@b', 'a+b', ' ']) assert.equal((await kvs(rig, 'set', key, 1)).error, 'INVALID_KEY', key);
  });

  test('a value of 240 KiB is taken and one byte more is refused', async () => {
    assert.equal((await kvs(rig, 'set', 'big', 'x'.repeat(240 * 1024 - 2))).error, undefined);
    assert.equal((await kvs(rig, 'set', 'big', 'x'.repeat(240 * 1024 - 1))).error, 'MAX_SIZE');
  });

  test('a value may be 31 levels deep', async () => {
    const nested = (levels: number): unknown => Array.from({ length: levels }).reduce((inner) => [inner], 'x');
    assert.equal((await kvs(rig, 'set', 'deep', nested(31))).error, undefined);
    assert.equal((await kvs(rig, 'set', 'deep', nested(32))).error, 'MAX_DEPTH');
  });

  test('null cannot be stored', async () => {
    assert.equal((await kvs(rig, 'set', 'nothing', null)).error, 'INVALID_VALUE');
  });

  test('a key that exists is not claimed twice', async () => {
    const claim = () => kvs(rig, 'set', 'claim', 1, { keyPolicy: 'FAIL_IF_EXISTS' });
    const answers = await Promise.all([claim(), claim(), claim()]);
    assert.equal(answers.filter(({ error }) => error === undefined).length, 1);
    assert.deepEqual(answers.find(({ error }) => error)?.error, 'KEY_CONFLICT');
    assert.equal(answers.find(({ error }) => error)?.status, 409);
  });

  test('set gives the previous or the latest value back when asked', async () => {
    await kvs(rig, 'set', 'counter', 1);
    const previous = await kvs(rig, 'set', 'counter', 2, { keyPolicy: 'OVERRIDE', returnValue: 'PREVIOUS' });
    const latest = await kvs(rig, 'set', 'counter', 3, { keyPolicy: 'OVERRIDE', returnValue: 'LATEST' });
    assert.deepEqual(
      [previous.value, latest.value],
      [
        { key: 'counter', value: 1 },
        { key: 'counter', value: 3 },
      ],
    );
  });

  test('an expired value stays readable for two days, with the time when it expired', async () => {
    let now = Date.UTC(2026, 0, 1);
    await using rig = await forgeRig({ now: () => now });
    await kvs(rig, 'set', 'brief', 'x', { ttl: { value: 1, unit: 'DAYS' } });
    now += 2 * 86_400_000;
    const late = await kvs(rig, 'get', 'brief', { metadataFields: ['EXPIRE_TIME'] });
    assert.deepEqual(late.value, { key: 'brief', value: 'x', expireTime: '2026-01-02T00:00:00.000Z' });
    now += 86_400_000;
    assert.deepEqual(await kvs(rig, 'get', 'brief'), {});
    assert.equal((await kvs(rig, 'set', 'brief', 'x', { ttl: { value: 366, unit: 'DAYS' } })).error, 'INVALID_TTL');
  });

  test('secrets live apart from values and may have 128 KiB', async () => {
    await kvs(rig, 'setSecret', 'password', 'hush');
    assert.deepEqual(await kvs(rig, 'getSecret', 'password'), { value: 'hush' });
    assert.deepEqual(await kvs(rig, 'get', 'password'), {});
    assert.deepEqual(await rig.value('query', { prefix: 'pass' }), { results: [] });
    assert.equal((await kvs(rig, 'setSecret', 'password', 'x'.repeat(128 * 1024 - 1))).error, 'MAX_SIZE');
    await kvs(rig, 'deleteSecret', 'password');
    assert.deepEqual(await kvs(rig, 'getSecret', 'password'), {});
  });

  test('a query gives pages by cursor in the order of keys', async () => {
    for (const key of ['job:3', 'job:1', 'other', 'job:2']) await kvs(rig, 'set', key, key);
    type Page = { results: { key: string }[]; nextCursor?: string };
    const first: Page = await rig.value('query', { prefix: 'job:', limit: 2 });
    const second: Page = await rig.value('query', { prefix: 'job:', limit: 2, cursor: first.nextCursor });
    assert.deepEqual(
      [first, second].map(({ results }) => results.map(({ key }) => key)),
      [['job:1', 'job:2'], ['job:3']],
    );
    assert.equal(second.nextCursor, undefined);
    assert.deepEqual(await rig.value('query', { prefix: 'job:', limit: 101 }), { error: 'INVALID_LIMIT' });
  });

  test('a query may lag behind what get already sees', async () => {
    let now = 1_000_000;
    await using rig = await forgeRig({ kvsLagMs: 1000, now: () => now });
    await kvs(rig, 'set', 'fresh', 1);
    assert.deepEqual(await kvs(rig, 'get', 'fresh'), { value: 1 });
    const keys = async () => (await rig.value<{ results: { key: string }[] }>('query', { prefix: 'fresh' })).results.length;
    assert.equal(await keys(), 0);
    now += 1001;
    assert.equal(await keys(), 1);
  });

  test('a batch does what it can and names what failed', async () => {
    const items = [
      { key: 'one', value: 1 },
      { key: 'not/ok', value: 2 },
    ];
    const { value } = await kvs(rig, 'batchSet', items);
    const { successfulKeys, failedKeys } = value as unknown as {
      successfulKeys: { key: string }[];
      failedKeys: { key: string; error: { code: string } }[];
    };
    assert.deepEqual(successfulKeys, [{ key: 'one' }]);
    assert.deepEqual(
      failedKeys.map(({ key, error }) => [key, error.code]),
      [['not/ok', 'INVALID_KEY']],
    );
    const many = Array.from({ length: 26 }, (_, index) => ({ key: `k${index}`, value: 1 }));
    assert.equal((await kvs(rig, 'batchSet', many)).error, 'INVALID_REQUEST');
  });

  test('entities are found by index, range and filter, and have only declared attributes', async () => {
    const boats = [
      { name: 'Heron', port: 'north', length: 12 },
      { name: 'Hazel', port: 'north', length: 7 },
      { name: 'Swift', port: 'north', length: 20 },
      { name: 'Hare', port: 'south', length: 30 },
    ];
    assert.deepEqual(await rig.value('boats', { boats, port: 'north', longerThan: 6, named: 'H' }), ['Hazel', 'Heron']);
    assert.equal((await rig.probe('boats', { boats: [{ name: 'X', crew: 4 }], port: 'north', longerThan: 0 })).ok, false);
  });

  test('a transaction does all or nothing, by its conditions', async () => {
    await rig.value('boats', { boats: [{ name: 'Heron', port: 'north', length: 12 }], port: 'north', longerThan: 0 });
    assert.equal(
      await rig.value('transact', {
        set: [
          ['a', 1],
          ['b', 2],
        ],
        checkBoat: 'south',
      }),
      'CONDITIONAL_CHECK_FAILED',
    );
    assert.deepEqual(await kvs(rig, 'get', 'a'), {});
    assert.equal(
      await rig.value('transact', {
        set: [
          ['a', 1],
          ['b', 2],
        ],
        checkBoat: 'north',
      }),
      'done',
    );
    assert.deepEqual(await kvs(rig, 'get', 'b'), { value: 2 });
    assert.equal(
      await rig.value('transact', {
        set: [
          ['a', 1],
          ['a', 2],
        ],
      }),
      'DUPLICATE_KEY',
    );
  });
});
