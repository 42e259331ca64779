import * as z from 'zod';
import { accountIdSchema, contentIdSchema, singleLine } from '#contract/draft';
import { ERROR_CODES } from '#contract/errors';
import { MAX_ADDRESS_OCTETS, MAX_DATA_IMAGE_BYTES, MAX_DATA_IMAGES } from '#contract/limits';
import { dkimSelectorSchema, domainCheckValueSchema } from '#contract/relay/domain-check';
import { hostSchema, oauthSettingsSchema, portSchema, securitySchema } from '#contract/settings/parts';

/** The relay's API, version 1: JSON over HTTPS, authenticated by the Forge invocation token in `Authorization`. */

const addressSchema = singleLine(MAX_ADDRESS_OCTETS).min(3);
export const mailboxSchema = z.object({ address: addressSchema, name: singleLine(200).optional() });
export type Mailbox = z.infer<typeof mailboxSchema>;

/** The account with its secrets, as one request carries it. */
export const relayAccountSchema = z.object({
  host: hostSchema,
  port: portSchema,
  security: securitySchema,
  auth: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('password'), user: singleLine(254).min(1), password: z.string().min(1).max(1024) }),
    z.object({
      kind: z.literal('oauth2'),
      user: singleLine(254).min(1),
      settings: oauthSettingsSchema,
      clientSecret: z.string().max(4096).optional(),
      refreshToken: z.string().max(16_384).optional(),
    }),
  ]),
});
export type RelayAccount = z.infer<typeof relayAccountSchema>;

/** The operator's own mail server in place of an account; `GET /v1/info` says whether there is one. */
export const defaultServerSchema = z.object({ server: z.literal('default') });

/** A file the relay reads from Confluence as the sender and streams into the mail. */
export const fileReferenceSchema = z.object({
  contentId: contentIdSchema,
  attachmentId: contentIdSchema,
  /** The version the sender saw; another one is refused as ATTACHMENT_UNAVAILABLE. */
  version: z.number().int().min(1),
  /** As announced by Confluence, in bytes. */
  sizeBytes: z.number().int().min(0),
  /** Confluence announced none: the size is what the download says. */
  sizeUnknown: z.boolean().optional(),
  filename: singleLine(255).min(1),
  mediaType: z
    .string()
    .max(127)
    .regex(/^[\w.+-]+\/[\w.+-]+$/),
});
export type FileReference = z.infer<typeof fileReferenceSchema>;

export const inlineImageSchema = fileReferenceSchema.extend({
  /** Content-ID without angle brackets, as used in `src="cid:…"` (RFC 2392). */
  cid: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+$/),
  /** Scale the picture down so that neither side exceeds this, in px; absent keeps it. */
  maxWidthPx: z.number().int().min(1).max(10_000).optional(),
  maxHeightPx: z.number().int().min(1).max(10_000).optional(),
});
export type InlineImage = z.infer<typeof inlineImageSchema>;

/** A picture that comes with the request rather than from Confluence. */
export const inlineDataSchema = z.object({
  cid: inlineImageSchema.shape.cid,
  filename: singleLine(255).min(1),
  mediaType: z.enum(['image/png', 'image/jpeg', 'image/gif']),
  base64: z.base64().max(Math.ceil(MAX_DATA_IMAGE_BYTES / 3) * 4),
});
export type InlineData = z.infer<typeof inlineDataSchema>;

export const relayMessageSchema = z.object({
  /** Without angle brackets; its domain is the sender address's (RFC 5322 §3.6.4). */
  messageId: z
    .string()
    .max(255)
    .regex(/^[A-Za-z0-9._+-]+@[^\s<>@\u0000-\u001f]+$/u),
  /** ISO 8601, UTC. */
  date: z.iso.datetime(),
  from: mailboxSchema,
  replyTo: mailboxSchema.optional(),
  to: z.array(mailboxSchema),
  cc: z.array(mailboxSchema),
  subject: singleLine(400),
  html: z.string(),
  text: z.string(),
  /** `no` for a person's mail (RFC 3834 §5). */
  autoSubmitted: z.enum(['no', 'auto-generated']),
  /** Language of the mail (RFC 3282). */
  language: z.string().regex(/^[A-Za-z0-9-]{2,35}$/),
  inline: z.array(inlineImageSchema),
  /** Small pictures that come with the request: a logo, and those that the page holds within itself. */
  inlineData: z
    .array(inlineDataSchema)
    .max(MAX_DATA_IMAGES + 5)
    .optional(),
  attachments: z.array(fileReferenceSchema),
});
export type RelayMessage = z.infer<typeof relayMessageSchema>;

/** Header of `POST /v1/messages` that names the job and attempt; a second request with it gets the first one's answer. */
export const IDEMPOTENCY_HEADER = 'Idempotency-Key';
/**
 * Header that asks only for the answer to an earlier request with the same key, waiting for it if it is still under way.
 * A relay that does not know the key (another instance, a restart) answers `OUTCOME_UNKNOWN` and sends nothing.
 */
export const REPLAY_ONLY_HEADER = 'Idempotency-Replay-Only';

