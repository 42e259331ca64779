/** Content encryption (RFC 3565, RFC 5084) and key transport, by the names that settings and the command line use. */

export const CONTENT_CIPHERS = {
  'aes128-cbc': { oid: '2.16.840.1.101.3.4.1.2', openssl: 'aes-128-cbc', keyOctets: 16, ivOctets: 16, mode: 'cbc', text: 'AES-128-CBC' },
  'aes192-cbc': { oid: '2.16.840.1.101.3.4.1.22', openssl: 'aes-192-cbc', keyOctets: 24, ivOctets: 16, mode: 'cbc', text: 'AES-192-CBC' },
  'aes256-cbc': { oid: '2.16.840.1.101.3.4.1.42', openssl: 'aes-256-cbc', keyOctets: 32, ivOctets: 16, mode: 'cbc', text: 'AES-256-CBC' },
  'aes128-gcm': { oid: '2.16.840.1.101.3.4.1.6', openssl: 'aes-128-gcm', keyOctets: 16, ivOctets: 12, mode: 'gcm', text: 'AES-128-GCM' },
  'aes192-gcm': { oid: '2.16.840.1.101.3.4.1.26', openssl: 'aes-192-gcm', keyOctets: 24, ivOctets: 12, mode: 'gcm', text: 'AES-192-GCM' },
  'aes256-gcm': { oid: '2.16.840.1.101.3.4.1.46', openssl: 'aes-256-gcm', keyOctets: 32, ivOctets: 12, mode: 'gcm', text: 'AES-256-GCM' },
  'des-ede3-cbc': { oid: '1.2.840.113549.3.7', openssl: 'des-ede3-cbc', keyOctets: 24, ivOctets: 8, mode: 'cbc', text: '3DES' },
} as const;
export type ContentCipherName = keyof typeof CONTENT_CIPHERS;
export type ContentCipher = (typeof CONTENT_CIPHERS)[ContentCipherName];
export const cipherWithOid = (oid: string): ContentCipher | undefined => Object.values(CONTENT_CIPHERS).find((each) => each.oid === oid);

/** What is written; the others are read alone. */
export type WrittenCipher = 'aes256-cbc' | 'aes256-gcm';
export type KeyTransport = 'rsa-pkcs1' | 'rsa-oaep';

/** Octets of the authentication tag that GCM writes: all of them. */
export const TAG_OCTETS = 16;

/** Key wrap (RFC 3394, RFC 3565 §2.3.2; with Triple-DES RFC 3217, which is read alone): what Node calls it, and its initial vector. */
const AES_IV = Buffer.alloc(8, 0xa6);
export const KEY_WRAPS: Readonly<Record<string, { readonly openssl: string; readonly keyOctets: number; readonly iv: Buffer | null }>> = {
  '2.16.840.1.101.3.4.1.5': { openssl: 'id-aes128-wrap', keyOctets: 16, iv: AES_IV },
  '2.16.840.1.101.3.4.1.25': { openssl: 'id-aes192-wrap', keyOctets: 24, iv: AES_IV },
  '2.16.840.1.101.3.4.1.45': { openssl: 'id-aes256-wrap', keyOctets: 32, iv: AES_IV },
  '1.2.840.113549.1.9.16.3.6': { openssl: 'des3-wrap', keyOctets: 24, iv: null },
};
export const AES256_WRAP = '2.16.840.1.101.3.4.1.45';
