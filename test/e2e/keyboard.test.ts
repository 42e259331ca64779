import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FrameLocator, Page } from 'playwright-core';
import { browserMissing, eventually, frameIn } from '#test/e2e/browser';
import { chosen, openPage, waitForHeading } from '#test/e2e/dialog';
import { suiteStage } from '#test/e2e/stage';
import { pressToLeave } from '#test/support/chromium';

const TIDE_CLOCK = '120002';

/** Name and role of what has the focus inside the app's frame. */
const focused = (dialog: FrameLocator): Promise<string> =>
  dialog.locator('body').evaluate(({ ownerDocument: { activeElement: at } }) => {
    const label = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at.labels?.[0]?.textContent : undefined;
    return (label ?? at?.getAttribute('aria-label') ?? at?.textContent ?? '').trim();
  });

/** Presses Tab until the focus is on the element of this name. */
async function tabTo(page: Page, dialog: FrameLocator, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let left = 40; left > 0; left -= 1) {
    if (name.test(await focused(dialog))) return;
    passed.push(await focused(dialog));
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never reached ${name}: ${passed.join(' → ')}`);
}

describe('by keyboard alone', { skip: browserMissing() }, () => {
  const stage = suiteStage();

  async function openByKeyboard(page: Page): Promise<FrameLocator> {
    await openPage(page, stage.site, TIDE_CLOCK);
    await page.getByRole('button', { name: 'More actions' }).focus();
    await page.keyboard.press('Enter');
    const item = page.getByRole('menuitem', { name: 'Send as mail' });
    await item.waitFor();
    for (let left = 8; left > 0 && !(await item.evaluate((node) => node === document.activeElement)); left -= 1)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const dialog = frameIn(page);
    await dialog.getByRole('button', { name: 'Send', exact: true }).and(dialog.locator(':enabled')).waitFor();
    await eventually('the focus in To', async () => (await focused(dialog)) === 'To');
    return dialog;
  }

  test('a page is sent to a person and an address, with a file, and a wrong chip is taken out again', async () => {
    await using visitor = await stage.visit('hana');
    const { page } = visitor;
    const dialog = await openByKeyboard(page);
    await page.keyboard.type('Tom');
    await dialog.getByRole('option', { name: /Tomás Rivera/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('typo@@example.org');
    await page.keyboard.press('Enter');
    await page.keyboard.type('one@example.org,');
    assert.equal((await chosen(dialog, 'To')).length, 3);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Delete');
    assert.equal((await chosen(dialog, 'To')).length, 2);
    await tabTo(page, dialog, /^dial\.png/);
    await page.keyboard.press('Space');
    await tabTo(page, dialog, /^Send$/);
    await page.keyboard.press('Enter');
    await waitForHeading(dialog, 'The mail was sent to 2 recipients.');
    const [message] = await stage.mails(1);
    assert.deepEqual(message?.envelope.to.toSorted(), ['one@example.org', 'tomas@harbour.example']);
    await tabTo(page, dialog, /^Close$/);
    pressToLeave(page, 'Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(
      await page.getByRole('button', { name: 'More actions' }).evaluate((node) => node === document.activeElement),
      true,
      'the focus is back where it was',
    );
  });

  test('Escape asks before it throws away what was written', async () => {
    await using visitor = await stage.visit('hana');
    const { page } = visitor;
    const dialog = await openByKeyboard(page);
    await page.keyboard.type('one@example.org,');
    await page.keyboard.press('Escape');
    await dialog.getByRole('alertdialog', { name: 'Discard this mail?' }).waitFor();
    await page.keyboard.press('Enter');
    assert.equal((await chosen(dialog, 'To')).length, 1, 'Keep writing has the focus');
    await page.keyboard.press('Escape');
    await tabTo(page, dialog, /^Discard$/);
    pressToLeave(page, 'Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await stage.mails(0);
  });
});
