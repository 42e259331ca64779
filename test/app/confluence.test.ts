import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, installForge } from '#test/app/forge';
import { account, attachmentId, codeOf, groupId, PAGE, SPACE_ID } from '#test/app/rig';

installForge(() => undefined);
const { appReader, canView, pageReader, session } = await import('#app/confluence/index');
const { cqlString } = await import('#app/confluence/request');

const BASE = 'https://site.example/wiki';
const page = {
  id: '1001',
  title: 'Plan',
  spaceId: '77',
  body: { export_view: { value: '<p>x</p>' } },
  _links: { base: BASE, webui: '/spaces/W/pages/1001' },
};
const file = (id: number) => ({
  id: `att${id}`,
  title: `f${id}`,
  mediaType: 'text/plain',
  fileSize: 5,
  version: { number: 2 },
  pageId: '1001',
});

/** Answers each path, without its query, by a value or a response. */
const site =
  (answers: Record<string, unknown>): Answer =>
  ({ path }) => {
    const found = answers[path.split('?')[0] ?? ''];
    const value =
      typeof found === 'function' ? (found as (query: URLSearchParams) => unknown)(new URLSearchParams(path.split('?')[1])) : found;
    return value instanceof Response ? value : value === undefined ? new Response('', { status: 404 }) : Response.json(value);
  };
const queryOf = (path: string) => Object.fromEntries(new URLSearchParams(path.split('?')[1]));

describe('reading a page', () => {
  test('asks as the person signed in, or as the sender by impersonation, never as the app', async () => {
    const calls = installForge(site({ '/wiki/api/v2/pages/1001': page }));
    await pageReader().page(PAGE, 'export_view');
    await pageReader(account('712020:sender')).page(PAGE, 'export_view');
    assert.deepEqual(
      calls.map(({ as }) => as),
      ['user', '712020:sender'],
    );
    assert.equal(calls[0]?.path, '/wiki/api/v2/pages/1001?include-labels=true&body-format=export_view');
  });

  test('gives its body and whole address', async () => {
    installForge(site({ '/wiki/api/v2/pages/1001': page }));
    assert.deepEqual(await pageReader().page(PAGE, 'export_view'), {
      ...PAGE,
      title: 'Plan',
      spaceId: '77',
      labels: [],
      url: `${BASE}/spaces/W/pages/1001`,
      body: '<p>x</p>',
    });
  });

  test('gives all its labels, also those that do not come with it', async () => {
    const names = Array.from({ length: 60 }, (_, index) => ({ name: `l${index}` }));
    const labels = { results: names.slice(0, 50), meta: { hasMore: true, cursor: 'c' }, _links: { next: '/x' } };
    const list = (query: URLSearchParams) =>
      query.get('cursor') === 'c2' ? { results: names.slice(55) } : { results: names.slice(0, 55), _links: { next: '/x?cursor=c2' } };
    const calls = installForge(site({ '/wiki/api/v2/pages/1001': { ...page, labels }, '/wiki/api/v2/pages/1001/labels': list }));
    assert.deepEqual(
      (await pageReader().page(PAGE)).labels,
      names.map(({ name }) => name),
    );
    assert.equal(calls.length, 3);
    installForge(site({ '/wiki/api/v2/pages/1001': { ...page, labels: { ...labels, meta: { hasMore: false } } } }));
    assert.equal((await pageReader().page(PAGE)).labels?.length, 50);
  });

  test('finds blog posts where they are', async () => {
    const calls = installForge(site({ '/wiki/api/v2/blogposts/1001': page, '/wiki/api/v2/blogposts/1001/attachments': { results: [] } }));
    await pageReader().page({ ...PAGE, type: 'blogpost' }, 'view');
    await pageReader().attachments({ ...PAGE, type: 'blogpost' });
    assert.equal(calls.length, 2);
  });

  for (const [status, code] of [
    [404, 'PAGE_NOT_FOUND'],
    [403, 'CONFLUENCE_REFUSED'],
    [401, 'CONFLUENCE_REFUSED'],
    [429, 'RATE_LIMITED'],
    [500, 'CONFLUENCE_UNAVAILABLE'],
    [503, 'CONFLUENCE_UNAVAILABLE'],
  ] as const) {
    test(`tells ${code} from ${status}`, async () => {
      installForge(() => new Response('', { status }));
      await assert.rejects(pageReader().page(PAGE, 'view'), codeOf(code));
    });
  }

  test('tells CONFLUENCE_REFUSED, which is not tried again, when the person has not let the app act for them', async () => {
    installForge(() => new Response('', { status: 401, headers: { 'forge-proxy-error': 'NEEDS_AUTHENTICATION_ERR' } }));
    await assert.rejects(pageReader().page(PAGE, 'view'), codeOf('CONFLUENCE_REFUSED'));
  });

  test('tells CONFLUENCE_UNAVAILABLE when the answer is no answer', async () => {
    for (const answer of [() => Response.json({ id: 1 }), () => new Response('<html>'), () => Promise.reject(new Error('cut'))]) {
      installForge(answer);
      await assert.rejects(pageReader().page(PAGE, 'view'), codeOf('CONFLUENCE_UNAVAILABLE'));
    }
  });
});

