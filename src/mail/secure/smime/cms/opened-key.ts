import { constants, type KeyObject, privateDecrypt } from 'node:crypto';
import { type HashName, hashNamed, OID } from '#mail/secure/smime/asn1/oids';
import {
  Asn1Error,
  constructed,
  type Element,
  elementAt,
  type Fields,
  fieldsOf,
  inner,
  octetString,
  primitive,
  TAG,
  within,
} from '#mail/secure/smime/asn1/read';
import { bitOctets, integerOctets, oidOf } from '#mail/secure/smime/asn1/values';
import { AGREEMENTS, agreedPublicKey, keyEncryptionKey, unwrapped } from '#mail/secure/smime/cms/agreement';
import { KEY_WRAPS } from '#mail/secure/smime/cms/ciphers';
import type { SmimeIdentity } from '#mail/secure/smime/identity';
import { maskHash } from '#mail/secure/smime/signature';
import type { Certificate } from '#mail/secure/smime/x509/certificate';

/** RecipientInfo, read (RFC 5652 §6.2). All throw Asn1Error. */

/** Whom a content's key, or a signature, names: by issuer and serial number, or by key identifier, in hexadecimal. */
export interface Identifier {
  readonly issuerDer?: Uint8Array;
  readonly serial?: Uint8Array;
  readonly keyId?: string;
}
/** One reader of an encrypted message. */
export interface Recipient {
  readonly identifier: Identifier;
  /** Such as `RSA PKCS #1 v1.5`. */
  readonly transport: string;
  /** The content's key. @throws what OpenSSL throws for a key that does not fit, Asn1Error */
  readonly open: (identity: SmimeIdentity) => Uint8Array;
}

/** Readers of one message that are read at most. */
const MAX_RECIPIENTS = 5000;

/** IssuerAndSerialNumber, or the key identifier under `keyIdTag`. */
export function identifierOf(element: Element, keyIdTag: number): Identifier {
  if (element.tag === keyIdTag)
    return { keyId: Buffer.from(keyIdTag & 0x20 ? octetString(inner(element)) : element.content).toString('hex') };
  const fields = fieldsOf(element);
  return { issuerDer: fields.next(TAG.sequence).bytes, serial: integerOctets(fields.next()) };
}

export const names = ({ issuerDer, serial, keyId }: Identifier, certificate: Certificate): boolean =>
  keyId !== undefined
    ? certificate.says.subjectKeyId === keyId
    : isSame(issuerDer, certificate.issuerDer) && isSame(serial, certificate.serial);
const isSame = (one: Uint8Array | undefined, other: Uint8Array): boolean => one !== undefined && Buffer.compare(one, other) === 0;

/** The readers of a message; kinds of RecipientInfo that need no certificate (passwords, shared keys) are passed over. */
export function* recipientsOf(recipientInfos: Element): Generator<Recipient> {
  let count = 0;
  for (const each of fieldsOf(recipientInfos, TAG.set).rest()) {
    if (each.tag === TAG.sequence) yield transported(each);
    else if (each.tag === constructed(1)) yield* agreed(each);
    count += 1;
    if (count >= MAX_RECIPIENTS) return;
  }
}

function transported(info: Element): Recipient {
  const fields = fieldsOf(info);
  fields.next(TAG.integer);
  const identifier = identifierOf(fields.next(), primitive(0));
  const algorithm = fieldsOf(fields.next());
  const oid = oidOf(algorithm.next());
  const key = Buffer.from(octetString(fields.next()));
  const decrypt = (privateKey: KeyObject) => privateDecrypt({ key: privateKey, ...padding(oid, algorithm) }, key);
  return { identifier, transport: TRANSPORTS[oid] ?? oid, open: ({ privateKey }) => decrypt(privateKey) };
}

const TRANSPORTS: Readonly<Record<string, string>> = { [OID.rsaEncryption]: 'RSA PKCS #1 v1.5', [OID.rsaOaep]: 'RSA-OAEP' };

const unknown = (): never => {
  throw new Asn1Error('has an unknown key encryption');
};

/** OpenSSL answers a wrong PKCS #1 v1.5 padding with a key made up from it, so that there is no oracle. */
function padding(oid: string, parameters: Fields): { padding: number; oaepHash?: HashName } {
  if (oid === OID.rsaEncryption) return { padding: constants.RSA_PKCS1_PADDING };
  const oaepHash = oid !== OID.rsaOaep ? undefined : parameters.isAtEnd ? 'sha1' : oaepParameters(parameters.next());
  return oaepHash ? { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash } : unknown();
}

/** RSAES-OAEP-params (RFC 4055 §4.1): one hash for the label and the mask, and no label. */
function oaepParameters(element: Element): HashName | undefined {
  const fields = fieldsOf(element);
  const hashField = fields.optional(constructed(0));
  const maskField = fields.optional(constructed(1));
  const hash = hashField ? hashNamed(oidOf(fieldsOf(inner(hashField)).next())) : 'sha1';
  return hash === (maskField ? maskHash(inner(maskField)) : 'sha1') ? hash : undefined;
}

function* agreed(info: Element): Generator<Recipient> {
  const fields = within(info);
  fields.next(TAG.integer);
  const originator = inner(fields.next(constructed(0)));
  const ukmField = fields.optional(constructed(1));
  const ukm = ukmField && octetString(inner(ukmField));
  const algorithm = fieldsOf(fields.next());
  const scheme = oidOf(algorithm.next());
  const wrap = algorithm.isAtEnd ? undefined : algorithm.next(TAG.sequence);
  for (const each of fieldsOf(fields.next()).rest()) {
    const encrypted = fieldsOf(each);
    const identifier = keyAgreeIdentifier(encrypted.next());
    const key = octetString(encrypted.next());
    yield { identifier, transport: `ECDH (${scheme})`, open: (identity) => agreedKey(identity, originator, { scheme, wrap, ukm, key }) };
  }
}

/** IssuerAndSerialNumber, or [0] RecipientKeyIdentifier, whose first field is the key identifier. */
const keyAgreeIdentifier = (element: Element): Identifier =>
  element.tag === constructed(0)
    ? { keyId: Buffer.from(octetString(elementAt(element.content))).toString('hex') }
    : identifierOf(element, constructed(0));

interface Agreement {
  readonly scheme: string;
  readonly wrap: Element | undefined;
  readonly ukm: Uint8Array | undefined;
  readonly key: Uint8Array;
}

function agreedKey({ certificate, privateKey }: SmimeIdentity, originator: Element, { scheme, wrap, ukm, key }: Agreement): Uint8Array {
  const derivation = AGREEMENTS[scheme];
  const wrapOid = wrap && oidOf(fieldsOf(wrap).next());
  const size = wrapOid && KEY_WRAPS[wrapOid]?.keyOctets;
  if (!derivation || !size || originator.tag !== constructed(1)) return unknown();
  const fields = within(originator);
  fields.next(TAG.sequence);
  const publicKey: KeyObject = agreedPublicKey(certificate.key, bitOctets(fields.next()));
  return unwrapped(wrapOid, keyEncryptionKey({ privateKey, publicKey }, derivation, { wrap: wrap.bytes, size, ukm }), key);
}
