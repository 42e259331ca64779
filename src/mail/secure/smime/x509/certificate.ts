import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import type { KeySummary } from '#contract/keys/keys';
import { OID } from '#mail/secure/smime/asn1/oids';
import {
  Asn1Error,
  constructed,
  type Element,
  elementAt,
  type Fields,
  fieldsOf,
  inner,
  primitive,
  TAG,
} from '#mail/secure/smime/asn1/read';
import { bitOctets, integerOctets, smallInteger, timeOf } from '#mail/secure/smime/asn1/values';
import { extensionsOf, KEY_USAGE, type Statements, statementsOf } from '#mail/secure/smime/x509/extensions';
import { type Name, nameInShort, nameKey, nameOf, nameText } from '#mail/secure/smime/x509/names';
import { type KeyKind, keyKindOf } from '#mail/secure/smime/x509/public-key';
import { KeyError } from '#mail/secure/types';

/** Octets of a certificate at most: one with hundreds of addresses has 30,000. */
export const MAX_CERTIFICATE_BYTES = 256 * 1024;

/** An X.509 certificate (RFC 5280), read and not yet judged. */
export class Certificate {
  readonly der: Uint8Array;
  /** What its issuer signed, with which algorithm, and the signature. */
  readonly signed: { readonly octets: Uint8Array; readonly algorithm: Element; readonly signature: Uint8Array };
  /** The INTEGER's content. */
  readonly serial: Uint8Array;
  /** The encoded Names, as SignerInfo and RecipientInfo repeat them. */
  readonly issuerDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Element;
  readonly key: KeyKind;
  /** SHA-256 of the whole, upper-case hexadecimal. */
  readonly fingerprint: string;
  /** What its extensions say. */
  readonly says: Statements;
  #publicKey: KeyObject | undefined;

  /** @throws Asn1Error */
  constructor(der: Uint8Array) {
    if (der.length > MAX_CERTIFICATE_BYTES) throw new Asn1Error('is too large');
    const whole = elementAt(der);
    if (whole.bytes.length !== der.length) throw new Asn1Error('has something after it');
    this.der = der;
    const outer = fieldsOf(whole);
    const tbs = outer.next(TAG.sequence);
    this.signed = { octets: tbs.bytes, algorithm: outer.next(TAG.sequence), signature: bitOctets(outer.next()) };
    const fields = fieldsOf(tbs);
    const version = fields.optional(constructed(0));
    if (version && smallInteger(inner(version)) > 2) throw new Asn1Error('is of an unknown version');
    this.serial = integerOctets(fields.next());
    // RFC 5280 §4.1.1.2: both fields say the same, or one could be exchanged.
    if (Buffer.compare(fields.next(TAG.sequence).bytes, this.signed.algorithm.bytes) !== 0) throw new Asn1Error('names two algorithms');
    const issuer = fields.next(TAG.sequence);
    const validity = fieldsOf(fields.next());
    const subject = fields.next(TAG.sequence);
    this.issuerDer = issuer.bytes;
    this.subjectDer = subject.bytes;
    this.issuer = nameOf(issuer);
    this.subject = nameOf(subject);
    this.notBefore = timeOf(validity.next());
    this.notAfter = timeOf(validity.next());
    this.spki = fields.next(TAG.sequence);
    this.key = keyKindOf(this.spki);
    this.fingerprint = hash('sha256', der, 'hex').toUpperCase();
    this.says = readStatements(fields);
  }

  /** Undefined for a key that is none, such as a point that is not on its curve. */
  get usableKey(): KeyObject | undefined {
    this.#publicKey ??= readPublicKey(this.spki.bytes);
    return this.#publicKey;
  }
  /** @throws KeyError KEY_UNSAFE for a key that is none */
  get publicKey(): KeyObject {
    const key = this.usableKey;
    if (!key) throw new KeyError({ code: 'KEY_UNSAFE' });
    return key;
  }

  get isSelfIssued(): boolean {
    return nameKey(this.issuer) === nameKey(this.subject);
  }
  get isAuthority(): boolean {
    return this.says.basicConstraints?.isAuthority ?? false;
  }
  get serialHex(): string {
    return Buffer.from(this.serial).toString('hex').toUpperCase();
  }
  get issuerInShort(): string {
    return nameInShort(this.issuer);
  }

  /** Mail addresses as written: those of the alternative names; of the subject only where there are none. */
  get addresses(): readonly string[] {
    const alternative = this.says.alternativeNames?.mailboxes ?? [];
    return (alternative.length > 0 ? alternative : this.subjectAddresses).filter((text) =>
      /^[^\p{Cc}\p{Cf}\s]+@[^\p{Cc}\p{Cf}\s]+$/u.test(text),
    );
  }
  get subjectAddresses(): readonly string[] {
    return this.subject.filter(({ oid }) => oid === OID.emailAddress).map(({ value }) => value);
  }

  get canSign(): boolean {
    const { keyUsage } = this.says;
    const { digitalSignature, nonRepudiation } = KEY_USAGE;
    const isOfKind = ['rsa', 'rsa-pss', 'ec', 'ed25519'].includes(this.key.kind);
    return isOfKind && (keyUsage === undefined || keyUsage.has(digitalSignature) || keyUsage.has(nonRepudiation));
  }
  get canEncrypt(): boolean {
    const { keyAgreement, keyEncipherment, encipherOnly } = KEY_USAGE;
    const { keyUsage } = this.says;
    if (this.key.kind === 'rsa') return keyUsage?.has(keyEncipherment) ?? true;
    if (this.key.kind !== 'ec' && this.key.kind !== 'x25519') return false;
    return keyUsage === undefined || (keyUsage.has(keyAgreement) && !keyUsage.has(encipherOnly));
  }
}

function readStatements(fields: Fields): Statements {
  fields.optional(primitive(1));
  fields.optional(primitive(2));
  const list = fields.optional(constructed(3));
  return statementsOf(list ? [...extensionsOf(inner(list))] : []);
}

function readPublicKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** Whether two certificates are the same one. */
export const isSameCertificate = (one: Certificate, other: Certificate): boolean => one.fingerprint === other.fingerprint;

/** What is shown of a certificate. */
export const summaryOf = (certificate: Certificate): KeySummary => ({
  protocol: 'smime',
  fingerprint: certificate.fingerprint,
  subject: nameText(certificate.subject),
  issuer: nameText(certificate.issuer),
  serial: certificate.serialHex,
  addresses: [...certificate.addresses],
  notBefore: certificate.notBefore.toISOString(),
  notAfter: certificate.notAfter.toISOString(),
  algorithm: certificate.key.text,
  canSign: certificate.canSign,
  canEncrypt: certificate.canEncrypt,
  isAuthority: certificate.isAuthority,
});
