import { type CipherGCMTypes, createDecipheriv, createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { AEAD_MODES, AEAD_TAG_OCTETS, aeadModeWithId, cipherWithId } from '#mail/secure/openpgp/algorithms';
import type { SessionKey } from '#mail/secure/openpgp/message/session-key';
import { Octets, PacketError, TAG } from '#mail/secure/openpgp/packet/read';
import { KeyError } from '#mail/secure/types';

/** Protected data that came (RFC 9580 §5.13): given when all of it was found unaltered. */

export interface Unprotected {
  readonly octets: Uint8Array;
  /** Such as `AES-256`. */
  readonly cipher: string;
}

const altered = (): KeyError => new KeyError({ code: 'MESSAGE_ALTERED' });
const cipherOf = (id: number) => {
  const cipher = cipherWithId(id);
  if (!cipher) throw new KeyError({ code: 'CIPHER_UNKNOWN', params: { algorithm: `OpenPGP cipher ${id}` } });
  return cipher;
};

/** @throws KeyError MESSAGE_ALTERED, CIPHER_UNKNOWN; PacketError */
export function unprotected(body: Uint8Array, session: SessionKey): Unprotected {
  const octets = new Octets(body);
  const version = octets.number(1);
  if (version === 1) return withDigest(octets.rest(), session);
  if (version === 2) return inChunks(octets, session);
  throw new PacketError(`is of version ${version}`);
}

const BLOCK_OCTETS = 16;
const DIGEST_OCTETS = 22;

function withDigest(body: Uint8Array, { key, cipherId }: SessionKey): Unprotected {
  const cipher = cipherOf(cipherId);
  if (key.length !== cipher.keyOctets || body.length < BLOCK_OCTETS + 2 + DIGEST_OCTETS) throw altered();
  const decipher = createDecipheriv(cipher.cfb, key, Buffer.alloc(BLOCK_OCTETS));
  const plain = Buffer.concat([decipher.update(body), decipher.final()]);
  const digest = createHash('sha1').update(plain.subarray(0, -20)).digest();
  const isWhole = plain.at(-DIGEST_OCTETS) === (0xc0 | TAG.digest) && plain.at(1 - DIGEST_OCTETS) === 20;
  if (!timingSafeEqual(digest, plain.subarray(-20)) || !isWhole) throw altered();
  return { octets: plain.subarray(BLOCK_OCTETS + 2, -DIGEST_OCTETS), cipher: cipher.text };
}

/** Octets of one chunk at most (RFC 9580 §5.13.2): 4 MiB. */
const MAX_CHUNK_POWER = 16;
const SALT_OCTETS = 32;

function inChunks(octets: Octets, { key }: SessionKey): Unprotected {
  const head = octets.take(3);
  const cipher = cipherOf(head[0] ?? 0);
  const mode = aeadModeWithId(head[1] ?? 0);
  if (!mode) throw new KeyError({ code: 'CIPHER_UNKNOWN', params: { algorithm: `OpenPGP AEAD ${head[1]}` } });
  const power = head[2] ?? 0;
  if (power > MAX_CHUNK_POWER) throw new PacketError('has chunks that are too large');
  const associated = Buffer.concat([Buffer.of(0xc0 | TAG.protected, 2), head]);
  const salt = octets.take(SALT_OCTETS);
  const derived = Buffer.from(hkdfSync('sha256', key, salt, associated, cipher.keyOctets + AEAD_MODES[mode].nonceOctets - 8));
  const open = (sealed: Uint8Array, index: number, about: Uint8Array): Buffer => {
    const nonce = Buffer.concat([derived.subarray(cipher.keyOctets), bigNumber(index)]);
    // The type of OCB is that of GCM, whose calls it shares.
    const decipher = createDecipheriv(cipher[mode] as CipherGCMTypes, derived.subarray(0, cipher.keyOctets), nonce, {
      authTagLength: AEAD_TAG_OCTETS,
    });
    decipher.setAAD(about, { plaintextLength: sealed.length - AEAD_TAG_OCTETS });
    decipher.setAuthTag(sealed.subarray(-AEAD_TAG_OCTETS));
    return Buffer.concat([decipher.update(sealed.subarray(0, -AEAD_TAG_OCTETS)), decipher.final()]);
  };
  const size = 2 ** (power + 6) + AEAD_TAG_OCTETS;
  const plain: Buffer[] = [];
  let total = 0;
  try {
    for (let index = 0; ; index += 1) {
      if (octets.left === AEAD_TAG_OCTETS) {
        open(octets.rest(), index, Buffer.concat([associated, bigNumber(total)]));
        return { octets: Buffer.concat(plain), cipher: `${cipher.text} ${mode.toUpperCase()}` };
      }
      const chunk = open(octets.take(Math.min(size, octets.left - AEAD_TAG_OCTETS)), index, associated);
      plain.push(chunk);
      total += chunk.length;
    }
  } catch {
    throw altered();
  }
}

function bigNumber(value: number): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64BE(BigInt(value));
  return octets;
}
