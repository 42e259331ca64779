import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sitePresentationSchema } from '#contract/settings/v2';
import { type AdminHandlers, adminHandlers, sitePolicy, spacePolicy } from '#test/static/admin-answers';
import { bridgeOf, type Handlers } from '#test/static/answers';
import { accessibilityProblems } from '#test/static/axe';
import { type Bridge, interfaceForTests, interfaceMissing, type Look } from '#test/static/harness';
import { ACCOUNT, wrongPassword } from '#test/static/settings-answers';

const ui = interfaceForTests();

const relayAt =
  (endpoint: string, set: () => void = () => undefined): Bridge =>
  (command) => {
    if (command === '__permission__remoteGet') return { results: [{ key: 'relay', configured: { endpoint } }] };
    if (command === '__permission__remoteSet') return set();
    return undefined;
  };

async function openSettings(
  entry: 'site' | 'space',
  handlers: Handlers & AdminHandlers = {},
  look: Look = {},
  other: Bridge = relayAt('https://relay.example.org'),
) {
  const { bridge, calls } = bridgeOf(adminHandlers(handlers), other);
  const { page, problems } = await ui.open(entry, bridge, { height: 1400, ...look });
  const payloadOf = <T>(name: string): T | undefined => calls.findLast((call) => call.name === name)?.payload as T | undefined;
  const countOf = (name: string): number => calls.filter((call) => call.name === name).length;
  return { page, problems, payloadOf, countOf };
}

/** What a save of the site carries. */
type SiteSave = {
  revision: number;
  changes: { accounts?: { id: string; account: typeof ACCOUNT }[]; presentation?: object };
  secrets: Record<string, { password?: string }>;
};
type SpaceSave = {
  changes: { accountSource?: object; account?: typeof ACCOUNT; presentation?: { subjectPrefix?: string } };
  secrets: { password?: string };
};
type Saved = { revision: number; account?: typeof ACCOUNT; secrets?: { password?: string }; enabled: boolean; subjectPrefix?: string };

