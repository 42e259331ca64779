/**
 * OpenPGP (RFC 9580) on node:crypto: keys read, judged and made, messages written in constant memory and read. Nothing here knows MIME, and
 * nothing that sends unencrypted mail imports it statically.
 */

export { armoredBlocks, armoredSize } from '#mail/secure/openpgp/armor';
export { addressIn } from '#mail/secure/openpgp/keys/address';
export { createKey } from '#mail/secure/openpgp/keys/create';
export { type ParsedKeys, parseKeys } from '#mail/secure/openpgp/keys/files';
export { openSecretKey, type PgpIdentity, publicText, secretText } from '#mail/secure/openpgp/keys/identity';
export { addressesOf, isFor, judgeKey, type PgpKeyUse, summaryOf } from '#mail/secure/openpgp/keys/judge';
export { PgpKey } from '#mail/secure/openpgp/keys/key';
export type { ChoiceSetting } from '#mail/secure/openpgp/message/choose';
export {
  armoredMessage,
  type DetachedSigner,
  detachedSigner,
  type EncryptOptions,
  encrypted,
  encryptedSize,
  MAX_READERS,
  type MessageOptions,
} from '#mail/secure/openpgp/message/encrypt';
export { decrypted, MAX_OPENED_BYTES, type PgpOpened, verified } from '#mail/secure/openpgp/message/open';
export type { PgpSigner } from '#mail/secure/openpgp/message/verify';
