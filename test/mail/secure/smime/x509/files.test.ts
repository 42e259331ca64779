import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explicit, integer, octets, oid, sequence, setOf, tlv } from '#mail/secure/smime/asn1/write';
import { pem } from '#mail/secure/smime/pem';
import { type ParsedCertificates, parseCertificates, summaryOf } from '#mail/secure/smime/smime';
import * as made from '#test/mail/secure/smime/issue';
import { OPENSSL, openssl } from '#test/mail/secure/smime/openssl';

const key = made.newPair();
const one = made.issuedDer({ key, serial: 1 });
const two = made.issuedDer({ key, serial: 2 });
const bundle = (...certificates: readonly Uint8Array[]): Buffer =>
  sequence(
    oid('1.2.840.113549.1.7.2'),
    explicit(0, sequence(integer(1), setOf(), sequence(oid('1.2.840.113549.1.7.1')), tlv(0xa0, ...certificates), setOf())),
  );
const serials = ({ certificates }: ParsedCertificates): string[] => certificates.map(({ serialHex }) => serialHex);
const codes = ({ problems }: ParsedCertificates): string[] => problems.map(({ code }) => code);
const PEM = (der: Uint8Array): string => pem('CERTIFICATE', der);

describe('files with certificates', () => {
  const FORMS: Readonly<Record<string, [Uint8Array | string, string[]]>> = {
    DER: [one, ['01']],
    'DER with something after it': [Buffer.concat([one, Buffer.from('\r\n')]), ['01']],
    PEM: [PEM(one), ['01']],
    'PEM as octets': [Buffer.from(PEM(one)), ['01']],
    'PEM in UTF-16': [Buffer.from(`\ufeff${PEM(one)}`, 'utf16le'), ['01']],
    'several blocks': [PEM(one) + PEM(two), ['01', '02']],
    'the same one twice': [PEM(one) + PEM(two) + PEM(one), ['01', '02']],
    'blocks between text and a key': [`subject=x\n${PEM(two)}${pem('PRIVATE KEY', one)}${PEM(one)}`, ['02', '01']],
    'X509 CERTIFICATE': [pem('X509 CERTIFICATE', one), ['01']],
    'TRUSTED CERTIFICATE': [pem('TRUSTED CERTIFICATE', Buffer.concat([one, sequence()])), ['01']],
    'PKCS #7 as DER': [bundle(one, two), ['01', '02']],
    'PKCS #7 as PEM': [pem('PKCS7', bundle(one, two)), ['01', '02']],
    'PKCS #7 as base64 alone': [bundle(one).toString('base64'), ['01']],
    'base64 alone': [one.toString('base64').replace(/.{64}/g, '$&\r\n'), ['01']],
  };
  for (const [name, [input, expected]] of Object.entries(FORMS))
    test(`${name} is read`, () => {
      const result = parseCertificates(input);
      assert.deepEqual(serials(result), expected);
      assert.deepEqual(codes(result), []);
    });

  const NOTHING: Readonly<Record<string, Uint8Array | string>> = {
    nothing: '',
    'no octets': Buffer.alloc(0),
    text: 'Dear Mira, here is my certificate.',
    'a picture': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    'a key alone': pem('PRIVATE KEY', one),
    'PKCS #7 without certificates': bundle(),
    'a number': integer(5),
  };
  for (const [name, input] of Object.entries(NOTHING))
    test(`${name} holds no certificate, and says so in one sentence`, () => {
      const result = parseCertificates(input);
      assert.equal(result.certificates.length, 0);
      assert.deepEqual(codes(result), ['FILE_UNREADABLE']);
    });

  test('a damaged one among others does not take them with it', () => {
    for (const broken of [
      PEM(one.subarray(0, 100)),
      pem('CERTIFICATE', Buffer.from('nothing')),
      pem('PKCS7', Buffer.alloc(40, 0x30)),
      pem('CERTIFICATE', octets(one)),
    ]) {
      const result = parseCertificates(PEM(two) + broken + PEM(one));
      assert.ok(serials(result).includes('02'));
      assert.deepEqual(codes(result), ['CERTIFICATE_BROKEN']);
    }
    assert.deepEqual(serials(parseCertificates(PEM(one.subarray(0, 99)) + PEM(two))), ['02']);
  });

  test('every octet may be flipped, and every end cut off: it is read or broken, never an error of ours', () => {
    for (let at = 0; at < one.length; at += 1) {
      const flipped = Buffer.from(one);
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      for (const input of [flipped, one.subarray(0, at)]) {
        const { certificates, problems } = parseCertificates(input);
        assert.equal(certificates.length + problems.length, 1, `octet ${at}`);
      }
    }
  });

  test('two hundred certificates are read, and of more two hundred', () => {
    const many = Array.from({ length: 201 }, (_, at) => PEM(made.issuedDer({ key, serial: at + 1 })));
    const all = parseCertificates(many.slice(0, 200).join(''));
    assert.equal(all.certificates.length, 200);
    assert.deepEqual(codes(all), []);
    const more = parseCertificates(many.join(''));
    assert.equal(more.certificates.length, 200);
    assert.deepEqual(codes(more), ['TOO_MANY_KEYS']);
  });

  test('a file of ten megabytes is read or refused in one go, one octet more is not looked at', () => {
    const MAX = 10 * 1024 * 1024;
    const deep = Buffer.alloc(MAX, Buffer.from('3080', 'hex'));
    const long = Buffer.concat([Buffer.from('3084009ffffa', 'hex'), Buffer.alloc(MAX - 6, 0x30)]);
    for (const huge of [
      deep,
      long,
      Buffer.alloc(MAX, 0x41),
      'A'.repeat(MAX),
      `${'-----BEGIN CERTIFICATE-----\n'.repeat(300_000)}`,
      ' '.repeat(MAX),
    ])
      assert.equal(parseCertificates(huge).certificates.length, 0);
    assert.deepEqual(codes(parseCertificates(Buffer.alloc(MAX + 1))), ['FILE_TOO_LARGE']);
  });

  test('a certificate of ten thousand addresses is too large to be one', () => {
    const names = Array.from({ length: 10_000 }, (_, at) => made.mailbox(`person-${at}@example.org`));
    assert.deepEqual(codes(parseCertificates(made.issuedDer({ key, extensions: [made.alternativeNames(...names)] }))), [
      'CERTIFICATE_BROKEN',
    ]);
    const hundred = made.issued({ extensions: [made.alternativeNames(...names.slice(0, 100))] });
    assert.equal(summaryOf(hundred).addresses.length, 100);
  });

  test('an extension that comes twice, and two algorithms, make a certificate none', () => {
    const names = made.alternativeNames(made.mailbox('mira@example.org'));
    assert.deepEqual(codes(parseCertificates(made.issuedDer({ extensions: [names, names] }))), ['CERTIFICATE_BROKEN']);
    const other = Buffer.from(one);
    // The outer algorithm is the last object identifier of ecdsa-with-SHA256.
    other[one.lastIndexOf(Buffer.from('2a8648ce3d040302', 'hex')) + 7] = 3;
    assert.deepEqual(codes(parseCertificates(other)), ['CERTIFICATE_BROKEN']);
  });

  test('what is shown of a certificate has no control characters and no end of its own', () => {
    const odd = made.issued({
      subject: made.name('Mira\r\nBcc: x\u202egpj'),
      extensions: [made.alternativeNames(made.mailbox('mira@example.org'), made.mailbox('a\nb@example.org'))],
    });
    const summary = summaryOf(odd);
    assert.equal(summary.subject, 'CN=Mira Bcc: x gpj');
    assert.deepEqual(summary.addresses, ['mira@example.org']);
    assert.ok(summaryOf(made.issued({ subject: made.name('x'.repeat(900)) })).subject.length <= 300);
  });

  test('what is shown agrees with OpenSSL', { skip: OPENSSL ? false : 'openssl is missing' }, () => {
    const summary = summaryOf(made.issued({ serial: 4711, key }));
    const shown = openssl(
      ['x509', '-inform', 'DER', '-noout', '-serial', '-fingerprint', '-sha256', '-dates', '-dateopt', 'iso_8601'],
      made.issuedDer({ serial: 4711, key }),
    ).toString();
    assert.match(shown, new RegExp(`serial=${summary.serial}\n`));
    assert.match(shown, /notBefore=2026-01-01 00:00:00Z\nnotAfter=2027-01-01 00:00:00Z/);
    assert.equal(summary.notBefore, '2026-01-01T00:00:00.000Z');
    assert.equal(summary.algorithm, 'ECDSA P-256');
  });
});
