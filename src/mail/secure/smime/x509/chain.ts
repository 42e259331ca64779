import type { KeyProblem } from '#contract/keys/problems';
import { OID } from '#mail/secure/smime/asn1/oids';
import { isSignatureOf, signatureAlgorithm } from '#mail/secure/smime/signature';
import { type Certificate, isSameCertificate } from '#mail/secure/smime/x509/certificate';
import { KEY_USAGE, type NameConstraints } from '#mail/secure/smime/x509/extensions';
import { keepsTo } from '#mail/secure/smime/x509/name-constraints';
import { nameKey } from '#mail/secure/smime/x509/names';
import { signatureWeakness } from '#mail/secure/smime/x509/strength';

/**
 * Paths from a certificate to an authority that is trusted (RFC 5280 §6, RFC 4158). Every policy is welcome; revocation is looked at elsewhere.
 */

/** Certificates of one path, and signatures checked in search of one, at most: loops and thickets of cross certificates end there. */
const MAX_PATH = 10;
const MAX_SIGNATURES = 100;

export interface Authorities {
  /** Trusted as they are, whoever issued them. */
  readonly roots: readonly Certificate[];
  /** May stand in between. */
  readonly intermediates: readonly Certificate[];
}

interface Search {
  readonly candidates: ReadonlyMap<string, readonly Certificate[]>;
  readonly trusted: ReadonlySet<string>;
  readonly now: Date;
  signaturesLeft: number;
  /** Why the most promising path failed. */
  problem: KeyProblem | undefined;
}

/** The path from `certificate` up to a trusted one, both included; or why there is none. */
export function pathOf(certificate: Certificate, { roots, intermediates }: Authorities, now: Date): readonly Certificate[] | KeyProblem {
  const all = new Map([...roots, ...intermediates].map((each) => [each.fingerprint, each]));
  const search: Search = {
    candidates: Map.groupBy(all.values(), ({ subject }) => nameKey(subject)),
    trusted: new Set(roots.map(({ fingerprint }) => fingerprint)),
    now,
    signaturesLeft: MAX_SIGNATURES,
    problem: undefined,
  };
  const path = extend(search, [certificate]);
  return path ?? search.problem ?? { code: 'ISSUER_NOT_TRUSTED', params: { issuer: certificate.issuerInShort } };
}

function extend(search: Search, path: readonly Certificate[]): readonly Certificate[] | undefined {
  const last = path.at(-1);
  if (!last) return undefined;
  if (search.trusted.has(last.fingerprint)) return path;
  if (path.length >= MAX_PATH) return undefined;
  for (const issuer of issuersOf(search, last, path)) {
    const problem = issuingProblem(search, path, last, issuer);
    if (problem) search.problem ??= problem;
    const found = problem ? undefined : extend(search, [...path, issuer]);
    if (found) return found;
  }
  return undefined;
}

/** Who may have issued it by name and key identifier, trusted ones first; none twice on one path. */
function issuersOf({ candidates, trusted }: Search, certificate: Certificate, path: readonly Certificate[]): Certificate[] {
  const { authorityKeyId } = certificate.says;
  return (candidates.get(nameKey(certificate.issuer)) ?? [])
    .filter(({ says }) => !authorityKeyId || !says.subjectKeyId || says.subjectKeyId === authorityKeyId)
    .filter((each) => !path.some((other) => isSameCertificate(each, other)))
    .toSorted((one, other) => Number(trusted.has(other.fingerprint)) - Number(trusted.has(one.fingerprint)));
}

/** Why `issuer` cannot stand above `certificate` at the end of this path. */
function issuingProblem(
  search: Search,
  path: readonly Certificate[],
  certificate: Certificate,
  issuer: Certificate,
): KeyProblem | undefined {
  const params = { issuer: certificate.issuerInShort };
  if (search.now < issuer.notBefore || search.now > issuer.notAfter) return { code: 'ISSUER_EXPIRED', params };
  if (!mayIssue(issuer, path)) return { code: 'ISSUER_NOT_ALLOWED', params };
  const weakness = signatureWeakness(certificate, issuer);
  if (weakness) return weakness;
  if (search.signaturesLeft <= 0) return { code: 'ISSUER_NOT_TRUSTED', params };
  search.signaturesLeft -= 1;
  return isSignedBy(certificate, issuer) ? undefined : { code: 'CERTIFICATE_FORGED', params };
}

function mayIssue({ says }: Certificate, path: readonly Certificate[]): boolean {
  const { basicConstraints, keyUsage, purposes, nameConstraints, unknownCritical } = says;
  // Certificates of authorities that were issued to themselves do not count (RFC 5280 §4.2.1.9).
  const below = path.slice(1).filter(({ isSelfIssued }) => !isSelfIssued).length;
  return (
    basicConstraints?.isAuthority === true &&
    below <= (basicConstraints.pathLength ?? MAX_PATH) &&
    (keyUsage?.has(KEY_USAGE.keyCertSign) ?? true) &&
    isForMail(purposes) &&
    unknownCritical === undefined &&
    (nameConstraints === undefined || allKeepTo(path, nameConstraints))
  );
}
const allKeepTo = (path: readonly Certificate[], constraints: NameConstraints): boolean =>
  path.every((each, at) => (at > 0 && each.isSelfIssued) || keepsTo(each, constraints));

/** Whether an extended key usage allows mail (RFC 8550 §4.4.4); none allows everything. */
export const isForMail = (purposes: readonly string[] | undefined): boolean =>
  purposes === undefined || purposes.includes(OID.emailProtection) || purposes.includes(OID.anyExtendedKeyUsage);

/** Whether the signature under `certificate` is that of `issuer`'s key. */
export function isSignedBy({ signed }: Certificate, issuer: Certificate): boolean {
  const used = signatureAlgorithm(signed.algorithm);
  const key = issuer.usableKey;
  return used !== undefined && key !== undefined && isSignatureOf(used, key, signed.octets, signed.signature);
}
