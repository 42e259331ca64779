import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LocalSite, startLocalSite } from '#local/site';
import { browserMissing, openBrowser, type TestBrowser } from '#test/e2e/browser';
import { openDialog, openPage, send, typeAddress, waitForHeading, waitForResult } from '#test/e2e/dialog';
import { openSiteSettings, save } from '#test/e2e/settings-pages';
import { fileBytes } from '#test/e2e/stage';
import { bytesOf, mailbox, parseMail } from '#test/postfix/rig';
import { ACCOUNT, type PostfixServer, postfixMissing, startPostfix } from '#test/support/postfix';

const TIDE_CLOCK = '120002';

describe('from the page through Postfix into a mailbox', { skip: postfixMissing() ?? browserMissing() }, () => {
  let postfix: PostfixServer;
  let site: LocalSite;
  let browser: TestBrowser;
  before(async () => {
    postfix = await startPostfix(['ada', 'bruno', 'hidden']);
    const relayEnv = { RELAY_ALLOW_PORTS: String(postfix.port), RELAY_EXTRA_CA: postfix.certificate };
    site = await startLocalSite({ port: 0, inboxPort: 0, queue: { delayFactor: 0.001 }, relayEnv });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.[Symbol.asyncDispose]();
    await site?.close();
    await postfix?.stop();
  });

  test('an administrator sets the account up and tests it; a page arrives with its picture and file', async () => {
    await using administrator = await browser.visit(site.url, 'mira');
    const settings = await openSiteSettings(administrator.page, site);
    await settings.getByLabel('Server', { exact: true }).fill('localhost');
    await settings.getByLabel('Security').selectOption('STARTTLS');
    await settings.getByLabel('Port').fill(String(postfix.port));
    await settings.getByLabel('User', { exact: true }).fill(ACCOUNT.user);
    await settings.getByLabel('Password', { exact: true }).fill(ACCOUNT.password);
    await settings.getByLabel('Sender address').fill(ACCOUNT.user);
    await settings.getByRole('button', { name: 'Test connection' }).click();
    await settings.getByText('The connection works.').first().waitFor();
    await save(settings);

    await using sender = await browser.visit(site.url, 'hana');
    await openPage(sender.page, site, TIDE_CLOCK);
    const dialog = await openDialog(sender.page);
    await dialog.getByRole('button', { name: 'Bcc', exact: true }).click();
    await typeAddress(dialog, 'To', `Ada Lindgren <${mailbox('ada')}>, ${mailbox('nobody')}, ${mailbox('bruno')}`);
    await typeAddress(dialog, 'Bcc', mailbox('hidden'));
    await dialog.getByRole('checkbox', { name: /drawing set\.pdf/ }).check();
    await send(dialog);
    await waitForHeading(dialog, 'The mail did not reach everybody.');
    await waitForResult(dialog, mailbox('nobody'), 'Not sent');
    for (const name of ['ada', 'bruno', 'hidden']) await waitForResult(dialog, mailbox(name), 'Sent');

    for (const name of ['ada', 'bruno', 'hidden']) {
      const [raw, ...more] = await postfix.mailbox(name, 1);
      assert.ok(raw);
      assert.equal(more.length, 0);
      assert.ok(
        !raw
          .toString('latin1')
          .replace(/^(Delivered-To|X-Original-To): .*$/gm, '')
          .includes('hidden@'),
        'no header names the Bcc recipient',
      );
      const mail = await parseMail(raw);
      assert.equal(mail.from?.address, ACCOUNT.user);
      assert.equal(mail.subject, 'Tide clock Mk III: specification');
      const file = mail.attachments.find(({ filename }) => filename === 'Tide clock Mk III – drawing set.pdf');
      assert.ok(bytesOf(file?.content).equals(await fileBytes(site, 'att900205')), 'the file is byte-identical');
      const cids = [...(mail.html ?? '').matchAll(/src="cid:([^"]+)"/g)].map(([, cid]) => `<${cid}>`);
      assert.ok(cids.length > 0);
      for (const cid of cids)
        assert.ok(
          mail.attachments.some(({ contentId }) => contentId === cid),
          `${cid} is in the mail`,
        );
    }
  });
});