/** `POST /v1/messages`. The header `Idempotency-Key` names the job and attempt. */
export const sendRequestSchema = z.object({
  account: z.union([relayAccountSchema, defaultServerSchema]),
  /** RFC 5321 reverse-path and forward-paths; Bcc recipients are only here. */
  envelope: z.object({ from: addressSchema, to: z.array(addressSchema).min(1) }),
  message: relayMessageSchema,
  /** Whose rights the files are read with. */
  readAs: z.object({ accountId: accountIdSchema }),
  /** Key that signs the mail (RFC 6376) where the operator of the relay has none for the sender's domain. */
  dkim: z
    .object({
      domain: z.string().regex(/^[a-z0-9.-]{1,253}$/),
      selector: z.string().regex(/^[a-z0-9._-]{1,63}$/),
      /** PEM, PKCS#1 or PKCS#8. */
      privateKey: z.string().max(16_384),
    })
    .optional(),
});
export type SendRequest = z.infer<typeof sendRequestSchema>;

/** What the mail server said. In `reply` addresses are masked, so that the sender of the mail and administrators may read it. */
export const smtpReplySchema = z.object({
  code: z.number().int().min(200).max(599),
  /** Enhanced status code, e.g. `5.1.1` (RFC 3463). */
  enhanced: z
    .string()
    .regex(/^[245]\.\d{1,3}\.\d{1,3}$/)
    .optional(),
  reply: z.string().max(512).optional(),
});
export type SmtpReply = z.infer<typeof smtpReplySchema>;

export const relayErrorCodeSchema = z.enum(ERROR_CODES);

/** A refresh token that the provider gave in place of the one sent (RFC 6749 §6); the caller is to keep it instead. A secret. */
const renewed = { refreshToken: z.string().min(1).max(16_384).optional() };

/** `200` of `POST /v1/messages`: the server took the mail for `accepted`; each of `rejected` has its own reply. */
export const sendResponseSchema = z.object({
  messageId: z.string(),
  accepted: z.array(z.string()),
  rejected: z.array(
    z.object({ address: z.string(), code: relayErrorCodeSchema, retryable: z.boolean(), smtp: smtpReplySchema.optional() }),
  ),
  /** Bytes of the message as it went over the wire. */
  sizeBytes: z.number().int().min(0),
  ...renewed,
});
export type SendResponse = z.infer<typeof sendResponseSchema>;

/** `POST /v1/verify`: connects and logs in, sends nothing. */
export const verifyRequestSchema = z.object({ account: z.union([relayAccountSchema, defaultServerSchema]) });
export type VerifyRequest = z.infer<typeof verifyRequestSchema>;

export const VERIFY_STEPS = ['resolve', 'connect', 'tls', 'authenticate'] as const;
export const verifyStepSchema = z.object({
  step: z.enum(VERIFY_STEPS),
  state: z.enum(['ok', 'failed', 'skipped']),
  /** Facts worth showing: address, banner, protocol, subject, issuer, validTo (ISO 8601), mechanisms. */
  details: z.record(z.string(), z.string()).default({}),
  error: z
    .object({ code: relayErrorCodeSchema, params: z.record(z.string(), z.string()).optional(), smtp: smtpReplySchema.optional() })
    .optional(),
});
export type VerifyStep = z.infer<typeof verifyStepSchema>;
/** Always `200` when the request itself is sound; `steps` holds all four in order. */
export const verifyResponseSchema = z.object({ ok: z.boolean(), steps: z.array(verifyStepSchema), ...renewed });
export type VerifyResponse = z.infer<typeof verifyResponseSchema>;

/**
 * `POST /v1/debug`: for this installation, the relay logs the SMTP dialogue with credentials and addresses masked; 0 switches it off.
 * Only a site administrator may ask for it, which the app checks.
 */
export const debugRequestSchema = z.object({ minutes: z.number().int().min(0).max(1440) });
export const debugResponseSchema = z.object({ minutes: z.number().int() });

/** `GET /v1/info`. */
export const infoResponseSchema = z.object({
  name: z.literal('pagemail-relay'),
  version: z.string(),
  /** Major version of this API. */
  api: z.literal(1),
  limits: z.object({ messageBytes: z.number().int(), recipients: z.number().int() }),
  clearTextAllowed: z.boolean(),
  /** The operator's own mail server, where there is one. */
  defaultServer: z.object({ fromDomain: z.string() }).optional(),
});
export type InfoResponse = z.infer<typeof infoResponseSchema>;

/** `POST /v1/domain-check`: looks up SPF, DKIM and DMARC of the domain that mail is to come from. Always `200` when the request is sound. */
export const domainCheckRequestSchema = z.object({
  /** The domain of `fromAddress` where absent. */
  domain: hostSchema.optional(),
  fromAddress: addressSchema.optional(),
  /** DKIM selectors to look for beside the usual ones. */
  selectors: z.array(dkimSelectorSchema).max(5).default([]),
});
export type DomainCheckRequest = z.infer<typeof domainCheckRequestSchema>;
export const domainCheckResponseSchema = domainCheckValueSchema;
export type DomainCheckResponse = z.infer<typeof domainCheckResponseSchema>;

/** Body of every non-2xx answer. */
export const relayErrorSchema = z.object({
  error: z.object({
    code: relayErrorCodeSchema,
    message: z.string(),
    retryable: z.boolean(),
    params: z.record(z.string(), z.string()).optional(),
    smtp: smtpReplySchema.optional(),
  }),
});
export type RelayErrorBody = z.infer<typeof relayErrorSchema>;
