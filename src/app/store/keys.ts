import type { SecretName } from '#app/settings/model';
import type { AccountId, SpaceId } from '#contract/draft';
import type { Protocol } from '#contract/keys/keys';

/** Keys of everything that is stored: at most 500 characters, no `/ @ +` (Forge documentation: limits-kvs-ce). */
export const keys = {
  job: (jobId: string) => `job:${jobId}`,
  claim: (jobId: string, attempt: number) => `claim:${jobId}:${attempt}`,
  retry: (jobId: string, attempt: number) => `retry:${jobId}:${attempt}`,
  site: 'site-settings',
  spaces: 'space-settings:',
  space: (id: SpaceId) => `space-settings:${id}`,
  exceptions: 'space-exceptions',
  logo: (owner: string) => `logo:${owner}`,
  revision: (owner: string, revision: number) => `revision:${owner}:${revision}`,
  takeover: (owner: string, revision: number, claimedAt: Date | undefined) => `revision:${owner}:${revision}:${claimedAt?.getTime() ?? 0}`,
  secret: (owner: string, name: SecretName) => `secret:${owner}:${name}`,
  identity: (owner: string, protocol: Protocol) => `secret:${owner}:identity-${protocol}`,
  lookedUp: (addressHash: string) => `looked-up:${addressHash}`,
  directoryPassword: (directoryId: string) => `secret:directory:${directoryId}`,
  slot: (accountId: AccountId, day: string, slot: number) => `sent:${accountId}:${day}:${slot}`,
  lastSlot: (accountId: AccountId, day: string) => `sent:${accountId}:${day}`,
  notices: (accountId: AccountId) => `notices:${accountId}`,
  errors: (day: string) => `errors:${day}`,
  verification: (owner: string) => `verified:${owner}`,
  debugLog: 'debug-log',
  deletion: 'deletion',
};
/** Entities of manifest.yml. */
export const RECORDS = 'send-record';
export const MAIL_KEYS = 'mail-key';

/** Options of a value that goes away by itself. */
export const days = (value: number) => ({ ttl: { value, unit: 'DAYS' } as const });
