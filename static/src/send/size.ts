/** Bytes of a file inside a mail: base64 in lines of 76 characters and a line break (RFC 2045 §6.8). */
export const wireBytes = (bytes: number): number => Math.ceil(Math.ceil(bytes / 3) * 4 * (78 / 76));
