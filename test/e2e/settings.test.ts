import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { FROM_ADDRESS, INBOX_LOGIN } from '#local/seed';
import { browserMissing, eventually } from '#test/e2e/browser';
import { openDialog, openPage, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { openSiteSettings, save, typePassword } from '#test/e2e/settings-pages';
import { parseMail, suiteStage } from '#test/e2e/stage';

const HOUSE_PAGE = '110003';
const WORKSHOP_PAGE = '120002';

describe('settings', { skip: browserMissing() }, () => {
  // A connection kept from an earlier mail would not log in anew.
  const stage = suiteStage({ relayEnv: { RELAY_POOL_IDLE_SECONDS: '0' } });

  test('the connection test shows each step with the certificate, and a test mail arrives', async () => {
    await using visitor = await stage.visit('mira');
    const frame = await openSiteSettings(visitor.page, stage.site);
    await frame.getByText(/The relay answers/).waitFor();
    await frame.getByRole('button', { name: 'Test connection' }).click();
    await frame.getByText('The connection works.').first().waitFor();
    const steps = frame.getByRole('list', { name: 'Steps of the connection test' }).getByRole('listitem');
    const texts = await steps.allTextContents();
    assert.equal(texts.length, 4);
    for (const text of texts) assert.match(text, /Done/);
    assert.match(texts[2] ?? '', /localhost/, 'the certificate’s subject');
    assert.match(texts[2] ?? '', /Valid until.*20\d\d/, 'and its expiry');
    await frame.getByRole('button', { name: 'Send a test mail to me' }).click();
    await frame.getByText('The mail server took the test mail.').waitFor();
    const [message] = await stage.mails(1);
    assert.deepEqual(message?.envelope.to, ['mira@harbour.example']);
    assert.equal(message?.envelope.from, FROM_ADDRESS);
  });

  /** A wheel turned again while the page still moves would be told of a place it is leaving. */
  async function scrollingEnds(page: Page): Promise<void> {
    const top = () => page.evaluate(() => document.scrollingElement?.scrollTop ?? 0);
    for (let before = -1, now = await top(); now !== before; ) {
      await page.waitForTimeout(400);
      [before, now] = [now, await top()];
    }
  }

  test('Save stays in sight on every tab and wherever the page is scrolled to', async () => {
    await using visitor = await stage.visit('mira');
    const { page } = visitor;
    const frame = await openSiteSettings(page, stage.site);
    const button = frame.getByRole('button', { name: 'Save', exact: true });
    const isInSight = async () => {
      const box = await button.boundingBox();
      return box !== null && box.y > 0 && box.y + box.height <= 900;
    };
    for (const tab of ['Mail accounts', 'Policy', 'Appearance']) {
      await frame.getByRole('tab', { name: tab }).click();
      await eventually(`Save in sight on ${tab}`, isInSight);
      await page.mouse.move(640, 500);
      for (const down of [300, 5000, -200, -9000]) {
        await page.mouse.wheel(0, down);
        await scrollingEnds(page);
        await eventually(`Save in sight on ${tab} after scrolling by ${down}`, isInSight);
      }
    }
    await frame.getByLabel('Accent colour', { exact: true }).fill('#ff0');
    await frame.getByText('Enter a colour as # and six digits').waitFor();
    assert.equal(await frame.getByLabel('Accent colour', { exact: true }).getAttribute('aria-invalid'), 'true');
  });

  test('a wrong password fails the login step with words that help, and nothing else', async () => {
    await using visitor = await stage.visit('mira');
    const frame = await openSiteSettings(visitor.page, stage.site);
    await typePassword(frame, 'wrong');
    await frame.getByRole('button', { name: 'Test connection' }).click();
    const steps = frame.getByRole('list', { name: 'Steps of the connection test' }).getByRole('listitem');
    await steps.filter({ hasText: 'The mail server did not accept user and password.' }).waitFor();
    const texts = await steps.allTextContents();
    assert.deepEqual(
      texts.map((text) => /Done|Failed|Skipped/.exec(text)?.[0]),
      ['Done', 'Done', 'Done', 'Failed'],
    );
    await frame.getByRole('button', { name: 'Send a test mail to me' }).click();
    await frame.getByText('The test mail was not sent').waitFor();
    await stage.mails(0);
  });

  test('what is saved stays, changes the next mail, and the password need not be typed again', async () => {
    await using visitor = await stage.visit('mira');
    const frame = await openSiteSettings(visitor.page, stage.site);
    await frame.getByLabel('Sender name').fill('Harbour Notices');
    await frame.getByRole('tab', { name: 'Appearance' }).click();
    await save(frame);
    await frame.getByRole('tab', { name: 'Appearance' }).click();
    await frame.getByLabel('Subject prefix').fill('[Harbour]');
    await save(frame);
    const again = await openSiteSettings(visitor.page, stage.site);
    assert.equal(await again.getByLabel('Sender name').inputValue(), 'Harbour Notices');
    await again.getByText(/^Saved.*never shown/).waitFor();
    await again.getByRole('tab', { name: 'Appearance' }).click();
    assert.equal(await again.getByLabel('Subject prefix').inputValue(), '[Harbour]');

    await openPage(visitor.page, stage.site, HOUSE_PAGE);
    const dialog = await openDialog(visitor.page);
    await typeAddress(dialog, 'To', 'one@example.org');
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 1 recipient.');
    const [message] = await stage.mails(1);
    const mail = await parseMail(message?.raw ?? new Uint8Array());
    assert.equal(mail.from?.name, 'Harbour Notices');
    assert.match(mail.subject ?? '', /^\[Harbour\] \S/);
    assert.ok(!mail.subject?.includes('[Harbour] [Harbour]'));
  });

  test('a password that stopped working fails the mail with the reason; with the right one Try again sends it', async () => {
    stage.site.smtp.setLogin(INBOX_LOGIN.user, 'changed elsewhere');
    await using visitor = await stage.visit('hana');
    await openPage(visitor.page, stage.site, HOUSE_PAGE);
    const dialog = await openDialog(visitor.page);
    await typeAddress(dialog, 'To', 'one@example.org');
    await send(dialog);
    await waitForHeading(dialog, 'The mail was not sent.');
    await dialog.getByText('The mail server did not accept user and password.').first().waitFor();
    await using administrator = await stage.visit('mira');
    const frame = await openSiteSettings(administrator.page, stage.site);
    await typePassword(frame, 'changed elsewhere');
    await save(frame);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await waitForHeading(dialog, 'The mail was sent to 1 recipient.');
    await stage.mails(1);
    const back = await openSiteSettings(administrator.page, stage.site);
    await typePassword(back, INBOX_LOGIN.password);
    await save(back);
  });

  test('a space sends from an account of its own, the others stay with the site’s', async () => {
    await using visitor = await stage.visit('jonas');
    await visitor.page.goto(stage.site.url);
    const frame = await openSpaceSettingsInGerman();
    await frame.getByRole('radio', { name: 'Ein eigenes Konto für diesen Bereich' }).check();
    await frame.getByLabel('Server', { exact: true }).fill('localhost');
    await frame.getByLabel('Sicherheit').selectOption('STARTTLS');
    await frame.getByLabel('Port').fill(String(stage.site.smtpPort));
    await frame.getByLabel('Benutzer', { exact: true }).fill(INBOX_LOGIN.user);
    await frame.getByLabel('Passwort', { exact: true }).fill(INBOX_LOGIN.password);
    await frame.getByLabel('Absenderadresse').fill('workshop@harbour.example');
    await frame.getByRole('button', { name: 'Speichern', exact: true }).click();
    await frame.getByText('Gespeichert.', { exact: true }).first().waitFor();
    for (const [contentId, from] of [
      [WORKSHOP_PAGE, 'workshop@harbour.example'],
      [HOUSE_PAGE, FROM_ADDRESS],
    ] as const) {
      stage.site.inbox.clear();
      await using sender = await stage.visit('hana');
      await openPage(sender.page, stage.site, contentId);
      const dialog = await openDialog(sender.page);
      await typeAddress(dialog, 'To', 'one@example.org');
      await send(dialog);
      await waitForHeading(dialog, 'The mail was sent to 1 recipient.');
      const [message] = await stage.mails(1);
      assert.equal(message?.envelope.from, from);
    }

    async function openSpaceSettingsInGerman() {
      const { page } = visitor;
      await page.goto(`${stage.site.url}/wiki/spaces/INST/settings`);
      await page.getByRole('navigation').getByRole('link', { name: 'Pagemail' }).click();
      const shown = page.getByRole('main').locator('iframe').contentFrame();
      await shown.getByRole('radio', { name: 'Ein eigenes Konto für diesen Bereich' }).waitFor();
      return shown;
    }
  });

  test('settings are for administrators: others are not led to them and the functions refuse', async () => {
    await using visitor = await stage.visit('hana');
    assert.equal(await visitor.page.getByRole('link', { name: 'Administration' }).count(), 0);
    for (const [moduleKey, functionKey, place] of [
      ['site-settings', 'site-settings/get', {}],
      ['space-settings', 'space-settings/get', { spaceKey: 'INST' }],
    ] as const) {
      const answer = await stage.site
        .invoke('hana', moduleKey, functionKey, {}, place)
        .catch((error: Error) => ({ ok: false, refused: error.message }));
      assert.equal((answer as { ok: boolean }).ok, false, functionKey);
    }
  });

  test('no answer to the browser and no line of the log holds the password', async () => {
    await using visitor = await stage.visit('mira');
    const answers: string[] = [];
    visitor.page.on('response', async (response) => {
      if (response.url().includes('/_forge/')) answers.push(await response.text().catch(() => ''));
    });
    const frame = await openSiteSettings(visitor.page, stage.site);
    await frame.getByRole('button', { name: 'Test connection' }).click();
    await frame.getByText('The connection works.').first().waitFor();
    assert.ok(answers.length > 2);
    assert.ok(!answers.join('').includes(INBOX_LOGIN.password));
  });
});
