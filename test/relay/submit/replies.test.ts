import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ERRORS } from '#contract/errors';
import type { RelayErrorBody, SendRequest, SendResponse } from '#contract/relay/api';
import { type Rig, sendRequest, startRig } from '#test/relay/rig';
import { type Certificate, makeCertificate } from '#test/support/smtp-certificates';
import { type Script, startScriptedServer } from '#test/support/smtp-script';

const ALL_PORTS = Array.from({ length: 64512 }, (_, index) => index + 1024).join(',');
let rig: Rig;
let certificate: Certificate;
before(async () => {
  certificate = await makeCertificate();
  rig = await startRig({
    env: { RELAY_ALLOW_PORTS: ALL_PORTS, RELAY_EXTRA_CA: certificate.cert, RELAY_QUOTA_MESSAGES_PER_MINUTE: '0' },
    deps: { timeouts: { connectMs: 2000, greetingMs: 2000, smtpIdleMs: 3000, smtpTotalMs: 8000 } },
  });
});
after(async () => rig[Symbol.asyncDispose]());

interface Told {
  /** Code of the whole mail, or of each refused recipient. */
  readonly codes: readonly string[];
  readonly body: SendResponse & RelayErrorBody;
  readonly lines: readonly string[];
}
async function play(script: Script, account: Partial<SendRequest['account']> = {}, to = ['bruno.keller@example.com']): Promise<Told> {
  const server = await startScriptedServer(script);
  try {
    const answer = await rig.post('/v1/messages', sendRequest(server.port, { account: { host: 'localhost', ...account }, to }));
    const body = answer.body as SendResponse & RelayErrorBody;
    return { codes: body.error ? [body.error.code] : body.rejected.map(({ code }) => code), body, lines: server.lines };
  } finally {
    await server.close();
  }
}
const everywhere = ['MAIL', 'RCPT', 'dot'] as const;
type Step = (typeof everywhere)[number] | 'DATA';

