import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppFailure } from '#app/failure';
import type { MailTransport } from '#app/model';
import { isSaved, sendTestMail, verifyAccount } from '#app/settings/account';
import { checkOn, sendingFor } from '#app/settings/effective';
import { forgetSecrets } from '#app/settings/forget';
import { readSite, readSpace } from '#app/settings/migrate';
import { SITE_OWNER, spaceOwner } from '#app/settings/model';
import { resolveSecrets, toRelayAccount } from '#app/settings/secrets';
import { readRelay, readSiteSettings, saveSiteSettings } from '#app/settings/site';
import { readSpaceSettings, saveSpaceSettings } from '#app/settings/space';
import { type AccountId, spaceIdSchema } from '#contract/draft';
import type { VerifyRequest } from '#contract/relay/api';
import { siteResolvers, spaceResolvers } from '#contract/screens/resolvers';
import { siteSettingsSchema, spaceSettingsSchema } from '#contract/settings/parts';
import { codeOf, JONAS, MIRA, mailAccount, memorySettings, NOW, SPACE_ID, stubTransport } from '#test/app/rig';

const SECRET = 'open sesame';
const SPACE = { id: SPACE_ID, key: 'W', name: 'Workshop', url: 'https://site.example/wiki/spaces/W' };

const siteForm = (fields: Record<string, unknown> = {}) =>
  siteResolvers['site-settings/save'].payload.parse({
    revision: 0,
    enabled: true,
    presentation: {},
    account: mailAccount(),
    secrets: {},
    ...fields,
  });
const spaceForm = (fields: Record<string, unknown> = {}) =>
  spaceResolvers['space-settings/save'].payload.parse({
    revision: 0,
    enabled: true,
    accountSource: 'own',
    account: mailAccount(),
    secrets: {},
    ...fields,
  });

async function savedSite() {
  const store = memorySettings();
  await saveSiteSettings(store, siteForm({ secrets: { password: SECRET } }), MIRA.accountId, NOW);
  return store;
}
const save = (store: ReturnType<typeof memorySettings>, fields: Record<string, unknown>) =>
  saveSiteSettings(store, siteForm(fields), MIRA.accountId, NOW);
const storedPassword = (store: ReturnType<typeof memorySettings>) => store.secrets.get(`${SITE_OWNER}:password`)?.value;

describe('the site’s settings', () => {
  test('come back as saved, with who saved them and when, and the secret only as set or not', async () => {
    const store = await savedSite();
    const read = await readSiteSettings(store);
    assert.deepEqual(read.settings.account, mailAccount());
    assert.deepEqual([read.settings.revision, read.settings.changedBy, read.settings.changedAt], [1, MIRA.accountId, NOW.toISOString()]);
    assert.deepEqual(read.secretsSet, { password: true, clientSecret: false, refreshToken: false });
    assert.doesNotMatch(JSON.stringify(read), new RegExp(SECRET));
    assert.doesNotMatch(JSON.stringify(await store.site()), new RegExp(SECRET));
  });

  test('keep the password when it is not typed again', async () => {
    const store = await savedSite();
    await save(store, { revision: 1, account: mailAccount({ fromName: 'Renamed' }) });
    assert.equal(storedPassword(store), SECRET);
  });

  for (const change of [{ host: 'other.example.org' }, { port: 465 }, { user: 'somebody' }, { security: 'none' }] as const) {
    test(`want the password again when ${Object.keys(change)[0]} changes to ${Object.values(change)[0]}`, async () => {
      const store = await savedSite();
      await assert.rejects(save(store, { revision: 1, account: mailAccount(change) }), codeOf('PASSWORD_REQUIRED'));
      assert.equal((await store.site()).accounts[0]?.account.host, mailAccount().host);
      await save(store, { revision: 1, account: mailAccount(change), secrets: { password: 'new' } });
      assert.equal(storedPassword(store), 'new');
    });
  }

  test('do not want it when only the case of the host changes', async () => {
    const store = await savedSite();
    await save(store, { revision: 1, account: mailAccount({ host: 'MAIL.example.org' }) });
    assert.equal(storedPassword(store), SECRET);
  });

  test('want a password at first', async () => {
    await assert.rejects(save(memorySettings(), {}), codeOf('PASSWORD_REQUIRED'));
    await assert.rejects(save(memorySettings(), { secrets: { password: '' } }), codeOf('PASSWORD_REQUIRED'));
  });

  test('forget the password when the account needs none, or goes', async () => {
    for (const account of [mailAccount({ auth: 'none', user: '' }), undefined]) {
      const store = await savedSite();
      await save(store, { revision: 1, account });
      assert.equal(store.secrets.size, 0);
    }
  });

  test('saved by somebody else in the meantime are not overwritten', async () => {
    const store = await savedSite();
    await assert.rejects(save(store, { revision: 0 }), codeOf('SETTINGS_CHANGED'));
    await assert.rejects(save(store, { revision: 2 }), codeOf('SETTINGS_CHANGED'));
    assert.deepEqual(await save(store, { revision: 1 }), { revision: 2 });
  });

  test('want a sender address that is one, and keep it normalised', async () => {
    const store = memorySettings();
    await assert.rejects(save(store, { account: mailAccount({ fromAddress: 'not an address' }) }), codeOf('INVALID_ADDRESS'));
    await save(store, { account: mailAccount({ fromAddress: 'wiki@EXAMPLE.org' }), secrets: { password: SECRET } });
    assert.equal((await store.site()).accounts[0]?.account.fromAddress, 'wiki@example.org');
  });
});

