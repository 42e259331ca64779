import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { generateKey, readKey } from 'openpgp';
import { secretParts } from '#mail/secure/openpgp/keys/identity';
import { PgpKey as Key, MAX_SIGNATURES, MAX_USER_IDS } from '#mail/secure/openpgp/keys/key';
import { TYPE } from '#mail/secure/openpgp/keys/signature';
import { userIdTarget } from '#mail/secure/openpgp/keys/state';
import { signer } from '#mail/secure/openpgp/message/sign';
import { createKey, judgeKey, type PgpIdentity, type PgpKey, parseKeys, summaryOf } from '#mail/secure/openpgp/openpgp';
import { packetsIn, TAG } from '#mail/secure/openpgp/packet/read';
import { packet } from '#mail/secure/openpgp/packet/write';
import { GPG, Keyring } from '#test/mail/secure/openpgp/programs';

const YEAR = 365 * 24 * 60 * 60 * 1000;
/** After the keys that the tests make. */
const now = new Date(Date.now() + 120_000);
const past = (years: number): Date => new Date(now.getTime() - years * YEAR);
/** GnuPG's clock at another time. */
const at = (date: Date): string[] => ['--faked-system-time', `${date.toISOString().replace(/[-:]/g, '').slice(0, 15)}`];

const only = (input: Uint8Array | string): PgpKey => {
  const { keys, problems } = parseKeys(input);
  assert.deepEqual(problems, []);
  assert.equal(keys.length, 1);
  const [key] = keys;
  assert.ok(key);
  return key;
};
const problemsOf = (key: PgpKey, address: string, use: 'sign' | 'encrypt' = 'encrypt', time = now) =>
  judgeKey(key, { address, now: time, use }).map(({ code }) => code);

/** What openpgp.js says of the same key. */
async function isUsableElsewhere(key: PgpKey, use: 'sign' | 'encrypt', time = now): Promise<boolean> {
  const read = await readKey({ binaryKey: key.octets });
  const found = use === 'encrypt' ? read.getEncryptionKey(undefined, time) : read.getSigningKey(undefined, time);
  return found.then(
    () => true,
    () => false,
  );
}

