import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppFailure } from '#app/failure';
import { readSite, readSpace } from '#app/settings/migrate';

const account = {
  host: 'smtp.example.org',
  port: 465,
  security: 'tls',
  auth: 'password',
  user: 'u',
  fromName: 'Team',
  fromAddress: 'a@example.org',
};
const isNewer = (error: unknown) => error instanceof AppFailure && error.code === 'SETTINGS_NEWER';

test('nothing stored gives the defaults of version 2', () => {
  assert.deepEqual([readSite(undefined).version, readSite(undefined).enabled, readSite(undefined).accounts], [2, true, []]);
  assert.deepEqual(readSpace(undefined).accountSource, { kind: 'site' });
});

test('a site of version 1 keeps its account as the default one, its look, switch and revision', () => {
  const site = readSite({ version: 1, revision: 7, enabled: false, account, presentation: { subjectPrefix: '[wiki]' } });
  assert.equal(site.version, 2);
  assert.deepEqual([site.revision, site.enabled, site.defaultAccount], [7, false, 'main']);
  assert.equal(site.accounts[0]?.id, 'main');
  assert.equal(site.accounts[0]?.name, 'Team');
  assert.equal(site.accounts[0]?.account.host, 'smtp.example.org');
  assert.equal(site.presentation.subjectPrefix, '[wiki]');
  assert.equal(site.policy.toWhom.mode, 'everyone');
});

test('a site of version 1 without an account has none', () => {
  const site = readSite({ version: 1, revision: 0, enabled: true });
  assert.deepEqual([site.accounts, site.defaultAccount], [[], undefined]);
});

test('a space of version 1 keeps account, source and prefix', () => {
  const space = readSpace({ version: 1, revision: 2, enabled: true, accountSource: 'own', account, subjectPrefix: '' });
  assert.deepEqual([space.revision, space.accountSource, space.presentation.subjectPrefix], [2, { kind: 'own' }, '']);
  assert.equal(space.account?.user, 'u');
});

test('version 2 is read as it is', () => {
  const stored = readSite({ version: 2, revision: 3, accounts: [{ id: 'sales', name: 'Sales', account }], defaultAccount: 'sales' });
  assert.deepEqual(readSite(JSON.parse(JSON.stringify(stored))), stored);
});

test('settings of a newer version are refused rather than misread', () => {
  assert.throws(() => readSite({ version: 3, revision: 1 }), isNewer);
  assert.throws(() => readSpace({ version: 3, revision: 1 }), isNewer);
});
