import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { MAX_LOGO_BYTES } from '#contract/limits';
import type { AdminResolverName } from '#contract/screens/administration';
import { VERSION } from '#contract/version';
import {
  type AdminHandlers,
  adminHandlers,
  diagnostics,
  exceptions,
  record,
  SECOND_ACCOUNT,
  sitePolicy,
  spacePolicy,
} from '#test/static/admin-answers';
import { bridgeOf } from '#test/static/answers';
import { accessibilityProblems } from '#test/static/axe';
import { interfaceForTests, interfaceMissing, type Look } from '#test/static/harness';
import { ACCOUNT } from '#test/static/settings-answers';

const ui = interfaceForTests();

async function open(entry: 'site' | 'space', tab: string, handlers: AdminHandlers = {}, look: Look = {}) {
  const { bridge, calls } = bridgeOf(adminHandlers(handlers), (command) =>
    command === '__permission__remoteGet'
      ? { results: [{ key: 'relay', configured: { endpoint: 'https://relay.example.org' } }] }
      : undefined,
  );
  const { page, problems } = await ui.open(entry, bridge, { height: 1400, ...look });
  await page.locator(`#tab-${tab}`).click();
  const sent = <T>(name: AdminResolverName): T | undefined => calls.findLast((call) => call.name === name)?.payload as T | undefined;
  const count = (name: AdminResolverName): number => calls.filter((call) => call.name === name).length;
  const save = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.', { exact: true }).first().waitFor();
  };
  return { page, problems, sent, count, save };
}

type Changes = { changes: Record<string, never>; secrets: Record<string, object> };
const TWO_ACCOUNTS = {
  settings: {
    accounts: [
      { id: 'main', name: 'Wiki', account: ACCOUNT },
      { id: 'second', name: 'Shop', account: SECOND_ACCOUNT },
    ],
  },
};