describe('OpenPGP keys as GnuPG makes them', { skip: GPG ? false : 'gpg is not installed' }, () => {
  const ring = new Keyring();
  after(() => ring[Symbol.dispose]());
  const key = (which: string): PgpKey => only(ring.publicKey(which));
  const expect = async (of: PgpKey, address: string, use: 'sign' | 'encrypt', codes: string[]): Promise<void> => {
    assert.deepEqual(problemsOf(of, address, use), codes);
    assert.equal(await isUsableElsewhere(of, use), codes.length === 0, 'openpgp.js agrees');
  };

  test('one that is valid encrypts and signs, and its summary says what it is', async () => {
    const fingerprint = ring.make('Ada Lindgren (at work) <ada@example.org>', 'RSA 3072');
    const ada = key(fingerprint);
    await expect(ada, 'ada@example.org', 'encrypt', []);
    await expect(ada, 'ada@example.org', 'sign', []);
    const { notAfter, notBefore, ...summary } = summaryOf(ada);
    assert.deepEqual(summary, {
      protocol: 'openpgp',
      fingerprint,
      subject: 'Ada Lindgren (at work) <ada@example.org>',
      addresses: ['ada@example.org'],
      algorithm: 'RSA 3072',
      canSign: true,
      canEncrypt: true,
    });
    assert.equal(Math.round((Date.parse(notAfter ?? '') - Date.parse(notBefore)) / YEAR), 1);
  });

  test('the address is compared as mail systems do, and another one is refused', () => {
    const ada = key('ada@example.org');
    assert.deepEqual(problemsOf(ada, 'ADA@Example.ORG'), []);
    assert.deepEqual(problemsOf(ada, 'ada@example.com'), ['OTHER_ADDRESS']);
    assert.deepEqual(problemsOf(ada, 'a@example.org'), ['OTHER_ADDRESS']);
    assert.deepEqual(judgeKey(ada, { now, use: 'encrypt' }), []);
  });

  test('user ids with an address in any of the usual forms count, and those without do not', () => {
    for (const [userId, addresses] of [
      ['plain@example.org', ['plain@example.org']],
      ['Name <named@example.org>', ['named@example.org']],
      ['"Last, First" <quoted@example.org>', ['quoted@example.org']],
      ['Grüße <umlaut@bücher.example>', ['umlaut@xn--bcher-kva.example']],
      ['Nobody at all', []],
      ['no-mail@example.org is not it', []],
    ] as const) {
      ring.must(['--allow-freeform-uid', '--quick-gen-key', userId, 'ed25519', 'sign', '1y']);
      const fingerprint = ring.fingerprint(`=${userId}`);
      assert.deepEqual(summaryOf(key(fingerprint)).addresses, addresses, userId);
    }
  });

  test('one that has ended is told with its day', async () => {
    ring.must([...at(past(3)), '--quick-gen-key', 'old@example.org', 'future-default', 'default', '1y']);
    const old = key('old@example.org');
    await expect(old, 'old@example.org', 'encrypt', ['EXPIRED']);
    await expect(old, 'old@example.org', 'sign', ['EXPIRED']);
    const [problem] = judgeKey(old, { now, use: 'encrypt' });
    assert.equal(problem?.params?.['date'], new Date(past(3).getTime() + YEAR).toISOString().slice(0, 10));
    assert.deepEqual(problemsOf(old, 'old@example.org', 'encrypt', past(2.5)), []);
    assert.deepEqual(problemsOf(old, 'old@example.org', 'encrypt', past(4)), ['NOT_YET_VALID']);
  });

  test('one whose end was put off is valid', async () => {
    ring.must(['--quick-set-expire', ring.fingerprint('old@example.org'), '10y']);
    ring.must(['--quick-set-expire', ring.fingerprint('old@example.org'), '10y', '*']);
    await expect(key('old@example.org'), 'old@example.org', 'encrypt', []);
  });

  test('of an ended and a valid subkey the valid one is taken; where all have ended, that is said', async () => {
    ring.must([...at(past(3)), '--quick-gen-key', 'mixed@example.org', 'ed25519', 'sign', '0']);
    const fingerprint = ring.fingerprint('mixed@example.org');
    ring.must([...at(past(3)), '--quick-add-key', fingerprint, 'cv25519', 'encr', '1y']);
    await expect(key(fingerprint), 'mixed@example.org', 'encrypt', ['EXPIRED']);
    ring.must([...at(past(2)), '--quick-add-key', fingerprint, 'cv25519', 'encr', '5y']);
    await expect(key(fingerprint), 'mixed@example.org', 'encrypt', []);
  });

  test('a revoked key, a revoked subkey and a revoked user id do not count', async () => {
    const whole = ring.make('Gone <gone@example.org>');
    const [file = ''] = readdirSync(join(ring.folder, 'openpgp-revocs.d')).filter((name) => name.startsWith(whole));
    const certificate = readFileSync(join(ring.folder, 'openpgp-revocs.d', file), 'utf8').replace(/^:/m, '');
    ring.must(['--import'], Buffer.from(certificate));
    await expect(key(whole), 'gone@example.org', 'encrypt', ['REVOKED']);
    await expect(key(whole), 'gone@example.org', 'sign', ['REVOKED']);

    const two = ring.make('Two <two@example.org>');
    ring.must(['--quick-add-uid', two, 'Two <second@example.org>']);
    assert.deepEqual(problemsOf(key(two), 'second@example.org'), []);
    ring.must(['--quick-revoke-uid', two, 'Two <second@example.org>']);
    assert.deepEqual(problemsOf(key(two), 'second@example.org'), ['OTHER_ADDRESS']);
    assert.deepEqual(problemsOf(key(two), 'two@example.org'), []);
  });

  test('a key without a subkey for encryption signs and does not encrypt', async () => {
    ring.must(['--quick-gen-key', 'signs@example.org', 'ed25519', 'sign', '1y']);
    await expect(key('signs@example.org'), 'signs@example.org', 'encrypt', ['NOT_FOR_ENCRYPTING']);
    await expect(key('signs@example.org'), 'signs@example.org', 'sign', []);
  });

  test('kinds of keys that are no longer safe are refused by name', async () => {
    ring.must(['--quick-gen-key', 'short@example.org', 'rsa1024', 'sign', '1y']);
    ring.must(['--quick-add-key', ring.fingerprint('short@example.org'), 'rsa1024', 'encr', '1y']);
    await expect(key('short@example.org'), 'short@example.org', 'encrypt', ['KEY_TOO_SHORT']);
    ring.must(['--quick-gen-key', 'dsa@example.org', 'dsa2048', 'sign', '1y']);
    ring.must(['--quick-add-key', ring.fingerprint('dsa@example.org'), 'elg2048', 'encr', '1y']);
    await expect(key('dsa@example.org'), 'dsa@example.org', 'encrypt', ['ALGORITHM_OBSOLETE']);
    ring.must(['--quick-gen-key', 'elg@example.org', 'rsa2048', 'sign', '1y']);
    ring.must(['--quick-add-key', ring.fingerprint('elg@example.org'), 'elg2048', 'encr', '1y']);
    await expect(key('elg@example.org'), 'elg@example.org', 'encrypt', ['ALGORITHM_OBSOLETE']);
  });

  test('a file with all of them gives all of them, as one block or as binary packets', () => {
    const count = ring.must(['--list-keys', '--with-colons']).toString().match(/^pub:/gm)?.length;
    assert.equal(parseKeys(ring.must(['--export', '--armor'])).keys.length, count);
    assert.equal(parseKeys(ring.must(['--export'])).keys.length, count);
    const utf16 = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(ring.must(['--export', '--armor']).toString(), 'utf16le')]);
    assert.equal(parseKeys(utf16).keys.length, count);
  });

  test('a photograph and signatures of others are left out, and the key is what it was', () => {
    const fingerprint = ring.fingerprint('two@example.org');
    for (const other of ['ada@example.org', 'mixed@example.org']) ring.must(['--local-user', other, '--quick-sign-key', fingerprint]);
    const exported = ring.must(['--export', fingerprint]);
    const two = only(exported);
    assert.ok(two.octets.length < exported.length - 200);
    assert.equal(only(two.octets).fingerprint, fingerprint);
    assert.deepEqual(problemsOf(only(two.octets), 'two@example.org'), []);
  });
});

