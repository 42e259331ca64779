import * as z from 'zod';
import { accountIdSchema, singleLine } from '#contract/draft';
import { DEFAULT_IMAGE_SIDE_PX, MAX_ADDRESS_OCTETS } from '#contract/limits';

/** How the connection to the mail server is protected: TLS from the first byte (RFC 8314), STARTTLS required (RFC 3207), or none. */
export const securitySchema = z.enum(['tls', 'starttls', 'none']);
export type Security = z.infer<typeof securitySchema>;

export const hostSchema = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[^\s/@\u0000-\u001f]+$/u);
export const portSchema = z.number().int().min(1).max(65535);

/** Login kinds. `password` is SASL PLAIN or LOGIN over TLS; `none` is for servers that know the relay by its address. */
export const authKindSchema = z.enum(['password', 'oauth2', 'none']);

/** OAuth 2.0 for XOAUTH2 logins (Microsoft 365, Google): a refresh token or client credentials at the provider's token endpoint. */
export const oauthSettingsSchema = z.object({
  provider: z.enum(['microsoft', 'google']),
  grant: z.enum(['refresh-token', 'client-credentials']),
  clientId: singleLine(200).min(1),
  /** Microsoft tenant id or domain; unused for Google. */
  tenant: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9.-]*$/)
    .default(''),
});

/** A mail account without its secrets: what may be shown to an administrator's browser. */
export const mailAccountSchema = z.object({
  host: hostSchema,
  port: portSchema,
  security: securitySchema,
  auth: authKindSchema,
  user: singleLine(254).default(''),
  oauth: oauthSettingsSchema.optional(),
  fromName: singleLine(100).default(''),
  fromAddress: singleLine(MAX_ADDRESS_OCTETS).min(3),
  /** Answers go to the person who sends rather than to the account. */
  replyToSender: z.boolean().default(true),
});
export type MailAccount = z.infer<typeof mailAccountSchema>;

/** Secrets of a mail account, kept by `kvs.setSecret` and never returned. A field that is absent keeps what is stored. */
export const accountSecretsSchema = z.object({
  password: z.string().max(1024).optional(),
  clientSecret: z.string().max(4096).optional(),
  refreshToken: z.string().max(16_384).optional(),
});
export type AccountSecrets = z.infer<typeof accountSecretsSchema>;

export const presentationSchema = z.object({
  subjectPrefix: singleLine(60).default(''),
  /** `#rrggbb`, used for the header's rule and links. */
  accentColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default('#0c66e4'),
  footerText: z.string().max(2000).default(''),
  maxImageSidePx: z.number().int().min(200).max(4000).default(DEFAULT_IMAGE_SIDE_PX),
});
export type Presentation = z.infer<typeof presentationSchema>;

/** Settings of the whole site, as stored (schema version 1) and as shown to a site administrator. */
export const siteSettingsSchema = z.object({
  version: z.literal(1).default(1),
  /** Counts saves, so that a second administrator's save on old values is noticed. */
  revision: z.number().int().min(0).default(0),
  enabled: z.boolean().default(true),
  account: mailAccountSchema.optional(),
  presentation: presentationSchema.default(() => presentationSchema.parse({})),
  changedBy: accountIdSchema.optional(),
  changedAt: z.iso.datetime().optional(),
});
export type SiteSettings = z.infer<typeof siteSettingsSchema>;

/** Settings of one space (schema version 1). */
export const spaceSettingsSchema = z.object({
  version: z.literal(1).default(1),
  revision: z.number().int().min(0).default(0),
  enabled: z.boolean().default(true),
  accountSource: z.enum(['site', 'own']).default('site'),
  account: mailAccountSchema.optional(),
  /** Undefined: the site's prefix. */
  subjectPrefix: singleLine(60).optional(),
  changedBy: accountIdSchema.optional(),
  changedAt: z.iso.datetime().optional(),
});
export type SpaceSettings = z.infer<typeof spaceSettingsSchema>;
