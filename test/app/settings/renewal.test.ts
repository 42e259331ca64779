import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SITE_OWNER } from '#app/settings/model';
import { refreshTokenEnd, renewingSend, renewingVerify } from '#app/settings/renewal';
import { bindingOf, saveSecrets, toRelayAccount } from '#app/settings/secrets';
import type { SendRequest } from '#contract/relay/api';
import { mailAccount, memorySettings, NOW } from '#test/app/rig';

const account = mailAccount({ auth: 'oauth2', oauth: { provider: 'microsoft', grant: 'refresh-token', clientId: 'c', tenant: '' } });
const login = toRelayAccount(account, { refreshToken: 'first' });
const request = { account: login } as SendRequest;
const DAY_MS = 86_400_000;

async function keeping(stored = 'first') {
  const store = memorySettings();
  store.secrets.set(`${SITE_OWNER}:refreshToken`, { v: 1, boundTo: bindingOf(account), value: stored });
  return { store, owner: SITE_OWNER, now: () => NOW, kept: () => store.secrets.get(`${SITE_OWNER}:refreshToken`) };
}
const sent = { messageId: 'm', accepted: ['a@example.org'], rejected: [], sizeBytes: 1 };

describe('a refresh token that the provider replaces', () => {
  test('is kept with its day, after a mail and after a connection test, and handed on to nobody', async () => {
    for (const work of ['send', 'verify'] as const) {
      const at = await keeping();
      const answer =
        work === 'send'
          ? await renewingSend(async () => ({ ...sent, refreshToken: 'second' }), at)(request, 'key')
          : await renewingVerify(async () => ({ ok: true, steps: [], refreshToken: 'second' }), at)(login);
      assert.doesNotMatch(JSON.stringify(answer), /second/);
      assert.deepEqual(at.kept(), { v: 1, boundTo: bindingOf(account), value: 'second', savedAt: NOW.toISOString() });
    }
  });
  test('does not replace one that an administrator typed meanwhile', async () => {
    const at = await keeping('typed');
    await renewingSend(async () => ({ ...sent, refreshToken: 'second' }), at)(request, 'key');
    assert.equal(at.kept()?.value, 'typed');
  });
  test('that cannot be kept does not undo the mail', async () => {
    const at = { ...(await keeping()), store: { secret: () => Promise.reject(new Error('busy')), saveSecret: async () => undefined } };
    assert.deepEqual(await renewingSend(async () => ({ ...sent, refreshToken: 'second' }), at)(request, 'key'), sent);
  });
});

describe('the end of a refresh token', () => {
  test('is 90 days after it was kept, at Microsoft; saving the same one again does not move it', async () => {
    const store = memorySettings();
    const later = new Date(NOW.getTime() + 10 * DAY_MS);
    await saveSecrets(store, SITE_OWNER, account, { refreshToken: 'first' }, NOW);
    await saveSecrets(store, SITE_OWNER, account, { refreshToken: 'first' }, later);
    const end = async () => refreshTokenEnd(account, await store.secret(SITE_OWNER, 'refreshToken'))?.getTime();
    assert.equal(await end(), NOW.getTime() + 90 * DAY_MS);
    await saveSecrets(store, SITE_OWNER, account, { refreshToken: 'other' }, later);
    assert.equal(await end(), later.getTime() + 90 * DAY_MS);
  });
  test('is not known of another provider, or of one that was kept before its day was noted', () => {
    const google = mailAccount({ auth: 'oauth2', oauth: { provider: 'google', grant: 'refresh-token', clientId: 'c', tenant: '' } });
    const stored = { v: 1 as const, boundTo: '', value: 'x' };
    assert.equal(refreshTokenEnd(google, { ...stored, savedAt: NOW.toISOString() }), undefined);
    assert.equal(refreshTokenEnd(account, stored), undefined);
  });
});
