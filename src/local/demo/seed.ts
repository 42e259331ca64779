/** Numbers that look random and are the same each time: mulberry32. Between 0 (included) and 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const CHUNK_BYTES = 65_536;

/** `sizeBytes` bytes that do not compress, in chunks, the same for the same seed; `head` stands at the start. */
export function* seededBytes(seed: number, sizeBytes: number, head: Uint8Array = new Uint8Array()): Generator<Uint8Array> {
  if (head.length > 0) yield head;
  let state = seed >>> 0 || 1;
  for (let left = sizeBytes - head.length; left > 0; left -= CHUNK_BYTES) {
    const words = new Uint32Array(CHUNK_BYTES / 4);
    for (let index = 0; index < words.length; index += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[index] = state;
    }
    yield new Uint8Array(words.buffer, 0, Math.min(left, CHUNK_BYTES));
  }
}
