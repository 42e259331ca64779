import * as z from 'zod';
import { accountIdSchema, singleLine } from '#contract/draft';
import { MAX_ADDRESS_OCTETS, MAX_KEY_UPLOAD_BYTES } from '#contract/limits';

/** Certificates and OpenPGP keys as they are shown and kept. Private keys never stand in any of these. */

export const protocolSchema = z.enum(['smime', 'openpgp']);
export type Protocol = z.infer<typeof protocolSchema>;

/** Upper-case hexadecimal: SHA-256 of a certificate (64 digits), or an OpenPGP fingerprint (40 digits for version 4, 64 for version 6). */
export const fingerprintSchema = z.string().regex(/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/);
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** What is shown of a key or certificate. */
export const keySummarySchema = z.object({
  protocol: protocolSchema,
  fingerprint: fingerprintSchema,
  subject: z.string(),
  issuer: z.string().optional(),
  serial: z.string().optional(),
  addresses: z.array(z.string()),
  /** ISO 8601, UTC. */
  notBefore: z.string(),
  /** Absent: does not end. */
  notAfter: z.string().optional(),
  /** Such as `RSA 3072`, `ECDSA P-256`, `Ed25519`. */
  algorithm: z.string(),
  canSign: z.boolean(),
  canEncrypt: z.boolean(),
  /** A certificate of an authority (basic constraints). */
  isAuthority: z.boolean().optional(),
});
export type KeySummary = z.infer<typeof keySummarySchema>;

/** Where a key comes from, in the order in which keys of the same address are preferred. */
export const KEY_SOURCES = ['own', 'space', 'site', 'directory', 'web-key-directory', 'key-server'] as const;
export const keySourceSchema = z.enum(KEY_SOURCES);
export type KeySource = z.infer<typeof keySourceSchema>;

/** Why a key cannot be used, or something worth knowing of one: a code of `#contract/keys/problems` with what its sentence names. */
export const keyProblemSchema = z.object({ code: z.string(), params: z.record(z.string(), z.string()).optional() });

/** A key of the address book or of a person, with what is wrong with it today. */
export const shownKeySchema = keySummarySchema.extend({
  source: keySourceSchema,
  problems: z.array(keyProblemSchema),
  addedAt: z.iso.datetime(),
  addedBy: z.object({ accountId: accountIdSchema, name: z.string().optional() }).optional(),
});
export type ShownKey = z.infer<typeof shownKeySchema>;

/** One file as the browser reads it. */
export const keyFileSchema = z.object({
  name: singleLine(255),
  base64: z.base64().max(Math.ceil(MAX_KEY_UPLOAD_BYTES / 3) * 4),
});
export type KeyFile = z.infer<typeof keyFileSchema>;

/** What became of one file: the keys that were added, and what could not be read or used. */
export const addedKeysSchema = z.object({
  added: z.array(keySummarySchema),
  problems: z.array(keyProblemSchema.extend({ file: z.string() })),
});

export const keyAddressSchema = singleLine(MAX_ADDRESS_OCTETS).min(3);

/** What the mail will be to one reader, and why. */
export const readerPlanSchema = z.object({
  /** Position in the preview's list of recipients. */
  label: z.string(),
  /** `plain`: unencrypted. `notice`: a neutral mail with the page's link. `refused`: no mail. */
  outcome: z.enum(['smime', 'openpgp', 'plain', 'notice', 'refused']),
  fingerprint: fingerprintSchema.optional(),
  source: keySourceSchema.optional(),
  /** The domain's gateway is encrypted for in place of the reader. */
  gateway: z.boolean().optional(),
  problem: keyProblemSchema.optional(),
});
export type ReaderPlan = z.infer<typeof readerPlanSchema>;

/** What the preview says of signing and encrypting; absent where the policy has neither. */
export const securePlanSchema = z.object({
  signed: z.enum(['smime', 'openpgp']).optional(),
  /** Why it is not signed although the policy asks for it. */
  signProblem: keyProblemSchema.optional(),
  readers: z.array(readerPlanSchema),
  /** Where it is encrypted; absent where nothing is. */
  place: z.enum(['app', 'relay']).optional(),
  subjectProtected: z.boolean(),
  /** The policy leaves the choice to the sender. */
  mayChoose: z.object({ sign: z.boolean(), encrypt: z.boolean() }),
});
export type SecurePlan = z.infer<typeof securePlanSchema>;
