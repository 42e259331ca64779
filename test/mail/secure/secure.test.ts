import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import PostalMime, { type Email } from 'postal-mime';
import type { RelayMessage } from '#contract/relay/api';
import { composeMessage, composeOpaque, type OpenFile } from '#mail/compose/compose';
import { type OpenedMessage, openMessage } from '#mail/secure/open';
import { createKey, openSecretKey, type PgpIdentity, publicText, secretText } from '#mail/secure/openpgp/openpgp';
import { type SecurePlan, secureBody, secureMessage } from '#mail/secure/secure';
import { Keyring, PROGRAMS } from '#test/mail/secure/openpgp/programs';
import { bufferOf, OPENSSL, openssl, People, type Person } from '#test/mail/secure/smime/openssl';
import { sendRequest } from '#test/relay/rig';

const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const needs = { now, random: (bytes: number) => randomBytes(bytes) };
const PDF = randomBytes(100_000);
const MAIL = Buffer.from('From: a@example.org\r\nSubject: trailing  \r\n\r\nFrom here on  \r\n');
const PICTURE = randomBytes(3_000);
const NAMED = { contentId: '1', version: 1, sizeBytes: 1 };
const message: RelayMessage = sendRequest(25, {
  message: {
    subject: 'Quartalszahlen für Köln: 7 % mehr',
    html: '<!DOCTYPE html><html><body class="b"><p>Grüße aus dem Wiki, <b>7 %</b></p></body></html>',
    text: 'Grüße aus dem Wiki \nFrom here on\n. dot\n-- \nsignature',
    attachments: [
      { ...NAMED, attachmentId: 'att1', filename: 'Übersicht.pdf', mediaType: 'application/pdf' },
      { ...NAMED, attachmentId: 'att2', filename: 'mail.eml', mediaType: 'message/rfc822' },
    ],
    inline: [{ ...NAMED, attachmentId: 'att3', filename: 'a.png', mediaType: 'image/png', cid: 'a@example.org' }],
  },
}).message;
const open = ({ attachmentId }: { attachmentId: string }): OpenFile => {
  if (attachmentId === 'att1') return { body: Readable.from([PDF.subarray(0, 1_000), PDF.subarray(1_000)]), sizeBytes: PDF.length };
  if (attachmentId === 'att2') return { body: MAIL, sizeBytes: MAIL.length, sevenBit: true };
  return { body: PICTURE, sizeBytes: PICTURE.length };
};

const octetsOf = async (plan: SecurePlan, of: RelayMessage = message): Promise<Buffer> => {
  const { octets, sizeBytes } = secureMessage(of, open, plan, needs);
  const whole = await bufferOf(octets);
  assert.ok(whole.length <= sizeBytes, `${whole.length} octets, ${sizeBytes} at most`);
  assert.ok(whole.length > sizeBytes * 0.3, 'the bound is of use');
  return whole;
};
/** Everything a person sees. */
const seen = ({ subject, text, html, attachments, from, to }: Email) => ({
  subject,
  from,
  to,
  text: text?.replace(/^Subject: .*\n\n/, ''),
  html: html?.replace(/<div class="header-protection-legacy-display">[\s\S]*?<\/div>\n/, ''),
  // Of an attached mail the parser gives line feeds, and one more at its end.
  attachments: attachments.map(({ filename, content }) => [
    filename,
    Buffer.from(content as ArrayBuffer)
      .toString('latin1')
      .replaceAll('\r\n', '\n')
      .trimEnd(),
  ]),
});

