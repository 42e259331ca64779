import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RelayErrorBody, SendResponse } from '#contract/relay/api';
import { createIdempotency } from '#relay/api/idempotency';
import { RelayError } from '#relay/shared/errors';
import { memoryStore, type SharedStore } from '#relay/shared/store';
import { noRedis, startRedis } from '#test/relay/redis';
import { sendRequest, startRig } from '#test/relay/rig';
import { SILENCE, startScriptedServer } from '#test/support/smtp-script';

const code = (answer: { body: never }): string => (answer.body as RelayErrorBody).error.code;
const key = { 'idempotency-key': 'job-1.1' };

describe('one key, one mail', () => {
  test('the same key gets the same answer and no second mail, also while the first is under way', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await startScriptedServer({
      RCPT: (_line, count) => (count === 1 ? '550 5.1.1 <b@example.com> unknown\r\n' : '250 ok\r\n'),
      dot: async () => {
        await held;
        return '250 2.0.0 queued\r\n';
      },
    });
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port) } });
    const request = sendRequest(server.port, { to: ['a@example.com', 'b@example.com', 'c@example.com'] });
    const both = [rig.post('/v1/messages', request, key), rig.post('/v1/messages', request, key)];
    release();
    const answers = await Promise.all(both);
    answers.push(
      await rig.post('/v1/messages', request, key),
      await rig.post('/v1/messages', request, { ...key, 'idempotency-replay-only': 'true' }),
    );
    for (const { status, body } of answers) {
      assert.equal(status, 200, JSON.stringify(body));
      const { accepted, rejected, messageId } = body as SendResponse;
      assert.deepEqual(accepted, ['a@example.com', 'c@example.com']);
      assert.deepEqual(
        rejected.map(({ address, code }) => [address, code]),
        [['b@example.com', 'RECIPIENT_REJECTED']],
      );
      assert.equal(messageId, request.message.messageId);
    }
    assert.equal(server.mails.length, 1);
    await server.close();
  });

  test('a failure is remembered as well, another key tries again', async () => {
    const server = await startScriptedServer({ MAIL: (_line, count) => (count === 0 ? '451 4.3.0 later\r\n' : '250 ok\r\n') });
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port) } });
    const request = sendRequest(server.port);
    assert.equal(code(await rig.post('/v1/messages', request, key)), 'SERVER_BUSY');
    assert.equal(code(await rig.post('/v1/messages', request, key)), 'SERVER_BUSY');
    assert.equal((await rig.post('/v1/messages', request, { 'idempotency-key': 'job-1.2' })).status, 200);
    await server.close();
  });

  test('asking only for an answer never sends', async () => {
    const server = await startScriptedServer({});
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port) } });
    assert.equal(
      code(await rig.post('/v1/messages', sendRequest(server.port), { ...key, 'idempotency-replay-only': 'true' })),
      'OUTCOME_UNKNOWN',
    );
    assert.equal(server.connections(), 0);
    await server.close();
  });

  test('a key belongs to one mail and one installation', async () => {
    const server = await startScriptedServer({});
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port) } });
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port), key)).status, 200);
    assert.equal(code(await rig.post('/v1/messages', sendRequest(server.port), key)), 'INVALID_REQUEST');
    const authorization = `Bearer ${await rig.token({ app: { installationId: 'installation-2' } })}`;
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port), { ...key, authorization })).status, 200);
    await server.close();
  });

  test('a client that goes away without a key leaves no mail, with a key its mail is finished and can be asked for', async () => {
    let cut = new AbortController();
    const lateYes = async (): Promise<string> => {
      cut.abort();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return '354 go on\r\n';
    };
    const server = await startScriptedServer({ DATA: lateYes });
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port) } });
    const request = sendRequest(server.port);
    const send = async (headers: Record<string, string>): Promise<void> => {
      const authorization = `Bearer ${await rig.token()}`;
      await fetch(`${rig.relay.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization, ...headers },
        body: JSON.stringify(request),
        signal: cut.signal,
      }).catch(() => undefined);
    };
    await send({});
    while (!rig.log.some((line) => line.includes('"transaction"'))) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(server.mails.length, 0);
    cut = new AbortController();
    await send(key);
    const replayed = await rig.post('/v1/messages', request, { ...key, 'idempotency-replay-only': 'true' });
    assert.equal(replayed.status, 200, JSON.stringify(replayed.body));
    assert.equal(server.mails.length, 1);
    await server.close();
  });

  test('a client that goes away in the middle of a file leaves half of a mail that never ends, and its file is no longer read', async () => {
    const server = await startScriptedServer({});
    let closed = false;
    await using rig = await startRig({
      env: { RELAY_ALLOW_PORTS: String(server.port) },
      confluence: (request, response) => {
        if (!request.url?.includes('/download')) return false;
        response.once('close', () => {
          closed = true;
        });
        return response.writeHead(200).write(Buffer.alloc(200_000));
      },
    });
    const file = { contentId: '1', attachmentId: '2', version: 1, sizeBytes: 400_000, filename: 'a', mediaType: 'text/plain' };
    const cut = new AbortController();
    const sending = fetch(`${rig.relay.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forge-oauth-system': 's', authorization: `Bearer ${await rig.token()}` },
      body: JSON.stringify(sendRequest(server.port, { message: { attachments: [file] } })),
      signal: cut.signal,
    });
    while (server.halfMails() < 200_000) await new Promise((resolve) => setTimeout(resolve, 10));
    cut.abort();
    await assert.rejects(sending);
    while (!closed) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(server.mails.length, 0);
    await server.close();
  });

  test('relays that share a Redis share keys, and one that ends in the middle of the data leaves an unknown outcome', {
    skip: noRedis,
  }, async () => {
    const redis = await startRedis();
    const server = await startScriptedServer({});
    const env = { RELAY_ALLOW_PORTS: String(server.port), RELAY_REDIS_URL: redis.url };
    await using one = await startRig({ env });
    await using two = await startRig({ env });
    const request = sendRequest(server.port);
    const answers = await Promise.all([one, two, one, two].map((rig) => rig.post('/v1/messages', request, key)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200],
    );
    assert.equal(server.mails.length, 1);
    assert.match(JSON.stringify((await two.get('/readyz')).body), /"quotas":"shared"/);

    const stuck = await startScriptedServer({ dot: SILENCE });
    const mute = { RELAY_ALLOW_PORTS: String(stuck.port), RELAY_REDIS_URL: redis.url, RELAY_DRAIN_SECONDS: '0' };
    await using three = await startRig({ env: mute });
    await using four = await startRig({ env: mute });
    const other = sendRequest(stuck.port);
    const lost = three.post('/v1/messages', other, { 'idempotency-key': 'job-2.1' }).catch(() => undefined);
    while (stuck.mails.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await three.relay.close();
    await lost;
    assert.equal(code(await four.post('/v1/messages', other, { 'idempotency-key': 'job-2.1' })), 'OUTCOME_UNKNOWN');
    assert.equal(stuck.mails.length, 1);
    for (const each of [server, stuck]) await each.close();
    await redis.stop();
  });

  test('a relay that has lost its Redis still knows what it has answered, and which tokens it has taken', { skip: noRedis }, async () => {
    const redis = await startRedis();
    const server = await startScriptedServer({});
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port), RELAY_REDIS_URL: redis.url } });
    const request = sendRequest(server.port);
    const authorization = `Bearer ${await rig.token()}`;
    assert.equal((await rig.post('/v1/messages', request, { ...key, authorization })).status, 200);
    await redis.stop();
    assert.equal((await rig.post('/v1/messages', request, { ...key, authorization })).status, 401, 'a token is good once');
    assert.equal((await rig.post('/v1/messages', request, key)).status, 200);
    assert.equal(server.mails.length, 1);
    await server.close();
  });

  test('a relay that was taken for dead neither sends nor overwrites what another one has answered', async () => {
    const shared = memoryStore(Date.now);
    const alive: string[] = [];
    const store: SharedStore = {
      ...shared,
      set: (name, ...rest) => {
        if (name.startsWith('alive:')) alive.push(name);
        return shared.set(name, ...rest);
      },
    };
    const [slow, quick] = [createIdempotency(store, memoryStore(Date.now)), createIdempotency(store, memoryStore(Date.now))];
    const request = sendRequest(25);
    const sent: SendResponse = { messageId: request.message.messageId, accepted: request.envelope.to, rejected: [], sizeBytes: 9 };
    for (const failure of [undefined, 'RELAY_BUSY'] as const) {
      let goOn = (): void => undefined;
      const late = slow.once(failure ?? 'sent', request, false, async (beforeData) => {
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        if (failure) throw new RelayError(failure);
        await beforeData();
        return sent;
      });
      // Its sign of life ends, as if the process had stood still.
      await shared.delete(alive[0] ?? '');
      const send = async (beforeData: () => Promise<void>): Promise<SendResponse> => {
        await beforeData();
        return sent;
      };
      assert.deepEqual(await quick.once(failure ?? 'sent', request, false, send), sent);
      goOn();
      await assert.rejects(late);
      assert.deepEqual(await slow.once(failure ?? 'sent', request, true, send), sent, 'the other one’s answer is the answer');
    }
    for (const each of [slow, quick]) each.close();
  });
});
