import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { AccountId, ContentId, Draft, GroupId } from '#contract/draft';
import type { AdminValue, Notice } from '#contract/screens/administration';
import { bridgeOf, type Handlers, jobStatus, MAIL_HTML, opened, previewed, rules, sendRecord } from '#test/static/answers';
import { accessibilityProblems } from '#test/static/axe';
import { interfaceForTests, interfaceMissing, type Look } from '#test/static/harness';

const ui = interfaceForTests();

const accepted = () => ({ ok: true as const, value: { jobId: 'job-1', state: 'queued' as const } });
const fieldNamed = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

async function openDialog(handlers: Handlers = {}, look: Look = {}) {
  const { bridge, calls } = bridgeOf(handlers);
  const { page, problems } = await ui.open('send', bridge, look);
  const callsOf = (name: string) => calls.filter((call) => call.name === name);
  return { page, problems, callsOf };
}
async function addTo(page: Page, text: string): Promise<void> {
  await fieldNamed(page, 'To').fill(text);
  await fieldNamed(page, 'To').press('Enter');
}
/** Mail may not go to example.com; people of example.org are of this site. */
const judge: NonNullable<Handlers['send/check-addresses']> = ({ addresses }) => ({
  ok: true,
  value: {
    results: addresses.map((address) => ({
      address,
      place: address.endsWith('@example.org') ? 'site' : 'outside',
      ...(address.endsWith('@example.com') ? { refusal: { code: 'DOMAIN_DENIED', params: { domain: 'example.com' } } } : {}),
    })),
  },
});
const strict: Handlers = {
  'send/open': () => opened({ rules: rules({ checkAddresses: true, toWhom: 'domains', leftToday: 3 }) }),
  'send/check-addresses': judge,
};
const draftSent = (calls: { payload: unknown }[]): Draft | undefined => (calls[0]?.payload as { draft: Draft } | undefined)?.draft;

