import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createKey, publicText, secretText } from '#mail/secure/openpgp/openpgp';
import { GPG, Keyring } from '#test/mail/secure/openpgp/programs';
import { OPENSSL, openssl, People } from '#test/mail/secure/smime/openssl';

const PAGE = '<h1>Quarterly</h1><p>Seven percent more.</p><p><img src="/download/attachments/1/a.png" alt="a"></p>';
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

describe('npm run render signs and encrypts', { skip: OPENSSL ? false : 'openssl is not installed' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-render-'));
  let people: People;
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const output = join(folder, 'mail.eml');
  let page: string;
  before(() => {
    people = new People();
    people.make('hana');
    people.make('tomas', { key: 'p256' });
    people.make('short', { key: 'rsa1024' });
    openssl([
      'pkcs12',
      '-export',
      '-inkey',
      people.file('hana.key'),
      '-in',
      people.file('hana.pem'),
      '-certfile',
      people.root.certificateFile,
      '-passout',
      'pass:gehéim',
      '-out',
      people.file('hana.p12'),
    ]);
    page = file('page.html', PAGE);
    file('passphrase', 'gehéim\n');
    const ada = createKey({ name: 'Ada', address: 'ada@example.org', now: new Date(Date.now() - 5_000) });
    file('ada.asc', publicText(ada.key));
    file('ada.secret.asc', secretText(ada));
    spawnSync('mkdir', [join(folder, 'files')]);
    file('files/a.png', PNG);
  });
  after(() => {
    people[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  const render = (...args: string[]) => {
    rmSync(output, { force: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['src/local/render.ts', page, '-o', output, ...args], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr, mail: existsSync(output) ? readFileSync(output) : undefined };
  };
  const mailOf = (...args: string[]): Buffer => {
    const { status, stderr, stdout, mail } = render(...args);
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trim(), `${output}: ${mail?.length} bytes`);
    assert.ok(mail);
    return mail;
  };
  const decrypted = (name: string, mail: Buffer): Buffer =>
    openssl(['cms', '-decrypt', '-recip', people.file(`${name}.pem`), '-inkey', people.file(`${name}.key`)], mail);

  test('S/MIME for several certificates in a row or one by one, signed with a PKCS #12 file, its picture in it', () => {
    const [hana, tomas] = [people.file('hana.pem'), people.file('tomas.pem')];
    for (const readers of [
      ['--smime', hana, tomas],
      ['--smime', hana, '--smime', tomas],
      [`--smime=${hana}`, tomas],
    ]) {
      const mail = mailOf(
        ...readers,
        '--sign',
        people.file('hana.p12'),
        '--passphrase-file',
        join(folder, 'passphrase'),
        '--attachments',
        join(folder, 'files'),
      );
      assert.match(
        mail.toString(),
        /^From: Pagemail <hana@example\.org>\r\nTo: hana@example\.org, tomas@example\.org\r\nSubject: \[\.\.\.\]\r\n/,
      );
      for (const name of ['hana', 'tomas']) {
        const text = openssl(['cms', '-verify', '-CAfile', people.root.certificateFile], decrypted(name, mail)).toString();
        assert.match(text, /^Subject: Quarterly\r$/m);
        assert.match(text, /Content-Type: image\/png/);
      }
    }
  });

  test('the files of certificates may come before the page, which is told by its name', () => {
    const { status } = spawnSync(process.execPath, ['src/local/render.ts', '--smime', people.file('hana.pem'), page, '-o', output]);
    assert.equal(status, 0);
  });

  test('the choices of S/MIME are those asked for', () => {
    const hana = people.file('hana.pem');
    const structure = (mail: Buffer): string => openssl(['cms', '-cmsout', '-print', '-noout'], mail).toString();
    assert.match(structure(mailOf('--smime', hana)), /algorithm: aes-256-cbc[\s\S]*|rsaEncryption/);
    const strong = mailOf('--smime', hana, '--smime-cipher', 'aes256-gcm', '--smime-keytransport', 'rsa-oaep');
    assert.match(strong.toString(), /smime-type=authEnveloped-data/);
    assert.match(structure(strong), /rsaesOaep[\s\S]*aes-256-gcm/);
    const pss = mailOf(
      '--sign',
      people.file('hana.p12'),
      '--passphrase-file',
      join(folder, 'passphrase'),
      '--smime-signature',
      'rsa-pss',
      '--smime-hash',
      'sha512',
      '--smime-opaque',
    );
    assert.match(pss.toString(), /smime-type=signed-data/);
    assert.match(structure(pss), /sha512[\s\S]*rsassaPss/);
  });

  test('OpenPGP, signed and encrypted', { skip: GPG ? false : 'gpg is not installed' }, () => {
    using ring = new Keyring();
    ring.must(['--import', join(folder, 'ada.secret.asc')]);
    const mail = mailOf(
      '--pgp',
      join(folder, 'ada.asc'),
      '--sign',
      join(folder, 'ada.secret.asc'),
      '--pgp-compression',
      'zip',
      '--pgp-cipher',
      'aes128',
    );
    const { stdout, stderr } = ring.gpg(['--status-fd', '2', '--decrypt'], mail);
    assert.match(stderr, /GOODSIG/);
    assert.match(stderr, /DECRYPTION_INFO 2 7/);
    assert.match(stdout.toString(), /^Subject: Quarterly\r$/m);
  });

  test('the subject is hidden or not, as asked', () => {
    const hana = people.file('hana.pem');
    assert.match(mailOf('--smime', hana, '--visible-subject').toString(), /^Subject: Quarterly\r$/m);
    const inner = decrypted('hana', mailOf('--smime', hana, '--no-legacy-display')).toString();
    assert.match(inner, /hp="cipher"/);
    assert.doesNotMatch(inner, /hp-legacy-display/);
  });

  test('from and to may be others than the keys name', () => {
    const mail = mailOf(
      '--smime',
      people.file('hana.pem'),
      '--from',
      'a@example.net',
      '--to',
      'b@example.net',
      '--to',
      'c@example.net',
    ).toString();
    assert.match(mail, /^From: Pagemail <a@example\.net>\r\nTo: b@example\.net, c@example\.net\r\n/);
  });

  const REFUSALS: readonly [string, () => string[], number, RegExp][] = [
    [
      'a certificate that is too short',
      () => ['--smime', people.file('short.pem')],
      1,
      /^--smime: .*short\.pem: The key is too short to be safe \(RSA 1024\)\. Use RSA/,
    ],
    ['one of several that is', () => ['--smime', people.file('hana.pem'), people.file('short.pem')], 1, /short\.pem/],
    ['a file that is no certificate', () => ['--smime', page.replace('page.html', 'ada.asc')], 1, /holds neither a certificate nor a key/],
    ['a certificate as an OpenPGP key', () => ['--pgp', people.file('hana.pem')], 1, /^--pgp: .*holds neither/],
    ['a file that is not there', () => ['--pgp', join(folder, 'nobody.asc')], 1, /^--pgp: .*nobody\.asc/],
    [
      'a wrong passphrase',
      () => ['--sign', people.file('hana.p12'), '--passphrase-file', page],
      1,
      /^--sign: .*The password does not open this file/,
    ],
    ['no passphrase', () => ['--sign', people.file('hana.p12')], 1, /protected by a password/],
    [
      'a passphrase file that is not there',
      () => ['--sign', people.file('hana.p12'), '--passphrase-file', join(folder, 'none')],
      1,
      /^--passphrase-file: /,
    ],
    ['a certificate alone to sign with', () => ['--sign', people.file('hana.pem')], 1, /private key/],
    ['a public key to sign with', () => ['--sign', join(folder, 'ada.asc')], 1, /holds no private key/],
    ['readers of two kinds', () => ['--smime', people.file('hana.pem'), '--pgp', join(folder, 'ada.asc')], 2, /one kind of readers/],
    [
      'a signer of the other kind',
      () => ['--pgp', join(folder, 'ada.asc'), '--sign', people.file('hana.p12'), '--passphrase-file', join(folder, 'passphrase')],
      1,
      /is an S\/MIME identity/,
    ],
    [
      'a cipher that does not exist',
      () => ['--smime', people.file('hana.pem'), '--smime-cipher', 'rot13'],
      2,
      /--smime-cipher: auto, aes256-cbc or aes256-gcm/,
    ],
    ['a choice without what it is of', () => ['--smime-cipher', 'aes256-gcm'], 2, /--smime-cipher: has no effect without --smime/],
    ['a passphrase for nothing', () => ['--passphrase-file', join(folder, 'passphrase')], 2, /no --sign/],
    ['an address that is none', () => ['--smime', people.file('hana.pem'), '--to', 'nobody'], 2, /--to: nobody is no mail address/],
    ['--smime without a file', () => ['--smime'], 2, /--smime/],
    ['an unknown option', () => ['--smine', people.file('hana.pem')], 2, /--smine/],
  ];
  for (const [what, args, status, message] of REFUSALS)
    test(`${what} is refused with a sentence, and nothing is written`, () => {
      const result = render(...args());
      assert.deepEqual([result.status, result.mail, result.stdout], [status, undefined, '']);
      assert.match(result.stderr, message);
      assert.doesNotMatch(result.stderr, /gehéim|PRIVATE KEY|at .*\.ts:/);
    });

  test('a mail of before stays as it is where the new one is refused', () => {
    writeFileSync(output, 'before');
    spawnSync(process.execPath, ['src/local/render.ts', page, '-o', output, '--smime', people.file('short.pem')]);
    assert.equal(readFileSync(output, 'utf8'), 'before');
  });
});
