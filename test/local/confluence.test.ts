import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { answerConfluence, restEndpoints } from '#local/confluence/api';
import { serveFile } from '#local/confluence/media';
import { confluenceRig, GROUP_ID } from '#test/local/rig';

const rig = confluenceRig();
const vera = rig.person('vera');
const olga = rig.person('olga');
const carl = rig.person('carl');
const app = { actor: { kind: 'app' } } as const;
const scopes = (...names: string[]) => ({ ...vera, scopes: new Set(names) });
// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
const body = async (response: Response | Promise<Response>): Promise<any> => (await response).json();

describe('pages and blog posts', () => {
  test('a page has its body in the format asked for, with the site’s address in it', async () => {
    const page = await body(rig.ask(vera, '/wiki/api/v2/pages/100?body-format=export_view'));
    assert.deepEqual(page.body, { export_view: { representation: 'export_view', value: '<p>Home at http://localhost:1/wiki</p>' } });
    assert.equal(page._links.base + page._links.webui, 'http://localhost:1/wiki/spaces/QUAY/pages/100/Home');
  });

  test('a blog post is no page, and the other way round', async () => {
    assert.equal((await rig.ask(vera, '/wiki/api/v2/pages/103')).status, 404);
    assert.equal((await rig.ask(vera, '/wiki/api/v2/blogposts/103')).status, 200);
    assert.equal((await rig.ask(vera, '/wiki/api/v2/blogposts/100')).status, 404);
  });

  test('a restriction hides a page, what is below it, and its attachments; also from site administrators', async () => {
    for (const path of [
      '/wiki/api/v2/pages/101',
      '/wiki/api/v2/pages/102',
      '/wiki/api/v2/attachments/att901',
      '/wiki/api/v2/pages/101/attachments',
    ]) {
      assert.equal((await rig.ask(vera, path)).status, 404, path);
      assert.equal((await rig.ask(olga, path)).status, 200, path);
      // The app's own user is an ordinary one, which nobody has named in the restriction.
      assert.equal((await rig.ask(app, path)).status, 404, path);
    }
  });

  test('a space that is not everybody’s is hidden with its pages', async () => {
    const keys = async (caller: typeof vera) =>
      (await body(rig.ask(caller, '/wiki/api/v2/spaces'))).results.map(({ key }: { key: string }) => key);
    assert.deepEqual(await keys(carl), ['QUAY', 'SHED']);
    assert.deepEqual(await keys(vera), ['QUAY', 'SHED']);
    const titles = (await body(rig.ask(carl, '/wiki/api/v2/pages'))).results.map(({ title }: { title: string }) => title);
    assert.deepEqual(titles, ['Home', 'Shed']);
  });

  test('lists come in pages by an opaque cursor', async () => {
    const first = await body(rig.ask(olga, '/wiki/api/v2/pages?limit=2'));
    assert.equal(first.results.length, 2);
    const second = await body(rig.ask(olga, first._links.next));
    assert.deepEqual(
      second.results.map(({ id }: { id: string }) => id),
      ['102', '110'],
    );
    assert.equal(second._links.next, undefined);
  });

  test('lists are sorted by what is asked for', async () => {
    const ids = async (sort: string) =>
      (await body(rig.ask(olga, `/wiki/api/v2/pages?sort=${sort}`))).results.map(({ id }: { id: string }) => id);
    assert.deepEqual(await ids('-id'), ['110', '102', '101', '100']);
    assert.deepEqual(await ids('title'), ['102', '100', '101', '110']);
    assert.deepEqual((await ids('-modified-date'))[0], '102');
  });

  test('lists are narrowed by what is asked for', async () => {
    const ids = async (query: string, kind = 'pages') =>
      (await body(rig.ask(olga, `/wiki/api/v2/${kind}?${query}`))).results.map(({ id }: { id: string }) => id);
    assert.deepEqual(await ids('id=102,100&id=103'), ['100', '102']);
    assert.deepEqual(await ids('space-id=11'), ['110']);
    assert.deepEqual(await ids('space-id=10&title=Plans'), ['101']);
    assert.deepEqual(await ids('status=archived'), []);
    assert.deepEqual(await ids('status=current,archived', 'blogposts'), ['103']);
    assert.deepEqual(await ids('status=archived', 'spaces'), []);
    assert.deepEqual(await ids('keys=SHED', 'spaces'), ['11']);
    assert.deepEqual(await ids('filename=secret.txt', 'attachments'), ['att901']);
  });

  test('a search finds what its CQL says, in its order, of what the person may view', async () => {
    const found = async (cql: string, caller = olga) => {
      const response = await rig.ask(caller, `/wiki/rest/api/search?cql=${encodeURIComponent(cql)}`);
      if (response.status !== 200) return response.status;
      return (await body(response)).results.map(({ content }: { content: { id: string } }) => content.id);
    };
    assert.deepEqual(await found('type in (page, blogpost) and title ~ "pla*" order by lastmodified desc'), ['102', '101']);
    assert.deepEqual(await found('title ~ "plan"', vera), []);
    assert.deepEqual(await found('space = "SHED"'), ['110']);
    assert.deepEqual(await found('type = blogpost and label = TIDE'), ['103']);
    assert.deepEqual(await found('id in (100, 110) order by title desc'), ['110', '100']);
    assert.equal(await found('mood = "good"'), 400);
    assert.equal(await found(''), 400);
  });

  test('an unknown body format and a limit that is none are refused', async () => {
    assert.equal((await rig.ask(vera, '/wiki/api/v2/pages/100?body-format=braille')).status, 400);
    for (const limit of ['0', '-1', 'all', '1.5']) assert.equal((await rig.ask(vera, `/wiki/api/v2/pages?limit=${limit}`)).status, 400);
    assert.equal((await rig.ask(vera, '/wiki/api/v2/pages?limit=9999')).status, 200);
  });

  test('a body comes in each format that Confluence has', async () => {
    for (const format of ['storage', 'view', 'export_view', 'anonymous_export_view', 'styled_view', 'editor']) {
      const page = await body(rig.ask(vera, `/wiki/api/v2/pages/100?body-format=${format}`));
      assert.deepEqual(page.body, { [format]: { representation: format, value: '<p>Home at http://localhost:1/wiki</p>' } });
    }
    const { value } = (await body(rig.ask(vera, '/wiki/api/v2/pages/100?body-format=atlas_doc_format'))).body.atlas_doc_format;
    assert.deepEqual(JSON.parse(value), {
      type: 'doc',
      version: 1,
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Home at http://localhost:1/wiki' }] }],
    });
  });

  test('what Confluence has removed says what took its place', async () => {
    for (const path of ['content', 'content/100', 'space', 'space/QUAY']) {
      const response = await rig.ask(vera, `/wiki/rest/api/${path}`);
      assert.deepEqual([response.status, /api\/v2/.test(await response.text())], [410, true], path);
    }
    assert.equal((await rig.ask(vera, '/wiki/rest/api/content/100/nothing')).status, 501);
  });

  test('an address that is no sound text names nothing', async () => {
    assert.equal((await rig.ask(vera, '/wiki/api/v2/pages/%')).status, 501);
  });

  test('what may be read may be asked for by HEAD', async () => {
    const head = new Request('http://localhost:1/wiki/api/v2/pages/100', { method: 'HEAD' });
    assert.equal((await answerConfluence(rig.api, vera, head)).status, 200);
  });

  test('restrictions name the people they admit', async () => {
    const restriction = await body(rig.ask(olga, '/wiki/rest/api/content/101/restriction/byOperation/read'));
    assert.deepEqual(
      restriction.restrictions.user.results.map(({ accountId }: { accountId: string }) => accountId),
      ['acc:olga'],
    );
    const none = await body(rig.ask(olga, '/wiki/rest/api/content/100/restriction/byOperation/read'));
    assert.equal(none.restrictions.user.size + none.restrictions.group.size, 0);
  });
});

