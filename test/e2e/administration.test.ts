import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { FROM_ADDRESS, INBOX_LOGIN } from '#local/seed';
import { browserMissing, eventually, settingsFrameIn } from '#test/e2e/browser';
import { openDialog, openPage, openRefused, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { call, changeSite, refusalOfSending } from '#test/e2e/functions';
import { openSiteSettings, openSpaceSettings, save, typeAccount, typePassword } from '#test/e2e/settings-pages';
import { suiteStage } from '#test/e2e/stage';

const HOUSE_PAGE = '110003';
const WORKSHOP_PAGE = '120002';

describe('the administration of a site', { skip: browserMissing() }, () => {
  // A connection kept from an earlier mail would not log in anew.
  const stage = suiteStage({ relayEnv: { RELAY_POOL_IDLE_SECONDS: '0' } });

  test('a second mail account gets a name, and the space that picks it sends through it', async () => {
    await using visitor = await stage.visit('mira');
    const { page } = visitor;
    const site = await openSiteSettings(page, stage.site);
    await site.getByRole('button', { name: 'Add another account' }).click();
    await site.locator('#account-name').fill('Workshop');
    await typeAccount(site, stage.site, { password: INBOX_LOGIN.password, fromAddress: 'workshop@harbour.example' });
    await save(site);
    const space = await openSpaceSettings(page, stage.site, 'INST');
    await space.getByLabel('Account of the site', { exact: true }).selectOption('Workshop (workshop@harbour.example)');
    await save(space);
    for (const contentId of [WORKSHOP_PAGE, HOUSE_PAGE])
      assert.equal(await refusalOfSending(stage.site, 'hana', contentId, ['one@example.org']), undefined);
    const mails = await stage.mails(2);
    assert.deepEqual(new Set(mails.map(({ envelope }) => envelope.from)), new Set(['workshop@harbour.example', FROM_ADDRESS]));
  });

  test('of two administrators who save, the second one is told, and what the first one saved stays', async () => {
    await using first = await stage.visit('mira');
    await using second = await stage.visit('mira');
    const [one, other] = [await openSiteSettings(first.page, stage.site), await openSiteSettings(second.page, stage.site)];
    for (const frame of [one, other]) await frame.getByRole('tab', { name: 'Appearance' }).click();
    await one.getByLabel('Subject prefix').fill('[First]');
    await other.getByLabel('Footer').fill('Second');
    await save(one);
    await other.getByRole('button', { name: 'Save', exact: true }).click();
    await other.getByText('Somebody else saved these settings in the meantime.').waitFor();
    assert.equal(await other.getByLabel('Footer').inputValue(), 'Second', 'what was typed is still there');
    await other.getByRole('button', { name: 'Reload' }).click();
    await other.getByRole('tab', { name: 'Appearance' }).click();
    assert.equal(await other.getByLabel('Subject prefix').inputValue(), '[First]');
    await other.getByLabel('Footer').fill('Second');
    await save(other);
    const { presentation } = (await call(stage.site, 'mira', 'site-policy/get', {})).settings;
    assert.deepEqual([presentation.subjectPrefix, presentation.footerText], ['[First]', 'Second']);
  });

  test('who leaves with changes that are not saved is asked first', async () => {
    await using visitor = await stage.visit('mira');
    const { page } = visitor;
    const frame = await openSiteSettings(page, stage.site);
    await frame.getByLabel('Sender name').click();
    await page.keyboard.type('!');
    await frame.getByText('Unsaved changes').waitFor();
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await page.getByRole('navigation', { name: 'Confluence' }).getByRole('link', { name: 'Spaces' }).click({ noWaitAfter: true });
    await eventually('the question', () => asked.length > 0);
    assert.deepEqual(asked, ['beforeunload']);
    await frame.getByText('Unsaved changes').waitFor();
    await frame.getByRole('button', { name: 'Undo changes' }).click();
    await page.getByRole('navigation', { name: 'Confluence' }).getByRole('link', { name: 'Spaces' }).click();
    await page.waitForURL(/\/wiki\/spaces$/);
    assert.equal(asked.length, 1, 'nobody is asked without changes');
  });

  test('the debug log is seen by other administrators while it is on, and the report holds neither password nor address', async () => {
    await using visitor = await stage.visit('mira');
    const frame = await openSiteSettings(visitor.page, stage.site);
    await frame.getByRole('tab', { name: 'Diagnostics' }).click();
    await frame.getByText(/Reachable, accepts this app/).waitFor();
    const report = await frame.getByRole('textbox', { name: 'Report for a support request' }).inputValue();
    for (const secret of [INBOX_LOGIN.password, '@harbour.example']) assert.ok(!report.includes(secret), secret);
    await frame.getByRole('button', { name: 'Copy', exact: true }).click();
    await frame.getByText('Copied.').first().waitFor();
    await frame.getByLabel('Ends after').selectOption('4 hours');
    await frame.getByRole('button', { name: 'Switch on' }).click();
    await frame.getByRole('button', { name: 'Switch off now' }).waitFor();
    await using other = await stage.visit('jonas');
    await other.page.goto(`${stage.site.url}/wiki/spaces/INST/settings`);
    await other.page.getByRole('navigation').getByRole('link', { name: 'Pagemail' }).click();
    await settingsFrameIn(other.page)
      .getByText(/Mira Okonkwo/)
      .first()
      .waitFor();
    await frame.getByRole('button', { name: 'Switch off now' }).click();
    await frame.getByRole('button', { name: 'Switch on' }).waitFor();
  });

  test('settings go into a file without secrets, and come back from it', async () => {
    await changeSite(stage.site, ({ presentation }) => ({ presentation: { ...presentation, headerText: 'As exported' } }));
    await using visitor = await stage.visit('mira');
    const frame = await openSiteSettings(visitor.page, stage.site);
    await frame.getByRole('tab', { name: 'Privacy' }).click();
    const [download] = await Promise.all([
      visitor.page.waitForEvent('download'),
      frame.getByRole('button', { name: 'Export settings' }).click(),
    ]);
    const path = await download.path();
    const text = await readFile(path, 'utf8');
    assert.ok(text.includes('As exported') && !text.includes(INBOX_LOGIN.password));
    await changeSite(stage.site, ({ presentation }) => ({ presentation: { ...presentation, headerText: 'Changed since' } }));
    const again = await openSiteSettings(visitor.page, stage.site);
    await again.getByRole('tab', { name: 'Privacy' }).click();
    await again.locator('input[type=file]').setInputFiles(path);
    await again.getByRole('button', { name: 'Replace', exact: true }).click();
    await again.getByText(/^The settings were imported/).waitFor();
    await again.getByRole('button', { name: 'Show the settings' }).click();
    await again.getByRole('tab', { name: 'Appearance' }).click();
    assert.equal(await again.getByLabel('Header').inputValue(), 'As exported');
    assert.equal(await refusalOfSending(stage.site, 'hana', HOUSE_PAGE, ['one@example.org']), undefined);
    await stage.mails(1);
  });

  test('after everything is deleted the site is set up from nothing, a wrong password first', async () => {
    await using visitor = await stage.visit('mira');
    const frame = await openSiteSettings(visitor.page, stage.site);
    await frame.getByRole('tab', { name: 'Privacy' }).click();
    await frame.getByLabel('Type DELETE to confirm').fill('DELETE');
    await frame.getByRole('button', { name: 'Delete all data' }).click();
    await frame.getByText(/^Everything was deleted/).waitFor();
    await using sender = await stage.visit('hana');
    await openPage(sender.page, stage.site, HOUSE_PAGE);
    await openRefused(sender.page, 'Mail is not set up yet');

    const empty = await openSiteSettings(visitor.page, stage.site);
    await typeAccount(empty, stage.site, { password: 'wrong', fromAddress: FROM_ADDRESS });
    await empty.getByRole('button', { name: 'Test connection' }).click();
    await empty.getByText('The mail server did not accept user and password.').first().waitFor();
    await typePassword(empty, INBOX_LOGIN.password);
    await empty.getByRole('button', { name: 'Test connection' }).click();
    await empty.getByText('The connection works.').first().waitFor();
    await empty.getByRole('button', { name: 'Send a test mail to me' }).click();
    await empty.getByText('The mail server took the test mail.').waitFor();
    await save(empty);
    await openPage(sender.page, stage.site, HOUSE_PAGE);
    const dialog = await openDialog(sender.page);
    await typeAddress(dialog, 'To', 'one@example.org');
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 1 recipient.');
    await stage.mails(2);
  });
});
