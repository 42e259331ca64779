import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import type { AdminValue } from '#contract/screens/administration';
import { browserMissing } from '#test/e2e/browser';
import { chosen, openDialog, openPage, openPreview, openRefused, pick, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { call, changeSite, refusalOfSending } from '#test/e2e/functions';
import { suiteStage } from '#test/e2e/stage';

const HOUSE_PAGE = '110003';
const WORKSHOP_PAGE = '120002';
/** A page that only Mira and Jonas may view. */
const RESTRICTED = '110005';
const INST = { spaceId: '98306', key: 'INST', name: 'Instrument Workshop' };

type Policy = AdminValue<'site-policy/get'>['settings']['policy'];

describe('the send policy', { skip: browserMissing() }, () => {
  const stage = suiteStage();
  let atFirst: Policy;
  const policy = (change: (policy: Policy) => Policy): Promise<void> => changeSite(stage.site, () => ({ policy: change(atFirst) }));
  before(async () => {
    atFirst = (await call(stage.site, 'mira', 'site-policy/get', {})).settings.policy;
  });
  beforeEach(() => policy((same) => same));

  async function openFor(username: string, contentId: string) {
    const visitor = await stage.visit(username);
    await openPage(visitor.page, stage.site, contentId);
    return { visitor, dialog: await openDialog(visitor.page) };
  }

  test('an address of a domain that is not on the list is refused while the mail is written, and by the back end too', async () => {
    await policy((same) => ({
      ...same,
      toWhom: { mode: 'domains', allowDomains: ['.customer.example'], denyDomains: ['no.customer.example'] },
    }));
    const { visitor, dialog } = await openFor('hana', HOUSE_PAGE);
    await using _ = visitor;
    await dialog.getByText('Mail may only go to people of this site and to certain domains.').first().waitFor();
    await typeAddress(dialog, 'To', 'ada@eu.customer.example; eve@elsewhere.example; bob@no.customer.example');
    await dialog.getByText('Mail may not go to elsewhere.example. Remove this address.').first().waitFor();
    await dialog.getByText('An administrator has blocked mail to no.customer.example.').first().waitFor();
    await send(dialog);
    await stage.mails(0);
    await dialog.getByRole('button', { name: 'Remove eve@elsewhere.example' }).click();
    await dialog.getByRole('button', { name: 'Remove bob@no.customer.example' }).click();
    await pick(dialog, 'To', 'Tom', /Tomás Rivera/);
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 2 recipients.');
    const [message] = await stage.mails(1);
    assert.deepEqual(message?.envelope.to.toSorted(), ['ada@eu.customer.example', 'tomas@harbour.example']);
    assert.equal(await refusalOfSending(stage.site, 'hana', HOUSE_PAGE, ['eve@elsewhere.example']), 'DOMAIN_NOT_ALLOWED');
    assert.equal(await refusalOfSending(stage.site, 'hana', HOUSE_PAGE, ['bob@no.customer.example']), 'DOMAIN_DENIED');
    await stage.mails(1);
  });

  test('a label keeps a page on this site: the preview names the reason, members of a group get it all the same', async () => {
    await policy((same) => ({ ...same, content: { ...same.content, labels: [{ label: 'specification', rule: 'no-outside' }] } }));
    const { visitor, dialog } = await openFor('hana', WORKSHOP_PAGE);
    await using _ = visitor;
    await typeAddress(dialog, 'To', 'ada@customer.example');
    await openPreview(dialog);
    await dialog.getByRole('heading', { name: 'This keeps the mail from being sent' }).waitFor();
    await dialog.getByText('Pages with the label “specification” may only go to people of this site.').first().waitFor();
    await dialog.getByRole('button', { name: 'Remove ada@customer.example' }).click();
    await pick(dialog, 'To', 'works', /workshop/);
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 5 recipients.');
    // One of them hides their address, so the sender, who is in the group too, gets a mail that does not name it.
    const sent = await stage.mails(2);
    assert.deepEqual(sent.map(({ envelope }) => envelope.to.length).toSorted(), [1, 4]);
    assert.equal(await refusalOfSending(stage.site, 'hana', WORKSHOP_PAGE, ['ada@customer.example']), 'LABEL_FORBIDS_OUTSIDE');
  });

  test('a restricted page that may not be sent says so instead of the form', async () => {
    await policy((same) => ({ ...same, content: { ...same.content, restrictedPages: 'refuse' } }));
    await using visitor = await stage.visit('mira');
    await openPage(visitor.page, stage.site, RESTRICTED);
    const dialog = await openRefused(visitor.page, 'You cannot send this page');
    await dialog.getByText('Pages with view restrictions may not be sent.').waitFor();
    assert.equal(await refusalOfSending(stage.site, 'mira', RESTRICTED, ['hana@harbour.example']), 'RESTRICTED_PAGE');
    await stage.mails(0);
  });

  test('a space that is switched off sends nothing while the others go on', async () => {
    const { exceptions } = await call(stage.site, 'mira', 'site-policy/get', {});
    const set = [{ ...INST, enabled: false }];
    await call(stage.site, 'mira', 'site-policy/save-exceptions', { revision: exceptions.revision, set });
    try {
      await using visitor = await stage.visit('hana');
      await openPage(visitor.page, stage.site, WORKSHOP_PAGE);
      await openRefused(visitor.page, 'You cannot send this page');
      await openPage(visitor.page, stage.site, HOUSE_PAGE);
      await openDialog(visitor.page);
      assert.match((await refusalOfSending(stage.site, 'hana', WORKSHOP_PAGE, ['one@example.org'])) ?? '', /^SENDING_OFF/);
    } finally {
      const remove = [INST.spaceId];
      await call(stage.site, 'mira', 'site-policy/save-exceptions', { revision: exceptions.revision + 1, remove });
    }
  });

  test('what one person may send in a day is told before it is used up, and the last mail is the last', async () => {
    await policy((same) => ({ ...same, limits: { ...same.limits, mailsPerPersonAndDay: 1 } }));
    await using visitor = await stage.visit('friederike');
    await openPage(visitor.page, stage.site, HOUSE_PAGE);
    const dialog = await openDialog(visitor.page, 'de');
    await dialog.getByText('Sie können heute noch 1 Mail senden.').waitFor();
    assert.equal(await refusalOfSending(stage.site, 'friederike', HOUSE_PAGE, ['one@example.org']), undefined);
    await stage.mails(1);
    assert.equal(await refusalOfSending(stage.site, 'friederike', HOUSE_PAGE, ['two@example.org']), 'DAILY_LIMIT');
  });

  test('with more recipients than one mail may have, everybody gets a mail that names nobody else', async () => {
    await policy((same) => ({ ...same, limits: { ...same.limits, recipientsPerMail: 1 } }));
    const { visitor, dialog } = await openFor('hana', HOUSE_PAGE);
    await using _ = visitor;
    await typeAddress(dialog, 'To', 'one@example.org, two@example.org');
    assert.equal((await chosen(dialog, 'To')).length, 2);
    await openPreview(dialog);
    await dialog.getByText('Everybody gets a mail of their own; recipients do not see each other.').waitFor();
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 2 recipients.');
    for (const message of await stage.mails(2)) {
      const [own] = message.envelope.to;
      assert.equal(message.envelope.to.length, 1);
      const text = Buffer.from(message.raw).toString('latin1');
      for (const each of ['one@example.org', 'two@example.org'])
        assert.equal(text.includes(each), each === own, `${each} in the mail to ${own}`);
    }
  });
});