describe('attachments', () => {
  test('a download is a redirect to a signed address that gives the bytes', async () => {
    const response = await rig.ask(vera, '/wiki/rest/api/content/100/child/attachment/att900/download?version=2');
    assert.equal(response.status, 302);
    const address = new URL(response.headers.get('location') ?? '');
    assert.equal(rig.media.verify(address), 'att900');
    const attachment = rig.directory.attachment('att900');
    assert.ok(attachment);
    assert.equal(await serveFile(attachment).text(), 'high water.');
  });

  test('another version, another page or a forged signature gives nothing', async () => {
    assert.equal((await rig.ask(vera, '/wiki/rest/api/content/100/child/attachment/att900/download?version=1')).status, 404);
    assert.equal((await rig.ask(vera, '/wiki/rest/api/content/110/child/attachment/att900/download')).status, 404);
    const response = await rig.ask(vera, '/wiki/rest/api/content/100/child/attachment/900/download');
    const address = new URL(response.headers.get('location') ?? '');
    address.searchParams.set('expires', String(Number(address.searchParams.get('expires')) + 1));
    assert.equal(rig.media.verify(address), undefined);
  });
});

describe('people', () => {
  const emailOf = async (caller: typeof vera, id: string) => (await body(rig.ask(caller, `/wiki/rest/api/user?accountId=${id}`))).email;

  test('an address shows only where the profile shows it, and to oneself', async () => {
    assert.equal(await emailOf(vera, 'acc:olga'), 'olga@quay.example');
    assert.equal(await emailOf(vera, 'acc:carl'), '');
    assert.equal(await emailOf(carl, 'acc:carl'), 'carl@quay.example');
    const { results } = await body(rig.ask(vera, '/wiki/api/v2/users-bulk', { accountIds: ['acc:carl', 'acc:ben'] }));
    assert.deepEqual(
      results.map(({ email, accountStatus }: { email: string; accountStatus: string }) => [email, accountStatus]),
      [
        ['', 'active'],
        ['ben@quay.example', 'inactive'],
      ],
    );
  });

  test('the app alone may ask for any address', async () => {
    assert.equal((await rig.ask(vera, '/wiki/rest/api/user/email?accountId=acc:carl')).status, 403);
    const found = await body(rig.ask(app, '/wiki/rest/api/user/email/bulk?accountId=acc:carl&accountId=acc:ben&accountId=acc:vera'));
    assert.deepEqual(
      found.map(({ email }: { email: string }) => email),
      ['carl@quay.example', 'vera@quay.example'],
    );
  });

  test('people are found by the beginnings of their names, whatever the accents', async () => {
    const names = async (cql: string) =>
      (await body(rig.ask(vera, `/wiki/rest/api/search/user?cql=${encodeURIComponent(cql)}`))).results.map(
        ({ title }: { title: string }) => title,
      );
    assert.deepEqual(await names('user.fullname~"nun"'), ['Olga Núñez']);
    assert.deepEqual(await names('type=user and user.fullname~"car jo"'), ['Carl Johansen']);
    assert.deepEqual(await names('user.fullname~"ben"'), []);
    assert.deepEqual(await names('user.accountid in ("acc:vera", acc:olga)'), ['Vera Dahl', 'Olga Núñez']);
    assert.equal((await rig.ask(vera, '/wiki/rest/api/search/user?cql=space=QUAY')).status, 400);
  });

  test('a name with quotation marks and backslashes cannot break out of its text', async () => {
    const cql = 'user.fullname~"x\\" or user.fullname~\\"v"';
    assert.deepEqual((await body(rig.ask(vera, `/wiki/rest/api/search/user?cql=${encodeURIComponent(cql)}`))).results, []);
  });

  test('administrators are told by their operations', async () => {
    const operations = async (caller: typeof vera) =>
      (await body(rig.ask(caller, '/wiki/rest/api/user/current?expand=operations'))).operations;
    const administers = { operation: 'administer', targetType: 'application' };
    assert.deepEqual((await operations(vera)).at(-1), administers);
    assert.equal(JSON.stringify(await operations(olga)).includes('administer'), false);
    const spaceOperations = async (caller: typeof vera) => JSON.stringify(await body(rig.ask(caller, '/wiki/api/v2/spaces/10/operations')));
    assert.match(await spaceOperations(olga), /administer/);
    assert.doesNotMatch(await spaceOperations(carl), /administer/);
  });

  test('a group’s members come in pages with their number', async () => {
    const members = await body(rig.ask(vera, `/wiki/rest/api/group/${GROUP_ID}/membersByGroupId?limit=1&shouldReturnTotalSize=true`));
    assert.deepEqual([members.size, members.totalSize], [1, 2]);
    const groups = await body(rig.ask(vera, '/wiki/rest/api/group/picker?query=PIL'));
    assert.deepEqual(
      groups.results.map(({ name }: { name: string }) => name),
      ['pilots'],
    );
  });

  test('what others may view is for administrators to ask, and not for the app', async () => {
    const question = { subject: { type: 'user', identifier: 'acc:carl' }, operation: 'read' };
    assert.equal((await rig.ask(app, '/wiki/rest/api/content/100/permission/check', question)).status, 403);
    assert.deepEqual((await body(rig.ask(vera, '/wiki/rest/api/content/100/permission/check', question))).hasPermission, true);
    assert.equal((await rig.ask(olga, '/wiki/rest/api/content/100/permission/check', question)).status, 403);
  });

  test('addresses without access to the site are told', async () => {
    const answer = await body(
      rig.ask(vera, '/wiki/api/v2/user/access/check-access-by-email', {
        emails: ['VERA@quay.example', 'ben@quay.example', 'x@y.example', 'none'],
      }),
    );
    assert.deepEqual(answer, { emailsWithoutAccess: ['ben@quay.example', 'x@y.example'], invalidEmails: ['none'] });
  });
});

