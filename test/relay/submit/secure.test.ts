import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RelayErrorBody, SendResponse } from '#contract/relay/api';
import { sendRequest, startRig } from '#test/relay/rig';
import { startSmtpInbox } from '#test/support/smtp-inbox';

const CONTENT =
  'Content-Type: application/pkcs7-mime; smime-type=enveloped-data;\r\n name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHA6CA\r\n';
const body = Buffer.from(CONTENT).toString('base64');
const outer = { subject: '[...]', html: '', text: '', inline: [], attachments: [] };

describe('mails that the app has encrypted', () => {
  test('go out with the outer header fields and the body as it is, to the octet', async () => {
    const inbox = await startSmtpInbox();
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
    const request = { ...sendRequest(inbox.port, { to: ['hana@example.org'], message: outer }), body };
    const answer = await rig.post('/v1/secure-messages', request);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const [mail] = inbox.mails;
    const raw = mail?.raw.toString('latin1') ?? '';
    assert.equal(raw.length, (answer.body as SendResponse).sizeBytes);
    assert.match(raw, /^Subject: \[\.\.\.\]\r$/m);
    assert.ok(raw.endsWith(`MIME-Version: 1.0\r\n${CONTENT}`), raw);
    assert.deepEqual(
      rig.asked.filter((line) => line.includes('/wiki/')),
      [],
      'nothing is read from Confluence',
    );
    await inbox.close();
  });

  for (const [name, fields] of [
    ['with content beside the body', { body, message: { html: '<p>plain</p>' } }],
    [
      'with files beside the body',
      {
        body,
        message: { attachments: [{ contentId: '1', attachmentId: 'att1', version: 1, sizeBytes: 1, filename: 'a', mediaType: 'a/b' }] },
      },
    ],
    ['with neither body nor plan', {}],
  ] as const)
    test(`are refused ${name}, so that nothing goes out in the clear by mistake`, async () => {
      const inbox = await startSmtpInbox();
      await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
      const { message, ...rest } = { message: {}, ...fields };
      const request = { ...sendRequest(inbox.port, { to: ['hana@example.org'], message: { ...outer, ...message } }), ...rest };
      const answer = await rig.post('/v1/secure-messages', request);
      assert.deepEqual([answer.status, (answer.body as RelayErrorBody).error.code], [400, 'INVALID_REQUEST']);
      assert.equal(inbox.mails.length, 0);
      await inbox.close();
    });

  test('count by their size', async () => {
    const inbox = await startSmtpInbox();
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port), RELAY_MAX_MESSAGE_BYTES: '1000000' } });
    const large = Buffer.from(CONTENT + 'A'.repeat(1_200_000)).toString('base64');
    const request = { ...sendRequest(inbox.port, { to: ['hana@example.org'], message: outer }), body: large };
    const answer = await rig.post('/v1/secure-messages', request);
    assert.equal((answer.body as RelayErrorBody).error.code, 'MESSAGE_TOO_LARGE');
    assert.equal(inbox.mails.length, 0);
    await inbox.close();
  });
});