describe('a space’s settings', () => {
  test('show of the site only whether it sends and from where', async () => {
    const read = await readSpaceSettings(await savedSite(), SPACE);
    assert.deepEqual(read.site, { enabled: true, hasAccount: true, fromAddress: 'wiki@example.org', subjectPrefix: '' });
    assert.doesNotMatch(JSON.stringify(read), /mail\.example\.org|robot/);
  });

  test('cannot borrow the site’s password for the same server', async () => {
    const store = await savedSite();
    await assert.rejects(saveSpaceSettings(store, SPACE_ID, spaceForm(), JONAS.accountId, NOW), codeOf('PASSWORD_REQUIRED'));
  });

  test('keep their own password apart from the site’s', async () => {
    const store = await savedSite();
    await saveSpaceSettings(store, SPACE_ID, spaceForm({ secrets: { password: 'own' } }), JONAS.accountId, NOW);
    assert.equal(storedPassword(store), SECRET);
    assert.equal(store.secrets.get(`${spaceOwner(SPACE_ID)}:password`)?.value, 'own');
    assert.equal((await readSpaceSettings(store, SPACE)).secretsSet.password, true);
  });

  test('notice another administrator’s save, and want an account where one is chosen', async () => {
    const store = memorySettings();
    const saveSpace = (fields: Record<string, unknown>) => saveSpaceSettings(store, SPACE_ID, spaceForm(fields), JONAS.accountId, NOW);
    await assert.rejects(saveSpace({ revision: 1 }), codeOf('SETTINGS_CHANGED'));
    await assert.rejects(saveSpace({ account: undefined }), codeOf('NO_MAIL_ACCOUNT'));
    assert.deepEqual(await saveSpace({ accountSource: 'site', account: undefined, subjectPrefix: '' }), { revision: 1 });
    assert.equal((await store.space(SPACE_ID)).presentation.subjectPrefix, '');
  });
});