describe('the send policy while somebody writes', { skip: interfaceMissing }, () => {
  test('a refused address says why before anything is sent, and keeps the mail back', async () => {
    const { page, callsOf, problems } = await openDialog(strict);
    await page.getByText('Mail may only go to people of this site and to certain domains.').waitFor();
    await addTo(page, 'grace@example.org, eve@example.com, guest@example.net');
    await page.getByText('An administrator has blocked mail to example.com. Remove this address.').waitFor();
    assert.equal(await fieldNamed(page, 'To').getAttribute('aria-invalid'), 'true');
    const chip = page.getByRole('button', { name: 'Remove eve@example.com' });
    assert.equal(
      await chip.evaluate((element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent),
      'An administrator has blocked mail to example.com.',
    );
    assert.equal(await page.locator('.pm-chip-refused').count(), 1);
    await page.getByRole('status').filter({ hasText: 'An administrator has blocked mail to example.com.' }).waitFor({ state: 'attached' });
    const outside = page.getByRole('listitem').filter({ hasText: 'guest@example.net' });
    assert.match((await outside.textContent()) ?? '', /Outside your site/);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.waitForFunction(() => document.activeElement?.id === 'recipients-to');
    assert.equal(callsOf('send/submit').length, 0);
    await chip.click();
    await page.getByText('An administrator has blocked mail').first().waitFor({ state: 'detached' });
    assert.deepEqual(
      callsOf('send/check-addresses').map(({ payload }) => payload),
      [{ addresses: ['grace@example.org', 'eve@example.com', 'guest@example.net'] }],
    );
    assert.deepEqual(problems, []);
  });

  test('what is refused or wrong in a long list is taken out in one click, and the focus stays in the field', async () => {
    const { page } = await openDialog(strict);
    await addTo(page, 'ann@example.com; grace@example.org; wrong@; bob@example.com');
    await page.getByRole('button', { name: 'Remove the 3 marked recipients' }).click();
    await page.getByText('An administrator has blocked mail').first().waitFor({ state: 'detached' });
    assert.deepEqual(
      (await page.getByRole('list', { name: 'To: chosen recipients' }).getByRole('listitem').allTextContents()).map((text) => text.trim()),
      ['grace@example.org'],
    );
    assert.equal(await fieldNamed(page, 'To').evaluate((node) => node === document.activeElement), true);
    await page.getByText('3 recipients removed.').waitFor({ state: 'attached' });
  });

  test('addresses are not asked about where the policy refuses none, or where the answer knows no policy', async () => {
    for (const open of [opened({ rules: rules() }), opened()]) {
      const { page, callsOf } = await openDialog({ 'send/open': () => open });
      await addTo(page, 'eve@example.com');
      await page.getByRole('button', { name: '3 warnings' }).waitFor();
      assert.equal(callsOf('send/check-addresses').length, 0);
    }
  });

  test('a page that nobody outside may get says so beside its space', async () => {
    const { page } = await openDialog({
      'send/open': () =>
        opened({ rules: rules({ checkAddresses: true, noOutside: { code: 'LABEL_FORBIDS_OUTSIDE', params: { label: 'internal' } } }) }),
      'send/check-addresses': judge,
    });
    await page.getByText('Pages with the label “internal” may only go to people of this site.').waitFor();
    assert.match((await fieldNamed(page, 'To').getAttribute('aria-describedby')) ?? '', /^audience /);
  });

  test('a kind of file that is not allowed cannot be chosen, and says why', async () => {
    const { page } = await openDialog({
      'send/open': () => opened({ rules: rules({ attachments: { mode: 'except', extensions: ['mp4'] } }) }),
    });
    const film = page.getByRole('checkbox', { name: /recording/ });
    await film.waitFor();
    assert.equal(await film.isDisabled(), true);
    await page.getByText('An administrator does not allow this kind of file in mails.').waitFor();
    await page.getByRole('checkbox', { name: 'All attachments' }).click();
    await page.getByText(/^3 of 4 chosen/).waitFor();
    assert.equal(await film.isChecked(), false);
  });

  test('where no file may be attached there is none to choose', async () => {
    const { page } = await openDialog({ 'send/open': () => opened({ rules: rules({ attachments: { mode: 'none', extensions: [] } }) }) });
    await page.getByText('Files may not be attached here; an administrator has decided so.').waitFor();
    assert.equal(await page.getByRole('checkbox', { name: 'All attachments' }).count(), 0);
  });

  test('few sends left are told, and none left keeps the mail back', async () => {
    const few = await openDialog(strict);
    await few.page.getByText('You can send 3 more mails today.').waitFor();
    const none = await openDialog({ 'send/open': () => opened({ rules: rules({ leftToday: 0 }) }) });
    await none.page.getByText(/You can send again after midnight UTC\./).waitFor();
    assert.equal(await none.page.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
  });

  test('the note starts with the template, which closing does not ask about', async () => {
    const { page, callsOf } = await openDialog({ 'send/open': () => opened({ rules: rules({ noteTemplate: 'Dear all,' }) }) });
    await page.getByRole('textbox', { name: 'Subject' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: /Note/ }).inputValue(), 'Dear all,');
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(callsOf('close').length, 1);
  });

  test('a person with two addresses chooses from which one the mail comes', async () => {
    const identities = [
      { identity: 'own' as const, name: 'Ada Berg', address: 'ada@example.org' },
      { identity: 'account' as const, name: 'Example wiki', address: 'wiki@example.org' },
    ];
    const { page, callsOf } = await openDialog({
      'send/open': () => opened({ rules: rules({ identities }) }),
      'send/submit': () => accepted(),
      'send/status': () => jobStatus('sent'),
    });
    const from = page.getByRole('combobox', { name: 'From' });
    assert.equal(await from.inputValue(), 'own');
    await from.selectOption('Example wiki <wiki@example.org>');
    await addTo(page, 'grace@example.org');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: /The mail was sent/ }).waitFor();
    assert.equal(draftSent(callsOf('send/submit'))?.identity, 'account');
  });

  test('whoever may not send reads whom to ask', async () => {
    const { page } = await openDialog({
      'send/open': () =>
        opened({ refusal: { code: 'SENDING_NOT_ALLOWED' }, rules: rules({ contact: 'the service desk, help@example.org' }) }),
    });
    await page.getByText('Whom to ask: the service desk, help@example.org').waitFor();
  });
});