describe('a message that is signed, encrypted or both', { skip: OPENSSL ? false : 'openssl is not installed' }, () => {
  let people: People;
  let hana: Person;
  let ada: PgpIdentity;
  let signer: PgpIdentity;
  let plans: ReadonlyMap<string, SecurePlan>;
  before(() => {
    people = new People();
    hana = people.make('hana');
    ada = createKey({ name: 'Ada', address: 'ada@example.org', now: new Date(now.getTime() - 5_000) });
    signer = createKey({ name: 'Mira', address: 'mira@example.org', now: new Date(now.getTime() - 5_000) });
    const smime = { protocol: 'smime', protectSubject: true } as const;
    const openpgp = { protocol: 'openpgp', protectSubject: true } as const;
    const certificate = hana.identity.certificate;
    plans = new Map<string, SecurePlan>([
      ['S/MIME, signed', { ...smime, sign: hana.identity }],
      ['S/MIME, signed, the content within', { ...smime, sign: hana.identity, opaque: true }],
      ['S/MIME, encrypted', { ...smime, encryptTo: [{ certificate }] }],
      [
        'S/MIME, encrypted with GCM and OAEP',
        { ...smime, encryptTo: [{ certificate }], algorithms: { content: 'aes256-gcm', keyTransport: 'rsa-oaep' } },
      ],
      ['S/MIME, both', { ...smime, sign: hana.identity, encryptTo: [{ certificate }] }],
      ['S/MIME, both, the content within', { ...smime, sign: hana.identity, encryptTo: [{ certificate }], opaque: true }],
      ['OpenPGP, signed', { ...openpgp, sign: signer }],
      ['OpenPGP, encrypted', { ...openpgp, encryptTo: [ada.key] }],
      ['OpenPGP, both', { ...openpgp, sign: signer, encryptTo: [ada.key] }],
    ]);
  });
  after(() => people[Symbol.dispose]());
  const planOf = (name: string): SecurePlan => {
    const plan = plans.get(name);
    assert.ok(plan);
    return plan;
  };
  const opened = (octets: Buffer): Promise<OpenedMessage> =>
    openMessage(octets, { smime: [hana.identity], openpgp: [ada], certificates: [], keys: [signer.key], now });

  const NAMES = [
    'S/MIME, signed',
    'S/MIME, signed, the content within',
    'S/MIME, encrypted',
    'S/MIME, encrypted with GCM and OAEP',
    'S/MIME, both',
    'S/MIME, both, the content within',
    'OpenPGP, signed',
    'OpenPGP, encrypted',
    'OpenPGP, both',
  ];
  for (const name of NAMES) {
    const signs = /signed|both/.test(name);
    const encrypts = /encrypted|both/.test(name);
    const isClear = signs && !encrypts && !name.includes('within');

    test(`${name}: opened, it is the mail as it would have been sent without`, async () => {
      const { layers, message: inner } = await opened(await octetsOf(planOf(name)));
      const kinds = layers.map(({ kind }) => kind);
      assert.deepEqual(kinds, [...(encrypts ? ['encrypted'] : []), ...(signs ? ['signed'] : [])]);
      for (const layer of layers)
        if (layer.kind === 'signed')
          assert.deepEqual(
            layer.signers.map(({ valid, problem }) => [valid, problem]),
            [[true, undefined]],
          );
      const plain = await PostalMime.parse(await bufferOf(composeMessage(message, open).octets));
      assert.deepEqual(seen(await PostalMime.parse(inner)), { ...seen(plain) });
    });

    test(`${name}: the header fields are within once more, and it says how they were protected`, async () => {
      const octets = await octetsOf(planOf(name));
      const { headers } = await opened(octets);
      assert.equal(headers.protection, encrypts ? 'cipher' : 'clear');
      assert.deepEqual(headers.hidden, encrypts ? ['subject'] : []);
      const outer = await PostalMime.parse(octets);
      assert.equal(outer.subject, encrypts ? '[...]' : message.subject);
      const inner = await PostalMime.parse((await opened(octets)).message);
      assert.equal(inner.subject, message.subject);
      assert.equal(inner.messageId, outer.messageId);
    });

    test(`${name}: everything is 7-bit in lines with CRLF${isClear ? ', without blanks at their ends and without From at their beginning' : ''}`, async () => {
      const text = (await octetsOf(planOf(name))).toString('latin1');
      assert.doesNotMatch(text, /[^\x00-\x7f]/);
      assert.doesNotMatch(text, /(?<!\r)\n|\r(?!\n)/);
      assert.ok(text.split('\r\n').every((line) => line.length <= 998));
      if (!isClear) return;
      const signed = text.slice(text.indexOf('\r\n\r\n'));
      assert.doesNotMatch(signed, /[ \t]\r\n/);
      assert.doesNotMatch(signed, /\r\nFrom /);
    });

    test(`${name}: altered in any line of its content, it does not pass for what it was`, async () => {
      const octets = await octetsOf(planOf(name));
      const at = Math.floor(octets.length * 0.6);
      const altered = Buffer.from(octets);
      altered[at] = altered[at] === 0x41 ? 0x42 : 0x41;
      const { layers } = await opened(altered);
      const sound = layers.every(
        (layer) => layer.kind === 'encrypted' || (layer.kind === 'signed' && layer.signers.every(({ valid }) => valid)),
      );
      // What is encrypted with CBC and not signed is not authenticated by anything.
      if (name !== 'S/MIME, encrypted') assert.equal(sound, false);
    });

    test(`${name}: the relay that gets outer header fields and a body makes the same message of them`, async () => {
      const { outer, body } = await secureBody(message, open, planOf(name), needs);
      assert.deepEqual([outer.html, outer.text, outer.inline, outer.attachments], ['', '', [], []]);
      assert.equal(outer.subject, encrypts ? '[...]' : message.subject);
      const { layers, message: inner } = await opened(await bufferOf(composeOpaque(outer, body).octets));
      assert.equal(layers.length, Number(signs) + Number(encrypts));
      assert.equal((await PostalMime.parse(inner)).subject, message.subject);
    });
  }

  test('openssl decrypts and verifies, and what comes out is the entity', async () => {
    const octets = await octetsOf(planOf('S/MIME, both'));
    const decrypted = openssl(['cms', '-decrypt', '-recip', hana.certificateFile, '-inkey', hana.keyFile], octets);
    const verified = openssl(['cms', '-verify', '-CAfile', people.root.certificateFile], decrypted);
    assert.equal((await PostalMime.parse(verified)).subject, message.subject);
    const clear = await octetsOf(planOf('S/MIME, signed'));
    openssl(['cms', '-verify', '-CAfile', people.root.certificateFile], clear);
  });

  for (const program of PROGRAMS)
    test(`${program.name} opens the armored part, and takes the signature`, {
      skip: program.isThere ? false : `${program.name} is missing`,
    }, async () => {
      const text = (await octetsOf(planOf('OpenPGP, both'))).toString('latin1');
      const armor = /-----BEGIN PGP MESSAGE-----[\s\S]*-----END PGP MESSAGE-----\r\n/.exec(text)?.[0];
      const read = program.open(Buffer.from(armor ?? ''), Buffer.from(secretText(ada)), Buffer.from(publicText(signer.key)));
      assert.ok(read.content && read.isSigned);
      assert.equal((await PostalMime.parse(read.content)).subject, message.subject);
    });

  test('a subject that is not hidden stands outside, and nothing says that header fields are protected', async () => {
    for (const name of ['S/MIME, both', 'OpenPGP, both', 'S/MIME, signed']) {
      const octets = await octetsOf({ ...planOf(name), protectSubject: false });
      const { headers, message: inner } = await opened(octets);
      assert.equal((await PostalMime.parse(octets)).subject, message.subject);
      assert.equal(headers.protection, undefined);
      assert.doesNotMatch(inner.toString('latin1'), /\bhp=|HP-Outer|hp-legacy-display/);
    }
  });

  test('a hidden subject stands in both texts for programs that do not show it, or nowhere', async () => {
    const inner = async (plan: SecurePlan) => (await opened(await octetsOf(plan))).message;
    const shown = await PostalMime.parse(await inner(planOf('OpenPGP, encrypted')));
    assert.ok(shown.text?.startsWith(`Subject: ${message.subject}\n\n`));
    assert.match(
      shown.html ?? '',
      /<body class="b"><div class="header-protection-legacy-display">\n<pre>Subject: Quartalszahlen für Köln: 7 % mehr<\/pre>/,
    );
    const without = await inner({ ...planOf('OpenPGP, encrypted'), legacyDisplay: false });
    assert.doesNotMatch(without.toString('latin1'), /hp-legacy-display|header-protection/);
  });

  test('a subject with markup in it is text where it is shown once more', async () => {
    const plan = planOf('S/MIME, encrypted');
    const { message: inner } = await opened(await octetsOf(plan, { ...message, subject: '<script>alert(1)</script> & more' }));
    const { html } = await PostalMime.parse(inner);
    assert.match(html ?? '', /<pre>Subject: &lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; more<\/pre>/);
  });

  test('nothing of what is hidden stands outside', async () => {
    for (const name of NAMES.filter((each) => /encrypted|both/.test(each))) {
      const text = (await octetsOf(planOf(name))).toString('latin1');
      assert.doesNotMatch(text, /Quartalszahlen|Gr=C3=BC|bersicht|legacy/i);
    }
  });

  test('each reader is named once, whatever addresses share the key, and nobody else', async () => {
    const octets = await octetsOf({ ...planOf('OpenPGP, encrypted'), encryptTo: [ada.key, ada.key] } as SecurePlan);
    const { layers } = await opened(octets);
    assert.equal(layers[0]?.kind === 'encrypted' ? layers[0].readers.length : 0, 1);
  });

  test('a plan that neither signs nor encrypts, or encrypts for nobody, is refused', () => {
    for (const plan of [
      { protocol: 'openpgp', protectSubject: true },
      { protocol: 'smime', protectSubject: true },
      { protocol: 'openpgp', protectSubject: true, encryptTo: [] },
      { protocol: 'smime', protectSubject: true, encryptTo: [], sign: hana.identity },
    ] as const)
      assert.throws(() => secureMessage(message, open, plan, needs), { problem: { code: 'NO_KEY' } });
  });

  test('a file that breaks off ends the message with its error', async () => {
    const failing = (): OpenFile => ({
      body: Readable.from(
        (function* () {
          yield PDF;
          throw new Error('gone');
        })(),
      ),
      sizeBytes: PDF.length * 2,
    });
    for (const name of NAMES) {
      const { octets } = secureMessage(message, failing, planOf(name), needs);
      await assert.rejects(bufferOf(octets), /gone/, name);
    }
  });

  test('without the key it stays closed, and the reason is told', async () => {
    const none = { smime: [], openpgp: [], certificates: [], keys: [], now };
    for (const name of ['S/MIME, both', 'OpenPGP, both']) {
      const { layers } = await openMessage(await octetsOf(planOf(name)), none);
      assert.deepEqual(
        layers.map((layer) => layer.kind === 'closed' && layer.problem.code),
        ['NOT_ENCRYPTED_FOR_ANY'],
      );
    }
  });

  test('a mail that GnuPG signs as text opens', { skip: PROGRAMS[0]?.isThere ? false : 'gpg is missing' }, async () => {
    using ring = new Keyring();
    const fingerprint = ring.make('Tom <tom@example.org>');
    const { key } = openSecretKey(ring.secretKey(fingerprint), '');
    const part = 'Content-Type: text/plain\r\n\r\nHello\r\n';
    const signature = ring.must(['--armor', '--textmode', '--detach-sign'], Buffer.from(part.replaceAll('\r\n', '\n')));
    const text = `From: tom@example.org\nContent-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b\n\n--b\n${part.replaceAll('\r\n', '\n')}\n--b\nContent-Type: application/pgp-signature\n\n${signature}\n--b--\n`;
    const { layers } = await openMessage(Buffer.from(text), { smime: [], openpgp: [], certificates: [], keys: [key], now: new Date() });
    assert.deepEqual(
      layers.map((layer) => layer.kind === 'signed' && layer.signers[0]?.valid),
      [true],
    );
  });
});
