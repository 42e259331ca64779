import { type CipherGCMTypes, type CipherOCB, createCipheriv, createHash, hkdfSync } from 'node:crypto';
import { AEAD_MODES, AEAD_TAG_OCTETS, CIPHERS, type CipherName } from '#mail/secure/openpgp/algorithms';
import { TAG } from '#mail/secure/openpgp/packet/read';
import { streamedPacket } from '#mail/secure/openpgp/packet/write';
import type { OctetStream, Random } from '#mail/secure/types';

/** Symmetrically encrypted and integrity protected data (RFC 9580 §5.13), streamed in constant memory. */

/** Version 1 (§5.13.1): CFB, and a SHA-1 of the content at its end. */
export const protectedByDigest = (content: OctetStream, cipher: CipherName, key: Uint8Array, random: Random): OctetStream =>
  streamedPacket(TAG.protected, digestBody(content, cipher, key, random));

const BLOCK_OCTETS = 16;

async function* digestBody(content: OctetStream, name: CipherName, key: Uint8Array, random: Random): AsyncGenerator<Uint8Array> {
  const cipher = createCipheriv(CIPHERS[name].cfb, key, Buffer.alloc(BLOCK_OCTETS));
  const digest = createHash('sha1');
  const prefix = random(BLOCK_OCTETS);
  const start = Buffer.concat([prefix, prefix.subarray(-2)]);
  digest.update(start);
  yield Buffer.concat([Buffer.of(1), cipher.update(start)]);
  for await (const chunk of content) {
    digest.update(chunk);
    yield cipher.update(chunk);
  }
  const head = Buffer.of(0xc0 | TAG.digest, 20);
  digest.update(head);
  yield cipher.update(Buffer.concat([head, digest.digest()]));
}

/** Chunks of 2^(6 + 10) octets, each with its own tag. */
const CHUNK_POWER = 10;
const CHUNK_OCTETS = 1 << (CHUNK_POWER + 6);
const SALT_OCTETS = 32;

/** Version 2 (§5.13.2): AES-256 in OCB mode, chunk by chunk. */
export const protectedByChunks = (content: OctetStream, key: Uint8Array, random: Random): OctetStream =>
  streamedPacket(TAG.protected, chunkBody(content, key, random));

async function* chunkBody(content: OctetStream, key: Uint8Array, random: Random): AsyncGenerator<Uint8Array> {
  const { id, keyOctets, ocb } = CIPHERS.aes256;
  const head = Buffer.of(2, id, AEAD_MODES.ocb.id, CHUNK_POWER);
  const salt = random(SALT_OCTETS);
  const associated = Buffer.concat([Buffer.of(0xc0 | TAG.protected), head]);
  const derived = Buffer.from(hkdfSync('sha256', key, salt, associated, keyOctets + AEAD_MODES.ocb.nonceOctets - 8));
  const seal = (plain: Uint8Array, index: number, about: Uint8Array): Buffer => {
    const nonce = Buffer.concat([derived.subarray(keyOctets), bigNumber(index)]);
    const cipher = createCipheriv(ocb as CipherGCMTypes, derived.subarray(0, keyOctets), nonce, {
      authTagLength: AEAD_TAG_OCTETS,
    }) as CipherOCB;
    cipher.setAAD(about, { plaintextLength: plain.length });
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  yield Buffer.concat([head, salt]);
  let index = 0;
  let total = 0;
  for await (const chunk of inChunks(content)) {
    yield seal(chunk, index, associated);
    index += 1;
    total += chunk.length;
  }
  yield seal(new Uint8Array(), index, Buffer.concat([associated, bigNumber(total)]));
}

function bigNumber(value: number): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64BE(BigInt(value));
  return octets;
}

/** The same octets, in chunks of CHUNK_OCTETS but for the last. */
async function* inChunks(content: OctetStream): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array = new Uint8Array();
  for await (const chunk of content) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    while (waiting.length >= CHUNK_OCTETS) {
      yield waiting.subarray(0, CHUNK_OCTETS);
      waiting = waiting.subarray(CHUNK_OCTETS);
    }
  }
  if (waiting.length > 0) yield waiting;
}
