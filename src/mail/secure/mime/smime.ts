import { base64Lines, base64Size, base64Stream } from '#mail/compose/base64';
import type { ComposedContent } from '#mail/compose/compose';
import { asBuffers, entityOctets, entitySize } from '#mail/secure/mime/entity';
import { multipartSigned } from '#mail/secure/mime/signed';
import {
  type Algorithms,
  type Certificate,
  detachedSigner,
  encrypted,
  micalgOf,
  type SignOptions,
  type SmimeIdentity,
  signedOpaque,
} from '#mail/secure/smime/smime';
import type { OctetStream, Random } from '#mail/secure/types';

/** S/MIME entities (RFC 8551 §3). */

const part = (type: string, name: string, description: string): string =>
  [
    `Content-Type: ${type}; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    `Content-Description: ${description}`,
    '',
  ].join('\r\n');

/** Octets that a signature takes beside its certificates, at most: attributes, and 16,384 bits of RSA. */
const SIGNATURE_OCTETS = 4_096;
const certificateBytes = ({ certificate, chain }: SmimeIdentity): number =>
  [certificate, ...chain].reduce((sum, { der }) => sum + der.length + 16, 0);

/** Clear-signed: programs without S/MIME show it (RFC 8551 §3.5.3). @throws KeyError NOT_FOR_SIGNING */
export function smimeSigned(content: ComposedContent, identity: SmimeIdentity, options: SignOptions, boundary: string): ComposedContent {
  const signer = detachedSigner(identity, options);
  const headers = part('application/pkcs7-signature', 'smime.p7s', 'S/MIME signature');
  return multipartSigned(content, {
    protocol: 'application/pkcs7-signature',
    micalg: micalgOf(identity, options),
    boundary,
    update: signer.update,
    part: () => `${headers}\r\n${base64Lines(signer.signature()).toString('latin1')}`,
    partBytes: headers.length + base64Size(certificateBytes(identity) + SIGNATURE_OCTETS) + 2,
  });
}

/** Share that lengths of pieces add at most. */
const PIECES = 1.001;

function encoded(type: string, description: string, octets: OctetStream, bytes: number): ComposedContent {
  return {
    headers: part(`application/pkcs7-mime; smime-type=${type}`, 'smime.p7m', description),
    octets: base64Stream(asBuffers(octets)),
    sizeBytes: base64Size(Math.ceil(bytes)),
  };
}

/** The content within the signature: what is changed on the way by servers that change bodies is not; programs without S/MIME show nothing (RFC 8551 §3.5.2). */
export const smimeOpaque = (content: ComposedContent, identity: SmimeIdentity, options: SignOptions): ComposedContent =>
  encoded(
    'signed-data',
    'S/MIME signed message',
    signedOpaque(entityOctets(content), identity, options),
    entitySize(content) * PIECES + certificateBytes(identity) + SIGNATURE_OCTETS,
  );

/** Octets that one reader takes beside the names in their certificate, at most. */
const READER_OCTETS = 2_560;

/** @throws KeyError as `encrypted` of smime */
export function smimeEncrypted(
  content: ComposedContent,
  readers: readonly Certificate[],
  options: Algorithms & { readonly random: Random },
): ComposedContent {
  const type = options.content === 'aes256-gcm' ? 'authEnveloped-data' : 'enveloped-data';
  const octets = encrypted(entityOctets(content), readers, options);
  const readerBytes = readers.reduce((sum, { issuerDer }) => sum + issuerDer.length + READER_OCTETS, 0);
  return encoded(type, 'S/MIME encrypted message', octets, entitySize(content) * PIECES + readerBytes + 1_024);
}
