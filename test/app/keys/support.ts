/** Key material that is a word: `smime hana@example.org A expired`, for tests of what is done with keys rather than of keys. */
import { AppFailure } from '#app/failure';
import type { IdentityStore, KeyStore, KeyTools, ParsedKey, StoredIdentity, StoredKey } from '#app/keys/model';
import type { KeyFile } from '#contract/keys/keys';
import { NOW } from '#test/app/rig';

/** A file of keys, one in a line: protocol, address or several with commas, a digit for its fingerprint, and what is wrong with it. */
export const keyFile = (...lines: string[]): KeyFile => ({ name: 'keys.pem', base64: Buffer.from(lines.join('\n')).toString('base64') });

export function parsedKey(line: string): ParsedKey {
  const [protocol = 'smime', addresses = '', digit = 'A'] = line.split(' ');
  return {
    summary: {
      protocol: protocol === 'openpgp' ? 'openpgp' : 'smime',
      fingerprint: digit.repeat(protocol === 'openpgp' ? 40 : 64),
      subject: line,
      addresses: addresses.split(',').filter(Boolean),
      notBefore: NOW.toISOString(),
      ...(line.includes('until') ? { notAfter: `${/until-(\d+)/.exec(line)?.[1] ?? '2027'}-01-01T00:00:00.000Z` } : {}),
      algorithm: 'RSA 3072',
      canSign: true,
      canEncrypt: true,
      ...(line.includes('authority') ? { isAuthority: true } : {}),
    },
    base64: Buffer.from(line).toString('base64'),
  };
}

export const wordTools: KeyTools = {
  async parse(file) {
    const lines = Buffer.from(file).toString().split('\n');
    const isKey = (line: string): boolean => /^(smime|openpgp) /.test(line);
    return { keys: lines.filter(isKey).map(parsedKey), problems: lines.filter((line) => !isKey(line)).map(() => ({ code: 'UNREADABLE' })) };
  },
  async judge({ summary }, _use, address) {
    if (!summary.addresses.map((each) => each.toLowerCase()).includes(address.toLowerCase())) return [{ code: 'OTHER_ADDRESS' }];
    return summary.subject.includes('expired') ? [{ code: 'EXPIRED' }] : [];
  },
  async openIdentity(file, password) {
    if (password !== 'right') throw new AppFailure('KEY_PASSWORD');
    const line = Buffer.from(file).toString();
    const key = parsedKey(line);
    return { key, stored: { v: 1, protocol: key.summary.protocol, value: line } };
  },
  async createIdentity(_name, address) {
    const line = `openpgp ${address} C`;
    return { key: parsedKey(line), stored: { v: 1, protocol: 'openpgp', value: line } };
  },
  describeIdentity: async ({ value }) => ({ key: parsedKey(value), publicText: `public ${value}` }),
};

export interface MemoryKeys extends KeyStore {
  readonly stored: StoredKey[];
}
export function memoryKeys(...initial: StoredKey[]): MemoryKeys {
  const stored = [...initial];
  const lookedUp = new Map<string, Date>();
  const isSame = (owner: string, fingerprint: string) => (each: StoredKey) =>
    each.owner === owner && each.summary.fingerprint === fingerprint;
  return {
    stored,
    keysFor: async (address, owners) =>
      stored.filter(({ addresses, owner }) => addresses.includes(address.toLowerCase()) && owners.includes(owner)),
    keysOf: async (owner) => ({ keys: stored.filter((each) => each.owner === owner) }),
    key: async (owner, fingerprint) => stored.find(isSame(owner, fingerprint)),
    async saveKey(key) {
      const at = stored.findIndex(isSame(key.owner, key.summary.fingerprint));
      if (at >= 0) stored.splice(at, 1);
      stored.push(key);
    },
    async removeKey(owner, fingerprint) {
      const at = stored.findIndex(isSame(owner, fingerprint));
      if (at >= 0) stored.splice(at, 1);
      return at >= 0;
    },
    lookedUpUntil: async (address) => lookedUp.get(address.toLowerCase()),
    saveLookedUp: async (address, until) => void lookedUp.set(address.toLowerCase(), until),
  };
}

export function memoryIdentities(): IdentityStore & { readonly stored: Map<string, StoredIdentity> } {
  const stored = new Map<string, StoredIdentity>();
  return {
    stored,
    identity: async (owner, protocol) => stored.get(`${owner} ${protocol}`),
    saveIdentity: async (owner, identity) => void stored.set(`${owner} ${identity.protocol}`, identity),
    removeIdentity: async (owner, protocol) => void stored.delete(`${owner} ${protocol}`),
  };
}