describe('the preview under the send policy', { skip: interfaceMissing }, () => {
  test('names what keeps the mail from being sent, in the footer too', async () => {
    const refusals = [{ code: 'RECIPIENT_DENIED' as const, params: { name: 'Linus Park' } }];
    const { page } = await openDialog({
      'send/preview': () => previewed({ refusals, warnings: [{ code: 'INDIVIDUAL_COPIES', subjects: [] }] }),
    });
    await addTo(page, 'grace@example.org');
    await page.getByRole('button', { name: '1 reason it cannot be sent' }).click();
    await page.getByRole('heading', { name: 'This keeps the mail from being sent' }).waitFor();
    await page.getByText('Mail to Linus Park is blocked by an administrator. Remove this recipient.').waitFor();
    await page.getByText('Everybody gets a mail of their own; recipients do not see each other.').waitFor();
  });

  test('shows pictures that come with it, and takes none that is something else', async () => {
    const gif = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
    const html = MAIL_HTML.replace('<h1>', '<img src="cid:logo@pagemail" alt="Logo"><img src="cid:bad@pagemail" alt="Bad"><h1>');
    const dataImages = [
      { cid: 'logo@pagemail', dataUrl: gif },
      { cid: 'bad@pagemail', dataUrl: 'data:text/html,"><b>' },
    ];
    const { page } = await openDialog({ 'send/preview': () => previewed({ html, dataImages }) });
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    const mail = page.frameLocator('iframe');
    await mail.getByAltText('Logo').waitFor();
    assert.equal(await mail.getByAltText('Logo').getAttribute('src'), gif);
    assert.equal(await mail.getByAltText('Bad').getAttribute('src'), 'cid:bad@pagemail');
  });
});

const notice = (jobId: string): Notice => ({
  jobId,
  at: '2026-11-20T09:30:00Z',
  subject: 'Launch plan',
  pageTitle: 'Launch plan',
  state: 'partly-sent',
  missed: 2,
  error: { code: 'RECIPIENT_REJECTED' },
});

describe('mails that failed while nobody looked', { skip: interfaceMissing }, () => {
  test('are told at the top until they are dismissed', async () => {
    const { page, callsOf } = await openDialog({
      'send/open': () => opened({ notices: [notice('job-7'), notice('job-8')] }),
      'send/dismiss-notices': () => ({ ok: true, value: {} }),
    });
    await page.getByRole('heading', { name: '2 mails of yours did not reach everybody' }).waitFor();
    await page
      .getByText(/2 recipients did not get it\. The mail server refused this address\./)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('heading', { name: /did not reach everybody/ }).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'recipients-to');
    assert.deepEqual(callsOf('send/dismiss-notices')[0]?.payload, { jobIds: ['job-7', 'job-8'] });
  });
});

describe('a failure that was seen', { skip: interfaceMissing }, () => {
  test('is not told again the next time', async () => {
    const { page, callsOf } = await openDialog({
      'send/submit': () => accepted(),
      'send/status': () => jobStatus('failed', { error: { code: 'SENDER_REJECTED' } }),
      'send/dismiss-notices': () => ({ ok: true, value: {} }),
    });
    await addTo(page, 'grace@example.org');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'The mail was not sent.' }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    assert.equal(callsOf('close').length, 1);
    assert.deepEqual(callsOf('send/dismiss-notices')[0]?.payload, { jobIds: ['job-1'] });
  });
});

const withHistory: Handlers = {
  'send/open': () => opened({ rules: rules({ attachments: { mode: 'except', extensions: ['mp4'] } }) }),
  'history/page': ({ cursor }) =>
    cursor === undefined
      ? { ok: true, value: { records: [sendRecord()], cursor: 'next' } }
      : { ok: true, value: { records: [sendRecord({ id: 'job-00', subject: 'The oldest', outcome: 'sent', results: [] })] } },
  'history/again': () => ({ ok: true, value: again }),
};
const again: AdminValue<'history/again'> = {
  draft: {
    to: [
      { kind: 'user', accountId: 'grace' as AccountId },
      { kind: 'group', groupId: 'g1' as GroupId },
    ],
    cc: [{ kind: 'address', address: 'guest@example.net', name: 'Guest' }],
    bcc: [],
    subject: '[Wiki] Launch plan, first draft',
    note: '',
    // The second one may not be sent any more.
    attachmentIds: ['att1' as ContentId, 'att3' as ContentId],
    copyToMe: true,
  },
  leftOut: { addresses: 1, people: 0, attachments: 2 },
  groups: [{ groupId: 'g1' as GroupId, name: 'marketing', memberCount: 12 }],
};

