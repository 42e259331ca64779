import * as z from 'zod';
import { type AccountId, accountIdSchema, type SpaceId } from '#contract/draft';
import { type Fingerprint, type KeySummary, keySourceSchema, keySummarySchema, type Protocol } from '#contract/keys/keys';
import { MAX_ADDRESS_OCTETS } from '#contract/limits';

/** A public key or certificate as it is stored (version 1): one record for each owner and key. */
export const storedKeySchema = z.object({
  v: z.literal(1),
  /** Whose list it is in. */
  owner: z.string(),
  source: keySourceSchema,
  summary: keySummarySchema,
  /** Addresses that it may be used for here, in lower case; those it names, or the one that a directory gave it for. */
  addresses: z.array(z.string().min(1).max(MAX_ADDRESS_OCTETS)).min(1),
  /** DER of a certificate, or binary OpenPGP packets. */
  base64: z.base64(),
  addedAt: z.iso.datetime(),
  addedBy: accountIdSchema.optional(),
  /** ISO 8601; whoever looks it up after this asks again. */
  until: z.iso.datetime().optional(),
});
export type StoredKey = z.infer<typeof storedKeySchema>;

/** Owners of keys: an address book, one person, or what look-ups found. */
export const SITE_BOOK = 'site';
export const LOOKED_UP = 'lookup';
/** Certificates of authorities that the site trusts; kept without an address. */
export const SITE_AUTHORITIES = 'authorities';
export const NO_ADDRESS = '-';
export const spaceBook = (id: SpaceId): string => `space-${id}`;
export const personBook = (id: AccountId): string => `person-${id}`;

export interface KeyPage {
  readonly keys: readonly StoredKey[];
  readonly cursor?: string | undefined;
}

/** Where keys are kept. Lists come as a query finds them, which may be behind by moments; a key by its fingerprint is as it stands. */
export interface KeyStore {
  /** Keys of any of these owners for this address. */
  keysFor(address: string, owners: readonly string[]): Promise<StoredKey[]>;
  /** A page of an owner's keys, by address. */
  keysOf(owner: string, cursor: string | undefined): Promise<KeyPage>;
  key(owner: string, fingerprint: Fingerprint): Promise<StoredKey | undefined>;
  saveKey(key: StoredKey): Promise<void>;
  removeKey(owner: string, fingerprint: Fingerprint): Promise<boolean>;
  /** Until when a look-up of this address needs no repeating; undefined when it was not looked up. */
  lookedUpUntil(address: string): Promise<Date | undefined>;
  saveLookedUp(address: string, until: Date): Promise<void>;
}

/** The private half of a signing identity, kept as a secret. */
export const storedIdentitySchema = z.object({
  v: z.literal(1),
  protocol: z.enum(['smime', 'openpgp']),
  /** PEM of key, certificate and chain; or an armored secret key without a passphrase. */
  value: z.string(),
});
export type StoredIdentity = z.infer<typeof storedIdentitySchema>;

/** Signing identities by the owner of the mail account. */
export interface IdentityStore {
  identity(owner: string, protocol: Protocol): Promise<StoredIdentity | undefined>;
  saveIdentity(owner: string, identity: StoredIdentity): Promise<void>;
  removeIdentity(owner: string, protocol: Protocol): Promise<void>;
}

/** Why a key cannot be used, or what is worth knowing of it: a code of `#contract/keys/problems`. */
export interface Problem {
  readonly code: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
}

/** A key as a file held it. */
export interface ParsedKey {
  readonly summary: KeySummary;
  /** DER of a certificate, or binary OpenPGP packets. */
  readonly base64: string;
}

/** What certificates are judged by. */
export interface Judging {
  readonly now: Date;
  readonly subjectAddresses: boolean;
  /** DER of the authorities that are trusted; absent: any. */
  readonly authorities?: readonly string[] | undefined;
}

/** What is done with key material, loaded where it is needed only. */
export interface KeyTools {
  /** Certificates (DER, PEM, PKCS #7) and OpenPGP keys (armored blocks, binary) of one file. Never throws for what the file holds. */
  parse(file: Uint8Array): Promise<{ readonly keys: readonly ParsedKey[]; readonly problems: readonly Problem[] }>;
  /** Why a key cannot encrypt for this address, or sign as it, now; nothing where it can. */
  judge(key: ParsedKey, use: 'encrypt' | 'sign', address: string, judging: Judging): Promise<readonly Problem[]>;
  /** PKCS #12, PEM with a key, or an OpenPGP secret key. @throws AppFailure KEY_PASSWORD, KEY_UNUSABLE */
  openIdentity(file: Uint8Array, password: string): Promise<OpenedIdentity>;
  /** A new OpenPGP key that GnuPG, Sequoia and Thunderbird take. */
  createIdentity(name: string, address: string, now: Date): Promise<OpenedIdentity>;
  /** What is shown of a stored identity, and its public half as text: PEM, or an armored block. */
  describeIdentity(identity: StoredIdentity): Promise<{ readonly key: ParsedKey; readonly publicText: string }>;
}
export interface OpenedIdentity {
  readonly key: ParsedKey;
  readonly stored: StoredIdentity;
}
