import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failingAccounts, type Verification } from '#app/diagnostics/health';
import { watchAccounts } from '#app/settings/account-watch';
import { SITE_OWNER, spaceOwner } from '#app/settings/model';
import { bindingOf } from '#app/settings/secrets';
import type { RelayAccount, VerifyResponse } from '#contract/relay/api';
import { siteSettingsV2Schema, spaceSettingsV2Schema } from '#contract/settings/v2';
import { addressBook, JONAS, MIRA, mailAccount, memorySettings, NOW, SPACE_ID, stubTransport } from '#test/app/rig';

const DAY_MS = 86_400_000;
const good = mailAccount();
const oauth = mailAccount({
  host: 'smtp.office365.example',
  auth: 'oauth2',
  oauth: { provider: 'microsoft', grant: 'refresh-token', clientId: 'c', tenant: '' },
});
const smtp = { code: 535, enhanced: '5.7.139', reply: 'basic authentication is disabled' };
const fine: VerifyResponse = { ok: true, steps: [] };
const broken: VerifyResponse = {
  ok: false,
  steps: [{ step: 'authenticate', state: 'failed', details: {}, error: { code: 'LOGIN_PASSWORD_OFF', smtp } }],
};

/** A site of Mira's with an account that works and an OAuth account, and a space of Jonas' with an account of its own. */
async function watched(verify: (account: RelayAccount) => VerifyResponse, savedDaysAgo = 0) {
  const settings = memorySettings();
  const accounts = [
    { id: 'main', name: 'Wiki', account: good },
    { id: 'office', name: 'Office', account: oauth },
  ];
  await settings.saveSite(siteSettingsV2Schema.parse({ accounts, changedBy: MIRA.accountId }));
  const own = mailAccount({ host: 'own.example.org', fromAddress: 'space@example.org' });
  const savedAt = new Date(NOW.getTime() - savedDaysAgo * DAY_MS).toISOString();
  settings.secrets.set(`${SITE_OWNER}:password`, { v: 1, boundTo: bindingOf(good), value: 'sesame' });
  settings.secrets.set('account-office:refreshToken', { v: 1, boundTo: bindingOf(oauth), value: 'first', savedAt });
  settings.secrets.set(`${spaceOwner(SPACE_ID)}:password`, { v: 1, boundTo: bindingOf(own), value: 'own secret' });
  const space = spaceSettingsV2Schema.parse({ accountSource: { kind: 'own' }, account: own, changedBy: JONAS.accountId });
  const kept = new Map<string, Verification>();
  const transport = stubTransport();
  const outcome = await watchAccounts({
    settings,
    spaces: async () => [{ spaceId: SPACE_ID, settings: space }],
    verifications: { saveVerification: async (owner, verification) => void kept.set(owner, verification) },
    transport: { ...transport, verify: async (account) => verify(account as RelayAccount) },
    app: addressBook(
      new Map([
        [MIRA.accountId, 'mira@firm.example'],
        [JONAS.accountId, 'jonas@firm.example'],
      ]),
    ),
    now: () => NOW,
    wait: async () => undefined,
  });
  return { outcome, kept, settings, mails: transport.requests.map(({ request }) => request) };
}

describe('the weekly test of every mail account', () => {
  test('keeps each result and writes to nobody while all is well', async () => {
    const { outcome, kept, mails } = await watched(() => fine);
    assert.deepEqual(outcome, { tested: 3, failing: 0, told: 0 });
    assert.deepEqual([...kept.keys()].sort(), [SITE_OWNER, 'account-office', spaceOwner(SPACE_ID)].sort());
    assert.equal(mails.length, 0);
  });
  test('tells the administrators by mail, through an account that works, what stopped and what the server said', async () => {
    const { outcome, kept, mails } = await watched(({ host }) => (host === oauth.host ? broken : fine));
    assert.deepEqual(outcome, { tested: 3, failing: 1, told: 1 });
    const [mail] = mails;
    assert.deepEqual(mail?.envelope, { from: good.fromAddress, to: ['mira@firm.example'] });
    assert.equal(mail?.message.autoSubmitted, 'auto-generated');
    assert.match(mail?.message.text ?? '', /Office: The provider has switched off.*535 5\.7\.139 basic authentication is disabled/);
    assert.match(mail?.message.text ?? '', /Office: Der Anbieter hat die Anmeldung mit Passwort/);
    assert.doesNotMatch(JSON.stringify(mail?.message), /sesame|first|own secret/);
    const shown = await failingAccounts({ verification: async (owner) => kept.get(owner) }, [
      { id: 'office', name: 'Office', account: oauth },
    ]);
    assert.deepEqual(
      shown.map(({ name, error }) => [name, error?.code]),
      [['Office', 'LOGIN_PASSWORD_OFF']],
    );
  });
  test('whoever set up the account of a space hears of that one alone', async () => {
    const { mails } = await watched(({ host }) => (host === good.host ? fine : broken));
    const jonas = mails.find(({ envelope }) => envelope.to[0] === 'jonas@firm.example');
    assert.match(jonas?.message.text ?? '', /space@example\.org/);
    assert.doesNotMatch(jonas?.message.text ?? '', /Office/);
    assert.equal(mails.length, 2);
  });
  test('renews the refresh token, and warns where one that is not replaced is near its end', async () => {
    const renewed = await watched(({ host }) => (host === oauth.host ? { ...fine, refreshToken: 'second' } : fine), 80);
    assert.equal(renewed.settings.secrets.get('account-office:refreshToken')?.value, 'second');
    assert.equal(renewed.mails.length, 0);
    const old = await watched(() => fine, 80);
    assert.match(old.mails[0]?.message.text ?? '', /Office: Its consent at the provider ends on/);
    assert.match(old.mails[0]?.message.html ?? '', /Zustimmung beim Anbieter endet am/);
  });
  test('writes no mail where no account works, and the results are kept all the same', async () => {
    const { outcome, mails } = await watched(() => broken);
    assert.deepEqual([outcome.failing, outcome.told, mails.length], [3, 0, 0]);
  });
});
