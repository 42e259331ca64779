import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import { AppFailure } from '#app/failure';
import {
  allSendResolvers,
  allSiteResolvers,
  allSpaceResolvers,
  sendResolvers,
  siteResolvers,
  spaceResolvers,
} from '#contract/screens/resolvers';
import { createKvsApi } from '#local/forge/kvs/api';
import { createKvsStore } from '#local/forge/kvs/store';
import { type ForgeCall, installForge } from '#test/app/forge';
import { mailAccount, NOW } from '#test/app/rig';

installForge(() => undefined);
const { deliver } = await import('#app/jobs/deliver');
const { preUninstall } = await import('#app/jobs/pre-uninstall');
const { sendResolver } = await import('#app/resolvers/send');
const { siteResolver } = await import('#app/resolvers/site');
const { spaceResolver } = await import('#app/resolvers/space');
const { createResolver } = await import('#app/resolvers/handler');

const EXTENSION = { content: { id: '1001', type: 'page' }, space: { id: '77', key: 'W' } };
const KEY = '0b6b4f0e-7d3c-4a7e-9d53-0d0a5f1f3c11';
const DRAFT = { to: [{ kind: 'address', address: 'out@side.example' }], subject: 'Very private subject', note: 'Very private note' };

/** What each function is called with when its payload has to be sound. */
const PAYLOADS: Readonly<Record<string, unknown>> = {
  'send/find-recipients': { query: 'jo' },
  'send/preview': { draft: DRAFT },
  'send/submit': { draft: DRAFT, idempotencyKey: KEY },
  'send/status': { jobId: 'job1' },
  'send/retry': { jobId: 'job1' },
  'space-settings/save': { revision: 0, enabled: true, accountSource: 'site' },
  'send/check-addresses': { addresses: ['out@side.example'] },
  'send/dismiss-notices': { jobIds: [] },
  'history/again': { id: 'job1' },
  'history/space-again': { id: 'job1', idempotencyKey: '9f0f6a34-5b8e-4b0e-8f39-0d7f6a3f7c11' },
  'history/site-again': { id: 'job1', idempotencyKey: '9f0f6a34-5b8e-4b0e-8f39-0d7f6a3f7c11' },
  'space-policy/save': { revision: 0, changes: { enabled: false } },
  'space-policy/domain-check': { address: 'a@b.example' },
  'space-policy/verify': { account: mailAccount(), secrets: { password: 'sesame' } },
  'space-policy/send-test': { account: mailAccount(), secrets: { password: 'sesame' } },
  'space-policy/find-groups': { query: 'jo' },
  'space-policy/preview': { contentId: '1001', type: 'page', presentation: {} },
  'site-policy/save': { revision: 0, changes: { enabled: false } },
  'site-policy/save-exceptions': { revision: 0 },
  'site-policy/find-spaces': { query: 'jo' },
  'site-policy/find-groups': { query: 'jo' },
  'site-policy/verify': { account: mailAccount(), secrets: { password: 'sesame' } },
  'site-policy/send-test': { account: mailAccount(), secrets: { password: 'sesame' } },
  'site-policy/preview': { contentId: '1001', type: 'page', presentation: {} },
  'site-policy/domain-check': { address: 'a@b.example' },
  'history/find-people': { query: 'jo' },
  'history/find-space-people': { query: 'jo' },
  'diagnostics/debug-log': { hours: 1 },
  'privacy/delete-all': { confirm: 'DELETE' },
  'privacy/import-settings': { revision: 0, file: {} },
  'site-settings/save': { revision: 0, enabled: true, presentation: {}, account: mailAccount(), secrets: { password: 'sesame' } },
};

interface Rights {
  readonly page?: boolean;
  readonly space?: boolean;
  readonly site?: boolean;
}
let calls: ForgeCall[];
const kvs = { api: createKvsApi(createKvsStore({ now: () => NOW.getTime(), lagMs: 0 }), []) };

