import { constants, publicEncrypt } from 'node:crypto';
import { OID } from '#mail/secure/smime/asn1/oids';
import { constructed, TAG } from '#mail/secure/smime/asn1/read';
import { algorithm, explicit, integer, NULL, octets, oid, sequence, tlv } from '#mail/secure/smime/asn1/write';
import { agreementFor, ephemeralFor, keyEncryptionKey, originatorKey, wrapped } from '#mail/secure/smime/cms/agreement';
import { AES256_WRAP, type KeyTransport } from '#mail/secure/smime/cms/ciphers';
import { hashAndMask } from '#mail/secure/smime/signature';
import type { Certificate } from '#mail/secure/smime/x509/certificate';
import { keyWeakness } from '#mail/secure/smime/x509/strength';
import { KeyError } from '#mail/secure/types';

/** RecipientInfo, written: the content's key for one reader, by key transport or key agreement (RFC 5652 §6.2). */

/** The hash of OAEP and of its mask (RFC 8551 §2.3). */
const OAEP_HASH = 'sha256';

/** The fields of an IssuerAndSerialNumber (RFC 5652 §10.2.4). */
export const issuerAndSerial = ({ issuerDer, serial }: Certificate): Uint8Array[] => [issuerDer, tlv(TAG.integer, serial)];

/** Whether a reader gets the key by agreement, which makes the version of the whole another one (RFC 5652 §6.1). */
export const isAgreement = ({ key }: Certificate): boolean => key.kind === 'ec' || key.kind === 'x25519';

/** @throws KeyError for a certificate whose key cannot be encrypted for */
export function recipientInfo(certificate: Certificate, contentKey: Uint8Array, transport: KeyTransport): Buffer {
  const weakness = keyWeakness(certificate);
  if (weakness) throw new KeyError(weakness);
  if (certificate.key.kind !== 'rsa' && !isAgreement(certificate)) throw new KeyError({ code: 'NOT_FOR_ENCRYPTING' });
  try {
    return isAgreement(certificate) ? agreed(certificate, contentKey) : transported(certificate, contentKey, transport === 'rsa-oaep');
  } catch {
    // OpenSSL finds more that a key can be wrong in, such as a point of small order.
    throw new KeyError({ code: 'KEY_UNSAFE' });
  }
}

/** KeyTransRecipientInfo (RFC 5652 §6.2.1, RFC 3560). */
function transported(certificate: Certificate, contentKey: Uint8Array, isOaep: boolean): Buffer {
  const key = certificate.publicKey;
  return sequence(
    integer(0),
    sequence(...issuerAndSerial(certificate)),
    isOaep ? algorithm(OID.rsaOaep, sequence(...hashAndMask(OAEP_HASH))) : algorithm(OID.rsaEncryption, NULL),
    octets(
      isOaep
        ? publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: OAEP_HASH }, contentKey)
        : publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, contentKey),
    ),
  );
}

/** [1] KeyAgreeRecipientInfo with one reader (RFC 5753 §3.1, RFC 8418 §2). */
function agreed(certificate: Certificate, contentKey: Uint8Array): Buffer {
  const own = ephemeralFor(certificate.key);
  const { scheme, derivation } = agreementFor(certificate.key);
  const wrap = algorithm(AES256_WRAP);
  const both = { privateKey: own.privateKey, publicKey: certificate.publicKey };
  const keyEncryption = keyEncryptionKey(both, derivation, { wrap, size: 32 });
  const encryptedKey = sequence(sequence(...issuerAndSerial(certificate)), octets(wrapped(AES256_WRAP, keyEncryption, contentKey)));
  return tlv(
    constructed(1),
    integer(3),
    explicit(0, tlv(constructed(1), ...originatorKey(certificate.key, own.publicKey))),
    sequence(oid(scheme), wrap),
    sequence(encryptedKey),
  );
}
