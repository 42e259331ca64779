import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { chosen, field, openDialog, openPage, openPreview, pick, results, send, typeAddress } from '#test/e2e/dialog';
import { browserMissing, fileBytes, openStage, parseMail, type Stage } from '#test/e2e/stage';

const TIDE_CLOCK = '120002';

describe('sending a page', { skip: browserMissing() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage?.[Symbol.asyncDispose]());
  beforeEach(() => {
    stage.site.inbox.clear();
    stage.site.smtp.reset();
  });

  test('a page goes to a person, a group and an outside address, looks as previewed, and lies in the inbox', async () => {
    await using visitor = await stage.visit('hana');
    const { page } = visitor;
    await page.getByRole('link', { name: 'Instrument Workshop' }).first().click();
    await page.getByRole('navigation').getByRole('link', { name: 'Tide clock Mk III: specification' }).click();
    await page.getByRole('heading', { name: 'Tide clock Mk III: specification' }).waitFor();
    const dialog = await openDialog(page);
    assert.equal(await dialog.getByRole('textbox', { name: 'Subject' }).inputValue(), 'Tide clock Mk III: specification');
    await pick(dialog, 'To', 'Tom', /Tomás Rivera/);
    await pick(dialog, 'To', 'contr', /contractors/);
    await typeAddress(dialog, 'To', 'Ada Lindgren <ada@customer.example>');
    assert.equal((await chosen(dialog, 'To')).length, 3);
    await dialog.getByRole('textbox', { name: 'Note' }).fill('Please have a look.\nThe drawing set is attached.');
    await dialog.getByRole('checkbox', { name: /drawing set\.pdf/ }).check();
    await dialog.getByRole('checkbox', { name: /^dial\.png/ }).check();
    const frame = await openPreview(dialog);
    await dialog.getByText('3 recipients').waitFor();
    await frame.contentFrame().getByText('The drawing set is attached.').last().waitFor();
    const previewed = (await frame.getAttribute('srcdoc')) ?? '';
    await send(dialog);
    await dialog.getByRole('heading', { name: 'The mail was sent to 3 recipients.' }).waitFor();
    assert.deepEqual(new Set(Object.values(await results(dialog))), new Set(['Sent']));

    const [message] = await stage.mails(1);
    assert.ok(message);
    assert.deepEqual(
      new Set(message.envelope.to),
      new Set(['tomas@harbour.example', 'leila@studio.example.org', 'ada@customer.example']),
      'the envelope names exactly the recipients',
    );
    const mail = await parseMail(message);
    assert.equal(mail.subject, 'Tide clock Mk III: specification');
    assert.equal(mail.replyTo?.[0]?.address, 'hana@harbour.example');
    assert.equal(withoutImages(previewed), withoutImages(mail.html ?? ''), 'the preview is the mail');
    const files = mail.attachments.filter(({ disposition }) => disposition === 'attachment');
    assert.deepEqual(
      files.map(({ filename }) => filename),
      ['dial.png', 'Tide clock Mk III – drawing set.pdf'],
    );
    for (const [index, id] of ['att900201', 'att900205'].entries()) {
      assert.ok(Buffer.from(files[index]?.content as ArrayBuffer).equals(await fileBytes(stage.site, id)), `${id} is byte-identical`);
    }
    const cids = new Set([...(mail.html ?? '').matchAll(/src="cid:([^"]+)"/g)].map(([, cid]) => `<${cid}>`));
    assert.ok(cids.size > 0, 'the page has pictures');
    const inline = mail.attachments.filter(({ disposition }) => disposition === 'inline');
    assert.deepEqual(new Set(inline.map(({ contentId }) => contentId)), cids, 'each picture is in the mail once');

    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });
});

/** The HTML with the address of each picture left out: the preview shows the pictures themselves, the mail names its parts. */
const withoutImages = (html: string): string =>
  html
    .replaceAll(/\ssrc="(cid|data):[^"]*"/g, '')
    .replaceAll('\r\n', '\n')
    .trimEnd();
void field;
void TIDE_CLOCK;
void openPage;
