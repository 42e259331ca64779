import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { identityPem, openIdentity, type SmimeIdentity } from '#mail/secure/smime/smime';
import { KeyError } from '#mail/secure/types';
import { hasProgram, OPENSSL, openssl, People, type Person, run } from '#test/mail/secure/smime/openssl';

const skip = OPENSSL ? false : 'openssl is missing';
const code = (expected: string) => (error: unknown) => error instanceof KeyError && error.problem.code === expected;
const isPerson = (identity: SmimeIdentity, person: Person): void => {
  assert.equal(identity.certificate.fingerprint, person.identity.certificate.fingerprint);
  assert.ok(identity.privateKey.equals(person.identity.privateKey));
};

/** Ways in which OpenSSL protects a file, those of other programs among them. */
const PROTECTIONS: Readonly<Record<string, readonly string[]>> = {
  'the default of OpenSSL 3': [],
  'RC2-40 and 3DES (-legacy)': ['-legacy'],
  '3DES alone, as Windows does': ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
  '3DES with two keys': ['-legacy', '-certpbe', 'PBE-SHA1-2DES', '-keypbe', 'PBE-SHA1-2DES'],
  'RC2-128': ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-RC2-128'],
  'RC4-128 and RC4-40': ['-legacy', '-certpbe', 'PBE-SHA1-RC4-40', '-keypbe', 'PBE-SHA1-RC4-128'],
  'AES-128 and SHA-512': ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-192-CBC', '-macalg', 'sha512'],
  'certificates in the clear': ['-certpbe', 'NONE'],
  'everything in the clear': ['-certpbe', 'NONE', '-keypbe', 'NONE'],
  'no seal': ['-nomac'],
  'a seal of one round': ['-nomaciter', '-noiter'],
};

