import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { JobState } from '#contract/jobs';
import { bridgeOf, found, type Handlers, jobStatus, MAIL_HTML, opened, previewed } from '#test/static/answers';
import { accessibilityProblems } from '#test/static/axe';
import { type Bridge, interfaceForTests, interfaceMissing, type Look } from '#test/static/harness';

const ui = interfaceForTests();

const accepted = (state: JobState = 'queued') => ({ ok: true as const, value: { jobId: 'job-1', state } });
const fieldNamed = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

async function openDialog(handlers: Handlers = {}, look: Look = {}, other?: Bridge) {
  const { bridge, calls } = bridgeOf(handlers, other);
  const { page, problems } = await ui.open('send', bridge, look);
  const callsOf = (name: string) => calls.filter((call) => call.name === name);
  return { page, problems, calls, callsOf };
}

async function writeMail(page: Page): Promise<void> {
  await fieldNamed(page, 'To').fill('partner@example.com');
  await fieldNamed(page, 'To').press('Enter');
  await page.getByRole('textbox', { name: 'Subject' }).waitFor();
}

describe('recipients', { skip: interfaceMissing }, () => {
  test('people are found by name and taken with Enter', async () => {
    const { page, problems } = await openDialog();
    await fieldNamed(page, 'To').fill('ad');
    await page.getByRole('option', { name: 'Ada Berg' }).waitFor();
    assert.equal(await fieldNamed(page, 'To').getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    const active = await fieldNamed(page, 'To').getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`[id="${active}"]`).textContent(), 'ASAdam Sund');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove Adam Sund' }).waitFor();
    assert.equal(await fieldNamed(page, 'To').inputValue(), '');
    assert.deepEqual(problems, []);
  });

  test('an Enter that comes before the answer chooses nobody of an older one', async () => {
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page } = await openDialog({
      'send/find-recipients': async ({ query }) => {
        if (query === 'adam') await gate;
        return found(query);
      },
    });
    await fieldNamed(page, 'To').fill('ad');
    await page.getByRole('option', { name: 'Ada Berg' }).waitFor();
    await fieldNamed(page, 'To').fill('adam');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('[data-chip]').count(), 0);
    assert.equal(await fieldNamed(page, 'To').inputValue(), 'adam');
    release?.();
    await page.getByRole('option', { name: 'Ada Berg' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove Adam Sund' }).waitFor();
  });

  test('a group is shown with the number of its members', async () => {
    const { page } = await openDialog();
    await fieldNamed(page, 'To').fill('market');
    await page.getByRole('option', { name: /marketing.*12 members/ }).click();
    await page.getByRole('listitem').filter({ hasText: 'marketing (12)' }).waitFor();
  });

  test('typing is not searched letter by letter', async () => {
    const { page, callsOf } = await openDialog();
    const queries = () => callsOf('send/find-recipients').map(({ payload }) => payload);
    await fieldNamed(page, 'To').focus();
    // However slowly this machine types, no time passes for the page between the letters.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.keyboard.type('grace');
    assert.deepEqual(queries(), []);
    await page.clock.resume();
    await page.getByRole('option', { name: 'Grace Holm' }).waitFor();
    assert.deepEqual(queries(), [{ query: 'grace' }]);
  });

  test('a pasted list of any shape is taken, duplicates once, and what is no address is marked with the reason', async () => {
    const { page } = await openDialog();
    await fieldNamed(page, 'To').focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text', 'Grace Holm <grace@example.org>, two@example.org;\nGRACE@example.org\nnobody@');
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await page.getByRole('button', { name: 'Remove nobody@' }).waitFor();
    assert.equal(await page.locator('[data-chip]').count(), 3);
    await page.getByText('“nobody@” is neither a chosen person nor a whole address.').first().waitFor();
    assert.equal(await fieldNamed(page, 'To').getAttribute('aria-invalid'), 'true');
    await page.getByRole('button', { name: 'Correct nobody@' }).click();
    assert.equal(await fieldNamed(page, 'To').inputValue(), 'nobody@');
  });

  test('a comma ends an address but not a name that is still being typed', async () => {
    const { page } = await openDialog();
    await fieldNamed(page, 'To').pressSequentially('"Holm, Grace" <grace@example.org>,');
    await page.getByRole('button', { name: 'Remove Holm, Grace' }).waitFor();
    assert.equal(await page.locator('[data-chip]').count(), 1);
  });

  test('every field is found by its label alone', async () => {
    const { page } = await openDialog();
    for (const name of ['Cc', 'Bcc']) await page.getByRole('button', { name, exact: true }).click();
    for (const label of ['To', 'Cc', 'Bcc', 'Subject', 'Note', 'Attachments']) {
      assert.equal(await page.getByLabel(label, { exact: true }).count(), 1, label);
    }
    for (const name of ['Preview', 'Send']) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 1, name);
  });

  test('somebody who is in To is not added to Bcc', async () => {
    const { page } = await openDialog();
    await writeMail(page);
    await page.getByRole('button', { name: 'Bcc', exact: true }).click();
    await fieldNamed(page, 'Bcc').fill('Partner@example.com');
    await page.keyboard.press('Enter');
    await page.getByText('Partner@example.com is already in To.').waitFor({ state: 'attached' });
    assert.equal(await page.locator('[data-chip]').count(), 1);
  });

  test('chips are reached with the arrow keys and removed with Delete and Backspace', async () => {
    const { page } = await openDialog();
    await fieldNamed(page, 'To').fill('a@example.org, b@example.org, c@example.org');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Remove b@example.org');
    await page.keyboard.press('Delete');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Remove c@example.org');
    await page.keyboard.press('Backspace');
    assert.equal(await page.locator('[data-chip]').count(), 1);
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'recipients-to');
  });

  test('after Backspace on a chip, and with the first letter typed on one, the field has the focus again', async () => {
    const { page } = await openDialog();
    const focused = () => page.evaluate(() => document.activeElement?.id);
    await fieldNamed(page, 'To').fill('a@example.org, b@example.org, c@example.org');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Backspace');
    assert.equal(await focused(), 'recipients-to');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('Linus P');
    assert.equal(await fieldNamed(page, 'To').inputValue(), 'Linus P');
    assert.deepEqual(await page.locator('[data-chip]').evaluateAll((chips) => chips.map((chip) => chip.getAttribute('aria-label'))), [
      'Remove a@example.org',
      'Remove c@example.org',
    ]);
  });

  for (const [keys, where] of [
    ['Control+Enter', 'To'],
    ['Meta+Enter', 'To'],
    ['Control+Enter', 'Note'],
  ] as const) {
    test(`${keys} in ${where} sends once, with what is still typed`, async () => {
      const { page, callsOf } = await openDialog({ 'send/submit': () => accepted(), 'send/status': () => jobStatus('sent') });
      await page.getByRole('textbox', { name: 'Subject' }).waitFor();
      await fieldNamed(page, 'To').fill('partner@example.com');
      if (where === 'Note') await page.getByRole('textbox', { name: /Note/ }).fill('Hello');
      await page.keyboard.press(keys);
      await page.getByRole('heading', { name: 'The mail was sent to 1 recipient.' }).waitFor();
      assert.equal(callsOf('send/submit').length, 1);
      const sent = callsOf('send/submit')[0]?.payload as { draft: { to: unknown; note: string } };
      assert.deepEqual(sent.draft.to, [{ kind: 'address', address: 'partner@example.com' }]);
      assert.equal(sent.draft.note, where === 'Note' ? 'Hello' : '');
    });
  }

  test('Ctrl+Enter without a recipient sends nothing and leads to the field', async () => {
    const { page, callsOf } = await openDialog();
    await page.getByRole('textbox', { name: 'Subject' }).press('Control+Enter');
    await page.getByText('Add at least one person, group or address.').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'recipients-to');
    assert.equal(callsOf('send/submit').length, 0);
  });

  test('what is still typed when Send is pressed counts', async () => {
    const { page, callsOf } = await openDialog({ 'send/submit': () => accepted(), 'send/status': () => jobStatus('sent') });
    await page.getByRole('textbox', { name: 'Subject' }).waitFor();
    await fieldNamed(page, 'To').fill('partner@example.com');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'The mail was sent to 1 recipient.' }).waitFor();
    const sent = callsOf('send/submit')[0]?.payload as { draft: { to: unknown } } | undefined;
    assert.deepEqual(sent?.draft.to, [{ kind: 'address', address: 'partner@example.com' }]);
  });

  test('a search that fails says so and leaves the text', async () => {
    const { page } = await openDialog({ 'send/find-recipients': () => ({ ok: false, error: { code: 'CONFLUENCE_UNAVAILABLE' } }) });
    await fieldNamed(page, 'To').fill('grace');
    await page.getByText('Confluence did not answer.').waitFor();
    assert.equal(await fieldNamed(page, 'To').inputValue(), 'grace');
  });
});

