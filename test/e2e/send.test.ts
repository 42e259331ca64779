import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { browserMissing, mailInInbox, pictureWidths, switchTo } from '#test/e2e/browser';
import { chosen, openDialog, openPage, openPreview, pick, send, typeAddress, waitForHeading, waitForResult } from '#test/e2e/dialog';
import { fileBytes, parseMail, suiteStage } from '#test/e2e/stage';

const TIDE_CLOCK = '120002';
const TIDE_CLOCK_TITLE = 'Tide clock Mk III: specification';

/** The HTML with the address of each picture left out: the preview shows the pictures themselves, the mail names its parts. */
const withoutImages = (html: string): string =>
  html
    .replaceAll(/\ssrc="(cid|data):[^"]*"/g, '')
    .replaceAll('\r\n', '\n')
    .trimEnd();

describe('sending a page', { skip: browserMissing() }, () => {
  const stage = suiteStage();

  test('a page goes to a person, a group and an outside address, looks as previewed, and lies in the inbox', async () => {
    await using visitor = await stage.visit('mira');
    const { page } = visitor;
    await switchTo(page, 'Hana Satō-Lindqvist');
    await page.getByRole('link', { name: 'Instrument Workshop' }).first().click();
    await page.getByRole('navigation').getByRole('link', { name: TIDE_CLOCK_TITLE }).click();
    await page.getByRole('heading', { name: TIDE_CLOCK_TITLE }).waitFor();
    const dialog = await openDialog(page);
    assert.equal(await dialog.getByRole('textbox', { name: 'Subject' }).inputValue(), TIDE_CLOCK_TITLE);
    await pick(dialog, 'To', 'Tom', /Tomás Rivera/);
    await pick(dialog, 'To', 'contr', /contractors/);
    await typeAddress(dialog, 'To', 'Ada Lindgren <ada@customer.example>');
    assert.equal((await chosen(dialog, 'To')).length, 3);
    await dialog.getByRole('textbox', { name: 'Note' }).fill('Please have a look.\nThe drawing set is attached.');
    await dialog.getByRole('checkbox', { name: /drawing set\.pdf/ }).check();
    await dialog.getByRole('checkbox', { name: /^dial\.png/ }).check();
    const frame = await openPreview(dialog);
    await dialog.getByText('3 recipients').waitFor();
    const mailInPreview = frame.contentFrame();
    await mailInPreview.getByText('The drawing set is attached.').last().waitFor();
    const picturesInPreview = await pictureWidths(mailInPreview);
    const previewed = (await frame.getAttribute('srcdoc')) ?? '';
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 3 recipients.');
    for (const name of ['Tomás Rivera', 'Leïla Benhaddou', 'ada@customer.example']) await waitForResult(dialog, name, 'Sent');

    const [message] = await stage.mails(1);
    assert.ok(message);
    assert.deepEqual(
      new Set(message.envelope.to),
      new Set(['tomas@harbour.example', 'leila@studio.example.org', 'ada@customer.example']),
      'the envelope names exactly the recipients',
    );
    const mail = await parseMail(message.raw);
    assert.equal(mail.subject, TIDE_CLOCK_TITLE);
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
    const [inbox] = await Promise.all([visitor.context.waitForEvent('page'), page.getByRole('link', { name: 'Inbox' }).click()]);
    await inbox
      .getByRole('link', { name: /Tide clock/ })
      .first()
      .waitFor();
    await mailInInbox(inbox).getByText('The drawing set is attached.').last().waitFor();
    const pictures = await pictureWidths(mailInInbox(inbox));
    assert.ok(pictures.length > 0 && pictures.every((width) => width > 1), `every picture shows in the inbox: ${pictures}`);
    assert.equal(picturesInPreview.length, pictures.length);
    assert.ok(
      picturesInPreview.every((width) => width > 0),
      `every picture shows in the preview: ${picturesInPreview}`,
    );
  });

  test('Cc is seen by all, Bcc by nobody, and the copy goes to the sender', async () => {
    await using visitor = await stage.visit('tomas');
    await openPage(visitor.page, stage.site, TIDE_CLOCK);
    const dialog = await openDialog(visitor.page);
    await dialog.getByRole('button', { name: 'Cc', exact: true }).click();
    await dialog.getByRole('button', { name: 'Bcc', exact: true }).click();
    await typeAddress(dialog, 'To', 'to@customer.example');
    await typeAddress(dialog, 'Cc', 'cc@customer.example');
    await pick(dialog, 'Bcc', 'Hana', /Hana/);
    await dialog.getByRole('checkbox', { name: 'Send me a copy' }).check();
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 4 recipients.');
    const [message] = await stage.mails(1);
    assert.ok(message);
    assert.deepEqual(
      new Set(message.envelope.to),
      new Set(['to@customer.example', 'cc@customer.example', 'hana@harbour.example', 'tomas@harbour.example']),
    );
    const mail = await parseMail(message.raw);
    assert.deepEqual(
      mail.to?.map(({ address }) => address),
      ['to@customer.example'],
    );
    assert.deepEqual(
      mail.cc?.map(({ address }) => address),
      ['cc@customer.example'],
    );
    assert.ok(!Buffer.from(message.raw).toString('latin1').includes('hana@'), 'no header names the Bcc recipient');
  });

  test('a pasted list becomes recipients once each, and what is no address is marked and keeps the mail from being sent', async () => {
    await using visitor = await stage.visit('tomas');
    await openPage(visitor.page, stage.site, TIDE_CLOCK);
    const dialog = await openDialog(visitor.page);
    await typeAddress(dialog, 'To', 'Ann Example <one@example.org>, two@example.org; TWO@example.org, three@');
    assert.equal((await chosen(dialog, 'To')).length, 3);
    await send(dialog);
    await dialog.getByText('“three@” is neither a chosen person nor a whole address.').last().waitFor();
    await dialog.getByRole('button', { name: 'Remove three@' }).click();
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 2 recipients.');
    const [message] = await stage.mails(1);
    assert.deepEqual(message?.envelope.to, ['one@example.org', 'two@example.org']);
  });

  test('closing the dialog does not stop the mail', async () => {
    await using visitor = await stage.visit('hana');
    await openPage(visitor.page, stage.site, TIDE_CLOCK);
    const dialog = await openDialog(visitor.page);
    await typeAddress(dialog, 'To', 'one@example.org');
    await send(dialog);
    await dialog.getByText('You can close this window; the mail is sent anyway.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await visitor.page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal((await stage.mails(1)).length, 1);
  });

  test('a blog post goes out like a page', async () => {
    await using visitor = await stage.visit('jonas');
    const post = stage.site.directory.site.contents.find(({ type }) => type === 'blogpost');
    assert.ok(post);
    await openPage(visitor.page, stage.site, post.id);
    await visitor.page.getByRole('heading', { name: post.title }).waitFor();
    const dialog = await openDialog(visitor.page, 'de');
    await typeAddress(dialog, 'An', 'one@example.org');
    await dialog.getByRole('button', { name: 'Senden', exact: true }).click();
    await waitForHeading(dialog, /1 Empfänger/);
    const [message] = await stage.mails(1);
    assert.equal(message?.subject, post.title);
  });
});
