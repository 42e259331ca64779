import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chosenFiles, fileName, mediaTypeOf } from '#app/delivery/files';
import { checkMessageSize, megabytes } from '#app/delivery/size';
import { MAX_MESSAGE_BYTES } from '#contract/limits';
import { fileReferenceSchema } from '#contract/relay/api';
import { attachment, attachmentId, codeOf } from '#test/app/rig';

describe('chosen attachments', () => {
  const onPage = [attachment('att1', 'a.png', 10), attachment('att2', 'b.pdf', 20)];

  test('come in the order chosen, once each, as the relay takes them', () => {
    const files = chosenFiles(onPage, ['att2', 'att1', 'att2'].map(attachmentId));
    assert.deepEqual(
      files.map(({ attachmentId: id, sizeBytes }) => [id, sizeBytes]),
      [
        ['att2', 20],
        ['att1', 10],
      ],
    );
    for (const file of files) assert.equal(fileReferenceSchema.safeParse(file).success, true);
  });

  test('that are no longer on the page are told', () => {
    assert.throws(() => chosenFiles(onPage, [attachmentId('att3')]), codeOf('ATTACHMENT_GONE'));
  });

  for (const [title, name] of [
    ['plan.pdf', 'plan.pdf'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['a\r\nBcc: x', 'a_Bcc: x'],
    ['\u2028', '_'],
    ['', 'attachment'],
    ['  ', 'attachment'],
    ['x'.repeat(300), 'x'.repeat(255)],
    [`${'x'.repeat(254)}😀`, 'x'.repeat(254)],
  ] as const) {
    test(`named ${JSON.stringify(title.slice(0, 20))} are files named ${JSON.stringify(name.slice(0, 20))}`, () =>
      assert.equal(fileName(title), name));
  }

  for (const [text, type] of [
    ['image/PNG', 'image/png'],
    ['text/plain; charset=utf-8', 'text/plain'],
    ['application/vnd.ms-excel.sheet.macroEnabled.12', 'application/vnd.ms-excel.sheet.macroenabled.12'],
    ['', 'application/octet-stream'],
    ['nonsense', 'application/octet-stream'],
    [`a/${'b'.repeat(200)}`, 'application/octet-stream'],
  ] as const) {
    test(`of type ${JSON.stringify(text.slice(0, 30))} are ${type}`, () => assert.equal(mediaTypeOf(text), type));
  }
});

describe('the size of a message', () => {
  test('may be the limit and not one byte more', () => {
    for (const bytes of [0, MAX_MESSAGE_BYTES - 1, MAX_MESSAGE_BYTES]) checkMessageSize(bytes);
    assert.throws(() => checkMessageSize(MAX_MESSAGE_BYTES + 1), codeOf('MESSAGE_TOO_LARGE'));
  });
  test('is told in megabytes', () => {
    assert.deepEqual([0, 1_048_576, 26_214_400, 27_500_000].map(megabytes), ['0 MB', '1 MB', '25 MB', '26.2 MB']);
  });
});
