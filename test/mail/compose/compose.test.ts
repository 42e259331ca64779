import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import type { RelayMessage } from '#contract/relay/api';
import { base64Lines, base64Size } from '#mail/compose/base64';
import { composeMessage } from '#mail/compose/compose';
import { quotedPrintable } from '#mail/compose/encode';
import { sendRequest } from '#test/relay/rig';

const message = (parts: Partial<Record<keyof RelayMessage, unknown>> = {}): RelayMessage => sendRequest(25, { message: parts }).message;
const compose = async (of: RelayMessage, body: Buffer = Buffer.alloc(0)) => {
  const { stream, sizeBytes, international } = composeMessage(of, () => ({ body: Readable.from([body]), sizeBytes: body.length }));
  const octets = await buffer(stream);
  assert.equal(octets.length, sizeBytes, 'the size is known beforehand');
  return { octets, text: octets.toString('latin1'), international, parsed: await PostalMime.parse(octets) };
};
const file = (filename: string, sizeBytes = 0) => ({
  contentId: '1',
  attachmentId: 'att1',
  version: 1,
  sizeBytes,
  filename,
  mediaType: 'application/pdf',
});
const picture = { ...file('a.png'), mediaType: 'image/png', cid: 'att1.v1@pagemail' };

describe('structure', () => {
  const shapes: [string, Partial<Record<keyof RelayMessage, unknown>>, RegExp][] = [
    ['text alone', {}, /^alternative\(text\/plain text\/html\)$/],
    ['pictures', { inline: [picture] }, /^related\(alternative\(text\/plain text\/html\) image\/png\)$/],
    ['files', { attachments: [file('a.pdf')] }, /^mixed\(alternative\(text\/plain text\/html\) application\/pdf\)$/],
    [
      'pictures and files',
      { inline: [picture], attachments: [file('a.pdf')] },
      /^mixed\(related\(alternative\(text\/plain text\/html\) image\/png\) application\/pdf\)$/,
    ],
  ];
  for (const [name, parts, shape] of shapes) {
    test(`${name}: multipart levels with one part only are left out`, async () => {
      const { text } = await compose(message(parts));
      assert.match(outline(text), shape);
      assert.equal(/multipart\/related; type="multipart\/alternative"/.test(text), 'inline' in parts);
    });
  }
  test('a picture that comes with the request stands among the related ones', async () => {
    const logo = { cid: 'logo@pagemail', filename: 'logo.png', mediaType: 'image/png', base64: Buffer.from('logo').toString('base64') };
    const { parsed, text } = await compose(message({ inlineData: [logo] }));
    assert.equal(outline(text), 'related(alternative(text/plain text/html) image/png)');
    assert.equal(parsed.attachments[0]?.contentId, '<logo@pagemail>');
    assert.equal(Buffer.from(parsed.attachments[0]?.content as ArrayBuffer).toString(), 'logo');
  });
  test('the same message gives the same octets', async () => {
    const same = message();
    assert.deepEqual((await compose(same)).octets, (await compose(same)).octets);
  });
});

/** Media types of a message as nested words. */
function outline(text: string): string {
  const boundary = /^Content-Type: multipart\/(\w+)[^\r]*\r\n boundary="([^"]+)"/m.exec(text);
  if (!boundary) return /^Content-Type: ([\w/]+)/m.exec(text)?.[1] ?? '?';
  const parts = text.split(`--${boundary[2]}`).slice(1, -1);
  return `${boundary[1]}(${parts.map(outline).join(' ')})`;
}

