/**
 * RC2-CBC (RFC 2268) and RC4, for reading alone: old PKCS #12 files are protected with them, and Node's OpenSSL leaves both to a provider
 * that it lacks.
 */

/** PITABLE (RFC 2268 §2): a permutation of the octets. */
const PI_TABLE = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

const BLOCK_OCTETS = 8;
const WORDS = [0, 1, 2, 3] as const;
const ROTATIONS = [1, 2, 3, 5] as const;
/** Rounds of mixing, undone from the last to the first; between them mashing is undone. */
const MIXINGS = [5, 6, 5] as const;

/** The 64 words that a key becomes; as many of its bits count as it has (RFC 2268 §2). */
function expanded(key: Uint8Array): Uint16Array {
  const octets = new Uint8Array(128);
  octets.set(key.subarray(0, 128));
  const of = (index: number): number => octets[index] ?? 0;
  const pi = (index: number): number => PI_TABLE[index & 255] ?? 0;
  for (let at = key.length; at < 128; at += 1) octets[at] = pi(of(at - 1) + of(at - key.length));
  octets[128 - key.length] = pi(of(128 - key.length));
  for (let at = 127 - key.length; at >= 0; at -= 1) octets[at] = pi(of(at + 1) ^ of(at + key.length));
  return Uint16Array.from({ length: 64 }, (_, at) => of(2 * at) | (of(2 * at + 1) << 8));
}

/** Undoes one block (RFC 2268 §4). */
function decryptedBlock(words: Uint16Array, block: Buffer): Buffer {
  const state = Uint16Array.from(WORDS, (at) => block.readUInt16LE(at * 2));
  const of = (index: number): number => state[index & 3] ?? 0;
  let next = 63;
  const unmix = (): void => {
    for (const at of WORDS.toReversed()) {
      const [turned, by] = [of(at), ROTATIONS[at]];
      const back = ((turned >>> by) | (turned << (16 - by))) & 0xffff;
      state[at] = back - (words[next] ?? 0) - (of(at + 3) & of(at + 2)) - (~of(at + 3) & of(at + 1));
      next -= 1;
    }
  };
  const unmash = (): void => {
    for (const at of WORDS.toReversed()) state[at] = of(at) - (words[of(at + 3) & 63] ?? 0);
  };
  for (const [index, rounds] of MIXINGS.entries()) {
    if (index > 0) unmash();
    for (let round = 0; round < rounds; round += 1) unmix();
  }
  const result = Buffer.alloc(BLOCK_OCTETS);
  for (const at of WORDS) result.writeUInt16LE(of(at), at * 2);
  return result;
}

/** Undoes RC2-CBC; undefined where the padding is none. `key`: at most 128 octets, all of whose bits count. */
export function decryptedRc2(key: Uint8Array, iv: Uint8Array, octets: Uint8Array): Buffer | undefined {
  if (octets.length === 0 || octets.length % BLOCK_OCTETS !== 0 || iv.length !== BLOCK_OCTETS) return undefined;
  const words = expanded(key);
  const source = Buffer.from(octets);
  const plain = Buffer.alloc(octets.length);
  let before: Uint8Array = iv;
  for (let at = 0; at < source.length; at += BLOCK_OCTETS) {
    const block = source.subarray(at, at + BLOCK_OCTETS);
    for (const [index, octet] of decryptedBlock(words, block).entries()) plain[at + index] = octet ^ (before[index] ?? 0);
    before = block;
  }
  const padding = plain.at(-1) ?? 0;
  const isPadded = padding >= 1 && padding <= BLOCK_OCTETS && plain.subarray(-padding).every((octet) => octet === padding);
  return isPadded ? plain.subarray(0, -padding) : undefined;
}

/** RC4, which is its own inverse. */
export function rc4(key: Uint8Array, octets: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at);
  const of = (index: number): number => state[index & 255] ?? 0;
  const swap = (one: number, other: number): void => {
    [state[one], state[other]] = [of(other), of(one)];
  };
  for (let at = 0, by = 0; at < 256; at += 1) {
    by = (by + of(at) + (key[at % key.length] ?? 0)) & 255;
    swap(at, by);
  }
  let by = 0;
  const plain = octets.map((octet, index) => {
    const at = (index + 1) & 255;
    by = (by + of(at)) & 255;
    swap(at, by);
    return octet ^ of(of(at) + of(by));
  });
  return Buffer.from(plain);
}
