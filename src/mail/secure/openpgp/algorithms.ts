/** The algorithm numbers of OpenPGP (RFC 9580 §9) that are known here. */

export const PUBLIC_KEY = {
  rsa: 1,
  rsaEncrypt: 2,
  rsaSign: 3,
  elgamal: 16,
  dsa: 17,
  ecdh: 18,
  ecdsa: 19,
  elgamalSign: 20,
  eddsaLegacy: 22,
  x25519: 25,
  x448: 26,
  ed25519: 27,
  ed448: 28,
} as const;

export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-512';
/** MD5 and RIPEMD-160 are left out: signatures with them can be forged or are no longer read. */
export const HASHES: ReadonlyMap<number, HashName> = new Map([
  [2, 'sha1'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
  [12, 'sha3-256'],
  [14, 'sha3-512'],
]);
export const HASH = { sha256: 8, sha384: 9, sha512: 10 } as const;
export type WrittenHash = keyof typeof HASH;
/** Octets of the salt of version 6 signatures (RFC 9580 §9.5). */
export const SALT_OCTETS: Readonly<Record<WrittenHash, number>> = { sha256: 16, sha384: 24, sha512: 32 };

export type CipherName = 'aes128' | 'aes192' | 'aes256';
export const CIPHERS = {
  aes128: { id: 7, keyOctets: 16, cfb: 'aes-128-cfb', ocb: 'aes-128-ocb', gcm: 'aes-128-gcm', wrap: 'aes128-wrap', text: 'AES-128' },
  aes192: { id: 8, keyOctets: 24, cfb: 'aes-192-cfb', ocb: 'aes-192-ocb', gcm: 'aes-192-gcm', wrap: 'aes192-wrap', text: 'AES-192' },
  aes256: { id: 9, keyOctets: 32, cfb: 'aes-256-cfb', ocb: 'aes-256-ocb', gcm: 'aes-256-gcm', wrap: 'aes256-wrap', text: 'AES-256' },
} as const satisfies Record<
  CipherName,
  { id: number; keyOctets: number; cfb: string; ocb: string; gcm: string; wrap: string; text: string }
>;
export const cipherWithId = (id: number): (typeof CIPHERS)[CipherName] | undefined => Object.values(CIPHERS).find((each) => each.id === id);

export type CompressionName = 'none' | 'zip' | 'zlib';
export const COMPRESSIONS = { none: 0, zip: 1, zlib: 2 } as const satisfies Record<CompressionName, number>;

/** Authenticated modes (RFC 9580 §9.6). OCB is the one that every program must know; it is what is written. EAX, which few know, is left out. */
export const AEAD_MODES = { ocb: { id: 2, nonceOctets: 15 }, gcm: { id: 3, nonceOctets: 12 } } as const;
export type AeadMode = keyof typeof AEAD_MODES;
export const aeadModeWithId = (id: number): AeadMode | undefined => {
  const found = Object.entries(AEAD_MODES).find(([, mode]) => mode.id === id)?.[0];
  return found === 'ocb' || found === 'gcm' ? found : undefined;
};
export const AEAD_TAG_OCTETS = 16;

/** Curves by the hexadecimal form of their object identifier (RFC 9580 §9.2). */
export const CURVES: Readonly<Record<string, { readonly name: string; readonly octets: number; readonly node: string | undefined }>> = {
  '2a8648ce3d030107': { name: 'P-256', octets: 32, node: 'prime256v1' },
  '2b81040022': { name: 'P-384', octets: 48, node: 'secp384r1' },
  '2b81040023': { name: 'P-521', octets: 66, node: 'secp521r1' },
  '2b2403030208010107': { name: 'brainpoolP256r1', octets: 32, node: 'brainpoolP256r1' },
  '2b240303020801010b': { name: 'brainpoolP384r1', octets: 48, node: 'brainpoolP384r1' },
  '2b240303020801010d': { name: 'brainpoolP512r1', octets: 64, node: 'brainpoolP512r1' },
  '2b06010401da470f01': { name: 'Ed25519', octets: 32, node: undefined },
  '2b060104019755010501': { name: 'X25519', octets: 32, node: undefined },
};
