import { parseAddress } from '#mail/address';
import type { Certificate } from '#mail/secure/smime/x509/certificate';
import type { NameConstraints } from '#mail/secure/smime/x509/extensions';
import { isNameWithin } from '#mail/secure/smime/x509/names';

/** Name constraints of authorities (RFC 5280 §4.2.1.10) on what counts for mail: addresses and the subject. */

/** `example.org`: that host's mailboxes; `.example.org`: those of the hosts below; `one@example.org`: that mailbox (RFC 5280 §4.2.1.10). */
function isMailboxWithin(mailbox: string, base: string): boolean {
  const [address, limit] = [mailbox.toLowerCase(), base.toLowerCase()];
  const host = address.slice(address.lastIndexOf('@') + 1);
  if (limit.includes('@')) return address === limit;
  return limit.startsWith('.') ? host.endsWith(limit) : host === limit || limit === '';
}

export function keepsTo(certificate: Certificate, { permitted, excluded }: NameConstraints): boolean {
  const mailboxes = [...(certificate.says.alternativeNames?.mailboxes ?? []), ...certificate.subjectAddresses].map(
    // An address that is none is kept as it is: it is in no permitted tree, and nobody can be reached by it.
    (text) => parseAddress(text) ?? text,
  );
  const names = [certificate.subject, ...(certificate.says.alternativeNames?.directoryNames ?? [])].filter(({ length }) => length > 0);
  return (
    mailboxes.every((each) => isAllowed(permitted?.mailboxes, excluded?.mailboxes, (base) => isMailboxWithin(each, base))) &&
    names.every((each) => isAllowed(permitted?.directoryNames, excluded?.directoryNames, (base) => isNameWithin(each, base)))
  );
}

/** Trees of a kind that none is named of do not limit it. */
function isAllowed<T>(permitted: readonly T[] | undefined, excluded: readonly T[] | undefined, isIn: (base: T) => boolean): boolean {
  const isPermitted = permitted === undefined || permitted.length === 0 || permitted.some(isIn);
  return isPermitted && !(excluded ?? []).some(isIn);
}
