import * as z from 'zod';
import {
  addedKeysSchema,
  fingerprintSchema,
  keyAddressSchema,
  keyFileSchema,
  keyProblemSchema,
  keySummarySchema,
  protocolSchema,
  shownKeySchema,
} from '#contract/keys/keys';
import { directoryTestResponseSchema } from '#contract/relay/lookup';
import { failureSchema } from '#contract/result';
import { cursor, define, empty, testMailValue } from '#contract/screens/parts';
import { directorySchema } from '#contract/settings/encryption';
import { mailAccountIdSchema } from '#contract/settings/v2';

/** Functions around keys: payload and value of each, like `#contract/screens/resolvers`. */

/** Files in one upload; together they must fit into one request. */
const MAX_FILES = 20;
const files = z.array(keyFileSchema).min(1).max(MAX_FILES);
const gone = z.object({ removed: z.boolean() });

/** An address book: of the site, or of the space whose settings are open. */
const book = {
  list: define(z.object({ query: z.string().trim().max(100).default(''), cursor }), z.object({ keys: z.array(shownKeySchema), cursor })),
  add: define(z.object({ files }), addedKeysSchema),
  remove: define(z.object({ fingerprint: fingerprintSchema }), gone),
};

/** A signing identity of a mail account; its private key is a secret and never comes back. */
const shownIdentity = keySummarySchema.extend({ problems: z.array(keyProblemSchema) });
const shownIdentities = z.object({ smime: shownIdentity.optional(), openpgp: shownIdentity.optional() });
const identityFile = { file: keyFileSchema, password: z.string().max(1024).default('') };

/** Forge function `keys-resolver` (module `my-keys`): everybody, for their own keys alone. */
export const myKeysResolvers = {
  'my-keys/get': define(
    empty,
    z.object({
      /** The person's own address, which keys must name. */
      address: z.string().optional(),
      keys: z.array(shownKeySchema),
      /** Whether this site encrypts at all. */
      enabled: z.boolean(),
    }),
  ),
  'my-keys/add': define(z.object({ files }), addedKeysSchema),
  'my-keys/remove': define(z.object({ fingerprint: fingerprintSchema }), gone),
  /** An encrypted mail to the person's own address by the site's default account. */
  'my-keys/test': define(empty, testMailValue.extend({ protocol: protocolSchema.optional() })),
} as const;

/** Forge function `send-resolver`. */
export const sendKeysResolvers = {
  /** A key for an address that the sender writes to, into the space's address book; where the policy lets senders. */
  'send/add-key': define(z.object({ address: keyAddressSchema, files }), addedKeysSchema),
} as const;

/** Forge function `site-resolver`; site administrators only. */
export const siteKeysResolvers = {
  'site-keys/list': book.list,
  'site-keys/add': book.add,
  'site-keys/remove': book.remove,
  'site-keys/identities': define(empty, z.object({ accounts: z.record(mailAccountIdSchema, shownIdentities) })),
  'site-keys/save-identity': define(z.object({ accountId: mailAccountIdSchema, ...identityFile }), shownIdentity),
  /** An OpenPGP key for the account's sender address. */
  'site-keys/create-identity': define(z.object({ accountId: mailAccountIdSchema }), shownIdentity),
  'site-keys/remove-identity': define(z.object({ accountId: mailAccountIdSchema, protocol: protocolSchema }), gone),
  /** The public half, as a file to hand out: PEM or an armored block. */
  'site-keys/public': define(z.object({ accountId: mailAccountIdSchema, protocol: protocolSchema }), z.object({ text: z.string() })),
  /** Authorities whose certificates are trusted. */
  'site-keys/authorities': define(empty, z.object({ authorities: z.array(shownIdentity) })),
  'site-keys/add-authorities': define(z.object({ files }), addedKeysSchema),
  'site-keys/remove-authority': define(z.object({ fingerprint: fingerprintSchema }), gone),
  /** Keeps the bind password of a directory; an empty one removes it. */
  'site-keys/directory-password': define(
    z.object({ directoryId: directorySchema.shape.id, password: z.string().max(1024) }),
    z.object({ isSet: z.boolean() }),
  ),
  /** Directories whose password is kept. */
  'site-keys/directory-passwords': define(empty, z.object({ set: z.array(directorySchema.shape.id) })),
  'site-keys/test-directory': define(
    z.object({ directory: directorySchema, password: z.string().max(1024).optional(), address: keyAddressSchema }),
    z.object({ ok: z.boolean(), found: directoryTestResponseSchema.shape.found, error: failureSchema.optional() }),
  ),
} as const;

/** Forge function `space-resolver`; space administrators only. */
export const spaceKeysResolvers = {
  'space-keys/list': book.list,
  'space-keys/add': book.add,
  'space-keys/remove': book.remove,
  'space-keys/identities': define(empty, shownIdentities),
  'space-keys/save-identity': define(z.object(identityFile), shownIdentity),
  'space-keys/create-identity': define(empty, shownIdentity),
  'space-keys/remove-identity': define(z.object({ protocol: protocolSchema }), gone),
  'space-keys/public': define(z.object({ protocol: protocolSchema }), z.object({ text: z.string() })),
} as const;
