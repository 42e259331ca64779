/** Limits that only the relay knows; those shared with the app are in `#contract/limits`. */

import { RELAY_MAIL_SECONDS } from '#contract/limits';

/** Clock difference tolerated in `exp` and `nbf` of an invocation token. */
export const TOKEN_SKEW_SECONDS = 5;
/** Pause between two fetches of the key set because of an unknown `kid`. */
export const KEY_SET_COOLDOWN_MS = 60_000;
/** Longest time for fetching it. */
export const KEY_SET_TIMEOUT_MS = 5_000;
/** How long a fetched key set is used before it is fetched anew. */
export const KEY_SET_MAX_AGE_MS = 600_000;
/** Octets of an `Authorization` header that are looked at. */
export const MAX_TOKEN_CHARS = 16_384;
/** Requests handled at the same time by one process; more are refused at once. */
export const MAX_REQUESTS_UNDER_WAY = 500;
/** Octets of all mails that are under way in one process, files not counted: each is in memory until its server has it. */
export const MAX_BODY_BYTES_UNDER_WAY = 128 * 1024 * 1024;
/** Wait suggested to who is turned away because too much is under way. */
export const BUSY_RETRY_SECONDS = 5;
/** How long an idle HTTP connection is kept: longer than reverse proxies keep theirs, so that they close first. */
export const KEEP_ALIVE_MS = 75_000;
/** Time an HTTP client has for sending its whole request. */
export const REQUEST_TIMEOUT_MS = 60_000;

/** How long the relay waits for others, in ms. */
export const TIMEOUTS = {
  /** For the TCP connection and for the TLS handshake, each. */
  connectMs: 15_000,
  /** For the server's greeting, and for the login (RFC 5321 §4.5.3.2.1 gives 5 minutes; submission servers answer in seconds). */
  greetingMs: 30_000,
  /** Longest silence of the mail server in the middle of a conversation (RFC 5321 §4.5.3.2: 2 to 10 minutes). */
  smtpIdleMs: 120_000,
  /** Longest time one mail may take, its files and the connection included; the app asks for the outcome within it. */
  smtpTotalMs: RELAY_MAIL_SECONDS * 1000,
  /** Longest silence of Confluence or its media host while the relay reads. */
  confluenceIdleMs: 30_000,
};
export type Timeouts = Readonly<typeof TIMEOUTS>;
/** Octets of one SMTP reply (RFC 5321 §4.5.3.1.5 allows lines of 512). */
export const MAX_SMTP_REPLY_BYTES = 16_384;

/** Redirects followed from Confluence to the media host. */
export const MAX_REDIRECTS = 3;
/** Octets of a JSON answer (token endpoints, GraphQL). */
export const MAX_JSON_ANSWER_BYTES = 262_144;
/** Time taken off the life of a cached token, so that it does not end on its way. */
export const TOKEN_MARGIN_MS = 60_000;

/** Attachments and pictures of one mail. */
export const MAX_FILES = 1_000;
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

/** Octets of an attached mail that is kept in memory to see whether it can go as it is; a larger one goes as a file. */
export const MAX_ATTACHED_MESSAGE_BYTES = 10 * 1024 * 1024;
