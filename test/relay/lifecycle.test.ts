import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { RelayErrorBody, SendResponse } from '#contract/relay/api';
import { noRedis, startRedis } from '#test/relay/redis';
import { type RelayProcess, relayBundle, startRelayProcess } from '#test/relay/relay-process';
import { APP_ID, type Rig, sendRequest, startRig } from '#test/relay/rig';
import { type ScriptedServer, startScriptedServer } from '#test/support/smtp-script';

/** Kills at random moments in the last test; each costs a start of the relay. */
const KILLS = Number(process.env['PAGEMAIL_KILLS'] ?? 200);
/** A slow machine stops earlier and says so; `PAGEMAIL_KILL_SECONDS` gives it the time for all of them. */
const KILLING_MS = 1000 * Number(process.env['PAGEMAIL_KILL_SECONDS'] ?? 60);
const RELAYS = 4;

const envFor = (rig: Rig, server: ScriptedServer): Record<string, string> => ({
  RELAY_APP_IDS: APP_ID,
  RELAY_JWKS_URL: `${rig.origin}/jwks`,
  RELAY_GRAPHQL_URL: `${rig.origin}/graphql`,
  RELAY_CONFLUENCE_HOSTS: rig.origin,
  RELAY_ALLOW_NETWORKS: '127.0.0.0/8',
  RELAY_ALLOW_PORTS: String(server.port),
  RELAY_ALLOW_CLEAR_TEXT: 'true',
  RELAY_QUOTA_MESSAGES_PER_MINUTE: '0',
});
const post = async (rig: Rig, url: string, body: unknown, headers: Record<string, string> = {}) => {
  const authorization = `Bearer ${await rig.token()}`;
  const answer = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization, 'content-type': 'application/json', ...headers },
  });
  return { status: answer.status, body: (await answer.json()) as SendResponse & RelayErrorBody };
};
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('the process', () => {
  test('--check names every problem and ends, --help prints the settings', async () => {
    const run = async (flag: string, env: Record<string, string>) =>
      spawnSync(process.execPath, [await relayBundle(), flag], { env, encoding: 'utf8' });
    const bad = await run('--check', { RELAY_PORT: 'x', RELAY_FOO: '1' });
    assert.equal(bad.status, 78);
    assert.deepEqual(bad.stderr.trim().split('\n').length, 3, bad.stderr);
    assert.equal((await run('--check', { RELAY_APP_IDS: APP_ID })).status, 0);
    assert.match((await run('--help', {})).stdout, /\| `RELAY_APP_IDS` \| required \|/);
  });

  test('SIGTERM: no longer ready, what is under way is finished, then it ends with 0', async () => {
    let finish = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const server = await startScriptedServer({
      dot: async () => {
        await held;
        return '250 2.0.0 queued\r\n';
      },
    });
    await using rig = await startRig();
    const relay = await startRelayProcess(envFor(rig, server));
    const sending = post(rig, relay.url, sendRequest(server.port));
    await until(() => server.mails.length === 1);
    assert.equal((await fetch(`${relay.url}/readyz`)).status, 200);
    relay.child.kill('SIGTERM');
    await until(async () => (await fetch(`${relay.url}/readyz`)).status === 503);
    const refused = await post(rig, relay.url, sendRequest(server.port));
    assert.deepEqual([refused.status, refused.body.error.retryable], [429, true]);
    finish();
    assert.equal((await sending).status, 200);
    assert.equal(await relay.ended, 0);
    await server.close();
  });

  test('what does not finish in time is given up with an honest answer, and a second signal ends at once', async () => {
    const server = await startScriptedServer({ dot: () => new Promise(() => undefined) });
    await using rig = await startRig();
    const patient = await startRelayProcess({ ...envFor(rig, server), RELAY_DRAIN_SECONDS: '1' });
    const lost = post(rig, patient.url, sendRequest(server.port));
    await until(() => server.mails.length === 1);
    patient.child.kill('SIGTERM');
    assert.equal((await lost).body.error.code, 'OUTCOME_UNKNOWN');
    assert.equal(await patient.ended, 0);

    const hurried = await startRelayProcess(envFor(rig, server));
    const cut = post(rig, hurried.url, sendRequest(server.port)).catch(() => 'cut');
    await until(() => server.mails.length === 2);
    hurried.child.kill('SIGTERM');
    await until(async () => (await fetch(`${hurried.url}/readyz`)).status === 503);
    hurried.child.kill('SIGINT');
    assert.equal(await hurried.ended, 1);
    assert.equal(await cut, 'cut');
    await server.close();
  });

  test(`kill -9 at up to ${KILLS} random moments under load: no key sends twice, no accepted answer is lost`, {
    skip: noRedis,
  }, async (context) => {
    const redis = await startRedis();
    context.after(() => redis.stop());
    const server = await startScriptedServer({});
    context.after(() => server.close());
    await using rig = await startRig();
    const env = {
      ...envFor(rig, server),
      RELAY_REDIS_URL: redis.url,
      RELAY_QUOTA_MESSAGES_PER_DAY: '0',
      RELAY_QUOTA_RECIPIENTS_PER_DAY: '0',
      RELAY_QUOTA_CONCURRENT: '0',
      RELAY_LOG_LEVEL: 'warn',
    };
    const start = async (): Promise<RelayProcess> => {
      const started = await startRelayProcess({ ...env, RELAY_LOG_LEVEL: 'info' });
      context.after(() => started.child.kill('SIGKILL'));
      return started;
    };
    const relays: RelayProcess[] = await Promise.all(Array.from({ length: RELAYS }, start));
    const accepted = new Set<string>();
    const open = new Map<string, ReturnType<typeof sendRequest>>();
    let kills = 0;
    const deadline = Date.now() + KILLING_MS;
    const goesOn = (): boolean => kills < KILLS && Date.now() < deadline;

    const load = async (): Promise<void> => {
      while (goesOn()) {
        const request = sendRequest(server.port);
        const key = randomUUID();
        const relay = relays[Math.floor(Math.random() * RELAYS)];
        try {
          const { status } = await post(rig, relay?.url ?? '', request, { 'idempotency-key': key });
          if (status === 200) accepted.add(request.message.messageId);
          else open.set(key, request);
        } catch (error) {
          // A relay that was not there has not seen the mail.
          if (!String((error as Error & { cause?: { code?: string } }).cause?.code).includes('ECONNREFUSED')) open.set(key, request);
        }
      }
    };
    const killer = async (index: number): Promise<void> => {
      while (goesOn()) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
        kills += 1;
        relays[index]?.child.kill('SIGKILL');
        await relays[index]?.ended;
        relays[index] = await start();
      }
    };
    await Promise.all([...Array.from({ length: RELAYS }, (_, index) => killer(index)), ...Array.from({ length: 6 }, load)]);

    // Whoever got no answer asks again with the same key; one after another, since a relay turns too many at once away.
    const outcomes = [];
    for (const [key, request] of open) {
      outcomes.push({ request, ...(await post(rig, relays[0]?.url ?? '', request, { 'idempotency-key': key })) });
    }
    for (const { request, status, body } of outcomes) {
      if (status === 200) accepted.add(request.message.messageId);
      else assert.equal(body.error.code, 'OUTCOME_UNKNOWN', JSON.stringify(body));
    }
    const received = new Map<string, number>();
    for (const mail of server.mails) {
      const id = /^Message-ID: <(.*)>$/m.exec(mail.replaceAll('\r', ''))?.[1] ?? '?';
      received.set(id, (received.get(id) ?? 0) + 1);
    }
    assert.deepEqual(
      [...received].filter(([, count]) => count > 1),
      [],
      'no mail came twice',
    );
    assert.deepEqual(
      [...accepted].filter((id) => !received.has(id)),
      [],
      'every accepted mail is there',
    );
    context.diagnostic(`${kills} kills, ${accepted.size} mails accepted, ${open.size} without an answer at first`);
    assert.ok(kills > 0 && accepted.size > 0 && open.size > 0, `${accepted.size} accepted, ${open.size} without an answer at first`);
  });
});
