import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { algorithm, bits, explicit, integer, NULL, oid, sequence, tlv } from '#mail/secure/smime/asn1/write';
import { type Certificate, type CertificateUse, judgeCertificate, parseCertificates, type Trust } from '#mail/secure/smime/smime';
import * as made from '#test/mail/secure/smime/issue';

const NOW = new Date('2026-11-27T12:00:00Z');
const codes = (certificate: Certificate, use: Partial<CertificateUse> = {}): string[] =>
  judgeCertificate(certificate, {
    address: 'mira@example.org',
    now: NOW,
    use: 'encrypt',
    subjectAddresses: false,
    trust: { mode: 'any' },
    ...use,
  }).map(({ code }) => code);
const withNames = (...names: readonly Buffer[]): Certificate => made.issued({ extensions: [made.alternativeNames(...names)] });

describe('addresses of a certificate', () => {
  const matches: readonly [string, string, boolean][] = [
    ['mira@example.org', 'mira@example.org', true],
    ['Mira@Example.ORG', 'mira@example.org', true],
    ['mira@example.org', 'MIRA@EXAMPLE.ORG', true],
    ['mira@xn--bcher-kva.example', 'mira@bücher.example', true],
    ['mira+x@example.org', 'mira@example.org', false],
    ['mira@example.org.evil.example', 'mira@example.org', false],
    ['mira@sub.example.org', 'mira@example.org', false],
    ['example.org', 'mira@example.org', false],
    ['.example.org', 'mira@sub.example.org', false],
    ['*@example.org', 'mira@example.org', false],
    ['mira@example.org\0.evil.example', 'mira@example.org', false],
    ['mira@example.org,ada@example.org', 'mira@example.org', false],
    ['"mira"@example.org', 'mira@example.org', false],
    ['', 'mira@example.org', false],
  ];
  for (const [named, address, isMatch] of matches)
    test(`rfc822Name ${JSON.stringify(named)} is ${isMatch ? '' : 'not '}${address}`, () => {
      assert.deepEqual(
        codes(withNames(made.mailbox(named)), { address }).includes('OTHER_ADDRESS') ||
          codes(withNames(made.mailbox(named)), { address }).includes('NO_ADDRESS'),
        !isMatch,
      );
    });

  test('SmtpUTF8Mailbox is compared letter by letter beyond ASCII', () => {
    const certificate = withNames(made.utf8Mailbox('grüße@example.org'));
    assert.deepEqual(codes(certificate, { address: 'grüße@example.org' }), []);
    assert.deepEqual(codes(certificate, { address: 'gru\u0308ße@EXAMPLE.org' }), []);
    assert.deepEqual(codes(certificate, { address: 'GRÜSSE@example.org' }), ['OTHER_ADDRESS']);
    assert.deepEqual(codes(certificate, { address: 'GRÜßE@example.org' }), ['OTHER_ADDRESS']);
  });

  test('any of several addresses counts, and the sentence names three of them', () => {
    const certificate = withNames(...['a', 'b', 'c', 'd'].map((each) => made.mailbox(`${each}@example.org`)));
    assert.deepEqual(codes(certificate, { address: 'd@example.org' }), []);
    const [problem] = judgeCertificate(certificate, {
      address: 'e@example.org',
      now: NOW,
      use: 'encrypt',
      subjectAddresses: false,
      trust: { mode: 'any' },
    });
    assert.deepEqual(problem, {
      code: 'OTHER_ADDRESS',
      params: { address: 'e@example.org', addresses: 'a@example.org, b@example.org, c@example.org, …' },
    });
  });

  test('an address in the subject counts where it is allowed and there is no other', () => {
    const subject = made.name('Mira', made.emailInSubject('mira@example.org'));
    const inSubject = made.issued({ subject, extensions: [] });
    assert.deepEqual(codes(inSubject), ['NO_ADDRESS']);
    assert.deepEqual(codes(inSubject, { subjectAddresses: true }), []);
    const inBoth = made.issued({ subject, extensions: [made.alternativeNames(made.mailbox('ada@example.org'))] });
    assert.deepEqual(codes(inBoth, { subjectAddresses: true }), ['OTHER_ADDRESS']);
    assert.deepEqual(codes(made.issued({ extensions: [] }), { subjectAddresses: true }), ['NO_ADDRESS']);
  });

  test('without an address, as for the gateway of a domain, any will do', () => {
    assert.deepEqual(codes(made.issued({ extensions: [] }), { address: undefined }), []);
  });
});

