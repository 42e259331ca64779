import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from '#test/e2e/axe';
import { browserMissing } from '#test/e2e/browser';
import { openPage } from '#test/e2e/dialog';
import { refusalOfSending } from '#test/e2e/functions';
import { openSiteSettings, openSpaceSettings, typePassword } from '#test/e2e/settings-pages';
import { suiteStage } from '#test/e2e/stage';

const TIDE_CLOCK = '120002';

describe('axe finds nothing in the settings, the inbox and Confluence around them', { skip: browserMissing() }, () => {
  const stage = suiteStage();

  for (const theme of ['light', 'dark'] as const) {
    const visit = (username: string) => inspect(stage, username, theme);

    test(`the settings of the site in all tabs, a failed test and the question of Atlassian, ${theme}`, async () => {
      const { visitor, page, look, found } = await visit('mira');
      await using _ = visitor;
      const site = await openSiteSettings(page, stage.site);
      await site.getByText(/The relay answers/).waitFor();
      await typePassword(site, 'wrong');
      await site.getByRole('button', { name: 'Test connection' }).click();
      await site.getByText('The mail server did not accept user and password.').first().waitFor();
      await look('mail accounts');
      for (const [tab, shown] of [
        ['Policy', 'Who may send'],
        ['Appearance', 'Look of the mail'],
        ['History', 'Sent mails'],
        ['Diagnostics', 'Report for a support request'],
        ['Privacy', 'Delete all data'],
      ] as const) {
        await site.getByRole('tab', { name: tab }).click();
        await site.getByRole('heading', { name: shown }).waitFor();
        await look(tab);
      }
      await site.getByRole('tab', { name: 'Mail accounts' }).click();
      await site.getByLabel('Address of the relay').fill('https://relay.example.org');
      await site.getByRole('button', { name: 'Save address' }).click();
      const question = page.getByRole('dialog');
      await question.waitFor();
      await look('question where data may go');
      await question.getByRole('button', { name: 'Cancel' }).click();
      await site.getByText('The address was not saved.').waitFor();
      await look('address that was not saved');
      assert.deepEqual(found, []);
    });

    test(`the settings of a space in all tabs, ${theme}`, async () => {
      const { visitor, page, look, found } = await visit('mira');
      await using _ = visitor;
      const space = await openSpaceSettings(page, stage.site, 'INST');
      await space.getByRole('radio', { name: 'A separate account for this space' }).check();
      await space.getByRole('button', { name: 'Save', exact: true }).click();
      await space.getByText('Check the marked fields.').first().waitFor();
      await look('fields that are wrong');
      for (const tab of ['Appearance', 'Policy', 'History']) {
        await space.getByRole('tab', { name: tab }).click();
        await space.getByRole('heading').nth(1).waitFor();
        await look(tab);
      }
      assert.deepEqual(found, []);
    });

    test(`Confluence around it, the inbox and the page that says no, ${theme}`, async () => {
      const { visitor, page, look, found } = await visit('hana');
      await using _ = visitor;
      assert.equal(await refusalOfSending(stage.site, 'hana', TIDE_CLOCK, ['one@example.org']), undefined);
      await stage.mails(1);
      await look('home');
      await page.goto(`${stage.site.url}/wiki/spaces`);
      await look('spaces');
      await openPage(page, stage.site, TIDE_CLOCK);
      await page.getByRole('button', { name: 'More actions' }).click();
      await look('page with its menu');
      await openPage(page, stage.site, '110005');
      await look('page that may not be viewed');
      await page.goto(stage.site.inboxUrl);
      await page.getByRole('heading', { name: /Inbox/ }).waitFor();
      for (const tab of ['HTML', 'Text', 'Headers', 'Raw']) {
        await page.getByRole('tab', { name: tab }).click();
        await look(`inbox, ${tab}`);
      }
      assert.deepEqual(found, []);
    });
  }
});
