import type { ComposedContent } from '#mail/compose/compose';
import { asBuffers, entityOctets, entitySize } from '#mail/secure/mime/entity';
import { multipartSigned } from '#mail/secure/mime/signed';
import {
  armoredMessage,
  armoredSize,
  detachedSigner,
  type EncryptOptions,
  encryptedSize,
  type MessageOptions,
  type PgpIdentity,
  type PgpKey,
} from '#mail/secure/openpgp/openpgp';

/** PGP/MIME (RFC 3156). */

/** Octets of an armored signature at most: 16,384 bits of RSA. */
const SIGNATURE_BYTES = 4_096;

const SIGNATURE_HEADERS = [
  'Content-Type: application/pgp-signature; name="signature.asc"',
  'Content-Description: OpenPGP digital signature',
  'Content-Disposition: attachment; filename="signature.asc"',
  '',
].join('\r\n');

/** RFC 3156 §5. @throws KeyError for a key that cannot sign */
export function pgpSigned(content: ComposedContent, identity: PgpIdentity, options: MessageOptions, boundary: string): ComposedContent {
  const signer = detachedSigner(identity, options);
  return multipartSigned(content, {
    protocol: 'application/pgp-signature',
    micalg: signer.micalg,
    boundary,
    update: signer.update,
    part: () => `${SIGNATURE_HEADERS}\r\n${signer.signature().replaceAll('\n', '\r\n')}`,
    partBytes: SIGNATURE_HEADERS.length + SIGNATURE_BYTES,
  });
}

/** RFC 3156 §4, and §6.2 where `options` has a key that signs. @throws KeyError as `encrypted` of openpgp */
export function pgpEncrypted(
  content: ComposedContent,
  readers: readonly PgpKey[],
  options: EncryptOptions,
  boundary: string,
): ComposedContent {
  const before = [
    `--${boundary}`,
    'Content-Type: application/pgp-encrypted',
    'Content-Description: PGP/MIME version identification',
    '',
    'Version: 1',
    '',
    `--${boundary}`,
    'Content-Type: application/octet-stream; name="encrypted.asc"',
    'Content-Description: OpenPGP encrypted message',
    'Content-Disposition: inline; filename="encrypted.asc"',
    '',
    '',
  ].join('\r\n');
  const after = `\r\n--${boundary}--\r\n`;
  const message = armoredMessage(entityOctets(content), readers, options);
  return {
    headers: `Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";\r\n boundary="${boundary}"\r\n`,
    octets: asBuffers(between(before, message, after)),
    sizeBytes: before.length + armoredSize(encryptedSize(entitySize(content), readers.length)) + after.length,
  };
}

async function* between(before: string, middle: AsyncIterable<Uint8Array>, after: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(before);
  yield* middle;
  yield Buffer.from(after);
}
