import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileReferenceSchema, relayMessageSchema } from '#contract/relay/api';
import { buildMessage, estimateSize, subjectLine } from '#mail/message';

const mail = { html: '<p>Hello</p>', text: 'Hello\n', images: [] };
const base = {
  from: { address: 'pages@harbour.example', name: 'Harbour pages' },
  to: [{ address: 'mira@example.org' }],
  cc: [],
  subject: 'The week',
  random: 'k3J9x0aB71kq',
  date: new Date('2026-11-23T08:00:00Z'),
  language: 'en',
  mail,
  attachments: [],
};
const file = (sizeBytes: number) =>
  fileReferenceSchema.parse({ contentId: '1', attachmentId: '2', version: 1, sizeBytes, filename: 'a.pdf', mediaType: 'application/pdf' });

describe('a message', () => {
  test('is what the relay takes, its id in the domain of the sender address', () => {
    const message = buildMessage({ ...base, replyTo: { address: 'jonas@example.org', name: 'Jonas' } });
    assert.deepEqual(relayMessageSchema.parse(message), message);
    assert.equal(message.messageId, 'k3J9x0aB71kq@harbour.example');
    assert.equal(message.date, '2026-11-23T08:00:00.000Z');
    assert.equal(message.autoSubmitted, 'no');
  });

  test('has a subject and names of one line, whatever was typed', () => {
    const message = buildMessage({
      ...base,
      subject: 'The\r\nBcc: x@example.org\u2028week',
      to: [{ address: 'mira@example.org', name: 'Mira\nOkonkwo' }],
    });
    assert.equal(message.subject, 'The Bcc: x@example.org week');
    assert.equal(message.to[0]?.name, 'Mira Okonkwo');
    relayMessageSchema.parse(message);
  });

  test('has the prefix before its subject, once', () => {
    assert.equal(subjectLine('[Harbour]', 'The week'), '[Harbour] The week');
    assert.equal(subjectLine('[Harbour]', '[Harbour] The week'), '[Harbour] The week');
    assert.equal(subjectLine('', ' The week '), 'The week');
  });
});

describe('the size on the wire', () => {
  test('counts files as base64 with its line ends', () => {
    const { attachments } = estimateSize({ mail, attachments: [file(57_000)] });
    assert.ok(attachments >= 57_000 * 1.36 && attachments <= 57_000 * 1.36 + 1_500, String(attachments));
  });

  test('is the sum of its parts and the headers, and counts pictures in full', () => {
    const size = estimateSize({ mail: { ...mail, images: [{ ...file(10_000), cid: 'att2.v1@pagemail' }] }, attachments: [file(1_000)] });
    assert.ok(size.images > 13_000);
    assert.ok(size.total > size.html + size.text + size.images + size.attachments);
  });

  test('takes the shorter encoding of a text', () => {
    const ascii = estimateSize({ mail: { ...mail, text: 'a'.repeat(100_000) }, attachments: [] }).text;
    const chinese = estimateSize({ mail: { ...mail, text: '潮'.repeat(100_000) }, attachments: [] }).text;
    assert.ok(ascii < 110_000);
    assert.ok(chinese < 300_000 * 1.4);
  });
});