describe('attachments', { skip: interfaceMissing }, () => {
  test('all or none are chosen in a click, with the total against the limit', async () => {
    const { page } = await openDialog();
    const all = page.getByRole('checkbox', { name: 'All attachments' });
    await all.click();
    assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 5);
    await page.getByText(/4 of 4 chosen, 21\.8 MB; in the mail 29\.\d MB of 25 MB/).waitFor();
    await page.getByText('Files grow by a third in a mail: these need 29.8 MB; 25 MB are allowed. Choose fewer or smaller ones.').waitFor();
    await page.getByRole('checkbox', { name: /recording/ }).click();
    await page.getByText(/3 of 4 chosen, 1\.8 MB; in the mail 2\.\d MB of 25 MB/).waitFor();
    await all.click();
    assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 0);
  });
});

describe('the preview', { skip: interfaceMissing }, () => {
  test('shows exactly the HTML in a frame where no script runs, with its images', async () => {
    const { page, calls } = await openDialog({}, {}, () => undefined);
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    const frame = page.locator('iframe');
    await frame.waitFor();
    assert.equal(await frame.getAttribute('sandbox'), 'allow-same-origin');
    const mail = page.frameLocator('iframe');
    await mail.locator('img[src^="data:image/png"]').waitFor();
    const shown = (await frame.getAttribute('srcdoc'))?.replace(/data:image\/[^"]+/, 'cid:att2.v3@pagemail');
    assert.equal(shown, MAIL_HTML);
    assert.notEqual(await page.title(), 'ran');
    await mail.getByRole('link', { name: 'launch' }).click();
    await page.waitForFunction(() => document.querySelector('iframe')?.contentDocument?.URL === 'about:srcdoc');
    assert.ok(calls.some(({ name, payload }) => name === 'navigate' && JSON.stringify(payload).includes('https://example.org/launch')));
  });

  test('shows phone width, the text part, the size and the warnings in words', async () => {
    const { page } = await openDialog();
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await page.getByText('This recipient is outside your site: partner@example.com').waitFor();
    await page.getByText('Linus Park and Grace Holm').waitFor();
    await page.getByText(/Total size 2\.4 MB/).waitFor();
    await page.getByRole('button', { name: 'Phone' }).click();
    assert.equal(await page.locator('iframe').evaluate((frame: HTMLElement) => frame.offsetWidth), 375);
    await page.getByRole('button', { name: 'Text' }).click();
    await page.getByText('Everything for the launch.').waitFor();
  });

  test('shows From, To, Cc and the files as readers see them', async () => {
    const header = { to: ['Grace Holm', 'Partner <partner@example.com>'], cc: ['Linus Park'] };
    const attachments = [{ title: 'plan.pdf', sizeBytes: 2_097_152 }];
    const { page } = await openDialog({ 'send/preview': () => previewed({ header, attachments }) });
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    const fields = page.locator('.pm-mail-fields');
    await fields.waitFor();
    assert.deepEqual(
      await fields.locator('> div').evaluateAll((lines) => lines.map((line) => [...line.children].map(({ textContent }) => textContent))),
      [
        ['From', 'Example wiki <wiki@example.org>'],
        ['To', 'Grace Holm, Partner <partner@example.com>'],
        ['Cc', 'Linus Park'],
        ['Attachments', 'plan.pdf (2 MB)'],
      ],
    );
  });

  test('shows dark mode on a light machine, and only there', async () => {
    const html = '<html><head><style>@media (prefers-color-scheme:dark){p{color:rgb(1,2,3)}}</style></head><body><p>Text</p></body></html>';
    const { page } = await openDialog({ 'send/preview': () => previewed({ html }) });
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    const colour = (wanted: boolean) =>
      page.waitForFunction((dark) => {
        const text = document.querySelector('iframe')?.contentDocument?.querySelector('p');
        return text && (getComputedStyle(text).color === 'rgb(1, 2, 3)') === dark;
      }, wanted);
    await colour(false);
    await page.getByRole('button', { name: 'Dark' }).click();
    await colour(true);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Desktop' }).click();
    await colour(false);
  });

  test('is made anew after a change without holding up the typing', async () => {
    const { page, callsOf } = await openDialog();
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await page.locator('iframe').waitFor();
    await page.getByRole('textbox', { name: /Note/ }).pressSequentially('Hello all');
    await page.waitForFunction(() => document.querySelector('.pm-preview-content')?.getAttribute('aria-busy') === 'false');
    const notes = callsOf('send/preview').map(({ payload }) => (payload as { draft: { note: string } }).draft.note);
    assert.ok(notes.length <= 3, `asked for ${notes.length} previews`);
    assert.equal(await page.getByRole('textbox', { name: /Note/ }).inputValue(), 'Hello all');
  });

  test('tells of warnings while it is closed', async () => {
    const { page } = await openDialog();
    await writeMail(page);
    await page.getByRole('button', { name: '3 warnings' }).click();
    await page.locator('iframe').waitFor();
  });

  test('a preview that cannot be made can be asked for again', async () => {
    let broken = true;
    const { page } = await openDialog({
      'send/preview': () => (broken ? { ok: false, error: { code: 'CONFLUENCE_UNAVAILABLE' } } : previewed()),
    });
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await page.getByRole('heading', { name: 'There is no preview' }).waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('iframe').waitFor();
  });
});

describe('sending', { skip: interfaceMissing }, () => {
  test('pressing Send twice sends once', async () => {
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page, callsOf } = await openDialog({
      'send/submit': async () => {
        await gate;
        return accepted();
      },
      'send/status': () => jobStatus('sent'),
    });
    await writeMail(page);
    await page.getByRole('button', { name: 'Send', exact: true }).dblclick();
    await page.getByRole('button', { name: /Send/ }).last().press('Enter');
    release?.();
    await page.getByRole('heading', { name: /The mail was sent/ }).waitFor();
    assert.equal(callsOf('send/submit').length, 1);
  });

  test('follows the states, then gives the result for each recipient and tries again for those not reached', async () => {
    const partly = jobStatus('partly-sent', {
      canRetry: true,
      recipients: [
        { label: 'Grace Holm', kind: 'user', field: 'to', state: 'accepted' },
        { label: 'bad@example.com', kind: 'address', field: 'cc', state: 'refused', error: { code: 'RECIPIENT_REJECTED' } },
      ],
    });
    const states = [jobStatus('preparing'), jobStatus('sending'), partly];
    let retried = false;
    const { page, callsOf } = await openDialog({
      'send/submit': () => accepted(),
      'send/status': () => (retried ? jobStatus('sent') : (states.shift() ?? partly)),
      'send/retry': () => {
        retried = true;
        return accepted();
      },
    });
    await writeMail(page);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('You can close this window; the mail is sent anyway.').waitFor();
    await page.getByRole('heading', { name: 'The mail did not reach everybody.' }).waitFor();
    const refused = page.getByRole('listitem').filter({ hasText: 'bad@example.com' });
    assert.match((await refused.textContent()) ?? '', /Not sent.*The mail server refused this address\. Check it for typing errors\./);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: /The mail was sent/ }).waitFor();
    assert.equal(callsOf('send/retry').length, 1);
  });

  test('a refused mail keeps what was written and can be sent again with the same key', async () => {
    let refuse = true;
    const { page, callsOf } = await openDialog({
      'send/submit': () =>
        refuse ? { ok: false, error: { code: 'TOO_MANY_RECIPIENTS', params: { count: '120', limit: '100' } } } : accepted(),
      'send/status': () => jobStatus('sent'),
    });
    await writeMail(page);
    await page.getByRole('textbox', { name: /Note/ }).fill('Please read');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('The mail has 120 recipients; 100 are allowed.').waitFor();
    assert.equal(await page.getByRole('textbox', { name: /Note/ }).inputValue(), 'Please read');
    refuse = false;
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: /The mail was sent/ }).waitFor();
    const keys = callsOf('send/submit').map(({ payload }) => (payload as { idempotencyKey: string }).idempotencyKey);
    assert.equal(new Set(keys).size, 1);
  });

  test('a mail that reached nobody can be changed and is then another mail', async () => {
    const { page, callsOf } = await openDialog({
      'send/submit': () => accepted(),
      'send/status': () => jobStatus('failed', { error: { code: 'SENDER_REJECTED' }, canRetry: true }),
    });
    await writeMail(page);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('button', { name: 'Back to the mail' }).click();
    await page.getByRole('button', { name: 'Remove partner@example.com' }).waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('button', { name: 'Back to the mail' }).waitFor();
    const keys = callsOf('send/submit').map(({ payload }) => (payload as { idempotencyKey: string }).idempotencyKey);
    assert.equal(new Set(keys).size, 2);
  });

  test('an uncertain outcome says what to do and offers no second attempt', async () => {
    const { page } = await openDialog({
      'send/submit': () => accepted(),
      'send/status': () => jobStatus('unknown', { error: { code: 'OUTCOME_UNKNOWN' } }),
    });
    await writeMail(page);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Ask a recipient whether it arrived before you send it again.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0);
  });

  test('wrong fields are marked and the first one has the focus', async () => {
    const { page, callsOf } = await openDialog();
    await page.getByRole('textbox', { name: 'Subject' }).fill('');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Add at least one person, group or address.').waitFor();
    await page.getByText('Enter a subject.').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'recipients-to');
    assert.equal(callsOf('send/submit').length, 0);
  });
});

