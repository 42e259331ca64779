import { createCipheriv } from 'node:crypto';
import { OID } from '#mail/secure/smime/asn1/oids';
import { constructed, TAG } from '#mail/secure/smime/asn1/read';
import { algorithm, integer, octets, oid, sequence, setOf } from '#mail/secure/smime/asn1/write';
import { CONTENT_CIPHERS, type KeyTransport, TAG_OCTETS, type WrittenCipher } from '#mail/secure/smime/cms/ciphers';
import { close, inPieces, open, piece } from '#mail/secure/smime/cms/octets';
import { isAgreement, recipientInfo } from '#mail/secure/smime/cms/recipients';
import type { Certificate } from '#mail/secure/smime/x509/certificate';
import { KeyError, type OctetStream, type Random } from '#mail/secure/types';

export interface EncryptOptions {
  readonly content: WrittenCipher;
  /** For readers with an RSA key; the others get theirs by agreement. */
  readonly keyTransport: KeyTransport;
  readonly random: Random;
}

/** Readers of one message at most. */
export const MAX_READERS = 500;

/**
 * A ContentInfo of EnvelopedData (RFC 5652 §6) or, for GCM, AuthEnvelopedData (RFC 5083, RFC 5084), streamed in constant memory as BER of
 * indefinite length. Everything that can be refused is refused before the first octet.
 * @throws KeyError for no reader, too many, or one that cannot be encrypted for
 */
export function encrypted(content: OctetStream, readers: readonly Certificate[], options: EncryptOptions): OctetStream {
  if (readers.length === 0) throw new KeyError({ code: 'NO_KEY' });
  if (readers.length > MAX_READERS) throw new KeyError({ code: 'TOO_MANY_KEYS', params: { limit: String(MAX_READERS) } });
  const { oid: cipherOid, openssl, keyOctets, ivOctets, mode } = CONTENT_CIPHERS[options.content];
  const key = options.random(keyOctets);
  const iv = options.random(ivOctets);
  const recipients = setOf(...readers.map((reader) => recipientInfo(reader, key, options.keyTransport)));
  const parameters = mode === 'gcm' ? sequence(octets(iv), integer(TAG_OCTETS)) : octets(iv);
  const version = mode === 'cbc' && readers.some(isAgreement) ? 2 : 0;
  const head = Buffer.concat([
    open(TAG.sequence),
    oid(mode === 'gcm' ? OID.authEnvelopedData : OID.envelopedData),
    open(constructed(0), TAG.sequence),
    integer(version),
    recipients,
    open(TAG.sequence),
    oid(OID.data),
    algorithm(cipherOid, parameters),
    open(constructed(0)),
  ]);
  return mode === 'gcm' ? gcm(head, content, openssl, key, iv) : cbc(head, content, openssl, key, iv);
}

async function* cbc(head: Buffer, content: OctetStream, name: string, key: Uint8Array, iv: Uint8Array): AsyncGenerator<Buffer> {
  const cipher = createCipheriv(name, key, iv);
  yield head;
  for await (const chunk of inPieces(content)) yield piece(cipher.update(chunk));
  yield Buffer.concat([piece(cipher.final()), close(5)]);
}

type GcmName = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm';
async function* gcm(head: Buffer, content: OctetStream, name: GcmName, key: Uint8Array, iv: Uint8Array): AsyncGenerator<Buffer> {
  const cipher = createCipheriv(name, key, iv, { authTagLength: TAG_OCTETS });
  yield head;
  for await (const chunk of inPieces(content)) yield piece(cipher.update(chunk));
  // [0] and EncryptedContentInfo end; the mac stands beside them.
  yield Buffer.concat([piece(cipher.final()), close(2), octets(cipher.getAuthTag()), close(3)]);
}
