import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { RelayErrorBody, SendRequest, SendResponse } from '#contract/relay/api';
import { type Rig, sendRequest, startRig } from '#test/relay/rig';
import { type Certificate, makeCertificate } from '#test/support/smtp-certificates';
import { CUT, type Script, SILENCE, startScriptedServer } from '#test/support/smtp-script';

/** Short, but longer than a busy machine keeps a living conversation waiting. */
const TIMEOUTS = { connectMs: 1000, greetingMs: 1000, smtpIdleMs: 1500, smtpTotalMs: 4000 };
const ALL_PORTS = Array.from({ length: 64512 }, (_, index) => index + 1024).join(',');
const EHLO_AUTH = '250-mail.example.com\r\n250 AUTH PLAIN LOGIN\r\n';
const password = { auth: { kind: 'password', user: 'ada', password: 'correct horse' } } as const;

let rig: Rig;
let certificate: Certificate;
before(async () => {
  certificate = await makeCertificate();
  rig = await startRig({
    env: { RELAY_ALLOW_PORTS: ALL_PORTS, RELAY_EXTRA_CA: certificate.cert, RELAY_QUOTA_MESSAGES_PER_MINUTE: '0' },
    deps: { timeouts: TIMEOUTS },
  });
});
after(async () => rig[Symbol.asyncDispose]());

interface Outcome {
  readonly status: number;
  readonly code: string | undefined;
  readonly smtp: number | undefined;
  readonly body: SendResponse & RelayErrorBody;
  readonly mails: readonly string[];
  readonly lines: readonly string[];
  readonly connections: number;
}

/** Sends one mail to a server that plays `script`. */
async function play(script: Script, wishes: Parameters<typeof sendRequest>[1] = {}): Promise<Outcome> {
  const server = await startScriptedServer(script);
  try {
    const { status, body } = await rig.post(
      '/v1/messages',
      sendRequest(server.port, { ...wishes, account: { host: 'localhost', ...wishes.account } }),
    );
    const answer = body as SendResponse & RelayErrorBody;
    return {
      status,
      code: answer.error?.code,
      smtp: answer.error?.smtp?.code,
      body: answer,
      mails: server.mails,
      lines: server.lines,
      connections: server.connections(),
    };
  } finally {
    await server.close();
  }
}
const fails =
  (script: Script, code: string, account: Partial<SendRequest['account']> = {}) =>
  async () => {
    const outcome = await play(script, { account });
    assert.equal(outcome.code, code, JSON.stringify(outcome.body));
    assert.equal(outcome.mails.length, 0, 'the server has no whole mail');
  };

describe('before the mail', () => {
  test('a port where nobody listens is CONNECTION_REFUSED', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    server.close();
    const { body } = await rig.post('/v1/messages', sendRequest(port));
    assert.equal((body as RelayErrorBody).error.code, 'CONNECTION_REFUSED');
  });
  test('a server that never greets is CONNECTION_TIMEOUT', fails({ greeting: SILENCE }, 'CONNECTION_TIMEOUT'));
  test('a greeting that trickles in is CONNECTION_TIMEOUT', fails({ greeting: trickle('220-') }, 'CONNECTION_TIMEOUT'));
  test('a connection cut before the greeting is CONNECTION_LOST', fails({ greeting: CUT }, 'CONNECTION_LOST'));
  test('a 554 greeting is CONNECTION_REFUSED', fails({ greeting: '554 no service for you\r\n' }, 'CONNECTION_REFUSED'));
  test('a 421 greeting is SERVER_BUSY', fails({ greeting: '421 4.3.2 shutting down\r\n' }, 'SERVER_BUSY'));
  test('a web server is PROTOCOL_ERROR', fails({ greeting: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, 'PROTOCOL_ERROR'));
  test('an endless greeting line is PROTOCOL_ERROR', fails({ greeting: `220 ${'x'.repeat(100_000)}` }, 'PROTOCOL_ERROR'));
  test('an endless EHLO reply is PROTOCOL_ERROR', fails({ EHLO: '250-x\r\n'.repeat(10_000) }, 'PROTOCOL_ERROR'));
  test('a 421 after EHLO is SERVER_BUSY', fails({ EHLO: '421 4.7.0 go away\r\n' }, 'SERVER_BUSY'));
  test('silence after EHLO is CONNECTION_TIMEOUT', fails({ EHLO: SILENCE }, 'CONNECTION_TIMEOUT'));
  test('a server without EHLO gets HELO and the mail', async () => {
    const { status, mails } = await play({ EHLO: '502 5.5.1 what?\r\n', HELO: '250 mail.example.com\r\n' });
    assert.equal(status, 200);
    assert.equal(mails.length, 1);
  });
  test('replies with bare LF and 8-bit text are understood', async () => {
    const { status, mails } = await play({
      greeting: Buffer.from('220 gr\xfc\xdfe\n', 'latin1'),
      EHLO: '250-mail.example.com\n250 SIZE\n',
      dot: Buffer.from('250 2.0.0 \xff\xfe ok\n', 'latin1'),
    });
    assert.equal(status, 200);
    assert.equal(mails.length, 1);
  });
});

