/**
 * S/MIME 4.0 (RFC 8550, RFC 8551) on node:crypto: certificates and identities read and judged, CMS written in constant memory and read.
 * Nothing here knows MIME, and nothing that sends unencrypted mail imports it statically.
 */

export { type AlgorithmSetting, type Algorithms, chooseAlgorithms, type Reader } from '#mail/secure/smime/cms/choose';
export type { KeyTransport, WrittenCipher } from '#mail/secure/smime/cms/ciphers';
export { type Decrypted, decrypted, MAX_OPENED_BYTES } from '#mail/secure/smime/cms/decrypt';
export { type EncryptOptions, encrypted, MAX_READERS } from '#mail/secure/smime/cms/encrypt';
export { type DetachedSigner, detachedSigner, micalgOf, type SignOptions, signedDetached, signedOpaque } from '#mail/secure/smime/cms/sign';
export { type Signer, type Verified, verified } from '#mail/secure/smime/cms/verify';
export { identityPem, openIdentity, type SmimeIdentity } from '#mail/secure/smime/identity';
export { judgeCrl, MAX_CRL_BYTES, type Question } from '#mail/secure/smime/revocation/crl';
export { judgeOcsp, MAX_OCSP_BYTES, ocspRequest } from '#mail/secure/smime/revocation/ocsp';
export { type RevocationStatus, revocationProblem } from '#mail/secure/smime/revocation/status';
export { addressesOf, isFor } from '#mail/secure/smime/x509/address';
export { Certificate, isSameCertificate, summaryOf } from '#mail/secure/smime/x509/certificate';
export { type Authorities, pathOf } from '#mail/secure/smime/x509/chain';
export { type ParsedCertificates, parseCertificates } from '#mail/secure/smime/x509/files';
export { type CertificateUse, judgeCertificate, type Trust } from '#mail/secure/smime/x509/judge';
