import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import type { RelayErrorBody, SendResponse, VerifyResponse } from '#contract/relay/api';
import { awkwardBytes, bytesOf, mailbox, parseMail, postfixRequest, reference, startRelayFor } from '#test/postfix/rig';
import { ACCOUNT, type PostfixServer, postfixMissing, startPostfix } from '#test/support/postfix';

/** Maildir holds lines ending in LF where SMTP had CRLF. */
const lines = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trimEnd();

describe('through Postfix, with STARTTLS and login, into a mailbox', { skip: postfixMissing() ?? false }, () => {
  let postfix: PostfixServer;
  before(async () => {
    postfix = await startPostfix(['ada', 'bruno', 'chiyo', 'dana', 'emil', 'files', 'names', 'picture', 'secret', 'text']);
  });
  after(() => postfix?.stop());

  test('header fields arrive as asked for and Postfix saw TLS and the login', async () => {
    await using rig = await startRelayFor(postfix);
    const request = postfixRequest(postfix, {
      to: [mailbox('ada'), mailbox('bruno')],
      message: {
        from: { address: 'pages@mailbox.example', name: 'Zoë Brandão, via Confluence' },
        replyTo: { address: 'zoe@mailbox.example', name: 'Zoë "Zo" Brandão' },
        to: [{ address: mailbox('ada'), name: 'Ada Lindgren' }],
        cc: [{ address: mailbox('bruno'), name: '千代 田中' }],
        subject:
          'Jahresübersicht 2026 – „Äpfel & Birnen“ 🍏 und ein Betreff, der viel länger ist als eine einzelne Zeile im Kopf einer Mail',
      },
    });
    const answer = await rig.post('/v1/messages', request);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual((answer.body as SendResponse).accepted, request.envelope.to);
    const [raw] = await postfix.mailbox('ada', 1);
    assert.ok(raw);
    const mail = await parseMail(raw);
    assert.deepEqual(mail.from, { address: 'pages@mailbox.example', name: 'Zoë Brandão, via Confluence' });
    assert.deepEqual(mail.replyTo, [{ address: 'zoe@mailbox.example', name: 'Zoë "Zo" Brandão' }]);
    assert.deepEqual(mail.to, [{ address: mailbox('ada'), name: 'Ada Lindgren' }]);
    assert.deepEqual(mail.cc, [{ address: mailbox('bruno'), name: '千代 田中' }]);
    assert.equal(mail.subject, request.message.subject);
    assert.equal(mail.messageId, `<${request.message.messageId}>`);
    assert.equal(mail.date, request.message.date);
    const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
    assert.equal(header('auto-submitted'), 'no');
    assert.equal(header('return-path'), `<${request.envelope.from}>`);
    assert.match(raw.toString('latin1'), /^Received: .*\n\tby .* with ESMTPSA /m, 'with TLS and login (RFC 3848)');
    assert.match(postfix.log(), new RegExp(`sasl_method=\\w+, sasl_username=${ACCOUNT.user}`));
    const head = raw.toString('latin1').split('\n\n', 1)[0] ?? '';
    assert.match(head, /^[\t\n\x20-\x7e]*$/, 'header fields are ASCII');
    for (const line of raw.toString('latin1').split('\n')) assert.ok(line.length <= 998, 'no line is longer than RFC 5322 allows');
    assert.equal((await postfix.mailbox('bruno', 1)).length, 1);
  });

  test('HTML and text are the ones asked for, to the character', async () => {
    await using rig = await startRelayFor(postfix);
    const text = [
      'Grüße',
      '.',
      '..zwei Punkte',
      'From the start of a line',
      '日本語 🍏 עברית',
      ' eingerückt',
      'x'.repeat(3000),
      'Ende',
    ].join('\n');
    const html = `<!doctype html><html lang="de"><body><p>${text.replaceAll('\n', '<br>\n')}</p><pre>  a\tb\n.\n</pre></body></html>`;
    const answer = await rig.post('/v1/messages', postfixRequest(postfix, { to: [mailbox('text')], message: { html, text } }));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const [raw] = await postfix.mailbox('text', 1);
    const mail = await parseMail(raw as Buffer);
    assert.equal(lines(mail.html), lines(html));
    assert.equal(lines(mail.text), lines(text));
  });

  test('an inline picture arrives byte for byte under its Content-ID', async () => {
    await using rig = await startRelayFor(postfix);
    const picture = await sharp({ create: { width: 320, height: 200, channels: 3, background: '#0c66e4' } })
      .png()
      .toBuffer();
    rig.files.set('att8', { body: picture });
    const cid = 'att8.v3@pagemail';
    const message = {
      html: `<p><img src="cid:${cid}" alt="Plan" width="320" height="200"></p>`,
      inline: [{ ...reference('att8', picture, 'plan.png', 'image/png'), cid }],
    };
    const answer = await rig.post('/v1/messages', postfixRequest(postfix, { to: [mailbox('picture')], message }));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const [raw] = await postfix.mailbox('picture', 1);
    const [image] = (await parseMail(raw as Buffer)).attachments;
    assert.equal(image?.contentId, `<${cid}>`);
    assert.equal(image?.disposition, 'inline');
    assert.equal(image?.mimeType, 'image/png');
    assert.deepEqual(bytesOf(image?.content), picture);
    assert.match(raw?.toString('latin1') ?? '', /^Content-Type: multipart\/related/im);
  });

  test('attachments arrive byte for byte, whatever bytes they hold', async () => {
    await using rig = await startRelayFor(postfix);
    const files = [
      { id: 'att11', name: 'empty.txt', type: 'text/plain', body: Buffer.alloc(0) },
      { id: 'att12', name: 'one.bin', type: 'application/octet-stream', body: Buffer.from([0]) },
      { id: 'att13', name: 'lines.txt', type: 'text/plain', body: Buffer.from('a\nb\r\nc\rd\n.\n..\nFrom x\n') },
      { id: 'att14', name: 'numbers.csv', type: 'text/csv', body: awkwardBytes('csv', 57 * 100 + 1) },
      { id: 'att15', name: 'large.zip', type: 'application/zip', body: awkwardBytes('zip', 3_000_001) },
      { id: 'att16', name: 'mail.eml', type: 'message/rfc822', body: Buffer.from('Subject: inner\r\n\r\nbody\r\n') },
    ];
    for (const { id, body } of files) rig.files.set(id, { body });
    const attachments = files.map(({ id, name, type, body }) => reference(id, body, name, type));
    const answer = await rig.post('/v1/messages', postfixRequest(postfix, { to: [mailbox('files')], message: { attachments } }));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const [raw] = await postfix.mailbox('files', 1);
    const mail = await parseMail(raw as Buffer);
    assert.deepEqual(
      mail.attachments.map(({ filename }) => filename),
      files.map(({ name }) => name),
    );
    for (const [index, { name, body }] of files.entries()) {
      const arrived = mail.attachments[index];
      assert.equal(arrived?.disposition, 'attachment');
      // An attached mail has no encoding of its own, and mailbox and parser write line ends as they like.
      const isUnchanged = name.endsWith('.eml')
        ? lines((raw as Buffer).toString('latin1')).includes(lines(body.toString('latin1')))
        : bytesOf(arrived?.content).equals(body);
      assert.ok(isUnchanged, `${name} is unchanged`);
    }
  });

  test('file names with umlauts, CJK, quotes and signs arrive as they are on the page (RFC 2231)', async () => {
    await using rig = await startRelayFor(postfix);
    const names = [
      'Übersicht größer – 2026.pdf',
      '四半期報告書（最終版）.xlsx',
      'He said "yes", \\ maybe; 50 % (final) it\'s = ok.txt',
      `${'sehr-langer-dateiname-mit-ümlaut-'.repeat(6)}.txt`,
      '🍏 emoji ﷺ.png',
      'semi;colon, comma.txt',
      'percent%20%41.txt',
    ];
    const body = Buffer.from('x');
    const attachments = names.map((name, index) => {
      rig.files.set(`att2${index}`, { body });
      return reference(`att2${index}`, body, name, 'application/octet-stream');
    });
    const answer = await rig.post('/v1/messages', postfixRequest(postfix, { to: [mailbox('names')], message: { attachments } }));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const [raw] = await postfix.mailbox('names', 1);
    const mail = await parseMail(raw as Buffer);
    assert.deepEqual(
      mail.attachments.map(({ filename }) => filename),
      names,
    );
    assert.match(raw?.toString('latin1') ?? '', /filename\*(0\*)?=utf-8''/i);
  });

  test('a Bcc recipient gets the mail and no header says so', async () => {
    await using rig = await startRelayFor(postfix);
    const to = [mailbox('chiyo'), mailbox('secret')];
    const request = postfixRequest(postfix, { to, message: { to: [{ address: mailbox('chiyo') }] } });
    assert.equal((await rig.post('/v1/messages', request)).status, 200);
    const [open] = await postfix.mailbox('chiyo', 1);
    const [hidden] = await postfix.mailbox('secret', 1);
    assert.ok(!open?.toString('latin1').includes('secret@'), 'other recipients cannot find the Bcc address');
    const mail = await parseMail(hidden as Buffer);
    assert.deepEqual(mail.bcc ?? [], []);
    assert.deepEqual(mail.to, [{ address: mailbox('chiyo'), name: '' }]);
  });

  test('an unknown recipient is refused by name while the others get the mail', async () => {
    await using rig = await startRelayFor(postfix);
    const to = [mailbox('dana'), mailbox('nobody-here'), mailbox('emil')];
    const answer = await rig.post('/v1/messages', postfixRequest(postfix, { to }));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { accepted, rejected } = answer.body as SendResponse;
    assert.deepEqual(accepted, [mailbox('dana'), mailbox('emil')]);
    assert.equal(rejected.length, 1);
    assert.equal(rejected[0]?.address, mailbox('nobody-here'));
    assert.equal(rejected[0]?.code, 'RECIPIENT_REJECTED');
    assert.equal(rejected[0]?.retryable, false);
    assert.equal(rejected[0]?.smtp?.enhanced, '5.1.1');
    for (const name of ['dana', 'emil']) assert.equal((await postfix.mailbox(name, 1)).length, 1);
  });

  test('a wrong password is LOGIN_FAILED, when sending and in the login step of a verification', async () => {
    await using rig = await startRelayFor(postfix);
    const auth = { kind: 'password' as const, user: ACCOUNT.user, password: 'wrong' };
    const request = postfixRequest(postfix, { to: [mailbox('ada')], account: { auth } });
    const answer = await rig.post('/v1/messages', request);
    assert.equal(answer.status, 422);
    assert.equal((answer.body as RelayErrorBody).error.code, 'LOGIN_FAILED');
    assert.equal((answer.body as RelayErrorBody).error.retryable, false);
    const verified = (await rig.post('/v1/verify', { account: request.account })).body as VerifyResponse;
    assert.equal(verified.ok, false);
    assert.deepEqual(
      verified.steps.map(({ step, state }) => `${step} ${state}`),
      ['resolve ok', 'connect ok', 'tls ok', 'authenticate failed'],
    );
    assert.equal(verified.steps[3]?.error?.code, 'LOGIN_FAILED');
  });

  test('a certificate that nobody vouches for is refused before the password is sent', async () => {
    await using rig = await startRelayFor(postfix, { trust: false });
    const user = 'never-sent@mailbox.example';
    const request = postfixRequest(postfix, {
      to: [mailbox('ada')],
      account: { auth: { kind: 'password', user, password: 'never sent' } },
    });
    const answer = await rig.post('/v1/messages', request);
    assert.equal(answer.status, 422);
    assert.match((answer.body as RelayErrorBody).error.code, /^CERTIFICATE_|^TLS_/);
    const verified = (await rig.post('/v1/verify', { account: request.account })).body as VerifyResponse;
    assert.deepEqual(
      verified.steps.map(({ step, state }) => `${step} ${state}`),
      ['resolve ok', 'connect ok', 'tls failed', 'authenticate skipped'],
    );
    assert.ok(!postfix.log().includes(user), 'Postfix never heard of a login');
  });

  test('a verification of the right account shows each step, and the certificate', async () => {
    await using rig = await startRelayFor(postfix);
    const { account } = postfixRequest(postfix, { to: [mailbox('ada')] });
    const verified = (await rig.post('/v1/verify', { account })).body as VerifyResponse;
    assert.equal(verified.ok, true, JSON.stringify(verified));
    const tls = verified.steps.find(({ step }) => step === 'tls');
    assert.match(tls?.details['subject'] ?? '', /localhost/);
    assert.ok(Date.parse(tls?.details['validTo'] ?? '') > Date.now());
  });
});
