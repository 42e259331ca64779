import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { browserMissing, frameIn } from '#test/e2e/browser';
import { openDialog, openPage, pick, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { parseMail, suiteStage } from '#test/e2e/stage';

const GERMAN_PAGE = '130003';

describe('the interface in German', { skip: browserMissing() }, () => {
  const stage = suiteStage();

  test('a person with a German profile writes, previews and sends in German, and the mail’s own words are German', async () => {
    await using visitor = await stage.visit('friederike');
    const { page } = visitor;
    await openPage(page, stage.site, GERMAN_PAGE);
    const dialog = await openDialog(page, 'de');
    for (const root of [page.locator('html').first(), dialog.locator('html')]) assert.match((await root.getAttribute('lang')) ?? '', /^de/);
    await pick(dialog, 'An', 'Jonas', /Jonas Brückner/);
    await typeAddress(dialog, 'An', 'extern@kunde.example');
    await dialog.getByRole('textbox', { name: 'Notiz' }).fill('Schöne Grüße');
    await dialog.getByRole('button', { name: 'Vorschau' }).click();
    await dialog.getByText('2 Empfänger').waitFor();
    await dialog
      .getByText(/außerhalb/)
      .first()
      .waitFor();
    const shown = (await dialog.locator('body').textContent()) ?? '';
    for (const word of ['Subject', 'Attachments', 'Preview', 'Cancel', 'recipients', 'Loading']) {
      assert.ok(!shown.includes(word), `the English word “${word}” is nowhere`);
    }
    await dialog.getByRole('button', { name: 'Senden', exact: true }).click();
    await waitForHeading(dialog, 'Die Mail wurde an 2 Empfänger gesendet.');
    const [message] = await stage.mails(1);
    const mail = await parseMail(message?.raw ?? new Uint8Array());
    assert.match(mail.html ?? '', /lang="de/);
    assert.match(mail.text ?? '', /Schöne Grüße/);
    assert.match(mail.text ?? '', /Friederike Weiß/);
    assert.equal(mail.headers.find(({ key }) => key === 'content-language')?.value, 'de');
  });

  test('a failure is told in German too', async () => {
    stage.site.smtp.refuse('weg@kunde.example');
    await using visitor = await stage.visit('jonas');
    await openPage(visitor.page, stage.site, GERMAN_PAGE);
    const dialog = await openDialog(visitor.page, 'de');
    await typeAddress(dialog, 'An', 'weg@kunde.example');
    await dialog.getByRole('button', { name: 'Senden', exact: true }).click();
    await waitForHeading(dialog, 'Die Mail wurde nicht gesendet.');
    await frameIn(visitor.page).getByText('Der Mailserver hat diese Adresse abgelehnt.').first().waitFor();
    stage.site.smtp.reset();
  });
});
