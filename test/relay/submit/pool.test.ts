import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sendRequest, startRig } from '#test/relay/rig';
import { startScriptedServer } from '#test/support/smtp-script';

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('connections kept for a few seconds', () => {
  test('the next mail of the same account goes over the same connection; another account gets its own', async (context) => {
    const server = await startScriptedServer({ EHLO: '250-x\r\n250 AUTH PLAIN\r\n' });
    context.after(() => server.close());
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port), RELAY_POOL_IDLE_SECONDS: '5' } });
    const send = (password: string) =>
      rig.post('/v1/messages', sendRequest(server.port, { account: { auth: { kind: 'password', user: 'ada', password } } }));
    for (const password of ['one', 'one', 'one']) assert.equal((await send(password)).status, 200);
    assert.equal(server.connections(), 1);
    assert.equal((await send('two')).status, 200);
    assert.equal(server.connections(), 2, 'another password is another login');
    assert.equal(server.mails.length, 4);
  });

  test('a connection that the server has closed meanwhile is replaced without a failure', async (context) => {
    for (const goodbye of ['421 4.4.2 idle too long\r\n', '']) {
      let gone = Promise.resolve();
      const server = await startScriptedServer({
        dot: (_line, _count, socket) => {
          gone = new Promise((resolve) => {
            setTimeout(() => {
              if (goodbye) socket.end(goodbye);
              else socket.destroy();
              resolve();
            }, 20);
          });
          return '250 2.0.0 queued\r\n';
        },
      });
      context.after(() => server.close());
      await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port), RELAY_POOL_IDLE_SECONDS: '5' } });
      for (let count = 1; count <= 3; count += 1) {
        const answer = await rig.post('/v1/messages', sendRequest(server.port));
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        await gone;
      }
      assert.equal(server.mails.length, 3);
    }
  });

  test('a server that is busy is not asked again over another connection', async (context) => {
    const server = await startScriptedServer({ MAIL: (_line, count) => (count === 1 ? '451 4.7.1 later\r\n' : '250 ok\r\n') });
    context.after(() => server.close());
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port), RELAY_POOL_IDLE_SECONDS: '5' } });
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port))).status, 200);
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port))).status, 503);
    assert.deepEqual([server.connections(), server.mails.length], [1, 1]);
  });

  test('after a failure the connection is not used again, and an idle one is closed with QUIT', async (context) => {
    const server = await startScriptedServer({ MAIL: (_line, count) => (count === 0 ? '550 no\r\n' : '250 ok\r\n') });
    context.after(() => server.close());
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port), RELAY_POOL_IDLE_SECONDS: '1' } });
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port))).status, 422);
    assert.equal((await rig.post('/v1/messages', sendRequest(server.port))).status, 200);
    assert.equal(server.connections(), 2);
    await until(() => server.lines.includes('QUIT'));
  });
});
