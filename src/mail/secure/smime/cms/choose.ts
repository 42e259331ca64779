import { OID } from '#mail/secure/smime/asn1/oids';
import { capabilitiesOf } from '#mail/secure/smime/cms/capabilities';
import { CONTENT_CIPHERS, type KeyTransport, type WrittenCipher } from '#mail/secure/smime/cms/ciphers';
import type { Certificate } from '#mail/secure/smime/x509/certificate';

/** Which algorithms a message is encrypted with. */
export interface Algorithms {
  readonly content: WrittenCipher;
  readonly keyTransport: KeyTransport;
}
/** What the administrator or the command line asks for; `auto` and absent: what the readers are known to take. */
export interface AlgorithmSetting {
  readonly content?: WrittenCipher | 'auto' | undefined;
  readonly keyTransport?: KeyTransport | 'auto' | undefined;
}
export interface Reader {
  readonly certificate: Certificate;
  /** Object identifiers of the SMIMECapabilities of a mail they signed. */
  readonly capabilities?: readonly string[] | undefined;
}

const announces =
  (oid: string) =>
  ({ certificate, capabilities = [] }: Reader): boolean =>
    capabilities.includes(oid) || capabilitiesOf(certificate.says.capabilities).includes(oid);
const takesGcm = announces(CONTENT_CIPHERS['aes256-gcm'].oid);
const takesOaep = announces(OID.rsaOaep);
const usesRsa = ({ certificate }: Reader): boolean => certificate.key.kind === 'rsa';

interface Row<T> {
  readonly choice: T;
  readonly when: (readers: readonly Reader[]) => boolean;
  readonly reason: string;
}

/** The rows are tried in their order; a setting goes before them all. */
export const CONTENT_ROWS: readonly Row<WrittenCipher>[] = [
  {
    choice: 'aes256-gcm',
    when: (readers) => readers.every(takesGcm),
    reason: 'Every reader says so in SMIMECapabilities (RFC 8551 §2.5.2), and what is altered on the way is noticed.',
  },
  {
    choice: 'aes256-cbc',
    when: () => true,
    reason:
      'Outside of OpenSSL, programs measured here (Thunderbird 153, NSS 3.87, GnuPG 2.2) do not read AuthEnvelopedData; all read CBC.',
  },
];
export const KEY_TRANSPORT_ROWS: readonly Row<KeyTransport>[] = [
  {
    choice: 'rsa-oaep',
    when: (readers) => readers.some(usesRsa) && readers.filter(usesRsa).every(takesOaep),
    reason: 'Every reader with an RSA key says so in SMIMECapabilities, and OAEP gives an attacker no oracle.',
  },
  {
    choice: 'rsa-pkcs1',
    when: () => true,
    reason: 'GnuPG 2.2 and NSS 3.87 do not read OAEP; every program reads PKCS #1 v1.5.',
  },
];

const chosen = <T>(rows: readonly Row<T>[], last: T, readers: readonly Reader[]): T =>
  rows.find(({ when }) => when(readers))?.choice ?? last;

/** The algorithms that a message to these readers takes. */
export function chooseAlgorithms(
  readers: readonly Reader[],
  { content = 'auto', keyTransport = 'auto' }: AlgorithmSetting = {},
): Algorithms {
  return {
    content: content === 'auto' ? chosen(CONTENT_ROWS, 'aes256-cbc', readers) : content,
    keyTransport: keyTransport === 'auto' ? chosen(KEY_TRANSPORT_ROWS, 'rsa-pkcs1', readers) : keyTransport,
  };
}