describe('identities', { skip }, () => {
  const people = skip ? undefined : new People();
  after(() => people?.[Symbol.dispose]());
  const there = (): People => {
    if (!people) throw new Error('no people');
    return people;
  };
  const [rsa, ec, ed] = (['rsa', 'p256', 'ed25519'] as const).map((key) => people?.make(`mira-${key}`, { key }));
  const pfx = ({ keyFile, certificateFile }: Person, password: string, ...options: string[]): Buffer => {
    return openssl(['pkcs12', '-export', '-inkey', keyFile, '-in', certificateFile, '-passout', `pass:${password}`, ...options]);
  };

  for (const [name, options] of Object.entries(PROTECTIONS))
    test(`a PKCS #12 file with ${name} is opened, for RSA and for elliptic curves`, () => {
      for (const person of [rsa, ec, ed]) {
        if (!person) continue;
        const file = pfx(person, 'a Secret', ...options);
        isPerson(openIdentity(file, 'a Secret'), person);
        isPerson(openIdentity(file.toString('base64'), 'a Secret'), person);
        if (!options.includes('-nomac') && options.filter((each) => each === 'NONE').length < 2) {
          assert.throws(() => openIdentity(file, 'a secret'), code('WRONG_PASSWORD'));
          assert.throws(() => openIdentity(file, ''), code('PASSWORD_NEEDED'));
        }
      }
    });

  for (const password of ['Grüße aus Köln', 'contraseña', 'пароль', '密码🔑', 'e\u0301te\u0301', '"quoted" \\ $HOME', 'x'.repeat(300), ' '])
    test(`the password “${password.slice(0, 20)}” opens what it closed`, () => {
      if (!rsa) return;
      // OpenSSL takes a password's octets for UTF-8 where its locale is one, and each for a letter where it is not.
      for (const locale of ['C.UTF-8', 'C'])
        for (const options of [[], ['-legacy']]) {
          const args = ['pkcs12', '-export', '-inkey', rsa.keyFile, '-in', rsa.certificateFile, ...options];
          const made = run('openssl', [...args, '-passout', 'env:PASSWORD'], { env: { PASSWORD: password, LC_ALL: locale } });
          assert.equal(made.status, 0, made.stderr);
          isPerson(openIdentity(made.stdout, password), rsa);
          isPerson(openIdentity(made.stdout, password.normalize('NFC')), rsa);
          assert.throws(() => openIdentity(made.stdout, `${password}.`), code('WRONG_PASSWORD'));
        }
    });

  test('an empty password opens a file that was closed with none', () => {
    if (!rsa) return;
    for (const options of [[], ['-legacy']]) isPerson(openIdentity(pfx(rsa, '', ...options), ''), rsa);
  });

  test('what the chain of a PKCS #12 file holds comes without its root', () => {
    const middle = there().make('middle', { subject: '/CN=Middle', extensions: ['basicConstraints=critical,CA:TRUE'] });
    const leaf = there().make('ada', { issuer: middle });
    const chain = there().file('chain.pem', middle.pem + there().root.pem);
    const identity = openIdentity(pfx(leaf, 'x', '-certfile', chain), 'x');
    isPerson(identity, leaf);
    assert.deepEqual(
      identity.chain.map(({ fingerprint }) => fingerprint),
      [middle.identity.certificate.fingerprint],
    );
    assert.equal(there().root.identity.chain.length, 0);
  });

  test('PEM holds key and certificate in any order, the key in any of its forms', () => {
    if (!rsa || !ec) return;
    for (const person of [rsa, ec]) {
      const key = readFileSync(person.keyFile);
      const traditional = (...extra: string[]) =>
        openssl([person === rsa ? 'rsa' : 'ec', '-in', person.keyFile, ...(person === rsa ? ['-traditional'] : []), ...extra]);
      const encrypted = (...extra: string[]) => openssl(['pkcs8', '-topk8', '-in', person.keyFile, '-passout', 'pass:x', ...extra]);
      isPerson(openIdentity(`${person.pem}${key}`, ''), person);
      isPerson(openIdentity(`Bag Attributes: none\r\n${key.toString().replaceAll('\n', '\r\n')}${person.pem}`, 'not needed'), person);
      isPerson(openIdentity(`${traditional()}${person.pem}`, ''), person);
      isPerson(openIdentity(Buffer.from(`\ufeff${key}${person.pem}`, 'utf16le'), ''), person);
      const variants = [
        traditional('-aes256', '-passout', 'pass:x'),
        encrypted(),
        encrypted('-v1', 'PBE-SHA1-3DES'),
        encrypted('-scrypt'),
        encrypted('-v2', 'aes128', '-v2prf', 'hmacWithSHA512'),
      ];
      for (const each of variants) {
        isPerson(openIdentity(`${each}${person.pem}`, 'x'), person);
        assert.throws(() => openIdentity(`${each}${person.pem}`, 'y'), code('WRONG_PASSWORD'));
        assert.throws(() => openIdentity(`${each}${person.pem}`, ''), code('PASSWORD_NEEDED'));
      }
    }
  });

  test('of several keys the one that may sign and ends last is taken', () => {
    const encryption = there().make('tomas', {
      extensions: ['keyUsage=keyEncipherment', 'subjectAltName=email:tomas@example.org'],
      days: 900,
    });
    const old = there().make('tomas-old', { days: 10 });
    const fresh = there().make('tomas-new', { days: 400 });
    const all = [encryption, old, fresh].map((person) => readFileSync(person.keyFile, 'utf8') + person.pem).join('');
    isPerson(openIdentity(all, ''), fresh);
  });

  test('an identity is kept as PEM that opens again', () => {
    if (!ec) return;
    isPerson(openIdentity(identityPem(ec.identity), ''), ec);
  });

  test('what is missing in a file is said', () => {
    if (!rsa || !ec) return;
    const key = readFileSync(rsa.keyFile, 'utf8');
    assert.throws(() => openIdentity(rsa.pem, ''), code('NO_PRIVATE_KEY'));
    assert.throws(() => openIdentity(rsa.identity.certificate.der, ''), code('NO_PRIVATE_KEY'));
    assert.throws(() => openIdentity(key, ''), code('NO_CERTIFICATE'));
    assert.throws(() => openIdentity(key + ec.pem, ''), code('NO_CERTIFICATE'));
    assert.throws(
      () => openIdentity(openssl(['pkcs8', '-topk8', '-nocrypt', '-outform', 'DER', '-in', rsa.keyFile]), ''),
      code('NO_CERTIFICATE'),
    );
    assert.throws(() => openIdentity(pfx(rsa, 'x', '-nokeys'), 'x'), code('NO_PRIVATE_KEY'));
    assert.throws(() => openIdentity(pfx(rsa, 'x', '-nocerts'), 'x'), code('NO_CERTIFICATE'));
    for (const nothing of ['', 'Hello', Buffer.alloc(0), Buffer.from([0, 1, 2, 3]), Buffer.alloc(100_000, 7)])
      assert.throws(() => openIdentity(nothing, 'x'), code('FILE_UNREADABLE'));
  });

  test('a file that is cut off or altered is a sentence, never another error', () => {
    if (!ec) return;
    for (const options of [[], ['-legacy'], ['-nomac'], ['-certpbe', 'NONE', '-keypbe', 'NONE', '-nomac']]) {
      const file = pfx(ec, 'x', '-iter', '2', ...options);
      for (let at = 0; at < file.length; at += 7) {
        const altered = Buffer.from(file);
        altered[at] = (altered[at] ?? 0) ^ 0x11;
        for (const broken of [altered, file.subarray(0, at)]) {
          try {
            openIdentity(broken, 'x');
          } catch (error) {
            assert.ok(error instanceof KeyError, String(error));
          }
        }
      }
    }
  });

  test('a password that is stretched millions of times is refused, and not tried', () => {
    if (!rsa) return;
    // 65,537 rounds, made 8,388,607: those of the seal stand last, those of the certificates first.
    const [rounds, more] = [Buffer.from('0203010001', 'hex'), Buffer.from('02037fffff', 'hex')];
    for (const options of [[], ['-legacy']]) {
      const file = pfx(rsa, 'x', '-iter', '65537', ...options);
      isPerson(openIdentity(file, 'x'), rsa);
      file.set(more, file.lastIndexOf(rounds));
      assert.throws(() => openIdentity(file, 'x'), code('FILE_PROTECTION_COSTLY'));
    }
    const key = openssl(['pkcs8', '-topk8', '-in', rsa.keyFile, '-outform', 'DER', '-passout', 'pass:x', '-iter', '65537']);
    key.set(more, key.indexOf(rounds));
    const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${key.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
    assert.throws(() => openIdentity(pem + rsa.pem, 'x'), code('FILE_PROTECTION_COSTLY'));
  });

  test('a file over 10 MB is refused unread', () => {
    assert.throws(() => openIdentity(Buffer.alloc(10 * 1024 * 1024 + 1, 0x30), ''), code('FILE_TOO_LARGE'));
    assert.throws(
      () => openIdentity(Buffer.alloc(10 * 1024 * 1024, 0x30), ''),
      (error) => error instanceof KeyError,
    );
  });

  test('nothing of a password or a key is in an error', () => {
    if (!rsa) return;
    try {
      openIdentity(pfx(rsa, 'right'), 'a wrong one');
      assert.fail('opened');
    } catch (error) {
      assert.doesNotMatch(`${error instanceof Error ? error.stack : ''}${JSON.stringify(error)}`, /right|a wrong one/);
    }
  });

  const nss = hasProgram('pk12util', '-v') && hasProgram('certutil', '-H');
  test('what pk12util of NSS exports is opened', { skip: nss ? false : 'libnss3-tools is missing' }, () => {
    for (const person of [rsa]) {
      if (!person) continue;
      const folder = there().file(`nss-${person.name}`);
      run('mkdir', [folder]);
      run('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password']);
      const file = there().file('in.p12', pfx(person, 'x', '-name', 'me'));
      assert.equal(run('pk12util', ['-i', file, '-d', `sql:${folder}`, '-W', 'x', '-K', '']).status, 0);
      for (const [password, ...ciphers] of [
        ['Grüße'],
        ['ascii', '-c', 'PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC'],
        ['Grüße', '-C', 'AES-128-CBC', '-c', 'AES-256-CBC'],
      ]) {
        const out = there().file('out.p12');
        const made = run('pk12util', ['-o', out, '-n', 'me', '-d', `sql:${folder}`, '-W', password ?? '', '-K', '', ...ciphers], {
          env: { LC_ALL: 'C.UTF-8' },
        });
        assert.equal(made.status, 0, made.stderr + made.stdout.toString());
        isPerson(openIdentity(readFileSync(out), password ?? ''), person);
      }
    }
  });
});
