import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { maskLine } from '#relay/shared/log';
import { type Rig, sendRequest, startRig } from '#test/relay/rig';
import { startScriptedServer } from '#test/support/smtp-script';

const lines = (rig: Rig, message: string) =>
  rig.log.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['msg'] === message);

const echo = (line: string): string => `250 ${line.slice(8)} ok\r\n`;

describe('log lines', () => {
  test('one for each transaction: installation, outcome, sizes, times, trace id; the server’s name as a digest', async (context) => {
    const server = await startScriptedServer({ RCPT: (_line, count) => (count === 1 ? '550 no\r\n' : '250 ok\r\n') });
    context.after(() => server.close());
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port) } });
    const trace = 'a'.repeat(16);
    await rig.post('/v1/messages', sendRequest(server.port, { to: ['a@example.com', 'b@example.com'] }), { 'x-b3-traceid': trace });
    await rig.post('/v1/messages', sendRequest(server.port, { account: { port: 1 } }), { 'x-b3-traceid': 'not a trace\tid' });
    const [sent, failed, ...rest] = lines(rig, 'transaction');
    assert.equal(rest.length, 0);
    assert.deepEqual(
      [sent?.['route'], sent?.['installation'], sent?.['outcome'], sent?.['accepted'], sent?.['rejected'], sent?.['trace']],
      ['messages', 'installation-1', 'PARTLY_SENT', 1, 1, trace],
    );
    assert.match(String(sent?.['account']), /^[0-9a-f]{12}$/);
    for (const step of ['token', 'read', 'files', 'connect', 'smtp', 'total'])
      assert.equal(typeof Object(sent?.['ms'])[step], 'number', step);
    assert.deepEqual([failed?.['outcome'], failed?.['status'], failed?.['trace']], ['PORT_NOT_ALLOWED', 422, undefined]);
    for (const word of ['example.com', 'example.org', 'Release plan', '127.0.0.1"'])
      assert.ok(!rig.log.slice(1).join('').includes(word), word);
  });

  test('requests with a bad token are counted and not written down', async () => {
    await using rig = await startRig();
    await rig.get('/v1/info', { authorization: 'Bearer x.y.z' });
    assert.equal(lines(rig, 'transaction').length, 0);
    assert.match(String((await rig.get('/metrics')).body), /pagemail_relay_token_failures_total 1/);
  });

  test('the debug mode of an installation adds the dialogue, masked, and ends when it is told to or its time is over', async (context) => {
    let offset = 0;
    const server = await startScriptedServer({ EHLO: '250-x\r\n250 AUTH PLAIN LOGIN\r\n', RCPT: echo });
    context.after(() => server.close());
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port) }, deps: { now: () => Date.now() + offset } });
    const auth = { kind: 'password', user: 'ada', password: 'correct horse' } as const;
    const send = async (): Promise<void> => {
      const seconds = Math.floor((Date.now() + offset) / 1000);
      const authorization = `Bearer ${await rig.token({ claims: { nbf: seconds, exp: seconds + 25 } })}`;
      const answer = await rig.post('/v1/messages', sendRequest(server.port, { account: { auth } }), { authorization });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    };
    await send();
    assert.equal(lines(rig, 'dialogue').length, 0);
    assert.equal((await rig.post('/v1/debug', { minutes: 1441 })).status, 400, 'at most 24 h');
    assert.equal((await rig.post('/v1/debug', { minutes: 1440 })).status, 200);
    await send();
    const dialogue = JSON.stringify(lines(rig, 'dialogue'));
    assert.match(dialogue, /> AUTH PLAIN …/);
    assert.match(dialogue, /> RCPT TO:<…>/);
    assert.match(dialogue, /< 250/);
    const verify = { account: sendRequest(server.port, { account: { auth } }).account };
    const before = lines(rig, 'dialogue').length;
    assert.equal((await rig.post('/v1/verify', verify)).status, 200);
    assert.ok(lines(rig, 'dialogue').length > before, 'that of a connection test as well');
    for (const word of ['bruno', 'pages@', 'correct horse', Buffer.from('\0ada\0correct horse').toString('base64'), 'Hello from the page'])
      assert.ok(!dialogue.includes(word), word);
    // The end of a conversation may still be written down after its mail has been answered.
    const conversations = (): number => rig.log.filter((line) => line.includes('> MAIL FROM')).length;
    const count = conversations();
    await rig.post('/v1/debug', { minutes: 0 });
    await send();
    assert.equal(conversations(), count);
    await rig.post('/v1/debug', { minutes: 1440 });
    offset = 24 * 3600 * 1000 + 1000;
    await send();
    assert.equal(conversations(), count);
  });

  test('the dialogue of one installation is never written down for another that uses the same account', async (context) => {
    const server = await startScriptedServer({});
    context.after(() => server.close());
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(server.port), RELAY_POOL_IDLE_SECONDS: '5' } });
    const authorization = async () => `Bearer ${await rig.token({ app: { installationId: 'installation-2' } })}`;
    await rig.post('/v1/debug', { minutes: 10 });
    await rig.post('/v1/messages', sendRequest(server.port));
    const count = lines(rig, 'dialogue').length;
    assert.ok(count > 0);
    await rig.post('/v1/messages', sendRequest(server.port), { authorization: await authorization() });
    assert.equal(server.mails.length, 2);
    assert.equal(lines(rig, 'dialogue').length, count);
  });

  test('whatever a server says, addresses and credentials are masked', () => {
    assert.equal(maskLine('535 5.7.8 no such user ada', 'ada'), '535 5.7.8 no such user …');
    assert.equal(maskLine('550 "ada lovelace"@b.example is unknown'), '550 … is unknown');
    assert.equal(maskLine('334-go on\n334 c2VjcmV0'), '334 …\n334 …');
    assert.equal(maskLine('550 5.1.1 <a@b.example>: unknown'), '550 5.1.1 <…>: unknown');
    assert.equal(maskLine('334 VXNlcm5hbWU6'), '334 …');
    assert.equal(maskLine('AUTH PLAIN c2VjcmV0'), 'AUTH PLAIN …');
    assert.equal(maskLine('250 mail for a@b.example, c@d.example'), '250 mail for …, …');
  });
});
