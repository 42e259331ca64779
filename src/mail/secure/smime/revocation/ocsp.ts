import { hash } from 'node:crypto';
import { HASHES, hashNamed, OID } from '#mail/secure/smime/asn1/oids';
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
} from '#mail/secure/smime/asn1/read';
import { bitOctets, integerOctets, oidOf, timeOf } from '#mail/secure/smime/asn1/values';
import { algorithm, explicit, NULL, octets, oid, sequence, tlv } from '#mail/secure/smime/asn1/write';
import type { Question } from '#mail/secure/smime/revocation/crl';
import { isCurrent, type RevocationStatus } from '#mail/secure/smime/revocation/status';
import { isSignatureOf, isWeak, signatureAlgorithm } from '#mail/secure/smime/signature';
import { type Certificate, isSameCertificate } from '#mail/secure/smime/x509/certificate';
import { isSignedBy } from '#mail/secure/smime/x509/chain';
import { KEY_USAGE } from '#mail/secure/smime/x509/extensions';
import { readCertificate } from '#mail/secure/smime/x509/files';

/** Octets of an answer, and certificates and answers in it, at most. */
export const MAX_OCSP_BYTES = 256 * 1024;
const MAX_PARTS = 20;

/** The octets of an issuer's public key, without its algorithm (RFC 6960 §4.1.1, issuerKeyHash). */
function keyOctets(issuer: Certificate): Uint8Array {
  const fields = fieldsOf(issuer.spki);
  fields.next();
  return bitOctets(fields.next());
}

/** CertID over SHA-1, which responders know (RFC 9654 §3.1, RFC 5019 §2.1.1): it names, and protects nothing. */
function certId({ certificate, issuer }: Question): Buffer {
  const digest = (of: Uint8Array): Buffer => octets(hash('sha1', of, 'buffer'));
  const serial = tlv(TAG.integer, certificate.serial);
  return sequence(algorithm(HASHES.sha1.oid, NULL), digest(certificate.issuerDer), digest(keyOctets(issuer)), serial);
}

/** An OCSPRequest about one certificate (RFC 6960 §4.1); `nonce`: 1 to 32 octets that the answer may repeat, left out where answers are made ahead. */
export function ocspRequest(question: Question, nonce?: Uint8Array): Buffer {
  const extensions = nonce ? [explicit(2, sequence(sequence(oid(OID.ocspNonce), octets(octets(nonce)))))] : [];
  return sequence(sequence(sequence(sequence(certId(question))), ...extensions));
}

/**
 * What an OCSPResponse says of a certificate (RFC 6960 §4.2): current, and signed by its issuer or by a responder that the issuer named.
 * Never throws.
 */
export function judgeOcsp(response: Uint8Array, question: Question): RevocationStatus {
  try {
    return response.length > MAX_OCSP_BYTES ? { status: 'unknown' } : judge(response, question);
  } catch (error) {
    if (error instanceof Asn1Error) return { status: 'unknown' };
    throw error;
  }
}

function judge(response: Uint8Array, question: Question): RevocationStatus {
  const fields = fieldsOf(elementAt(response));
  const isSuccessful = fields.next(TAG.enumerated).content[0] === 0;
  if (!isSuccessful || fields.isAtEnd) return { status: 'unknown' };
  const typed = fieldsOf(inner(fields.next(constructed(0))));
  if (oidOf(typed.next()) !== OID.ocspBasic) return { status: 'unknown' };
  const basic = fieldsOf(elementAt(octetString(typed.next())));
  const data = basic.next(TAG.sequence);
  const used = signatureAlgorithm(basic.next(TAG.sequence));
  const signature = bitOctets(basic.next());
  const brought = basic.optional(constructed(0));
  const isGenuine = [question.issuer, ...respondersIn(brought, question)].some(
    ({ usableKey }) =>
      used !== undefined && !isWeak(used) && usableKey !== undefined && isSignatureOf(used, usableKey, data.bytes, signature),
  );
  return isGenuine ? statusIn(data, question) : { status: 'unknown' };
}

/** Responders whom the issuer itself has named as such (RFC 6960 §4.2.2.2). */
function respondersIn(list: Element | undefined, { issuer, now }: Question): Certificate[] {
  const all = list ? [...fieldsOf(inner(list)).rest()].slice(0, MAX_PARTS) : [];
  return all
    .flatMap(({ bytes }) => readCertificate(bytes) ?? [])
    .filter(
      (each) =>
        !isSameCertificate(each, issuer) &&
        (each.says.purposes?.includes(OID.ocspSigning) ?? false) &&
        (each.says.keyUsage?.has(KEY_USAGE.digitalSignature) ?? true) &&
        each.notBefore <= now &&
        now <= each.notAfter &&
        isSignedBy(each, issuer),
    );
}

/** The answer about this certificate in a ResponseData. */
function statusIn(data: Element, question: Question): RevocationStatus {
  const fields = fieldsOf(data);
  fields.optional(constructed(0));
  fields.next();
  fields.next(TAG.generalizedTime);
  let count = 0;
  for (const each of fieldsOf(fields.next()).rest()) {
    count += 1;
    if (count > MAX_PARTS) break;
    const status = singleStatus(each, question);
    if (status) return status;
  }
  return { status: 'unknown' };
}

function singleStatus(element: Element, question: Question): RevocationStatus | undefined {
  const fields = fieldsOf(element);
  if (!isAbout(fields.next(TAG.sequence), question)) return undefined;
  const said = fields.next();
  const thisUpdate = timeOf(fields.next());
  const nextField = fields.optional(constructed(0));
  if (!isCurrent(question.now, thisUpdate, nextField && timeOf(inner(nextField)))) return { status: 'unknown' };
  if (said.tag === primitive(0)) return { status: 'good' };
  return said.tag === constructed(1) ? { status: 'revoked', at: timeOf(elementAt(said.content)) } : { status: 'unknown' };
}

function isAbout(certIdElement: Element, { certificate, issuer }: Question): boolean {
  const fields = fieldsOf(certIdElement);
  const name = hashNamed(oidOf(fieldsOf(fields.next()).next()));
  if (!name) return false;
  const isHash = (field: Element, of: Uint8Array): boolean => Buffer.compare(octetString(field), hash(name, of, 'buffer')) === 0;
  const isOfName = isHash(fields.next(), certificate.issuerDer);
  const isOfKey = isHash(fields.next(), keyOctets(issuer));
  return isOfName && isOfKey && Buffer.compare(integerOctets(fields.next()), certificate.serial) === 0;
}
