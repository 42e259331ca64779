import assert from 'node:assert/strict';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  createMessage,
  decrypt,
  encrypt,
  encryptKey,
  enums,
  generateKey,
  type PartialConfig,
  readKey,
  readMessage,
  readPrivateKey,
} from 'openpgp';
import { secretParts } from '#mail/secure/openpgp/keys/identity';
import { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { createKey, decrypted, encrypted, openSecretKey, type PgpIdentity, publicText, secretText } from '#mail/secure/openpgp/openpgp';
import { packetsIn, TAG } from '#mail/secure/openpgp/packet/read';
import { packet } from '#mail/secure/openpgp/packet/write';
import { KeyError } from '#mail/secure/types';
import { ALL_KINDS, GPG, Keyring } from '#test/mail/secure/openpgp/programs';
import { bufferOf, streamOf } from '#test/mail/secure/smime/openssl';

const past = new Date(Date.now() - 1000 * 60 * 60);
const now = new Date(Date.now() + 60_000);
const codeOf = (open: () => unknown): string => {
  try {
    open();
  } catch (error) {
    assert.ok(error instanceof KeyError);
    return error.problem.code;
  }
  return 'opened';
};
/** Whether the key opens what is encrypted for it and signs what is taken for signed by it. */
async function works(identity: PgpIdentity): Promise<void> {
  const stream = encrypted(streamOf('Hello'), [identity.key], { now, random: (size) => randomBytes(size), sign: identity });
  const { content, signers } = decrypted(await bufferOf(stream), [identity], [identity.key], now);
  assert.equal(Buffer.from(content).toString(), 'Hello');
  assert.deepEqual(
    signers.map(({ valid }) => valid),
    [true],
  );
}

describe('secret keys that GnuPG exports', { skip: GPG ? false : 'gpg is not installed' }, () => {
  const ring = new Keyring();
  after(() => ring[Symbol.dispose]());
  const PASSPHRASE = 'gehéim 漢字';

  for (const kind of ALL_KINDS)
    test(`${kind} with a passphrase beyond ASCII opens, and works`, async () => {
      const fingerprint = ring.make(`mail@${kind.replace(' ', '-')}.example`, kind, { passphrase: PASSPHRASE });
      const file = ring.secretKey(fingerprint, PASSPHRASE);
      await works(openSecretKey(file, PASSPHRASE));
      assert.equal(
        codeOf(() => openSecretKey(file, '')),
        'PASSWORD_NEEDED',
      );
      assert.equal(
        codeOf(() => openSecretKey(file, 'geheim')),
        'WRONG_PASSWORD',
      );
    });

  test('kept without a passphrase and opened again it is the same, and GnuPG takes it', async () => {
    const fingerprint = ring.fingerprint('mail@RSA-3072.example');
    const identity = openSecretKey(ring.secretKey(fingerprint, PASSPHRASE), PASSPHRASE);
    const again = openSecretKey(secretText(identity), '');
    assert.deepEqual(again.secret, identity.secret);
    await works(again);
    using other = new Keyring();
    other.must(['--import'], Buffer.from(secretText(identity)));
    assert.equal(
      other
        .must(['--list-secret-keys', '--with-colons'])
        .toString()
        .match(/^(?:sec|ssb):/gm)?.length,
      2,
    );
  });

  test('one whose primary secret is elsewhere signs with its subkey', async () => {
    const fingerprint = ring.make('offline@example.org', 'Curve25519');
    ring.must(['--quick-add-key', fingerprint, 'ed25519', 'sign', '1y']);
    const file = ring.must(['--export-secret-subkeys', '--armor', fingerprint]);
    await works(openSecretKey(file, ''));
  });

  test('files without a secret key say so', () => {
    const fingerprint = ring.fingerprint('mail@Curve25519.example');
    assert.equal(
      codeOf(() => openSecretKey(ring.publicKey(fingerprint), '')),
      'NO_PRIVATE_KEY',
    );
    assert.equal(
      codeOf(() => openSecretKey('Hello', '')),
      'FILE_UNREADABLE',
    );
    assert.equal(
      codeOf(() => openSecretKey(Buffer.alloc(11 * 1024 * 1024), '')),
      'FILE_TOO_LARGE',
    );
  });

  test('with any octet flipped or cut off anywhere it is opened or refused with a code', () => {
    const file = ring.must(['--passphrase', PASSPHRASE, '--export-secret-keys', ring.fingerprint('mail@Curve25519.example')]);
    for (let at = 0; at < file.length; at += 3) {
      const altered = Buffer.from(file);
      altered[at] = (altered[at] ?? 0) ^ 4;
      codeOf(() => openSecretKey(altered, PASSPHRASE));
      codeOf(() => secretParts(openSecretKey(file.subarray(0, at), PASSPHRASE)));
    }
  });
});

describe('secret keys as older programs protect them', () => {
  /** RFC 4880 §3.7.1, §5.5.3, written out once more. */
  const locked = (
    octets: Uint8Array,
    passphrase: string,
    how: { cipher: [number, string, number, number]; hash: [number, string]; s2k: 0 | 1 | 3; usage: 254 | 255 },
  ): Buffer =>
    Buffer.concat(
      [...packetsIn(octets)].map(({ tag, body, octets: whole }) => {
        if (tag !== TAG.secretKey && tag !== TAG.secretSubkey) return whole;
        const size = new PublicKeyPacket(body).body.length;
        const [id, name, keySize, block] = how.cipher;
        const salt = how.s2k === 0 ? Buffer.alloc(0) : randomBytes(8);
        const once = Buffer.concat([salt, Buffer.from(passphrase)]);
        const count = how.s2k === 3 ? 65_536 : once.length;
        const hashed = Buffer.alloc(Math.max(count, once.length), once);
        const stretched = [0, 1].map((zeros) => createHash(how.hash[1]).update(Buffer.alloc(zeros)).update(hashed).digest());
        const secret = body.subarray(size + 1, -2);
        const check = how.usage === 254 ? createHash('sha1').update(secret).digest() : body.subarray(-2);
        const iv = randomBytes(block);
        const cipher = createCipheriv(name, Buffer.concat(stretched).subarray(0, keySize), iv);
        const specifier = Buffer.concat([Buffer.of(how.s2k, how.hash[0]), salt, how.s2k === 3 ? Buffer.of(0x60) : Buffer.alloc(0)]);
        return packet(tag, body.subarray(0, size), Buffer.of(how.usage, id), specifier, iv, cipher.update(Buffer.concat([secret, check])));
      }),
    );

  const ciphers = {
    'AES-128': [7, 'aes-128-cfb', 16, 16],
    'AES-256': [9, 'aes-256-cfb', 32, 16],
    'Triple-DES': [2, 'des-ede3-cfb', 24, 8],
  } as const;
  const hashes = { 'SHA-1': [2, 'sha1'], 'RIPEMD-160': [3, 'ripemd160'], 'SHA-512': [10, 'sha512'], MD5: [1, 'md5'] } as const;
  for (const [cipherName, cipher] of Object.entries(ciphers))
    for (const [hashName, hash] of Object.entries(hashes))
      test(`${cipherName} with ${hashName}, hashed once, with salt or again and again`, async () => {
        const { secret } = createKey({ name: 'Ada', address: 'ada@example.org', now: past });
        for (const s2k of [0, 1, 3] as const)
          for (const usage of [254, 255] as const) {
            const file = locked(secret, 'geheim', { cipher: [...cipher], hash: [...hash], s2k, usage });
            assert.deepEqual(openSecretKey(file, 'geheim').secret, secret);
            assert.equal(
              codeOf(() => openSecretKey(file, 'falsch')),
              'WRONG_PASSWORD',
            );
          }
      });

  test('a cipher that is not known here is told by its name', () => {
    const { secret } = createKey({ name: 'Ada', address: 'ada@example.org', now: past });
    const file = locked(secret, 'geheim', { cipher: [3, 'aes-128-cfb', 16, 8 * 2], hash: [2, 'sha1'], s2k: 3, usage: 254 });
    assert.throws(() => openSecretKey(file, 'geheim'), { problem: { code: 'FILE_PROTECTION_UNKNOWN', params: { algorithm: 'CAST5' } } });
  });
});

describe('secret keys of RFC 9580', () => {
  const protections: Readonly<Record<string, PartialConfig>> = {
    'iterated, with a digest': {},
    'iterated, authenticated with GCM': { aeadProtect: true, preferredAEADAlgorithm: enums.aead.gcm },
    'iterated, authenticated with OCB': { aeadProtect: true, preferredAEADAlgorithm: enums.aead.ocb },
    'Argon2, authenticated with OCB': {
      aeadProtect: true,
      preferredAEADAlgorithm: enums.aead.ocb,
      s2kType: enums.s2k.argon2,
      s2kArgon2Params: { passes: 2, parallelism: 2, memoryExponent: 12 },
    },
  };
  for (const version of [4, 6] as const)
    for (const type of ['curve25519', 'curve448'] as const)
      test(`version ${version} with ${type}, however it is protected`, async () => {
        const config = { v6Keys: version === 6 };
        const made = await generateKey({ type, userIDs: [{ email: 'a@example.org' }], format: 'object', date: past, config });
        await works(openSecretKey(made.privateKey.write(), ''));
        for (const [name, protection] of Object.entries(protections)) {
          const file = (await encryptKey({ privateKey: made.privateKey, passphrase: 'geheim', config: protection })).armor();
          await works(openSecretKey(file, 'geheim'));
          assert.equal(
            codeOf(() => openSecretKey(file, 'falsch')),
            'WRONG_PASSWORD',
            name,
          );
        }
      });

  test('a passphrase that would take too much memory is refused', async () => {
    const { privateKey } = await generateKey({ type: 'curve25519', userIDs: [{ email: 'a@example.org' }], format: 'object', date: past });
    const s2kArgon2Params = { passes: 1, parallelism: 1, memoryExponent: 17 };
    const locked = await encryptKey({
      privateKey,
      passphrase: 'geheim',
      config: { aeadProtect: true, s2kType: enums.s2k.argon2, s2kArgon2Params },
    });
    assert.equal(
      codeOf(() => openSecretKey(locked.armor(), 'geheim')),
      'FILE_PROTECTION_COSTLY',
    );
  });
});

describe('messages to and from openpgp.js', () => {
  const CONTENT = randomBytes(300_000);
  let identities: Map<string, PgpIdentity>;
  before(async () => {
    const kinds = {
      'version 4': { type: 'curve25519', config: { aeadProtect: true } },
      'version 6': { type: 'curve25519', config: { v6Keys: true, aeadProtect: true } },
      'version 6 with Ed448': { type: 'curve448', config: { v6Keys: true, aeadProtect: true } },
      'version 6 with P-384': { type: 'ecc', curve: 'nistP384', config: { v6Keys: true, aeadProtect: true } },
      'version 4 with RSA': { type: 'rsa', rsaBits: 2048, config: { aeadProtect: true } },
    } as const;
    identities = new Map([['ours', createKey({ name: 'Ada', address: 'ada@example.org', now: past })]]);
    for (const [name, options] of Object.entries(kinds)) {
      const { privateKey } = await generateKey({ ...options, userIDs: [{ email: 'a@example.org' }], format: 'binary', date: past });
      identities.set(name, openSecretKey(privateKey, ''));
    }
  });
  const NAMES = ['ours', 'version 4', 'version 6', 'version 6 with Ed448', 'version 6 with P-384', 'version 4 with RSA'];
  const identityOf = (name: string): PgpIdentity => {
    const found = identities.get(name);
    assert.ok(found);
    return found;
  };

  for (const name of NAMES) {
    test(`${name}: openpgp.js reads what is encrypted and signed here`, async () => {
      const identity = identityOf(name);
      const octets = await bufferOf(
        encrypted(streamOf(CONTENT, 50_000), [identity.key], { now, random: (size) => randomBytes(size), sign: identity }),
      );
      const message = await readMessage({ binaryMessage: octets });
      const { data, signatures } = await decrypt({
        message,
        decryptionKeys: await readPrivateKey({ armoredKey: secretText(identity) }),
        verificationKeys: await readKey({ armoredKey: publicText(identity.key) }),
        format: 'binary',
        date: now,
      });
      assert.ok(Buffer.from(data as Uint8Array).equals(CONTENT));
      assert.equal(await signatures[0]?.verified, true);
      // Chunks are authenticated one by one only where the key says that its program knows of them.
      assert.equal(octets.includes(Buffer.of(0x02, 0x09, 0x02, 10)), name !== 'ours');
    });

    test(`${name}: what openpgp.js encrypts and signs is read here`, async () => {
      const identity = identityOf(name);
      for (const config of [{}, { preferredCompressionAlgorithm: enums.compression.zlib }, { aeadChunkSizeByte: 4 }]) {
        const octets = await encrypt({
          message: await createMessage({ binary: CONTENT }),
          encryptionKeys: await readKey({ armoredKey: publicText(identity.key) }),
          signingKeys: await readPrivateKey({ armoredKey: secretText(identity) }),
          format: 'binary',
          date: now,
          config,
        });
        const { content, signers } = decrypted(octets as Uint8Array, [identity], [identity.key], now);
        assert.ok(Buffer.from(content).equals(CONTENT));
        assert.deepEqual(
          signers.map(({ valid }) => valid),
          [true],
        );
      }
    });
  }

  test('of readers one of whom does not know chunks, all get what every program reads', async () => {
    const readers = ['ours', 'version 6'].map((name) => identityOf(name));
    const octets = await bufferOf(
      encrypted(
        streamOf(CONTENT),
        readers.map(({ key }) => key),
        { now, random: (size) => randomBytes(size) },
      ),
    );
    for (const identity of readers) assert.ok(Buffer.from(decrypted(octets, [identity], [], now).content).equals(CONTENT));
  });

  test('what is not authenticated is not opened, and what is compressed without end is refused', async () => {
    const identity = identityOf('ours');
    const bomb = await bufferOf(
      encrypted(streamOf(Buffer.alloc(65 * 1024 * 1024), 1 << 20), [identity.key], {
        now,
        random: (size) => randomBytes(size),
        compression: 'zlib',
      }),
    );
    assert.equal(
      codeOf(() => decrypted(bomb, [identity], [], now)),
      'MESSAGE_TOO_LARGE',
    );
    const old = Buffer.concat([Buffer.from([0xc1, 0]), Buffer.from([0xc9, 20]), randomBytes(20)]);
    assert.equal(
      codeOf(() => decrypted(old, [identity], [], now)),
      'MESSAGE_ALTERED',
    );
    for (let size = 0; size < 300; size += 1) codeOf(() => decrypted(randomBytes(size), [identity], [], now));
  });
});
