import { inflateRawSync, inflateSync } from 'node:zlib';
import { COMPRESSIONS } from '#mail/secure/openpgp/algorithms';
import { armoredBlocks, isArmored } from '#mail/secure/openpgp/armor';
import { type PgpIdentity, secretParts } from '#mail/secure/openpgp/keys/identity';
import type { PgpKey } from '#mail/secure/openpgp/keys/key';
import { SignaturePacket } from '#mail/secure/openpgp/keys/signature';
import { type EncryptedKey, encryptedKeyIn, mayOpen, openedKey } from '#mail/secure/openpgp/message/opened-key';
import { type Unprotected, unprotected } from '#mail/secure/openpgp/message/unprotect';
import { type PgpSigner, signerOf } from '#mail/secure/openpgp/message/verify';
import { messagePacketsIn, Octets, PacketError, TAG } from '#mail/secure/openpgp/packet/read';
import { KeyError } from '#mail/secure/types';

/** Messages that came: opened and verified (RFC 9580 §10.3). */

/** Octets of a message that is opened, before and after it is decompressed, at most: it is held in memory, so that nothing of one that was altered gets out. */
export const MAX_OPENED_BYTES = 64 * 1024 * 1024;
/** Of one message at most: session keys that are tried, signatures that are looked at, layers of compression. */
const MAX_TRIED_KEYS = 50;
const MAX_SIGNERS = 10;
const MAX_LAYERS = 4;

export interface PgpOpened {
  readonly content: Uint8Array;
  readonly signers: readonly PgpSigner[];
  /** Key ids that the message names as its readers', hexadecimal; zeros for one that is not named. */
  readonly readers: readonly string[];
  /** Whose key opened it. */
  readonly identity: PgpIdentity;
  /** Such as `AES-256`. */
  readonly cipher: string;
}

const tooLarge = (): KeyError => new KeyError({ code: 'MESSAGE_TOO_LARGE', params: { limit: '64 MB' } });

/**
 * Opens a message, armored or binary, with the first identity that it is encrypted for; only one whose integrity is protected.
 * `known` are the keys that it may be signed with.
 * @throws KeyError NOT_ENCRYPTED_FOR_ANY, MESSAGE_ALTERED, MESSAGE_BROKEN, MESSAGE_TOO_LARGE, CIPHER_UNKNOWN
 */
export const decrypted = (message: Uint8Array, identities: readonly PgpIdentity[], known: readonly PgpKey[], now: Date): PgpOpened =>
  asMessage(() => {
    const { keys, data } = partsOf(binary(message));
    const readers = keys.map(({ keyId }) => keyId);
    const { identity, plain } = opened(keys, data, identities);
    const { content, signatures } = contentOf(plain.octets);
    return { content, signers: signersOf(signatures, content, known, now), readers, identity, cipher: plain.cipher };
  });

/** The signatures of a detached signature over this content, armored or binary. @throws KeyError MESSAGE_BROKEN, MESSAGE_TOO_LARGE */
export const verified = (signature: Uint8Array, content: Uint8Array, known: readonly PgpKey[], now: Date): PgpSigner[] =>
  asMessage(() => {
    if (content.length > MAX_OPENED_BYTES) throw tooLarge();
    const packets = [...messagePacketsIn(binary(signature))].filter(({ tag }) => tag === TAG.signature);
    const signers = signersOf(
      packets.map(({ body }) => body),
      content,
      known,
      now,
    );
    if (signers.length === 0) throw new PacketError('holds no signature');
    return signers;
  });

/** Octets that are no packets become a message that is damaged. */
function asMessage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof PacketError ? new KeyError({ code: 'MESSAGE_BROKEN' }) : error;
  }
}

function binary(message: Uint8Array): Uint8Array {
  if (message.length > MAX_OPENED_BYTES * 1.4) throw tooLarge();
  const text = Buffer.from(message.buffer, message.byteOffset, message.length).toString('latin1');
  if (!isArmored(text)) return message;
  for (const { octets } of armoredBlocks(text)) return octets;
  throw new PacketError('holds no block');
}