describe('reading attachments', () => {
  test('follows all pages of the list', async () => {
    const list = (query: URLSearchParams) => {
      const start = Number(query.get('cursor') ?? 0);
      return {
        results: [file(start)],
        _links: start < 2 ? { next: `/wiki/api/v2/pages/1001/attachments?limit=250&cursor=${start + 1}` } : {},
      };
    };
    const calls = installForge(site({ '/wiki/api/v2/pages/1001/attachments': list }));
    const found = await pageReader().attachments(PAGE);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['att0', 'att1', 'att2'],
    );
    assert.deepEqual(
      calls.map(({ path }) => queryOf(path)),
      [{ limit: '250' }, { limit: '250', cursor: '1' }, { limit: '250', cursor: '2' }],
    );
  });

  test('gives one of another page with the page it belongs to; none that may not be viewed', async () => {
    installForge(
      site({ '/wiki/api/v2/attachments/att5': { ...file(5), pageId: null, blogPostId: '2002', fileSize: null, mediaType: null } }),
    );
    assert.deepEqual(await pageReader().attachment(attachmentId('att5')), {
      id: 'att5',
      contentId: '2002',
      title: 'f5',
      mediaType: 'application/octet-stream',
      sizeBytes: 0,
      sizeUnknown: true,
      version: 2,
    });
    assert.equal(await pageReader().attachment(attachmentId('att6')), undefined);
  });
});