describe('time, use and strength of a certificate', () => {
  test('it is valid from its first second to its last', () => {
    const certificate = made.issued();
    const at = (time: string) => codes(certificate, { now: new Date(time) });
    assert.deepEqual(at('2025-12-31T23:59:59Z'), ['NOT_YET_VALID']);
    assert.deepEqual(at('2026-01-01T00:00:00Z'), []);
    assert.deepEqual(at('2027-01-01T00:00:00Z'), []);
    assert.deepEqual(at('2027-01-01T00:00:01Z'), ['EXPIRED']);
    const [problem] = judgeCertificate(certificate, {
      now: new Date('2028-01-01T00:00:00Z'),
      use: 'sign',
      subjectAddresses: false,
      trust: { mode: 'any' },
    });
    assert.deepEqual(problem, { code: 'EXPIRED', params: { date: '2027-01-01' } });
  });

  const MAIL = made.alternativeNames(made.mailbox('mira@example.org'));
  const USAGES: readonly [string, number | undefined, boolean, boolean][] = [
    ['no key usage', undefined, true, true],
    ['digitalSignature', 0x80, true, false],
    ['nonRepudiation', 0x40, true, false],
    ['keyEncipherment, which is of no use to a curve', 0x20, false, false],
    ['keyAgreement', 0x08, false, true],
    ['keyAgreement and encipherOnly', 0x09, false, false],
    ['keyCertSign', 0x04, false, false],
  ];
  for (const [text, octet, signs, encrypts] of USAGES)
    test(`${text} allows ${signs ? 'signing' : encrypts ? 'encryption' : 'neither'}`, () => {
      const certificate = made.issued({ extensions: [MAIL, ...(octet === undefined ? [] : [made.keyUsage(octet)])] });
      assert.deepEqual(codes(certificate, { use: 'sign' }), signs ? [] : ['NOT_FOR_SIGNING']);
      assert.deepEqual(codes(certificate), encrypts ? [] : ['NOT_FOR_ENCRYPTING']);
    });

  test('an extended key usage has to name mail, or any', () => {
    const withPurposes = (...dotted: string[]) => codes(made.issued({ extensions: [MAIL, made.purposes(...dotted)] }));
    assert.deepEqual(withPurposes(made.EMAIL), []);
    assert.deepEqual(withPurposes('1.3.6.1.5.5.7.3.1', made.EMAIL), []);
    assert.deepEqual(withPurposes('2.5.29.37.0'), []);
    assert.deepEqual(withPurposes('1.3.6.1.5.5.7.3.1'), ['NOT_FOR_MAIL']);
  });

  test('a critical extension that is not understood is refused, another one is passed over', () => {
    const odd = (critical: boolean) => codes(made.issued({ extensions: [MAIL, made.extension('1.2.3.4', NULL, critical)] }));
    assert.deepEqual(odd(true), ['EXTENSION_UNKNOWN']);
    assert.deepEqual(odd(false), []);
  });

  const rsaSpki = (modulus: Buffer, exponent: Buffer) =>
    sequence(algorithm('1.2.840.113549.1.1.1', NULL), bits(sequence(tlv(2, Buffer.from([0]), modulus), tlv(2, exponent))));
  const modulus = (size: number): Buffer => Buffer.concat([Buffer.of(0x80), Buffer.alloc(size / 8 - 1, 1)]);
  const exponent = Buffer.of(1, 0, 1);
  const KEYS: readonly [string, Uint8Array, string | undefined][] = [
    ['RSA 1024', rsaSpki(modulus(1024), exponent), 'KEY_TOO_SHORT'],
    ['RSA 2040', rsaSpki(modulus(2040), exponent), 'KEY_TOO_SHORT'],
    ['RSA 2048', rsaSpki(modulus(2048), exponent), undefined],
    ['RSA 32768', rsaSpki(modulus(32_768), exponent), 'ALGORITHM_UNKNOWN'],
    ['RSA with the exponent 1', rsaSpki(modulus(2048), Buffer.of(1)), 'KEY_UNSAFE'],
    ['RSA with the exponent 2', rsaSpki(modulus(2048), Buffer.of(2)), 'KEY_UNSAFE'],
    ['RSA with the exponent 3', rsaSpki(modulus(2048), Buffer.of(3)), undefined],
    ['RSA with an even modulus', rsaSpki(Buffer.concat([modulus(2040), Buffer.of(2)]), exponent), 'KEY_UNSAFE'],
    ['RSA with an exponent of 2048 bits', rsaSpki(modulus(2048), Buffer.alloc(256, 1)), 'KEY_UNSAFE'],
    [
      'a point that is not on its curve',
      sequence(algorithm('1.2.840.10045.2.1', oid('1.2.840.10045.3.1.7')), bits(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 5)]))),
      'KEY_UNSAFE',
    ],
    ['a curve of Bitcoin', sequence(algorithm('1.2.840.10045.2.1', oid('1.3.132.0.10')), bits(Buffer.alloc(65, 4))), 'ALGORITHM_UNKNOWN'],
    [
      'parameters of its own',
      sequence(algorithm('1.2.840.10045.2.1', sequence(integer(1))), bits(Buffer.alloc(65, 4))),
      'ALGORITHM_UNKNOWN',
    ],
    ['DSA', sequence(algorithm('1.2.840.10040.4.1', sequence()), bits(integer(1))), 'ALGORITHM_UNKNOWN'],
    ['an algorithm that nobody knows', sequence(algorithm('1.2.3'), bits(Buffer.alloc(9))), 'ALGORITHM_UNKNOWN'],
  ];
  for (const [text, spki, expected] of KEYS)
    test(`a key that is ${text} is ${expected ? `refused as ${expected}` : 'taken'}`, () => {
      assert.deepEqual(
        codes(made.issued({ spki })).filter((code) => code !== 'NOT_FOR_ENCRYPTING'),
        expected ? [expected] : [],
      );
    });

  test('a signature of an authority over SHA-1 is refused; by itself it says nothing anyway', () => {
    assert.deepEqual(codes(made.issued({ hash: 'sha1', issuer: made.name('Authority') })), ['SIGNATURE_WEAK']);
    assert.deepEqual(codes(made.issued({ hash: 'sha1' })), []);
  });

  test('everything that is wrong is said', () => {
    const certificate = made.issued({
      extensions: [made.purposes('1.2.3'), made.keyUsage(0x04)],
      notAfter: new Date('2026-02-01T00:00:00Z'),
    });
    assert.deepEqual(codes(certificate), ['NO_ADDRESS', 'EXPIRED', 'NOT_FOR_MAIL']);
  });
});