describe('scopes', () => {
  test('classic or granular scopes suffice, all of one kind', async () => {
    const path = `/wiki/rest/api/group/${GROUP_ID}/membersByGroupId`;
    assert.equal((await rig.ask(scopes('read:confluence-groups'), path)).status, 200);
    assert.equal((await rig.ask(scopes('read:group:confluence', 'read:user:confluence'), path)).status, 200);
    const refused = await rig.ask(scopes('read:group:confluence'), path);
    assert.equal(refused.status, 401);
    assert.deepEqual((await body(refused)).missingScopes, ['read:user:confluence']);
  });

  test('an app cannot use the addresses of the browser', async () => {
    const path = '/wiki/download/attachments/100/tide%20table.txt';
    assert.equal((await rig.ask(vera, path)).status, 302);
    assert.equal((await rig.ask(scopes('read:attachment:confluence'), path)).status, 501);
  });
});

/** Where Confluence's API documents lie, which are not part of this repository. */
const SPEC_FOLDER = process.env['CONFLUENCE_OPENAPI'] ?? '../shared/openapi';
const SPECS = ['confluence-v1.json', 'confluence-v2.json'].map((file) => `${SPEC_FOLDER}/${file}`);
const skip = SPECS.every(existsSync) ? false : 'the API documents are not here';

