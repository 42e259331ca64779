import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import sharp from 'sharp';
import type { RelayErrorBody, SendResponse } from '#contract/relay/api';
import { sendRequest, startRig } from '#test/relay/rig';
import { makeCertificate } from '#test/support/smtp-certificates';
import { startSmtpInbox } from '#test/support/smtp-inbox';

const reference = (id: string, body: Buffer, filename: string, mediaType: string) => ({
  contentId: '100',
  attachmentId: id,
  version: 3,
  sizeBytes: body.length,
  filename,
  mediaType,
});

describe('sending a mail', () => {
  test('a mail with a picture and a file arrives with its parts, and files are read as the sender', async () => {
    const inbox = await startSmtpInbox();
    const rigPorts = { env: { RELAY_ALLOW_PORTS: String(inbox.port) } };
    await using rig = await startRig(rigPorts);
    const file = randomBytes(300_000);
    const picture = await sharp({
      create: { width: 2000, height: 900, channels: 3, background: '#336699', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
    })
      .png()
      .toBuffer();
    rig.files.set('att7', { body: file }).set('att8', { body: picture });
    const request = sendRequest(inbox.port, {
      to: ['bruno.keller@example.com', 'secret@example.net'],
      message: {
        to: [{ address: 'bruno.keller@example.com', name: 'Bruno Keller' }],
        html: '<p><img src="cid:att8.v3@pagemail"></p>',
        inline: [{ ...reference('att8', picture, 'plan.png', 'image/png'), cid: 'att8.v3@pagemail', maxWidthPx: 400 }],
        attachments: [reference('att7', file, 'Übersicht 2026 – Äpfel.bin', 'application/octet-stream')],
      },
    });
    const answer = await rig.post('/v1/messages', request);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const result = answer.body as SendResponse;
    assert.deepEqual(result.accepted, request.envelope.to);
    const [mail] = inbox.mails;
    assert.ok(mail);
    assert.equal(mail.raw.length, result.sizeBytes);
    assert.deepEqual(mail.to, request.envelope.to);
    assert.ok(!mail.raw.toString('latin1').includes('secret@example.net'), 'Bcc is in the envelope only');
    const parsed = await PostalMime.parse(mail.raw);
    assert.equal(parsed.messageId, `<${request.message.messageId}>`);
    const [inline, attached] = parsed.attachments;
    assert.equal(inline?.contentId, '<att8.v3@pagemail>');
    assert.equal((await sharp(Buffer.from(inline?.content as ArrayBuffer)).metadata()).width, 400);
    assert.equal(attached?.filename, 'Übersicht 2026 – Äpfel.bin');
    assert.deepEqual(Buffer.from(attached?.content as ArrayBuffer), file);
    assert.ok(rig.asked.some((line) => line.includes('/wiki/rest/api/content/100/child/attachment/att7/download?version=3')));
    await inbox.close();
  });

  test('a chosen attachment that is gone is an error before the mail server hears of the mail', async () => {
    const inbox = await startSmtpInbox();
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
    const request = sendRequest(inbox.port, { message: { attachments: [reference('att9', Buffer.alloc(10), 'gone.txt', 'text/plain')] } });
    const answer = await rig.post('/v1/messages', request);
    assert.equal(answer.status, 424);
    assert.equal((answer.body as RelayErrorBody).error.code, 'ATTACHMENT_UNAVAILABLE');
    assert.equal(inbox.mails.length, 0);
    await inbox.close();
  });

  test('an address that would end its path is none, and every way an address was written is answered', async () => {
    const inbox = await startSmtpInbox();
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
    for (const address of ['"a>b"@example.com', '"<"@example.com', 'a b@example.com']) {
      const answer = await rig.post('/v1/messages', sendRequest(inbox.port, { to: [address], message: { to: [] } }));
      assert.equal((answer.body as RelayErrorBody).error.code, 'INVALID_ADDRESS', address);
    }
    const to = ['a@bücher.example', 'a@xn--bcher-kva.EXAMPLE'];
    const answer = await rig.post('/v1/messages', sendRequest(inbox.port, { to }));
    assert.deepEqual((answer.body as SendResponse).accepted, to);
    assert.equal(inbox.mails[0]?.to.length, 1, 'the server is asked once');
    await inbox.close();
  });

  test('pictures are given up as soon as the mail would be too large, and there are not endlessly many parts or names', async () => {
    const inbox = await startSmtpInbox();
    const env = { RELAY_ALLOW_PORTS: String(inbox.port), RELAY_MAX_MESSAGE_BYTES: '100000', RELAY_MAX_RECIPIENTS: '2' };
    await using rig = await startRig({ env });
    const picture = await sharp({
      create: { width: 200, height: 200, channels: 3, background: '#369', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
    })
      .png()
      .toBuffer();
    rig.files.set('att1', { body: picture });
    const image = { ...reference('att1', picture, 'a.png', 'image/png'), cid: 'a@pagemail' };
    const refusal = async (message: object): Promise<string> =>
      ((await rig.post('/v1/messages', sendRequest(inbox.port, { message }))).body as RelayErrorBody).error.code;
    assert.equal(await refusal({ inline: Array.from({ length: 30 }, () => image) }), 'MESSAGE_TOO_LARGE');
    assert.ok(rig.asked.filter((line) => line.includes('/media/')).length < 10, 'most were not asked for');
    assert.equal(await refusal({ inline: Array.from({ length: 1001 }, () => image) }), 'INVALID_REQUEST');
    assert.equal(await refusal({ cc: Array.from({ length: 2 }, () => ({ address: 'c@example.com' })) }), 'TOO_MANY_RECIPIENTS');
    await inbox.close();
  });

  test('STARTTLS and TLS are verified and a login travels over them', async () => {
    const certificate = await makeCertificate();
    const starttls = await startSmtpInbox({ ...certificate });
    const implicit = await startSmtpInbox({ ...certificate, secure: true });
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: `${starttls.port},${implicit.port}`, RELAY_EXTRA_CA: certificate.cert } });
    for (const [inbox, security] of [
      [starttls, 'starttls'],
      [implicit, 'tls'],
    ] as const) {
      const auth = { kind: 'password', user: 'ada', password: 'pässword' } as const;
      const answer = await rig.post('/v1/messages', sendRequest(inbox.port, { account: { host: 'localhost', security, auth } }));
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.equal(inbox.mails[0]?.secure, true);
      assert.equal(inbox.mails[0]?.user, 'ada');
      const verified = await rig.post('/v1/verify', {
        account: sendRequest(inbox.port, { account: { host: 'localhost', security, auth } }).account,
      });
      assert.deepEqual(
        (verified.body as { steps: { state: string }[] }).steps.map((step) => step.state),
        ['ok', 'ok', 'ok', 'ok'],
        JSON.stringify(verified.body),
      );
      await inbox.close();
    }
  });
});
