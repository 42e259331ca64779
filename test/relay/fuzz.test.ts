import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RelayErrorBody } from '#contract/relay/api';
import { type Rig, sendRequest, startRig } from '#test/relay/rig';
import { CUT, SILENCE, startScriptedServer } from '#test/support/smtp-script';

/** Seconds for all four generators together, and the seed that repeats a run. */
const SECONDS = Number(process.env['PAGEMAIL_FUZZ_SECONDS'] ?? 30);
const SEED = Number(process.env['PAGEMAIL_FUZZ_SEED'] ?? Date.now() % 1_000_000);
const env = {
  RELAY_QUOTA_MESSAGES_PER_MINUTE: '0',
  RELAY_QUOTA_MESSAGES_PER_DAY: '0',
  RELAY_QUOTA_CONCURRENT: '0',
  RELAY_LOG_LEVEL: 'error',
  RELAY_POOL_IDLE_SECONDS: '1',
};
const timeouts = { connectMs: 300, greetingMs: 300, smtpIdleMs: 300, smtpTotalMs: 600, confluenceIdleMs: 300 };

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  return { next, below, pick };
}
type Random = ReturnType<typeof generator>;

const NASTY: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  '',
  ' ',
  '\0',
  '\r\n',
  'a\r\nRCPT TO:<x@example.com>',
  '../..',
  '__proto__',
  'x'.repeat(70_000),
  '\ud800',
  '🎉',
  [],
  [[]],
  {},
  { __proto__: null },
  'localhost',
  '[::1]',
  'a@b@c',
  '<a@example.com>',
  '%00',
];

/** A copy with one place changed, removed or doubled. */
function mutate(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.next() < 0.15) return random.pick(NASTY);
  const copy = structuredClone(value) as Record<string, unknown>;
  const key = random.pick(Object.keys(copy));
  if (key === undefined) return random.pick(NASTY);
  const what = random.next();
  if (what < 0.1) delete copy[key];
  else if (what < 0.2) copy[JSON.stringify(random.pick(NASTY)).slice(0, 50)] = copy[key];
  else copy[key] = mutate(copy[key], random);
  return copy;
}

/** Text with a few characters changed, cut or repeated. */
function scramble(text: string, random: Random): string {
  let result = text;
  for (let times = random.below(4); times >= 0; times -= 1) {
    const at = random.below(result.length + 1);
    const piece = random.pick([
      '\r\n',
      '\n',
      '\0',
      ' ',
      '-',
      '5',
      '250 ',
      '421 x\r\n',
      '\u00ff\u00fe',
      'x'.repeat(3000),
      result.slice(0, 20),
      '"',
      '{',
      '}',
    ]);
    result = random.pick([
      result.slice(0, at) + piece + result.slice(at),
      result.slice(0, at),
      result.slice(at),
      result.slice(0, at) + piece + result.slice(at + 3),
    ]);
  }
  return result;
}

/** Runs `attempt` on 8 at once until this generator's share of the time is over; the relay must be well at the end. */
async function fuzz(rig: Rig, attempt: (random: Random) => Promise<void>): Promise<number> {
  const end = Date.now() + (SECONDS * 1000) / 4;
  let attempts = 0;
  const loop = async (index: number): Promise<void> => {
    const random = generator(SEED * 8 + index);
    while (Date.now() < end) {
      await attempt(random);
      attempts += 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, index) => loop(index)));
  assert.equal((await fetch(`${rig.relay.url}/readyz`)).status, 200);
  return attempts;
}

/** Every answer is a success or an error of the table that is not INTERNAL. */
function sound(answer: { status: number; body: never }): void {
  if (answer.status === 200) return;
  // What is not even HTTP gets Node's own answer.
  if (answer.status === 431 || (answer.status === 400 && answer.body === '')) return;
  const { code } = (answer.body as RelayErrorBody).error;
  assert.notEqual(code, 'INTERNAL', JSON.stringify(answer.body));
}