describe('mail accounts', { skip: interfaceMissing }, () => {
  test('a second account gets a name and secrets of its own, and can become the default', async () => {
    const { page, sent, save } = await open('site', 'accounts');
    await page.getByRole('button', { name: 'Add another account' }).click();
    await page.locator('#account-name').fill('Shop');
    await page.getByLabel('Login').selectOption('oauth2');
    assert.equal(await page.getByLabel('Server').inputValue(), 'smtp.office365.com');
    await page.getByLabel('User', { exact: true }).fill('shop@example.com');
    await page.getByLabel('Client ID').fill('c-1');
    await page.getByLabel('Refresh token', { exact: true }).fill('typed token');
    await page.getByLabel('Sender address').fill('shop@example.com');
    await page.getByRole('button', { name: 'Make default' }).click();
    await save();
    const { changes, secrets } = sent<Changes>('site-policy/save') ?? {};
    assert.equal(changes?.['defaultAccount'], 'account-2');
    const accounts = changes?.['accounts'] as unknown as { id: string; name: string; account: { oauth?: object } }[];
    assert.deepEqual(
      accounts.map(({ id, name }) => [id, name]),
      [
        ['main', 'Wiki'],
        ['account-2', 'Shop'],
      ],
    );
    assert.deepEqual(accounts[1]?.account.oauth, { provider: 'microsoft', grant: 'refresh-token', clientId: 'c-1', tenant: '' });
    assert.deepEqual(secrets, { main: {}, 'account-2': { refreshToken: 'typed token' } });
  });

  test('an added account that is left empty is marked, not said to be saved', async () => {
    const { page, count } = await open('site', 'accounts', { 'site-policy/get': () => sitePolicy(TWO_ACCOUNTS) });
    await page.getByRole('button', { name: 'Add another account' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForFunction(() => document.activeElement?.id === 'host');
    assert.equal(await page.getByLabel('Server', { exact: true }).getAttribute('aria-invalid'), 'true');
    assert.equal(count('site-policy/save'), 0);
    await page.getByRole('button', { name: 'Remove this account' }).click();
    assert.equal(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled(), true);
  });

  for (const [service, host] of [
    ['Microsoft 365', 'smtp.office365.com'],
    ['Google', 'smtp.gmail.com'],
  ] as const) {
    test(`choosing ${service} fills in server and login, and says how to get a token`, async () => {
      const { page } = await open('site', 'accounts', { 'site-policy/get': () => sitePolicy(TWO_ACCOUNTS) });
      await page.getByLabel('Mail service').selectOption(service);
      assert.equal(await page.getByLabel('Server', { exact: true }).inputValue(), host);
      assert.equal(await page.getByLabel('Port').inputValue(), '587');
      assert.equal(await page.getByLabel('Login').inputValue(), 'oauth2');
      await page.getByText('How to get a refresh token').click();
      await page.getByText(/The answer’s refresh_token|the refresh token goes into the field above/i).waitFor();
      await page.getByLabel('Access', { exact: true }).selectOption('client-credentials');
      await page.getByText('How to allow the app to send').waitFor();
      await page.getByLabel('Mail service').selectOption('Another mail server');
      assert.equal(await page.getByLabel('Server', { exact: true }).inputValue(), '');
    });
  }

  test('what is wrong with an account that is not open is opened and marked', async () => {
    const { page, count } = await open('site', 'accounts', { 'site-policy/get': () => sitePolicy(TWO_ACCOUNTS) });
    await page.getByRole('button', { name: /^Shop/ }).click();
    await page.getByText('Saved, never shown').waitFor();
    await page.getByLabel('Client ID').fill('another');
    await page.getByRole('button', { name: /^Wiki/ }).click();
    await page.locator('#tab-history').click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Enter the secret.').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'client-secret');
    assert.equal(count('site-policy/save'), 0);
  });

  test('the domain of the sender is judged in words', async () => {
    const { page, sent } = await open('site', 'accounts');
    await page.getByRole('button', { name: 'Check domain' }).click();
    await page.getByText('SPF names the servers that may send for example.org and rejects all others.').waitFor();
    await page.getByText('example.org has no DMARC record.').waitFor();
    assert.deepEqual(sent('site-policy/domain-check'), { address: 'wiki@example.org', selectors: [] });
  });
});

describe('the policy of the site', { skip: interfaceMissing }, () => {
  test('who may send what to whom is saved as one part, with domains in one form', async () => {
    const { page, sent, save } = await open('site', 'policy');
    await page.getByLabel('Members of certain groups').click();
    await page.getByRole('combobox', { name: 'Add a group' }).fill('mark');
    await page.getByRole('option', { name: 'marketing' }).click();
    await page.getByLabel('People of this site, and addresses of certain domains').click();
    await page.getByLabel('Allowed domains').fill('Example.org\n*.partner.example');
    await page.getByLabel('Add a label').fill('Secret');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel('Mails of one person and day').fill('20');
    await page.getByLabel('Attachments').selectOption('Only these types');
    await page.getByLabel('File name endings').fill('PDF, .docx');
    await save();
    const { changes } = sent<{ changes: { policy: Record<string, unknown> } }>('site-policy/save') ?? {};
    assert.deepEqual(Object.keys(changes ?? {}), ['policy']);
    assert.deepEqual(changes?.policy['who'], { mode: 'groups', groups: [{ groupId: 'g1', name: 'marketing' }], contact: '' });
    assert.deepEqual(changes?.policy['toWhom'], { mode: 'domains', allowDomains: ['example.org', '.partner.example'], denyDomains: [] });
    assert.deepEqual(changes?.policy['content'], { restrictedPages: 'allow', labels: [{ label: 'secret', rule: 'no-outside' }] });
    assert.deepEqual(changes?.policy['limits'], {
      recipientsPerMail: 100,
      mailsPerPersonAndDay: 20,
      messageBytes: 26_214_400,
      attachments: { mode: 'only', extensions: ['pdf', 'docx'] },
    });
  });

  test('each domain whose people may send from their own address can be checked beside the list', async () => {
    const { page, sent } = await open('site', 'policy');
    assert.equal(await page.getByRole('button', { name: 'Check domain' }).count(), 0);
    await page.getByLabel(/^People of these domains may send from their own address/).fill('Example.org\n.partner.example');
    await page.getByLabel('Domain to check').selectOption('partner.example');
    await page.getByText('Whether mail from partner.example will be believed').waitFor();
    await page.getByRole('button', { name: 'Check domain' }).click();
    await page.getByText('example.org has no DMARC record.').waitFor();
    assert.deepEqual(sent('site-policy/domain-check'), { address: 'postmaster@partner.example', selectors: [] });
  });

  test('what is no domain or no number is named and nothing is saved', async () => {
    const { page, count } = await open('site', 'policy');
    await page.getByLabel('Denied domains').fill('not a domain!');
    await page.getByLabel('Recipients of one mail').fill('0');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/These are no domains: .*domain!/).waitFor();
    await page.getByText('Enter a whole number from 1 to 500.').waitFor();
    assert.equal(count('site-policy/save'), 0);
  });

  test('500 spaces that differ are paged, found, added and removed', async () => {
    const { page, sent } = await open('site', 'policy', {
      'site-policy/get': () => sitePolicy({ exceptions: { revision: 1, spaces: exceptions(499) } }),
    });
    const rows = page.getByRole('list', { name: 'Spaces that differ' }).getByRole('listitem');
    await page.getByText('Page 1 of 50, 499 spaces').waitFor();
    assert.equal(await rows.count(), 10);
    await page.getByLabel('Find in this list').fill('space 432');
    await page.getByLabel('Space 432 (S432)').selectOption('Sending is off');
    await page.waitForFunction(() => document.querySelector<HTMLSelectElement>('#exception-1432')?.value === 'off');
    assert.deepEqual(sent('site-policy/save-exceptions'), {
      revision: 1,
      set: [{ spaceId: '1432', key: 'S432', name: 'Space 432', enabled: false }],
    });
    await page.getByRole('button', { name: 'Remove Space 432' }).click();
    await page.getByText('Nothing found.').waitFor();
    assert.deepEqual(sent('site-policy/save-exceptions'), { revision: 2, remove: ['1432'] });
    await page.getByRole('combobox', { name: 'Add a space' }).fill('Peo');
    await page.getByRole('option', { name: 'People HR' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Find in this list').fill('people');
    await page.getByLabel('People (HR)').waitFor();
  });

  test('a change that is refused leaves the list as it was', async () => {
    const { page } = await open('site', 'policy', {
      'site-policy/get': () => sitePolicy({ exceptions: { revision: 1, spaces: exceptions(1) } }),
      'site-policy/save-exceptions': () => ({ ok: false, error: { code: 'SETTINGS_CHANGED' } }),
    });
    await page.getByRole('button', { name: 'Remove Space 000' }).click();
    await page.getByText('Somebody else saved these settings in the meantime.').waitFor();
    await page.getByLabel('Space 000 (S0)').waitFor();
  });
});

describe('the appearance', { skip: interfaceMissing }, () => {
  test('the preview follows what is typed, with any page', async () => {
    const { page, sent } = await open('site', 'look');
    const mail = page.frameLocator('iframe');
    await mail.getByRole('heading', { name: 'Launch plan' }).waitFor();
    await page.getByLabel('Header').fill('Harbour');
    await page.waitForFunction(() => document.querySelector('.pm-sample')?.getAttribute('aria-busy') === 'false');
    await page.getByRole('combobox', { name: 'Page' }).click();
    await page.getByRole('option', { name: 'House rules' }).click();
    for (let last: { contentId?: string } | undefined; last?.contentId !== '1002'; ) {
      last = sent('site-policy/preview');
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    const asked = sent<{ presentation: { headerText: string } }>('site-policy/preview');
    assert.equal(asked?.presentation.headerText, 'Harbour');
  });

  test('a logo is sent as it is chosen; one that is too large is refused at once', async () => {
    const { page, sent, count } = await open('site', 'look');
    await page.getByLabel('An uploaded picture').click();
    const input = page.locator('input[type=file]');
    await input.setInputFiles({ name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc(MAX_LOGO_BYTES + 1) });
    await page.getByText('Choose a PNG, JPEG or GIF file of at most 150 KB.').waitFor();
    assert.equal(count('site-policy/logo'), 0);
    await input.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('png') });
    await page.getByText('A picture is stored.').waitFor();
    assert.deepEqual(sent('site-policy/logo'), { dataUrl: `data:image/png;base64,${Buffer.from('png').toString('base64')}` });
  });
});

describe('the history', { skip: interfaceMissing }, () => {
  test('it is paged by cursor, filtered, and tells what became of each recipient', async () => {
    const { page, sent } = await open('site', 'history', {
      'history/site': ({ cursor }) =>
        cursor === 'next'
          ? { ok: true, value: { records: [record(2)] } }
          : cursor === 'empty'
            ? { ok: true, value: { records: [], cursor: 'next' } }
            : { ok: true, value: { records: [record(1)], cursor: 'empty' } },
    });
    await page.getByText('Launch plan 1').click();
    await page.getByText('Grace Holm').waitFor();
    await page.getByText('An address that is not kept').waitFor();
    await page.getByText('The mail server refused this address.').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('Launch plan 2').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
    await page.getByLabel('Outcome').selectOption('Not sent');
    await page.getByLabel('From', { exact: true }).fill('2026-11-01');
    await page.getByText('Launch plan 1').waitFor();
    assert.deepEqual(sent('history/site'), { filter: { outcome: 'failed', from: new Date('2026-11-01T00:00:00').toISOString() } });
  });

  test('a mail is sent again after a question, with one key however often the answer is lost, and the list begins anew', async () => {
    const keys: string[] = [];
    const { page, sent, count } = await open('site', 'history', {
      'history/site-again': ({ idempotencyKey }) => {
        keys.push(idempotencyKey);
        if (keys.length > 1)
          return { ok: true, value: { jobId: 'job-9', state: 'queued', leftOut: { addresses: 1, people: 0, attachments: 0 } } };
        return { ok: false, error: { code: 'QUEUE_BUSY' } };
      },
    });
    await page.getByText('Launch plan 1').click();
    await page
      .getByRole('button', { name: /^Send again: / })
      .first()
      .click();
    const question = page.getByRole('group', { name: /^Send the page as it is now to the same recipients, in your name/ });
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Cancel');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Send again');
    await page.keyboard.press('Enter');
    await question.getByRole('button', { name: 'Send', exact: true }).click();
    await question.getByText(/could not be handed over for delivery/).waitFor();
    const before = count('history/site');
    await question.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('The mail is on its way. Not taken over: 1 address that is not kept.').waitFor();
    assert.match(await focused(), /^The mail is on its way/);
    assert.equal(new Set(keys).size, 1);
    assert.equal(keys.length, 2);
    assert.equal(sent<{ id: string }>('history/site-again')?.id, record(1).id);
    assert.equal(count('history/site'), before + 1);
  });

  test('nothing sent, and nothing that fits, are told apart', async () => {
    const { page } = await open('site', 'history', { 'history/site': () => ({ ok: true, value: { records: [] } }) });
    await page.getByText('Nothing has been sent yet.').waitFor();
    await page.getByLabel('Outcome').selectOption('Sent');
    await page.getByText('No mail fits this filter.').waitFor();
  });

  test('recipients and pages narrow the list, and are let go again', async () => {
    const { page, sent } = await open('site', 'history');
    await page.getByRole('combobox', { name: 'Recipient' }).fill('guest@other.test');
    await page.getByRole('option', { name: 'guest@other.test' }).click();
    await page.getByText('Only mails to guest@other.test').waitFor();
    const asked = () => sent<{ filter: object }>('history/site')?.filter;
    assert.deepEqual(asked(), { recipient: { kind: 'address', address: 'guest@other.test' } });
    await page.getByRole('combobox', { name: 'Page' }).click();
    await page.getByRole('option', { name: 'House rules' }).click();
    await page.getByText('Only mails of the page “House rules”').waitFor();
    assert.deepEqual(asked(), { recipient: { kind: 'address', address: 'guest@other.test' }, contentId: '1002' });
    await page.getByRole('button', { name: 'Show mails to everybody' }).click();
    await page.getByRole('combobox', { name: 'Recipient' }).waitFor();
    assert.deepEqual(asked(), { contentId: '1002' });
  });

  test('recipients are exported to a file of their own, with headings in the person’s language', async () => {
    const { page, sent } = await open('site', 'history', {}, { locale: 'de-DE' });
    const export_ = page.getByRole('button', { name: 'Empfänger als CSV exportieren' });
    const [download] = await Promise.all([page.waitForEvent('download'), export_.click()]);
    assert.equal(download.suggestedFilename(), 'pagemail-recipients.csv');
    assert.deepEqual(sent('history/site-csv'), { filter: {}, rows: 'recipients', language: 'de' });
  });

  test('the export puts its parts together into one file', async () => {
    const { page } = await open('site', 'history', {
      'history/site-csv': ({ cursor }) => ({ ok: true, value: cursor ? { csv: 'b\r\n' } : { csv: 'a\r\n', cursor: '2' } }),
    });
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export as CSV' }).click()]);
    assert.equal(download.suggestedFilename(), 'pagemail-history.csv');
    assert.equal(await readFile(await download.path(), 'utf8'), '\uFEFFa\r\nb\r\n');
  });
});

describe('diagnostics and privacy', { skip: interfaceMissing }, () => {
  test('the debug log is in sight on every tab while it is on', async () => {
    const { page, sent } = await open('site', 'diagnostics');
    await page.getByText('12 times').waitFor();
    await page.getByLabel('Ends after').selectOption('4 hours');
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByRole('button', { name: 'Switch off now' }).waitFor();
    assert.deepEqual(sent('diagnostics/debug-log'), { hours: 4 });
    await page.locator('#tab-privacy').click();
    await page.getByText(/The debug log is on until .* Ada Berg switched it on\./).waitFor();
  });

  test('a relay of another version than the app is told, and which is which', async () => {
    const info = {
      name: 'pagemail-relay',
      version: '9.8.7',
      api: 1,
      limits: { messageBytes: 1, recipients: 1 },
      clearTextAllowed: false,
    } as const;
    const { page } = await open('site', 'diagnostics', {
      'diagnostics/get': () => ({ ok: true, value: { ...diagnostics, relay: { reachable: true, tokenAccepted: true, info } } }),
    });
    await page.getByText(`The relay has version 9.8.7, the app ${VERSION}`).waitFor();
  });

  test('a relay that is away says so', async () => {
    const { page } = await open('site', 'diagnostics', {
      'diagnostics/get': () => ({
        ok: true,
        value: { ...diagnostics, relay: { reachable: false, tokenAccepted: false, error: { code: 'RELAY_UNREACHABLE' } }, errors: [] },
      }),
    });
    await page.getByText('Not reachable').waitFor();
    await page.getByText('There were none.').waitFor();
  });

  test('everything is deleted only after the word was typed', async () => {
    let state: 'none' | 'running' | 'done' = 'none';
    const { page, sent } = await open('site', 'privacy', {
      'privacy/stored': () => ({ ok: true, value: { items: [], deletion: { state, deleted: 7 } } }),
      'privacy/delete-all': () => {
        state = 'running';
        return { ok: true, value: { state, deleted: 0 } };
      },
    });
    const button = page.getByRole('button', { name: 'Delete all data' });
    await button.waitFor();
    assert.ok(await button.isDisabled());
    await page.getByLabel('Type DELETE to confirm').fill('DELETE');
    await button.click();
    await page.getByText('Deleting… 7 entries so far.').waitFor();
    state = 'done';
    await page.getByText('Everything was deleted (7 entries).').waitFor();
    assert.deepEqual(sent('privacy/delete-all'), { confirm: 'DELETE' });
  });

  test('a file that is none is refused, another one is asked about before it replaces the settings', async () => {
    const { page, sent } = await open('site', 'privacy', {
      'privacy/import-settings': () => ({ ok: true, value: { revision: 4, spaces: 2, accountsWithoutSecrets: ['Shop'] } }),
    });
    const input = page.locator('input[type=file]');
    await input.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('no') });
    await page.getByText('This file does not hold settings of Pagemail.').waitFor();
    await input.setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from('{"format":"x"}') });
    await page.getByText('Replace the settings by those in mine.json?').waitFor();
    await page.getByRole('button', { name: 'Replace', exact: true }).click();
    await page.getByText('Enter the passwords of these accounts again: Shop').waitFor();
    assert.deepEqual(sent('privacy/import-settings'), { revision: 3, file: { format: 'x' } });
  });
});

