import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importSettings } from '#app/privacy/import';
import { settingsFile } from '#app/privacy/settings-file';
import { parseLogo } from '#app/settings/logo';
import { saveExceptions, saveSitePolicy } from '#app/settings/site-policy';
import { saveSpacePolicy } from '#app/settings/space-policy';
import { MAX_LOGO_BYTES, MAX_SPACE_EXCEPTIONS } from '#contract/limits';
import { siteAdminResolvers, spaceAdminResolvers } from '#contract/screens/administration';
import { codeOf, MIRA, mailAccount, memorySettings, NOW, SPACE_ID } from '#test/app/rig';

type Store = ReturnType<typeof memorySettings>;
const by = MIRA.accountId;
const saveSite = (store: Store, form: object) => saveSitePolicy(store, siteAdminResolvers['site-policy/save'].payload.parse(form), by, NOW);
const saveSpace = (store: Store, form: object) =>
  saveSpacePolicy(store, SPACE_ID, spaceAdminResolvers['space-policy/save'].payload.parse(form), by, NOW);
const site = (id: string, fields = {}) => ({ id, name: id, account: mailAccount(fields) });
const password = (value: string) => ({ password: value });

async function twoAccounts() {
  const store = memorySettings();
  const accounts = [site('main'), site('sales', { user: 'sales' })];
  await saveSite(store, {
    revision: 0,
    changes: { accounts, defaultAccount: 'sales' },
    secrets: { main: password('a'), sales: password('b') },
  });
  return store;
}

describe('the site’s settings by parts', () => {
  test('what is not given stays', async () => {
    const store = await twoAccounts();
    await saveSite(store, { revision: 1, changes: { policy: { toWhom: { mode: 'site' } } } });
    const saved = await store.site();
    assert.deepEqual([saved.policy.toWhom.mode, saved.accounts.length, saved.defaultAccount, saved.revision], ['site', 2, 'sales', 2]);
    assert.equal(store.secrets.get('site:password')?.value, 'a');
    assert.equal(store.secrets.get('account-sales:password')?.value, 'b');
  });

  test('an account that goes takes its secrets along, and the default moves on', async () => {
    const store = await twoAccounts();
    await saveSite(store, { revision: 1, changes: { accounts: [site('main')] } });
    assert.deepEqual([...store.secrets.keys()], ['site:password']);
    assert.equal((await store.site()).defaultAccount, 'main');
  });

  test('an account that moves to another server wants its password again, and nothing is saved without', async () => {
    const store = await twoAccounts();
    const accounts = [site('main', { host: 'other.example.org' }), site('sales', { user: 'sales' })];
    await assert.rejects(saveSite(store, { revision: 1, changes: { accounts } }), codeOf('PASSWORD_REQUIRED'));
    assert.equal((await store.site()).revision, 1);
    await saveSite(store, { revision: 1, changes: { accounts }, secrets: { main: password('new') } });
    assert.equal(store.secrets.get('site:password')?.value, 'new');
  });

  test('the relay operator’s server can be the default, and nothing can', async () => {
    const store = await twoAccounts();
    await saveSite(store, { revision: 1, changes: { defaultAccount: 'relay' } });
    assert.equal((await store.site()).defaultAccount, 'relay');
    await saveSite(store, { revision: 2, changes: { accounts: [], defaultAccount: null } });
    assert.equal((await store.site()).defaultAccount, undefined);
  });

  test('an account that logs in as before is not asked for a password that it lacks', async () => {
    const store = await twoAccounts();
    store.secrets.clear();
    const accounts = [site('main', { fromName: 'Renamed' }), site('sales', { user: 'sales' })];
    await saveSite(store, { revision: 1, changes: { accounts }, secrets: { sales: password('b') } });
    assert.deepEqual([...store.secrets.keys()], ['account-sales:password']);
    assert.equal((await store.site()).accounts[0]?.account.fromName, 'Renamed');
  });

  test('a default that is none of the accounts is refused', async () => {
    const store = await twoAccounts();
    await assert.rejects(saveSite(store, { revision: 1, changes: { defaultAccount: 'gone' } }), codeOf('ACCOUNT_UNKNOWN'));
    assert.equal((await store.site()).revision, 1);
  });

  test('of two saves on the same revision one gets through, also at the same moment', async () => {
    const store = await twoAccounts();
    const results = await Promise.allSettled([1, 2].map(() => saveSite(store, { revision: 1, changes: { enforce: true } })));
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await assert.rejects(saveSite(store, { revision: 1, changes: {} }), codeOf('SETTINGS_CHANGED'));
  });

  test('two accounts cannot have one id, and none the relay’s', () => {
    const { payload } = siteAdminResolvers['site-policy/save'];
    for (const accounts of [[site('a'), site('a')], [site('relay')]]) {
      assert.equal(payload.safeParse({ revision: 0, changes: { accounts } }).success, false);
    }
  });
});

