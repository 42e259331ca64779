/** Limits that only the relay knows; those shared with the app are in `#contract/limits`. */

/** Clock difference tolerated in `exp` and `nbf` of an invocation token. */
export const TOKEN_SKEW_SECONDS = 5;
/** Pause between two fetches of the key set because of an unknown `kid`. */
export const KEY_SET_COOLDOWN_MS = 60_000;
/** How long a fetched key set is used before it is fetched anew. */
export const KEY_SET_MAX_AGE_MS = 600_000;
/** Octets of an `Authorization` header that are looked at. */
export const MAX_TOKEN_CHARS = 16_384;
/** Requests handled at the same time by one process; more are refused at once. */
export const MAX_REQUESTS_UNDER_WAY = 500;
/** Time an HTTP client has for sending its whole request. */
export const REQUEST_TIMEOUT_MS = 60_000;

/** Time for the TCP connection and the TLS handshake, each. */
export const CONNECT_TIMEOUT_MS = 15_000;
/** Time for the server's greeting (RFC 5321 §4.5.3.2.1 gives 5 minutes; submission servers answer in seconds). */
export const GREETING_TIMEOUT_MS = 30_000;
/** Longest silence of the mail server in the middle of a conversation (RFC 5321 §4.5.3.2: 2 to 10 minutes). */
export const SMTP_IDLE_TIMEOUT_MS = 120_000;
/** Longest time one SMTP conversation may take, so that a trickle cannot hold a connection. */
export const SMTP_TOTAL_TIMEOUT_MS = 600_000;
/** Octets of one SMTP reply (RFC 5321 §4.5.3.1.5 allows lines of 512). */
export const MAX_SMTP_REPLY_BYTES = 16_384;

/** Longest silence of Confluence or its media host. */
export const CONFLUENCE_IDLE_TIMEOUT_MS = 30_000;
/** Redirects followed from Confluence to the media host. */
export const MAX_REDIRECTS = 3;
/** Octets of a JSON answer (token endpoints, GraphQL). */
export const MAX_JSON_ANSWER_BYTES = 262_144;
/** Time taken off the life of a cached token, so that it does not end on its way. */
export const TOKEN_MARGIN_MS = 60_000;

/** Octets of a picture that is decoded for scaling; a larger one is sent as it is. */
export const MAX_SCALED_IMAGE_BYTES = 25 * 1024 * 1024;
/** Pixels of a picture that is decoded, all frames together: 50 megapixels are 200 MB when decoded. */
export const MAX_IMAGE_PIXELS = 50_000_000;
/** Pictures decoded at the same time in one process. */
export const IMAGE_CONCURRENCY = 2;

/** How long the answer to an `Idempotency-Key` is remembered. */
export const IDEMPOTENCY_SECONDS = 600;
/** Longest debug mode of an installation. */
export const MAX_DEBUG_MINUTES = 24 * 60;
