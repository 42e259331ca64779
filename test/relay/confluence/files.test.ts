import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { MAX_RELAY_REQUEST_BYTES } from '#contract/limits';
import type { RelayErrorBody, SendResponse } from '#contract/relay/api';
import { sendRequest, startRig } from '#test/relay/rig';
import { type SmtpInbox, startSmtpInbox } from '#test/support/smtp-inbox';

const FILE = {
  contentId: '100',
  attachmentId: 'att1',
  version: 2,
  sizeBytes: 1000,
  filename: 'a.bin',
  mediaType: 'application/octet-stream',
};
const IMAGE = { ...FILE, attachmentId: 'att2', filename: 'a.png', mediaType: 'image/png', cid: 'att2.v2@pagemail' };

let inbox: SmtpInbox;
before(async () => {
  inbox = await startSmtpInbox();
});
after(async () => inbox.close());

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
/** Sends one mail while Confluence answers downloads, or the request for a token, with `answer`. */
async function ask(answer: Answer, wishes: { at?: 'download' | 'graphql'; image?: boolean; systemToken?: string; file?: object } = {}) {
  const { at = 'download', image = false, systemToken = 'system-token', file = {} } = wishes;
  const confluence = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!request.url?.includes(at)) return false;
    answer(response, request);
    return true;
  };
  await using rig = await startRig({
    env: { RELAY_ALLOW_PORTS: String(inbox.port) },
    confluence,
    deps: { timeouts: { confluenceIdleMs: 300 } },
  });
  const before = inbox.mails.length;
  const result = await rig.post(
    '/v1/messages',
    sendRequest(inbox.port, { message: image ? { inline: [IMAGE] } : { attachments: [{ ...FILE, ...file }] } }),
    { 'x-forge-oauth-system': systemToken },
  );
  const body = result.body as RelayErrorBody & SendResponse;
  return {
    status: result.status,
    code: body.error?.code,
    body,
    headers: result.headers,
    mails: inbox.mails.slice(before),
    asked: rig.asked,
  };
}
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end();
const redirectTo = (location: string) => status(302, { location });