describe('asking as the person signed in', () => {
  test('knows an administrator of the site by Confluence’s word alone', async () => {
    const me = async (operations: unknown) => {
      const calls = installForge(site({ '/wiki/rest/api/user/current': { accountId: 'a1', displayName: 'Ada', operations } }));
      const answer = await session().me();
      assert.deepEqual([calls[0]?.as, calls[0]?.path], ['user', '/wiki/rest/api/user/current?expand=operations']);
      return answer.administersSite;
    };
    assert.equal(await me([{ operation: 'administer', targetType: 'application' }]), true);
    assert.equal(await me([{ operation: 'administer', targetType: 'space' }]), false);
    assert.equal(await me([{ operation: 'use', targetType: 'application' }]), false);
    assert.equal(await me(undefined), false);
  });

  test('knows an administrator of a space', async () => {
    const administers = async (operations: unknown) => {
      installForge(site({ '/wiki/api/v2/spaces/77/operations': { operations } }));
      return session().administersSpace(SPACE_ID);
    };
    assert.equal(await administers([{ operation: 'administer', targetType: 'space' }]), true);
    assert.equal(await administers([{ operation: 'administer', targetType: 'page' }]), false);
    assert.equal(await administers([]), false);
  });

  test('does not find a space that may not be viewed', async () => {
    installForge(site({}));
    await assert.rejects(session().administersSpace(SPACE_ID), codeOf('SPACE_NOT_FOUND'));
    await assert.rejects(session().space(SPACE_ID), codeOf('SPACE_NOT_FOUND'));
  });

  test('finds active people by name, with what was typed as one CQL string', async () => {
    const found = {
      results: [{ user: { accountId: 'a1' } }, { user: { accountId: 'gone' } }, { user: { accountId: 'bot', accountType: 'app' } }, {}],
    };
    const people = {
      results: [
        {
          accountId: 'a1',
          displayName: 'Ada',
          accountStatus: 'active',
          accountType: 'atlassian',
          email: 'x',
          profilePicture: { path: '/wiki/a.png' },
        },
        { accountId: 'gone', displayName: 'Gone', accountStatus: 'inactive' },
      ],
      _links: { base: BASE },
    };
    const calls = installForge(site({ '/wiki/rest/api/search/user': found, '/wiki/api/v2/users-bulk': people }));
    assert.deepEqual(await session().findPeople('a" or type=user \\', 7), [
      { accountId: 'a1', name: 'Ada', active: true, avatarUrl: 'https://site.example/wiki/a.png' },
    ]);
    assert.deepEqual(queryOf(calls[0]?.path ?? ''), {
      cql: 'user.fullname~"a\\" or type=user \\\\"',
      limit: '7',
      sitePermissionTypeFilter: 'all',
    });
    assert.deepEqual(calls[1]?.body, { accountIds: ['a1', 'gone'] });
    assert.equal(cqlString('"\\'), '"\\"\\\\"');
  });

  test('tells whose profile hides their address, also where the address is not told at all', async () => {
    const users = [{ email: 'ada@firm.example' }, { email: '' }, {}];
    const results = users.map((user, at) => ({ accountId: `a${at}`, displayName: `A${at}`, accountStatus: 'active', ...user }));
    installForge(site({ '/wiki/api/v2/users-bulk': { results } }));
    const found = await session().people(results.map(({ accountId }) => account(accountId)));
    assert.deepEqual(
      found.map(({ addressHidden }) => addressHidden ?? false),
      [false, true, true],
    );
    assert.doesNotMatch(JSON.stringify(found), /firm/);
  });

  test('finds pages by the words of their title, and the last changed ones without words', async () => {
    const content = { id: '5', type: 'blogpost', title: 'Tide' };
    const calls = installForge(
      site({
        '/wiki/rest/api/search': { results: [{ content }, {}] },
        '/wiki/api/v2/spaces/77': { id: '77', key: 'W"', name: 'W', _links: { webui: '/w' } },
        '/wiki/api/v2/pages': { results: [{ id: '6', title: 'Recent' }] },
      }),
    );
    assert.deepEqual(await session().findPages('Tide "(x) or*', 7, SPACE_ID), [content]);
    assert.deepEqual(queryOf(calls.at(-1)?.path ?? ''), {
      cql: 'type in (page, blogpost) and space = "W\\"" and title ~ "Tide*" and title ~ "x*" and title ~ "or*" order by lastmodified desc',
      limit: '7',
    });
    assert.deepEqual(await session().findPages('', 7), [{ id: '6', type: 'page', title: 'Recent' }]);
    calls.length = 0;
    assert.deepEqual(await session().findPages('?!', 7), []);
    assert.deepEqual(calls, []);
  });

  test('finds no groups where the person may not see groups', async () => {
    installForge(() => new Response('', { status: 403 }));
    assert.deepEqual(await session().findGroups('crew', 5), []);
  });

  test('lists members by pages up to the limit, and who is deactivated', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `m${index}`);
    const members = (query: URLSearchParams) => {
      const [start, limit] = [Number(query.get('start')), Number(query.get('limit'))];
      return {
        results: ids.slice(start, start + limit).map((accountId) => ({ accountId, displayName: accountId })),
        ...(query.get('shouldReturnTotalSize') === 'true' ? { totalSize: ids.length } : {}),
      };
    };
    const status = {
      results: ids.map((accountId) => ({ accountId, displayName: accountId, accountStatus: accountId === 'm1' ? 'closed' : 'active' })),
    };
    const calls = installForge(site({ '/wiki/rest/api/group/g1/membersByGroupId': members, '/wiki/api/v2/users-bulk': status }));
    const found = await session().members(groupId('g1'), 500);
    assert.deepEqual([found.length, found.filter(({ active }) => !active).map(({ name }) => name)], [450, ['m1']]);
    assert.equal((await session().members(groupId('g1'), 10)).length, 10);
    assert.equal(await session().memberCount(groupId('g1')), 450);
    assert.deepEqual(
      calls.filter(({ path }) => path.includes('start=200')).map(({ path }) => queryOf(path)['limit']),
      ['200'],
    );
  });

  test('reads on where Confluence gives fewer at once than asked for', async () => {
    const ids = Array.from({ length: 45 }, (_, index) => `x${index}`);
    const part = (query: URLSearchParams, show: (id: string) => object) => {
      const limit = Math.min(Number(query.get('limit')), 20);
      const start = Number(query.get('start'));
      return { results: ids.slice(start, start + limit).map(show), start, limit };
    };
    installForge(
      site({
        '/wiki/rest/api/user/memberof': (query: URLSearchParams) => part(query, (id) => ({ id, name: id })),
        '/wiki/rest/api/group/g1/membersByGroupId': (query: URLSearchParams) => part(query, (accountId) => ({ accountId })),
        '/wiki/api/v2/users-bulk': { results: [] },
      }),
    );
    assert.equal((await session().groupsOf(account('a1'))).size, 45);
    assert.equal((await session().members(groupId('g1'), 500)).length, 45);
  });

  test('reads on past pages that leave out what the person may not see', async () => {
    const pages: Record<string, object> = {
      0: { results: [{ id: 'g1', name: 'a' }], start: 0, limit: 200, _links: { next: '/rest/api/user/memberof?limit=200&start=200' } },
      1: { results: [], start: 1, limit: 200, _links: { next: '?start=200' } },
      200: { results: [], start: 200, limit: 200, _links: { next: '?start=400' } },
      400: { results: [{ id: 'g2', name: 'b' }], start: 400, limit: 200, _links: { context: '/wiki' } },
    };
    const calls = installForge(site({ '/wiki/rest/api/user/memberof': (query: URLSearchParams) => pages[query.get('start') ?? ''] }));
    assert.deepEqual([...(await session().groupsOf(account('a1')))], ['g1', 'g2']);
    assert.equal(calls.length, 4);
  });

  test('sees that a page is restricted to people or groups', async () => {
    const restricted = async (user: unknown[], group: unknown[]) => {
      installForge(
        site({
          '/wiki/rest/api/content/1001/restriction/byOperation/read': {
            restrictions: { user: { results: user }, group: { results: group } },
          },
        }),
      );
      return session().isRestricted(PAGE);
    };
    assert.deepEqual([await restricted([], []), await restricted([{}], []), await restricted([], [{}])], [false, true, true]);
  });

  test('knows which addresses have no access, and when Confluence does not tell', async () => {
    installForge(
      site({ '/wiki/api/v2/user/access/check-access-by-email': { emailsWithoutAccess: ['out@x.example'], invalidEmails: ['bad@x'] } }),
    );
    assert.deepEqual(await session().withoutAccess(['in@x.example', 'out@x.example']), ['out@x.example', 'bad@x']);
    installForge(() => new Response('', { status: 503 }));
    assert.equal(await session().withoutAccess(['in@x.example']), undefined);
  });
});