describe('OpenPGP keys of RFC 9580 and of our own', () => {
  for (const [name, options] of Object.entries({
    'version 4': { type: 'curve25519' },
    'version 6': { type: 'curve25519', config: { v6Keys: true } },
    'version 6 with Ed448': { type: 'curve448', config: { v6Keys: true } },
  } as const))
    test(`${name}: it is read and judged`, async () => {
      const { publicKey } = await generateKey({ ...options, userIDs: [{ email: 'a@example.org' }], format: 'binary', date: past(1) });
      const key = only(publicKey);
      assert.deepEqual(problemsOf(key, 'a@example.org'), []);
      assert.deepEqual(problemsOf(key, 'a@example.org', 'sign'), []);
    });

  test('one of ours is taken by openpgp.js', async () => {
    const { key } = createKey({ name: 'Mira', address: 'mira@example.org', now: past(1) });
    assert.equal(await isUsableElsewhere(key, 'encrypt'), true);
    assert.equal(await isUsableElsewhere(key, 'sign'), true);
    assert.equal(summaryOf(key).notAfter, undefined);
  });

  test('a name cannot bring another address into the user id', () => {
    const { key } = createKey({ name: 'Eve <other@example.org>', address: 'eve@example.org', now });
    assert.deepEqual(summaryOf(key).addresses, ['eve@example.org']);
    assert.throws(() => createKey({ name: 'Eve', address: 'eve', now }), { problem: { code: 'NO_ADDRESS' } });
  });
});

