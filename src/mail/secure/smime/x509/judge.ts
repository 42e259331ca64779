import type { KeyProblem } from '#contract/keys/problems';
import { addressesOf, isFor } from '#mail/secure/smime/x509/address';
import type { Certificate } from '#mail/secure/smime/x509/certificate';
import { type Authorities, isForMail, pathOf } from '#mail/secure/smime/x509/chain';
import { keyWeakness, signatureWeakness } from '#mail/secure/smime/x509/strength';

/** Whose certificates are taken: anybody's, also self-signed ones, or those of listed authorities. There is no list of ours: roots that systems and browsers bring are trusted for servers, not for mail, and whom to trust is for the site to say. */
export type Trust = { readonly mode: 'any' } | ({ readonly mode: 'listed' } & Authorities);

export interface CertificateUse {
  /** Absent: not looked at, as with the certificate of a domain's gateway. */
  readonly address?: string | undefined;
  readonly now: Date;
  readonly use: 'sign' | 'encrypt';
  /** Addresses in the subject count where the alternative names hold none. */
  readonly subjectAddresses: boolean;
  readonly trust: Trust;
}

/** Why a certificate cannot be used so; nothing when it can (RFC 8550). Revocation is for `revocation/`. Bounded in time for any certificate. */
export function judgeCertificate(certificate: Certificate, use: CertificateUse): KeyProblem[] {
  const found = [
    addressProblem(certificate, use),
    timeProblem(certificate, use.now),
    keyWeakness(certificate) ?? (certificate.usableKey ? undefined : ({ code: 'KEY_UNSAFE' } as const)),
    // A certificate's signature by itself says nothing, weak or not.
    certificate.isSelfIssued ? undefined : signatureWeakness(certificate),
    usageProblem(certificate, use.use),
    certificate.says.unknownCritical
      ? ({ code: 'EXTENSION_UNKNOWN', params: { oid: certificate.says.unknownCritical } } as const)
      : undefined,
    trustProblem(certificate, use),
  ].filter((problem) => problem !== undefined);
  return [...new Map(found.map((problem) => [problem.code, problem])).values()];
}

/** Addresses that a sentence names at most. */
const MAX_NAMED = 3;

function addressProblem(certificate: Certificate, { address, subjectAddresses }: CertificateUse): KeyProblem | undefined {
  if (address === undefined || isFor(certificate, address, subjectAddresses)) return undefined;
  const counted = new Set(addressesOf(certificate, subjectAddresses));
  const named = certificate.addresses.filter((each) => counted.has(each));
  if (named.length === 0) return { code: 'NO_ADDRESS' };
  const addresses = `${named.slice(0, MAX_NAMED).join(', ')}${named.length > MAX_NAMED ? ', …' : ''}`;
  return { code: 'OTHER_ADDRESS', params: { address, addresses } };
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

function timeProblem({ notBefore, notAfter }: Certificate, now: Date): KeyProblem | undefined {
  if (now < notBefore) return { code: 'NOT_YET_VALID', params: { date: day(notBefore) } };
  return now > notAfter ? { code: 'EXPIRED', params: { date: day(notAfter) } } : undefined;
}

function usageProblem(certificate: Certificate, use: 'sign' | 'encrypt'): KeyProblem | undefined {
  if (!isForMail(certificate.says.purposes)) return { code: 'NOT_FOR_MAIL' };
  if (use === 'sign') return certificate.canSign ? undefined : { code: 'NOT_FOR_SIGNING' };
  return certificate.canEncrypt ? undefined : { code: 'NOT_FOR_ENCRYPTING' };
}

function trustProblem(certificate: Certificate, { trust, now }: CertificateUse): KeyProblem | undefined {
  if (trust.mode === 'any') return undefined;
  const path = pathOf(certificate, trust, now);
  return 'code' in path ? path : undefined;
}
