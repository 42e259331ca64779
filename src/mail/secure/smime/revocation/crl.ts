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
  within,
} from '#mail/secure/smime/asn1/read';
import { bitOctets, integerOctets, timeOf } from '#mail/secure/smime/asn1/values';
import { isCurrent, type RevocationStatus } from '#mail/secure/smime/revocation/status';
import { isSignatureOf, isWeak, signatureAlgorithm } from '#mail/secure/smime/signature';
import type { Certificate } from '#mail/secure/smime/x509/certificate';
import { extensionsOf, KEY_USAGE } from '#mail/secure/smime/x509/extensions';
import { nameKey, nameOf } from '#mail/secure/smime/x509/names';

/** Octets of a revocation list at most; large authorities have several megabytes. */
export const MAX_CRL_BYTES = 20 * 1024 * 1024;

/** A question about `certificate`, whose issuer's certificate is `issuer`. */
export interface Question {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly now: Date;
}

/**
 * What a revocation list (RFC 5280 §5, DER or PEM's octets) says of a certificate: complete, current, and signed by its issuer's own key.
 * Delta lists, those of other issuers and those of some reasons are `unknown`. Never throws.
 */
export function judgeCrl(octets: Uint8Array, question: Question): RevocationStatus {
  try {
    return octets.length > MAX_CRL_BYTES ? { status: 'unknown' } : judge(octets, question);
  } catch (error) {
    if (error instanceof Asn1Error) return { status: 'unknown' };
    throw error;
  }
}

function judge(octets: Uint8Array, { certificate, issuer, now }: Question): RevocationStatus {
  const outer = fieldsOf(elementAt(octets));
  const tbs = outer.next(TAG.sequence);
  const algorithm = outer.next(TAG.sequence);
  const signature = bitOctets(outer.next());
  const fields = fieldsOf(tbs);
  fields.optional(TAG.integer);
  fields.next(TAG.sequence);
  const isOfIssuer = nameKey(nameOf(fields.next())) === nameKey(certificate.issuer);
  const thisUpdate = timeOf(fields.next());
  const next = fields.optional(TAG.utcTime) ?? fields.optional(TAG.generalizedTime);
  const revoked = fields.optional(TAG.sequence);
  const extensions = fields.optional(constructed(0));
  const used = signatureAlgorithm(algorithm);
  const isSound =
    isOfIssuer &&
    isCurrent(now, thisUpdate, next && timeOf(next)) &&
    coversAll(extensions, certificate) &&
    (issuer.says.keyUsage?.has(KEY_USAGE.cRLSign) ?? true) &&
    used !== undefined &&
    !isWeak(used) &&
    issuer.usableKey !== undefined &&
    isSignatureOf(used, issuer.usableKey, tbs.bytes, signature);
  return isSound ? find(revoked, certificate.serial) : { status: 'unknown' };
}

/** Whether a list is one of all reasons, by the issuer itself, for certificates of this kind (RFC 5280 §5.2). */
function coversAll(extensions: Element | undefined, certificate: Certificate): boolean {
  if (!extensions) return true;
  for (const { oid, critical, value } of extensionsOf(inner(extensions))) {
    if (oid === OID.deltaCrlIndicator) return false;
    if (oid === OID.issuingDistributionPoint) {
      if (!isPointFor(fieldsOf(elementAt(value)), certificate)) return false;
    } else if (critical) return false;
  }
  return true;
}

/** IssuingDistributionPoint (RFC 5280 §5.2.5). The name of the point is where the list was fetched from. */
function isPointFor(fields: Fields, certificate: Certificate): boolean {
  const said = new Map([...fields.rest()].map((each) => [each.tag, each.content]));
  const flag = (number: number): boolean => (said.get(primitive(number))?.[0] ?? 0) !== 0;
  if (flag(4) || flag(5) || said.has(primitive(3))) return false;
  return certificate.isAuthority ? !flag(1) : !flag(2);
}

function find(revoked: Element | undefined, serial: Uint8Array): RevocationStatus {
  for (const entry of revoked ? within(revoked).rest() : []) {
    const fields = fieldsOf(entry);
    if (Buffer.compare(integerOctets(fields.next()), serial) !== 0) continue;
    return { status: 'revoked', at: timeOf(fields.next()) };
  }
  return { status: 'good' };
}