describe('what holds for a space', () => {
  const site = readSite(siteSettingsSchema.parse({ account: mailAccount(), presentation: { subjectPrefix: '[Site]' } }));
  const space = (fields: Record<string, unknown> = {}) => readSpace(spaceSettingsSchema.parse(fields));
  const sending = (of: typeof site, own: ReturnType<typeof space>) =>
    sendingFor({ site: of, space: own, spaceId: SPACE_ID, exception: undefined });
  const other = mailAccount({ user: 'other' });

  test('is the site’s account and prefix unless the space has its own', () => {
    const inherited = sending(site, space());
    assert.deepEqual(inherited.source(), { kind: 'account', id: 'main', account: mailAccount(), secretOwner: SITE_OWNER });
    assert.equal(inherited.presentation.subjectPrefix, '[Site]');
    const own = sending(site, space({ accountSource: 'own', account: other, subjectPrefix: '[Own]' }));
    assert.deepEqual(own.source(), { kind: 'account', account: other, secretOwner: spaceOwner(SPACE_ID) });
    assert.equal(own.presentation.subjectPrefix, '[Own]');
  });
  test('is nothing when site or space is switched off, or no account is there', () => {
    assert.throws(() => checkOn(sending({ ...site, enabled: false }, space())), codeOf('SENDING_OFF_SITE'));
    assert.throws(() => checkOn(sending(site, space({ enabled: false }))), codeOf('SENDING_OFF'));
    assert.throws(() => sending(site, space({ accountSource: 'own' })).source(), codeOf('NO_MAIL_ACCOUNT'));
    assert.throws(() => sending({ ...site, accounts: [], defaultAccount: undefined }, space()).source(), codeOf('NO_MAIL_ACCOUNT'));
  });
  test('is the site’s alone where the site enforces its settings', () => {
    const own = sending(
      { ...site, enforce: true },
      space({ enabled: false, accountSource: 'own', account: other, subjectPrefix: '[Own]' }),
    );
    checkOn(own);
    assert.equal(own.presentation.subjectPrefix, '[Site]');
    assert.deepEqual(own.source(), sending(site, space()).source());
  });
  test('is the account that the space picks among the site’s, with secrets of its own', () => {
    const two = { ...site, accounts: [...site.accounts, { id: 'sales', name: 'Sales', account: other }] };
    const picks = (accountId: string) => sending(two, { ...space(), accountSource: { kind: 'site', accountId } });
    assert.deepEqual(picks('sales').source(), { kind: 'account', id: 'sales', account: other, secretOwner: 'account-sales' });
    assert.deepEqual(picks('relay').source(), { kind: 'relay' });
    assert.throws(() => picks('gone').source(), codeOf('ACCOUNT_UNKNOWN'));
  });
});

describe('testing an account', () => {
  const transport = (answer?: Parameters<typeof stubTransport>[0]) => {
    const verified: VerifyRequest['account'][] = [];
    const stub = stubTransport(answer);
    const relay: MailTransport & { verified: VerifyRequest['account'][]; requests: typeof stub.requests } = {
      ...stub,
      verified,
      info: () => Promise.reject(new AppFailure('RELAY_UNREACHABLE')),
      verify: async (account) => {
        verified.push(account);
        return { ok: true, steps: [] };
      },
    };
    return relay;
  };
  const app = { addresses: async (ids: readonly AccountId[]) => new Map(ids.map((id) => [id, `${id}@firm.example`])) };
  const mail = (form: { account?: ReturnType<typeof mailAccount>; secrets: Record<string, string> }) => ({
    owner: SITE_OWNER,
    form,
    me: MIRA,
    language: 'de' as const,
    random: '0123456789abcdef0123456789abcdef',
  });

  test('uses the form’s values with the stored password', async () => {
    const [store, relay] = [await savedSite(), transport()];
    await verifyAccount({ store, transport: relay, now: () => NOW }, SITE_OWNER, { account: mailAccount(), secrets: {} });
    assert.deepEqual(relay.verified[0], toRelayAccount(mailAccount(), { password: SECRET }));
  });

  test('never sends the stored password to another server', async () => {
    const [store, relay] = [await savedSite(), transport()];
    const form = { account: mailAccount({ host: 'evil.example' }), secrets: {} };
    await assert.rejects(verifyAccount({ store, transport: relay, now: () => NOW }, SITE_OWNER, form), codeOf('PASSWORD_REQUIRED'));
    await assert.rejects(sendTestMail({ store, transport: relay, app, now: () => NOW }, mail(form)), codeOf('PASSWORD_REQUIRED'));
    assert.deepEqual([relay.verified.length, relay.requests.length], [0, 0]);
  });

  test('by mail goes to the administrator alone, in their language', async () => {
    const [store, relay] = [await savedSite(), transport()];
    assert.deepEqual(await sendTestMail({ store, transport: relay, app, now: () => NOW }, mail({ account: mailAccount(), secrets: {} })), {
      accepted: true,
    });
    const request = relay.requests[0]?.request;
    assert.deepEqual(request?.envelope, { from: 'wiki@example.org', to: ['mira@firm.example'] });
    assert.match(request?.message.text ?? '', /Das Mailkonto funktioniert/);
  });

  test('by mail tells a refusal as a value', async () => {
    const store = await savedSite();
    const refusing = transport(() => new AppFailure('LOGIN_FAILED'));
    assert.deepEqual(
      await sendTestMail({ store, transport: refusing, app, now: () => NOW }, mail({ account: mailAccount(), secrets: {} })),
      {
        accepted: false,
        error: { code: 'LOGIN_FAILED' },
      },
    );
    const rejecting = transport(({ envelope }) => ({
      accepted: [],
      rejected: envelope.to.map((address) => ({ address, code: 'RECIPIENT_REJECTED', retryable: false })),
    }));
    const answer = await sendTestMail({ store, transport: rejecting, app, now: () => NOW }, mail({ account: mailAccount(), secrets: {} }));
    assert.deepEqual(answer, { accepted: false, error: { code: 'RECIPIENT_REJECTED' } });
  });

  test('needs an account', async () => {
    await assert.rejects(
      verifyAccount({ store: memorySettings(), transport: transport(), now: () => NOW }, SITE_OWNER, { secrets: {} }),
      codeOf('NO_MAIL_ACCOUNT'),
    );
  });

  test('the relay’s absence is a value', async () => {
    assert.deepEqual(await readRelay(transport()), { reachable: false, error: { code: 'RELAY_UNREACHABLE' } });
  });
});