describe('trust in a certificate', () => {
  const keys = { root: made.newPair(), middle: made.newPair(), leaf: made.newPair(), other: made.newPair() };
  const [ROOT, MIDDLE] = [made.name('Root'), made.name('Middle')];
  const root = (more: made.Issued = {}) => made.issued({ subject: ROOT, key: keys.root, extensions: [made.isAuthority()], ...more });
  const middle = (more: made.Issued = {}) =>
    made.issued({
      subject: MIDDLE,
      issuer: ROOT,
      key: keys.middle,
      signedWith: keys.root.privateKey,
      extensions: [made.isAuthority()],
      ...more,
    });
  const leaf = (more: made.Issued = {}) => made.issued({ issuer: MIDDLE, key: keys.leaf, signedWith: keys.middle.privateKey, ...more });
  const listed = (roots: Certificate[], intermediates: Certificate[] = []): { trust: Trust } => ({
    trust: { mode: 'listed', roots, intermediates },
  });

  test('a path over an intermediate to a listed root is taken; without either it is not', () => {
    assert.deepEqual(codes(leaf(), listed([root()], [middle()])), []);
    assert.deepEqual(codes(leaf(), listed([root()])), ['ISSUER_NOT_TRUSTED']);
    assert.deepEqual(codes(leaf(), listed([], [root(), middle()])), ['ISSUER_NOT_TRUSTED']);
    assert.deepEqual(codes(leaf(), listed([])), ['ISSUER_NOT_TRUSTED']);
  });

  test('what is listed is trusted itself: an intermediate, or a certificate of a person', () => {
    const certificate = leaf();
    assert.deepEqual(codes(certificate, listed([middle()])), []);
    assert.deepEqual(codes(certificate, listed([certificate])), []);
    assert.deepEqual(codes(made.issued(), listed([root()])), ['ISSUER_NOT_TRUSTED']);
  });

  test('names are compared without regard to case, blanks and the kind of string', () => {
    const shouted = sequence(tlv(0x31, sequence(oid('2.5.4.3'), tlv(0x13, Buffer.from(' MIDDLE ')))));
    assert.deepEqual(codes(leaf({ issuer: shouted }), listed([root()], [middle()])), []);
  });

  const REFUSED: readonly [string, Certificate, Certificate[], Certificate[], string][] = [
    ['a forged signature', leaf({ signedWith: keys.other.privateKey }), [root()], [middle()], 'CERTIFICATE_FORGED'],
    ['a forged intermediate', leaf(), [root()], [middle({ signedWith: keys.other.privateKey })], 'CERTIFICATE_FORGED'],
    ['an expired intermediate', leaf(), [root()], [middle({ notAfter: new Date('2026-03-01T00:00:00Z') })], 'ISSUER_EXPIRED'],
    ['an expired root', leaf(), [root({ notAfter: new Date('2026-03-01T00:00:00Z') })], [middle()], 'ISSUER_EXPIRED'],
    ['an issuer that is a person', leaf(), [root()], [middle({ extensions: [] })], 'ISSUER_NOT_ALLOWED'],
    [
      'an issuer that may not sign certificates',
      leaf(),
      [root()],
      [middle({ extensions: [made.isAuthority(), made.keyUsage(0x80)] })],
      'ISSUER_NOT_ALLOWED',
    ],
    [
      'an issuer for servers',
      leaf(),
      [root()],
      [middle({ extensions: [made.isAuthority(), made.purposes('1.3.6.1.5.5.7.3.1')] })],
      'ISSUER_NOT_ALLOWED',
    ],
    ['a path that is too long', leaf(), [root({ extensions: [made.isAuthority(0)] })], [middle()], 'ISSUER_NOT_ALLOWED'],
    ['an intermediate signed over SHA-1', leaf(), [root()], [middle({ hash: 'sha1' })], 'SIGNATURE_WEAK'],
    [
      'a critical extension of the issuer',
      leaf(),
      [root()],
      [middle({ extensions: [made.isAuthority(), made.extension('1.2.3', NULL, true)] })],
      'ISSUER_NOT_ALLOWED',
    ],
  ];
  for (const [text, certificate, roots, intermediates, expected] of REFUSED)
    test(`${text} is refused`, () => assert.deepEqual(codes(certificate, listed(roots, intermediates)), [expected]));

  test('a path length counts the authorities below', () => {
    assert.deepEqual(
      codes(leaf(), listed([root({ extensions: [made.isAuthority(1)] })], [middle({ extensions: [made.isAuthority(0)] })])),
      [],
    );
  });

  const constraint = (kind: number, ...bases: readonly Buffer[]) =>
    made.extension('2.5.29.30', sequence(tlv(0xa0 | kind, ...bases.map((base) => sequence(base)))), true);
  const CONSTRAINTS: readonly [string, Buffer, boolean][] = [
    ['permitted example.org', constraint(0, made.mailbox('example.org')), true],
    ['permitted other.example', constraint(0, made.mailbox('other.example')), false],
    ['permitted .example.org, which is hosts below', constraint(0, made.mailbox('.example.org')), false],
    ['permitted that mailbox', constraint(0, made.mailbox('MIRA@example.org')), true],
    ['excluded example.org', constraint(1, made.mailbox('example.org')), false],
    ['excluded everything', constraint(1, made.mailbox('')), false],
    ['excluded other.example', constraint(1, made.mailbox('other.example')), true],
    ['permitted names of others', constraint(0, explicit(4, made.name('Ada'))), false],
    ['permitted its name', constraint(0, explicit(4, made.name('mira'))), true],
    ['permitted DNS names, which mail has none of', constraint(0, tlv(0x82, Buffer.from('other.example'))), true],
  ];
  for (const [text, extension, isAllowed] of CONSTRAINTS)
    test(`name constraints: ${text} ${isAllowed ? 'allows' : 'refuses'} mira@example.org`, () => {
      const intermediate = middle({ extensions: [made.isAuthority(), extension] });
      assert.deepEqual(codes(leaf(), listed([root()], [intermediate])), isAllowed ? [] : ['ISSUER_NOT_ALLOWED']);
    });

  test('authorities that vouch for each other in a circle lead nowhere, and soon', () => {
    const [one, two] = [made.name('One'), made.name('Two')];
    const circle = [
      made.issued({ subject: one, issuer: two, key: keys.middle, signedWith: keys.other.privateKey, extensions: [made.isAuthority()] }),
      made.issued({ subject: two, issuer: one, key: keys.other, signedWith: keys.middle.privateKey, extensions: [made.isAuthority()] }),
    ];
    assert.deepEqual(codes(leaf({ issuer: one }), listed([root()], circle)), ['ISSUER_NOT_TRUSTED']);
  });

  test('two authorities that signed each other lead to whichever of them is trusted', () => {
    const [one, two] = [made.name('One'), made.name('Two')];
    const [own, other] = [keys.middle, keys.other];
    const authority = (subject: Buffer, key: made.Pair, issuer: Buffer, signer: made.Pair) =>
      made.issued({ subject, key, issuer, signedWith: signer.privateKey, extensions: [made.isAuthority()] });
    const crossed = [authority(one, own, two, other), authority(two, other, one, own)];
    const certificate = leaf({ issuer: one });
    for (const trusted of [authority(one, own, one, own), authority(two, other, two, other)])
      assert.deepEqual(codes(certificate, listed([trusted], crossed)), []);
    assert.deepEqual(codes(certificate, listed([root()], crossed)), ['ISSUER_NOT_TRUSTED']);
  });

  test('a thicket of two hundred authorities of one name ends after a hundred signatures', () => {
    const thicket = Array.from({ length: 200 }, (_, at) =>
      made.issued({ subject: MIDDLE, issuer: MIDDLE, key: keys.middle, serial: at + 10, extensions: [made.isAuthority()] }),
    );
    assert.deepEqual(codes(leaf(), listed([root()], thicket)), ['ISSUER_NOT_TRUSTED']);
  });

  test('of several authorities of one name the one that signed is found', () => {
    const others = Array.from({ length: 5 }, (_, at) => middle({ key: made.newPair(), serial: at + 10 }));
    assert.deepEqual(codes(leaf(), listed([root()], [...others, middle()])), []);
  });

  test('roots that Node brings are read, and their own signatures hold', () => {
    const { certificates, problems } = parseCertificates(rootCertificates.join('\n'));
    assert.deepEqual(problems, []);
    assert.ok(certificates.length > 100);
    for (const certificate of certificates) assert.ok(certificate.isAuthority && certificate.isSelfIssued, certificate.issuerInShort);
  });
});
