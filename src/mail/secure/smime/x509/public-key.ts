import { CURVES, OID } from '#mail/secure/smime/asn1/oids';
import { type Element, elementAt, fieldsOf } from '#mail/secure/smime/asn1/read';
import { bitOctets, oidOf, unsignedOctets } from '#mail/secure/smime/asn1/values';

/** What kind of key a SubjectPublicKeyInfo holds (RFC 5280 §4.1.2.7, RFC 5480, RFC 8410). */
export type KeyKind =
  | {
      readonly kind: 'rsa' | 'rsa-pss';
      readonly bits: number;
      readonly isOdd: boolean;
      readonly exponent: Uint8Array;
      readonly text: string;
    }
  | { readonly kind: 'ec'; readonly curve: string; readonly text: string }
  | { readonly kind: 'ed25519' | 'x25519' | 'ed448' | 'x448'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string };

const EDWARDS: Readonly<Record<string, KeyKind>> = {
  [OID.ed25519]: { kind: 'ed25519', text: 'Ed25519' },
  [OID.x25519]: { kind: 'x25519', text: 'X25519' },
  [OID.ed448]: { kind: 'ed448', text: 'Ed448' },
  [OID.x448]: { kind: 'x448', text: 'X448' },
};
const OTHERS: Readonly<Record<string, string>> = { '1.2.840.10040.4.1': 'DSA', '1.2.840.10046.2.1': 'Diffie-Hellman' };

/** @throws Asn1Error */
export function keyKindOf(spki: Element): KeyKind {
  const fields = fieldsOf(spki);
  const algorithm = fieldsOf(fields.next());
  const oid = oidOf(algorithm.next());
  if (oid === OID.rsaEncryption || oid === OID.rsaPss) return rsaKind(oid, bitOctets(fields.next()));
  if (oid === OID.ecPublicKey) {
    const curve = algorithm.isAtEnd ? undefined : algorithm.next();
    const known = curve?.tag === 0x06 ? CURVES[oidOf(curve)] : undefined;
    return known && curve ? { kind: 'ec', curve: oidOf(curve), text: `ECDSA ${known.name}` } : { kind: 'unknown', text: curveText(curve) };
  }
  return EDWARDS[oid] ?? { kind: 'unknown', text: OTHERS[oid] ?? oid };
}

const curveText = (curve: Element | undefined): string => (curve?.tag === 0x06 ? `EC ${oidOf(curve)}` : 'EC with parameters of its own');

function rsaKind(oid: string, content: Uint8Array): KeyKind {
  const numbers = fieldsOf(elementAt(content));
  const modulus = unsignedOctets(numbers.next());
  const exponent = unsignedOctets(numbers.next());
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  const isOdd = ((modulus.at(-1) ?? 0) & 1) === 1;
  return oid === OID.rsaPss
    ? { kind: 'rsa-pss', bits, isOdd, exponent, text: `RSA-PSS ${bits}` }
    : { kind: 'rsa', bits, isOdd, exponent, text: `RSA ${bits}` };
}