describe('protecting the connection', () => {
  const starttls = { security: 'starttls' } as const;
  const secured = { EHLO: '250-mail.example.com\r\n250 STARTTLS\r\n' };
  test('a server without STARTTLS is TLS_NOT_OFFERED, and nothing is sent in clear text', async () => {
    const outcome = await play({ STARTTLS: '502 5.5.1 unknown\r\n' }, { account: { ...starttls, ...password } });
    assert.equal(outcome.code, 'TLS_NOT_OFFERED');
    assert.ok(!outcome.lines.some((line) => /AUTH|MAIL/.test(line)), outcome.lines.join('\n'));
  });
  test(
    'a server that says yes to STARTTLS and goes on in clear text is TLS_FAILED',
    fails({ ...secured, STARTTLS: '220 ok\r\n250 injected\r\n', tlsOptions: { minVersion: 'TLSv1.2' } }, 'TLS_FAILED', starttls),
  );
  test('a certificate of an unknown authority is CERTIFICATE_UNTRUSTED', async () => {
    await fails({ ...secured, certificate: await makeCertificate() }, 'CERTIFICATE_UNTRUSTED', starttls)();
    await fails({ implicitTls: true, certificate: await makeCertificate() }, 'CERTIFICATE_UNTRUSTED', { security: 'tls' })();
  });
  test('TLS 1.1 is TLS_FAILED', async () => {
    await fails(
      { ...secured, certificate, tlsOptions: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } },
      'TLS_FAILED',
      starttls,
    )();
  });
  test('a clear-text server behind a TLS account is TLS_FAILED', fails({}, 'TLS_FAILED', { security: 'tls' }));
  test(
    'a silent server behind a TLS account is CONNECTION_TIMEOUT',
    fails({ greeting: SILENCE }, 'CONNECTION_TIMEOUT', { security: 'tls' }),
  );
});

