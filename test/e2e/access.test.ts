import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { browserMissing } from '#test/e2e/browser';
import { openDialog, openPage, openPreview, openRefused, send, typeAddress, waitForHeading } from '#test/e2e/dialog';
import { changeSite } from '#test/e2e/functions';
import { type Stage, suiteStage } from '#test/e2e/stage';

const PAGE = '110003';
/** A page that only Mira and Jonas may view. */
const RESTRICTED = '110005';

/** A script's call of a resolver, as this person. */
async function invoke(stage: Stage, username: string, functionKey: string, payload: unknown, contentId: string) {
  const answer = await fetch(`${stage.site.url}/_local/invoke`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${username}:any`).toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ module: 'send-page', functionKey, payload, context: { contentId } }),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as { ok?: boolean; value?: Record<string, unknown>; error?: { code?: string } },
  };
}

describe('who may see and send what', { skip: browserMissing() }, () => {
  const stage = suiteStage();

  test('a restricted page is not there for others, neither in the browser nor for the app', async () => {
    await using visitor = await stage.visit('hana');
    await openPage(visitor.page, stage.site, RESTRICTED);
    await visitor.page.getByText('This page does not exist, or you may not view it').waitFor();
    const open = await invoke(stage, 'hana', 'send/open', {}, RESTRICTED);
    assert.notEqual(open.body.ok, true, JSON.stringify(open.body));
    const draft = { to: [{ kind: 'address', address: 'one@example.org' }], subject: 'stolen' };
    const submitted = await invoke(stage, 'hana', 'send/submit', { draft, idempotencyKey: crypto.randomUUID() }, RESTRICTED);
    assert.notEqual(submitted.body.ok, true, JSON.stringify(submitted.body));
    await stage.mails(0);
  });

  test('one who may view a restricted page is warned that others will read it in the mail', async () => {
    await using visitor = await stage.visit('mira');
    await openPage(visitor.page, stage.site, RESTRICTED);
    const dialog = await openDialog(visitor.page);
    await typeAddress(dialog, 'To', 'hana@harbour.example, outside@customer.example');
    await openPreview(dialog);
    await dialog.getByText('Only some people may view this page. By mail, others will read it too.').waitFor();
    await dialog.getByText(/outside your site: .*outside@customer\.example/).waitFor();
  });

  test('another person’s mail cannot be followed or tried again; a site administrator may follow it', async () => {
    stage.site.smtp.refuse('one@example.org');
    const draft = { to: [{ kind: 'address', address: 'one@example.org' }], subject: 'Mine' };
    const submitted = await invoke(stage, 'tomas', 'send/submit', { draft, idempotencyKey: crypto.randomUUID() }, PAGE);
    const jobId = submitted.body.value?.['jobId'];
    assert.equal(typeof jobId, 'string', JSON.stringify(submitted.body));
    await stage.site.host.queue.idle();
    for (const functionKey of ['send/status', 'send/retry']) {
      const { body } = await invoke(stage, 'hana', functionKey, { jobId }, PAGE);
      assert.equal(body.ok, false);
      assert.equal(body.error?.code, 'JOB_NOT_FOUND');
    }
    const own = await invoke(stage, 'tomas', 'send/status', { jobId }, PAGE);
    assert.equal(own.body.value?.['state'], 'failed', JSON.stringify(own.body));
    assert.equal((await invoke(stage, 'mira', 'send/status', { jobId }, PAGE)).body.ok, true);
  });

  test('nobody can call without a name of the demo, and a deactivated account is none', async () => {
    assert.equal((await invoke(stage, 'nobody', 'send/open', {}, PAGE)).status, 401);
    assert.equal((await invoke(stage, 'pavel', 'send/open', {}, PAGE)).status, 401);
  });

  test('who is in no group that may send reads why in the dialog, and the back end refuses too', async () => {
    await using visitor = await stage.visit('leila');
    await openPage(visitor.page, stage.site, PAGE);
    const dialog = await openRefused(visitor.page, 'You cannot send this page');
    await dialog
      .getByText(/workshop/)
      .first()
      .waitFor();
    const draft = { to: [{ kind: 'address', address: 'one@example.org' }], subject: 'anyway' };
    const { body } = await invoke(stage, 'leila', 'send/submit', { draft, idempotencyKey: crypto.randomUUID() }, PAGE);
    assert.equal(body.error?.code, 'NOT_IN_ALLOWED_GROUP');
    await stage.mails(0);
  });

  test('where sending is switched off, the dialog says so and whom to ask', async () => {
    await changeSite(stage.site, () => ({ enabled: false }));
    try {
      await using visitor = await stage.visit('leila');
      await openPage(visitor.page, stage.site, PAGE);
      const dialog = await openRefused(visitor.page, 'You cannot send this page');
      await dialog.getByText('Ask ').first().waitFor();
      assert.equal(await dialog.getByRole('button', { name: 'Send', exact: true }).count(), 0);
      const draft = { to: [{ kind: 'address', address: 'one@example.org' }], subject: 'anyway' };
      const { body } = await invoke(stage, 'leila', 'send/submit', { draft, idempotencyKey: crypto.randomUUID() }, PAGE);
      assert.equal(body.ok, false);
    } finally {
      await changeSite(stage.site, () => ({ enabled: true }));
    }
    await stage.mails(0);
  });

  test('an address that its profile hides reaches the envelope and never the browser', async () => {
    await using visitor = await stage.visit('hana');
    const seen: string[] = [];
    visitor.page.on('response', async (response) => {
      if (response.url().includes('/_forge/')) seen.push(await response.text().catch(() => ''));
    });
    await openPage(visitor.page, stage.site, PAGE);
    const dialog = await openDialog(visitor.page);
    await dialog.getByRole('combobox', { name: 'To' }).fill('Oluwaseun');
    await dialog.getByRole('option', { name: /Oluwaseun Adeyemi/ }).click();
    await openPreview(dialog);
    await dialog.getByText('1 recipient').waitFor();
    await send(dialog);
    await waitForHeading(dialog, 'The mail was sent to 1 recipient.');
    const [message] = await stage.mails(1);
    assert.deepEqual(message?.envelope.to, ['seun.adeyemi@example.net']);
    assert.ok(seen.length >= 4, 'the answers of the app were looked at');
    assert.ok(!seen.join('').includes('seun.adeyemi'), 'no answer to the browser holds the address');
  });
});
