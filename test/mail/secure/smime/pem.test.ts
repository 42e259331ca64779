import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bareBase64, isPem, pem, pemBlocks, textOfFile } from '#mail/secure/smime/pem';

describe('PEM', () => {
  test('blocks are found wherever they stand, whatever their line breaks', () => {
    const one = pem('CERTIFICATE', Buffer.from('one'));
    const two = pem('PRIVATE KEY', Buffer.from('two'));
    for (const text of [
      one + two,
      `Hello\n\n${one}subject=CN=x\n${two}`,
      (one + two).replaceAll('\n', '\r\n'),
      (one + two).replaceAll('\n', '\r'),
    ])
      assert.deepEqual(
        [...pemBlocks(text)].map(({ label, octets }) => [label, Buffer.from(octets).toString()]),
        [
          ['CERTIFICATE', 'one'],
          ['PRIVATE KEY', 'two'],
        ],
      );
  });

  test('a block without an end does not swallow the next', () => {
    const broken = pem('CERTIFICATE', Buffer.from('one')).replace(/-----END.*\n/, '');
    assert.deepEqual(
      [...pemBlocks(broken + pem('CERTIFICATE', Buffer.from('two')))].map(({ octets }) => Buffer.from(octets).toString()),
      ['one', 'two'],
    );
    assert.equal([...pemBlocks('-----BEGIN CERTIFICATE')].length, 0);
    assert.equal([...pemBlocks('-----BEGIN CERTIFICATE-----')].length, 1);
  });

  test('ten megabytes of beginnings are read once', () => {
    const text = '-----BEGIN A-----'.repeat(600_000);
    assert.ok([...pemBlocks(text)].length <= 2000);
    assert.ok([...pemBlocks('-----BEGIN '.repeat(900_000))].length <= 2000);
  });

  test('a file is text in UTF-8 or UTF-16, and never where it begins like DER', () => {
    assert.equal(textOfFile(Buffer.from('\ufeffx', 'utf16le')), 'x');
    assert.equal(textOfFile(Buffer.from('\ufeffx')), 'x');
    assert.equal(textOfFile(Buffer.from('x')), 'x');
    for (const length of ['80', '82', '83'])
      assert.equal(textOfFile(Buffer.concat([Buffer.from(`30${length}`, 'hex'), Buffer.alloc(2000, 1)])), undefined);
    assert.equal(textOfFile(Buffer.from([1, 0])), undefined);
  });

  test('base64 alone is taken, anything else is not', () => {
    assert.deepEqual(bareBase64(' b25l\r\nb25l \n'), Buffer.from('oneone'));
    assert.equal(bareBase64('one, two'), undefined);
    assert.equal(bareBase64(`A${' '.repeat(1_000_000)}!`), undefined);
    assert.equal(isPem('Hello'), false);
  });
});