describe('the mail account of the site', { skip: interfaceMissing }, () => {
  test('a saved password is said to be there, never shown, and kept', async () => {
    const { page, payloadOf } = await openSettings('site', { 'site-policy/save': () => ({ ok: true, value: { revision: 4 } }) });
    await page.getByText('Saved, never shown').waitFor();
    assert.equal(await page.locator('input[type=password]').count(), 0);
    await page.getByLabel('Sender name').fill('Another name');
    await page.getByText('Unsaved changes').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.', { exact: true }).first().waitFor();
    const saved = payloadOf<SiteSave>('site-policy/save');
    assert.equal(saved?.revision, 3);
    assert.deepEqual(saved?.changes.accounts, [{ id: 'main', name: 'Wiki', account: { ...ACCOUNT, fromName: 'Another name' } }]);
    assert.deepEqual(saved?.secrets, { main: {} });
  });

  test('another server asks for the password again, before anything is called', async () => {
    const { page, countOf, payloadOf } = await openSettings('site', { 'site-policy/verify': () => wrongPassword });
    await page.getByLabel('Server').fill('mail.example.org');
    await page.getByText('Server, port or user were changed: enter the password again.').waitFor();
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('Enter the password.').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'password');
    assert.equal(countOf('site-policy/verify'), 0);
    await page.getByLabel('Password').fill('typed');
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByRole('list', { name: 'Steps of the connection test' }).waitFor();
    assert.deepEqual(payloadOf<Saved>('site-policy/verify')?.secrets, { password: 'typed' });
  });

  test('the port follows the security', async () => {
    const { page } = await openSettings('site');
    await page.getByLabel('Security').selectOption('TLS');
    assert.equal(await page.getByLabel('Port').inputValue(), '465');
    await page.getByLabel('Security').selectOption('None');
    await page.getByText('Mail and password travel unencrypted.').waitFor();
  });

  test('each step of the test is shown with its facts and a sentence that helps', async () => {
    const { page } = await openSettings('site', { 'site-policy/verify': () => wrongPassword });
    await page.getByRole('button', { name: 'Test connection' }).click();
    const steps = page.getByRole('list', { name: 'Steps of the connection test' }).getByRole('listitem');
    await steps.first().waitFor();
    assert.match((await steps.nth(0).textContent()) ?? '', /Find the server.*Done.*192\.0\.2\.10/);
    assert.match((await steps.nth(2).textContent()) ?? '', /Encrypt.*Done.*smtp\.example\.org.*Mar 1, 2027/);
    assert.match((await steps.nth(3).textContent()) ?? '', /Log in.*Failed.*did not accept user and password.*app password/);
  });

  test('a test mail says where to look, or why it was not taken', async () => {
    let takes = true;
    const { page } = await openSettings('site', {
      'site-policy/send-test': () => ({
        ok: true,
        value: takes ? { accepted: true } : { accepted: false, error: { code: 'SENDER_REJECTED' } },
      }),
    });
    await page.getByRole('button', { name: 'Send a test mail to me' }).click();
    await page.getByText('The mail server took the test mail.').waitFor();
    takes = false;
    await page.getByRole('button', { name: 'Send a test mail to me' }).click();
    await page.getByText('The mail server does not allow the sender address. Use an address that belongs to the mail account.').waitFor();
  });

  test('settings that somebody else saved meanwhile are not overwritten and nothing typed is lost', async () => {
    let saves = 0;
    const theirs = sitePolicy({ settings: { revision: 9, accounts: [{ id: 'main', name: 'Wiki', account: { ...ACCOUNT, port: 2525 } }] } });
    const { page, payloadOf } = await openSettings('site', {
      'site-policy/get': () => (saves > 0 ? theirs : sitePolicy()),
      'site-policy/save': () => (++saves > 1 ? { ok: true, value: { revision: 10 } } : { ok: false, error: { code: 'SETTINGS_CHANGED' } }),
    });
    await page.getByLabel('Sender name').fill('Mine');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Somebody else saved these settings in the meantime.').waitFor();
    assert.equal(await page.getByLabel('Sender name').inputValue(), 'Mine');
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#port')?.value === '2525');
    assert.equal(await page.getByLabel('Sender name').inputValue(), 'Mine');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.', { exact: true }).first().waitFor();
    const { revision, changes } = payloadOf<SiteSave>('site-policy/save') ?? {};
    assert.deepEqual([revision, changes?.accounts?.[0]?.account.port, changes?.accounts?.[0]?.account.fromName], [9, 2525, 'Mine']);
  });

  test('changes can be undone, and leaving with changes asks first', async () => {
    const { page } = await openSettings('site');
    await page.getByLabel('Sender name').fill('Mine');
    const asks = () => page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));
    assert.equal(await asks(), true);
    await page.getByRole('button', { name: 'Undo changes' }).click();
    assert.equal(await page.getByLabel('Sender name').inputValue(), 'Example wiki');
    assert.equal(await asks(), false);
  });

  test('the rest can be saved before there is an account', async () => {
    const { page, payloadOf } = await openSettings('site', {
      'site-policy/get': () => sitePolicy({ settings: { accounts: [], defaultAccount: undefined } }),
      'site-policy/save': () => ({ ok: true, value: { revision: 1 } }),
    });
    await page.getByRole('tab', { name: 'Appearance' }).click();
    await page.getByLabel('Subject prefix').fill('[Docs]');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.', { exact: true }).first().waitFor();
    assert.deepEqual(Object.keys(payloadOf<SiteSave>('site-policy/save')?.changes ?? {}), ['presentation']);
  });

  test('a colour that is none is marked', async () => {
    const { page, countOf } = await openSettings('site');
    await page.getByRole('tab', { name: 'Appearance' }).click();
    await page.getByLabel('Accent colour', { exact: true }).fill('blue');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Enter a colour as # and six digits or letters a to f.').waitFor();
    assert.equal(countOf('site-policy/save'), 0);
  });
});