describe('asking as the app', () => {
  test('gives addresses, one by one for those the bulk answer leaves out', async () => {
    const ids = Array.from({ length: 95 }, (_, index) => account(`a${index}`));
    const bulk = (query: URLSearchParams) =>
      query
        .getAll('accountId')
        .filter((id) => id !== 'a3' && id !== 'a4')
        .map((accountId) => ({ accountId, email: `${accountId}@x.example` }));
    const one = (query: URLSearchParams) => (query.get('accountId') === 'a3' ? { accountId: 'a3', email: 'three@x.example' } : undefined);
    const calls = installForge(site({ '/wiki/rest/api/user/email/bulk': bulk, '/wiki/rest/api/user/email': one }));
    const addresses = await appReader().addresses(ids);
    assert.deepEqual([addresses.size, addresses.get(account('a3')), addresses.has(account('a4'))], [94, 'three@x.example', false]);
    assert.ok(calls.every(({ as }) => as === 'app'));
  });

  test('knows who may view a page by asking as that person, and does not guess', async () => {
    const asked = installForge((call) => (call.as === 'a1' ? new Response('', { status: 404 }) : new Response('', { status: 403 })));
    assert.equal(await canView(PAGE, account('a1')), false);
    assert.equal(await canView(PAGE, account('a2')), undefined);
    assert.deepEqual(
      asked.map(({ as }) => as),
      ['a1', 'a2'],
    );
  });
});
