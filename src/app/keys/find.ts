import {
  type Judging,
  type KeyStore,
  type KeyTools,
  LOOKED_UP,
  type Problem,
  personBook,
  SITE_BOOK,
  type StoredKey,
  spaceBook,
} from '#app/keys/model';
import type { KeysOfAddress, UsableKey } from '#app/keys/plan';
import type { AccountId, SpaceId } from '#contract/draft';
import { KEY_SOURCES } from '#contract/keys/keys';
import type { KeyLookupResponse } from '#contract/relay/lookup';
import type { Lookups } from '#contract/settings/encryption';

/** A reader as keys are looked for: their address, and their account where they have one here. */
export interface KeyOwner {
  readonly address: string;
  readonly accountId?: AccountId | undefined;
}
export interface FindNeeds {
  readonly keys: KeyStore;
  readonly tools: Pick<KeyTools, 'parse' | 'judge'>;
  readonly judging: Judging;
  readonly lookups: Lookups;
  /** Asks the relay for keys of addresses; a source that does not answer is left out. Absent: nothing is looked up. */
  readonly lookUp?: ((addresses: readonly string[]) => Promise<KeyLookupResponse>) | undefined;
}

/** The keys that mail to these readers may use now. */
export interface FoundKeys {
  readonly keysOf: (address: string) => KeysOfAddress;
  /** The key material behind a usable key of this address. */
  readonly material: (address: string, key: UsableKey) => StoredKey | undefined;
}

/**
 * Which key for each address now, and why none: the person's own first, then the space's book, the site's, and what was looked up. Of several
 * in one list the one that ends last counts, so that of an expired and a valid one the valid one is used.
 */
export async function findKeys(needs: FindNeeds, spaceId: SpaceId, readers: readonly KeyOwner[]): Promise<FoundKeys> {
  await lookUpMissing(needs, spaceId, readers);
  const found = new Map<string, { keys: KeysOfAddress; stored: StoredKey[] }>();
  await Promise.all(
    readers.map(async (reader) => {
      const stored = await needs.keys.keysFor(reader.address, ownersFor(reader, spaceId));
      found.set(reader.address.toLowerCase(), { keys: await bestOf(needs, reader.address, stored), stored });
    }),
  );
  const at = (address: string) => found.get(address.toLowerCase());
  return {
    keysOf: (address) => at(address)?.keys ?? {},
    material: (address, { fingerprint }) => at(address)?.stored.find(({ summary }) => summary.fingerprint === fingerprint),
  };
}

const ownersFor = ({ accountId }: KeyOwner, spaceId: SpaceId): string[] => [
  ...(accountId ? [personBook(accountId)] : []),
  spaceBook(spaceId),
  SITE_BOOK,
  LOOKED_UP,
];

/** The order of lists, then the one that ends last. */
const byPreference = (one: StoredKey, other: StoredKey): number =>
  KEY_SOURCES.indexOf(one.source) - KEY_SOURCES.indexOf(other.source) ||
  (other.summary.notAfter ?? '9').localeCompare(one.summary.notAfter ?? '9');

async function bestOf({ tools, judging }: FindNeeds, address: string, stored: readonly StoredKey[]): Promise<KeysOfAddress> {
  const best: { smime?: UsableKey; openpgp?: UsableKey } = {};
  let problem: Problem | undefined;
  for (const each of [...stored].sort(byPreference)) {
    const { protocol, fingerprint } = each.summary;
    if (best[protocol]) continue;
    const [why] = await tools.judge(each, 'encrypt', address, judging);
    if (why) problem ??= why;
    else best[protocol] = { protocol, fingerprint, source: each.source };
  }
  return { ...best, ...(problem ? { problem: { code: problem.code, ...(problem.params ? { params: problem.params } : {}) } } : {}) };
}

const asksAnybody = ({ directories, webKeyDirectory, keyServers }: Lookups): boolean =>
  directories.length > 0 || webKeyDirectory || keyServers.length > 0;

const HOUR_MS = 3_600_000;

/** Asks for those who are in no list and were not asked for lately; what a look-up finds is kept with an end, an empty answer too. */
async function lookUpMissing(needs: FindNeeds, spaceId: SpaceId, readers: readonly KeyOwner[]): Promise<void> {
  const { keys, lookUp, lookups, judging } = needs;
  if (!lookUp || !asksAnybody(lookups)) return;
  const missing: string[] = [];
  for (const reader of readers) {
    const until = await keys.lookedUpUntil(reader.address);
    if (until && until > judging.now) continue;
    if (
      (
        await keys.keysFor(
          reader.address,
          ownersFor(reader, spaceId).filter((owner) => owner !== LOOKED_UP),
        )
      ).length === 0
    )
      missing.push(reader.address);
  }
  if (missing.length === 0) return;
  const answer = await lookUp(missing).catch(() => undefined);
  if (!answer) return;
  const until = new Date(judging.now.getTime() + lookups.cacheHours * HOUR_MS);
  for (const each of answer.keys) await keepFound(needs, each, missing, until);
  // A source that failed is asked again for the next mail.
  if (answer.problems.length === 0) await Promise.all(missing.map((address) => keys.saveLookedUp(address, until)));
}

/** What a directory answers is anybody's word: it counts only for an address that was asked for and that the key itself names. */
async function keepFound(needs: FindNeeds, found: KeyLookupResponse['keys'][number], asked: readonly string[], until: Date): Promise<void> {
  const address = asked.find((each) => each.toLowerCase() === found.address.toLowerCase());
  if (!address) return;
  const { keys } = await needs.tools.parse(Buffer.from(found.base64, 'base64'));
  for (const key of keys) {
    if ((await needs.tools.judge(key, 'encrypt', address, needs.judging)).length > 0) continue;
    await needs.keys.saveKey({
      v: 1,
      owner: LOOKED_UP,
      source: found.source,
      summary: key.summary,
      addresses: [address.toLowerCase()],
      base64: key.base64,
      addedAt: needs.judging.now.toISOString(),
      until: until.toISOString(),
    });
  }
}
