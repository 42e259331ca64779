import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, installForge } from '#test/app/forge';
import { account, codeOf, groupId, PAGE } from '#test/app/rig';

installForge(() => undefined);
const { pageReader, session } = await import('#app/confluence/index');

type Handler = (query: URLSearchParams, body: unknown) => unknown;
const site =
  (answers: Readonly<Record<string, unknown>>): Answer =>
  ({ path, body }) => {
    const found = answers[path.split('?')[0] ?? ''];
    const value = typeof found === 'function' ? (found as Handler)(new URLSearchParams(path.split('?')[1]), body) : found;
    return value instanceof Response ? value : value === undefined ? new Response('', { status: 404 }) : Response.json(value);
  };

const IDS = Array.from({ length: 450 }, (_, at) => `m${at}`);
/** Gives `most` at a time whatever is asked for. `named`: by what the next address counts. */
const capped =
  (ids: readonly string[], most: number, named: 'asked' | 'given', shape: (id: string) => object): Handler =>
  (query) => {
    const start = Number(query.get('start'));
    const asked = Number(query.get('limit'));
    const results = ids.slice(start, start + Math.min(most, asked)).map(shape);
    const next = start + (named === 'asked' ? asked : results.length);
    const more = start + results.length < ids.length;
    return {
      results,
      start,
      limit: asked,
      size: results.length,
      ...(more ? { _links: { next: `/x?start=${next}&limit=${asked}` } } : { _links: {} }),
    };
  };
const everybody: Handler = (_query, body) => ({
  results: (body as { accountIds: string[] }).accountIds.map((accountId) => ({
    accountId,
    displayName: accountId,
    accountStatus: 'active',
  })),
});

describe('lists of which Confluence gives fewer than it was asked for', () => {
  for (const named of ['asked', 'given'] as const) {
    test(`a group’s members are all found where the next address counts by what was ${named}`, async () => {
      installForge(
        site({
          '/wiki/rest/api/group/g1/membersByGroupId': capped(IDS, 50, named, (accountId) => ({ accountId })),
          '/wiki/api/v2/users-bulk': everybody,
        }),
      );
      const found = await session().members(groupId('g1'), 500);
      assert.deepEqual(
        found.map(({ accountId }) => accountId),
        IDS,
      );
    });

    test(`a person’s groups are all found where the next address counts by what was ${named}`, async () => {
      installForge(site({ '/wiki/rest/api/user/memberof': capped(IDS, 50, named, (id) => ({ id, name: id })) }));
      assert.equal((await session().groupsOf(account('a1'))).size, 450);
    });
  }

  test('members who are hidden in between end nothing and come once', async () => {
    const hidden = new Set(['m3', 'm210', 'm211']);
    const members: Handler = (query) => {
      const start = Number(query.get('start'));
      const results = IDS.slice(start, start + 200).filter((id) => !hidden.has(id));
      const more = start + 200 < IDS.length;
      return { results: results.map((accountId) => ({ accountId })), limit: 200, _links: more ? { next: `/x?start=${start + 200}` } : {} };
    };
    installForge(site({ '/wiki/rest/api/group/g1/membersByGroupId': members, '/wiki/api/v2/users-bulk': everybody }));
    assert.deepEqual(
      (await session().members(groupId('g1'), 500)).map(({ accountId }) => accountId),
      IDS.filter((id) => !hidden.has(id)),
    );
  });

  test('a list that announces more for ever fails instead of going on or ending early', async () => {
    const same = { results: [{ id: 'g1', name: 'a' }], limit: 1, _links: { next: '/x?start=99999' } };
    installForge(site({ '/wiki/rest/api/user/memberof': same }));
    await assert.rejects(session().groupsOf(account('a1')), codeOf('CONFLUENCE_UNAVAILABLE'));
  });

  test('a list of attachments that announces more and does not say where, or leads in a circle, fails', async () => {
    const file = { id: 'att1', title: 'a', fileSize: 1, version: { number: 1 } };
    for (const next of ['/wiki/api/v2/pages/1001/attachments?limit=250', '/wiki/api/v2/pages/1001/attachments?cursor=again']) {
      installForge(site({ '/wiki/api/v2/pages/1001/attachments': { results: [file], _links: { next } } }));
      await assert.rejects(pageReader().attachments(PAGE), codeOf('CONFLUENCE_UNAVAILABLE'), next);
    }
  });

  test('people left out of an answer are asked for once more; who stays missing is unknown, not deactivated', async () => {
    const asked: string[][] = [];
    const some: Handler = (_query, body) => {
      const { accountIds } = body as { accountIds: string[] };
      asked.push(accountIds);
      return {
        results: accountIds
          .slice(0, 2)
          .filter((id) => id !== 'm4')
          .map((accountId) => ({ accountId, displayName: accountId, accountStatus: accountId === 'm1' ? 'inactive' : 'active' })),
      };
    };
    installForge(
      site({
        '/wiki/rest/api/group/g1/membersByGroupId': capped(IDS.slice(0, 5), 50, 'given', (accountId) => ({ accountId })),
        '/wiki/api/v2/users-bulk': some,
      }),
    );
    const found = await session().members(groupId('g1'), 500);
    assert.deepEqual(asked, [IDS.slice(0, 5), ['m2', 'm3', 'm4']]);
    assert.deepEqual(
      found.map(({ accountId, active }) => `${accountId} ${active}`),
      ['m0 true', 'm1 false', 'm2 true', 'm3 true', 'm4 true'],
    );
  });
});