/** Reply, where it comes, what it means. */
const REPLIES: readonly (readonly [string, readonly Step[], string])[] = [
  // the sender
  ['553 5.7.1 <pages@example.org>: Sender address rejected: not owned by user ada', ['MAIL', 'RCPT'], 'SENDER_REJECTED'],
  ['550 5.1.7 Invalid address', everywhere, 'SENDER_REJECTED'],
  ['550 5.1.8 Access denied, bad outbound sender', everywhere, 'SENDER_REJECTED'],
  ['450 4.1.8 <pages@example.org>: Sender address rejected: Domain not found', ['MAIL', 'RCPT'], 'SENDER_UNKNOWN'],
  ['554 5.2.252 SendAsDenied; pages@example.org not allowed to send as ada@example.org', everywhere, 'SENDER_REJECTED'],
  [
    '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message',
    ['dot'],
    'SENDER_REJECTED',
  ],
  ['550 5.7.60 SMTP; Client does not have permissions to send as this sender', everywhere, 'SENDER_REJECTED'],
  [
    '554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: a@example.org',
    ['dot', 'DATA'],
    'SENDER_REJECTED',
  ],
  [
    '550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.',
    ['dot', 'MAIL'],
    'SENDER_REJECTED',
  ],
  ['550 Sender address is not allowed.', ['MAIL', 'dot', 'RCPT'], 'SENDER_REJECTED'],
  ['550 Sender verify failed', ['RCPT', 'MAIL'], 'SENDER_REJECTED'],
  ['553 5.7.1 Relaying disallowed as pages@example.org', ['MAIL', 'RCPT', 'dot'], 'SENDER_REJECTED'],
  ['550 5.7.0 From address is not one of your addresses.', ['dot'], 'SENDER_REJECTED'],
  ['501 5.1.7 Bad sender address syntax', ['MAIL'], 'SENDER_REJECTED'],
  ['550 Rejected by header based Anti-Spoofing policy: pages@example.org', ['dot'], 'SENDER_REJECTED'],
  ['550-Verification failed for <a@example.org>\r\n550-No Such User Here\r\n550 Sender verify failed', ['MAIL', 'RCPT'], 'SENDER_REJECTED'],
  ['553 Mail from must equal authorized user', ['MAIL', 'RCPT'], 'SENDER_REJECTED'],
  // encryption is asked for, not a login
  ['530 5.7.0 Must issue a STARTTLS command first', ['MAIL', 'RCPT'], 'TLS_NOT_OFFERED'],
  ['538 5.7.11 Encryption required for requested authentication mechanism', ['MAIL'], 'TLS_NOT_OFFERED'],
  ['421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2.', ['MAIL'], 'TLS_FAILED'],
  ['503 5.5.4 Error: send AUTH command first', ['MAIL', 'RCPT'], 'LOGIN_REQUIRED'],
  // the sender's domain
  [
    '550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.',
    ['dot'],
    'SENDER_UNAUTHENTICATED',
  ],
  ['550 5.7.509 Access denied, sending domain example.org does not pass DMARC verification', ['dot'], 'SENDER_UNAUTHENTICATED'],
  [
    '550 5.7.515 Access denied, sending domain example.org does not meet the required authentication level.',
    ['dot'],
    'SENDER_UNAUTHENTICATED',
  ],
  ['550 5.7.23 The message was rejected because of Sender Policy Framework violation', ['RCPT', 'dot'], 'SENDER_UNAUTHENTICATED'],
  ['554 Transaction failed. Reject due to policy restrictions: DMARC', ['dot'], 'SENDER_UNAUTHENTICATED'],
  // the relay
  ['554 5.7.1 <bruno.keller@example.com>: Relay access denied', ['RCPT'], 'CLIENT_REJECTED'],
  ['550 relay not permitted', ['RCPT'], 'CLIENT_REJECTED'],
  ['550 5.7.64 TenantAttribution; Relay Access Denied', ['RCPT', 'MAIL', 'dot'], 'CLIENT_REJECTED'],
  ['550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain', ['RCPT'], 'CLIENT_REJECTED'],
  ['550 5.7.1 Relaying denied', ['RCPT'], 'CLIENT_REJECTED'],
  ['504 5.5.2 <relay>: Helo command rejected: need fully-qualified hostname', ['RCPT', 'MAIL'], 'CLIENT_REJECTED'],
  ['554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied', ['RCPT', 'MAIL'], 'CLIENT_REJECTED'],
  ['554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org', ['RCPT', 'MAIL'], 'CLIENT_REJECTED'],
  ['550 5.7.606 Access denied, banned sending IP [192.0.2.1]', ['RCPT', 'MAIL'], 'CLIENT_REJECTED'],
  ['553 sorry, that domain is not in my list of allowed rcpthosts (#5.7.1)', ['RCPT'], 'CLIENT_REJECTED'],
  [
    '550-5.7.28 Our system has detected an unusual rate of unsolicited mail\r\n550 5.7.28 originating from your IP address.',
    ['dot'],
    'CLIENT_REJECTED',
  ],
  ['554 5.7.1 URL in message body listed in SURBL blocklist', ['dot'], 'MESSAGE_REJECTED'],
  ['550 5.7.1 A link in this mail is listed on the DBL', ['dot'], 'MESSAGE_REJECTED'],
  // who the recipient takes mail from
  [
    '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed',
    ['RCPT', 'dot'],
    'RECIPIENT_REJECTED',
  ],
  [
    '550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized to send to recipient because the sender is not on its list',
    ['RCPT', 'dot'],
    'RECIPIENT_REJECTED',
  ],
  ['550 5.7.134 mailbox only accepts messages from authenticated senders', ['RCPT', 'dot'], 'RECIPIENT_REJECTED'],
  ['552 1 Requested mail action aborted, mailbox not found', ['RCPT', 'dot'], 'RECIPIENT_REJECTED'],
  ['550 permanent failure for one or more recipients (no such user)', ['dot'], 'RECIPIENT_REJECTED'],
  ['550 user has exceeded his quota', ['RCPT'], 'MAILBOX_FULL'],
  // limits
  ['450 4.7.1 Error: too much mail from 192.0.2.1', ['MAIL'], 'SENDING_LIMIT'],
  ['550 5.7.501 Access denied, spam abuse detected', ['MAIL', 'dot'], 'ACCOUNT_BLOCKED'],
  ['550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to', everywhere, 'SENDING_LIMIT'],
  ["550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", everywhere, 'SENDING_LIMIT'],
  ['554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException', ['dot'], 'SENDING_LIMIT'],
  ['550 5.7.233 Your tenant exceeded its daily limit for sending email to external recipients', everywhere, 'SENDING_LIMIT'],
  ['454 4.7.0 Throttling failure: Daily message quota exceeded.', everywhere, 'SENDING_LIMIT'],
  ['451 Authentication failed: Maximum credits exceeded', ['MAIL', 'dot'], 'SENDING_LIMIT'],
  ['452 4.3.1 Outgoing mail quota exceeded', everywhere, 'SENDING_LIMIT'],
  ['550 5.7.1 Message quota exceeded', everywhere, 'SENDING_LIMIT'],
  ['550 5.7.1 Sender quota exceeded', everywhere, 'SENDING_LIMIT'],
  ['550 You have exceeded your hourly sending limit', everywhere, 'SENDING_LIMIT'],
  ['550 5.4.6 Unusual sending activity detected. Please try after sometime', ['dot'], 'ACCOUNT_BLOCKED'],
  // the mail
  [
    '552-5.7.0 This message was blocked because its content presents a potential\r\n552-5.7.0 security issue. Please visit\r\n552 5.7.0 review our message content guidelines.',
    ['dot'],
    'ATTACHMENT_REFUSED',
  ],
  ['554 5.7.1 Attachment type .exe is not allowed', ['dot'], 'ATTACHMENT_REFUSED'],
  ['552 5.2.3 Message exceeds local size limit', everywhere, 'MAILBOX_SIZE_LIMIT'],
  ['550 5.2.3 RESOLVER.RST.SendSizeLimit', everywhere, 'MAILBOX_SIZE_LIMIT'],
  ['452 4.2.3 Message too large for this mailbox', everywhere, 'MAILBOX_SIZE_LIMIT'],
  ['552 5.3.4 Message size exceeds fixed limit', everywhere, 'SERVER_TOO_LARGE'],
  // as ever
  ['550 5.2.1 The email account that you tried to reach is disabled', ['RCPT', 'dot'], 'RECIPIENT_REJECTED'],
  ['550 5.1.1 User unknown', ['RCPT'], 'RECIPIENT_REJECTED'],
  ['550 5.1.1 User unknown', ['dot'], 'RECIPIENT_REJECTED'],
  ['552 5.2.2 Over quota', ['RCPT', 'dot'], 'MAILBOX_FULL'],
  ['452 4.2.2 The email account that you tried to reach is over quota', ['RCPT'], 'RECIPIENT_DEFERRED'],
  [
    '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages',
    ['RCPT'],
    'RECIPIENT_DEFERRED',
  ],
  ['454 4.7.0 Throttling failure: Maximum sending rate exceeded.', ['dot'], 'SERVER_BUSY'],
  ['452 4.5.3 Too many recipients', ['RCPT'], 'RECIPIENT_DEFERRED'],
  ['554 5.7.1 Message rejected as spam by content filtering', ['dot'], 'MESSAGE_REJECTED'],
  ['451 4.7.1 Greylisting in action, please come back later', ['RCPT'], 'RECIPIENT_DEFERRED'],
];