describe('exceptions', () => {
  const exception = (id: number, enabled = true) => ({ spaceId: String(id), key: `S${id}`, name: `Space ${id}`, enabled });
  const save = (store: Store, form: object) =>
    saveExceptions(store, siteAdminResolvers['site-policy/save-exceptions'].payload.parse(form), NOW);

  test('are added, changed and removed in one save', async () => {
    const store = memorySettings();
    await save(store, { revision: 0, set: [exception(1), exception(2)] });
    await save(store, { revision: 1, set: [exception(2, false), exception(3)], remove: ['1'] });
    assert.deepEqual(
      (await store.exceptions()).spaces.map(({ spaceId, enabled }) => [spaceId, enabled]),
      [
        ['2', false],
        ['3', true],
      ],
    );
    await assert.rejects(save(store, { revision: 1, set: [] }), codeOf('SETTINGS_CHANGED'));
  });

  test('may be as many as the limit and not one more', async () => {
    const store = memorySettings();
    await save(store, { revision: 0, set: Array.from({ length: MAX_SPACE_EXCEPTIONS }, (_, at) => exception(at + 1)) });
    await assert.rejects(save(store, { revision: 1, set: [exception(9999)] }), codeOf('SETTINGS_TOO_LARGE'));
  });

  test('that storage could not take are refused before anything is written', async () => {
    const store = memorySettings();
    const set = Array.from({ length: MAX_SPACE_EXCEPTIONS }, (_, at) => ({
      ...exception(at + 1),
      key: 'ä'.repeat(255),
      name: '😀'.repeat(40),
    }));
    await assert.rejects(save(store, { revision: 0, set }), codeOf('SETTINGS_TOO_LARGE'));
    assert.equal((await store.exceptions()).revision, 0);
  });
});

describe('a space’s settings by parts', () => {
  test('cannot be saved where the site enforces its own', async () => {
    const store = await twoAccounts();
    await saveSite(store, { revision: 1, changes: { enforce: true } });
    await assert.rejects(saveSpace(store, { revision: 0, changes: { enabled: false } }), codeOf('SETTINGS_ENFORCED'));
  });

  test('pick an account that the site has', async () => {
    const store = await twoAccounts();
    await assert.rejects(
      saveSpace(store, { revision: 0, changes: { accountSource: { kind: 'site', accountId: 'gone' } } }),
      codeOf('ACCOUNT_UNKNOWN'),
    );
    await assert.rejects(saveSpace(store, { revision: 0, changes: { accountSource: { kind: 'own' } } }), codeOf('NO_MAIL_ACCOUNT'));
    await saveSpace(store, { revision: 0, changes: { accountSource: { kind: 'site', accountId: 'sales' } } });
    await saveSpace(store, { revision: 1, changes: { policy: { toWhom: { mode: 'site' } } } });
    assert.deepEqual((await store.space(SPACE_ID)).accountSource, { kind: 'site', accountId: 'sales' });
  });

  test('can be changed though the account that they picked is gone', async () => {
    const store = await twoAccounts();
    await saveSpace(store, { revision: 0, changes: { accountSource: { kind: 'site', accountId: 'sales' } } });
    await saveSite(store, { revision: 1, changes: { accounts: [site('main')] } });
    await saveSpace(store, { revision: 1, changes: { enabled: false } });
    assert.equal((await store.space(SPACE_ID)).enabled, false);
  });

  test('lose their account with its password when it is removed', async () => {
    const store = await twoAccounts();
    const own = { accountSource: { kind: 'own' }, account: mailAccount({ user: 'own' }) };
    await saveSpace(store, { revision: 0, changes: own, secrets: password('c') });
    await assert.rejects(saveSpace(store, { revision: 1, changes: { account: null } }), codeOf('NO_MAIL_ACCOUNT'));
    await saveSpace(store, { revision: 1, changes: { accountSource: { kind: 'site' }, account: null } });
    assert.deepEqual([(await store.space(SPACE_ID)).account, store.secrets.has(`space-${SPACE_ID}:password`)], [undefined, false]);
  });

  test('want the password of an own account, which stays while it is not used', async () => {
    const store = await twoAccounts();
    const own = { accountSource: { kind: 'own' }, account: mailAccount({ user: 'own' }) };
    await assert.rejects(saveSpace(store, { revision: 0, changes: own }), codeOf('PASSWORD_REQUIRED'));
    await saveSpace(store, { revision: 0, changes: own, secrets: password('c') });
    await saveSpace(store, { revision: 1, changes: { accountSource: { kind: 'site' } } });
    await saveSpace(store, { revision: 2, changes: own });
    assert.equal(store.secrets.get(`space-${SPACE_ID}:password`)?.value, 'c');
  });
});

