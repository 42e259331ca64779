import { createHash, timingSafeEqual } from 'node:crypto';
import type { KeyProblem } from '#contract/keys/problems';
import { HASHES, type HashName, hashNamed, OID } from '#mail/secure/smime/asn1/oids';
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
import { oidOf, timeOf } from '#mail/secure/smime/asn1/values';
import { capabilitiesOf } from '#mail/secure/smime/cms/capabilities';
import { asMessage, collectedMessage } from '#mail/secure/smime/cms/decrypt';
import { identifierOf, names } from '#mail/secure/smime/cms/opened-key';
import { hashText, isSignatureOf, isWeak, type SignatureAlgorithm, signatureAlgorithm } from '#mail/secure/smime/signature';
import type { Certificate } from '#mail/secure/smime/x509/certificate';
import { MAX_CERTIFICATES, readCertificate } from '#mail/secure/smime/x509/files';
import { keyWeakness } from '#mail/secure/smime/x509/strength';
import type { OctetStream } from '#mail/secure/types';

/** One signature of a message. Whether its certificate is for the sender and trusted is for `judgeCertificate`. */
export interface Signer {
  /** Absent where neither the message nor the caller has it. */
  readonly certificate?: Certificate | undefined;
  /** The signature is that of the certificate over this content. */
  readonly valid: boolean;
  /** Why it is not. */
  readonly problem?: KeyProblem | undefined;
  /** As the signer claims. */
  readonly signingTime?: Date | undefined;
  /** Object identifiers of what the signer's program takes; counts of a valid signature alone. */
  readonly capabilities: readonly string[];
}
export interface Verified {
  /** What was signed, where the message holds it. */
  readonly content?: Uint8Array | undefined;
  readonly signers: readonly Signer[];
  /** Everything the message brought: signers and authorities. */
  readonly certificates: readonly Certificate[];
}

/** Signatures of one message that are looked at. */
const MAX_SIGNERS = 10;

/**
 * Checks the signatures of a SignedData (RFC 5652 §5.6), DER or BER; `content` is what a detached one signs, in canonical form.
 * No signer comes out of one that only carries certificates.
 * @throws KeyError MESSAGE_BROKEN, MESSAGE_TOO_LARGE, CIPHER_UNKNOWN
 */
export async function verified(
  message: OctetStream | Uint8Array,
  content?: OctetStream | Uint8Array,
  known: readonly Certificate[] = [],
): Promise<Verified> {
  const octets = await collectedMessage(message);
  const detached = content && (await collectedMessage(content));
  return asMessage(() => check(octets, detached, known));
}

function check(octets: Uint8Array, detached: Uint8Array | undefined, known: readonly Certificate[]): Verified {
  const info = fieldsOf(elementAt(octets));
  if (oidOf(info.next()) !== OID.signedData) throw new Asn1Error('is not signed');
  const fields = fieldsOf(inner(info.next(constructed(0))));
  fields.next(TAG.integer);
  fields.next(TAG.set);
  const encapsulated = fieldsOf(fields.next());
  const contentType = encapsulated.next(TAG.oid);
  const held = encapsulated.isAtEnd ? undefined : octetString(inner(encapsulated.next(constructed(0))));
  const certificates = certificatesIn(fields.optional(constructed(0)));
  fields.optional(constructed(1));
  const content = held ?? detached;
  const signers = [...fieldsOf(fields.next(TAG.set), TAG.set).rest()].slice(0, MAX_SIGNERS);
  const digests = new Map<HashName, Buffer>();
  const digestOf = (name: HashName): Buffer => digests.get(name) ?? remember(digests, name, content ?? new Uint8Array());
  return {
    ...(held ? { content: held } : {}),
    signers: signers.map((each) => signerOf(each, { contentType, content, digestOf, among: [...certificates, ...known] })),
    certificates,
  };
}

function remember(digests: Map<HashName, Buffer>, name: HashName, content: Uint8Array): Buffer {
  const digest = createHash(name).update(content).digest();
  digests.set(name, digest);
  return digest;
}

