import { createDecipheriv } from 'node:crypto';
import { OID } from '#mail/secure/smime/asn1/oids';
import {
  Asn1Error,
  constructed,
  type Element,
  elementAt,
  type Fields,
  fieldsOf,
  inner,
  octetString,
  octetsOf,
  primitive,
  TAG,
} from '#mail/secure/smime/asn1/read';
import { oidOf } from '#mail/secure/smime/asn1/values';
import { type ContentCipher, cipherWithOid } from '#mail/secure/smime/cms/ciphers';
import { collected } from '#mail/secure/smime/cms/octets';
import { type Identifier, names, type Recipient, recipientsOf } from '#mail/secure/smime/cms/opened-key';
import type { SmimeIdentity } from '#mail/secure/smime/identity';
import { KeyError, type OctetStream } from '#mail/secure/types';

/** Octets of a message that is opened, at most: it is held in memory, so that nothing of one that was altered gets out. */
export const MAX_OPENED_BYTES = 64 * 1024 * 1024;

export interface Decrypted {
  readonly content: Buffer;
  /** Whose key opened it. */
  readonly identity: SmimeIdentity;
  /** Such as `AES-256-CBC`. */
  readonly cipher: string;
  /** Whether the cipher itself notices what was altered. */
  readonly isAuthenticated: boolean;
  /** Such as `RSA-OAEP`. */
  readonly transport: string;
  /** Whom the message names as its readers. */
  readonly readers: readonly Identifier[];
}

/**
 * Opens an EnvelopedData or AuthEnvelopedData, DER or BER, with the first identity that it is encrypted for.
 * @throws KeyError NOT_ENCRYPTED_FOR_ANY, MESSAGE_ALTERED, MESSAGE_BROKEN, MESSAGE_TOO_LARGE, CIPHER_UNKNOWN
 */
export async function decrypted(message: OctetStream | Uint8Array, identities: readonly SmimeIdentity[]): Promise<Decrypted> {
  const octets = await collectedMessage(message);
  return asMessage(() => open(octets, identities));
}

/** A message in memory. @throws KeyError MESSAGE_TOO_LARGE */
export async function collectedMessage(message: OctetStream | Uint8Array): Promise<Uint8Array> {
  try {
    return await collected(message, MAX_OPENED_BYTES);
  } catch (error) {
    throw error instanceof RangeError ? new KeyError({ code: 'MESSAGE_TOO_LARGE', params: { limit: '64 MB' } }) : error;
  }
}

/** Encodings that are none become a message that is damaged. */
export function asMessage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Asn1Error ? new KeyError({ code: 'MESSAGE_BROKEN' }) : error;
  }
}

function open(octets: Uint8Array, identities: readonly SmimeIdentity[]): Decrypted {
  const info = fieldsOf(elementAt(octets));
  const kind = oidOf(info.next());
  if (kind !== OID.envelopedData && kind !== OID.authEnvelopedData)
    throw new KeyError({ code: 'CIPHER_UNKNOWN', params: { algorithm: kind } });
  const fields = fieldsOf(inner(info.next(constructed(0))));
  fields.next(TAG.integer);
  fields.optional(constructed(0));
  const recipients = [...recipientsOf(fields.next(TAG.set))];
  const content = contentOf(fields.next());
  const mac = kind === OID.authEnvelopedData ? macOf(fields) : undefined;
  const keys = contentKeys(recipients, identities, content.cipher);
  for (const { key, identity, transport } of keys) {
    const plain = plainOf(content, key, mac);
    if (plain) {
      const { text, mode } = content.cipher;
      return {
        content: plain,
        identity,
        cipher: text,
        isAuthenticated: mode === 'gcm',
        transport,
        readers: recipients.map(({ identifier }) => identifier),
      };
    }
  }
  throw new KeyError({ code: keys.length === 0 ? 'NOT_ENCRYPTED_FOR_ANY' : 'MESSAGE_ALTERED' });
}

/** A key for each identity that the message names; one that does not come out right is a random one's like. */
function contentKeys(recipients: readonly Recipient[], identities: readonly SmimeIdentity[], cipher: ContentCipher) {
  return recipients.flatMap(({ identifier, transport, open: openKey }) =>
    identities
      .filter(({ certificate }) => names(identifier, certificate))
      .map((identity) => ({ identity, transport, key: keyOrNone(() => openKey(identity), cipher.keyOctets) })),
  );
}

function keyOrNone(read: () => Uint8Array, size: number): Uint8Array | undefined {
  try {
    const key = read();
    return key.length === size ? key : undefined;
  } catch {
    return undefined;
  }
}

interface Content {
  readonly cipher: ContentCipher;
  readonly iv: Uint8Array;
  readonly octets: Uint8Array;
}

/** EncryptedContentInfo (RFC 5652 §6.1). */
function contentOf(element: Element): Content {
  const fields = fieldsOf(element);
  fields.next(TAG.oid);
  const algorithm = fieldsOf(fields.next());
  const oid = oidOf(algorithm.next());
  const cipher = cipherWithOid(oid);
  if (!cipher) throw new KeyError({ code: 'CIPHER_UNKNOWN', params: { algorithm: oid } });
  const parameters = algorithm.next();
  const iv = octetString(cipher.mode === 'gcm' ? fieldsOf(parameters).next() : parameters);
  const octets = fields.next();
  if (octets.tag !== primitive(0) && octets.tag !== constructed(0)) throw new Asn1Error('has no content');
  return { cipher, iv, octets: octetsOf(octets) };
}

/** The authenticated attributes, as a SET, and the mac of AuthEnvelopedData (RFC 5083 §2.1). */
function macOf(fields: Fields): { readonly attributes: Uint8Array; readonly mac: Uint8Array } {
  const attributes = fields.optional(constructed(1));
  const asSet = attributes ? Buffer.concat([Buffer.of(TAG.set), attributes.bytes.subarray(1)]) : new Uint8Array();
  return { attributes: asSet, mac: octetString(fields.next()) };
}

function plainOf(
  { cipher, iv, octets }: Content,
  key: Uint8Array | undefined,
  mac: ReturnType<typeof macOf> | undefined,
): Buffer | undefined {
  // A cipher without authentication stays one in whatever it is wrapped, and one with it needs its mac.
  if (!key || (cipher.mode === 'gcm') !== (mac !== undefined)) return undefined;
  try {
    if (cipher.mode === 'cbc') {
      const decipher = createDecipheriv(cipher.openssl, key, iv);
      return Buffer.concat([decipher.update(octets), decipher.final()]);
    }
    const decipher = createDecipheriv(cipher.openssl, key, iv, { authTagLength: mac?.mac.length ?? 0 });
    decipher.setAAD(mac?.attributes ?? new Uint8Array());
    decipher.setAuthTag(mac?.mac ?? new Uint8Array());
    return Buffer.concat([decipher.update(octets), decipher.final()]);
  } catch {
    return undefined;
  }
}
