/** Limits of Forge's key-value store (Forge documentation: limits-kvs-ce, storage-reference) and what they refuse. */

export const MAX_KEY_CHARS = 500;
export const MAX_VALUE_BYTES = 240 * 1024;
/** The page on secrets says 128 KiB, others 240; the smaller is what an app may rely on. */
export const MAX_SECRET_BYTES = 128 * 1024;
export const MAX_VALUE_DEPTH = 31;
export const MAX_QUERY_LIMIT = 100;
export const DEFAULT_QUERY_LIMIT = 10;
export const MAX_BATCH_ITEMS = 25;
export const MAX_TRANSACTION_OPERATIONS = 25;
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
export const MAX_TTL_MS = 365 * 24 * 3600 * 1000;
/** An expired value may still be read for this long. */
export const EXPIRY_DELAY_MS = 48 * 3600 * 1000;

const KEY_PATTERN = /^(?!\s+$)[a-zA-Z0-9:._\s#-]+$/;

/** A refusal of the store, with the status and code of its answer. */
export class KvsRefusal extends Error {
  override readonly name = 'KvsRefusal';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function checkKey(key: unknown): string {
  if (typeof key !== 'string' || key.length === 0) throw new KvsRefusal(400, 'KEY_TOO_SHORT', 'key must have at least one character');
  if (key.length > MAX_KEY_CHARS) throw new KvsRefusal(400, 'KEY_TOO_LONG', `key must have at most ${MAX_KEY_CHARS} characters`);
  if (!KEY_PATTERN.test(key)) throw new KvsRefusal(400, 'INVALID_KEY', `key must match ${KEY_PATTERN}`);
  return key;
}

/** Levels of nesting, found without recursion. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value];
  for (let depth = 0; ; depth += 1) {
    level = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []));
    if (level.length === 0) return depth;
  }
}

/** The value as JSON text, once it is known to be storable. */
export function checkValue(value: unknown, maxBytes: number): string {
  if (value === undefined || value === null) throw new KvsRefusal(400, 'INVALID_VALUE', 'value must not be null');
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > maxBytes) throw new KvsRefusal(400, 'MAX_SIZE', `value must have at most ${maxBytes} bytes`);
  if (depthOf(value) > MAX_VALUE_DEPTH) throw new KvsRefusal(400, 'MAX_DEPTH', `value must have at most ${MAX_VALUE_DEPTH} levels`);
  return text;
}

const UNIT_MS = { SECONDS: 1000, MINUTES: 60_000, HOURS: 3_600_000, DAYS: 86_400_000 } as const;

/** Milliseconds of `{value, unit}`. */
export function checkTtl(ttl: unknown): number | undefined {
  if (ttl === undefined) return undefined;
  const { value, unit } = (ttl ?? {}) as { value?: unknown; unit?: unknown };
  const unitMs = typeof unit === 'string' && Object.hasOwn(UNIT_MS, unit) ? UNIT_MS[unit as keyof typeof UNIT_MS] : Number.NaN;
  const ms = typeof value === 'number' ? value * unitMs : Number.NaN;
  if (!(ms > 0) || ms > MAX_TTL_MS) throw new KvsRefusal(400, 'INVALID_TTL', 'ttl must be positive and at most one year');
  return ms;
}

export function checkLimit(limit: unknown): number {
  if (limit === undefined) return DEFAULT_QUERY_LIMIT;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MAX_QUERY_LIMIT) {
    throw new KvsRefusal(400, 'INVALID_LIMIT', `limit must be between 1 and ${MAX_QUERY_LIMIT}`);
  }
  return limit;
}