describe('keys that are not what they seem', () => {
  let ada: PgpIdentity;
  let eve: PgpIdentity;
  before(() => {
    ada = createKey({ name: 'Ada', address: 'ada@example.org', now: past(1) });
    eve = createKey({ name: 'Eve', address: 'eve@example.org', now: past(1) });
  });
  const packetsOf = ({ key }: PgpIdentity): Uint8Array[] => [...packetsIn(key.octets)].map(({ octets }) => octets);
  const joined = (...packets: (Uint8Array | undefined)[]): Buffer => Buffer.concat(packets.filter((each) => each !== undefined));

  test('a user id that the key did not sign is none of its own', () => {
    const [primary, userId, signature, subkey, binding] = packetsOf(eve);
    const claimed = packet(TAG.userId, Buffer.from('Ada <ada@example.org>'));
    for (const forged of [
      joined(primary, userId, signature, claimed, subkey, binding),
      joined(primary, userId, signature, claimed, signature, subkey, binding),
      joined(primary, claimed, signature, subkey, binding),
      joined(primary, claimed, ...packetsOf(ada).slice(2, 3), userId, signature, subkey, binding),
    ])
      assert.notDeepEqual(problemsOf(only(forged), 'ada@example.org'), []);
  });

  test('a subkey of another key is not encrypted for', () => {
    const [primary, userId, signature] = packetsOf(ada);
    const [, , , subkey, binding] = packetsOf(eve);
    assert.deepEqual(problemsOf(only(joined(primary, userId, signature, subkey, binding)), 'ada@example.org'), ['NOT_FOR_ENCRYPTING']);
    assert.deepEqual(problemsOf(only(joined(...packetsOf(ada), subkey, binding)), 'ada@example.org'), []);
  });

  test('a key without any signature is incomplete', () => {
    const [primary, userId, , subkey] = packetsOf(ada);
    assert.deepEqual(problemsOf(only(joined(primary, userId, subkey)), 'ada@example.org'), ['KEY_INCOMPLETE']);
    assert.deepEqual(problemsOf(only(joined(primary)), 'ada@example.org'), ['KEY_INCOMPLETE']);
  });

  test('with any octet flipped it never throws, and is never a key for another address', () => {
    const octets = Buffer.from(ada.key.octets);
    for (let index = 0; index < octets.length; index += 1)
      for (const bit of [0x01, 0x80]) {
        const altered = Buffer.from(octets);
        altered[index] = (altered[index] ?? 0) ^ bit;
        for (const key of parseKeys(altered).keys) {
          summaryOf(key);
          if (problemsOf(key, 'ada@example.org').length === 0) assert.deepEqual(summaryOf(key).addresses, ['ada@example.org']);
        }
      }
  });

  test('cut off anywhere, or with anything before it, it never throws', () => {
    for (let size = 0; size < ada.key.octets.length; size += 3) parseKeys(ada.key.octets.subarray(0, size)).keys.map(summaryOf);
    for (let round = 0; round < 200; round += 1) parseKeys(randomBytes(round)).keys.map(summaryOf);
  });

  test('files that hold no key say so in a sentence', () => {
    for (const [input, code] of [
      ['', 'FILE_UNREADABLE'],
      ['Hello', 'FILE_UNREADABLE'],
      ['-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!!!!\n-----END PGP PUBLIC KEY BLOCK-----\n', 'FILE_UNREADABLE'],
      ['-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ\n', 'KEY_BROKEN'],
      [Buffer.alloc(10 * 1024 * 1024, 0xff), 'KEY_BROKEN'],
      [Buffer.alloc(10 * 1024 * 1024 + 1), 'FILE_TOO_LARGE'],
      [Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'), 'FILE_UNREADABLE'],
      [packet(TAG.publicKey, Buffer.of(3, 0, 0, 0, 0, 0, 0, 1, 0, 8, 255, 0, 8, 3)), 'ALGORITHM_UNKNOWN'],
    ] as const)
      assert.deepEqual(
        parseKeys(input).problems.map((problem) => problem.code),
        [code],
      );
  });

  test('more than 200 keys in one file: the first 200 are read, and that is said', () => {
    const many = Buffer.concat(
      Array.from({ length: 201 }, (_, index) => createKey({ name: '', address: `a${index}@example.org`, now }).key.octets),
    );
    const { keys, problems } = parseKeys(many);
    assert.equal(keys.length, 200);
    assert.deepEqual(problems, [{ code: 'TOO_MANY_KEYS', params: { limit: '200' } }]);
  });

  /** A key with so many user ids, each signed. */
  const withUserIds = (count: number): Buffer => {
    const [part] = secretParts(ada);
    assert.ok(part);
    const [primary, userId, signature, subkey, binding] = packetsOf(ada);
    const more = Array.from({ length: count - 1 }, (_, index) => {
      const octets = Buffer.from(`Ada <ada.${index}@example.org>`);
      const made = signer(part, TYPE.lastCertification, past(0.5), [], new Uint8Array());
      made.update(part.key.hashed);
      made.update(userIdTarget({ octets }));
      return joined(packet(TAG.userId, octets), made.signature());
    });
    return joined(primary, userId, signature, ...more, subkey, binding);
  };

  test('a thousand user ids are read, and one more is refused', () => {
    const key = only(withUserIds(MAX_USER_IDS));
    assert.equal(summaryOf(key).addresses.length, MAX_USER_IDS);
    assert.deepEqual(problemsOf(key, `ada.${MAX_USER_IDS - 2}@example.org`), []);
    assert.deepEqual(
      parseKeys(withUserIds(MAX_USER_IDS + 1)).problems.map(({ code }) => code),
      ['KEY_TOO_LARGE'],
    );
  });

  test('five thousand signatures of its own are read, one more is refused, and those of others are not counted', () => {
    const [primary, userId, signature, subkey, binding] = packetsOf(ada);
    const [, , foreign] = packetsOf(eve);
    const own = (count: number): Buffer => joined(primary, userId, ...Array.from({ length: count - 1 }, () => signature), subkey, binding);
    assert.deepEqual(problemsOf(only(own(MAX_SIGNATURES)), 'ada@example.org'), []);
    assert.deepEqual(
      parseKeys(own(MAX_SIGNATURES + 1)).problems.map(({ code }) => code),
      ['KEY_TOO_LARGE'],
    );
    const signed = joined(primary, userId, signature, ...Array.from({ length: 20_000 }, () => foreign), subkey, binding);
    const key = only(signed);
    assert.deepEqual(problemsOf(key, 'ada@example.org'), []);
    assert.equal(key.octets.length, ada.key.octets.length);
    assert.ok(key instanceof Key);
  });
});