describe('headers', () => {
  test('names, addresses, date, ids and language are there; nothing else names a recipient', async () => {
    const of = message({ to: [{ address: 'b@example.com', name: 'Keller, Bruno' }], cc: [{ address: 'c@example.com' }] });
    const { parsed, text } = await compose(of);
    assert.deepEqual([parsed.from?.address, parsed.from?.name], ['pages@example.org', 'Ada Lindgren']);
    assert.deepEqual(
      parsed.to?.map(({ name, address }) => [name, address]),
      [['Keller, Bruno', 'b@example.com']],
    );
    assert.equal(parsed.replyTo?.[0]?.address, 'ada.lindgren@example.org');
    assert.equal(parsed.messageId, `<${of.messageId}>`);
    assert.equal(new Date(parsed.date ?? '').toISOString(), of.date);
    for (const line of ['Auto-Submitted: no', 'Content-Language: en', 'MIME-Version: 1.0']) assert.ok(text.includes(`${line}\r\n`));
    assert.ok(!/^Bcc:/im.test(text));
  });
  test('a mail to Bcc recipients alone has a To header that names nobody', async () => {
    assert.match((await compose(message({ to: [] }))).text, /^To: undisclosed-recipients:;\r$/m);
  });
  const hard = [
    'Grüße aus Köln – 日本語 🎉',
    'a'.repeat(255),
    'ä'.repeat(255),
    '=?utf-8?Q?fake?=',
    '  leading and trailing  ',
    '🎉'.repeat(100),
    'Very long words '.repeat(15),
  ];
  for (const subject of hard) {
    test(`subject “${subject.slice(0, 30)}” comes back as it was`, async () => {
      const { parsed, text } = await compose(message({ subject, from: { address: 'pages@example.org', name: subject.slice(0, 190) } }));
      assert.equal(parsed.subject?.trim(), subject.trim());
      assert.equal(
        parsed.from?.name.trim().replaceAll(/\s+/g, ' '),
        subject
          .slice(0, 190)
          .replace(/[\ud800-\udbff]$/, '�')
          .trim()
          .replaceAll(/\s+/g, ' '),
      );
      const [head = ''] = text.split('\r\n\r\n');
      for (const line of head.split('\r\n')) assert.ok(line.length <= 998, 'RFC 5322 §2.1.1');
    });
  }
  for (const filename of [
    'plan.pdf',
    'Übersicht 2026.pdf',
    `${'lang '.repeat(40)}.pdf`,
    'quote"and\\slash.pdf',
    '日本語の長い名前'.repeat(8),
    "it's 100% (final).pdf",
  ]) {
    test(`file name “${filename.slice(0, 25)}” comes back as it was (RFC 2231)`, async () => {
      const { parsed, text } = await compose(message({ attachments: [file(filename)] }));
      assert.equal(parsed.attachments[0]?.filename, filename);
      for (const line of text.split('\r\n')) assert.ok(line.length <= 100, line);
    });
  }
  test('line breaks can reach no header: the contract refuses them', () => {
    for (const parts of [
      { subject: 'a\r\nBcc: x@example.com' },
      { from: { address: 'a@example.org', name: 'x\ny' } },
      { messageId: 'a@b\r\nX: y' },
      { attachments: [file('a\r\n.pdf')] },
      { language: 'en\r\nX: y' },
    ]) {
      assert.throws(() => message(parts));
    }
  });
  test('international domains become ASCII, local parts mark the message as international', async () => {
    const domain = await compose(message({ to: [{ address: 'info@bücher.example' }] }));
    assert.match(domain.text, /^To: info@xn--bcher-kva\.example\r$/m);
    assert.equal(domain.international, false);
    assert.equal((await compose(message({ to: [{ address: 'jörg@example.com' }] }))).international, true);
  });
});

describe('bodies', () => {
  test('text comes back as it was, in lines of at most 76 with CRLF, dots and boundaries at line starts encoded', async () => {
    const texts = [
      '--\n-- \n--a_boundary--\n- item',
      `${'x'.repeat(75)}--y`,
      `${'x'.repeat(75)}.y`,
      '',
      '.\n..\n.x',
      'a \n b\t\n',
      'ä€🎉'.repeat(200),
      '='.repeat(500),
      'x'.repeat(5000),
      '\r\n\r\n',
      'From here\nFrom there',
      randomBytes(2000)
        .toString('latin1')
        .replace(/[\r\n\0]/g, ''),
    ];
    for (const text of texts) {
      const encoded = quotedPrintable(text).toString('latin1');
      for (const line of encoded.split('\r\n')) assert.ok(line.length <= 76 && !/[\r\n]|^\.|^--|[ \t]$/.test(line), JSON.stringify(line));
      const { parsed } = await compose(message({ text, html: `<pre>${text}</pre>` }));
      assert.equal(parsed.text?.replaceAll('\r\n', '\n').trimEnd(), text.replaceAll('\r\n', '\n').trimEnd());
    }
  });
  test('a file is base64 in lines of 76, and its octets come back, whatever the pieces it comes in', async () => {
    for (const size of [0, 1, 2, 3, 56, 57, 58, 114, 1000, 65_537]) {
      const octets = randomBytes(size);
      assert.equal(base64Lines(octets).length, base64Size(size));
      const of = message({ attachments: [file('a.bin', size)] });
      const pieces = function* (): Generator<Buffer> {
        for (let at = 0; at < size; at += 41) yield octets.subarray(at, at + 41);
      };
      const { stream, sizeBytes } = composeMessage(of, () => ({ body: Readable.from(pieces()), sizeBytes: size }));
      const composed = await buffer(stream);
      assert.equal(composed.length, sizeBytes);
      const parsed = await PostalMime.parse(composed);
      assert.deepEqual(Buffer.from(parsed.attachments[0]?.content as ArrayBuffer), octets);
    }
  });
});
