import type { KeyProblem } from '#contract/keys/problems';
import { OID } from '#mail/secure/smime/asn1/oids';
import { Asn1Error, constructed, elementAt, fieldsOf, inner, TAG, within } from '#mail/secure/smime/asn1/read';
import { oidOf } from '#mail/secure/smime/asn1/values';
import { bareBase64, isPem, pemBlocks, textOfFile } from '#mail/secure/smime/pem';
import { Certificate } from '#mail/secure/smime/x509/certificate';

/** Octets of a file with certificates, and certificates of one, at most. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
export const MAX_CERTIFICATES = 200;

export interface ParsedCertificates {
  /** Each once, in the file's order. */
  readonly certificates: Certificate[];
  readonly problems: KeyProblem[];
}

/** Candidates in a file: octets that should be one certificate each. */
type Candidates = Iterable<Uint8Array>;

/**
 * The certificates of a file: DER, PEM with any number of blocks, PKCS #7 in either form (.p7b, .p7c), or bare base64. Never throws: what
 * cannot be read becomes a problem, and the others are still given.
 */
export function parseCertificates(input: Uint8Array | string): ParsedCertificates {
  if (input.length > MAX_FILE_BYTES) return { certificates: [], problems: [{ code: 'FILE_TOO_LARGE', params: { limit: '10 MB' } }] };
  const found = new Map<string, Certificate>();
  let broken = 0;
  let seen = 0;
  const problems: KeyProblem[] = [];
  try {
    for (const candidate of candidatesIn(input)) {
      seen += 1;
      if (seen > MAX_CERTIFICATES) {
        problems.push({ code: 'TOO_MANY_KEYS', params: { limit: String(MAX_CERTIFICATES) } });
        break;
      }
      const certificate = readCertificate(candidate);
      if (certificate) found.set(certificate.fingerprint, certificate);
      else broken += 1;
    }
  } catch (error) {
    if (!(error instanceof Asn1Error)) throw error;
    broken += 1;
  }
  if (broken > 0) problems.push({ code: 'CERTIFICATE_BROKEN' });
  if (found.size === 0 && problems.length === 0) problems.push({ code: 'FILE_UNREADABLE' });
  return { certificates: [...found.values()], problems };
}

/** Undefined for what is no certificate. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  try {
    return new Certificate(der);
  } catch (error) {
    if (error instanceof Asn1Error) return undefined;
    throw error;
  }
}

function candidatesIn(input: Uint8Array | string): Candidates {
  const text = typeof input === 'string' ? input : textOfFile(input);
  if (text !== undefined && isPem(text)) return pemCandidates(text);
  const octets = text === undefined ? input : bareBase64(text);
  return octets instanceof Uint8Array && octets.length > 0 ? derCandidates(octets) : [];
}

function* pemCandidates(text: string): Generator<Uint8Array> {
  for (const { label, octets } of pemBlocks(text)) {
    if (/^(?:X509 )?CERTIFICATE$/.test(label)) yield octets;
    // OpenSSL's own form: what it trusts the certificate for comes after it.
    else if (label === 'TRUSTED CERTIFICATE') yield elementAt(octets).bytes;
    else if (/^(?:PKCS ?#?7(?: SIGNED DATA)?|CMS)$/.test(label)) yield* certificatesOfCms(octets);
  }
}

function* derCandidates(octets: Uint8Array): Generator<Uint8Array> {
  if (octets[0] !== TAG.sequence) return;
  const whole = elementAt(octets);
  const first = elementAt(whole.content);
  if (first.tag === TAG.oid) yield* certificatesOfCms(octets);
  else if (first.tag === TAG.sequence) yield whole.bytes;
}

/** The certificates of a SignedData (RFC 5652 §5.1), signed or not. @throws Asn1Error */
export function* certificatesOfCms(octets: Uint8Array): Generator<Uint8Array> {
  const info = fieldsOf(elementAt(octets));
  if (oidOf(info.next()) !== OID.signedData) return;
  const data = fieldsOf(inner(info.next(constructed(0))));
  data.next(TAG.integer);
  data.next(TAG.set);
  data.next(TAG.sequence);
  const list = data.optional(constructed(0));
  if (list) for (const each of within(list).rest()) if (each.tag === TAG.sequence) yield each.bytes;
}
