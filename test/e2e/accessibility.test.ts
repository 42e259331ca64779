import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from '#test/e2e/axe';
import { browserMissing } from '#test/e2e/browser';
import { field, openDialog, openPage, openPreview, openRefused, pick, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { refusalOfSending } from '#test/e2e/functions';
import { suiteStage } from '#test/e2e/stage';

const TIDE_CLOCK = '120002';

describe('axe finds nothing in the send dialog', { skip: browserMissing() }, () => {
  const stage = suiteStage();

  for (const theme of ['light', 'dark'] as const) {
    const visit = (username: string) => inspect(stage, username, theme);

    test(`the send dialog from the empty form to the result, ${theme}`, async () => {
      const { visitor, page, look, found } = await visit('hana');
      await using _ = visitor;
      stage.site.smtp.refuse('two@example.org');
      await openPage(page, stage.site, TIDE_CLOCK);
      const dialog = await openDialog(page);
      await look('empty form');
      await dialog.getByRole('button', { name: 'Cc', exact: true }).click();
      await dialog.getByRole('button', { name: 'Bcc', exact: true }).click();
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

    test(`the dialog that says no, and earlier mails, ${theme}`, async () => {
      const refused = await visit('leila');
      await using _ = refused.visitor;
      await openPage(refused.page, stage.site, TIDE_CLOCK);
      await openRefused(refused.page, 'You cannot send this page');
      await refused.look('refusal');
      const { visitor, page, look, found } = await visit('tomas');
      await using __ = visitor;
      stage.site.smtp.refuse('two@example.org');
      assert.equal(await refusalOfSending(stage.site, 'tomas', TIDE_CLOCK, ['two@example.org']), undefined);
      await stage.site.host.queue.idle();
      await openPage(page, stage.site, TIDE_CLOCK);
      const dialog = await openDialog(page);
      await dialog.getByRole('button', { name: 'Dismiss' }).waitFor();
      await look('notice of a failed mail');
      await dialog.getByRole('button', { name: 'Sent before' }).click();
      await dialog.getByText('Result for each recipient').first().click();
      await look('earlier mails');
      await dialog
        .getByRole('button', { name: /^Send again/ })
        .first()
        .click();
      await dialog.getByText('The form holds the earlier mail').first().waitFor();
      await typeAddress(dialog, 'To', 'two@example.org');
      await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
      await look('question before it is discarded');
      await dialog.getByRole('button', { name: 'Keep writing' }).click();
      await send(dialog);
      await waitForHeading(dialog, 'The mail was not sent.');
      await look('failure');
      assert.deepEqual([...refused.found, ...found], []);
    });
  }
});
