import { OID } from '#mail/secure/smime/asn1/oids';
import {
  Asn1Error,
  constructed,
  type Element,
  elementAt,
  fieldsOf,
  inner,
  octetString,
  primitive,
  TAG,
  within,
} from '#mail/secure/smime/asn1/read';
import { booleanOf, namedBits, oidOf, smallInteger } from '#mail/secure/smime/asn1/values';
import { type Name, nameOf } from '#mail/secure/smime/x509/names';

/** Extensions of certificates (RFC 5280 §4.2) that mail needs. */

/** Entries of one list: more are not read. */
const MAX_ENTRIES = 1000;

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Names of the general kinds that count for mail (RFC 5280 §4.2.1.6, RFC 9598). */
export interface GeneralNames {
  /** rfc822Name and SmtpUTF8Mailbox, as written, whatever they hold. */
  readonly mailboxes: readonly string[];
  readonly directoryNames: readonly Name[];
  readonly uris: readonly string[];
}

/** Bits of KeyUsage (RFC 5280 §4.2.1.3). */
export const KEY_USAGE = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
};

/** The Extensions of a certificate, CRL or OCSP response; of an extension that comes twice, which is not allowed, both are given. */
export function* extensionsOf(list: Element): Generator<Extension> {
  fieldsOf(list);
  for (const each of entriesOf(list)) {
    const fields = fieldsOf(each);
    const oid = oidOf(fields.next());
    const critical = fields.optional(TAG.boolean);
    yield { oid, critical: critical ? booleanOf(critical) : false, value: octetString(fields.next()) };
  }
}

function* entriesOf(list: Element): Generator<Element> {
  let count = 0;
  for (const each of within(list).rest()) {
    count += 1;
    if (count > MAX_ENTRIES) throw new Asn1Error('has too many entries');
    yield each;
  }
}

const ascii = (octets: Uint8Array): string => Buffer.from(octets.subarray(0, 2048)).toString('latin1');

/** The names in a GeneralNames, whatever its tag. */
export const generalNames = (list: Element): GeneralNames => namesOf(entriesOf(list));

function namesOf(entries: Iterable<Element>): GeneralNames {
  const found = { mailboxes: [] as string[], directoryNames: [] as Name[], uris: [] as string[] };
  for (const each of entries) {
    if (each.tag === primitive(1)) found.mailboxes.push(ascii(each.content));
    else if (each.tag === constructed(4)) found.directoryNames.push(nameOf(inner(each)));
    else if (each.tag === primitive(6)) found.uris.push(ascii(each.content));
    else if (each.tag === constructed(0)) found.mailboxes.push(...smtpUtf8Mailbox(each));
  }
  return found;
}

function smtpUtf8Mailbox(otherName: Element): string[] {
  const fields = within(otherName);
  if (oidOf(fields.next()) !== OID.smtpUtf8Mailbox) return [];
  const value = inner(fields.next(constructed(0)));
  return value.tag === TAG.utf8String ? [Buffer.from(value.content.subarray(0, 1024)).toString('utf8')] : [];
}

export interface BasicConstraints {
  readonly isAuthority: boolean;
  /** Certificates of authorities that may follow; absent: any number. */
  readonly pathLength?: number;
}
function basicConstraints(value: Uint8Array): BasicConstraints {
  const fields = fieldsOf(elementAt(value));
  const authority = fields.optional(TAG.boolean);
  const length = fields.optional(TAG.integer);
  return { isAuthority: authority ? booleanOf(authority) : false, ...(length ? { pathLength: smallInteger(length) } : {}) };
}

const keyUsage = (value: Uint8Array): ReadonlySet<number> => namedBits(elementAt(value));
const extKeyUsage = (value: Uint8Array): string[] => [...entriesOf(listOf(value))].map(oidOf);
/** A SEQUENCE OF. */
const listOf = (value: Uint8Array): Element => {
  const list = elementAt(value);
  fieldsOf(list);
  return list;
};

/** The keyIdentifier of an authorityKeyIdentifier, in hexadecimal. */
function authorityKeyId(value: Uint8Array): string | undefined {
  const id = fieldsOf(elementAt(value)).optional(primitive(0));
  return id ? Buffer.from(id.content).toString('hex') : undefined;
}
const subjectKeyId = (value: Uint8Array): string => Buffer.from(octetString(elementAt(value))).toString('hex');

