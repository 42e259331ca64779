import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { CURVES, PUBLIC_KEY } from '#mail/secure/openpgp/algorithms';
import type { Octets } from '#mail/secure/openpgp/packet/read';

/** The algorithm-specific part of public keys (RFC 9580 §5.5.5). */

export type Material =
  | { readonly kind: 'rsa'; readonly n: Uint8Array; readonly e: Uint8Array; readonly bits: number; readonly text: string }
  | {
      /** A NIST or Brainpool curve; `kdf` of keys for agreement: hash and cipher (RFC 9580 §11.5). */
      readonly kind: 'ec';
      readonly curve: string;
      readonly oid: Uint8Array;
      readonly octets: number;
      readonly point: Uint8Array;
      readonly kdf?: Kdf | undefined;
      readonly text: string;
    }
  | {
      readonly kind: 'ed25519' | 'ed448' | 'x25519' | 'x448';
      readonly point: Uint8Array;
      /** Written in the way of before RFC 9580, which every program reads. */
      readonly legacyOid?: Uint8Array | undefined;
      readonly kdf?: Kdf | undefined;
      readonly text: string;
    }
  /** No longer safe: DSA, ElGamal. */
  | { readonly kind: 'obsolete'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string };

export interface Kdf {
  readonly hashId: number;
  readonly cipherId: number;
}

/** Native keys of RFC 9580 by algorithm: octets of the point. */
const NATIVE = {
  [PUBLIC_KEY.x25519]: { kind: 'x25519', octets: 32, text: 'X25519' },
  [PUBLIC_KEY.x448]: { kind: 'x448', octets: 56, text: 'X448' },
  [PUBLIC_KEY.ed25519]: { kind: 'ed25519', octets: 32, text: 'Ed25519' },
  [PUBLIC_KEY.ed448]: { kind: 'ed448', octets: 57, text: 'Ed448' },
} as const;
const isNative = (algorithm: number): algorithm is keyof typeof NATIVE => Object.hasOwn(NATIVE, algorithm);

/** Reads what follows a key's algorithm, and no more of it. @throws PacketError */
export function materialOf(algorithm: number, octets: Octets): Material {
  if (isNative(algorithm)) {
    const { kind, octets: size, text } = NATIVE[algorithm];
    return { kind, text, point: octets.take(size) };
  }
  switch (algorithm) {
    case PUBLIC_KEY.rsa:
    case PUBLIC_KEY.rsaEncrypt:
    case PUBLIC_KEY.rsaSign:
      return rsa(octets.mpi(), octets.mpi());
    case PUBLIC_KEY.elgamal:
    case PUBLIC_KEY.elgamalSign:
      return obsolete('ElGamal', [octets.mpi(), octets.mpi(), octets.mpi()]);
    case PUBLIC_KEY.dsa:
      return obsolete('DSA', [octets.mpi(), octets.mpi(), octets.mpi(), octets.mpi()]);
    case PUBLIC_KEY.ecdh:
    case PUBLIC_KEY.ecdsa:
    case PUBLIC_KEY.eddsaLegacy:
      return curved(algorithm, octets);
    default:
      return { kind: 'unknown', text: `OpenPGP algorithm ${algorithm}` };
  }
}

const bitsOf = (value: Uint8Array): number => (value.length === 0 ? 0 : value.length * 8 - (Math.clz32(value[0] ?? 0) - 24));
const rsa = (n: Uint8Array, e: Uint8Array): Material => ({ kind: 'rsa', n, e, bits: bitsOf(n), text: `RSA ${bitsOf(n)}` });
const obsolete = (name: string, numbers: readonly Uint8Array[]): Material => ({
  kind: 'obsolete',
  text: `${name} ${bitsOf(numbers[0] ?? new Uint8Array())}`,
});

function curved(algorithm: number, octets: Octets): Material {
  const oid = octets.counted(1);
  const point = octets.mpi();
  const parameters = algorithm === PUBLIC_KEY.ecdh ? octets.counted(1) : undefined;
  const kdf = parameters && { hashId: parameters[1] ?? 0, cipherId: parameters[2] ?? 0 };
  const curve = CURVES[Buffer.from(oid).toString('hex')];
  if (!curve) return { kind: 'unknown', text: `curve ${Buffer.from(oid).toString('hex')}` };
  if (curve.node === undefined) {
    const isAgreement = curve.name === 'X25519';
    if (isAgreement !== (algorithm === PUBLIC_KEY.ecdh) || point.length !== 33 || point[0] !== 0x40)
      return { kind: 'unknown', text: curve.name };
    return { kind: isAgreement ? 'x25519' : 'ed25519', point: point.subarray(1), legacyOid: oid, kdf, text: curve.name };
  }
  if (algorithm === PUBLIC_KEY.eddsaLegacy) return { kind: 'unknown', text: curve.name };
  const name = algorithm === PUBLIC_KEY.ecdh ? 'ECDH' : 'ECDSA';
  return { kind: 'ec', curve: curve.node, oid, octets: curve.octets, point, kdf, text: `${name} ${curve.name}` };
}

const EC_PUBLIC_KEY = Buffer.from('06072a8648ce3d0201', 'hex');
const der = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([body.length < 128 ? Buffer.of(tag, body.length) : Buffer.of(tag, 0x81, body.length), body]);
};

const OKP = { ed25519: 'Ed25519', ed448: 'Ed448', x25519: 'X25519', x448: 'X448' } as const;
const base64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url');

/** The key for node:crypto; undefined where there is none: unknown algorithms, points that are not on their curve. */
export function publicKeyOf(material: Material): KeyObject | undefined {
  if (material.kind === 'obsolete' || material.kind === 'unknown') return undefined;
  try {
    if (material.kind !== 'ec') return createPublicKey({ key: jwkOf(material), format: 'jwk' });
    const algorithm = der(0x30, EC_PUBLIC_KEY, der(0x06, material.oid));
    const spki = der(0x30, algorithm, der(0x03, Buffer.of(0), material.point));
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** A public key as JSON Web Key (RFC 7517, RFC 8037). */
export function jwkOf(material: Exclude<Material, { kind: 'ec' | 'obsolete' | 'unknown' }>): JsonWebKey {
  if (material.kind === 'rsa') return { kty: 'RSA', n: base64url(material.n), e: base64url(material.e) };
  return { kty: 'OKP', crv: OKP[material.kind], x: base64url(material.point) };
}

/** A private key on a curve (RFC 5915), DER. */
export function sec1({ oid, point }: Extract<Material, { kind: 'ec' }>, d: Uint8Array): Buffer {
  const parameters = der(0xa0, der(0x06, oid));
  return der(0x30, Buffer.of(2, 1, 1), der(0x04, d), parameters, der(0xa1, der(0x03, Buffer.of(0), point)));
}
