import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwkOf, sec1 } from '#mail/secure/openpgp/keys/material';
import { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { padded } from '#mail/secure/openpgp/keys/signature';
import { Octets, type Packet, PacketError, TAG } from '#mail/secure/openpgp/packet/read';

/** Secret key packets (RFC 9580 §5.5.3) as far as they are not protected by a passphrase. */

export const isSecret = ({ tag }: Packet): boolean => tag === TAG.secretKey || tag === TAG.secretSubkey;

export type Protection = 'none' | 'passphrase' | 'elsewhere';
/** `elsewhere`: the secret is on a card or was left out (GnuPG's own extension, S2K 101). */
export function protectionOf({ body }: Packet): Protection {
  const octets = new Octets(body.subarray(new PublicKeyPacket(body).body.length));
  const usage = octets.number(1);
  if (usage === 0) return 'none';
  return usage >= 253 && Buffer.from(octets.rest().subarray(0, 8)).includes('GNU') ? 'elsewhere' : 'passphrase';
}

export interface SecretPart {
  readonly key: PublicKeyPacket;
  readonly privateKey: KeyObject;
}

/**
 * The secret of a key that is not protected.
 * @throws PacketError where it is damaged, not that of its public half, or of an unknown kind
 */
export function secretPartOf({ body }: Packet): SecretPart {
  const key = new PublicKeyPacket(body);
  const octets = new Octets(body.subarray(key.body.length));
  if (octets.number(1) !== 0) throw new PacketError('is protected');
  const privateKey = privateKeyOf(key, octets);
  if (!privateKey || !key.usableKey || !createPublicKey(privateKey).equals(key.usableKey)) throw new PacketError('is no pair');
  return { key, privateKey };
}

function privateKeyOf({ material }: PublicKeyPacket, octets: Octets): KeyObject | undefined {
  if (material.kind === 'rsa') {
    const [d, p, q, u] = [octets.mpi(), octets.mpi(), octets.mpi(), octets.mpi()];
    // OpenPGP keeps the inverse of p modulo q; so the primes change places (RFC 8017 §3.2).
    return fromJwk({ ...jwkOf(material), ...rsaFactors({ d, p: q, q: p, qi: u }) });
  }
  if (material.kind === 'ec') {
    const key = sec1(material, padded(octets.mpi(), material.octets));
    return attempt(() => createPrivateKey({ key, format: 'der', type: 'sec1' }));
  }
  if (material.kind === 'obsolete' || material.kind === 'unknown') return undefined;
  const d = material.legacyOid ? padded(octets.mpi(), 32) : octets.take(material.point.length);
  // As an integer, the secret of Curve25519 stands the other way round (RFC 9580 §5.5.5.6.1.1).
  return fromJwk({ ...jwkOf(material), d: base64url(material.legacyOid && material.kind === 'x25519' ? d.toReversed() : d) });
}

const base64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url');
const numeric = (octets: Uint8Array): bigint => BigInt(`0x0${Buffer.from(octets).toString('hex')}`);
function octetsOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

function rsaFactors({ d, p, q, qi }: Record<'d' | 'p' | 'q' | 'qi', Uint8Array>): Record<string, string> {
  const [exponent, one, other] = [numeric(d), numeric(p), numeric(q)];
  if (one < 2n || other < 2n) throw new PacketError('is no pair');
  const dp = octetsOf(exponent % (one - 1n));
  const dq = octetsOf(exponent % (other - 1n));
  return Object.fromEntries(Object.entries({ d, p, q, dp, dq, qi }).map(([name, value]) => [name, base64url(value)]));
}

const fromJwk = (key: Record<string, unknown>): KeyObject | undefined => attempt(() => createPrivateKey({ key, format: 'jwk' }));

function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
