import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RelayErrorBody } from '#contract/relay/api';
import { memoryStore } from '#relay/shared/store';
import { freePort, noRedis, startRedis } from '#test/relay/redis';
import { type Rig, sendRequest, startRig } from '#test/relay/rig';
import { SILENCE, startScriptedServer } from '#test/support/smtp-script';

const none = {
  RELAY_QUOTA_MESSAGES_PER_MINUTE: '0',
  RELAY_QUOTA_MESSAGES_PER_DAY: '0',
  RELAY_QUOTA_RECIPIENTS_PER_DAY: '0',
  RELAY_QUOTA_BYTES_PER_DAY: '0',
};
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('quotas', () => {
  const cases: [string, Record<string, string>, number][] = [
    ['messages a minute', { RELAY_QUOTA_MESSAGES_PER_MINUTE: '2' }, 2],
    ['messages a day', { RELAY_QUOTA_MESSAGES_PER_DAY: '3' }, 3],
    ['recipients a day', { RELAY_QUOTA_RECIPIENTS_PER_DAY: '7' }, 3],
    ['bytes a day', { RELAY_QUOTA_BYTES_PER_DAY: '100' }, 2],
  ];
  for (const [name, env, allowed] of cases) {
    test(`${name} are counted by installation and refused with 429 and Retry-After`, async () => {
      const server = await startScriptedServer({});
      // A fixed moment, 20 seconds before a minute ends.
      const now = (): number => Date.parse('2026-11-23T12:00:40Z');
      await using rig = await startRig({ env: { ...none, ...env, RELAY_ALLOW_PORTS: String(server.port) }, deps: { now } });
      const send = async (installationId: string) => {
        const claims = { iat: now() / 1000, nbf: now() / 1000, exp: now() / 1000 + 25 };
        const authorization = `Bearer ${await rig.token({ claims, app: { installationId } })}`;
        return rig.post('/v1/messages', sendRequest(server.port, { to: ['a@example.com', 'b@example.com'] }), { authorization });
      };
      for (let sent = 0; sent < allowed; sent += 1) assert.equal((await send('one')).status, 200);
      const refused = await send('one');
      assert.equal(refused.status, 429);
      assert.equal((refused.body as RelayErrorBody).error.code, 'RELAY_BUSY');
      assert.equal(refused.headers.get('retry-after'), name.endsWith('minute') ? '20' : String(12 * 3600 - 40));
      assert.equal((await send('two')).status, 200, 'others are not touched');
      assert.match(String((await rig.get('/metrics')).body), /pagemail_relay_quota_refusals_total\{quota="[a-z-]+"\} 1/);
      await server.close();
    });
  }

  test('transactions at the same time are limited by installation', async () => {
    const server = await startScriptedServer({ dot: SILENCE });
    await using rig = await startRig({
      env: { RELAY_ALLOW_PORTS: String(server.port), RELAY_QUOTA_CONCURRENT: '1', RELAY_DRAIN_SECONDS: '0' },
    });
    const first = rig.post('/v1/messages', sendRequest(server.port)).catch(() => undefined);
    await until(() => server.mails.length === 1);
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port))).status, 429);
    const asks = { 'idempotency-key': 'other', 'idempotency-replay-only': 'true' };
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port), asks)).status, 502, 'who asks for an answer gets one');
    assert.equal((await rig.post('/v1/verify', { account: sendRequest(server.port).account })).status, 429, 'of whatever kind');
    const authorization = `Bearer ${await rig.token({ app: { installationId: 'installation-2' } })}`;
    assert.equal((await rig.get('/v1/info', { authorization })).status, 200, 'others are not touched');
    await server.close();
    await first;
  });

  test('what is refused is counted nowhere, and what is impossible does not reach the counters', async () => {
    const server = await startScriptedServer({});
    const env = { ...none, RELAY_QUOTA_RECIPIENTS_PER_DAY: '2', RELAY_QUOTA_MESSAGES_PER_DAY: '2', RELAY_ALLOW_PORTS: String(server.port) };
    await using rig = await startRig({ env });
    const send = async (to: string[], message = {}) => (await rig.post('/v1/messages', sendRequest(server.port, { to, message }))).status;
    assert.equal(await send(['a@example.com', 'b@example.com', 'c@example.com']), 429);
    const huge = { contentId: '1', attachmentId: '2', version: 1, sizeBytes: 2 ** 53 - 1, filename: 'a', mediaType: 'a/b' };
    assert.equal(await send(['a@example.com'], { attachments: [huge] }), 413);
    assert.deepEqual([await send(['a@example.com']), await send(['b@example.com']), await send(['c@example.com'])], [200, 200, 429]);
    await server.close();
  });

  test('the operator’s own server has a quota of its own and takes senders of its domain only', async () => {
    const server = await startScriptedServer({});
    await using rig = await startRig({
      env: {
        RELAY_ALLOW_PORTS: String(server.port),
        RELAY_DEFAULT_HOST: '127.0.0.1',
        RELAY_DEFAULT_PORT: String(server.port),
        RELAY_DEFAULT_SECURITY: 'none',
        RELAY_DEFAULT_FROM_DOMAIN: 'example.org',
        RELAY_DEFAULT_MESSAGES_PER_DAY: '1',
      },
    });
    assert.match(JSON.stringify((await rig.get('/v1/info')).body), /"defaultServer":\{"fromDomain":"example.org"\}/);
    const request = { ...sendRequest(server.port), account: { server: 'default' } };
    const foreign = { ...request, envelope: { ...request.envelope, from: 'pages@notexample.org' } };
    assert.equal(((await rig.post('/v1/messages', foreign)).body as RelayErrorBody).error.code, 'SENDER_REJECTED');
    assert.equal((await rig.post('/v1/messages', request)).status, 200);
    assert.equal((await rig.post('/v1/messages', request)).status, 429);
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port))).status, 200, 'an account of one’s own is not touched');
    await server.close();
  });

  test('relays share their counts through Redis; without it they count by themselves, say so, and share again when it is back', {
    skip: noRedis,
  }, async () => {
    const port = await freePort();
    let redis = await startRedis(port);
    const server = await startScriptedServer({});
    const env = { ...none, RELAY_QUOTA_MESSAGES_PER_DAY: '3', RELAY_ALLOW_PORTS: String(server.port), RELAY_REDIS_URL: redis.url };
    await using one = await startRig({ env });
    await using two = await startRig({ env });
    const send = async (rig: Rig): Promise<number> => (await rig.post('/v1/messages', sendRequest(server.port))).status;
    const shared = async (rig: Rig, state: string): Promise<boolean> =>
      JSON.stringify((await rig.get('/readyz')).body).includes(`"quotas":"${state}"`);
    assert.deepEqual([await send(one), await send(two), await send(one), await send(two)], [200, 200, 200, 429]);
    await redis.stop();
    await until(() => shared(two, 'local'));
    assert.equal((await two.get('/readyz')).status, 200, 'a relay without Redis goes on');
    assert.deepEqual([await send(two), await send(two), await send(two), await send(two)], [200, 200, 200, 429]);
    redis = await startRedis(port);
    await until(() => shared(two, 'shared'));
    assert.equal(await send(two), 200);
    redis.hang();
    const start = performance.now();
    for (let count = 0; count < 2; count += 1) await send(two);
    assert.ok(performance.now() - start < 3_000, 'a Redis that hangs costs one wait, not one for each question');
    assert.ok(await shared(two, 'local'));
    redis.resume();
    await until(async () => (await send(two)) > 0 && (await shared(two, 'shared')));
    await server.close();
    await redis.stop();
  });
});

describe('the store in memory', () => {
  test('what has ended is gone, a counter ends after its first addition, and a claim holds once', async () => {
    let now = 0;
    const store = memoryStore(() => now);
    assert.deepEqual([await store.claim('a', 10), await store.claim('a', 10)], [true, false]);
    assert.equal(await store.add('n', 2, 10), 2);
    now = 9_999;
    assert.equal(await store.add('n', 3, 10), 5);
    assert.equal(await store.claim('a', 10), false);
    now = 10_000;
    assert.equal(await store.claim('a', 10), true);
    assert.equal(await store.add('n', 1, 10), 1);
    assert.equal(await store.replace('a', 'other', 'x', 10), false);
    assert.equal(await store.replace('a', '1', 'x', 10), true);
    assert.equal(await store.get('a'), 'x');
  });
});
