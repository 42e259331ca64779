import { pipeline, Readable, type Transform } from 'node:stream';
import { createDeflate, createDeflateRaw } from 'node:zlib';
import { CIPHERS, COMPRESSIONS, type CompressionName } from '#mail/secure/openpgp/algorithms';
import { armored, armoredStream } from '#mail/secure/openpgp/armor';
import { type PgpIdentity, signingPart } from '#mail/secure/openpgp/keys/identity';
import type { PgpKey } from '#mail/secure/openpgp/keys/key';
import type { SecretPart } from '#mail/secure/openpgp/keys/secret';
import { usablePart } from '#mail/secure/openpgp/keys/usable';
import { type ChoiceSetting, chooseAlgorithms } from '#mail/secure/openpgp/message/choose';
import { protectedByChunks, protectedByDigest } from '#mail/secure/openpgp/message/protect';
import { sessionKeyPacket } from '#mail/secure/openpgp/message/session-key';
import { hashFor, messageSigner } from '#mail/secure/openpgp/message/sign';
import { TAG } from '#mail/secure/openpgp/packet/read';
import { streamedPacket } from '#mail/secure/openpgp/packet/write';
import { KeyError, type OctetStream, type Random } from '#mail/secure/types';

/** OpenPGP messages (RFC 9580 §10.3): encrypted, compressed, signed; streamed in constant memory. */

export interface MessageOptions {
  readonly now: Date;
  readonly random: Random;
}
export interface EncryptOptions extends MessageOptions, ChoiceSetting {
  /** Signs within what is encrypted (RFC 3156 §6.2). */
  readonly sign?: PgpIdentity | undefined;
}

/** Readers of one message at most. */
export const MAX_READERS = 500;

/**
 * A message to these readers, as binary packets. Everything that can be refused is refused before the first octet.
 * @throws KeyError for no reader, too many, or one that cannot be encrypted for; for a signing key that cannot sign
 */
export const encrypted = (content: OctetStream, readers: readonly PgpKey[], options: EncryptOptions): OctetStream =>
  message(content, readers, options).octets;

/** The same as an armored block, CRLF after each line. @throws KeyError as `encrypted` */
export function armoredMessage(content: OctetStream, readers: readonly PgpKey[], options: EncryptOptions): OctetStream {
  const { octets, version } = message(content, readers, options);
  return armoredStream('MESSAGE', octets, version === 1);
}

function message(content: OctetStream, readers: readonly PgpKey[], options: EncryptOptions): { octets: OctetStream; version: 1 | 2 } {
  if (readers.length === 0) throw new KeyError({ code: 'NO_KEY' });
  if (readers.length > MAX_READERS) throw new KeyError({ code: 'TOO_MANY_KEYS', params: { limit: String(MAX_READERS) } });
  const parts = readers.map((reader) => {
    const usable = usablePart(reader, 'encrypt', options.now);
    if ('problem' in usable) throw new KeyError(usable.problem);
    return usable;
  });
  const signer = options.sign && signingPart(options.sign, options.now);
  const { version, cipher, compression } = chooseAlgorithms(
    parts.map(({ state }) => state),
    options,
  );
  const key = options.random(CIPHERS[cipher].keyOctets);
  const keys = parts.map((part) => sessionKeyPacket(part.key, { key, cipherId: CIPHERS[cipher].id, version }));
  const inner = compressed(signer ? signedMessage(content, signer, options) : literal(content), compression);
  const data = version === 2 ? protectedByChunks(inner, key, options.random) : protectedByDigest(inner, cipher, key, options.random);
  return { octets: joined(Buffer.concat(keys), data), version };
}

async function* joined(head: Buffer, rest: OctetStream): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

/** Binary, without a name and a date, which nobody is to rely on (RFC 9580 §5.9). */
const LITERAL_HEAD = Buffer.from([0x62, 0, 0, 0, 0, 0]);
const literal = (content: OctetStream): OctetStream => streamedPacket(TAG.literal, joined(LITERAL_HEAD, content));

async function* signedMessage(content: OctetStream, part: SecretPart, { now, random }: MessageOptions): AsyncGenerator<Uint8Array> {
  const signer = messageSigner(part, now, random);
  yield signer.onePass;
  yield* literal(seen(content, signer.update));
  yield signer.signature();
}

async function* seen(content: OctetStream, see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    see(chunk);
    yield chunk;
  }
}

const COMPRESSORS: Readonly<Record<Exclude<CompressionName, 'none'>, (options: { chunkSize: number }) => Transform>> = {
  zlib: createDeflate,
  zip: createDeflateRaw,
};
/** Octets of one piece that comes out. */
const CHUNK_OCTETS = 65_536;

function compressed(content: OctetStream, name: CompressionName): OctetStream {
  return name === 'none' ? content : streamedPacket(TAG.compressed, compressedBody(content, name));
}
async function* compressedBody(content: OctetStream, name: Exclude<CompressionName, 'none'>): AsyncGenerator<Uint8Array> {
  yield Buffer.of(COMPRESSIONS[name]);
  const source = Readable.from(content, { objectMode: false, highWaterMark: CHUNK_OCTETS });
  const compressor = COMPRESSORS[name]({ chunkSize: CHUNK_OCTETS });
  // Whichever of the two ends first, also when nobody reads on, ends the other.
  yield* pipeline(source, compressor, () => undefined);
}

/** Octets of a message around so many of content to so many readers at most, whatever they compress to. */
export const encryptedSize = (contentOctets: number, readers: number): number =>
  Math.ceil(contentOctets * 1.002) + readers * (16_384 / 8 + 64) + 4_096;

/** Signs content as it passes by: the signature can follow it without a second reading. */
export interface DetachedSigner {
  /** What `micalg` of multipart/signed says (RFC 3156 §5). */
  readonly micalg: string;
  update(chunk: Uint8Array): void;
  /** An armored signature with line feeds; once, after the last chunk. */
  signature(): string;
}

/** @throws KeyError for a key that cannot sign */
export function detachedSigner(identity: PgpIdentity, { now, random }: MessageOptions): DetachedSigner {
  const part = signingPart(identity, now);
  const signer = messageSigner(part, now, random);
  return {
    micalg: `pgp-${hashFor(part)}`,
    update: signer.update,
    signature: () => armored('SIGNATURE', signer.signature(), part.key.version === 4),
  };
}
