import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browserMissing, openDialog, openStage, type Stage, seriousFindings } from '#test/local-shell/rig';

const PATHS = [
  '/wiki/home',
  '/wiki/people',
  '/wiki/spaces/HOUSE/overview',
  '/wiki/spaces/HOUSE/pages/110002/x',
  '/wiki/spaces/HOUSE/pages/110003/x',
  '/wiki/spaces/HOUSE/pages/110004/x',
  '/wiki/spaces/INST/pages/120002/x',
  '/wiki/spaces/INST/pages/120003/x',
  '/wiki/spaces/INST/pages/120004/x',
  '/wiki/spaces/INST/pages/120005/x',
  '/wiki/spaces/INST/settings',
  '/wiki/admin/apps',
  '/wiki/admin/connected-apps',
  '/wiki/admin/users',
  '/wiki/pages/viewpageattachments.action?pageId=120008',
  '/wiki/nowhere',
];

describe('the shell for everybody', { skip: browserMissing }, () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  for (const theme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious in the ${theme} theme`, async () => {
      const page = await stage.open('/wiki/home', 'mira', theme);
      for (const path of PATHS) {
        await page.goto(stage.url + path);
        assert.deepEqual(await seriousFindings(page), [], path);
      }
      await page.goto(`${stage.url}${PATHS[2]}`);
      await page
        .getByRole('banner')
        .getByRole('button', { name: /Signed in as/ })
        .click();
      assert.deepEqual(await seriousFindings(page), [], 'menu of people');
      await page.keyboard.press('Escape');
      await openDialog(page);
      assert.deepEqual(await seriousFindings(page), [], 'dialog');
      await page.context().close();
    });
  }

  test('the actions of a page can be chosen by keyboard alone', async () => {
    const page = await stage.open('/wiki/spaces/HOUSE/pages/110002/x');
    const button = page.getByRole('button', { name: 'More actions' });
    await button.focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('Escape');
    assert.equal(await button.getAttribute('aria-expanded'), 'false');
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'Send as mail');
    await page.keyboard.press('Home');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'Attachments');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Send as mail' }).waitFor();
    await page.context().close();
  });

  test('the menu at the top right changes who is signed in and stays on the page', async () => {
    const page = await stage.open('/wiki/spaces/KIEL/overview');
    await page
      .getByRole('banner')
      .getByRole('button', { name: /Signed in as/ })
      .click();
    assert.ok(await page.getByRole('menuitemradio', { name: /Pavel/ }).isDisabled());
    await page.getByRole('menuitemradio', { name: /Friederike/ }).click();
    await page.getByRole('button', { name: /Angemeldet als Friederike Weiß/ }).waitFor();
    assert.match(page.url(), /KIEL\/overview$/);
    await page.context().close();
  });

  test('nothing is wider than a phone', async () => {
    const page = await stage.open('/wiki/home');
    await page.setViewportSize({ width: 375, height: 700 });
    for (const path of PATHS) {
      await page.goto(stage.url + path);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 375, path);
    }
    await page.context().close();
  });

  test('without a choice the theme is the one that the system prefers', async () => {
    const context = await stage.browser.newContext({ colorScheme: 'dark' });
    const page = await context.newPage();
    await page.goto(`${stage.url}/wiki/home`);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.colorMode), 'dark');
    await page.getByRole('button', { name: 'Switch to light theme' }).click();
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.colorMode), 'light');
    await context.close();
  });

  test('an administrator changes the address of a remote in the list of connected apps', async () => {
    const page = await stage.open('/wiki/admin/connected-apps');
    await page.getByLabel('Address').fill('https://relay2.example.org');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    assert.deepEqual(stage.asked.at(-1), {
      path: 'remote/set',
      body: { remotes: [{ key: 'relay', configured: { endpoint: 'https://relay2.example.org' } }] },
    });
    await page.context().close();
  });
});
