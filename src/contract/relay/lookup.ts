import * as z from 'zod';
import { keyAddressSchema, keySourceSchema } from '#contract/keys/keys';
import { relayErrorCodeSchema } from '#contract/relay/api';
import { directorySchema, lookupsSchema } from '#contract/settings/encryption';

/** `POST /v1/keys`: asks directories, Web Key Directories and key servers for the keys of addresses; `POST /v1/revocation`: CRLs and OCSP. */

/** Addresses in one request. */
export const MAX_LOOKUP_ADDRESSES = 50;

export const keyLookupRequestSchema = z.object({
  addresses: z.array(keyAddressSchema).min(1).max(MAX_LOOKUP_ADDRESSES),
  directories: z.array(directorySchema.extend({ password: z.string().max(1024).optional() })).default([]),
  webKeyDirectory: lookupsSchema.shape.webKeyDirectory,
  keyServers: lookupsSchema.shape.keyServers,
});
export type KeyLookupRequest = z.infer<typeof keyLookupRequestSchema>;

export const foundKeySchema = z.object({
  address: keyAddressSchema,
  source: keySourceSchema.extract(['directory', 'web-key-directory', 'key-server']),
  /** The directory's id or the server's host. */
  from: z.string(),
  /** DER of a certificate, or binary OpenPGP packets of one key, unchecked: the app parses and judges it. */
  base64: z.base64(),
});
export const lookupProblemSchema = z.object({ from: z.string(), code: relayErrorCodeSchema });

/** Always `200` when the request is sound: what one source could not answer stands in `problems`. */
export const keyLookupResponseSchema = z.object({ keys: z.array(foundKeySchema), problems: z.array(lookupProblemSchema) });
export type KeyLookupResponse = z.infer<typeof keyLookupResponseSchema>;

/** Certificates whose revocation is asked for, each with its issuer. DER. */
export const revocationRequestSchema = z.object({
  certificates: z
    .array(z.object({ certificate: z.base64().max(65_536), issuer: z.base64().max(65_536) }))
    .min(1)
    .max(MAX_LOOKUP_ADDRESSES),
});
export type RevocationRequest = z.infer<typeof revocationRequestSchema>;
export const revocationResponseSchema = z.object({
  /** In the order of the request. `unknown`: nobody could be asked, or no answer could be trusted. */
  states: z.array(
    z.object({
      state: z.enum(['good', 'revoked', 'unknown']),
      /** Until when the answer holds, ISO 8601. */
      until: z.iso.datetime().optional(),
      revokedAt: z.iso.datetime().optional(),
    }),
  ),
});
export type RevocationResponse = z.infer<typeof revocationResponseSchema>;

/** `POST /v1/directory-test`: binds and searches for one address, and says for each step how it went. */
export const directoryTestRequestSchema = z.object({
  directory: directorySchema.extend({ password: z.string().max(1024).optional() }),
  address: keyAddressSchema,
});
export const directoryTestResponseSchema = z.object({
  ok: z.boolean(),
  found: z.number().int(),
  error: z.object({ code: relayErrorCodeSchema, params: z.record(z.string(), z.string()).optional() }).optional(),
});
