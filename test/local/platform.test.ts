import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ForgeRig, forgeRig, until } from '#test/local/rig';

const PAGE = '/wiki/api/v2/pages/100';
type Answer = { status: number; body: string };

/** One app for all tests that need nothing special. */
let rig: ForgeRig;
before(async () => {
  rig = await forgeRig();
});
after(() => rig[Symbol.asyncDispose]());

describe('functions on the platform’s stand-in', () => {
  test('a resolver learns from the platform who calls and where', async () => {
    const context: Record<string, unknown> = await rig.value('context', {}, 'olga');
    assert.equal(context['accountId'], 'acc:olga');
    assert.equal(context['moduleKey'], 'action');
    assert.equal(context['siteUrl'], 'http://localhost:1');
    assert.deepEqual(context['extension'], { content: { id: '100', type: 'page' }, type: 'confluence:contentAction' });
  });

  test('an error in a function reaches the caller as one opaque sentence and the log in full', async () => {
    const outcome = await rig.probe('throw');
    assert.deepEqual(outcome, { ok: false, status: 500, message: 'There was an error invoking the function' });
    assert.match(rig.log.map(({ text }) => text).join(), /a secret detail/);
  });

  test('a function that waits for ever is ended at its time limit', async () => {
    await using rig = await forgeRig({ timeLimits: { probe: 0.5 } });
    const outcome = await rig.probe('hang');
    assert.equal(outcome.ok, false);
    assert.equal(!outcome.ok && outcome.status, 504);
  });

  test('a function that never yields is ended at its time limit, and the next one runs', async () => {
    await using rig = await forgeRig({ timeLimits: { probe: 1 } });
    const outcome = await rig.probe('spin');
    assert.equal(!outcome.ok && outcome.status, 504);
    assert.equal(await rig.value('pid'), 1);
  });

  test('a warm worker is used again, and parallel calls each have their own', async () => {
    await using rig = await forgeRig();
    assert.equal(await rig.value('pid'), 1);
    assert.equal(await rig.value('pid'), 2);
    const runs = await Promise.all([rig.value('pid'), rig.value('pid'), rig.value('pid')]);
    assert.deepEqual([...runs].sort(), [1, 1, 3]);
  });

  test('a request of 500 KB passes and a larger one is refused', async () => {
    const room = 500 * 1024 - JSON.stringify({ functionKey: 'context', payload: { filler: '' } }).length;
    assert.equal((await rig.probe('context', { filler: 'x'.repeat(room) })).ok, true);
    const refused = await rig.probe('context', { filler: 'x'.repeat(room + 1) });
    assert.equal(!refused.ok && refused.status, 413);
  });

  test('a response of 5 MB passes and a larger one is refused', async () => {
    const limit = 5 * 1024 * 1024 - 2;
    assert.equal((await rig.probe('return', { chars: limit })).ok, true);
    const refused = await rig.probe('return', { chars: limit + 1 });
    assert.equal(!refused.ok && refused.status, 413);
  });

  test('a call made after the function has ended never happens', async () => {
    await rig.value('late');
    await until(() => rig.log.some(({ text }) => text.startsWith('too late')));
    assert.deepEqual(await rig.value('kvs', { call: ['get', 'late'] }), {});
  });

  test('an unknown module is refused', async () => {
    const outcome = await rig.host.invoke({
      moduleKey: 'nothing',
      functionKey: 'context',
      accountId: 'acc:vera',
      context: { extension: {} },
    });
    assert.equal(!outcome.ok && outcome.status, 404);
  });

  test('an operation that the stand-in does not know fails with its name', async () => {
    assert.equal((await rig.probe('jira')).ok, false);
    assert.match(rig.log.map(({ text }) => text).join(), /does not know .*jira.*\/rest\/api\/3\/myself/);
    const answer: Answer = await rig.value('as-user', { path: '/wiki/rest/api/audit' });
    assert.equal(answer.status, 501);
    assert.match(answer.body, /GET \/wiki\/rest\/api\/audit/);
  });

  test('a scheduled trigger can be run at once', async () => {
    await rig.host.runScheduled('weekly');
    assert.deepEqual(await rig.value('kvs', { call: ['get', 'goodbye'] }), { value: true });
    await assert.rejects(rig.host.runScheduled('never'), /no scheduled trigger never/);
  });

  test('preUninstall runs the app’s function', async () => {
    await rig.host.preUninstall();
    assert.deepEqual(await rig.value('kvs', { call: ['get', 'goodbye'] }), { value: true });
  });
});

describe('Confluence as a function sees it', () => {
  test('a declared scope lets the person’s call through', async () => {
    const answer: Answer = await rig.value('as-user', { path: PAGE });
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.body).title, 'Home');
  });

  test('a missing scope is refused by its name', async () => {
    const answer: Answer = await rig.value('as-user', { path: `${PAGE}/attachments` });
    assert.equal(answer.status, 401);
    assert.match(answer.body, /read:attachment:confluence/);
    assert.match(rig.log.map(({ text }) => text).join(), /refused with 401.*read:attachment:confluence/);
  });

  test('the acting person’s rights count: a restricted page is not there', async () => {
    const statuses = async (path: string) => [
      (await rig.value<Answer>('as-user', { path }, 'carl')).status,
      (await rig.value<Answer>('as-user', { path }, 'olga')).status,
    ];
    assert.deepEqual(await statuses('/wiki/api/v2/pages/101'), [404, 200]);
    assert.deepEqual(await statuses('/wiki/api/v2/pages/102'), [404, 200]);
  });

  test('acting as somebody else needs a scope with allowImpersonation', async () => {
    const allowed: Answer = await rig.value('as-user', { path: '/wiki/api/v2/pages/101', accountId: 'acc:olga' });
    assert.equal(allowed.status, 200);
    const refused: Answer = await rig.value('as-user', { path: '/wiki/api/v2/spaces/10', accountId: 'acc:olga' });
    assert.equal(refused.status, 401);
    assert.match(refused.body, /read:space:confluence/);
  });

  test('nobody can be impersonated whose account is deactivated', async () => {
    assert.equal((await rig.probe('as-user', { path: PAGE, accountId: 'acc:ben' })).ok, false);
  });

  test('mail addresses are for the app alone', async () => {
    const path = '/wiki/rest/api/user/email?accountId=acc%3Acarl';
    assert.equal((await rig.value<Answer>('as-user', { path })).status, 403);
    const answer: Answer = await rig.value('as-app', { path });
    assert.deepEqual(JSON.parse(answer.body), { accountId: 'acc:carl', email: 'carl@quay.example' });
  });

  test('a request without a person is refused', async () => {
    assert.equal((await rig.probe('as-nobody', { path: PAGE })).ok, false);
  });
});

describe('egress of a function', () => {
  test('a host that the manifest does not declare is answered 403', async () => {
    for (const url of ['https://elsewhere.example/', 'http://allowed.example/', 'https://allowed.example:9999/', 'http://127.0.0.1/']) {
      assert.equal((await rig.value<Answer>('fetch', { url })).status, 403, url);
    }
  });

  test('a declared host is reached on an allowed port', async () => {
    await using rig = await forgeRig({ externalHosts: async (url) => new Response(`seen ${url.pathname}`) });
    assert.deepEqual(await rig.value('fetch', { url: 'https://allowed.example:8443/way' }), { status: 200, body: 'seen /way' });
  });

  test('a function has no sockets', async () => {
    assert.equal((await rig.probe('socket')).ok, false);
    assert.match(rig.log.map(({ text }) => text).join(), /has no sockets/);
  });
});