describe('the relay', { skip: interfaceMissing }, () => {
  test('its address is shown, changed through the platform, and asked again', async () => {
    const { page, payloadOf, countOf } = await openSettings('site');
    await page.getByText('The relay answers (version 0.1.0).').waitFor();
    const address = page.getByLabel('Address of the relay');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#relay-address')?.value === 'https://relay.example.org');
    await address.fill('relay.example.net');
    await page.getByRole('button', { name: 'Save address' }).click();
    await page.getByText('Enter a whole address that begins with https://.').waitFor();
    await address.fill('https://relay.example.net');
    await page.getByRole('button', { name: 'Save address' }).click();
    await page.getByText('The relay answers (version 0.1.0).').waitFor();
    assert.deepEqual(payloadOf('__permission__remoteSet'), {
      remotes: [{ key: 'relay', configured: { endpoint: 'https://relay.example.net' } }],
    });
    assert.equal(countOf('site-settings/relay'), 2);
  });

  test('a refusal of the platform is told', async () => {
    const refuse = relayAt('', () => {
      throw new Error('not allowed');
    });
    const { page } = await openSettings('site', {}, {}, refuse);
    await page.getByLabel('Address of the relay').fill('https://relay.example.net');
    await page.getByRole('button', { name: 'Save address' }).click();
    await page.getByText('The address was not saved.').waitFor();
  });

  test('a relay that does not answer says what to check', async () => {
    const { page } = await openSettings('site', {
      'site-settings/relay': () => ({ ok: true, value: { reachable: false, error: { code: 'RELAY_UNREACHABLE' } } }),
    });
    await page.getByRole('heading', { name: 'The relay cannot be reached.' }).waitFor();
    await page.getByText('An administrator can check its address and whether it is running.').waitFor();
  });
});

/** A site that has set up nothing and switched sending off. */
const BARE_SITE = {
  site: { enabled: false, accounts: [], defaultAccount: undefined, presentation: sitePresentationSchema.parse({}) },
};

describe('the settings of a space', { skip: interfaceMissing }, () => {
  test('the site’s account needs nothing else', async () => {
    const { page, payloadOf } = await openSettings('space', { 'space-policy/save': () => ({ ok: true, value: { revision: 1 } }) });
    await page.getByText('Mail is sent from wiki@example.org.').waitFor();
    await page.getByText('People may send pages of this space as mail').click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.', { exact: true }).first().waitFor();
    assert.deepEqual(payloadOf('space-policy/save'), { revision: 0, changes: { enabled: false }, secrets: {} });
  });

  test('an account of its own is checked like the site’s', async () => {
    const { page, payloadOf } = await openSettings('space', { 'space-policy/save': () => ({ ok: true, value: { revision: 1 } }) });
    await page.getByLabel('A separate account for this space').click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Enter a whole mail address.').waitFor();
    await page.getByLabel('Server').fill('smtp.example.org');
    await page.getByLabel('User', { exact: true }).fill('space');
    await page.getByLabel('Password').fill('secret');
    await page.getByLabel('Sender address').fill('space@example.org');
    await page.getByRole('tab', { name: 'Appearance' }).click();
    await page.getByLabel('Use a different subject prefix').click();
    await page.getByLabel('Subject prefix', { exact: true }).fill('[Product]');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.', { exact: true }).first().waitFor();
    const saved = payloadOf<SpaceSave>('space-policy/save');
    assert.deepEqual(saved?.changes.accountSource, { kind: 'own' });
    assert.equal(saved?.changes.account?.fromAddress, 'space@example.org');
    assert.deepEqual(saved?.secrets, { password: 'secret' });
    assert.equal(saved?.changes.presentation?.subjectPrefix, '[Product]');
  });

  test('what is missing on the site is told', async () => {
    const { page } = await openSettings('space', {
      'space-policy/get': () => spacePolicy(BARE_SITE),
    });
    await page.getByText('Sending is switched off for the whole site').waitFor();
    await page.getByText('The site has no mail account yet.').waitFor();
    await page.getByRole('tab', { name: 'Appearance' }).click();
    await page.getByText('The site has no prefix.').waitFor();
  });
});