interface Spec {
  paths: Record<
    string,
    Record<
      string,
      { 'x-atlassian-oauth2-scopes'?: { scopes: string[] }[]; responses: Record<string, { content?: Record<string, { schema: Schema }> }> }
    >
  >;
  components: { schemas: Record<string, Schema> };
}
interface Schema {
  $ref?: string;
  type?: string;
  nullable?: boolean;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
}

/** Ways in which a value differs from its schema: missing or mistyped members. Members that the document lacks are let pass. */
function differences(spec: Spec, schema: Schema, value: unknown, path: string): string[] {
  if (schema.$ref) return differences(spec, spec.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value, path);
  if (schema.allOf) return schema.allOf.flatMap((part) => differences(spec, part, value, path));
  if (schema.oneOf || schema.anyOf || value === null || value === undefined) return [];
  if (schema.type === 'array' || schema.items) {
    if (!Array.isArray(value)) return [`${path} should be a list`];
    return value.flatMap((item, index) => differences(spec, schema.items ?? {}, item, `${path}[${index}]`));
  }
  if (schema.properties || schema.type === 'object') {
    if (typeof value !== 'object' || Array.isArray(value)) return [`${path} should be an object`];
    const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name} is missing`);
    const inner = Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      differences(spec, part, Reflect.get(value, name), `${path}.${name}`),
    );
    return [...missing, ...inner];
  }
  const types: Record<string, string> = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean' };
  const expected = types[schema.type ?? ''];
  return expected && typeof value !== expected ? [`${path} should be a ${expected}`] : [];
}

describe('the API documents', { skip }, () => {
  const [v1, v2] = skip ? [] : SPECS.map((file): Spec => JSON.parse(readFileSync(file, 'utf8')));
  const operationOf = (method: string, path: string) => {
    const spec = path.startsWith('/wiki/api/v2') ? v2 : v1;
    const own = path.replace('/wiki/api/v2', '');
    return { spec, operation: spec?.paths[own]?.[method.toLowerCase()] };
  };

  test('every operation of the stand-in is in them, with the same scopes', () => {
    for (const { method, path, scopes: own } of restEndpoints) {
      const { operation } = operationOf(method, path);
      assert.ok(operation, `${method} ${path}`);
      const documented = (operation['x-atlassian-oauth2-scopes'] ?? []).map((entry) => [...entry.scopes].sort().join());
      const known = [own.classic, own.granular].filter((set) => set !== undefined).map((set) => [...set].sort().join());
      assert.ok(
        documented.every((set) => known.includes(set)),
        `${method} ${path}: ${documented} in ${known}`,
      );
    }
  });

  const samples = [
    '/wiki/api/v2/pages/100?body-format=view',
    '/wiki/api/v2/blogposts/103?body-format=storage',
    '/wiki/api/v2/pages',
    '/wiki/api/v2/blogposts',
    '/wiki/api/v2/pages/100/attachments',
    '/wiki/api/v2/attachments/att900',
    '/wiki/api/v2/pages/100/operations',
    '/wiki/api/v2/pages/100/labels',
    '/wiki/api/v2/pages/100/versions',
    '/wiki/api/v2/attachments',
    '/wiki/api/v2/pages/100?body-format=atlas_doc_format',
    '/wiki/api/v2/pages/100/children',
    '/wiki/api/v2/spaces',
    '/wiki/api/v2/spaces/10',
    '/wiki/api/v2/spaces/10/operations',
    '/wiki/api/v2/spaces/10/pages',
    '/wiki/rest/api/user?accountId=acc:olga',
    '/wiki/rest/api/user/current?expand=operations',
    '/wiki/rest/api/user/bulk?accountId=acc:olga',
    '/wiki/rest/api/user/memberof?accountId=acc:olga',
    '/wiki/rest/api/search?cql=title~%22h*%22',
    '/wiki/rest/api/search/user?cql=user.fullname~%22o%22',
    '/wiki/rest/api/group/picker?query=p',
    `/wiki/rest/api/group/by-id?id=${GROUP_ID}`,
    `/wiki/rest/api/group/${GROUP_ID}/membersByGroupId`,
    '/wiki/rest/api/content/100/restriction/byOperation/read',
  ];
  const templateOf = (path: string): string =>
    restEndpoints.find((endpoint) => new RegExp(`^${endpoint.path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path))?.path ?? '';

  test('answers have the members and types that they describe', async () => {
    for (const sample of samples) {
      const path = sample.replace(/\?.*$/, '');
      const { spec, operation } = operationOf('GET', templateOf(path));
      const schema = operation?.responses['200']?.content?.['application/json']?.schema;
      assert.ok(spec && schema, sample);
      assert.deepEqual(differences(spec, schema, await body(rig.ask(olga, sample)), ''), [], sample);
    }
  });
});