describe('importing', () => {
  test('keeps secrets for the same server and user, names the accounts that want theirs, and forgets those that go', async () => {
    const store = await twoAccounts();
    const current = await store.site();
    const moved = { ...current, accounts: [site('main', { host: 'other.example.org' }), site('new')] };
    const file = settingsFile({ site: moved, exceptions: [], spaces: [{ spaceId: SPACE_ID, settings: await store.space(SPACE_ID) }] }, NOW);
    const result = await importSettings(store, { file: JSON.parse(JSON.stringify(file)), revision: 1 }, by, NOW);
    assert.deepEqual(result, { revision: 2, spaces: 1, accountsWithoutSecrets: ['main', 'new'] });
    assert.equal(store.secrets.has('account-sales:password'), false);
    assert.equal((await store.space(SPACE_ID)).revision, 1);
    await assert.rejects(importSettings(store, { file, revision: 1 }, by, NOW), codeOf('SETTINGS_CHANGED'));
  });
});

describe('a file that is imported', () => {
  const fileOf = async (store: Store, change: (file: Record<string, never>) => void) => {
    const spaces = [{ spaceId: SPACE_ID, settings: await store.space(SPACE_ID) }];
    const file = JSON.parse(JSON.stringify(settingsFile({ site: await store.site(), exceptions: [], spaces }, NOW))) as Record<
      string,
      never
    >;
    change(file);
    return importSettings(store, { file, revision: 1 }, by, NOW);
  };
  const exception = (spaceId: string, name: string) => ({ spaceId, key: name, name, enabled: false });

  test('is refused as a whole, before anything is written', async () => {
    const domains = Array.from(
      { length: 500 },
      (_, at) => `${'w'.repeat(40)}.${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.n${at}.example`,
    );
    for (const [code, settings] of [
      ['INVALID_ADDRESS', { account: mailAccount({ fromAddress: 'no address' }) }],
      ['SETTINGS_TOO_LARGE', { policy: { toWhom: { allowDomains: domains, denyDomains: domains } } }],
    ] as const) {
      const store = await twoAccounts();
      const imported = fileOf(store, (file) => Object.assign(file['spaces']?.[0]?.['settings'] ?? {}, settings));
      await assert.rejects(imported, codeOf(code));
      assert.equal((await store.site()).revision, 1);
    }
  });

  test('names each space once, and a default that is none gives way to the first account', async () => {
    const store = await twoAccounts();
    await fileOf(store, (file) => {
      Object.assign(file['site'] ?? {}, { defaultAccount: 'gone' });
      Object.assign(file, { exceptions: [exception('2', 'Two'), exception('1', 'One'), exception('2', 'Again')] });
    });
    assert.equal((await store.site()).defaultAccount, 'main');
    assert.deepEqual(
      (await store.exceptions()).spaces.map(({ name }) => name),
      ['Again', 'One'],
    );
    await assert.rejects(
      saveExceptions(store, siteAdminResolvers['site-policy/save-exceptions'].payload.parse({ revision: 0 }), NOW),
      codeOf('SETTINGS_CHANGED'),
    );
  });
});

describe('logos', () => {
  const url = (type: string, bytes: Buffer) => `data:image/${type};base64,${bytes.toString('base64')}`;
  const png = (width: number, height: number, extra = 0) => {
    const bytes = Buffer.alloc(33 + extra);
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes);
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return bytes;
  };

  test('are measured by what they are', () => {
    assert.deepEqual([parseLogo(url('png', png(320, 80))).widthPx, parseLogo(url('png', png(320, 80))).heightPx], [320, 80]);
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108002000400301220002110103110100', 'hex');
    assert.deepEqual([parseLogo(url('jpeg', jpeg)).widthPx, parseLogo(url('jpeg', jpeg)).heightPx], [64, 32]);
    const gif = Buffer.from('4749463839610a0005000000', 'hex');
    assert.deepEqual([parseLogo(url('gif', gif)).widthPx, parseLogo(url('gif', gif)).heightPx], [10, 5]);
  });

  test('may be as large as the limit and not a byte more', () => {
    assert.ok(parseLogo(url('png', png(1, 1, MAX_LOGO_BYTES - 33))));
    assert.throws(() => parseLogo(url('png', png(1, 1, MAX_LOGO_BYTES - 32))), codeOf('LOGO_INVALID'));
  });

  for (const [what, text] of [
    ['another kind of file', 'data:image/svg+xml;base64,PHN2Zy8+'],
    ['a picture that is said to be another', `data:image/gif;base64,${png(1, 1).toString('base64')}`],
    ['no picture', `data:image/png;base64,${Buffer.from('nothing of the kind here').toString('base64')}`],
    ['endless segments', `data:image/jpeg;base64,${Buffer.from('ffd8ffe00000ffe00000ffe00000', 'hex').toString('base64')}`],
    ['a picture of no size', `data:image/png;base64,${png(0, 5).toString('base64')}`],
    ['a picture of a thousand megapixels', `data:image/png;base64,${png(40_000, 25_000).toString('base64')}`],
    ['a web address', 'https://example.org/logo.png'],
    ['nothing', ''],
  ] as const) {
    test(`${what} is refused`, () => assert.throws(() => parseLogo(text), codeOf('LOGO_INVALID')));
  }
});