describe('a space', { skip: interfaceMissing }, () => {
  test('the domain of the space’s own account is checked like the site’s', async () => {
    const { page, sent } = await open('space', 'sending');
    await page.getByLabel('A separate account for this space').click();
    await page.getByLabel('Sender address').fill('team@team.example');
    await page.getByText('Whether mail from team.example will be believed').waitFor();
    await page.getByRole('button', { name: 'Check domain' }).click();
    await page.getByText('example.org has no DMARC record.').waitFor();
    assert.deepEqual(sent('space-policy/domain-check'), { address: 'team@team.example', selectors: [] });
  });

  test('it picks one of the site’s accounts and narrows the policy beside what the site lays down', async () => {
    const accounts = [
      { id: 'main', name: 'Wiki', fromAddress: 'wiki@example.org' },
      { id: 'second', name: 'Shop', fromAddress: 'shop@example.com' },
    ];
    const { page, sent, save } = await open('space', 'sending', { 'space-policy/get': () => spacePolicy({ site: { accounts } }) });
    await page.getByLabel('Account of the site', { exact: true }).selectOption('Shop (shop@example.com)');
    await page.locator('#tab-policy').click();
    await page.getByText('By the site').first().waitFor();
    await page.getByLabel('Only people of this site').click();
    await save();
    const { changes } = sent<{ changes: { accountSource: object; policy: { toWhom: { mode: string } } } }>('space-policy/save') ?? {};
    assert.deepEqual(changes?.accountSource, { kind: 'site', accountId: 'second' });
    assert.equal(changes?.policy.toWhom.mode, 'site');
  });

  test('where the site enforces its settings they are shown and nothing can be changed', async () => {
    const { page } = await open('space', 'policy', { 'space-policy/get': () => spacePolicy({ site: { enforce: true } }) });
    await page.getByRole('heading', { name: 'The site’s settings apply here' }).waitFor();
    await page.getByText('Everybody who can view the page').waitFor();
    assert.equal(await page.locator('input, select, textarea').count(), 0);
    await page.locator('#tab-history').click();
    await page.getByText('Launch plan 1').waitFor();
  });
});

describe('tabs', { skip: interfaceMissing }, () => {
  test('arrows, Home and End move along, and changes stay while another tab is open', async () => {
    const { page } = await open('site', 'accounts');
    await page.getByLabel('Sender name').fill('Mine');
    await page.locator('#tab-accounts').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'tab-policy');
    await page.keyboard.press('End');
    await page.getByRole('tab', { name: 'Privacy', selected: true }).waitFor();
    await page.getByText('Unsaved changes').waitFor();
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#from-name')?.value === 'Mine');
  });

  for (const look of [{ dark: true }, { width: 484, locale: 'de-DE' }] as const) {
    test(`axe finds nothing and nothing overflows on any tab (${JSON.stringify(look)})`, async () => {
      const { page, problems } = await open('site', 'accounts', { 'site-policy/get': () => sitePolicy(TWO_ACCOUNTS) }, look);
      for (const tab of ['accounts', 'policy', 'look', 'history', 'diagnostics', 'privacy']) {
        await page.locator(`#tab-${tab}`).click();
        await page.locator('section.pm-section').first().waitFor();
        assert.deepEqual(await accessibilityProblems(page), [], tab);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), tab);
      }
      assert.deepEqual(problems, []);
    });
  }
});
