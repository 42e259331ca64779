import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { seriousProblems } from '#test/e2e/axe';
import { browserMissing, settingsFrameIn } from '#test/e2e/browser';
import { field, openDialog, openPage, openPreview, pick, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { openSiteSettings, openSpaceSettings } from '#test/e2e/settings-pages';
import { openStage, type Stage } from '#test/e2e/stage';

const TIDE_CLOCK = '120002';

describe('axe finds nothing serious on any screen', { skip: browserMissing() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  for (const theme of ['light', 'dark'] as const) {
    async function visit(username: string) {
      const visitor = await stage.visit(username, { colorScheme: theme });
      await visitor.page.getByRole('button', { name: `Switch to ${theme === 'dark' ? 'light' : 'dark'} theme` }).waitFor();
      const found: string[] = [];
      const look = async (where: string): Promise<void> => void found.push(...(await seriousProblems(visitor.page, where)));
      return { visitor, page: visitor.page, look, found };
    }

    test(`the send dialog from the empty form to the result, ${theme}`, async () => {
      const { visitor, page, look, found } = await visit('hana');
      await using _ = visitor;
      stage.site.smtp.refuse('two@example.org');
      await openPage(page, stage.site, TIDE_CLOCK);
      const dialog = await openDialog(page);
      await look('empty form');
      await dialog.getByRole('button', { name: 'Add Cc' }).click();
      await dialog.getByRole('button', { name: 'Add Bcc' }).click();
      await send(dialog);
      await look('nobody chosen');
      await field(dialog, 'To').fill('a');
      await dialog.getByRole('option').first().waitFor();
      await look('suggestions');
      await pick(dialog, 'To', 'Tom', /Tomás Rivera/);
      await typeAddress(dialog, 'To', 'one@example.org, two@example.org, wrong@');
      await dialog.getByRole('checkbox', { name: /^dial\.png/ }).check();
      await look('chips, one wrong');
      await dialog.getByRole('button', { name: 'Remove wrong@' }).click();
      await openPreview(dialog);
      await dialog.getByText('3 recipients').waitFor();
      await look('preview with warnings');
      await dialog.getByRole('button', { name: 'Text', exact: true }).click();
      await look('text part');
      await send(dialog);
      await waitForHeading(dialog, 'The mail did not reach everybody.');
      await look('result');
      stage.site.smtp.reset();
      assert.deepEqual(found, []);
    });

    test(`the settings of site and space, their test and its failure, ${theme}`, async () => {
      const { visitor, page, look, found } = await visit('mira');
      await using _ = visitor;
      const site = await openSiteSettings(page, stage.site);
      await site.getByText(/The relay answers/).waitFor();
      await look('site settings');
      await site.getByRole('button', { name: 'Test connection' }).click();
      await site.getByText('The connection works.').first().waitFor();
      await look('site settings after the test');
      await openSpaceSettings(page, stage.site, 'INST');
      await settingsFrameIn(page).getByRole('heading').first().waitFor();
      await look('space settings');
      assert.deepEqual(found, []);
    });

    test(`Confluence around it, the inbox and the page that says no, ${theme}`, async () => {
      const { visitor, page, look, found } = await visit('hana');
      await using _ = visitor;
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
      await look('inbox');
      assert.deepEqual(found, []);
    });
  }
});