function partsOf(octets: Uint8Array): { readonly keys: EncryptedKey[]; readonly data: Uint8Array } {
  const keys: EncryptedKey[] = [];
  for (const { tag, body } of messagePacketsIn(octets)) {
    if (tag === TAG.sessionKey && keys.length < 10_000) keys.push(...readableKey(body));
    if (tag === TAG.protected) return { keys, data: body };
    // Without protection of its integrity anything could have been put into it.
    if (tag === TAG.unprotected) throw new KeyError({ code: 'MESSAGE_ALTERED' });
    if (tag === TAG.literal || tag === TAG.compressed) break;
  }
  throw new PacketError('holds nothing that is encrypted');
}

/** Those of other versions are for others. */
function readableKey(body: Uint8Array): EncryptedKey[] {
  try {
    return [encryptedKeyIn(body)];
  } catch {
    return [];
  }
}

function opened(
  keys: readonly EncryptedKey[],
  data: Uint8Array,
  identities: readonly PgpIdentity[],
): { identity: PgpIdentity; plain: Unprotected } {
  let tried = 0;
  for (const identity of identities)
    for (const part of secretParts(identity))
      for (const key of keys.filter((each) => mayOpen(each, part))) {
        tried += 1;
        if (tried > MAX_TRIED_KEYS) break;
        const session = openedKey(key, part);
        const plain = session && attempt(() => unprotected(data, session));
        if (plain) return { identity, plain };
      }
  throw new KeyError({ code: tried === 0 ? 'NOT_ENCRYPTED_FOR_ANY' : 'MESSAGE_ALTERED' });
}

/** A key that does not fit is one more try; a cipher that is not known here is none for any. */
function attempt(open: () => Unprotected): Unprotected | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof KeyError && error.problem.code === 'MESSAGE_ALTERED') return undefined;
    throw error;
  }
}

interface Content {
  readonly content: Uint8Array;
  /** Bodies of signature packets. */
  readonly signatures: readonly Uint8Array[];
}

/** The one literal packet, what it is compressed in taken off, and the signatures around it. */
function contentOf(octets: Uint8Array, layer = 0): Content {
  if (layer > MAX_LAYERS) throw new PacketError('is compressed too often');
  let content: Uint8Array | undefined;
  const signatures: Uint8Array[] = [];
  for (const { tag, body } of messagePacketsIn(octets)) {
    if (tag === TAG.signature) signatures.push(body);
    else if (tag === TAG.compressed && !content) {
      const inner = contentOf(decompressed(body), layer + 1);
      content = inner.content;
      signatures.push(...inner.signatures);
    } else if (tag === TAG.literal && !content) content = literalOf(body);
    else if (tag === TAG.literal || tag === TAG.compressed) throw new PacketError('holds two contents');
  }
  if (!content) throw new PacketError('holds no content');
  return { content, signatures };
}

function literalOf(body: Uint8Array): Uint8Array {
  const octets = new Octets(body);
  octets.take(1);
  octets.counted(1);
  octets.take(4);
  return octets.rest();
}

function decompressed(body: Uint8Array): Uint8Array {
  const [id] = body;
  const octets = body.subarray(1);
  const options = { maxOutputLength: MAX_OPENED_BYTES };
  if (id === COMPRESSIONS.none) return octets;
  if (id !== COMPRESSIONS.zip && id !== COMPRESSIONS.zlib)
    throw new KeyError({ code: 'CIPHER_UNKNOWN', params: { algorithm: id === 3 ? 'BZip2' : `OpenPGP compression ${id}` } });
  try {
    return id === COMPRESSIONS.zip ? inflateRawSync(octets, options) : inflateSync(octets, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new PacketError('is compressed wrongly');
  }
}

const signersOf = (bodies: readonly Uint8Array[], content: Uint8Array, known: readonly PgpKey[], now: Date): PgpSigner[] =>
  bodies.slice(0, MAX_SIGNERS).map((body) => signerOf(new SignaturePacket(body), content, known, now));
