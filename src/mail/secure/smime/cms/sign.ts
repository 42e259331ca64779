import { createHash } from 'node:crypto';
import { CURVES, HASHES, type HashName, OID } from '#mail/secure/smime/asn1/oids';
import { constructed, TAG } from '#mail/secure/smime/asn1/read';
import { algorithm, explicit, integer, octets, oid, sequence, setOf, time, tlv } from '#mail/secure/smime/asn1/write';
import { ownCapabilities } from '#mail/secure/smime/cms/capabilities';
import { close, inPieces, open, piece } from '#mail/secure/smime/cms/octets';
import { issuerAndSerial } from '#mail/secure/smime/cms/recipients';
import type { SmimeIdentity } from '#mail/secure/smime/identity';
import { isSignatureOf, type SignatureAlgorithm, signatureIdentifier, signatureOf } from '#mail/secure/smime/signature';
import { KeyError, type OctetStream } from '#mail/secure/types';

/** SignedData (RFC 5652 §5, RFC 8551 §2.4.2, §3.5). */

export interface SignOptions {
  readonly signingTime: Date;
  /** How RSA keys sign; `auto`, the default: PKCS #1 v1.5, which every program reads. PSS has a salt as long as its hash, as GnuPG 2.2 wants it. */
  readonly algorithm?: 'auto' | 'rsa-pkcs1' | 'rsa-pss' | undefined;
  /** Hash of RSA signatures; curves have one of their own strength. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512' | undefined;
}

/** How this identity signs, and the hash of the content. @throws KeyError NOT_FOR_SIGNING */
export function signingAlgorithm(
  { certificate: { key } }: SmimeIdentity,
  options: Pick<SignOptions, 'algorithm' | 'hash'>,
): { used: SignatureAlgorithm; digest: HashName } {
  const hash = options.hash ?? 'sha256';
  if (key.kind === 'rsa-pss' || (key.kind === 'rsa' && options.algorithm === 'rsa-pss'))
    return { used: { scheme: 'rsa-pss', hash, saltOctets: HASHES[hash].octets }, digest: hash };
  if (key.kind === 'rsa') return { used: { scheme: 'rsa-pkcs1', hash }, digest: hash };
  // RFC 8419 §3.1: the content of an Ed25519 signature is hashed with SHA-512.
  if (key.kind === 'ed25519') return { used: { scheme: 'ed25519', hash: undefined }, digest: 'sha512' };
  if (key.kind !== 'ec') throw new KeyError({ code: 'NOT_FOR_SIGNING' });
  const size = CURVES[key.curve]?.octets ?? 32;
  const ofCurve = size > 48 ? 'sha512' : size > 32 ? 'sha384' : 'sha256';
  return { used: { scheme: 'ecdsa', hash: ofCurve }, digest: ofCurve };
}

/** Whether the private key signs what its certificate verifies. */
export function signs(identity: SmimeIdentity): boolean {
  const { used } = signingAlgorithm(identity, {});
  const octetsToSign = Buffer.from('signed');
  try {
    return isSignatureOf(used, identity.certificate.publicKey, octetsToSign, signatureOf(used, identity.privateKey, octetsToSign));
  } catch {
    return false;
  }
}

/** What `micalg` of multipart/signed says (RFC 8551 §3.5.3.2). */
export const micalgOf = (identity: SmimeIdentity, options: SignOptions): string =>
  signingAlgorithm(identity, options).digest.replace('sha', 'sha-');

/** Signs content as it passes by: the signature can follow it without a second reading. */
export interface DetachedSigner {
  update(chunk: Uint8Array): void;
  /** DER of the ContentInfo; once, after the last chunk. */
  signature(): Buffer;
}

/** @throws KeyError NOT_FOR_SIGNING */
export function detachedSigner(identity: SmimeIdentity, options: SignOptions): DetachedSigner {
  const { digest } = signingAlgorithm(identity, options);
  const hash = createHash(digest);
  return {
    update: (chunk) => void hash.update(chunk),
    signature: () => {
      const { algorithms, rest } = signedFields(identity, options, hash.digest());
      return sequence(oid(OID.signedData), explicit(0, sequence(integer(1), algorithms, sequence(oid(OID.data)), rest)));
    },
  };
}

/** DER of a SignedData without its content. The content must be canonical: with CRLF line breaks (RFC 8551 §3.1.1). */
export async function signedDetached(content: OctetStream, identity: SmimeIdentity, options: SignOptions): Promise<Buffer> {
  const signer = detachedSigner(identity, options);
  for await (const chunk of content) signer.update(chunk);
  return signer.signature();
}

/** A SignedData that holds its content, streamed in constant memory as BER of indefinite length. */
export async function* signedOpaque(content: OctetStream, identity: SmimeIdentity, options: SignOptions): AsyncGenerator<Buffer> {
  const { digest } = signingAlgorithm(identity, options);
  const hash = createHash(digest);
  yield Buffer.concat([
    open(TAG.sequence),
    oid(OID.signedData),
    open(constructed(0), TAG.sequence),
    integer(1),
    setOf(algorithm(HASHES[digest].oid)),
    open(TAG.sequence),
    oid(OID.data),
    open(constructed(0), TAG.octetString | 0x20),
  ]);
  for await (const chunk of inPieces(content)) {
    hash.update(chunk);
    yield piece(chunk);
  }
  yield Buffer.concat([close(3), signedFields(identity, options, hash.digest()).rest, close(3)]);
}

/** What stands before and after the content in a SignedData: certificates and the one SignerInfo. */
function signedFields(identity: SmimeIdentity, options: SignOptions, digestOctets: Uint8Array): { algorithms: Buffer; rest: Buffer } {
  const { used, digest } = signingAlgorithm(identity, options);
  const digestIdentifier = algorithm(HASHES[digest].oid);
  const attributes = signedAttributes(identity, options.signingTime, digestOctets);
  const signerInfo = sequence(
    integer(1),
    sequence(...issuerAndSerial(identity.certificate)),
    digestIdentifier,
    // What is signed is the SET; what is sent has [0] in its place (RFC 5652 §5.4).
    Buffer.concat([Buffer.of(constructed(0)), attributes.subarray(1)]),
    signatureIdentifier(used),
    octets(signatureOf(used, identity.privateKey, attributes)),
  );
  const certificates = [identity.certificate, ...identity.chain].map(({ der }) => der).toSorted(Buffer.compare);
  return { algorithms: setOf(digestIdentifier), rest: Buffer.concat([tlv(constructed(0), ...certificates), setOf(signerInfo)]) };
}

/** Signed attributes (RFC 8551 §2.5): what is signed, when, what we take, and which key answers should be encrypted for. */
function signedAttributes({ certificate }: SmimeIdentity, signingTime: Date, digestOctets: Uint8Array): Buffer {
  const attribute = (name: string, value: Uint8Array): Buffer => sequence(oid(name), setOf(value));
  return setOf(
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.signingTime, time(signingTime)),
    attribute(OID.messageDigest, octets(digestOctets)),
    attribute(OID.smimeCapabilities, ownCapabilities()),
    ...(certificate.canEncrypt ? [attribute(OID.encryptionKeyPreference, tlv(constructed(0), ...issuerAndSerial(certificate)))] : []),
  );
}
