import { type Judging, type KeyStore, SITE_AUTHORITIES } from '#app/keys/model';
import type { EncryptionPolicy } from '#contract/settings/encryption';

/** What certificates are judged by under this policy now; authorities are read only where they count. */
export async function judgingFor(
  store: Pick<KeyStore, 'keysOf'>,
  { subjectAddresses, trust }: Pick<EncryptionPolicy, 'subjectAddresses' | 'trust'>,
  now: Date,
): Promise<Judging> {
  if (trust === 'any') return { now, subjectAddresses };
  const { keys } = await store.keysOf(SITE_AUTHORITIES, undefined);
  return { now, subjectAddresses, authorities: keys.map(({ base64 }) => base64) };
}
