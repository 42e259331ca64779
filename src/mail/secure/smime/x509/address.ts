import { type MailAddress, parseAddress } from '#mail/address';
import type { Certificate } from '#mail/secure/smime/x509/certificate';

/**
 * Which addresses a certificate is for (RFC 8550 §3, RFC 9598 §5).
 *
 * - Domains are compared as A-labels without regard to case.
 * - Local parts are compared in NFC, ASCII letters without regard to case: mail systems take `User@` and `user@` for one mailbox, and nobody
 *   gets certificates for both. Letters beyond ASCII are compared as they stand, as RFC 9598 has it.
 * - An address in the subject counts only where the caller asks for it and the alternative names hold none.
 * - Everything else is no match: no wildcards, no host names, no suffixes.
 */
export function isFor(certificate: Certificate, address: string, subjectAddresses: boolean): boolean {
  const wanted = comparable(address);
  return wanted !== undefined && addressesOf(certificate, subjectAddresses).some((each) => comparable(each) === wanted);
}

/** The addresses that count, as written. */
export function addressesOf(certificate: Certificate, subjectAddresses: boolean): readonly string[] {
  const alternative = certificate.says.alternativeNames?.mailboxes ?? [];
  return alternative.length > 0 || !subjectAddresses ? alternative : certificate.subjectAddresses;
}

function comparable(text: string): string | undefined {
  const address: MailAddress | undefined = parseAddress(text);
  return address?.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
