import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorCode } from '#contract/errors';
import { IDEMPOTENCY_HEADER, REPLAY_ONLY_HEADER, type SendRequest } from '#contract/relay/api';
import { type Answer, installForge } from '#test/app/forge';
import { codeOf } from '#test/app/rig';

installForge(() => undefined);
const { relay } = await import('#app/relay');

const INFO = { name: 'pagemail-relay', version: '1', api: 1, limits: { messageBytes: 1, recipients: 1 }, clearTextAllowed: false };
const SENT = { messageId: 'm@x.example', accepted: ['a@x.example'], rejected: [], sizeBytes: 10 };
const request = { envelope: { from: 'a@x.example', to: ['a@x.example'] } } as unknown as SendRequest;

const coded = (code: ErrorCode, status: number) => Response.json({ error: { code, message: code, retryable: false } }, { status });
const lost = () => {
  throw new TypeError('fetch failed');
};

/** A relay that answers `/v1/messages` in turn. */
function answering(...answers: (() => Response)[]) {
  const left = [...answers];
  const answer: Answer = ({ path }) => (path === '/v1/info' ? Response.json(INFO) : left.shift()?.());
  const calls = installForge(answer);
  return { messages: () => calls.filter(({ path }) => path === '/v1/messages') };
}

describe('handing a message to the relay', () => {
  test('goes through Forge’s remote with the key of the attempt', async () => {
    const { messages } = answering(() => Response.json(SENT));
    assert.deepEqual(await relay.send(request, 'job.1'), SENT);
    const [call] = messages();
    assert.deepEqual([call?.type, call?.remote, call?.method], ['frc', 'relay', 'POST']);
    assert.equal(call?.headers.get(IDEMPOTENCY_HEADER), 'job.1');
    assert.equal(call?.headers.get(REPLAY_ONLY_HEADER), null);
  });

  test('does not begin when the relay is away: nothing was sent', async () => {
    const calls = installForge(lost);
    await assert.rejects(relay.send(request, 'job.1'), codeOf('RELAY_UNREACHABLE'));
    assert.deepEqual(
      calls.map(({ path }) => path),
      ['/v1/info'],
    );
  });

  test('tells the relay’s own refusal', async () => {
    answering(() => coded('LOGIN_FAILED', 422));
    await assert.rejects(relay.send(request, 'job.1'), codeOf('LOGIN_FAILED'));
  });

  for (const [how, answer] of [
    ['was cut', lost],
    ['came from a gateway', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['cannot be read', () => new Response('{"messageId":', { status: 200 })],
  ] as const) {
    test(`asks once more for an answer that ${how}, only for what became of the first request`, async () => {
      const { messages } = answering(answer, () => Response.json(SENT));
      assert.deepEqual(await relay.send(request, 'job.1'), SENT);
      const [first, second] = messages();
      assert.equal(second?.headers.get(REPLAY_ONLY_HEADER), 'true');
      assert.equal(second?.headers.get(IDEMPOTENCY_HEADER), first?.headers.get(IDEMPOTENCY_HEADER));
    });
  }

  test('tells what the second question brought about the first request', async () => {
    answering(lost, () => coded('LOGIN_FAILED', 422));
    await assert.rejects(relay.send(request, 'job.1'), codeOf('LOGIN_FAILED'));
  });

  for (const [how, answer] of [
    ['is lost too', lost],
    ['is turned away', () => coded('RELAY_BUSY', 429)],
    ['is refused', () => coded('RELAY_REFUSED_TOKEN', 401)],
    ['fails inside', () => coded('INTERNAL', 500)],
    ['comes from a proxy', () => new Response('no', { status: 404 })],
    ['finds no such key', () => coded('OUTCOME_UNKNOWN', 502)],
  ] as const) {
    test(`does not know the outcome when the second answer ${how}`, async () => {
      const { messages } = answering(lost, answer);
      await assert.rejects(relay.send(request, 'job.1'), codeOf('OUTCOME_UNKNOWN'));
      assert.equal(messages().length, 2);
    });
  }

  test('does not know the outcome when a good answer is not of this version', async () => {
    answering(() => Response.json({ done: true }));
    await assert.rejects(relay.send(request, 'job.1'), codeOf('OUTCOME_UNKNOWN'));
  });

  test('refuses a request above the limit before it goes out', async () => {
    const { messages } = answering();
    const large = { ...request, message: { html: 'x'.repeat(20 * 1024 * 1024) } } as unknown as SendRequest;
    await assert.rejects(relay.send(large, 'job.1'), codeOf('MESSAGE_TOO_LARGE'));
    assert.equal(messages().length, 0);
  });
});

describe('asking the relay', () => {
  const infoWith = async (answer: Answer) => {
    installForge(answer);
    return relay.info();
  };
  test('gives what it says of itself', async () => {
    assert.deepEqual(await infoWith(() => Response.json(INFO)), INFO);
  });
  test('tells that no address has been set', async () => {
    const unset = () => new Response('', { status: 400, headers: { 'forge-proxy-error': 'INVALID_REMOTE' } });
    await assert.rejects(infoWith(unset), codeOf('RELAY_NOT_CONFIGURED'));
  });
  for (const [status, code] of [
    [401, 'RELAY_REFUSED_TOKEN'],
    [403, 'RELAY_FORBIDDEN'],
    [404, 'RELAY_OUTDATED'],
    [502, 'RELAY_UNREACHABLE'],
  ] as const) {
    test(`tells ${code} from a bare ${status}`, async () => {
      await assert.rejects(
        infoWith(() => new Response('', { status })),
        codeOf(code),
      );
    });
  }
  test('tells that it is of another version', async () => {
    await assert.rejects(
      infoWith(() => Response.json({ name: 'something else' })),
      codeOf('RELAY_OUTDATED'),
    );
  });
  test('tests an account', async () => {
    const steps = [{ step: 'resolve', state: 'ok', details: {} }];
    const calls = installForge(() => Response.json({ ok: true, steps }));
    assert.deepEqual(await relay.verify({ host: 'h', port: 25, security: 'none', auth: { kind: 'none' } }), { ok: true, steps });
    assert.deepEqual([calls[0]?.path, calls[0]?.method], ['/v1/verify', 'POST']);
  });
});