describe('secrets', () => {
  const oauth = { provider: 'microsoft', grant: 'refresh-token', clientId: 'c1', tenant: 't' } as const;

  test('of an OAuth login are bound to provider, client and tenant too', async () => {
    const store = memorySettings();
    const account = mailAccount({ auth: 'oauth2', oauth });
    await save(store, { account, secrets: { refreshToken: 'r', clientSecret: 's' } });
    assert.deepEqual(await resolveSecrets(store, SITE_OWNER, account, {}), { refreshToken: 'r', clientSecret: 's' });
    const other = mailAccount({ auth: 'oauth2', oauth: { ...oauth, clientId: 'c2' } });
    await assert.rejects(resolveSecrets(store, SITE_OWNER, other, {}), codeOf('PASSWORD_REQUIRED'));
  });

  test('of a public OAuth client are the refresh token alone', async () => {
    const store = memorySettings();
    const account = mailAccount({ auth: 'oauth2', oauth });
    assert.deepEqual(await resolveSecrets(store, SITE_OWNER, account, { refreshToken: 'r' }), { refreshToken: 'r' });
    const client = mailAccount({ auth: 'oauth2', oauth: { ...oauth, grant: 'client-credentials' } });
    await assert.rejects(resolveSecrets(store, SITE_OWNER, client, { refreshToken: 'r' }), codeOf('PASSWORD_REQUIRED'));
  });

  test('of site and spaces are all gone after an uninstall', async () => {
    const store = await savedSite();
    await saveSpaceSettings(store, SPACE_ID, spaceForm({ secrets: { password: 'own' } }), JONAS.accountId, NOW);
    assert.equal(await forgetSecrets(store), 2);
    assert.equal(store.secrets.size, 0);
  });

  test('of a thousand spaces are forgotten many at once', async () => {
    const [store, ids] = [memorySettings(), Array.from({ length: 1000 }, (_, at) => String(at + 1))];
    let [underWay, most, deleted] = [0, 0, 0];
    const deleteSecret = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      deleted += 1;
    };
    const spacesWithSettings = async () => ids.map((id) => spaceIdSchema.parse(id));
    assert.equal(await forgetSecrets({ ...store, deleteSecret, spacesWithSettings }), 1001);
    assert.deepEqual([deleted, most], [3003, 60]);
  });

  test('are needed with a user', () => {
    assert.throws(() => toRelayAccount(mailAccount({ user: '' }), { password: SECRET }), codeOf('LOGIN_REQUIRED'));
    assert.deepEqual(toRelayAccount(mailAccount({ auth: 'none' }), {}).auth, { kind: 'none' });
  });
});

test('a test is of the saved account only where the form is as it is saved and no secret is typed', () => {
  const account = mailAccount();
  const site = { accounts: [{ id: 'main', name: 'Wiki', account }] };
  assert.equal(isSaved(site, 'main', { account: { ...account }, secrets: {} }), true);
  assert.equal(isSaved(site, 'main', { account: { ...account, host: 'other.example.org' }, secrets: {} }), false);
  assert.equal(isSaved(site, 'main', { account, secrets: { password: 'typed' } }), false);
  assert.equal(isSaved(site, 'gone', { account, secrets: {} }), false);
});
