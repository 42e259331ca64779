import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { browserMissing } from '#test/e2e/browser';
import { openDialog, openPage, resultOf, send, typeAddress, waitForHeading, waitForResult } from '#test/e2e/dialog';
import { suiteStage } from '#test/e2e/stage';

const PAGE = '110003';

describe('nothing is sent twice, though the queue delivers every job twice', { skip: browserMissing() }, () => {
  const stage = suiteStage({ queue: { deliveries: 2, delayFactor: 0.001 } });

  async function openFor(username: string) {
    const visitor = await stage.visit(username);
    await openPage(visitor.page, stage.site, PAGE);
    return { visitor, dialog: await openDialog(visitor.page) };
  }

  test('pressing Send twice sends once', async () => {
    const { visitor, dialog } = await openFor('hana');
    await using _ = visitor;
    await typeAddress(dialog, 'To', 'one@example.org');
    await dialog.getByRole('button', { name: 'Send', exact: true }).dblclick();
    await waitForHeading(dialog, 'The mail was sent to 1 recipient.');
    await stage.mails(1);
  });

  test('the same draft submitted again with its key is the same mail', async () => {
    const submit = () =>
      stage.site.invoke(
        'hana',
        'send-page',
        'send/submit',
        {
          draft: { to: [{ kind: 'address', address: 'one@example.org' }], subject: 'Once' },
          idempotencyKey: '7d3b9f0e-8a4c-4a3e-9b1f-5c6d7e8f9a0b',
        },
        { contentId: PAGE },
      );
    const [first, second] = await Promise.all([submit(), submit()]);
    assert.deepEqual((second as { value: { jobId: string } }).value.jobId, (first as { value: { jobId: string } }).value.jobId);
    await stage.mails(1);
    await submit();
    await stage.mails(1);
  });

  test('Try again reaches only those who had not accepted', async () => {
    stage.site.smtp.refuse('two@example.org');
    const { visitor, dialog } = await openFor('tomas');
    await using _ = visitor;
    await typeAddress(dialog, 'To', 'one@example.org, two@example.org, three@example.org');
    await send(dialog);
    await waitForHeading(dialog, 'The mail did not reach everybody.');
    await waitForResult(dialog, 'one@example.org', 'Sent');
    await waitForResult(dialog, 'two@example.org', 'Not sent');
    await waitForResult(dialog, 'three@example.org', 'Sent');
    await resultOf(dialog, 'two@example.org').getByText('The mail server refused this address.').waitFor();
    const [first] = await stage.mails(1);
    assert.deepEqual(first?.envelope.to, ['one@example.org', 'three@example.org']);
    const [notice] = await stage.notices(1);
    assert.deepEqual(notice?.envelope.to, ['tomas@harbour.example'], 'the sender learns of it by mail, once');
    stage.site.smtp.reset();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await waitForHeading(dialog, 'The mail was sent to 3 recipients.');
    const [, second] = await stage.mails(2);
    assert.deepEqual(second?.envelope.to, ['two@example.org']);
  });

  test('a recipient who was put off is tried again by itself, the others are left alone', async () => {
    stage.site.smtp.deferOnce('two@example.org');
    const { visitor, dialog } = await openFor('tomas');
    await using _ = visitor;
    await typeAddress(dialog, 'To', 'one@example.org, two@example.org');
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 2 recipients.');
    const mails = await stage.mails(2);
    assert.deepEqual(
      mails.map(({ envelope }) => envelope.to),
      [['one@example.org'], ['two@example.org']],
    );
  });

  test('a connection that breaks after the data leaves the outcome unknown, and nothing is sent again', async () => {
    for (const keep of [true, false]) {
      stage.site.inbox.clear();
      stage.site.smtp.dropAfterData(keep);
      const { visitor, dialog } = await openFor('hana');
      await using _ = visitor;
      await typeAddress(dialog, 'To', 'one@example.org');
      await send(dialog);
      await waitForHeading(dialog, 'It is not certain whether the mail arrived.');
      assert.equal(await dialog.getByRole('button', { name: 'Try again' }).count(), 0);
      await stage.mails(keep ? 1 : 0);
    }
  });

  test('a relay that is down fails the mail with words that help, and Try again sends it once it is back', async () => {
    await stage.site.stopRelay();
    const { visitor, dialog } = await openFor('hana');
    await using _ = visitor;
    await typeAddress(dialog, 'To', 'one@example.org');
    await send(dialog);
    await waitForHeading(dialog, 'The mail was not sent.');
    await dialog.getByText('The relay cannot be reached.').first().waitFor();
    await stage.mails(0);
    await stage.site.startRelay();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await waitForHeading(dialog, 'The mail was sent to 1 recipient.');
    await stage.mails(1);
  });
});
