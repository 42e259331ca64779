import type { KeyProblem } from '#contract/keys/problems';
import { hashText, isWeak, signatureAlgorithm } from '#mail/secure/smime/signature';
import type { Certificate } from '#mail/secure/smime/x509/certificate';

/** Bits of an RSA key. Above the upper limit one signature takes seconds, and OpenSSL refuses the key. */
export const MIN_RSA_BITS = 2048;
export const MAX_RSA_BITS = 16_384;
/** Octets of a public exponent at most: OpenSSL takes no more with long keys, and 65537 has three. */
const MAX_EXPONENT_OCTETS = 8;

/** Why a certificate's key protects nothing, or too little. */
export function keyWeakness({ key }: Certificate): KeyProblem | undefined {
  const params = { algorithm: key.text };
  if (key.kind === 'rsa' || key.kind === 'rsa-pss') {
    if (key.bits < MIN_RSA_BITS) return { code: 'KEY_TOO_SHORT', params };
    if (key.bits > MAX_RSA_BITS) return { code: 'ALGORITHM_UNKNOWN', params };
    // Two odd primes have an odd product.
    return key.isOdd && isExponentSafe(key.exponent) ? undefined : { code: 'KEY_UNSAFE' };
  }
  return ['ec', 'ed25519', 'x25519'].includes(key.kind) ? undefined : { code: 'ALGORITHM_UNKNOWN', params };
}

/** With an exponent of one the cipher text is the plain text; an even one belongs to no private key. */
const isExponentSafe = (exponent: Uint8Array): boolean =>
  exponent.length <= MAX_EXPONENT_OCTETS && ((exponent.at(-1) ?? 0) & 1) === 1 && (exponent.length > 1 || (exponent[0] ?? 0) >= 3);

/** Why the signature under a certificate could be forged; `issuer` is the one whose key should have made it. */
export function signatureWeakness({ signed }: Certificate, issuer?: Certificate): KeyProblem | undefined {
  const used = signatureAlgorithm(signed.algorithm);
  const text = used?.hash && isWeak(used) ? hashText(used.hash) : issuer && keyWeakness(issuer) ? issuer.key.text : undefined;
  return text === undefined ? undefined : { code: 'SIGNATURE_WEAK', params: { algorithm: text } };
}