/** A Confluence where the person signed in has these rights, with storage, queue and a relay that takes everything. */
function withRights({ page = false, space = false, site = false }: Rights): void {
  kvs.api = createKvsApi(createKvsStore({ now: () => NOW.getTime(), lagMs: 0 }), []);
  const answers: Record<string, unknown> = {
    '/wiki/rest/api/user/current': {
      accountId: 'me',
      displayName: 'Me',
      operations: site ? [{ operation: 'administer', targetType: 'application' }] : [],
    },
    '/wiki/api/v2/spaces/77/operations': { operations: space ? [{ operation: 'administer', targetType: 'space' }] : [] },
    '/wiki/api/v2/spaces/77': { id: '77', key: 'W', name: 'Workshop', _links: { webui: '/spaces/W', base: 'https://site.example/wiki' } },
    '/wiki/rest/api/content/1001/restriction/byOperation/read': {},
    '/wiki/rest/api/search/user': { results: [] },
    '/wiki/rest/api/group/picker': { results: [] },
    '/wiki/api/v2/users-bulk': { results: [] },
    '/wiki/rest/api/user/email/bulk': [{ accountId: 'me', email: 'me@firm.example' }],
    '/wiki/api/v2/user/access/check-access-by-email': { emailsWithoutAccess: [] },
    '/v1/info': { name: 'pagemail-relay', version: '1', api: 1, limits: { messageBytes: 1, recipients: 1 }, clearTextAllowed: false },
    '/v1/verify': { ok: true, steps: [] },
    '/v1/messages': { messageId: 'm@x', accepted: ['out@side.example', 'me@firm.example'], rejected: [], sizeBytes: 1 },
  };
  if (page) {
    const links = { base: 'https://site.example/wiki', webui: '/spaces/W/pages/1001' };
    const body = { view: { value: '<p>Very private body</p>' }, export_view: { value: '<p>Very private body</p>' } };
    answers['/wiki/api/v2/pages/1001'] = { id: '1001', title: 'Very private title', spaceId: '77', body, _links: links };
    answers['/wiki/api/v2/pages/1001/attachments'] = { results: [] };
  }
  calls = installForge(({ type, path, body }) => {
    if (type === 'kvs') return kvs.api.handle(path, body);
    if (path.startsWith('/webhook/queue/publish/')) return new Response('{}', { status: 201 });
    const answer = answers[path.split('?')[0] ?? ''];
    return answer === undefined ? new Response('', { status: 404 }) : Response.json(answer);
  });
}

type Resolve = typeof sendResolver;
interface Answer {
  readonly ok: boolean;
  readonly error?: { readonly code: string };
  readonly value?: Record<string, unknown>;
}
const as =
  (accountId: string | undefined, extension: unknown = EXTENSION) =>
  async (resolver: Resolve, functionKey: string, payload: unknown = PAYLOADS[functionKey] ?? {}): Promise<Answer> => {
    const context = { extension, accountId: 'somebody else, says the front end', locale: 'de-DE' };
    return (await resolver({ call: { functionKey, payload }, context }, accountId ? { principal: { accountId } } : {})) as Answer;
  };
const me = as('me');

let lines: string[] = [];
mock.method(console, 'log', (line: string) => {
  lines.push(line);
});
beforeEach(() => {
  lines = [];
});

const writes = () =>
  calls.filter(
    ({ type, path, method }) =>
      (type === 'kvs' && /set|delete/.test(path)) || (type === 'fpp' && method !== 'GET' && path.startsWith('/webhook')),
  );