describe(`fuzzing for ${SECONDS} s, seed ${SEED}`, () => {
  test('bodies', async (context) => {
    const server = await startScriptedServer({});
    context.after(() => server.close());
    await using rig = await startRig({
      env: { ...env, RELAY_ALLOW_PORTS: String(server.port) },
      deps: { timeouts, resolve: async () => ['127.0.0.1'] },
    });
    const attempts = await fuzz(rig, async (random) => {
      const request = sendRequest(server.port, {
        message: { attachments: [{ contentId: '1', attachmentId: 'att1', version: 1, sizeBytes: 3, filename: 'a', mediaType: 'a/b' }] },
      });
      const text = JSON.stringify(mutate(request, random));
      sound(
        await rig.post(random.pick(['/v1/messages', '/v1/messages', '/v1/verify']), random.next() < 0.2 ? scramble(text, random) : text),
      );
    });
    for (const line of server.lines)
      assert.ok(/^(EHLO|HELO|MAIL FROM:<[^<>\s]*>|RCPT TO:<[^<>\s]*>|DATA$|QUIT$)/.test(line), `injected: ${line}`);
    context.diagnostic(`${attempts} attempts`);
  });

  test('tokens', async (context) => {
    await using rig = await startRig({ env, deps: { timeouts } });
    await rig.get('/v1/info');
    const attempts = await fuzz(rig, async (random) => {
      const good = await rig.token({
        app: mutate(
          { installationId: 'x', apiBaseUrl: 'https://x', installation: { contexts: [{ cloudId: 'x' }] }, icLabel: 'x' },
          random,
        ) as Record<string, unknown>,
      });
      const parts = good.split('.');
      const forged =
        random.next() < 0.3
          ? good
          : scramble(
              random.pick([
                good,
                parts.slice(0, 2).join('.'),
                Buffer.from(scramble('{"alg":"RS256","kid":"x"}', random)).toString('base64url') + good.slice(good.indexOf('.')),
              ]),
              random,
            ).replace(/[^\x20-\x7e]/g, '');
      sound(await rig.get('/v1/info', { authorization: `Bearer ${forged}` }));
    });
    context.diagnostic(`${attempts} attempts`);
  });

  test('SMTP replies', async (context) => {
    const own = generator(SEED + 7);
    const odd = (text: string) => () =>
      own.next() < 0.7 ? text : own.next() < 0.15 ? own.pick([CUT, SILENCE] as const) : Buffer.from(scramble(text, own), 'latin1');
    const server = await startScriptedServer({
      greeting: odd('220 x\r\n'),
      EHLO: odd('250-x\r\n250-SIZE 1000000\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN\r\n'),
      AUTH: odd('235 2.7.0 ok\r\n'),
      MAIL: odd('250 2.1.0 ok\r\n'),
      RCPT: odd('250 2.1.5 ok\r\n'),
      DATA: odd('354 go\r\n'),
      dot: odd('250 2.0.0 ok\r\n'),
    });
    context.after(() => server.close());
    await using rig = await startRig({ env: { ...env, RELAY_ALLOW_PORTS: String(server.port) }, deps: { timeouts } });
    const attempts = await fuzz(rig, async () => {
      const before = server.mails.length;
      const answer = await rig.post(
        '/v1/messages',
        sendRequest(server.port, {
          account: { auth: { kind: 'password', user: 'u', password: 'p' } },
          to: ['a@example.com', 'b@example.com'],
        }),
      );
      sound(answer);
      if (answer.status === 200 && (answer.body as { accepted: string[] }).accepted.length > 0)
        assert.ok(server.mails.length > before - 8, 'accepted mails are there');
    });
    context.diagnostic(`${attempts} attempts`);
  });

  test('answers of Confluence', async (context) => {
    const own = generator(SEED + 13);
    const server = await startScriptedServer({});
    context.after(() => server.close());
    await using rig = await startRig({
      env: { ...env, RELAY_ALLOW_PORTS: String(server.port) },
      deps: { timeouts },
      confluence: (request, response) => {
        if (request.url === '/jwks' || own.next() < 0.4) return false;
        const status = own.pick([200, 200, 200, 204, 206, 301, 302, 304, 400, 401, 404, 429, 500, 503]);
        const location = own.pick([
          '',
          '/',
          'http://[',
          '//evil.example/',
          'http://127.0.0.1:9/',
          '/media/att1',
          'file:///x',
          request.url ?? '',
        ]);
        const body = scramble('{"data":{"offlineUserAuthToken":{"success":true,"authToken":{"token":"t"}}}}', own);
        response.writeHead(status, {
          ...(own.next() < 0.7 && { location }),
          ...(own.next() < 0.3 && { 'content-length': own.below(3000) }),
          ...(own.next() < 0.3 && { 'retry-after': own.pick(['5', '-1', 'x', '99999999999']) }),
        });
        if (own.next() < 0.1) response.destroy();
        else response.end(body);
        return true;
      },
    });
    rig.files.set('att1', { body: Buffer.from('abc') });
    const file = { contentId: '1', attachmentId: 'att1', version: 1, sizeBytes: 3, filename: 'a', mediaType: 'a/b' };
    const attempts = await fuzz(rig, async () => {
      sound(
        await rig.post('/v1/messages', sendRequest(server.port, { message: { attachments: [file], inline: [{ ...file, cid: 'a@b' }] } })),
      );
    });
    for (const mail of server.mails) assert.match(mail, /--[\w-]+--\s*$/, 'a mail with a closing dot is whole');
    context.diagnostic(`${attempts} attempts`);
  });
});