describe('people who are no administrators', { skip: interfaceMissing }, () => {
  test('read a clear sentence in place of the site’s settings', async () => {
    const { page } = await openSettings('site', { 'site-policy/get': () => ({ ok: false, error: { code: 'NOT_SITE_ADMIN' } }) });
    await page.getByRole('heading', { name: 'These settings are for administrators' }).waitFor();
    await page.getByText('Only Confluence administrators may do this. Ask a Confluence administrator.').waitFor();
    assert.equal(await page.getByRole('button').count(), 0);
  });

  test('read a clear sentence in place of a space’s settings', async () => {
    const { page } = await openSettings('space', { 'space-policy/get': () => ({ ok: false, error: { code: 'NOT_SPACE_ADMIN' } }) });
    await page.getByText('Only administrators of this space may do this.').waitFor();
  });

  test('settings that cannot be loaded can be asked for again', async () => {
    let broken = true;
    const { page } = await openSettings('site', {
      'site-policy/get': () => (broken ? { ok: false, error: { code: 'INTERNAL' } } : sitePolicy()),
    });
    await page.getByRole('heading', { name: 'The settings could not be loaded' }).waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Server').waitFor();
  });
});

describe('accessibility of the settings', { skip: interfaceMissing }, () => {
  for (const dark of [false, true]) {
    test(`axe finds nothing in any state in the ${dark ? 'dark' : 'light'} theme`, async () => {
      const onSite = await openSettings(
        'site',
        { 'site-policy/verify': () => wrongPassword, 'site-policy/save': () => ({ ok: false, error: { code: 'SETTINGS_CHANGED' } }) },
        { dark },
      );
      const check = async (state: string): Promise<void> => assert.deepEqual(await accessibilityProblems(onSite.page), [], state);
      await onSite.page.getByText('The relay answers').waitFor();
      await check('opened');
      await onSite.page.getByRole('button', { name: 'Test connection' }).click();
      await onSite.page.getByRole('list', { name: 'Steps of the connection test' }).waitFor();
      await check('tested');
      await onSite.page.getByLabel('Sender name').fill('Mine');
      await onSite.page.getByRole('button', { name: 'Save', exact: true }).click();
      await onSite.page.getByText('Somebody else saved these settings in the meantime.').waitFor();
      await check('refused');
      await onSite.page.getByLabel('Server').fill('');
      await onSite.page.getByRole('button', { name: 'Save', exact: true }).click();
      await onSite.page.getByText('Enter the name of the server').waitFor();
      await check('with errors');
      const inSpace = await openSettings('space', { 'space-policy/get': () => spacePolicy(BARE_SITE) }, { dark });
      await inSpace.page.getByText('The site has no mail account yet.').waitFor();
      assert.deepEqual(await accessibilityProblems(inSpace.page), [], 'space');
      await inSpace.page.getByLabel('A separate account for this space').click();
      assert.deepEqual(await accessibilityProblems(inSpace.page), [], 'space with its own account');
      await inSpace.page.getByRole('tab', { name: 'Appearance' }).click();
      await inSpace.page.getByLabel('Use a different subject prefix').click();
      assert.deepEqual(await accessibilityProblems(inSpace.page), [], 'look of the space');
      const forbidden = await openSettings(
        'site',
        { 'site-policy/get': () => ({ ok: false, error: { code: 'NOT_SITE_ADMIN' } }) },
        { dark },
      );
      await forbidden.page.getByRole('heading', { name: 'These settings are for administrators' }).waitFor();
      assert.deepEqual(await accessibilityProblems(forbidden.page), [], 'forbidden');
      assert.deepEqual([...onSite.problems, ...inSpace.problems], []);
    });
  }

  test('nothing overflows at 200 % zoom', async () => {
    const { page } = await openSettings('site', {}, { width: 484, height: 700 });
    await page.getByLabel('Server').waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
});
