/**
 * Every limit that more than one part of Pagemail must agree on, once, with its unit in its name.
 * Platform limits name the Forge documentation page they come from.
 */

/** Bytes of one whole message on the wire, attachments base64-encoded; what most mail servers accept (Gmail, Microsoft 365: 25 MB). */
export const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;

/** Recipients of one mail after groups are expanded (Microsoft 365 allows 500, many submission servers 100; RFC 5321 §4.5.3.1.8 asks for at least 100). */
export const MAX_RECIPIENTS = 100;

/** Entries in To, Cc and Bcc together before groups are expanded. */
export const MAX_DRAFT_RECIPIENTS = 200;

/** Characters of a subject as typed. */
export const MAX_SUBJECT_CHARS = 255;

/** Characters of the note above the page. */
export const MAX_NOTE_CHARS = 10_000;

/** Files a person may attach to one mail. */
export const MAX_ATTACHMENTS = 50;

/** Members of a group that are ever expanded; larger groups are refused by name. */
export const MAX_GROUP_MEMBERS = 500;

/** Octets of an address: local part 64, domain 255, path 256 with the brackets (RFC 5321 §4.5.3.1). */
export const MAX_ADDRESS_OCTETS = 254;
export const MAX_LOCAL_PART_OCTETS = 64;

/** Gmail's clients cut a message's HTML at this size and show a link instead. */
export const GMAIL_CLIP_BYTES = 102_400;

/** How long a send job and its results can be read (Forge KVS TTL, at most one year). */
export const JOB_TTL_DAYS = 7;

/** Delivery attempts of one job, the first included. */
export const MAX_ATTEMPTS = 4;

/** Longest time the delivery consumer may run (Forge limits-invocation: 900 s for consumers with timeoutSeconds). */
export const DELIVERY_TIMEOUT_SECONDS = 900;

/** Pause before each further attempt, in seconds (limits-async-events: delayInSeconds 0–900). */
export const RETRY_DELAYS_SECONDS = [30, 180, 900] as const;

/** Bytes of one request to the relay: HTML and text of a page and the addresses, never file contents. */
export const MAX_RELAY_REQUEST_BYTES = 20 * 1024 * 1024;

/** Longest side, in px, that an inline image is scaled down to unless the settings say otherwise. */
export const DEFAULT_IMAGE_SIDE_PX = 1600;

/** Recipients of one mail after groups are expanded unless the policy says otherwise; above it everybody gets a mail of their own. */
export const DEFAULT_RECIPIENTS_PER_MAIL = MAX_RECIPIENTS;

/** Recipients that one send may have in all, as one mail or as individual ones (a job of that many still fits into one stored value). */
export const MAX_JOB_RECIPIENTS = 500;

/** Spaces that may differ from the site's switch. */
export const MAX_SPACE_EXCEPTIONS = 500;

/** Mail accounts of the site. */
export const MAX_MAIL_ACCOUNTS = 20;

/** Pictures that a page holds within itself (`data:` addresses): how many, bytes of one, and of all in one mail. */
export const MAX_DATA_IMAGES = 20;
export const MAX_DATA_IMAGE_BYTES = 1024 * 1024;
export const MAX_DATA_IMAGES_BYTES = 4 * 1024 * 1024;

/** Bytes of an uploaded logo. */
export const MAX_LOGO_BYTES = 150 * 1024;

/** Days that records of sent mail are kept unless the settings say otherwise, and at most (Forge KVS: a TTL is at most one year). */
export const DEFAULT_RETENTION_DAYS = 90;
export const MAX_RETENTION_DAYS = 365;

/** Records of sent mail in one answer. */
export const HISTORY_PAGE_SIZE = 25;

/** Longest time the debug log stays on. */
export const MAX_DEBUG_LOG_HOURS = 24;

/** Bytes of settings in one stored value: Forge's limit is 240 KiB, and a margin. */
export const MAX_SETTINGS_BYTES = 200 * 1024;

/** Bytes of one key file as it is uploaded; a front end's request to a resolver is at most 500 KB in all (Forge limits-invocation). */
export const MAX_KEY_UPLOAD_BYTES = 300 * 1024;

/** Bytes of one stored key: Forge's limit of a value is 240 KiB, and a margin for what is kept beside it. */
export const MAX_STORED_KEY_BYTES = 120 * 1024;

/** Bytes of a whole mail up to which the app signs and encrypts it, so that the relay carries an opaque body. */
export const MAX_APP_ENCRYPTED_BYTES = 4 * 1024 * 1024;

/** LDAP directories and key servers that are asked, in their order. */
export const MAX_DIRECTORIES = 5;
export const MAX_KEY_SERVERS = 5;

/** Hours that an answer of a directory or key server is kept unless the settings say otherwise, and at most. */
export const DEFAULT_LOOKUP_HOURS = 24;
export const MAX_LOOKUP_HOURS = 24 * 14;

/** Entries of the policy for encryption. */
export const MAX_ENCRYPTION_DOMAINS = 200;
export const MAX_ENCRYPTION_LABELS = 50;

/** Days before the end of a key or certificate at which those who can renew it are told. */
export const KEY_EXPIRY_NOTICE_DAYS = 30;

/** Bytes of a signing identity with its chain: Forge keeps secrets of up to 128 KiB (kvs-api-secret), and a margin. */
export const MAX_IDENTITY_BYTES = 100 * 1024;

/** Characters that are kept of a mail server's reply, and recipients of one mail whose replies are kept: a job must fit into one stored value. */
export const MAX_REPLY_CHARS = 300;
export const MAX_REPLIES_KEPT = 40;

/** Longest time that the platform lets one outbound request take (Forge limits-invocation). */
export const OUTBOUND_REQUEST_SECONDS = 180;

/**
 * Longest time that the relay works on one mail, from its request to the mail server's last reply: the request may end before, and the
 * outcome is then asked for once more, by a request that lasts as long again. A minute is for the way.
 */
export const RELAY_MAIL_SECONDS = 2 * OUTBOUND_REQUEST_SECONDS - 60;

/** Days after which Microsoft ends a refresh token that was not replaced (Microsoft identity platform, “Refresh tokens”). */
export const MICROSOFT_REFRESH_TOKEN_DAYS = 90;

/** Days before a known end of a refresh token from which on administrators are warned. */
export const WARN_BEFORE_END_DAYS = 21;
