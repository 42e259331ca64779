import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import type { FrameLocator } from 'playwright-core';
import { browserMissing, eventually } from '#test/e2e/browser';
import { chosen, openDialog, openPage, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { call, changeSite, refusalOfSending } from '#test/e2e/functions';
import { openSiteSettings, openSpaceSettings } from '#test/e2e/settings-pages';
import { parseMail, suiteStage } from '#test/e2e/stage';

const HOUSE_PAGE = '110003';
const WORKSHOP_PAGE = '120002';

/** The heads of the mails in the list, top first. */
const listed = async (frame: FrameLocator, name = 'Sent mails'): Promise<string[]> =>
  (await frame.getByRole('list', { name }).getByRole('listitem').locator('summary').allInnerTexts()).map((text) =>
    text.replace(/\s+/g, ' '),
  );

async function openHistory(frame: FrameLocator, count: number): Promise<void> {
  await frame.locator('#tab-history').click();
  await frame
    .locator('.pm-record')
    .nth(count - 1)
    .waitFor();
}

describe('the history of sent mails', { skip: browserMissing() }, () => {
  const stage = suiteStage();

  before(async () => {
    const { site } = stage;
    // One mail by Hana in each of two spaces, and one of Tomás that nobody took.
    site.smtp.refuse('gone@example.org');
    const sent = [
      await refusalOfSending(site, 'hana', HOUSE_PAGE, ['one@example.org']),
      await refusalOfSending(site, 'hana', WORKSHOP_PAGE, ['one@example.org', 'tomas@harbour.example']),
      await refusalOfSending(site, 'tomas', HOUSE_PAGE, ['gone@example.org']),
    ];
    assert.deepEqual(sent, [undefined, undefined, undefined]);
    await site.host.queue.idle();
  });

  test('the sender sees the own mails of the page and sends one again: the page as it is now, addresses that are not kept left out', async () => {
    await using visitor = await stage.visit('hana');
    await openPage(visitor.page, stage.site, WORKSHOP_PAGE);
    const dialog = await openDialog(visitor.page);
    await dialog.getByRole('button', { name: 'Sent before' }).click();
    await waitForHeading(dialog, 'Sent before');
    const records = dialog.locator('.pm-record');
    await records.first().waitFor();
    assert.equal(await records.count(), 1, 'one mail of this page, none of the other');
    await dialog.getByRole('button', { name: /^Send again/ }).click();
    await dialog.getByText(/The form holds the earlier mail.*Not taken over: 2 addresses that are not kept/).waitFor();
    assert.equal((await chosen(dialog, 'To')).length, 0);
    assert.equal(await dialog.getByRole('textbox', { name: 'Subject' }).inputValue(), 'By script');
    await typeAddress(dialog, 'To', 'one@example.org');
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 1 recipient.');
    const [message] = await stage.mails(1);
    const mail = await parseMail(message?.raw ?? new Uint8Array());
    assert.equal(mail.subject, 'By script');
    assert.match(mail.html ?? '', /Tide clock Mk III/);
  });

  test('an administrator of a space sees what was sent from it, and nothing of other spaces', async () => {
    await using visitor = await stage.visit('mira');
    const frame = await openSpaceSettings(visitor.page, stage.site, 'HOUSE');
    await openHistory(frame, 2);
    const mails = await listed(frame);
    assert.equal(mails.length, 2, mails.join('\n'));
    assert.match(mails[0] ?? '', /House rules.* Not sent .*Tomás Rivera .*1 outside/);
    assert.match(mails[1] ?? '', /House rules.* Sent .*Hana Satō-Lindqvist .*1 outside/);
    assert.equal(
      ((await stage.site.invoke('jonas', 'space-settings', 'history/space', {}, { spaceKey: 'HOUSE' })) as { ok: boolean }).ok,
      false,
    );
  });

  test('a site administrator filters all mails by outcome and by person, and takes what is found away as CSV', async () => {
    await using visitor = await stage.visit('mira');
    const frame = await openSiteSettings(visitor.page, stage.site);
    await openHistory(frame, 3);
    await frame.getByLabel('Outcome').selectOption('Not sent');
    await eventually('the one mail that was not sent', async () => (await listed(frame)).length === 1);
    assert.match((await listed(frame))[0] ?? '', /Tomás Rivera/);
    await frame.getByText('House rules').first().click();
    await frame.getByText('The mail server refused this address.').first().waitFor();
    assert.equal(await frame.getByText('gone@example.org').count(), 0, 'typed addresses are not kept');

    await frame.getByLabel('Outcome').selectOption('Any');
    await frame.getByRole('combobox', { name: 'Sent by' }).fill('Tom');
    await frame.getByRole('option', { name: 'Tomás Rivera' }).click();
    await frame.getByText('Only mails of Tomás Rivera').waitFor();
    await eventually('the one mail of Tomás', async () => (await listed(frame)).length === 1);
    const [download] = await Promise.all([
      visitor.page.waitForEvent('download'),
      frame.getByRole('button', { name: 'Export as CSV' }).click(),
    ]);
    const [head, ...rows] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    assert.match(head ?? '', /^\uFEFFtime,sender,sender account,space,page id,page,/);
    assert.equal(rows.length, 1);
    assert.match(rows[0] ?? '', /,Tomás Rivera,.*,HOUSE,110003,.*,By script,0,1,0,1,failed,/);
    await frame.getByRole('button', { name: 'Show everybody’s' }).click();
    await openHistory(frame, 3);
  });

  test('addresses are kept, shown and sent to again once an administrator wants that', async () => {
    await changeSite(stage.site, ({ history }) => ({ history: { ...history, keepAddresses: true } }));
    assert.equal(await refusalOfSending(stage.site, 'hana', '110002', ['kept@example.org']), undefined);
    await stage.site.host.queue.idle();
    await using visitor = await stage.visit('hana');
    await openPage(visitor.page, stage.site, '110002');
    const dialog = await openDialog(visitor.page);
    await dialog.getByRole('button', { name: 'Sent before' }).click();
    await dialog.getByRole('button', { name: /^Send again/ }).click();
    await dialog.getByText('The form holds the earlier mail; the page is sent as it is now.').waitFor();
    assert.deepEqual(await chosen(dialog, 'To'), ['kept@example.org']);
    const { records } = await call(stage.site, 'mira', 'history/site', {});
    assert.equal(records[0]?.results[0]?.label, 'kept@example.org');
  });

  test('a mail that failed while nobody looked is told when the dialog is opened the next time, until it is dismissed', async () => {
    await using visitor = await stage.visit('tomas');
    await openPage(visitor.page, stage.site, WORKSHOP_PAGE);
    const dialog = await openDialog(visitor.page);
    await dialog.getByRole('heading', { name: 'A mail of yours did not reach everybody' }).waitFor();
    await dialog.getByText(/“By script”, .*1 recipient did not get it\./).waitFor();
    await dialog.getByRole('button', { name: 'Dismiss' }).click();
    await dialog.getByRole('heading', { name: 'A mail of yours did not reach everybody' }).waitFor({ state: 'detached' });
    await openPage(visitor.page, stage.site, HOUSE_PAGE);
    const again = await openDialog(visitor.page);
    assert.equal(await again.getByRole('button', { name: 'Dismiss' }).count(), 0);
  });
});
