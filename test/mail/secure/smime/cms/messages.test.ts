import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { algorithm, bits, sequence } from '#mail/secure/smime/asn1/write';
import type { WrittenCipher } from '#mail/secure/smime/smime';
import { decrypted, encrypted, micalgOf, signedDetached, signedOpaque, verified } from '#mail/secure/smime/smime';
import { KeyError } from '#mail/secure/types';
import { issued } from '#test/mail/secure/smime/issue';
import { bufferOf, type KeyName, OPENSSL, openssl, People, type Person, streamOf } from '#test/mail/secure/smime/openssl';

const skip = OPENSSL ? false : 'openssl is missing';
const TEXT = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n'.repeat(4000));
const CIPHERS: readonly WrittenCipher[] = ['aes256-cbc', 'aes256-gcm'];
const AT = { signingTime: new Date('2026-11-27T10:00:00Z') };
const code = (expected: string) => (error: unknown) => error instanceof KeyError && error.problem.code === expected;

describe('S/MIME messages', { skip }, () => {
  const people = skip ? undefined : new People();
  after(() => people?.[Symbol.dispose]());
  const made = new Map<KeyName, Person>();
  const person = (key: KeyName): Person => {
    const known = made.get(key) ?? people?.make(key, { key });
    if (!known) throw new Error('no people');
    made.set(key, known);
    return known;
  };
  const options = (content: WrittenCipher, keyTransport: 'rsa-pkcs1' | 'rsa-oaep' = 'rsa-pkcs1') => ({
    content,
    keyTransport,
    random: randomBytes,
  });

  for (const content of CIPHERS) {
    for (const key of ['rsa', 'p256', 'p384', 'p521', 'brainpool', 'x25519'] as const)
      for (const keyTransport of key === 'rsa' ? (['rsa-pkcs1', 'rsa-oaep'] as const) : (['rsa-pkcs1'] as const))
        test(`${content} for a reader with ${key} (${keyTransport}) is opened by their key alone`, async () => {
          const { identity } = person(key);
          const message = await bufferOf(encrypted(streamOf(TEXT, 999), [identity.certificate], options(content, keyTransport)));
          assert.equal(message.includes('text/plain'), false);
          const opened = await decrypted(message, [person('p256').identity, identity]);
          assert.ok(opened.content.equals(TEXT));
          assert.equal(opened.identity, identity);
          assert.equal(opened.isAuthenticated, content === 'aes256-gcm');
          assert.equal(opened.readers.length, 1);
          const other = person(key === 'rsa' ? 'p256' : 'rsa').identity;
          await assert.rejects(decrypted(message, [other]), code('NOT_ENCRYPTED_FOR_ANY'));
          await assert.rejects(decrypted(message, []), code('NOT_ENCRYPTED_FOR_ANY'));
        });

    test(`${content} for several readers of all kinds is opened by each`, async () => {
      const identities = (['rsa', 'p256', 'p384', 'x25519'] as const).map((key) => person(key).identity);
      const certificates = identities.map(({ certificate }) => certificate);
      const message = await bufferOf(encrypted(streamOf(TEXT), certificates, options(content, 'rsa-oaep')));
      for (const identity of identities) assert.ok((await decrypted(message, [identity])).content.equals(TEXT));
    });

    for (const size of [0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 200_000])
      test(`${content} keeps ${size} octets, however they come in`, async () => {
        const { identity } = person('p256');
        const plain = randomBytes(size);
        for (const chunk of [1013, 65_536, Number.POSITIVE_INFINITY]) {
          const message = await bufferOf(encrypted(streamOf(plain, chunk), [identity.certificate], options(content)));
          assert.ok((await decrypted(streamOf(message, 5000), [identity])).content.equals(plain));
        }
      });

    test(`a flipped octet anywhere in ${content} never gives the content as it was`, async () => {
      const { identity } = person('p256');
      const plain = Buffer.from('Hello\r\n'.repeat(20));
      const message = await bufferOf(encrypted(streamOf(plain), [identity.certificate], options(content)));
      let opened = 0;
      // The algorithm identifiers of the originator's key and the versions say nothing that is used.
      for (let at = 0; at < message.length; at += 1) {
        const flipped = Buffer.from(message);
        flipped[at] = (flipped[at] ?? 0) ^ 0x41;
        const result = await decrypted(flipped, [identity]).catch((error: unknown) => error);
        if (result instanceof Error) assert.ok(result instanceof KeyError, String(result));
        else if (result && typeof result === 'object' && 'content' in result && plain.equals(result.content as Buffer)) opened += 1;
        else assert.equal(content, 'aes256-cbc', `octet ${at} gave another content`);
      }
      assert.ok(opened < 40, `${opened} flips were not noticed`);
    });
  }

  test('a message for nobody, for a key that cannot encrypt or for too many is refused before an octet is written', () => {
    const { certificate } = person('rsa').identity;
    const attempt = (readers: readonly (typeof certificate)[]) => () => encrypted(streamOf(TEXT), readers, options('aes256-cbc'));
    assert.throws(attempt([]), code('NO_KEY'));
    assert.throws(attempt([certificate, person('ed25519').identity.certificate]), code('NOT_FOR_ENCRYPTING'));
    assert.throws(attempt([certificate, person('rsa-pss').identity.certificate]), code('NOT_FOR_ENCRYPTING'));
    assert.throws(attempt(Array.from({ length: 501 }, () => certificate)), code('TOO_MANY_KEYS'));
  });

  test('a key that only OpenSSL finds to be none is refused in the same way', () => {
    const spki = sequence(algorithm('1.3.101.110'), bits(Buffer.alloc(32)));
    assert.throws(() => encrypted(streamOf(TEXT), [issued({ spki })], options('aes256-cbc')), code('KEY_UNSAFE'));
  });

  const OPENED = ['-aes-128-cbc', '-aes-192-cbc', '-aes-256-cbc', '-des3', '-aes-128-gcm', '-aes-256-gcm'];
  for (const cipher of OPENED)
    test(`what openssl cms -encrypt ${cipher} writes is opened`, async () => {
      for (const [key, ...extra] of [
        ['rsa'],
        ['rsa', '-keyopt', 'rsa_padding_mode:oaep'],
        ['rsa', '-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256'],
        ['rsa', '-keyid'],
        ['p256'],
        ['p384', '-keyopt', 'ecdh_kdf_md:sha384'],
        ['p256', '-keyid', '-stream', '-indef'],
      ] as const) {
        const { identity, certificateFile } = person(key);
        const isKeyOption = extra[0] === '-keyopt';
        const args = ['cms', '-encrypt', '-binary', '-outform', 'DER', cipher, ...(isKeyOption ? [] : extra)];
        const message = openssl([...args, '-recip', certificateFile, ...(isKeyOption ? extra : [])], TEXT);
        assert.ok((await decrypted(message, [identity])).content.equals(TEXT), extra.join(' '));
      }
    });

  for (const key of ['rsa', 'rsa-pss', 'p256', 'p384', 'p521', 'brainpool', 'ed25519'] as const) {
    test(`a detached signature with ${key} is good for its content alone`, async () => {
      const { identity } = person(key);
      const signature = await signedDetached(streamOf(TEXT, 1000), identity, AT);
      const good = await verified(signature, TEXT);
      assert.equal(good.content, undefined);
      assert.equal(good.signers.length, 1);
      const [signer] = good.signers;
      assert.equal(signer?.valid, true);
      assert.equal(signer?.certificate?.fingerprint, identity.certificate.fingerprint);
      assert.deepEqual(signer?.signingTime, AT.signingTime);
      const altered = Buffer.from(TEXT);
      altered[100] = 0x41;
      assert.deepEqual(
        (await verified(signature, altered)).signers.map(({ valid, problem }) => [valid, problem?.code]),
        [[false, 'SIGNATURE_INVALID']],
      );
      assert.equal((await verified(signature)).signers[0]?.problem?.code, 'SIGNATURE_INVALID');
    });

    test(`an opaque signature with ${key} brings its content`, async () => {
      const message = await bufferOf(signedOpaque(streamOf(TEXT, 70_000), person(key).identity, AT));
      const { content, signers } = await verified(streamOf(message, 3000));
      assert.ok(Buffer.from(content ?? []).equals(TEXT));
      assert.equal(signers[0]?.valid, true);
    });
  }

  test('a flipped octet anywhere in a signature makes it bad, or changes nothing that is signed', async () => {
    const { identity } = person('p256');
    const plain = Buffer.from('Hello\r\n');
    const message = await signedDetached(streamOf(plain), identity, AT);
    const noticed: boolean[] = [];
    for (let at = 0; at < message.length; at += 1) {
      const flipped = Buffer.from(message);
      flipped[at] = (flipped[at] ?? 0) ^ 0x01;
      const result = await verified(flipped, plain).catch((error: unknown) => error);
      if (result instanceof Error) assert.ok(result instanceof KeyError, String(result));
      const signer =
        result && typeof result === 'object' && 'signers' in result
          ? (result as Awaited<ReturnType<typeof verified>>).signers[0]
          : undefined;
      noticed.push(!signer?.valid);
      if (signer?.valid) assert.equal(signer.certificate?.usableKey?.equals(identity.certificate.publicKey), true);
    }
    // What lies in the certificate is for the judging of the certificate; all else is noticed.
    assert.ok(noticed.filter((each) => each).length > message.length - identity.certificate.der.length);
  });

  test('signing time, capabilities and the chain without its root are in every signature', async () => {
    const intermediate = people?.make('intermediate', {
      subject: '/CN=Example Intermediate',
      extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'],
    });
    const leaf = people?.make('leaf', { ...(intermediate ? { issuer: intermediate } : {}) });
    if (!leaf || !intermediate || !people) throw new Error('no people');
    const { openIdentity } = await import('#mail/secure/smime/smime');
    const identity = openIdentity(`${openssl(['pkey', '-in', leaf.keyFile])}${people.root.pem}${leaf.pem}${intermediate.pem}`, '');
    assert.deepEqual(
      identity.chain.map(({ fingerprint }) => fingerprint),
      [intermediate.identity.certificate.fingerprint],
    );
    const { signers, certificates } = await verified(await signedDetached(streamOf(TEXT), identity, AT), TEXT);
    assert.deepEqual(
      certificates.map(({ fingerprint }) => fingerprint).sort(),
      [identity.certificate, ...identity.chain].map(({ fingerprint }) => fingerprint).sort(),
    );
    assert.ok(signers[0]?.capabilities.includes('2.16.840.1.101.3.4.1.42'));
  });

  test('micalg names the hash with a hyphen', () => {
    assert.equal(micalgOf(person('rsa').identity, AT), 'sha-256');
    assert.equal(micalgOf(person('p384').identity, AT), 'sha-384');
    assert.equal(micalgOf(person('ed25519').identity, AT), 'sha-512');
    assert.equal(micalgOf(person('rsa').identity, { ...AT, hash: 'sha512' }), 'sha-512');
  });

  for (const extra of [[], ['-nodetach'], ['-noattr'], ['-nodetach', '-stream', '-indef'], ['-keyid'], ['-keyopt', 'rsa_padding_mode:pss']])
    test(`what openssl cms -sign ${extra.join(' ')} writes is verified`, async () => {
      const { identity, certificateFile, keyFile } = person('rsa');
      const signer = ['-signer', certificateFile, '-inkey', keyFile];
      const message = openssl(['cms', '-sign', '-binary', '-outform', 'DER', '-md', 'sha256', ...signer, ...extra], TEXT);
      const { signers } = await verified(message, TEXT);
      assert.deepEqual(
        signers.map(({ valid, certificate }) => [valid, certificate?.fingerprint]),
        [[true, identity.certificate.fingerprint]],
      );
    });

  test('a signature over SHA-1 is not taken, one whose certificate is missing is named as such', async () => {
    const { identity, certificateFile, keyFile } = person('rsa');
    const sign = ['cms', '-sign', '-binary', '-outform', 'DER', '-signer', certificateFile, '-inkey', keyFile];
    assert.equal((await verified(openssl([...sign, '-md', 'sha1'], TEXT), TEXT)).signers[0]?.problem?.code, 'MESSAGE_SIGNATURE_WEAK');
    const bare = openssl([...sign, '-md', 'sha256', '-nocerts'], TEXT);
    assert.equal((await verified(bare, TEXT)).signers[0]?.problem?.code, 'SIGNER_UNKNOWN');
    assert.equal((await verified(bare, TEXT, [identity.certificate])).signers[0]?.valid, true);
  });

  test('a message that is cut off, empty or no message is a sentence', async () => {
    const { identity } = person('rsa');
    const message = await bufferOf(encrypted(streamOf(TEXT), [identity.certificate], options('aes256-gcm')));
    for (const broken of [
      Buffer.alloc(0),
      Buffer.from('nothing'),
      message.subarray(0, 100),
      message.subarray(0, -3),
      Buffer.alloc(1000, 0x30),
    ]) {
      await assert.rejects(decrypted(broken, [identity]), (error) => error instanceof KeyError);
      await assert.rejects(verified(broken), (error) => error instanceof KeyError);
    }
    await assert.rejects(decrypted(await signedDetached(streamOf(TEXT), identity, AT), [identity]), code('CIPHER_UNKNOWN'));
  });
});
