import { constants, type KeyObject, sign, verify } from 'node:crypto';
import { HASHES, type HashName, hashNamed, OID } from '#mail/secure/smime/asn1/oids';
import { constructed, type Element, fieldsOf, inner } from '#mail/secure/smime/asn1/read';
import { oidOf, smallInteger } from '#mail/secure/smime/asn1/values';
import { algorithm, explicit, integer, NULL, sequence } from '#mail/secure/smime/asn1/write';

/** Signature algorithms of certificates and of CMS (RFC 4055, RFC 5754, RFC 5758, RFC 8419). */

export type Scheme = 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa' | 'ed25519' | 'ed448';
export interface SignatureAlgorithm {
  readonly scheme: Scheme;
  /** Undefined for Ed25519 and Ed448, which hash by themselves. */
  readonly hash: HashName | undefined;
  readonly saltOctets?: number;
}

const RSA_OIDS: Readonly<Record<HashName, string>> = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const ECDSA_OIDS = {
  sha1: '1.2.840.10045.4.1',
  sha224: '1.2.840.10045.4.3.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
} as const;

const FIXED = new Map<string, SignatureAlgorithm>([
  ...Object.entries(RSA_OIDS).map(([hash, oid]): [string, SignatureAlgorithm] => [oid, { scheme: 'rsa-pkcs1', hash: hash as HashName }]),
  ...Object.entries(ECDSA_OIDS).map(([hash, oid]): [string, SignatureAlgorithm] => [oid, { scheme: 'ecdsa', hash: hash as HashName }]),
  [OID.ed25519, { scheme: 'ed25519', hash: undefined }],
  [OID.ed448, { scheme: 'ed448', hash: undefined }],
]);

/**
 * What an AlgorithmIdentifier names; `digest` is the hash that a SignerInfo names beside it, where the identifier is that of the key
 * (RFC 3370 §3.2). Undefined: not known. @throws Asn1Error
 */
export function signatureAlgorithm(identifier: Element, digest?: HashName): SignatureAlgorithm | undefined {
  const fields = fieldsOf(identifier);
  const oid = oidOf(fields.next());
  if (oid === OID.rsaEncryption && digest) return { scheme: 'rsa-pkcs1', hash: digest };
  if (oid === OID.ecPublicKey && digest) return { scheme: 'ecdsa', hash: digest };
  if (oid !== OID.rsaPss) return FIXED.get(oid);
  return fields.isAtEnd ? { scheme: 'rsa-pss', hash: 'sha1', saltOctets: 20 } : pssParameters(fields.next());
}

/** RSASSA-PSS-params (RFC 4055 §3.1); a mask of another hash than the message's is none that is used. */
function pssParameters(element: Element): SignatureAlgorithm | undefined {
  const fields = fieldsOf(element);
  const hashField = fields.optional(constructed(0));
  const maskField = fields.optional(constructed(1));
  const salt = fields.optional(constructed(2));
  const hash = hashField ? hashNamed(oidOf(fieldsOf(inner(hashField)).next())) : 'sha1';
  const mask = maskField ? maskHash(inner(maskField)) : 'sha1';
  const saltOctets = salt ? smallInteger(inner(salt)) : 20;
  return hash && hash === mask && saltOctets <= 512 ? { scheme: 'rsa-pss', hash, saltOctets } : undefined;
}

/** The hash of an MGF1 (RFC 8017 §B.2.1). */
export function maskHash(identifier: Element): HashName | undefined {
  const fields = fieldsOf(identifier);
  if (oidOf(fields.next()) !== OID.mgf1) return undefined;
  return hashNamed(oidOf(fieldsOf(fields.next()).next()));
}

const hashIdentifier = (hash: HashName): Buffer => algorithm(HASHES[hash].oid, NULL);
/** [0] hash, [1] MGF1 with it: what RSASSA-PSS-params and RSAES-OAEP-params begin with (RFC 4055). */
export const hashAndMask = (hash: HashName): Buffer[] => [
  explicit(0, hashIdentifier(hash)),
  explicit(1, algorithm(OID.mgf1, hashIdentifier(hash))),
];

/** The signatureAlgorithm of a SignerInfo. RSA goes by the key's identifier, which every program reads (RFC 3370 §3.2). */
export function signatureIdentifier({ scheme, hash, saltOctets }: SignatureAlgorithm): Buffer {
  if (scheme === 'ed25519' || scheme === 'ed448') return algorithm(OID[scheme]);
  if (scheme === 'rsa-pkcs1') return algorithm(OID.rsaEncryption, NULL);
  if (scheme === 'ecdsa') return algorithm(ECDSA_OIDS[hash === 'sha384' || hash === 'sha512' ? hash : 'sha256']);
  return algorithm(OID.rsaPss, sequence(...hashAndMask(hash ?? 'sha256'), explicit(2, integer(saltOctets ?? 32))));
}

const KEY_TYPES: Readonly<Record<Scheme, readonly string[]>> = {
  'rsa-pkcs1': ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
};

const keyOptions = (key: KeyObject, { scheme, saltOctets }: SignatureAlgorithm) => ({
  key,
  ...(scheme === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltOctets ?? 32 } : {}),
});

export const signatureOf = (used: SignatureAlgorithm, key: KeyObject, octets: Uint8Array): Buffer =>
  sign(used.hash, octets, keyOptions(key, used));

/** Whether the signature is that of this key over these octets; false also for a key of another kind. */
export function isSignatureOf(used: SignatureAlgorithm, key: KeyObject, octets: Uint8Array, signature: Uint8Array): boolean {
  if (!KEY_TYPES[used.scheme].includes(key.asymmetricKeyType ?? '')) return false;
  try {
    return verify(used.hash, octets, keyOptions(key, used), signature);
  } catch {
    return false;
  }
}

/** Whether signatures of this kind can be forged. */
export const isWeak = ({ hash }: SignatureAlgorithm): boolean => hash !== undefined && HASHES[hash].weak;
/** Such as `SHA-1`. */
export const hashText = (hash: HashName): string => hash.toUpperCase().replace('SHA', 'SHA-');