function certificatesIn(list: Element | undefined): Certificate[] {
  const all = list ? [...within(list).rest()].filter(({ tag }) => tag === TAG.sequence) : [];
  return all.slice(0, MAX_CERTIFICATES).flatMap(({ bytes }) => readCertificate(bytes) ?? []);
}

interface Signed {
  readonly contentType: Element;
  readonly content: Uint8Array | undefined;
  readonly digestOf: (name: HashName) => Buffer;
  readonly among: readonly Certificate[];
}

function signerOf(info: Element, signed: Signed): Signer {
  const fields = fieldsOf(info);
  fields.next(TAG.integer);
  const identifier = identifierOf(fields.next(), primitive(0));
  const certificate = signed.among.find((each) => names(identifier, each));
  const digestOid = oidOf(fieldsOf(fields.next()).next());
  const attributes = fields.optional(constructed(0));
  const used = signatureAlgorithm(fields.next(TAG.sequence), hashNamed(digestOid));
  const signature = octetString(fields.next());
  const said = attributes ? attributesOf(attributes) : new Map<string, Element>();
  const signingTime = said.get(OID.signingTime);
  const problem = signatureProblem({ used, digest: hashNamed(digestOid), attributes, said, signature, certificate }, signed);
  return {
    certificate,
    valid: problem === undefined,
    ...(problem ? { problem } : {}),
    ...(signingTime ? { signingTime: timeOf(signingTime) } : {}),
    capabilities: capabilitiesOf(said.get(OID.smimeCapabilities)?.bytes),
  };
}

/** Signed attributes with one value each, by object identifier; one that comes twice is refused (RFC 5652 §11). */
function attributesOf(element: Element): Map<string, Element> {
  const found = new Map<string, Element>();
  for (const each of within(element).rest()) {
    const fields = fieldsOf(each);
    const oid = oidOf(fields.next());
    if (found.has(oid)) throw new Asn1Error('has an attribute twice');
    const values = fieldsOf(fields.next(TAG.set), TAG.set);
    if (!values.isAtEnd) found.set(oid, values.next());
  }
  return found;
}

interface SignatureFields {
  readonly used: SignatureAlgorithm | undefined;
  readonly digest: HashName | undefined;
  readonly attributes: Element | undefined;
  readonly said: ReadonlyMap<string, Element>;
  readonly signature: Uint8Array;
  readonly certificate: Certificate | undefined;
}

function signatureProblem(fields: SignatureFields, signed: Signed): KeyProblem | undefined {
  const { used, digest, certificate } = fields;
  if (!used || !digest) return { code: 'CIPHER_UNKNOWN' };
  if (HASHES[digest].weak || isWeak(used)) return { code: 'MESSAGE_SIGNATURE_WEAK', params: { algorithm: hashText(digest) } };
  if (signed.content === undefined || (fields.attributes && !isAbout(fields, digest, signed))) return { code: 'SIGNATURE_INVALID' };
  if (!certificate) return { code: 'SIGNER_UNKNOWN' };
  const weakness = keyWeakness(certificate);
  if (weakness) return weakness;
  const key = certificate.usableKey;
  // Without attributes the content itself is what is signed (RFC 5652 §5.4).
  const octets = fields.attributes ? Buffer.concat([Buffer.of(TAG.set), fields.attributes.bytes.subarray(1)]) : signed.content;
  return key && isSignatureOf(used, key, octets, fields.signature) ? undefined : { code: 'SIGNATURE_INVALID' };
}

/** Whether the attributes are about this content: its type and its digest (RFC 5652 §11.1, §11.2). */
function isAbout({ said }: SignatureFields, digest: HashName, { contentType, digestOf }: Signed): boolean {
  const [type, claimed] = [said.get(OID.contentType), said.get(OID.messageDigest)];
  if (!type || !claimed || Buffer.compare(type.bytes, contentType.bytes) !== 0) return false;
  const octets = octetString(claimed);
  const actual = digestOf(digest);
  return octets.length === actual.length && timingSafeEqual(octets, actual);
}