describe('what a refusal means', () => {
  for (const [reply, steps, expected] of REPLIES) {
    for (const step of steps) {
      test(`${step}: ${reply.split('\r\n')[0]} is ${expected}`, async () => {
        const { codes, body } = await play({ [step]: `${reply}\r\n` });
        assert.deepEqual(codes, [expected], JSON.stringify(body));
        assert.ok(!JSON.stringify(body.error?.smtp ?? body.rejected[0]?.smtp).includes('@'), 'no address is in the words');
      });
    }
  }
  test('one and the same 5.7.1 for every recipient is a refusal of the sender, also after pipelining', async () => {
    for (const EHLO of ['250-x\r\n250 PIPELINING\r\n', '250 x\r\n']) {
      const { codes } = await play({ EHLO, RCPT: '554 5.7.1 Access denied\r\n' }, {}, ['a@example.com', 'b@example.com']);
      assert.deepEqual(codes, ['SENDER_REJECTED', 'SENDER_REJECTED']);
    }
  });
  test('5.7.1 for some of them, or different ones, is about the recipients', async () => {
    const some = await play({ RCPT: (_line, at) => (at === 0 ? '250 ok\r\n' : '550 5.7.1 no\r\n') }, {}, [
      'a@example.com',
      'b@example.com',
    ]);
    assert.deepEqual(some.codes, ['RECIPIENT_REJECTED']);
    const mixed = await play({ RCPT: (_line, at) => `550 5.7.1 no ${at}\r\n` }, {}, ['a@example.com', 'b@example.com']);
    assert.deepEqual(mixed.codes, ['RECIPIENT_REJECTED', 'RECIPIENT_REJECTED']);
  });
  test('a server that asks for data although it refused everybody gets a lone dot, and each refusal is told', async () => {
    const script = {
      EHLO: '250-x\r\n250 PIPELINING\r\n',
      RCPT: '550 5.1.1 no\r\n',
      DATA: '354 go on\r\n',
      dot: '554 5.5.1 no recipients\r\n',
    };
    const { codes } = await play(script, {}, ['a@example.com', 'b@example.com']);
    assert.deepEqual(codes, ['RECIPIENT_REJECTED', 'RECIPIENT_REJECTED']);
  });
  test('the part of a recipient’s address before the @ is masked as well', async () => {
    const { body } = await play({ RCPT: '550 5.1.1 user bruno.keller is not here\r\n' });
    assert.equal(body.rejected[0]?.smtp?.reply, 'user … is not here');
  });
});

