import * as z from 'zod';
import { MAX_APP_ENCRYPTED_BYTES } from '#contract/limits';
import { sendRequestSchema } from '#contract/relay/api';

/**
 * `POST /v1/secure-messages`: a mail that is signed or encrypted. A path of its own, so that a relay that does not know it refuses, rather than
 * leaving out what it does not know.
 */

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

/** Octets of a body that the app has encrypted: base64 in MIME makes four of three, twice for what is signed and then encrypted. */
const MAX_BODY_BYTES = MAX_APP_ENCRYPTED_BYTES * 2;

export const secureRequestSchema = sendRequestSchema
  .extend({
    /**
     * Made by the app: the relay sees neither subject, page nor files, and `message` holds the outer header fields alone. The octets that follow
     * them, base64: the header fields of the content (`Content-Type` and so on), an empty line, and the content, 7-bit with CRLF.
     */
    body: z
      .base64()
      .max(Math.ceil(MAX_BODY_BYTES / 3) * 4)
      .optional(),
    /** To be made by the relay while it streams. */
    secure: securePlanRequestSchema.optional(),
  })
  .refine(({ body, secure }) => (body === undefined) !== (secure === undefined), 'body or secure, not both')
  .refine(({ body, message }) => body === undefined || (message.html === '' && message.text === ''), 'content beside a body')
  .refine(
    ({ body, message }) =>
      body === undefined || message.attachments.length + message.inline.length + (message.inlineData?.length ?? 0) === 0,
    'files beside a body',
  );
export type SecureRequest = z.infer<typeof secureRequestSchema>;
