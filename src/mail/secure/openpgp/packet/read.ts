/** Reading OpenPGP packets (RFC 9580 §4) of keys: what a file holds is not trusted, and nothing is copied. */

/** The octets are no packets, or not those of a key. */
export class PacketError extends Error {
  override readonly name = 'PacketError';
}

/** Fields one after another. Every read throws PacketError where there are not enough octets left. */
export class Octets {
  readonly bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  get left(): number {
    return this.bytes.length - this.#at;
  }
  get position(): number {
    return this.#at;
  }
  take(count: number): Uint8Array {
    if (count > this.left) throw new PacketError('ends too early');
    this.#at += count;
    return this.bytes.subarray(this.#at - count, this.#at);
  }
  rest(): Uint8Array {
    return this.take(this.left);
  }
  /** An unsigned integer of so many octets, four at most. */
  number(octets: 1 | 2 | 4): number {
    return this.take(octets).reduce((sum, octet) => sum * 256 + octet, 0);
  }
  /** What a length of so many octets announces. */
  counted(octets: 1 | 2 | 4): Uint8Array {
    return this.take(this.number(octets));
  }
  /** A multiprecision integer (RFC 9580 §3.2), without leading zeros. */
  mpi(): Uint8Array {
    const value = this.take(Math.ceil(this.number(2) / 8));
    const start = value.findIndex((octet) => octet !== 0);
    return start < 0 ? value.subarray(value.length) : value.subarray(start);
  }
}

export interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
  /** Header and body, as they came. */
  readonly octets: Uint8Array;
}

export const TAG = {
  sessionKey: 1,
  signature: 2,
  onePassSignature: 4,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  compressed: 8,
  unprotected: 9,
  marker: 10,
  literal: 11,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  protected: 18,
  digest: 19,
  padding: 21,
} as const;

/** The packets in these octets, in either format. Partial lengths, which keys do not have, are refused. @throws PacketError */
export function* packetsIn(bytes: Uint8Array): Generator<Packet> {
  const octets = new Octets(bytes);
  while (octets.left > 0) {
    const start = octets.position;
    const first = octets.number(1);
    if ((first & 0x80) === 0) throw new PacketError('is no packet');
    const isNew = (first & 0x40) !== 0;
    const tag = isNew ? first & 0x3f : (first >> 2) & 0x0f;
    if (tag === 0) throw new PacketError('is no packet');
    const body = octets.take(isNew ? newLength(octets) : oldLength(octets, first & 3));
    yield { tag, body, octets: bytes.subarray(start, octets.position) };
  }
}

/** The packets of a message, whose bodies may come in pieces (RFC 9580 §4.2.1.4). @throws PacketError */
export function* messagePacketsIn(bytes: Uint8Array): Generator<Pick<Packet, 'tag' | 'body'>> {
  const octets = new Octets(bytes);
  while (octets.left > 0) {
    const first = octets.number(1);
    if ((first & 0x80) === 0) throw new PacketError('is no packet');
    const isNew = (first & 0x40) !== 0;
    const tag = isNew ? first & 0x3f : (first >> 2) & 0x0f;
    yield { tag, body: isNew ? piecesOf(octets) : octets.take(oldLength(octets, first & 3)) };
  }
}

function piecesOf(octets: Octets): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const first = octets.take(1)[0] ?? 0;
    const isPartial = first >= 224 && first < 255;
    pieces.push(octets.take(isPartial ? 2 ** (first & 0x1f) : lengthAfter(first, octets)));
    if (!isPartial) return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  }
}

/** RFC 9580 §4.2.1; subpackets use it too, with all values of the first octet from 192 to 254 (§5.2.3.7). */
export function newLength(octets: Octets, isSubpacket = false): number {
  const first = octets.number(1);
  if (first >= 224 && first < 255 && !isSubpacket) throw new PacketError('has a partial length');
  return lengthAfter(first, octets);
}

function lengthAfter(first: number, octets: Octets): number {
  if (first < 192) return first;
  return first === 255 ? octets.number(4) : (first - 192) * 256 + octets.number(1) + 192;
}

/** RFC 9580 §4.2.2. */
function oldLength(octets: Octets, type: number): number {
  if (type === 3) return octets.left;
  return octets.number(type === 0 ? 1 : type === 1 ? 2 : 4);
}
