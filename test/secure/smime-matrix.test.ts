import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { encrypted, type KeyTransport, type SignOptions, signedDetached, signedOpaque, type WrittenCipher } from '#mail/secure/smime/smime';
import { bufferOf, type KeyName, OPENSSL, People, type Person, streamOf } from '#test/mail/secure/smime/openssl';
import { SMIME_READERS } from '#test/secure/smime-readers';

const TEXT = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n'.repeat(5000));
const AT: SignOptions = { signingTime: new Date('2026-11-27T10:00:00Z') };

interface Encryption {
  readonly key: KeyName;
  readonly content: WrittenCipher;
  readonly keyTransport: KeyTransport;
  /** Readers by whom it must be opened; the others' outcome is told. */
  readonly openedBy: readonly string[];
}
const ALL = ['OpenSSL', 'NSS', 'GnuPG'];
const ENCRYPTIONS: readonly Encryption[] = [
  { key: 'rsa', content: 'aes256-cbc', keyTransport: 'rsa-pkcs1', openedBy: ALL },
  { key: 'rsa', content: 'aes256-cbc', keyTransport: 'rsa-oaep', openedBy: ['OpenSSL'] },
  { key: 'rsa', content: 'aes256-gcm', keyTransport: 'rsa-pkcs1', openedBy: ['OpenSSL'] },
  { key: 'rsa', content: 'aes256-gcm', keyTransport: 'rsa-oaep', openedBy: ['OpenSSL'] },
  { key: 'p256', content: 'aes256-cbc', keyTransport: 'rsa-pkcs1', openedBy: ['OpenSSL'] },
  { key: 'p256', content: 'aes256-gcm', keyTransport: 'rsa-pkcs1', openedBy: ['OpenSSL'] },
  { key: 'p384', content: 'aes256-cbc', keyTransport: 'rsa-pkcs1', openedBy: ['OpenSSL'] },
  { key: 'p384', content: 'aes256-gcm', keyTransport: 'rsa-pkcs1', openedBy: ['OpenSSL'] },
];
interface Signing {
  readonly key: KeyName;
  readonly options: SignOptions;
  readonly readBy: readonly string[];
}
const SIGNINGS: readonly Signing[] = [
  { key: 'rsa', options: AT, readBy: ALL },
  { key: 'rsa', options: { ...AT, hash: 'sha512' }, readBy: ALL },
  { key: 'rsa', options: { ...AT, algorithm: 'rsa-pss' }, readBy: ALL },
  { key: 'p256', options: AT, readBy: ALL },
  { key: 'p384', options: AT, readBy: ALL },
];

for (const reader of SMIME_READERS) {
  const missing = !OPENSSL
    ? 'openssl is missing'
    : reader.isThere
      ? false
      : `${reader.name} is missing (Debian: ${reader.packages.join(', ')})`;
  describe(`S/MIME as ${reader.name} reads it`, { skip: missing }, () => {
    if (missing) return;
    const people = new People();
    const persons = new Map<string, Person>(
      (['rsa', 'rsa2', 'p256', 'p384'] as const).map((key) => [key, people.make(`mira-${key}`, { key: key === 'rsa2' ? 'rsa' : key })]),
    );
    const of = (key: string): Person => persons.get(key) ?? assert.fail(key);
    const program = reader.open(people, [...persons.values()]);
    after(() => {
      program.close();
      people[Symbol.dispose]();
    });

    for (const { key, content, keyTransport, openedBy } of ENCRYPTIONS) {
      const isRequired = openedBy.includes(reader.name);
      test(`${content} for ${key} (${keyTransport})${isRequired ? ' is opened, and refused or garbled after a flipped octet' : ''}`, async (t) => {
        const { identity } = of(key);
        const message = await bufferOf(
          encrypted(streamOf(TEXT, 20_000), [identity.certificate], { content, keyTransport, random: randomBytes }),
        );
        const isOpened = program.decrypt(message, of(key))?.equals(TEXT) ?? false;
        if (!isRequired) t.diagnostic(`${reader.version()} ${isOpened ? 'opens' : 'does not open'} it`);
        else assert.ok(isOpened);
        const flipped = Buffer.from(message);
        flipped[message.length - 40] = (flipped[message.length - 40] ?? 0) ^ 1;
        assert.notEqual(program.decrypt(flipped, of(key))?.equals(TEXT), true);
      });
    }

    for (const { key, options, readBy } of SIGNINGS) {
      const isRequired = readBy.includes(reader.name);
      const name = `${key}${options.algorithm ? ` ${options.algorithm}` : ''}${options.hash ? ` ${options.hash}` : ''}`;
      test(`signed with ${name}${isRequired ? ' is good, and bad after a flipped octet' : ''}`, async (t) => {
        const { identity } = of(key);
        const signature = await signedDetached(streamOf(TEXT), identity, options);
        const isGood = program.verify(signature, TEXT);
        if (!isRequired) t.diagnostic(`${reader.version()} takes it for ${isGood ? 'good' : 'bad'}`);
        else assert.ok(isGood);
        const altered = Buffer.from(TEXT);
        altered[50] = (altered[50] ?? 0) ^ 1;
        assert.equal(program.verify(signature, altered), false);
        const opaque = await bufferOf(signedOpaque(streamOf(TEXT, 70_000), identity, options));
        const content = program.verifyOpaque(opaque);
        if (isRequired) assert.ok(content?.equals(TEXT), 'opaque');
      });
    }

    test('signed, then encrypted for two readers, is opened by both', async () => {
      // NSS 3.87 takes no message for a curve, whoever else it is for.
      const readers = [of('rsa'), reader.name === 'NSS' ? of('rsa2') : of('p256')];
      const inner = signedOpaque(streamOf(TEXT), of('rsa').identity, AT);
      const choice = { content: 'aes256-cbc', keyTransport: 'rsa-pkcs1', random: randomBytes } as const;
      const certificates = readers.map(({ identity }) => identity.certificate);
      const message = await bufferOf(encrypted(inner, certificates, choice));
      for (const person of reader.name === 'GnuPG' ? readers.slice(0, 1) : readers) {
        const opened = program.decrypt(message, person);
        assert.ok(opened, person.name);
        // NSS goes on to the signature by itself.
        assert.ok(opened.equals(TEXT) || program.verifyOpaque(opened)?.equals(TEXT), person.name);
      }
    });
  });
}