describe('what a refused login means', () => {
  const password = { auth: { kind: 'password', user: 'ada', password: 'correct horse' } } as const;
  const EHLO = '250-x\r\n250 AUTH PLAIN\r\n';
  const cases: readonly (readonly [string, string])[] = [
    ['535 5.7.139 Authentication unsuccessful, basic authentication is disabled.', 'LOGIN_PASSWORD_OFF'],
    ['535 5.7.139 Authentication unsuccessful, user is locked by your organization’s security defaults policy.', 'LOGIN_PASSWORD_OFF'],
    ['550 5.7.30 Basic authentication is not supported for Client Submission.', 'LOGIN_PASSWORD_OFF'],
    ['535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.', 'LOGIN_SMTP_OFF'],
    ['535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.', 'LOGIN_SMTP_OFF'],
    [
      '534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor',
      'LOGIN_APP_PASSWORD',
    ],
    ['535 5.7.8 Error: two-factor authentication enabled', 'LOGIN_APP_PASSWORD'],
    ['534-5.7.14 Please log in via your web browser and then try again.\r\n534 5.7.14 Learn more', 'LOGIN_WEB'],
    ['535 5.7.1 Please log in with your web browser and then try again.', 'LOGIN_WEB'],
    ['535 5.7.0 Too many failed login attempts', 'LOGIN_TOO_MANY'],
    ['535 5.7.139 Authentication unsuccessful, the account is locked', 'LOGIN_TOO_MANY'],
    ['535 5.7.13 User account disabled', 'ACCOUNT_BLOCKED'],
    ['535 5.7.8 Authentication failed: your subscription expired', 'ACCOUNT_BLOCKED'],
    ['535 5.7.139 Authentication unsuccessful, user password has expired', 'LOGIN_FAILED'],
    ['454 4.7.0 Too many login attempts, please try again later.', 'LOGIN_TOO_MANY'],
    ['421 4.7.0 Too many concurrent connections from this address', 'SERVER_BUSY'],
    ['530 5.7.0 Must issue a STARTTLS command first', 'TLS_NOT_OFFERED'],
    ['538 5.7.11 Encryption required for requested authentication mechanism', 'TLS_NOT_OFFERED'],
    ['550 5.7.1 User not authorized to use SMTP', 'LOGIN_SMTP_OFF'],
    ['554 5.7.1 Your IP address is not allowed to log in', 'CLIENT_REJECTED'],
    ['535 Authentication failed. Restricted user. IP not allowed', 'CLIENT_REJECTED'],
    ['535 Login Fail. Please enter your authorization code to login.', 'LOGIN_APP_PASSWORD'],
    ['535 5.7.8 Username and Password not accepted.', 'LOGIN_FAILED'],
    ['535 5.7.3 Authentication unsuccessful', 'LOGIN_FAILED'],
    ['535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.', 'LOGIN_FAILED'],
    ['454 4.7.0 Temporary authentication failure', 'SERVER_BUSY'],
  ];
  for (const [reply, expected] of cases) {
    test(`${reply.split('\r\n')[0]} is ${expected}`, async () => {
      assert.deepEqual((await play({ EHLO, AUTH: `${reply}\r\n` }, password)).codes, [expected]);
    });
    test(`${reply.split('\r\n')[0]}: nothing of passwords is said to an account that logs in with a token`, async () => {
      const { forToken } = await import('#relay/submit/reply-meaning');
      const text = ERRORS[forToken(expected as keyof typeof ERRORS)];
      assert.doesNotMatch(`${text.en} ${text.helpEn} ${text.de} ${text.helpDe}`, /pass ?word|passwort/i);
    });
  }
  for (const reply of ['504 5.5.4 Unrecognized authentication type', '502 5.5.1 no', '534 5.7.9 mechanism too weak']) {
    test(`${reply} to AUTH PLAIN: LOGIN is tried`, async () => {
      const script: Script = { EHLO: '250-x\r\n250 AUTH PLAIN LOGIN\r\n', ['AUTH']: onlyLogin(reply), response: afterLogin };
      const { codes, lines } = await play(script, password);
      assert.deepEqual(codes, []);
      assert.equal(lines.filter((line) => line.startsWith('AUTH')).length, 2);
    });
  }
  for (const reply of ['535 5.7.8 wrong', '534 5.7.9 Application-specific password required']) {
    test(`${reply} to AUTH PLAIN: the password is not shown a second time`, async () => {
      const { lines } = await play({ EHLO: '250-x\r\n250 AUTH PLAIN LOGIN\r\n', AUTH: `${reply}\r\n` }, password);
      assert.equal(lines.filter((line) => line.startsWith('AUTH')).length, 1);
    });
  }
});

const onlyLogin = (reply: string) => (line: string) => (line.includes('PLAIN') ? `${reply}\r\n` : '334 VXNlcm5hbWU6\r\n');
const afterLogin = (_line: string, at: number) => (at === 0 ? '334 UGFzc3dvcmQ6\r\n' : '235 ok\r\n');