/** Addresses of complete CRLs (RFC 5280 §4.2.1.13): points without reasons and without another issuer. */
function crlAddresses(value: Uint8Array): string[] {
  return [...entriesOf(listOf(value))].flatMap((point) => {
    const fields = fieldsOf(point);
    const name = fields.optional(constructed(0));
    if (!name || !fields.isAtEnd) return [];
    const full = inner(name);
    return full.tag === constructed(0) ? generalNames(full).uris : [];
  });
}

/** Addresses of one access method of authorityInfoAccess (RFC 5280 §4.2.2.1). */
function accessAddresses(value: Uint8Array, method: string): string[] {
  return [...entriesOf(listOf(value))].flatMap((description) => {
    const fields = fieldsOf(description);
    return oidOf(fields.next()) === method ? namesOf([fields.next()]).uris : [];
  });
}

export interface NameConstraints {
  readonly permitted: GeneralNames | undefined;
  readonly excluded: GeneralNames | undefined;
}
/** The subtrees of nameConstraints (RFC 5280 §4.2.1.10). */
function nameConstraints(value: Uint8Array): NameConstraints {
  const fields = fieldsOf(elementAt(value));
  const subtrees = (list: Element | undefined) => list && namesOf([...entriesOf(list)].map((subtree) => fieldsOf(subtree).next()));
  const permitted = subtrees(fields.optional(constructed(0)));
  return { permitted, excluded: subtrees(fields.optional(constructed(1))) };
}

/** What the extensions of a certificate say. */
export interface Statements {
  /** Undefined: for any use. */
  readonly keyUsage: ReadonlySet<number> | undefined;
  /** Undefined: for any purpose. */
  readonly purposes: readonly string[] | undefined;
  readonly alternativeNames: GeneralNames | undefined;
  readonly basicConstraints: BasicConstraints | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /**
   * Where CRLs of its issuer are, where its issuer answers OCSP, and where its issuer's certificate is (RFC 5280 §4.2.1.13, §4.2.2.1). As
   * written: `ldap:` too, and addresses of inner networks, which whoever fetches them must refuse.
   */
  readonly crlAddresses: readonly string[];
  readonly ocspAddresses: readonly string[];
  readonly issuerAddresses: readonly string[];
  /** A critical extension that is not understood. */
  readonly unknownCritical: string | undefined;
  /** The SMIMECapabilities, encoded (RFC 4262). */
  readonly capabilities: Uint8Array | undefined;
}

/** Extensions that are understood, or say nothing that matters where every policy is welcome (RFC 5280 §6.1). */
const UNDERSTOOD = new Set<string>([
  OID.keyUsage,
  OID.subjectAltName,
  OID.issuerAltName,
  OID.basicConstraints,
  OID.nameConstraints,
  OID.crlDistributionPoints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.policyConstraints,
  OID.inhibitAnyPolicy,
  OID.authorityKeyIdentifier,
  OID.subjectKeyIdentifier,
  OID.extKeyUsage,
  OID.authorityInfoAccess,
  OID.ocspNoCheck,
]);

/** @throws Asn1Error, also where an extension comes twice */
export function statementsOf(extensions: readonly Extension[]): Statements {
  if (new Set(extensions.map(({ oid }) => oid)).size < extensions.length) throw new Asn1Error('has an extension twice');
  const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | undefined => {
    const value = extensions.find((each) => each.oid === oid)?.value;
    return value && reader(value);
  };
  return {
    keyUsage: read(OID.keyUsage, keyUsage),
    purposes: read(OID.extKeyUsage, extKeyUsage),
    alternativeNames: read(OID.subjectAltName, (value) => generalNames(listOf(value))),
    basicConstraints: read(OID.basicConstraints, basicConstraints),
    nameConstraints: read(OID.nameConstraints, nameConstraints),
    subjectKeyId: read(OID.subjectKeyIdentifier, subjectKeyId),
    authorityKeyId: read(OID.authorityKeyIdentifier, authorityKeyId),
    crlAddresses: read(OID.crlDistributionPoints, crlAddresses) ?? [],
    ocspAddresses: read(OID.authorityInfoAccess, (value) => accessAddresses(value, OID.ocsp)) ?? [],
    issuerAddresses: read(OID.authorityInfoAccess, (value) => accessAddresses(value, OID.caIssuers)) ?? [],
    unknownCritical: extensions.find(({ oid, critical }) => critical && !UNDERSTOOD.has(oid))?.oid,
    capabilities: read(OID.smimeCapabilities, (value) => value),
  };
}
