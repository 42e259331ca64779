import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { appFrame, browserMissing, call, openDialog, openStage, type Stage } from '#test/local-shell/rig';
import { pressToLeave } from '#test/support/chromium';

const PAGE = '/wiki/spaces/HOUSE/pages/110002/x';

describe('the bridge between the shell and the app', { skip: browserMissing }, () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const dialog = async (page?: Page) => {
    const opened = page ?? (await stage.open(PAGE));
    return { page: opened, frame: await openDialog(opened) };
  };

  test('the app runs in a sandboxed frame of another origin that cannot open windows', async () => {
    const { page, frame } = await dialog();
    assert.equal(new URL(frame.url()).hostname, '127.0.0.1');
    const sandbox = (await page.locator('iframe.app-frame').getAttribute('sandbox'))?.split(' ').sort();
    assert.deepEqual(sandbox, [
      'allow-downloads',
      'allow-forms',
      'allow-modals',
      'allow-pointer-lock',
      'allow-same-origin',
      'allow-scripts',
    ]);
    await page.context().close();
  });

  test('invoke hands the function, its payload and the place to the host', async () => {
    const { page, frame } = await dialog();
    assert.deepEqual(await call(frame, 'invoke', { functionKey: 'send/open', payload: { a: 1 } }), {
      functionKey: 'send/open',
      payload: { a: 1 },
    });
    assert.deepEqual(stage.asked.at(-1)?.body, {
      moduleKey: 'send-page',
      place: { contentId: '110002', spaceKey: 'HOUSE' },
      functionKey: 'send/open',
      payload: { a: 1 },
    });
    const wrapped = await call(frame, 'invoke', { functionKey: 'x', metadata: { rateLimitProperties: true } });
    assert.deepEqual(wrapped, { body: { functionKey: 'x' }, metadata: {} });
    await page.context().close();
  });

  test('a refusal of the host arrives with its sentence', async () => {
    const { page, frame } = await dialog();
    const answer = stage.answers.invoke;
    stage.answers.invoke = () => Response.json({ error: { message: 'Payload too large' } }, { status: 413 });
    assert.deepEqual(await call(frame, 'invoke', { functionKey: 'x' }), { refused: 'Payload too large' });
    assert.ok(answer);
    stage.answers.invoke = answer;
    await page.context().close();
  });

  test('an unknown command is refused by its name, also one that every object has', async () => {
    const { page, frame } = await dialog();
    for (const command of ['openRovo', 'constructor', '__proto__']) {
      assert.deepEqual(await call(frame, command), { refused: `The local site does not offer the bridge command ${command}` });
    }
    await page.context().close();
  });

  test('getContext tells language and place, and the theme once it is asked for', async () => {
    const { page, frame } = await dialog();
    assert.equal(((await call(frame, 'getContext')) as { theme: unknown }).theme, null);
    await call(frame, 'enableTheming');
    const context = (await call(frame, 'getContext')) as { locale: string; theme: { colorMode: string } };
    assert.equal(context.locale, 'en-US');
    assert.equal(context.theme.colorMode, 'light');
    await page.context().close();
  });

  test('theming puts the tokens on the page and follows the switch', async () => {
    const { page, frame } = await dialog();
    await call(frame, 'enableTheming');
    const look = () =>
      frame.evaluate(() => [
        document.documentElement.dataset.colorMode,
        getComputedStyle(document.documentElement).getPropertyValue('--ds-surface').trim(),
      ]);
    const [light, lightSurface] = await look();
    assert.equal(light, 'light');
    assert.match(lightSurface ?? '', /^#/);
    await page.locator('[data-theme-switch]').evaluate((button) => (button as HTMLElement).click());
    await frame.waitForFunction(() => document.documentElement.dataset.colorMode === 'dark');
    assert.notEqual((await look())[1], lightSurface);
    await page.context().close();
  });

  test('fetchProduct brings binary bodies as the platform does', async () => {
    const { page, frame } = await dialog();
    const result = await call(frame, 'fetchProduct', {
      product: 'confluence',
      restPath: '/wiki/x',
      fetchRequestInit: { method: 'GET', headers: [] },
    });
    assert.deepEqual(result, {
      body: btoa('bytes'),
      headers: { 'content-type': 'image/png' },
      status: 200,
      statusText: 'OK',
      isAttachment: true,
    });
    assert.equal(stage.asked.at(-1)?.body.restPath, '/wiki/x');
    await page.context().close();
  });

  test('close ends the dialog, calls onClose and gives the focus back', async () => {
    const { page, frame } = await dialog();
    await frame.evaluate(() => {
      const { callBridge } = (globalThis as unknown as { __bridge: { callBridge(command: string, payload?: unknown): Promise<unknown> } })
        .__bridge;
      return callBridge('onClose', () => callBridge('changeWindowTitle', 'it closed'));
    });
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'More actions');
    const second = await openDialog(page);
    await call(second, 'close').catch(() => undefined);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('Escape closes the dialog from outside and from inside the frame, unless the app used it', async () => {
    const { page, frame } = await dialog();
    await frame.evaluate(() => document.querySelector('button')?.addEventListener('keydown', (event) => event.preventDefault()));
    await frame.getByRole('button').press('Escape');
    await call(frame, 'getFrameId');
    assert.equal(await page.getByRole('dialog').count(), 1);
    await frame.getByRole('button').evaluate((button) => button.blur());
    pressToLeave(page, 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await openDialog(page);
    await page.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('a click beside the dialog of an action does not close it', async () => {
    const { page } = await dialog();
    await page.mouse.click(10, 450);
    assert.equal(await page.getByRole('dialog').count(), 1);
    await page.context().close();
  });

  test('the shell and the app change places when the site is opened by its other name', async () => {
    const { page } = await dialog();
    await page.goto(page.url().replace('localhost', '127.0.0.1'));
    const frame = await openDialog(page);
    assert.equal(new URL(frame.url()).hostname, 'localhost');
    assert.deepEqual(await call(frame, 'invoke', { functionKey: 'x' }), { functionKey: 'x' });
    await page.context().close();
  });

  test('while the dialog is open, Tab stays in it', async () => {
    const { page } = await dialog();
    for (let press = 0; press < 6; press += 1) {
      await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null));
    }
    await page.context().close();
  });

  test('openModal opens a modal of the app with its context and reports its result', async () => {
    const { page, frame } = await dialog();
    await frame.evaluate(() => {
      const { callBridge } = (globalThis as unknown as { __bridge: { callBridge(command: string, payload?: unknown): Promise<unknown> } })
        .__bridge;
      return callBridge('openModal', {
        resource: null,
        size: 'small',
        title: 'Second',
        context: { answer: 42 },
        onClose: (result: unknown) => Object.assign(globalThis, { result }),
      });
    });
    const inner = await appFrame(page, 1);
    const context = (await call(inner, 'getContext')) as { extension: { modal: unknown } };
    assert.deepEqual(context.extension.modal, { answer: 42 });
    assert.equal(
      await page
        .getByRole('dialog', { name: 'Second' })
        .locator('.modal-box')
        .evaluate((box) => box.clientWidth),
      400,
    );
    await call(inner, 'submit', { chosen: true }).catch(() => undefined);
    await frame.waitForFunction(() => 'result' in globalThis);
    assert.deepEqual(await frame.evaluate(() => (globalThis as unknown as { result: unknown }).result), { chosen: true });
    await page.context().close();
  });

  test('flags show, act and close, above a modal too', async () => {
    const { page, frame } = await dialog();
    await frame.evaluate(() => {
      const { callBridge } = (globalThis as unknown as { __bridge: { callBridge(command: string, payload?: unknown): Promise<unknown> } })
        .__bridge;
      return callBridge('showFlag', {
        id: 'sent',
        title: 'Sent',
        description: 'To three people',
        type: 'success',
        actions: [{ text: 'Undo', onClick: () => Object.assign(globalThis, { undone: true }) }],
      });
    });
    const flag = page.locator('.flag', { hasText: 'To three people' });
    await flag.getByRole('button', { name: 'Undo' }).click();
    await frame.waitForFunction(() => 'undone' in globalThis);
    await page.getByRole('button', { name: 'Close' }).click();
    assert.equal(await flag.count(), 1, 'a flag outlives its dialog');
    const again = await openDialog(page);
    assert.equal(await call(again, 'closeFlag', { id: 'sent' }), true);
    assert.equal(await flag.count(), 0);
    await page.context().close();
  });

  test('events reach every listener until it unsubscribes', async () => {
    const { page, frame } = await dialog();
    const heard = await frame.evaluate(async () => {
      const { callBridge } = (globalThis as unknown as { __bridge: { callBridge(command: string, payload?: unknown): Promise<unknown> } })
        .__bridge;
      const got: unknown[] = [];
      const subscription = (await callBridge('on', { event: 'tide', callback: (payload: unknown) => got.push(payload) })) as {
        unsubscribe(): void;
      };
      await callBridge('emit', { event: 'tide', payload: 'high' });
      await callBridge('emit', { event: 'other', payload: 'no' });
      await callBridge('getFrameId');
      subscription.unsubscribe();
      await callBridge('emit', { event: 'tide', payload: 'low' });
      await callBridge('getFrameId');
      return got;
    });
    assert.deepEqual(heard, ['high']);
    await page.context().close();
  });

  test('navigate and getUrl know pages and refuse addresses that run scripts', async () => {
    const { page, frame } = await dialog();
    assert.equal(
      await call(frame, 'getUrl', { target: 'contentView', contentId: '120002' }),
      `${stage.url}/wiki/pages/viewpage.action?pageId=120002`,
    );
    assert.deepEqual(await call(frame, 'navigate', { url: 'javascript:alert(1)', type: 'same-tab' }), {
      refused: 'An app may not lead to javascript:',
    });
    assert.deepEqual(await call(frame, 'getUrl', { target: 'dashboard' }), {
      refused: 'Navigation target dashboard is not offered by the local site',
    });
    await call(frame, 'navigate', { target: 'contentView', contentId: '120003', type: 'same-tab' }).catch(() => undefined);
    await page.waitForURL('**/pages/120003/**');
    await page.context().close();
  });

  test('a settings page shows the module in place, lets it grow, and it cannot be closed', async () => {
    const page = await stage.open('/wiki/spaces/INST/settings/apps/a/b/mail', 'jonas');
    const frame = await appFrame(page);
    assert.equal(await call(frame, 'close'), false);
    await frame.evaluate(() => document.body.append(Object.assign(document.createElement('div'), { style: 'height:1500px' })));
    await page.waitForFunction(() => (document.querySelector('iframe.app-frame')?.clientHeight ?? 0) > 1500);
    await page.context().close();
  });

  test('an administrator must agree before the app sends data to another address', async () => {
    const page = await stage.open('/wiki/admin/apps/a/b/site-settings');
    const frame = await appFrame(page);
    const set = () =>
      call(frame, '__permission__remoteSet', { remotes: [{ key: 'relay', configured: { endpoint: 'https://new.example.org' } }] });
    const before = stage.asked.length;
    const refused = set();
    await page
      .getByRole('dialog', { name: /Pagemail/ })
      .getByText('https://new.example.org')
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.deepEqual(await refused, { refused: 'The administrator did not agree' });
    assert.equal(stage.asked.length, before);
    const agreed = set();
    await page.getByRole('button', { name: 'Allow' }).click();
    assert.equal(await agreed, undefined);
    assert.equal(stage.asked.at(-1)?.path, 'remote/set');
    await page.context().close();
  });

  test('nobody but an administrator is asked to agree', async () => {
    const page = await stage.open(PAGE, 'hana');
    const frame = await openDialog(page);
    const before = stage.asked.length;
    assert.match(JSON.stringify(await call(frame, '__permission__remoteSet', { remotes: [] })), /Only administrators/);
    assert.equal(stage.asked.length, before);
    await page.context().close();
  });

  test('messages from any other window or origin are not heard', async () => {
    const { page } = await dialog();
    const before = stage.asked.length;
    await page.evaluate(() => postMessage({ pagemail: 'call', id: 1, command: 'invoke', payload: { functionKey: 'x' } }, '*'));
    const other = page.frames()[1];
    assert.ok(other);
    // A frame inside the app's frame has the app's origin, but is no frame of the shell's.
    await other.evaluate(async () => {
      const inner = document.createElement('iframe');
      document.body.append(inner);
      (inner.contentWindow as unknown as { eval(code: string): void }).eval(
        `top.postMessage({ pagemail: 'call', id: 2, command: 'invoke', payload: { functionKey: 'y' } }, '*')`,
      );
    });
    await call(other, 'getFrameId');
    assert.equal(stage.asked.length, before);
    await page.context().close();
  });
});