describe('certificates of other names and times', () => {
  const cases = [
    [
      'an expired certificate is CERTIFICATE_EXPIRED',
      { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') },
      'CERTIFICATE_EXPIRED',
    ],
    ['a certificate for another name is CERTIFICATE_NAME', { names: ['other.example.com'] }, 'CERTIFICATE_NAME'],
  ] as const;
  for (const [name, wishes, code] of cases) {
    test(name, async () => {
      const odd = await makeCertificate(wishes);
      await using own = await startRig({ env: { RELAY_ALLOW_PORTS: ALL_PORTS, RELAY_EXTRA_CA: odd.cert }, deps: { timeouts: TIMEOUTS } });
      for (const security of ['tls', 'starttls'] as const) {
        const server = await startScriptedServer({ EHLO: '250-x\r\n250 STARTTLS\r\n', certificate: odd, implicitTls: security === 'tls' });
        const { body } = await own.post('/v1/messages', sendRequest(server.port, { account: { host: 'localhost', security } }));
        assert.equal((body as RelayErrorBody).error.code, code, JSON.stringify(body));
        await server.close();
      }
    });
  }
});

describe('logging in', () => {
  const cases: [string, Script, string][] = [
    ['535 is LOGIN_FAILED', { AUTH: '535 5.7.8 wrong\r\n' }, 'LOGIN_FAILED'],
    ['534 is LOGIN_FAILED', { AUTH: '534 5.7.9 no\r\n' }, 'LOGIN_FAILED'],
    ['530 is LOGIN_REQUIRED', { AUTH: '530 5.7.0 first something else\r\n' }, 'LOGIN_REQUIRED'],
    ['454 is SERVER_BUSY', { AUTH: '454 4.7.0 temporary\r\n' }, 'SERVER_BUSY'],
    ['421 is SERVER_BUSY', { AUTH: '421 4.7.0 too many errors\r\n' }, 'SERVER_BUSY'],
    ['a server without AUTH is LOGIN_NOT_OFFERED', { EHLO: '250 mail.example.com\r\n' }, 'LOGIN_NOT_OFFERED'],
    ['a server with CRAM-MD5 only is LOGIN_NOT_OFFERED', { EHLO: '250-mail.example.com\r\n250 AUTH CRAM-MD5\r\n' }, 'LOGIN_NOT_OFFERED'],
    ['a connection cut while logging in is CONNECTION_LOST', { AUTH: CUT }, 'CONNECTION_LOST'],
    ['silence while logging in is CONNECTION_TIMEOUT', { AUTH: SILENCE }, 'CONNECTION_TIMEOUT'],
    ['a trickle while logging in is CONNECTION_TIMEOUT', { AUTH: trickle('334-') }, 'CONNECTION_TIMEOUT'],
    ['an endless challenge is PROTOCOL_ERROR', { AUTH: '334 more\r\n', response: '334 more\r\n' }, 'PROTOCOL_ERROR'],
  ];
  for (const [name, script, code] of cases) test(name, fails({ EHLO: EHLO_AUTH, ...script }, code, password));
  test('LOGIN is used where PLAIN is not offered', async () => {
    const answers = ['334 UGFzc3dvcmQ6\r\n', '235 2.7.0 ok\r\n'];
    const { status, lines } = await play(
      { EHLO: '250-x\r\n250 AUTH LOGIN\r\n', AUTH: '334 VXNlcm5hbWU6\r\n', response: (_line, count) => answers[count] ?? CUT },
      { account: password },
    );
    assert.equal(status, 200);
    assert.ok(lines.includes(Buffer.from('correct horse').toString('base64')));
  });
});

describe('the envelope', () => {
  const cases: [string, Script, string][] = [
    ['a refused sender is SENDER_REJECTED', { MAIL: '550 5.7.1 not yours\r\n' }, 'SENDER_REJECTED'],
    ['a sender refused for now is SERVER_BUSY', { MAIL: '451 4.3.0 later\r\n' }, 'SERVER_BUSY'],
    ['530 at MAIL is LOGIN_REQUIRED', { MAIL: '530 5.7.0 authenticate\r\n' }, 'LOGIN_REQUIRED'],
    ['552 at MAIL is SERVER_TOO_LARGE', { MAIL: '552 5.3.4 too big\r\n' }, 'SERVER_TOO_LARGE'],
    ['421 at MAIL is SERVER_BUSY', { MAIL: '421 4.3.2 bye\r\n' }, 'SERVER_BUSY'],
    ['421 at DATA is SERVER_BUSY', { DATA: '421 4.3.2 bye\r\n' }, 'SERVER_BUSY'],
    ['451 at DATA is SERVER_BUSY', { DATA: '451 4.3.0 later\r\n' }, 'SERVER_BUSY'],
    ['554 at DATA is MESSAGE_REJECTED', { DATA: '554 5.7.1 no\r\n' }, 'MESSAGE_REJECTED'],
    ['a cut at MAIL is CONNECTION_LOST', { MAIL: CUT }, 'CONNECTION_LOST'],
    ['a cut at RCPT is CONNECTION_LOST', { RCPT: CUT }, 'CONNECTION_LOST'],
    ['a cut at DATA is CONNECTION_LOST', { DATA: CUT }, 'CONNECTION_LOST'],
    ['silence at MAIL is CONNECTION_TIMEOUT', { MAIL: SILENCE }, 'CONNECTION_TIMEOUT'],
    ['silence at DATA is CONNECTION_TIMEOUT', { DATA: SILENCE }, 'CONNECTION_TIMEOUT'],
    ['nonsense at MAIL is PROTOCOL_ERROR', { MAIL: 'hello\r\n' }, 'PROTOCOL_ERROR'],
  ];
  for (const pipelining of [true, false]) {
    const EHLO = pipelining ? '250-mail.example.com\r\n250-SIZE\r\n250 PIPELINING\r\n' : '250-mail.example.com\r\n250 SIZE\r\n';
    for (const [name, script, code] of cases) test(`${name}${pipelining ? ', pipelined' : ''}`, fails({ EHLO, ...script }, code));
    test(`some recipients refused${pipelining ? ', pipelined' : ''}: the others get the mail, each refusal has its code`, async () => {
      const replies = [
        '250 ok\r\n',
        '550 5.1.1 <bruno.keller@example.com> unknown\r\n',
        '450 4.2.0 greylisted\r\n',
        '452 4.2.2 full\r\n',
        '552 5.2.2 full\r\n',
      ];
      const to = ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com', 'e@example.com'];
      const { status, body, mails } = await play({ EHLO, RCPT: (_line, count) => replies[count] ?? CUT }, { to });
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(body.accepted, ['a@example.com']);
      const codes = body.rejected.map(({ address, code, retryable }) => [address, code, retryable]);
      assert.deepEqual(codes, [
        ['b@example.com', 'RECIPIENT_REJECTED', false],
        ['c@example.com', 'RECIPIENT_DEFERRED', true],
        ['d@example.com', 'RECIPIENT_DEFERRED', true],
        ['e@example.com', 'MAILBOX_FULL', false],
      ]);
      assert.ok(!JSON.stringify(body.rejected[0]?.smtp).includes('@'), 'a reply does not name the address');
      assert.equal(mails.length, 1);
    });
    test(`all recipients refused${pipelining ? ', pipelined' : ''} is an answer with a code for each`, async () => {
      const { status, body, mails } = await play(
        { EHLO, RCPT: '550 5.1.1 no\r\n', DATA: '503 5.5.1 no recipients\r\n' },
        { to: ['a@example.com', 'b@example.com'] },
      );
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual([body.accepted.length, body.rejected.length, mails.length], [0, 2, 0]);
    });
  }
  test('421 at RCPT defers every recipient', async () => {
    const { body } = await play({ EHLO: '250 mail.example.com\r\n', RCPT: '421 4.3.2 bye\r\n' });
    assert.deepEqual(
      body.rejected.map(({ code }) => code),
      ['RECIPIENT_DEFERRED'],
    );
  });
  test('a size above what the server announces is SERVER_TOO_LARGE before MAIL FROM', async () => {
    const { code, lines } = await play({ EHLO: '250-x\r\n250 SIZE 500\r\n' }, { message: { text: 'x'.repeat(2000) } });
    assert.equal(code, 'SERVER_TOO_LARGE');
    assert.ok(!lines.some((line) => line.startsWith('MAIL')));
  });
  test('international addresses need SMTPUTF8; international domains do not', async () => {
    const without = await play({ EHLO: '250 mail.example.com\r\n' }, { to: ['jörg@example.com'] });
    assert.equal(without.code, 'ADDRESS_NOT_SUPPORTED');
    const offered = await play({}, { to: ['jörg@bücher.example'] });
    assert.equal(offered.status, 200, JSON.stringify(offered.body));
    assert.ok(offered.lines.some((line) => /^MAIL FROM:.*SMTPUTF8/.test(line)));
    const domain = await play({ EHLO: '250 mail.example.com\r\n' }, { to: ['info@bücher.example'] });
    assert.equal(domain.status, 200);
    assert.deepEqual(domain.body.accepted, ['info@bücher.example'], 'the answer names addresses as they were asked for');
    assert.ok(domain.lines.includes('RCPT TO:<info@xn--bcher-kva.example>'));
  });
});

describe('the data', () => {
  const large = { message: { text: randomBytes(10_000_000).toString('base64') } };
  test('a cut in the middle of the data is CONNECTION_LOST: the server cannot have the mail', async () => {
    const { code, mails } = await play({ chunk: (_line, count) => (count === 5 ? CUT : SILENCE) }, large);
    assert.equal(code, 'CONNECTION_LOST');
    assert.equal(mails.length, 0);
  });
  test('a yes before the end of the data is PROTOCOL_ERROR: no server can have taken what it has not got', async () => {
    const server = await startScriptedServer({ chunk: (_line, count) => (count === 0 ? '250 2.0.0 queued\r\n' : SILENCE) });
    await using slow = await startRig({
      env: { RELAY_ALLOW_PORTS: String(server.port) },
      confluence: (request, response) => request.url?.includes('/download') && response.writeHead(200).write('half'),
    });
    const file = { contentId: '1', attachmentId: '2', version: 1, sizeBytes: 8, filename: 'a', mediaType: 'text/plain' };
    const answer = await slow.post('/v1/messages', sendRequest(server.port, { message: { attachments: [file] } }));
    assert.equal((answer.body as RelayErrorBody).error.code, 'PROTOCOL_ERROR');
    assert.equal(server.mails.length, 0);
    await server.close();
  });
  test('a cut after the dot is OUTCOME_UNKNOWN', async () => {
    const { code, mails, status } = await play({ dot: CUT });
    assert.equal(code, 'OUTCOME_UNKNOWN');
    assert.equal(mails.length, 1);
    assert.equal(status, 502);
  });
  test('silence after the dot is OUTCOME_UNKNOWN', async () => assert.equal((await play({ dot: SILENCE })).code, 'OUTCOME_UNKNOWN'));
  test('a trickle after the dot is OUTCOME_UNKNOWN', async () =>
    assert.equal((await play({ dot: trickle('250-') })).code, 'OUTCOME_UNKNOWN'));
  test('a reply after the dot settles it', async () => {
    const replies: [string, string][] = [
      ['554 5.7.1 looks like spam\r\n', 'MESSAGE_REJECTED'],
      ['552 5.3.4 too big\r\n', 'SERVER_TOO_LARGE'],
      ['552 5.2.2 full\r\n', 'MAILBOX_FULL'],
      ['451 4.3.0 later\r\n', 'SERVER_BUSY'],
      ['421 4.3.0 bye\r\n', 'SERVER_BUSY'],
    ];
    for (const [dot, expected] of replies) {
      const { code, smtp } = await play({ dot });
      assert.equal(code, expected, dot);
      assert.equal(smtp, Number(dot.slice(0, 3)));
    }
  });
  test('a server that stops reading is CONNECTION_TIMEOUT', async () => {
    const { code } = await play(
      {
        chunk: (_line, _count, socket) => {
          socket.pause();
          return SILENCE;
        },
      },
      { message: { text: randomBytes(12_000_000).toString('base64') } },
    );
    assert.equal(code, 'CONNECTION_TIMEOUT');
  });
});

/** Writes `text` bit by bit for ever. */
function trickle(text: string) {
  return (_line: string, _count: number, socket: net.Socket): typeof SILENCE => {
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(text)), 50);
    socket.once('close', () => clearInterval(timer));
    return SILENCE;
  };
}