describe('who may do what is asked of Confluence for each function', () => {
  const cases: [string, Resolve, readonly string[], Rights, string][] = [
    [
      'send',
      sendResolver,
      ['send/open', 'send/find-recipients', 'send/preview', 'send/submit', 'send/check-addresses', 'history/page', 'history/again'],
      { space: true, site: true },
      'PAGE_NOT_FOUND',
    ],
    ['send', sendResolver, ['send/status', 'send/retry'], { page: true }, 'JOB_NOT_FOUND'],
    ['space', spaceResolver, Object.keys(allSpaceResolvers), { page: true, site: true }, 'NOT_SPACE_ADMIN'],
    ['site', siteResolver, Object.keys(allSiteResolvers), { page: true, space: true }, 'NOT_SITE_ADMIN'],
  ];
  for (const [module, resolver, names, rights, code] of cases) {
    for (const name of names) {
      test(`${name} tells ${code} to a person with other rights, and changes nothing (${module})`, async () => {
        withRights(rights);
        assert.deepEqual(await me(resolver, name), { ok: false, error: { code } });
        assert.deepEqual(writes(), []);
        assert.deepEqual(
          calls.filter(({ type }) => type === 'frc'),
          [],
        );
      });
    }
  }

  test('no function of the contract is left out', () => {
    const tested = new Set(cases.flatMap(([, , names]) => names));
    const all = [allSendResolvers, allSpaceResolvers, allSiteResolvers].flatMap((table) => Object.keys(table));
    // Notices are kept by person: whoever asks dismisses their own alone.
    assert.deepEqual(
      all.filter((name) => !tested.has(name)),
      ['send/dismiss-notices'],
    );
  });

  test('a page or space that the platform does not name is not found', async () => {
    withRights({ page: true, space: true });
    for (const extension of [
      null,
      {},
      { content: { id: '../1', type: 'page' }, space: { id: 'x' } },
      { content: { id: '1', type: 'comment' } },
    ]) {
      assert.equal((await as('me', extension)(sendResolver, 'send/open')).error?.code, 'PAGE_NOT_FOUND');
      assert.equal((await as('me', extension)(spaceResolver, 'space-settings/get')).error?.code, 'SPACE_NOT_FOUND');
    }
  });

  test('the front end’s own word about who calls counts for nothing', async () => {
    withRights({ page: true, site: true });
    assert.equal((await as(undefined)(siteResolver, 'site-settings/get')).error?.code, 'NOT_SIGNED_IN');
  });
});

describe('a resolver', () => {
  test('answers in the contract’s shape', async () => {
    withRights({ page: true, space: true, site: true });
    for (const [resolver, table] of [
      [sendResolver, sendResolvers],
      [spaceResolver, spaceResolvers],
      [siteResolver, siteResolvers],
    ] as const) {
      for (const [name, { value }] of Object.entries(table)) {
        const answer = await me(resolver, name);
        if (name === 'send/status' || name === 'send/retry') continue;
        if (name.endsWith('verify') || name.endsWith('send-test')) assert.equal(answer.error?.code, 'NO_MAIL_ACCOUNT', name);
        else if (name === 'send/submit') assert.equal(answer.error?.code, 'NO_MAIL_ACCOUNT', name);
        else assert.deepEqual(value.safeParse(answer.value).error?.issues, undefined, `${name}: ${JSON.stringify(answer)}`);
      }
    }
  });

  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'send/nothing', '', 'site-settings/get']) {
    test(`refuses “${name}”, which is none of its functions`, async () => {
      withRights({ page: true, site: true });
      assert.deepEqual(await me(sendResolver, name), { ok: false, error: { code: 'INVALID_REQUEST' } });
    });
  }

  test('refuses a payload of another shape before it asks anybody', async () => {
    withRights({ page: true });
    const payloads = [{ query: '' }, { query: 'x'.repeat(101) }, { query: 7 }, [], 'jo', null];
    for (const payload of payloads) assert.equal((await me(sendResolver, 'send/find-recipients', payload)).error?.code, 'INVALID_REQUEST');
    assert.deepEqual(calls, []);
    assert.match(lines.at(-1) ?? '', /"code":"INVALID_REQUEST".*"fields":"query"/);
  });

  test('takes a query of the longest length', async () => {
    withRights({ page: true });
    assert.equal((await me(sendResolver, 'send/find-recipients', { query: 'x'.repeat(100) })).ok, true);
  });

  test('turns what nobody expected into INTERNAL and tells nothing of it', async () => {
    const throwing = (error: unknown) => createResolver(sendResolvers, new Proxy({} as never, { get: () => () => Promise.reject(error) }));
    for (const error of [new TypeError('sesame@secret.example'), 'sesame', undefined, { code: 'LOGIN_FAILED' }]) {
      assert.deepEqual(await me(throwing(error), 'send/open'), { ok: false, error: { code: 'INTERNAL' } });
    }
    assert.doesNotMatch(lines.join('\n'), /sesame/);
    const coded = new AppFailure('LOGIN_FAILED', { host: 'h' }, { cause: new Error('535 sesame') });
    assert.deepEqual(await me(throwing(coded), 'send/open'), { ok: false, error: { code: 'LOGIN_FAILED', params: { host: 'h' } } });
    assert.match(lines.at(-1) ?? '', /LOGIN_FAILED < Error/);
    assert.doesNotMatch(lines.at(-1) ?? '', /sesame/);
  });
});

