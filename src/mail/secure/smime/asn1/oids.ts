/** Object identifiers, by the names of the documents that define them. */
export const OID = {
  // RFC 5652, RFC 5083
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  encryptedData: '1.2.840.113549.1.7.6',
  authEnvelopedData: '1.2.840.113549.1.9.16.1.23',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  // RFC 8551
  smimeCapabilities: '1.2.840.113549.1.9.15',
  encryptionKeyPreference: '1.2.840.113549.1.9.16.2.11',
  // RFC 8017, RFC 5480, RFC 8410
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaOaep: '1.2.840.113549.1.1.7',
  mgf1: '1.2.840.113549.1.1.8',
  pSpecified: '1.2.840.113549.1.1.9',
  rsaPss: '1.2.840.113549.1.1.10',
  ecPublicKey: '1.2.840.10045.2.1',
  x25519: '1.3.101.110',
  x448: '1.3.101.111',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
  // RFC 5280
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  subjectKeyIdentifier: '2.5.29.14',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  issuingDistributionPoint: '2.5.29.28',
  deltaCrlIndicator: '2.5.29.27',
  anyExtendedKeyUsage: '2.5.29.37.0',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  // RFC 6960
  ocspBasic: '1.3.6.1.5.5.7.48.1.1',
  ocspNonce: '1.3.6.1.5.5.7.48.1.2',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  // RFC 9598
  smtpUtf8Mailbox: '1.3.6.1.5.5.7.8.9',
  emailAddress: '1.2.840.113549.1.9.1',
  // RFC 7292
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  // RFC 8018, RFC 9579, RFC 7914
  pbkdf2: '1.2.840.113549.1.5.12',
  pbes2: '1.2.840.113549.1.5.13',
  pbmac1: '1.2.840.113549.1.5.14',
  scrypt: '1.3.6.1.4.1.11591.4.11',
} as const;

/** Hash functions (RFC 5754, RFC 3370). `weak`: collisions are known, so that signatures over it can be forged. */
export const HASHES = {
  md5: { oid: '1.2.840.113549.2.5', octets: 16, blockOctets: 64, weak: true },
  sha1: { oid: '1.3.14.3.2.26', octets: 20, blockOctets: 64, weak: true },
  sha224: { oid: '2.16.840.1.101.3.4.2.4', octets: 28, blockOctets: 64, weak: false },
  sha256: { oid: '2.16.840.1.101.3.4.2.1', octets: 32, blockOctets: 64, weak: false },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', octets: 48, blockOctets: 128, weak: false },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', octets: 64, blockOctets: 128, weak: false },
} as const;
export type HashName = keyof typeof HASHES;
const hashNames = Object.keys(HASHES) as HashName[];
export const hashNamed = (oid: string): HashName | undefined => hashNames.find((name) => HASHES[name].oid === oid);

/** Curves (RFC 5480, RFC 5639): what Node calls them, and the octets of their field. */
export const CURVES: Readonly<Record<string, { readonly name: string; readonly node: string; readonly octets: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', node: 'prime256v1', octets: 32 },
  '1.3.132.0.34': { name: 'P-384', node: 'secp384r1', octets: 48 },
  '1.3.132.0.35': { name: 'P-521', node: 'secp521r1', octets: 66 },
  '1.3.36.3.3.2.8.1.1.7': { name: 'brainpoolP256r1', node: 'brainpoolP256r1', octets: 32 },
  '1.3.36.3.3.2.8.1.1.11': { name: 'brainpoolP384r1', node: 'brainpoolP384r1', octets: 48 },
  '1.3.36.3.3.2.8.1.1.13': { name: 'brainpoolP512r1', node: 'brainpoolP512r1', octets: 64 },
};
