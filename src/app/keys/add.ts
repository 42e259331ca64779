import { type Judging, type KeyStore, type KeyTools, NO_ADDRESS, type ParsedKey, type Problem, type StoredKey } from '#app/keys/model';
import type { AccountId } from '#contract/draft';
import type { KeyFile, KeySource, KeySummary } from '#contract/keys/keys';
import { MAX_STORED_KEY_BYTES } from '#contract/limits';

export interface AddNeeds {
  readonly keys: Pick<KeyStore, 'saveKey'>;
  readonly tools: Pick<KeyTools, 'parse' | 'judge'>;
  readonly judging: Judging;
}
/** Into which list keys go, and what they are for there. */
export interface Destination {
  readonly owner: string;
  readonly source: KeySource;
  readonly by: AccountId;
  /** Only keys that name this address, and for it alone; absent: for every address that they name. */
  readonly address?: string | undefined;
}
export interface Added {
  readonly added: KeySummary[];
  readonly problems: (Problem & { readonly file: string })[];
}

/** Bytes of a file that the browser sent as base64. */
export const bytesOf = ({ base64 }: Pick<KeyFile, 'base64'>): Uint8Array => Buffer.from(base64, 'base64');

/**
 * Puts the keys of these files into a list. A key that cannot encrypt for any address it names is not added, and the reason is told;
 * nothing of a file that cannot be read is kept.
 */
export async function addKeys(needs: AddNeeds, files: readonly KeyFile[], destination: Destination): Promise<Added> {
  const result: Added = { added: [], problems: [] };
  for (const file of files) {
    const { keys, problems } = await needs.tools.parse(bytesOf(file));
    result.problems.push(...problems.map((problem) => ({ ...problem, file: file.name })));
    for (const key of keys) {
      const problem = await addKey(needs, key, destination);
      if (problem) result.problems.push({ ...problem, file: file.name });
      else result.added.push(key.summary);
    }
  }
  return result;
}

async function addKey(needs: AddNeeds, key: ParsedKey, destination: Destination): Promise<Problem | undefined> {
  const { summary, base64 } = key;
  if ((base64.length * 3) / 4 > MAX_STORED_KEY_BYTES) return { code: 'KEY_TOO_LARGE' };
  const named = [...new Set(summary.addresses.map((address) => address.toLowerCase()))];
  const wanted = destination.address?.toLowerCase();
  const tried = wanted === undefined ? named : [wanted];
  if (tried.length === 0) return { code: 'NO_ADDRESS', params: { subject: summary.subject } };
  const usable: string[] = [];
  let first: Problem | undefined;
  for (const address of tried) {
    const [problem] = await needs.tools.judge(key, 'encrypt', address, needs.judging);
    if (problem) first ??= problem;
    else usable.push(address);
  }
  if (usable.length === 0) return first;
  await needs.keys.saveKey(storedKey(key, usable, destination, needs.judging.now));
  return undefined;
}

const storedKey = ({ summary, base64 }: ParsedKey, addresses: string[], { owner, source, by }: Destination, now: Date): StoredKey => ({
  v: 1,
  owner,
  source,
  summary,
  addresses,
  base64,
  addedAt: now.toISOString(),
  addedBy: by,
});

/** Adds certificates of authorities: whatever a file holds that is one. */
export async function addAuthorities(
  { keys, tools, judging }: AddNeeds & { readonly tools: Pick<KeyTools, 'parse'> },
  files: readonly KeyFile[],
  owner: string,
  by: AccountId,
): Promise<Added> {
  const result: Added = { added: [], problems: [] };
  for (const file of files) {
    const parsed = await tools.parse(bytesOf(file));
    result.problems.push(...parsed.problems.map((problem) => ({ ...problem, file: file.name })));
    for (const key of parsed.keys) {
      if (key.summary.protocol !== 'smime' || key.summary.isAuthority !== true) {
        result.problems.push({ code: 'NOT_AN_AUTHORITY', params: { subject: key.summary.subject }, file: file.name });
        continue;
      }
      await keys.saveKey(storedKey(key, [NO_ADDRESS], { owner, source: 'site', by }, judging.now));
      result.added.push(key.summary);
    }
  }
  return result;
}
