import type { KeyProblem } from '#contract/keys/problems';
import { armoredBlocks, isArmored } from '#mail/secure/openpgp/armor';
import { isPrimary, KeyTooLarge, MAX_SIGNATURES, MAX_USER_IDS, PgpKey } from '#mail/secure/openpgp/keys/key';
import { type Packet, PacketError, packetsIn, TAG } from '#mail/secure/openpgp/packet/read';

/** Octets of a file with keys, and keys of one, at most. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
export const MAX_KEYS = 200;

export interface ParsedKeys {
  /** Each once, in the file's order; of secret keys the public half. */
  readonly keys: PgpKey[];
  readonly problems: KeyProblem[];
}

/**
 * The keys of a file: any number of armored blocks, whatever stands around them, or binary packets, of one key or of many. Never throws: what
 * cannot be read becomes a problem, and the others are still given. Bounded in time for any file.
 */
export function parseKeys(input: Uint8Array | string): ParsedKeys {
  if (input.length > MAX_FILE_BYTES) return { keys: [], problems: [{ code: 'FILE_TOO_LARGE', params: { limit: '10 MB' } }] };
  const found = new Map<string, PgpKey>();
  const problems = new Map<string, KeyProblem>();
  const add = (problem: KeyProblem): void => void problems.set(problem.code, problem);
  let seen = 0;
  for (const packets of keysIn(input, () => add({ code: 'KEY_BROKEN' }))) {
    seen += 1;
    if (seen > MAX_KEYS) {
      add({ code: 'TOO_MANY_KEYS', params: { limit: String(MAX_KEYS) } });
      break;
    }
    const key = readKey(packets);
    if (key instanceof PgpKey) found.set(key.fingerprint, found.get(key.fingerprint) ?? key);
    else add(key);
  }
  if (found.size === 0 && problems.size === 0) add({ code: 'FILE_UNREADABLE' });
  return { keys: [...found.values()], problems: [...problems.values()] };
}

function readKey(packets: readonly Packet[]): PgpKey | KeyProblem {
  try {
    return new PgpKey(packets);
  } catch (error) {
    if (error instanceof KeyTooLarge)
      return { code: 'KEY_TOO_LARGE', params: { signatures: String(MAX_SIGNATURES), userIds: String(MAX_USER_IDS) } };
    if (!(error instanceof PacketError)) throw error;
    const version = /is of version (\d+)/.exec(error.message)?.[1];
    return version ? { code: 'ALGORITHM_UNKNOWN', params: { algorithm: `OpenPGP, version ${version}` } } : { code: 'KEY_BROKEN' };
  }
}

/** The runs of packets that begin with a primary key; `onBroken` where a block ends before its packets do. */
export function* keysIn(input: Uint8Array | string, onBroken: () => void): Generator<Packet[]> {
  for (const block of blocksIn(input)) {
    let current: Packet[] | undefined;
    try {
      for (const packet of packetsIn(block)) {
        if (isPrimary(packet.tag)) {
          if (current) yield current;
          current = [packet];
        } else if (packet.tag === TAG.signature || current) current?.push(packet);
        else if (packet.tag !== TAG.marker && packet.tag !== TAG.padding) break;
      }
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      onBroken();
      current = undefined;
    }
    if (current) yield current;
  }
}

const KEY_BLOCKS: ReadonlySet<string> = new Set(['PUBLIC KEY BLOCK', 'PRIVATE KEY BLOCK']);

function* blocksIn(input: Uint8Array | string): Generator<Uint8Array> {
  const text = typeof input === 'string' ? input : asText(input);
  if (text !== undefined && isArmored(text)) {
    for (const { kind, octets } of armoredBlocks(text)) if (KEY_BLOCKS.has(kind)) yield octets;
  } else if (input instanceof Uint8Array && ((input[0] ?? 0) & 0x80) !== 0) yield input;
}

/** A file as text: ASCII and what is like it, also UTF-16 with a mark, as Windows writes it. */
function asText(octets: Uint8Array): string | undefined {
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  if (octets[0] === 0xff && octets[1] === 0xfe) return buffer.toString('utf16le');
  if (octets[0] === 0xfe && octets[1] === 0xff)
    return Buffer.from(buffer)
      .subarray(0, buffer.length & ~1)
      .swap16()
      .toString('utf16le');
  return buffer.toString('latin1');
}