describe('mails sent before', { skip: interfaceMissing }, () => {
  test('are listed with when, to how many and how they fared, page by page', async () => {
    const { page, callsOf, problems } = await openDialog(withHistory);
    assert.equal(callsOf('history/page').length, 0);
    await page.getByRole('button', { name: 'Sent before' }).click();
    const record = page.getByRole('listitem').filter({ hasText: 'first draft' });
    await record.getByText(/Nov 20, 2026.*2 of this site and 1 outside/).waitFor();
    await record.getByText('Partly sent').waitFor();
    await record.getByText('Result for each recipient').click();
    const refused = page.getByRole('listitem').filter({ hasText: 'An address that is not kept' }).last();
    assert.match((await refused.textContent()) ?? '', /Not sent.*The mail server refused this address\./);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('The oldest').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
    await page.keyboard.press('Escape');
    await fieldNamed(page, 'To').waitFor();
    assert.equal(callsOf('close').length, 0);
    assert.deepEqual(problems, []);
  });

  test('fill the form to be sent again, with names, and say what is missing', async () => {
    const { page, callsOf } = await openDialog({ ...withHistory, 'send/submit': () => accepted(), 'send/status': () => jobStatus('sent') });
    await page.getByRole('button', { name: 'Sent before' }).click();
    await page.getByRole('button', { name: /^Send again: “.*first draft”/ }).click();
    await page.getByText('Not taken over: 1 address that is not kept and 2 attachments that are gone.').waitFor();
    await page.getByRole('button', { name: 'Remove Grace Holm' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'marketing (12)' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Subject' }).inputValue(), '[Wiki] Launch plan, first draft');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: /The mail was sent/ }).waitFor();
    const { to, cc, attachmentIds } = draftSent(callsOf('send/submit')) ?? {};
    assert.deepEqual({ to, cc, attachmentIds }, { to: again.draft.to, cc: again.draft.cc, attachmentIds: ['att1'] });
  });

  test('take the place of what was written only when asked', async () => {
    const { page } = await openDialog(withHistory);
    await page.getByRole('textbox', { name: 'Subject' }).waitFor();
    await page.getByRole('textbox', { name: /Note/ }).fill('Mine');
    await page.getByRole('button', { name: 'Sent before' }).click();
    await page.getByRole('button', { name: /first draft/ }).click();
    await page.getByRole('alertdialog', { name: 'Replace what you have written?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Back to the mail' }).click();
    assert.equal(await page.getByRole('textbox', { name: /Note/ }).inputValue(), 'Mine');
  });

  test('none yet and a failure have their own words', async () => {
    let broken = true;
    const { page } = await openDialog({
      ...withHistory,
      'history/page': () => (broken ? { ok: false, error: { code: 'STORAGE_BUSY' } } : { ok: true, value: { records: [] } }),
    });
    await page.getByRole('button', { name: 'Sent before' }).click();
    await page.getByRole('heading', { name: 'Earlier mails could not be loaded' }).waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('You have not sent this page yet').first().waitFor();
  });

  test('are not offered where the back end keeps none', async () => {
    const { page } = await openDialog();
    await page.getByRole('textbox', { name: 'Subject' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Sent before' }).count(), 0);
  });
});

describe('accessibility under the send policy', { skip: interfaceMissing }, () => {
  for (const dark of [false, true]) {
    test(`axe finds nothing in any state in the ${dark ? 'dark' : 'light'} theme`, async () => {
      const identities = rules().identities.concat({ identity: 'own', name: 'Ada Berg', address: 'ada@example.org' });
      const handlers: Handlers = {
        ...withHistory,
        'send/open': () =>
          opened({
            rules: rules({
              checkAddresses: true,
              toWhom: 'site',
              leftToday: 0,
              identities,
              attachments: { mode: 'only', extensions: ['txt'] },
            }),
            notices: [notice('job-7')],
          }),
        'send/check-addresses': judge,
        'send/preview': () => previewed({ refusals: [{ code: 'RECIPIENT_DENIED', params: { name: 'Linus Park' } }] }),
      };
      const { page } = await openDialog(handlers, { dark });
      const check = async (state: string): Promise<void> => assert.deepEqual(await accessibilityProblems(page), [], state);
      await page.getByRole('heading', { name: 'A mail of yours did not reach everybody' }).waitFor();
      await addTo(page, 'eve@example.com, guest@example.net');
      await page.locator('.pm-chip-refused').waitFor();
      await page.getByRole('button', { name: '1 reason it cannot be sent' }).waitFor();
      await check('with what the policy refuses');
      await page.getByRole('button', { name: '1 reason it cannot be sent' }).click();
      await page.locator('iframe').waitFor();
      await check('with refusals in the preview');
      await page.getByRole('button', { name: 'Sent before' }).click();
      await page.getByText('Result for each recipient').click();
      await page.getByText('An address that is not kept').waitFor();
      await check('with mails sent before');
      await page.getByRole('button', { name: /first draft/ }).click();
      await check('asking whether to replace');
    });
  }
});
