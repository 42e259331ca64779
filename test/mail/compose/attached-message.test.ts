import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import { AS_FILE, asSevenBit, mayBeBase64 } from '#mail/compose/attached-message';
import { composeMessage, type OpenFile } from '#mail/compose/compose';
import { sendRequest } from '#test/relay/rig';

const MAIL = 'From: Ada <ada@outside.example>\r\nSubject: The winch\r\n\r\n.a dot\r\nFrom the pier\r\n';

describe('an attached mail', () => {
  test('goes as it is where every octet may', () => {
    assert.equal(asSevenBit(Buffer.from(MAIL))?.toString(), MAIL);
    assert.ok(asSevenBit(Buffer.from(`X: y\r\n\r\n${'x'.repeat(998)}\r\n`)));
  });

  test('has CRLF for line ends, whatever it came with', () => {
    assert.equal(asSevenBit(Buffer.from(MAIL.replaceAll('\r\n', '\n')))?.toString(), MAIL);
    assert.equal(asSevenBit(Buffer.from('X: y\n\nno end'))?.toString(), 'X: y\r\n\r\nno end\r\n');
  });

  for (const [name, octets] of [
    ['eight bits', Buffer.from('X: y\r\n\r\nGrüße\r\n')],
    ['a NUL', Buffer.from('X: y\r\n\r\na\u0000b\r\n')],
    ['a line of 999 octets', Buffer.from(`X: y\r\n\r\n${'x'.repeat(999)}\r\n`)],
    ['a carriage return of its own', Buffer.from('X: y\r\n\r\na\rb\r\n')],
    ['no header', Buffer.from('\r\nhello\r\n')],
    ['no mail at all', Buffer.from('PK\u0003\u0004rest')],
    ['nothing', Buffer.alloc(0)],
  ] as const)
    test(`is none that can go as it is: ${name}`, () => assert.equal(asSevenBit(octets), undefined));
});

describe('in a composed mail', () => {
  const attach = async (mediaType: string, open: Partial<OpenFile>, body = Buffer.from(MAIL)) => {
    const reference = { contentId: '1', attachmentId: 'att1', version: 1, sizeBytes: body.length, filename: 'The winch.eml', mediaType };
    const { message } = sendRequest(25, { message: { attachments: [reference] } });
    const { stream, sizeBytes } = composeMessage(message, () => ({ body, sizeBytes: body.length, ...open }));
    const octets = await buffer(stream);
    assert.equal(octets.length, sizeBytes, 'the size is known beforehand');
    return { text: octets.toString('latin1'), parsed: await PostalMime.parse(octets, { forceRfc822Attachments: true }) };
  };

  test('an attached mail is 7bit under its own type, and stands in the mail to the octet', async () => {
    const { text, parsed } = await attach('message/rfc822', { sevenBit: true });
    assert.match(text, /Content-Type: message\/rfc822;\r\n name="The winch\.eml"\r\nContent-Transfer-Encoding: 7bit\r\n/);
    assert.ok(text.includes(`\r\n\r\n${MAIL}\r\n--m_`), text);
    assert.match(Buffer.from(parsed.attachments[0]?.content as ArrayBuffer).toString(), /^Subject: The winch$/m);
  });

  for (const mediaType of ['message/rfc822', 'message/delivery-status', 'message/partial', 'multipart/related', 'Multipart/Mixed'])
    test(`${mediaType} that needs an encoding is a file with its name, never an encoded ${mediaType}`, async () => {
      const { text, parsed } = await attach(mediaType, {});
      assert.match(text, /Content-Type: application\/octet-stream;\r\n name="The winch\.eml"\r\nContent-Transfer-Encoding: base64\r\n/);
      const [file] = parsed.attachments;
      assert.deepEqual([file?.filename, file?.mimeType], ['The winch.eml', AS_FILE]);
      assert.equal(Buffer.from(file?.content as ArrayBuffer).toString(), MAIL);
    });

  test('message/global may be encoded (RFC 6532)', () => {
    assert.deepEqual(['message/global', 'application/pdf', 'message/rfc822'].map(mayBeBase64), [true, true, false]);
  });
});
