import * as z from 'zod';
import { MAX_APP_ENCRYPTED_BYTES } from '#contract/limits';
import { relayMessageSchema } from '#contract/relay/api';

/** How a mail that is signed or encrypted reaches the relay. */

/**
 * Made by the app: the relay sees neither subject, page nor files. `body` is the octets that follow the outer header fields of the
 * message, base64: the part's own header fields (`Content-Type` and so on), an empty line, and its content, 7-bit with CRLF.
 */
export const opaqueMessageSchema = z.object({
  ...relayMessageSchema.pick({
    messageId: true,
    date: true,
    from: true,
    replyTo: true,
    to: true,
    cc: true,
    subject: true,
    autoSubmitted: true,
    language: true,
  }).shape,
  body: z.base64().max(Math.ceil((MAX_APP_ENCRYPTED_BYTES * 2) / 3) * 4),
});
export type OpaqueMessage = z.infer<typeof opaqueMessageSchema>;

const der = z.base64().max(200_000);

/** Made by the relay while it streams, where the site allows it: with what it takes. */
export const securePlanRequestSchema = z.object({
  sign: z
    .discriminatedUnion('protocol', [
      z.object({
        protocol: z.literal('smime'),
        certificate: der,
        chain: z.array(der).max(10),
        /** PKCS #8, DER. */
        privateKey: der,
      }),
      /** Binary secret key packets, not protected by a passphrase. */
      z.object({ protocol: z.literal('openpgp'), secretKey: der }),
    ])
    .optional(),
  encrypt: z
    .object({
      protocol: z.enum(['smime', 'openpgp']),
      /** DER certificates, or binary OpenPGP keys. */
      readers: z.array(der).min(1).max(600),
      content: z.enum(['auto', 'aes256-cbc', 'aes256-gcm']),
      keyTransport: z.enum(['auto', 'rsa-pkcs1', 'rsa-oaep']),
    })
    .optional(),
  protectSubject: z.boolean(),
  opaqueSignature: z.boolean(),
});
export type SecurePlanRequest = z.infer<typeof securePlanRequestSchema>;
