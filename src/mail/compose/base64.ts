/** Base64 bodies (RFC 2045 §6.8): lines of 76 with CRLF after each. */

const MAX_LINE = 76;
const [CR, LF] = [13, 10];

/** Octets of the body of so many bytes. */
export function base64Size(bytes: number): number {
  const chars = Math.ceil(bytes / 3) * 4;
  return chars + Math.ceil(chars / MAX_LINE) * 2;
}

/** Octets that fill whole lines of base64. */
const LINE_OCTETS = 57;

const encodedLines = new WeakSet<Buffer>();
/** Whether these octets are what `base64Lines` gave: whole lines, each with CRLF, and nothing in them but base64. */
export const isBase64Lines = (octets: Buffer): boolean => encodedLines.has(octets);

/** Base64 in lines of 76 with CRLF after each, of the parts one after another; all but the last should be multiples of 57. */
export function base64Lines(...parts: readonly Buffer[]): Buffer {
  const output = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + base64Size(part.length), 0));
  let at = 0;
  for (const part of parts) {
    const end = at + base64Size(part.length);
    writeLines(part, output.subarray(at, end));
    at = end;
  }
  encodedLines.add(output);
  return output;
}

/** Fills `output` exactly. The text is written to its end and moved up line by line, which takes no second buffer. */
function writeLines(octets: Buffer, output: Buffer): void {
  const start = output.length - Math.ceil(octets.length / 3) * 4;
  output.write(octets.toString('base64'), start, 'latin1');
  let at = 0;
  for (let from = start; from < output.length; from += MAX_LINE) {
    const end = Math.min(from + MAX_LINE, output.length);
    output.copyWithin(at, from, end);
    at += end - from;
    output[at++] = CR;
    output[at++] = LF;
  }
}

/** A stream of octets as lines of base64, in pieces about as large as those that come in. */
export async function* base64Stream(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    // Only what completes the line begun is copied.
    const joint = rest.length > 0 ? chunk.subarray(0, LINE_OCTETS - rest.length) : rest;
    if (joint.length > 0) rest = Buffer.concat([rest, joint]);
    if (rest.length > 0 && rest.length < LINE_OCTETS) continue;
    const whole = chunk.length - ((chunk.length - joint.length) % LINE_OCTETS);
    const lines = base64Lines(rest, chunk.subarray(joint.length, whole));
    if (lines.length > 0) yield lines;
    rest = chunk.subarray(whole);
  }
  if (rest.length > 0) yield base64Lines(rest);
}
