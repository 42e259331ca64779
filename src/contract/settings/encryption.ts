import * as z from 'zod';
import { singleLine } from '#contract/draft';
import { fingerprintSchema } from '#contract/keys/keys';
import {
  DEFAULT_LOOKUP_HOURS,
  MAX_DIRECTORIES,
  MAX_ENCRYPTION_DOMAINS,
  MAX_ENCRYPTION_LABELS,
  MAX_KEY_SERVERS,
  MAX_LOOKUP_HOURS,
} from '#contract/limits';
import { hostSchema, portSchema } from '#contract/settings/parts';
import { domainPatternSchema } from '#contract/settings/policy';

/** Signing and encrypting: what the site lays down, and what a space may make stricter. Both are off until an administrator turns them on. */

/** `if-possible`: where a key is at hand. `always`: a mail that cannot be is not sent as it is. */
export const demandSchema = z.enum(['never', 'if-possible', 'always']);
export type Demand = z.infer<typeof demandSchema>;

/** Which protocol a reader with keys of both kinds gets, or the only one that is used at all. */
export const protocolChoiceSchema = z.enum(['smime-first', 'openpgp-first', 'smime-only', 'openpgp-only']);
export type ProtocolChoice = z.infer<typeof protocolChoiceSchema>;

/**
 * A reader without a usable key, where encryption is required: `send` unencrypted all the same, `notice` a neutral mail with the page's
 * link alone, `refuse-reader` leaves that reader out, `refuse-mail` sends nothing to anybody.
 */
export const withoutKeySchema = z.enum(['send', 'notice', 'refuse-reader', 'refuse-mail']);
export type WithoutKey = z.infer<typeof withoutKeySchema>;

/** Strictest last. */
export const DEMANDS = demandSchema.options;
export const WITHOUT_KEY = withoutKeySchema.options;

export const requiredForSchema = z.object({
  /** Pages with view restrictions, their own or inherited. */
  restrictedPages: z.boolean().default(false),
  /** Pages with any of these labels. */
  labels: z.array(singleLine(255).trim().toLowerCase().min(1)).max(MAX_ENCRYPTION_LABELS).default([]),
  /** What is required holds for readers outside the site alone. */
  outsideOnly: z.boolean().default(false),
});

/** `always`: encryption is required. `gateway`: everybody there is encrypted for with the certificate of the domain's mail gateway. */
export const domainEncryptionSchema = z.discriminatedUnion('rule', [
  z.object({ domain: domainPatternSchema, rule: z.literal('always') }),
  z.object({ domain: domainPatternSchema, rule: z.literal('gateway'), fingerprint: fingerprintSchema }),
]);
export type DomainEncryption = z.infer<typeof domainEncryptionSchema>;

/** An LDAP directory (RFC 4511). The bind password is a secret and kept apart. */
export const directorySchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  name: singleLine(80).min(1),
  host: hostSchema,
  port: portSchema.default(636),
  /** LDAPS, or StartTLS on the plain port; never clear text. */
  security: z.enum(['tls', 'starttls']).default('tls'),
  baseDn: singleLine(500).default(''),
  /** RFC 4515; `{mail}` stands for the address, escaped. */
  filter: singleLine(500)
    .min(3)
    .default('(mail={mail})')
    .refine((filter) => filter.includes('{mail}'), 'has no {mail}'),
  /** Empty: anonymous. */
  bindDn: singleLine(500).default(''),
});
export type Directory = z.infer<typeof directorySchema>;

/** Where keys are looked up; each tells its operator, or whoever watches, to whom one writes. */
export const lookupsSchema = z.object({
  directories: z.array(directorySchema).max(MAX_DIRECTORIES).default([]),
  /** Web Key Directory of the address's domain. */
  webKeyDirectory: z.boolean().default(false),
  /** Key servers by HKPS (HTTP Keyserver Protocol over TLS). */
  keyServers: z.array(hostSchema).max(MAX_KEY_SERVERS).default([]),
  /** How long an answer, also an empty one, is kept. */
  cacheHours: z.number().int().min(1).max(MAX_LOOKUP_HOURS).default(DEFAULT_LOOKUP_HOURS),
});
export type Lookups = z.infer<typeof lookupsSchema>;

export const algorithmsSchema = z.object({
  /** `auto`: by what is known of the readers. */
  content: z.enum(['auto', 'aes256-cbc', 'aes256-gcm']).default('auto'),
  keyTransport: z.enum(['auto', 'rsa-pkcs1', 'rsa-oaep']).default('auto'),
});

export const encryptionPolicySchema = z.object({
  sign: demandSchema.default('never'),
  encrypt: demandSchema.default('never'),
  protocols: protocolChoiceSchema.default('smime-first'),
  withoutKey: withoutKeySchema.default('refuse-reader'),
  requiredFor: requiredForSchema.prefault({}),
  domains: z.array(domainEncryptionSchema).max(MAX_ENCRYPTION_DOMAINS).default([]),
  /** The mail is encrypted for its sender too. */
  senderCanRead: z.boolean().default(true),
  /** RFC 9788: the outer subject says `[...]`. */
  protectSubject: z.boolean().default(true),
  /** S/MIME signatures that hold the content, for servers that change what they carry; programs without S/MIME show nothing then. */
  opaqueSignature: z.boolean().default(false),
  /** Mails over `MAX_APP_ENCRYPTED_BYTES`. */
  largerMails: z.enum(['relay', 'refuse']).default('relay'),
  /** An address that stands only in a certificate's subject counts. */
  subjectAddresses: z.boolean().default(false),
  /** `any`: certificates of any authority, also of none; `listed`: those of the authorities that the site trusts. */
  trust: z.enum(['any', 'listed']).default('listed'),
  revocation: z.enum(['off', 'soft', 'hard']).default('soft'),
  algorithms: algorithmsSchema.prefault({}),
  lookups: lookupsSchema.prefault({}),
  /** Senders may add a key for somebody outside to the space's address book. */
  sendersMayAddKeys: z.boolean().default(true),
});
export type EncryptionPolicy = z.infer<typeof encryptionPolicySchema>;

/** What a space may make stricter; what is looser than the site's has no effect. */
export const spaceEncryptionSchema = z.object({
  sign: demandSchema.default('never'),
  encrypt: demandSchema.default('never'),
  /** Absent: the site's. */
  withoutKey: withoutKeySchema.optional(),
  requiredFor: requiredForSchema.prefault({}),
  domains: z.array(domainEncryptionSchema).max(MAX_ENCRYPTION_DOMAINS).default([]),
});
export type SpaceEncryption = z.infer<typeof spaceEncryptionSchema>;
