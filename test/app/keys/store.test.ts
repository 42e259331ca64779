import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { SITE_BOOK, type StoredKey, spaceBook } from '#app/keys/model';
import { createKvsApi } from '#local/forge/kvs/api';
import { createKvsStore } from '#local/forge/kvs/store';
import { loadManifest } from '#local/forge/manifest';
import { installForge } from '#test/app/forge';
import { later, MIRA, NOW, SPACE_ID } from '#test/app/rig';

// Against the storage of the local site, which refuses what Forge refuses, through the real @forge/kvs.
installForge(() => undefined);
const { keyStore, identityStore, removeKeysOf, allKeys } = await import('#app/store/index');

const key = (digit: string, addresses: readonly string[], fields: Partial<StoredKey> = {}): StoredKey => ({
  v: 1,
  owner: SITE_BOOK,
  source: 'site',
  summary: {
    protocol: 'smime',
    fingerprint: digit.repeat(64),
    subject: 'CN=Hana',
    addresses: [...addresses],
    notBefore: NOW.toISOString(),
    algorithm: 'RSA 3072',
    canSign: true,
    canEncrypt: true,
  },
  addresses: [...addresses],
  base64: 'AAAA',
  addedAt: NOW.toISOString(),
  addedBy: MIRA.accountId,
  ...fields,
});

beforeEach(() => {
  const kvs = createKvsStore({ now: () => NOW.getTime(), lagMs: 0 });
  const api = createKvsApi(kvs, loadManifest('.').entities);
  installForge(({ path, body }) => api.handle(path, body));
});

describe('keys in storage', () => {
  test('are found by each of their addresses, whatever its case, in the lists that are asked', async () => {
    const mine = key('A', ['hana@example.org', 'h@example.org']);
    await keyStore.saveKey(mine);
    await keyStore.saveKey(key('B', ['hana@example.org'], { owner: spaceBook(SPACE_ID), source: 'space' }));
    assert.deepEqual(await keyStore.keysFor('Hana@Example.org', [SITE_BOOK]), [mine]);
    assert.deepEqual(await keyStore.keysFor('h@example.org', [SITE_BOOK]), [mine]);
    assert.equal((await keyStore.keysFor('hana@example.org', [SITE_BOOK, spaceBook(SPACE_ID)])).length, 2);
    assert.deepEqual(await keyStore.keysFor('nobody@example.org', [SITE_BOOK]), []);
  });

  test('stand in their list once, however many addresses they have, and go whole', async () => {
    const mine = key('A', ['b@example.org', 'a@example.org']);
    await keyStore.saveKey(mine);
    assert.deepEqual(await keyStore.keysOf(SITE_BOOK, undefined), { keys: [mine] });
    assert.deepEqual(await keyStore.key(SITE_BOOK, mine.summary.fingerprint), mine);
    assert.equal(await keyStore.removeKey(SITE_BOOK, mine.summary.fingerprint), true);
    assert.equal(await keyStore.removeKey(SITE_BOOK, mine.summary.fingerprint), false);
    assert.deepEqual(await keyStore.keysFor('a@example.org', [SITE_BOOK]), []);
  });

  test('come in pages, and an owner can be forgotten', async () => {
    for (let at = 0; at < 130; at += 1) {
      const fingerprint = at.toString(16).toUpperCase().padStart(64, '0');
      const each = key('A', [`p${String(at).padStart(3, '0')}@example.org`]);
      await keyStore.saveKey({ ...each, summary: { ...each.summary, fingerprint } });
    }
    const first = await keyStore.keysOf(SITE_BOOK, undefined);
    const second = await keyStore.keysOf(SITE_BOOK, first.cursor);
    assert.deepEqual([first.keys.length, second.keys.length, second.cursor], [100, 30, undefined]);
    let count = 0;
    for await (const each of allKeys()) count += Number(each.addedBy === MIRA.accountId);
    assert.equal(count, 130);
    assert.equal(await removeKeysOf(SITE_BOOK), 130);
    assert.deepEqual(await keyStore.keysOf(SITE_BOOK, undefined), { keys: [] });
  });

  test('a look-up is remembered with its end', async () => {
    assert.equal(await keyStore.lookedUpUntil('hana@example.org'), undefined);
    await keyStore.saveLookedUp('Hana@example.org', later(3600));
    assert.deepEqual(await keyStore.lookedUpUntil('hana@example.org'), later(3600));
  });
});

describe('signing identities in storage', () => {
  test('are secrets, one for each protocol of an account', async () => {
    await identityStore.saveIdentity('site', { v: 1, protocol: 'smime', value: 'pem' });
    assert.deepEqual(await identityStore.identity('site', 'smime'), { v: 1, protocol: 'smime', value: 'pem' });
    assert.equal(await identityStore.identity('site', 'openpgp'), undefined);
    await identityStore.removeIdentity('site', 'smime');
    assert.equal(await identityStore.identity('site', 'smime'), undefined);
  });
});