describe('what Confluence may answer for an attachment', () => {
  const cases: [string, Answer, string, ('download' | 'graphql')?][] = [
    ['404', status(404), 'ATTACHMENT_UNAVAILABLE'],
    ['401', status(401), 'CONFLUENCE_REFUSED'],
    ['403', status(403), 'CONFLUENCE_REFUSED'],
    ['429', status(429, { 'retry-after': '17' }), 'RATE_LIMITED'],
    ['500', status(500), 'CONFLUENCE_UNAVAILABLE'],
    ['204', status(204), 'CONFLUENCE_UNAVAILABLE'],
    ['a redirect to nowhere', redirectTo('http://127.0.0.1:9/x'), 'CONFLUENCE_REFUSED'],
    ['a redirect without a target', status(302), 'CONFLUENCE_UNAVAILABLE'],
    ['a redirect to no address', redirectTo('http://['), 'CONFLUENCE_UNAVAILABLE'],
    ['redirects without end', redirectTo('/download'), 'CONFLUENCE_UNAVAILABLE'],
    ['a redirect to a file', redirectTo('file:///etc/passwd'), 'CONFLUENCE_REFUSED'],
    [
      'another size than announced, which is another version',
      (response) => void response.writeHead(200, { 'content-length': 999 }).end(randomBytes(999)),
      'ATTACHMENT_UNAVAILABLE',
    ],
    [
      'a body that is encoded',
      (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(randomBytes(1000)),
      'ATTACHMENT_UNAVAILABLE',
    ],
    [
      'a body longer than announced, in chunks',
      (response) => void response.writeHead(200).end(randomBytes(1001)),
      'ATTACHMENT_UNAVAILABLE',
    ],
    [
      'a body shorter than announced, in chunks',
      (response) => void response.writeHead(200).end(randomBytes(999)),
      'ATTACHMENT_UNAVAILABLE',
    ],
    [
      'a body that is cut',
      (response) => {
        response.writeHead(200, { 'content-length': 1000 }).write(randomBytes(500));
        setTimeout(() => response.destroy(), 20);
      },
      'CONFLUENCE_UNAVAILABLE',
    ],
    [
      'a body that stops',
      (response) => void response.writeHead(200, { 'content-length': 1000 }).write(randomBytes(500)),
      'CONFLUENCE_UNAVAILABLE',
    ],
    ['no answer at all', (response) => void setTimeout(() => response.destroy(), 2000), 'CONFLUENCE_UNAVAILABLE'],
    [
      'no token for this person',
      (response) => void response.writeHead(200).end('{"data":{"offlineUserAuthToken":{"success":false,"errors":[{"message":"no"}]}}}'),
      'IMPERSONATION_REFUSED',
      'graphql',
    ],
    ['nonsense instead of a token', (response) => void response.writeHead(200).end('<html>'), 'IMPERSONATION_REFUSED', 'graphql'],
    ['a token endpoint that is down', status(503), 'CONFLUENCE_UNAVAILABLE', 'graphql'],
    ['a system token that has ended', status(401), 'CONFLUENCE_REFUSED', 'graphql'],
  ];
  for (const [name, answer, code, at = 'download'] of cases) {
    test(`${name} is ${code}, and no mail is sent`, async () => {
      const outcome = await ask(answer, { at });
      assert.equal(outcome.code, code);
      assert.equal(outcome.mails.length, 0);
      if (code === 'RATE_LIMITED') assert.deepEqual([outcome.status, outcome.headers.get('retry-after')], [429, '17']);
    });
  }
  test('what the platform says of a refusal is told without what names a person, and the other form of the site’s identifier is tried once', async () => {
    const asked: string[] = [];
    const outcome = await ask(
      (response, request) => {
        request.on('data', (chunk: Buffer) => asked.push(String(/"contextIds":\["([^"]*)"/.exec(chunk.toString())?.[1])));
        const message =
          'Could not load permissions for app user 712020:0a1b2c3d-0000-4000-8000-000000000001 in the provided contextIds of [ari:cloud:confluence::site/x] for ada@side.example';
        response.writeHead(200).end(JSON.stringify({ data: { offlineUserAuthToken: { success: false, errors: [{ message }] } } }));
      },
      { at: 'graphql' },
    );
    assert.equal(outcome.code, 'IMPERSONATION_REFUSED');
    const said = JSON.stringify(outcome.body);
    assert.match(said, /Could not load permissions for app user/);
    assert.doesNotMatch(said, /712020|0a1b2c3d|ada@side/);
    assert.equal(asked.length, 2);
    assert.match(asked[0] ?? '', /^ari:cloud:confluence::site\//);
    assert.match(asked[1] ?? '', /^ari:cloud:confluence:[^:]*:workspace\//);
  });

  test('a file whose size Confluence does not tell is taken as long as the download says', async () => {
    const unknown = { sizeBytes: 0, sizeUnknown: true };
    const outcome = await ask((response) => void response.writeHead(200, { 'content-length': 700 }).end(randomBytes(700)), {
      file: unknown,
    });
    assert.deepEqual([outcome.status, outcome.mails.length], [200, 1]);
    const silent = await ask((response) => void response.writeHead(200).end(randomBytes(700)), { file: unknown });
    assert.deepEqual([silent.status, silent.mails.length], [200, 1], 'also where the download does not say');
    const endless = await ask((response) => void response.writeHead(200).end(randomBytes(27 * 1024 * 1024)), { file: unknown });
    assert.equal(endless.code, 'MESSAGE_TOO_LARGE');
  });

  test('a body without announced length is taken when it is as long as it should be', async () => {
    const outcome = await ask((response) => void response.writeHead(200).end(randomBytes(1000)));
    assert.equal(outcome.status, 200);
    assert.equal(outcome.mails.length, 1);
  });
  test('without the installation’s token no file is asked for', async () => {
    const outcome = await ask(status(200), { systemToken: '' });
    assert.equal(outcome.code, 'CONFLUENCE_REFUSED');
    assert.ok(!outcome.asked.some((line) => line.includes('graphql')));
  });
});

describe('pictures of the page', () => {
  for (const [name, answer] of [
    ['that is gone', status(404)],
    ['that may not be read', status(403)],
    ['that is no picture', (response: ServerResponse) => void response.writeHead(200, { 'content-length': 1000 }).end(randomBytes(1000))],
  ] as const) {
    test(`one ${name} becomes a small grey square, and the mail is sent`, async () => {
      const { status: answered, mails } = await ask(answer, { image: true });
      assert.equal(answered, 200);
      const part = /Content-ID: <att2\.v2@pagemail>\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(mails[0]?.raw.toString('latin1') ?? '');
      const { format, width } = await sharp(Buffer.from(part?.[1] ?? '', 'base64')).metadata();
      assert.deepEqual([format, width], ['png', 40]);
      assert.match(mails[0]?.raw.toString('latin1') ?? '', /Content-Type: image\/png/);
    });
  }
  test('one that Confluence cannot give right now holds the mail back', async () => {
    assert.equal((await ask(status(503), { image: true })).code, 'CONFLUENCE_UNAVAILABLE');
    assert.equal((await ask(status(429), { image: true })).code, 'RATE_LIMITED');
  });
});

describe('sizes', () => {
  test('a mail above the limit is refused before Confluence or the mail server hear of it', async () => {
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port), RELAY_MAX_MESSAGE_BYTES: '10000' } });
    const size = 7_300;
    const answer = await rig.post(
      '/v1/messages',
      sendRequest(inbox.port, { message: { attachments: [{ ...FILE, sizeBytes: size + 100 }] } }),
    );
    assert.equal(answer.status, 413);
    assert.deepEqual((answer.body as RelayErrorBody).error.code, 'MESSAGE_TOO_LARGE');
    assert.equal(rig.asked.filter((line) => line.includes('graphql')).length, 0);
  });
  test('the limit counts octets on the wire: one at the limit is sent, one octet less of limit refuses it', async () => {
    const probe = sendRequest(inbox.port);
    await using wide = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
    const { sizeBytes } = (await wide.post('/v1/messages', probe)).body as SendResponse;
    for (const [limit, expected] of [
      [sizeBytes + 1024, 200],
      [sizeBytes + 1024 - 1, 413],
    ] as const) {
      await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port), RELAY_MAX_MESSAGE_BYTES: String(limit) } });
      const padded = {
        ...probe,
        message: { ...probe.message, text: `${probe.message.text}${'x'.repeat(70)}\n`.padEnd(probe.message.text.length, '') },
      };
      const grown = await rig.post('/v1/messages', {
        ...padded,
        message: { ...padded.message, text: `${probe.message.text}${`\n${'x'.repeat(62)}`.repeat(16)}` },
      });
      assert.equal(grown.status, expected, JSON.stringify(grown.body));
    }
  });
  test('recipients are counted', async () => {
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port), RELAY_MAX_RECIPIENTS: '3' } });
    const to = (count: number) => Array.from({ length: count }, (_, index) => `person${index}@example.com`);
    assert.equal((await rig.post('/v1/messages', sendRequest(inbox.port, { to: to(3) }))).status, 200);
    const answer = await rig.post('/v1/messages', sendRequest(inbox.port, { to: to(4) }));
    assert.equal((answer.body as RelayErrorBody).error.code, 'TOO_MANY_RECIPIENTS');
  });
  test('mails that together would not fit into memory are turned away for a moment, and their room is given back', async () => {
    await using rig = await startRig();
    const announce = async (): Promise<http.ClientRequest> => {
      const headers = {
        authorization: `Bearer ${await rig.token()}`,
        'content-type': 'application/json',
        'content-length': MAX_RELAY_REQUEST_BYTES,
      };
      const request = http.request(`${rig.relay.url}/v1/messages`, { method: 'POST', headers });
      request.on('error', () => undefined).flushHeaders();
      return request;
    };
    const held = await Promise.all(Array.from({ length: 6 }, announce));
    while (!String((await rig.get('/metrics')).body).includes('pagemail_relay_in_flight 6'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const [answer] = (await once(await announce(), 'response')) as [IncomingMessage];
    assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [429, '5']);
    answer.destroy();
    for (const request of held) request.destroy();
    while ((await rig.post('/v1/messages', 'x'.repeat(MAX_RELAY_REQUEST_BYTES))).status === 429)
      await new Promise((resolve) => setTimeout(resolve, 20));
  });
  test('a body above the limit, one that is no JSON, and one of another kind are refused', async () => {
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
    assert.equal((await rig.post('/v1/messages', 'x'.repeat(21 * 1024 * 1024))).status, 413);
    for (const body of ['{', '[]', '{"account":{}}', '']) assert.equal((await rig.post('/v1/messages', body)).status, 400);
    assert.equal((await rig.post('/v1/messages', '{}', { 'content-type': 'text/plain' })).status, 400);
  });
});