describe('finding people', () => {
  test('guests of the site are found by name', async () => {
    const calls = installForge(
      site({
        '/wiki/rest/api/search/user': { results: [{ user: { accountId: 'guest', displayName: 'Gast' } }] },
        '/wiki/api/v2/users-bulk': { results: [] },
      }),
    );
    assert.deepEqual(
      (await session().findPeople('Ga', 5)).map(({ name }) => name),
      ['Gast'],
    );
    assert.equal(new URLSearchParams(calls[0]?.path.split('?')[1]).get('sitePermissionTypeFilter'), 'all');
  });
});

describe('restrictions from above', () => {
  const none = { restrictions: { user: { results: [] }, group: { results: [] } } };
  const some = { restrictions: { user: { results: [{}] }, group: { results: [] } } };
  const restrictionOf = (id: string) => `/wiki/rest/api/content/${id}/restriction/byOperation/read`;
  const above = (type: string, restriction: unknown) => ({
    [restrictionOf('1001')]: none,
    '/wiki/api/v2/pages/1001/ancestors': { results: [{ id: '7', type }] },
    [restrictionOf('7')]: restriction,
  });

  for (const type of ['page', 'folder', 'database', 'whiteboard', 'embed', 'something-new']) {
    test(`are inherited from a ${type}`, async () => {
      installForge(site(above(type, some)));
      assert.equal(await session().isRestricted(PAGE, true), true);
      installForge(site(above(type, none)));
      assert.equal(await session().isRestricted(PAGE, true), false);
    });

    test(`of a ${type} that Confluence does not tell count as there`, async () => {
      for (const status of [404, 403, 401]) {
        installForge(site(above(type, new Response('', { status }))));
        assert.equal(await session().isRestricted(PAGE, true), true, String(status));
      }
    });
  }

  test('count as there where what is above is not told, or more than fits into an answer', async () => {
    installForge(site({ [restrictionOf('1001')]: none, '/wiki/api/v2/pages/1001/ancestors': new Response('', { status: 403 }) }));
    assert.equal(await session().isRestricted(PAGE, true), true);
    const many = Array.from({ length: 250 }, (_, at) => ({ id: String(at + 1), type: 'page' }));
    installForge(site({ [restrictionOf('1001')]: none, '/wiki/api/v2/pages/1001/ancestors': { results: many } }));
    assert.equal(await session().isRestricted(PAGE, true), true);
  });
});

describe('attachments', () => {
  test('without a size in the list are told to have none known', async () => {
    const file = { id: 'att1', title: 'a', version: { number: 1 } };
    installForge(site({ '/wiki/api/v2/pages/1001/attachments': { results: [file, { ...file, id: 'att2', fileSize: 0 }] } }));
    const found = await pageReader().attachments(PAGE);
    assert.deepEqual(
      found.map(({ sizeBytes, sizeUnknown }) => [sizeBytes, sizeUnknown]),
      [
        [0, true],
        [0, undefined],
      ],
    );
  });
});