test('a person who has not let the app act for them is asked by Forge: its error leaves the function as it is', async () => {
  installForge(() => new Response('', { status: 401, headers: { 'forge-proxy-error': 'NEEDS_AUTHENTICATION_ERR' } }));
  await assert.rejects(me(sendResolver, 'send/open'), { name: 'NEEDS_AUTHENTICATION_ERR' });
});

describe('the whole way', () => {
  test('from saved settings to a sent mail logs no content, no address and no secret', async () => {
    withRights({ page: true, site: true });
    assert.equal((await me(siteResolver, 'site-settings/save')).ok, true);
    const read = await me(siteResolver, 'site-settings/get');
    assert.doesNotMatch(JSON.stringify(read), /sesame/);
    const submitted = await me(sendResolver, 'send/submit');
    assert.equal(submitted.ok, true, JSON.stringify(submitted));
    const published = calls.find(({ path }) => path.startsWith('/webhook/queue/publish'))?.body as {
      queueName: string;
      payload: { body: Record<string, unknown> }[];
    };
    assert.equal(published.queueName, 'delivery');
    const event = { queueName: 'delivery', jobId: 'queue', eventId: 'event', body: published.payload[0]?.body ?? {} };
    await deliver(event);
    await deliver(event);
    assert.equal(calls.filter(({ path }) => path === '/v1/messages').length, 1);
    const reads = calls.filter(({ type, as: who, path }) => type === 'fpp' && who === 'me' && path.startsWith('/wiki'));
    assert.deepEqual(reads.map(({ path }) => path.split('?')[0]).sort(), [
      '/wiki/api/v2/pages/1001',
      '/wiki/api/v2/pages/1001/attachments',
    ]);
    const status = await me(sendResolver, 'send/status', { jobId: submitted.value?.['jobId'] });
    assert.equal(status.value?.['state'], 'sent');
    assert.equal(
      (await as('other')(sendResolver, 'send/status', { jobId: submitted.value?.['jobId'] })).ok,
      true,
      'site administrators may look',
    );
    assert.doesNotMatch(lines.join('\n'), /private|sesame|@|side\.example/);
  });

  test('an event of another version is dropped', async () => {
    withRights({ page: true });
    await deliver({ queueName: 'delivery', jobId: 'q', eventId: 'e', body: { v: 2, jobId: 'job1', attempt: 1 } });
    assert.deepEqual(calls, []);
  });

  test('leaving the site takes the secrets along at once', async () => {
    withRights({ page: true, space: true, site: true });
    await me(siteResolver, 'site-settings/save');
    const own = { revision: 0, enabled: true, accountSource: 'own', account: mailAccount(), secrets: { password: 'sesame2' } };
    assert.equal((await me(spaceResolver, 'space-settings/save', own)).ok, true);
    await preUninstall();
    for (const [resolver, name] of [
      [siteResolver, 'site-settings/get'],
      [spaceResolver, 'space-settings/get'],
    ] as const) {
      const flags = (await me(resolver, name)).value?.['secretsSet'];
      assert.deepEqual(flags, { password: false, clientSecret: false, refreshToken: false });
    }
  });
});
