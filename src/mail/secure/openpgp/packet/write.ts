/** Writing OpenPGP packets (RFC 9580 §4.2) in the current format. */
import type { OctetStream } from '#mail/secure/types';

export function number(value: number, octets: 1 | 2 | 4): Buffer {
  const buffer = Buffer.alloc(octets);
  buffer.writeUIntBE(value, 0, octets);
  return buffer;
}

/** A multiprecision integer (RFC 9580 §3.2). */
export function mpi(value: Uint8Array): Buffer {
  const start = value.findIndex((octet) => octet !== 0);
  const octets = start < 0 ? value.subarray(value.length) : value.subarray(start);
  const bits = octets.length === 0 ? 0 : octets.length * 8 - Math.clz32(octets[0] ?? 0) + 24;
  return Buffer.concat([number(bits, 2), octets]);
}

/** A length of a packet or a subpacket. */
export function length(octets: number): Buffer {
  if (octets < 192) return number(octets, 1);
  if (octets < 8384) return Buffer.of(((octets - 192) >> 8) + 192, (octets - 192) & 0xff);
  return Buffer.concat([Buffer.of(255), number(octets, 4)]);
}

/** A packet whose body is at hand. */
export function packet(tag: number, ...body: readonly Uint8Array[]): Buffer {
  const size = body.reduce((sum, each) => sum + each.length, 0);
  return Buffer.concat([Buffer.of(0xc0 | tag), length(size), ...body]);
}

/** A body of unknown size goes in pieces of 2^16 octets: the first has at least 512 as it must (RFC 9580 §4.2.1.4), or is the last. */
const PIECE_POWER = 16;
export const PIECE_OCTETS = 1 << PIECE_POWER;
const PIECE_LENGTH = Buffer.of(224 + PIECE_POWER);

/** A packet whose body is a stream, in partial lengths. */
export async function* streamedPacket(tag: number, body: OctetStream): AsyncGenerator<Buffer> {
  yield Buffer.of(0xc0 | tag);
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    let rest = chunk;
    while (size + rest.length >= PIECE_OCTETS) {
      const fits = PIECE_OCTETS - size;
      yield Buffer.concat([PIECE_LENGTH, ...waiting, rest.subarray(0, fits)]);
      rest = rest.subarray(fits);
      waiting = [];
      size = 0;
    }
    if (rest.length > 0) waiting.push(rest);
    size += rest.length;
  }
  yield Buffer.concat([length(size), ...waiting]);
}
