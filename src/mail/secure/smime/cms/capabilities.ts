import { OID } from '#mail/secure/smime/asn1/oids';
import { Asn1Error, type Element, elementAt, fieldsOf } from '#mail/secure/smime/asn1/read';
import { oidOf } from '#mail/secure/smime/asn1/values';
import { algorithm, sequence } from '#mail/secure/smime/asn1/write';
import { CONTENT_CIPHERS } from '#mail/secure/smime/cms/ciphers';

/** SMIMECapabilities (RFC 8551 §2.5.2): what a program takes, best first. */

/** Entries that are read at most. */
const MAX_CAPABILITIES = 100;

/** What answers to our mail may use. Elliptic-curve schemes follow from the certificate. */
const OURS = [
  CONTENT_CIPHERS['aes256-gcm'].oid,
  CONTENT_CIPHERS['aes256-cbc'].oid,
  CONTENT_CIPHERS['aes128-gcm'].oid,
  CONTENT_CIPHERS['aes128-cbc'].oid,
  OID.rsaOaep,
];

export const ownCapabilities = (): Buffer => sequence(...OURS.map((each) => algorithm(each)));

/** The object identifiers of a list, as those of a certificate's extension (RFC 4262) or of a signed attribute; none for what cannot be read. */
export function capabilitiesOf(encoded: Uint8Array | undefined): readonly string[] {
  if (!encoded) return [];
  try {
    return [...identifiers(elementAt(encoded))];
  } catch (error) {
    if (error instanceof Asn1Error) return [];
    throw error;
  }
}

function* identifiers(list: Element): Generator<string> {
  let count = 0;
  for (const each of fieldsOf(list).rest()) {
    count += 1;
    if (count > MAX_CAPABILITIES) return;
    yield oidOf(fieldsOf(each).next());
  }
}