describe('opening and closing', { skip: interfaceMissing }, () => {
  test('a person who may not send reads why and whom to ask', async () => {
    const { page } = await openDialog({ 'send/open': () => opened({ refusal: { code: 'SENDING_NOT_ALLOWED' } }) });
    await page.getByRole('heading', { name: 'You cannot send this page' }).waitFor();
    await page.getByText('Ask an administrator to add you to a group that may.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Send', exact: true }).count(), 0);
  });

  test('without a mail account it says who can set one up', async () => {
    const { page } = await openDialog({ 'send/open': () => opened({ refusal: { code: 'NO_MAIL_ACCOUNT' } }) });
    await page.getByRole('heading', { name: 'Mail is not set up yet' }).waitFor();
    await page.getByText('Ask a Confluence administrator to set one up.').waitFor();
  });

  test('a page that cannot be opened can be tried again', async () => {
    let broken = true;
    const { page } = await openDialog({
      'send/open': () => (broken ? { ok: false, error: { code: 'CONFLUENCE_UNAVAILABLE' } } : opened()),
    });
    await page.getByRole('heading', { name: 'The page could not be opened' }).waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('textbox', { name: 'Subject' }).waitFor();
  });

  test('recipients can be typed while the page still loads', async () => {
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page } = await openDialog({
      'send/open': async () => {
        await gate;
        return opened();
      },
    });
    await fieldNamed(page, 'To').fill('partner@example.com');
    await page.keyboard.press('Enter');
    release?.();
    await page.getByRole('textbox', { name: 'Subject' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Remove partner@example.com' }).count(), 1);
  });

  test('closing asks only when something would be lost', async () => {
    const { page, callsOf } = await openDialog();
    await page.getByRole('textbox', { name: 'Subject' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => true);
    assert.equal(callsOf('close').length, 1);
    await page.getByRole('textbox', { name: /Note/ }).fill('Draft');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alertdialog', { name: 'Discard this mail?' }).waitFor();
    await page.getByRole('button', { name: 'Keep writing' }).click();
    assert.equal(await page.getByRole('textbox', { name: /Note/ }).inputValue(), 'Draft');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    assert.equal(callsOf('close').length, 2);
  });

  test('speaks German to a person who reads German', async () => {
    const { page } = await openDialog({}, { locale: 'de-DE' });
    await page.getByRole('textbox', { name: 'Betreff' }).waitFor();
    for (const name of ['An', 'Cc', 'Bcc', 'Betreff', 'Notiz', 'Anhänge', 'Vorschau', 'Senden']) {
      assert.ok((await page.getByText(name, { exact: true }).count()) > 0, name);
    }
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de-DE');
  });

  test('nothing overflows at 200 % zoom', async () => {
    const { page } = await openDialog({}, { width: 484, height: 360 });
    await writeMail(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await page.locator('iframe').waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
});

describe('accessibility of the dialog', { skip: interfaceMissing }, () => {
  const status = jobStatus('partly-sent', {
    canRetry: true,
    recipients: [
      { label: 'Grace Holm', kind: 'user', field: 'to', state: 'accepted' },
      { label: 'bad@example.com', kind: 'address', field: 'cc', state: 'refused', error: { code: 'RECIPIENT_REJECTED' } },
      { label: 'Linus Park', kind: 'user', field: 'bcc', state: 'deferred', error: { code: 'RECIPIENT_DEFERRED' } },
    ],
  });
  for (const dark of [false, true]) {
    test(`axe finds nothing in any state in the ${dark ? 'dark' : 'light'} theme`, async () => {
      const { page, problems } = await openDialog({ 'send/submit': () => accepted(), 'send/status': () => status }, { dark });
      const check = async (state: string): Promise<void> => assert.deepEqual(await accessibilityProblems(page), [], state);
      await page.getByRole('textbox', { name: 'Subject' }).waitFor();
      await check('opened');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('Add at least one person, group or address.').waitFor();
      await check('with errors');
      await fieldNamed(page, 'To').fill('ad');
      await page.getByRole('option', { name: 'Ada Berg' }).waitFor();
      await check('with suggestions');
      await page.keyboard.press('Enter');
      await fieldNamed(page, 'To').fill('nobody@');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Cc', exact: true }).click();
      await page.getByRole('checkbox', { name: 'All attachments' }).click();
      await check('with chips and attachments');
      await page.getByRole('button', { name: 'Preview', exact: true }).click();
      await page.locator('iframe').waitFor();
      await check('with the preview');
      await page.getByRole('button', { name: 'Text' }).click();
      await check('with the text part');
      await page.getByRole('button', { name: 'Remove nobody@' }).click();
      await page.getByRole('checkbox', { name: /recording/ }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await check('asking whether to discard');
      await page.getByRole('button', { name: 'Keep writing' }).click();
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByRole('heading', { name: 'The mail did not reach everybody.' }).waitFor();
      await check('with the result');
      assert.deepEqual(
        problems.filter((problem) => !problem.includes('about:srcdoc')),
        [],
      );
    });

    test(`axe finds nothing where the mail cannot be sent, in the ${dark ? 'dark' : 'light'} theme`, async () => {
      const refused = await openDialog({ 'send/open': () => opened({ refusal: { code: 'SENDING_OFF' } }) }, { dark });
      await refused.page.getByRole('heading', { name: 'You cannot send this page' }).waitFor();
      assert.deepEqual(await accessibilityProblems(refused.page), []);
      const sending = await openDialog({ 'send/submit': () => accepted(), 'send/status': () => jobStatus('sending') }, { dark });
      await writeMail(sending.page);
      await sending.page.getByRole('button', { name: 'Send', exact: true }).click();
      await sending.page.getByRole('list', { name: 'Progress' }).waitFor();
      assert.deepEqual(await accessibilityProblems(sending.page), []);
    });
  }
});
