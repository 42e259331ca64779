import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  createKey,
  decrypted,
  detachedSigner,
  type EncryptOptions,
  encrypted,
  openSecretKey,
  type PgpIdentity,
  type PgpKey,
  parseKeys,
  publicText,
  secretText,
} from '#mail/secure/openpgp/openpgp';
import { KeyError } from '#mail/secure/types';
import { ALL_KINDS, GPG, Keyring, type Kind, PROGRAMS } from '#test/mail/secure/openpgp/programs';

let now = new Date();
const options = {
  get now() {
    return now;
  },
  random: (bytes: number) => randomBytes(bytes),
};

async function* inChunks(content: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
async function whole(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const message = (content: Uint8Array, readers: readonly PgpKey[], more: Partial<EncryptOptions> = {}): Promise<Buffer> =>
  whole(encrypted(inChunks(content), readers, { ...options, ...more }));

/** Compresses well at its beginning and not at all at its end, and is longer than one piece of a packet. */
const CONTENT = Buffer.concat([Buffer.from('Grüße aus dem Wiki\r\n'.repeat(9_000)), randomBytes(150_000)]);

interface Owner {
  readonly key: PgpKey;
  readonly identity: PgpIdentity;
  readonly publicKey: Buffer;
  readonly secretKey: Buffer;
}

describe('OpenPGP messages and the programs that read them', { skip: GPG ? false : 'gpg is not installed' }, () => {
  const owners = new Map<string, Owner>();
  const owner = (name: string): Owner => {
    const found = owners.get(name);
    assert.ok(found);
    return found;
  };
  before(async () => {
    using ring = new Keyring();
    for (const kind of ALL_KINDS) {
      const fingerprint = ring.make(`${kind} <mail@${kind.replace(' ', '-')}.example>`, kind);
      const [publicKey, secretKey] = [ring.publicKey(fingerprint), ring.secretKey(fingerprint)];
      const identity = openSecretKey(secretKey, '');
      owners.set(kind, { key: identity.key, identity, publicKey, secretKey });
    }
    const identity = createKey({ name: 'Mira', address: 'mira@example.org', now: new Date() });
    owners.set('ours', {
      key: identity.key,
      identity,
      publicKey: Buffer.from(publicText(identity.key)),
      secretKey: Buffer.from(secretText(identity)),
    });
  });
  after(() => owners.clear());
  beforeEach(() => {
    now = new Date();
  });

  for (const program of PROGRAMS) {
    const skip = program.isThere ? false : `${program.name} is not installed`;
    for (const kind of [...ALL_KINDS, 'ours'].filter((each) => !program.without.includes(each)))
      test(`${program.name} opens what is encrypted for a key of ${kind}, and takes the signature in it`, { skip }, async () => {
        const { key, secretKey, identity, publicKey } = owner(kind);
        const octets = await message(CONTENT, [owner('RSA 3072').key, key], { sign: identity });
        const { content, isSigned } = program.open(octets, secretKey, publicKey);
        assert.ok(content?.equals(CONTENT));
        assert.equal(isSigned, true);
      });
    for (const kind of [...ALL_KINDS, 'ours'].filter((each) => !program.without.includes(each)))
      test(`${program.name} takes a detached signature of a key of ${kind}, and none over other content`, { skip }, () => {
        const { identity, publicKey } = owner(kind);
        const signer = detachedSigner(identity, options);
        signer.update(CONTENT);
        const signature = signer.signature();
        assert.equal(program.verify(CONTENT, signature, publicKey), true);
        assert.equal(program.verify(Buffer.from('other'), signature, publicKey), false);
      });
    for (const compression of ['none', 'zip', 'zlib'] as const)
      for (const cipher of ['aes128', 'aes192', 'aes256'] as const)
        test(`${program.name} reads ${cipher} over ${compression}`, { skip }, async () => {
          const { key, secretKey, publicKey } = owner('Curve25519');
          const octets = await message(CONTENT, [key], { compression, cipher });
          assert.ok(program.open(octets, secretKey, publicKey).content?.equals(CONTENT));
        });
    test(`${program.name} refuses a message with one octet flipped, wherever it is`, { skip }, async () => {
      const { key, secretKey, publicKey, identity } = owner('Curve25519');
      const octets = await message(Buffer.from('x'.repeat(500)), [key], { sign: identity });
      for (const at of [30, 120, octets.length - 200, octets.length - 60, octets.length - 2]) {
        const altered = Buffer.from(octets);
        altered[at] = (altered[at] ?? 0) ^ 1;
        assert.equal(program.open(altered, secretKey, publicKey).content, undefined, `octet ${at}`);
      }
    });
  }

  for (const kind of [...ALL_KINDS, 'ours'])
    test(`what is encrypted for a key of ${kind} is opened here too, and its signature is told`, async () => {
      const { key, identity } = owner(kind);
      const octets = await message(CONTENT, [key], { sign: identity });
      const opened = decrypted(octets, [identity], [key], now);
      assert.ok(Buffer.from(opened.content).equals(CONTENT));
      assert.deepEqual(
        opened.signers.map(({ valid, key: of }) => [valid, of?.fingerprint]),
        [[true, key.fingerprint]],
      );
    });

  test('what GnuPG encrypts and signs is opened here', async () => {
    using ring = new Keyring();
    ring.must(['--import'], owner('RSA 3072').secretKey);
    ring.must(['--import'], owner('ours').publicKey);
    const octets = ring.must(['--trust-model', 'always', '-r', 'mira@example.org', '--sign', '--encrypt'], CONTENT);
    const opened = decrypted(octets, [owner('ours').identity], [owner('RSA 3072').key], now);
    assert.ok(Buffer.from(opened.content).equals(CONTENT));
    assert.equal(opened.signers[0]?.valid, true);
  });

  test('with an octet flipped anywhere, nothing comes out that was not put in', async () => {
    const { key, identity } = owner('ours');
    const content = Buffer.from('x'.repeat(300));
    const octets = await message(content, [key], { sign: identity });
    let refused = 0;
    for (let at = 0; at < octets.length; at += 1) {
      const altered = Buffer.from(octets);
      altered[at] = (altered[at] ?? 0) ^ 1;
      try {
        assert.ok(Buffer.from(decrypted(altered, [identity], [key], now).content).equals(content), `octet ${at}`);
      } catch (error) {
        assert.ok(error instanceof KeyError, `octet ${at}: ${error}`);
        refused += 1;
      }
    }
    // What may be changed are lengths of integers that say the same in another way.
    assert.ok(refused > octets.length - 5, `${octets.length - refused} of ${octets.length}`);
  });

  test('who has none of the keys is told so', async () => {
    const octets = await message(CONTENT, [owner('Curve25519').key]);
    assert.throws(() => decrypted(octets, [owner('ours').identity], [], now), { problem: { code: 'NOT_ENCRYPTED_FOR_ANY' } });
  });

  test('a message without readers, or for a key that cannot be encrypted for, is refused before its first octet', async () => {
    assert.throws(() => encrypted(inChunks(CONTENT), [], options), { problem: { code: 'NO_KEY' } });
    const early = { ...options, now: new Date(0) };
    assert.throws(() => encrypted(inChunks(CONTENT), [owner('ours').key], early), { name: 'KeyError' });
  });

  test('an error of what is read ends the message, and does not let it pass for a whole one', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield CONTENT;
      throw new Error('gone');
    }
    await assert.rejects(whole(encrypted(failing(), [owner('ours').key], options)), /gone/);
  });

  test('two messages of one content have nothing in common but their readers', async () => {
    const [one, other] = [await message(CONTENT, [owner('ours').key]), await message(CONTENT, [owner('ours').key])];
    assert.notDeepEqual(one.subarray(60, 200), other.subarray(60, 200));
  });

  test('the keys of one file in armored blocks are all read', () => {
    const text = ALL_KINDS.map((kind: Kind) => `${kind}:\n${owner(kind).publicKey.toString()}`).join('\n');
    assert.deepEqual(
      parseKeys(text).keys.map(({ fingerprint }) => fingerprint),
      ALL_KINDS.map((kind) => owner(kind).key.fingerprint),
    );
  });
});
