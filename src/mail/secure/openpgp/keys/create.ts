import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { parseAddress } from '#mail/address';
import { CIPHERS, COMPRESSIONS, HASH, PUBLIC_KEY } from '#mail/secure/openpgp/algorithms';
import type { PgpIdentity } from '#mail/secure/openpgp/keys/identity';
import { PgpKey } from '#mail/secure/openpgp/keys/key';
import { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import type { SecretPart } from '#mail/secure/openpgp/keys/secret';
import { KEY_FLAG, SUBPACKET, TYPE } from '#mail/secure/openpgp/keys/signature';
import { userIdTarget } from '#mail/secure/openpgp/keys/state';
import { signer, subpacket } from '#mail/secure/openpgp/message/sign';
import { packetsIn, TAG } from '#mail/secure/openpgp/packet/read';
import { mpi, number, packet } from '#mail/secure/openpgp/packet/write';
import { KeyError } from '#mail/secure/types';

/** New keys: version 4, Ed25519 and X25519 in the form of before RFC 9580, which GnuPG 2.2, Sequoia and RNP read; without an end. */

const ED25519 = Buffer.from('2b06010401da470f01', 'hex');
const X25519 = Buffer.from('2b060104019755010501', 'hex');
/** SHA-256 and AES-128, as GnuPG derives keys on Curve25519. */
const KDF = Buffer.of(3, 1, HASH.sha256, CIPHERS.aes128.id);

/** What readers of this key's mail may be sent: no more than programs of today read. */
const PREFERENCES = [
  subpacket(SUBPACKET.ciphers, Buffer.of(CIPHERS.aes256.id, CIPHERS.aes192.id, CIPHERS.aes128.id)),
  subpacket(SUBPACKET.hashes, Buffer.of(HASH.sha512, HASH.sha384, HASH.sha256)),
  subpacket(SUBPACKET.compressions, Buffer.of(COMPRESSIONS.zlib, COMPRESSIONS.zip, COMPRESSIONS.none)),
  subpacket(SUBPACKET.features, Buffer.of(1)),
];

/** A new key for one address. @throws KeyError NO_ADDRESS for what is none */
export function createKey({ name, address, now }: { readonly name: string; readonly address: string; readonly now: Date }): PgpIdentity {
  if (parseAddress(address) === undefined) throw new KeyError({ code: 'NO_ADDRESS' });
  const primary = newPart('ed25519', now);
  const subkey = newPart('x25519', now);
  const userId = Buffer.from(userIdText(name, address));
  const certification = signature(primary, TYPE.lastCertification, now, userIdTarget({ octets: userId }), [
    subpacket(SUBPACKET.keyFlags, Buffer.of(KEY_FLAG.certify | KEY_FLAG.sign)),
    subpacket(SUBPACKET.primaryUserId, Buffer.of(1)),
    ...PREFERENCES,
  ]);
  const binding = signature(primary, TYPE.subkeyBinding, now, subkey.key.hashed, [
    subpacket(SUBPACKET.keyFlags, Buffer.of(KEY_FLAG.encryptCommunication | KEY_FLAG.encryptStorage)),
  ]);
  const secret = Buffer.concat([
    packet(TAG.secretKey, primary.secretBody),
    packet(TAG.userId, userId),
    certification,
    packet(TAG.secretSubkey, subkey.secretBody),
    binding,
  ]);
  return { key: new PgpKey([...packetsIn(secret)]), secret };
}

/** Without what would end the name before the address. */
function userIdText(name: string, address: string): string {
  const clean = name.replace(/[<>()\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return clean === '' ? address.trim() : `${clean} <${address.trim()}>`;
}

type NewPart = SecretPart & { readonly secretBody: Buffer };

const pairOf = (kind: 'ed25519' | 'x25519'): { publicKey: KeyObject; privateKey: KeyObject } =>
  kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');

function newPart(kind: 'ed25519' | 'x25519', now: Date): NewPart {
  const { privateKey } = pairOf(kind);
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  const isAgreement = kind === 'x25519';
  const oid = isAgreement ? X25519 : ED25519;
  const body = Buffer.concat([
    Buffer.of(4),
    number(Math.floor(now.getTime() / 1000), 4),
    Buffer.of(isAgreement ? PUBLIC_KEY.ecdh : PUBLIC_KEY.eddsaLegacy, oid.length),
    oid,
    mpi(Buffer.concat([Buffer.of(0x40), Buffer.from(x, 'base64url')])),
    isAgreement ? KDF : Buffer.alloc(0),
  ]);
  const scalar = Buffer.from(d, 'base64url');
  // As an integer, the secret of Curve25519 stands the other way round, with the bits that it always has (RFC 9580 §5.5.5.6.1.1).
  const secret = mpi(isAgreement ? clamped(scalar).reverse() : scalar);
  const sum = secret.reduce((total, octet) => (total + octet) & 0xffff, 0);
  return { key: new PublicKeyPacket(body), privateKey, secretBody: Buffer.concat([body, Buffer.of(0), secret, number(sum, 2)]) };
}

function clamped(scalar: Buffer): Buffer {
  const octets = Buffer.from(scalar);
  octets[0] = (octets[0] ?? 0) & 248;
  octets[31] = ((octets[31] ?? 0) & 127) | 64;
  return octets;
}

function signature(primary: NewPart, type: number, now: Date, target: Uint8Array, subpackets: readonly Buffer[]): Buffer {
  const made = signer(primary, type, now, subpackets, new Uint8Array());
  made.update(primary.key.hashed);
  made.update(target);
  return made.signature();
}
