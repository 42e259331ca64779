import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { domainOf, isInternational, parseAddress, parseAddressList } from '#mail/address';

const addresses = (text: string) => parseAddressList(text).mailboxes.map(({ address }) => address);

describe('one address', () => {
  test('is taken with its domain in lower case and its local part as typed', () => {
    assert.equal(parseAddress(' Mira.Okonkwo@Harbour.EXAMPLE '), 'Mira.Okonkwo@harbour.example');
  });

  test('may have every character RFC 5322 allows in an atom, and a quoted local part', () => {
    assert.equal(parseAddress("o'neil+tag/{x}=1@example.org"), "o'neil+tag/{x}=1@example.org");
    assert.equal(parseAddress('"two words"@example.org'), '"two words"@example.org');
  });

  test('keeps an international domain as A-labels, so that every server can take it', () => {
    assert.equal(parseAddress('info@bücher.example'), 'info@xn--bcher-kva.example');
  });

  for (const wrong of [
    '',
    'mira',
    '@example.org',
    'mira@',
    'mira@example',
    'a..b@example.org',
    '.a@example.org',
    'a b@example.org',
    'mira@-x.org',
    'mira@1.2.3.4',
    'mira@[192.0.2.1]',
    'a@b@c.org?x',
    'mira@exa mple.org',
    'mira\r\nBcc: x@example.org',
    'mira@example.org\nx',
    'mira\u0000@example.org',
    'mira@example.org/path',
    'mira@x.org:25',
  ]) {
    test(`is not ${JSON.stringify(wrong)}`, () => assert.equal(parseAddress(wrong), undefined));
  }

  test('is at most 254 octets long, its local part at most 64', () => {
    const local = 'a'.repeat(64);
    assert.ok(parseAddress(`${local}@example.org`));
    assert.equal(parseAddress(`a${local}@example.org`), undefined);
    const domain = `${'b'.repeat(61)}.${'c'.repeat(61)}.${'d'.repeat(61)}.org`;
    const exact = `${'a'.repeat(254 - domain.length - 1)}@${domain}`;
    assert.equal(exact.length, 254);
    assert.ok(parseAddress(exact));
    assert.equal(parseAddress(`a${exact}`), undefined);
  });

  test('is international when its local part is not ASCII', () => {
    assert.equal(isInternational(parseAddress('jürgen@example.org') ?? ''), true);
    assert.equal(isInternational(parseAddress('jurgen@bücher.example') ?? ''), false);
    assert.equal(domainOf('mira@example.org'), 'example.org');
  });
});

describe('a list', () => {
  test('is split at commas, semicolons and lines, names kept', () => {
    assert.deepEqual(
      parseAddressList('Mira Okonkwo <mira@example.org>, jonas@example.org; "Brückner, Jonas" <jb@example.org>\nhana@example.org'),
      {
        mailboxes: [
          { address: 'mira@example.org', name: 'Mira Okonkwo' },
          { address: 'jonas@example.org' },
          { address: 'jb@example.org', name: 'Brückner, Jonas' },
          { address: 'hana@example.org' },
        ],
        invalid: [],
      },
    );
  });

  test('may be parted by blanks when every part is an address', () => {
    assert.deepEqual(addresses('a@example.org b@example.org\tc@example.org'), ['a@example.org', 'b@example.org', 'c@example.org']);
  });

  test('gives back what is no address as it was typed', () => {
    assert.deepEqual(parseAddressList('mira, <x>, Hana <hana@>, ok@example.org').invalid, ['mira', '<x>', 'Hana <hana@>']);
  });

  test('names each address once, with the name where one of them has it', () => {
    assert.deepEqual(parseAddressList('a@example.org, Anna <a@EXAMPLE.org>, a@example.org').mailboxes, [
      { address: 'a@example.org', name: 'Anna' },
    ]);
  });

  test('takes mailto: links as they are copied from a page', () => {
    assert.deepEqual(addresses('mailto:a@example.org, B <mailto:b@example.org>'), ['a@example.org', 'b@example.org']);
  });

  test('does not let an unclosed quote swallow the next line', () => {
    assert.deepEqual(addresses('"Anna <a@example.org>\nb@example.org').at(-1), 'b@example.org');
  });

  test('never lets a name start a header of its own', () => {
    const [mailbox] = parseAddressList('"Anna\u0085\u0000Bcc: x" <a@example.org>').mailboxes;
    assert.doesNotMatch(mailbox?.name ?? '', /[\u0000-\u001f\u2028\u2029]/);
  });

  test('of a hundred thousand entries is read in one pass', () => {
    assert.equal(parseAddressList('a@example.org,'.repeat(100_000)).mailboxes.length, 1);
    assert.equal(parseAddressList('"'.repeat(100_000)).mailboxes.length, 0);
  });
});
