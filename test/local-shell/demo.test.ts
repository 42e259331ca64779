import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { accountIdSchema, contentIdSchema, groupIdSchema, spaceIdSchema } from '#contract/draft';
import { escapeHtml, expandElements } from '#local/demo/elements';
import { demoSite } from '#local/demo/index';
import { seededBytes } from '#local/demo/seed';
import type { DemoAttachment } from '#local/model';

const { users, groups, spaces, contents, attachments } = demoSite;
const bodies = contents.map(({ body }) => body).join('\n');

async function bytesOf(file: DemoAttachment): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the demo site', () => {
  test('has eight people in four groups, four spaces, at least fifteen pages and two blog posts', () => {
    assert.equal(users.length, 8);
    assert.equal(groups.length, 4);
    assert.ok(spaces.length >= 3);
    assert.ok(contents.filter(({ type }) => type === 'page').length >= 15);
    assert.equal(contents.filter(({ type }) => type === 'blogpost').length, 2);
  });

  test('has a site administrator, a space administrator, a hidden address and a deactivated account', () => {
    assert.deepEqual(
      users.filter(({ siteAdmin }) => siteAdmin).map(({ username }) => username),
      ['mira'],
    );
    assert.ok(
      spaces.some(({ adminAccountIds }) => adminAccountIds.some((id) => users.some((user) => user.accountId === id && !user.siteAdmin))),
    );
    assert.deepEqual(
      users.filter(({ emailVisible }) => !emailVisible).map(({ username }) => username),
      ['seun'],
    );
    assert.deepEqual(
      users.filter(({ active }) => !active).map(({ username }) => username),
      ['pavel'],
    );
  });

  test('uses ids as the contract knows them, each once', () => {
    for (const { accountId } of users) accountIdSchema.parse(accountId);
    for (const { id } of groups) groupIdSchema.parse(id);
    for (const { id } of spaces) spaceIdSchema.parse(id);
    for (const { id } of [...contents, ...attachments]) contentIdSchema.parse(id);
    const ids = [...contents, ...attachments].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  test('has only parents, authors, spaces and homepages that exist', () => {
    const known = new Set([...contents, ...spaces].map(({ id }) => id));
    const people = new Set<string>(users.map(({ accountId }) => accountId));
    for (const content of contents) {
      assert.ok(known.has(content.spaceId) && people.has(content.authorId), content.title);
      assert.ok(content.parentId === undefined || known.has(content.parentId), content.title);
    }
    for (const { homepageId, adminAccountIds } of spaces) assert.ok(known.has(homepageId) && adminAccountIds.every((id) => people.has(id)));
  });

  test('speaks of example domains alone', () => {
    const hosts = [...bodies.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host = '']) => host);
    const addresses = users.map(({ email }) => email.split('@')[1] ?? '');
    for (const host of [...hosts, ...addresses]) assert.match(host, /(^|\.)(example|example\.(org|com|net))$/, host);
  });

  test('has a page that only some may view and one whose mail is longer than 102,400 bytes', () => {
    assert.ok(contents.some(({ restrictedTo }) => restrictedTo?.users.length === 2));
    assert.ok(contents.some(({ body }) => Buffer.byteLength(body) > 200_000));
  });

  const ELEMENTS: Readonly<Record<string, RegExp>> = {
    'headings of the first level': /<h1 /,
    'headings of the third level': /<h2 [\s\S]*<h3 |<h3 [\s\S]*<h2 /,
    'indentation and alignment': /margin-left: 30\.0px[\s\S]*|text-align: center/,
    'text and highlight colours': /color: rgb\(191,38,0\)[\s\S]*background-color: rgb/,
    'sub- and superscript': /<sub>[\s\S]*<sup>|<sup>[\s\S]*<sub>/,
    'quotes and rules': /<blockquote>[\s\S]*<hr\/>/,
    'links between pages': /data-linked-resource-type="page"/,
    'smart links inline': /data-card-appearance="inline"/,
    'smart link cards': /data-card-appearance="block"/,
    'smart link embeds': /data-card-appearance="embed"/,
    'table of contents': /toc-macro[\s\S]*href='#/,
    anchors: /confluence-anchor-link/,
    'header rows and columns': /<tr><th class="confluenceTh"><p>Mk III/,
    'numbered tables': /numberingColumn/,
    'merged cells': /colspan="2"[\s\S]*rowspan="2"|rowspan="2"[\s\S]*colspan="2"/,
    'coloured cells': /data-highlight-colour="#abf5d1"/,
    'fixed and percentage widths': /width: 35%[\s\S]*|width: 200\.0px/,
    'nested tables': /<td class="confluenceTd"><div class="table-wrap">/,
    'a very wide table': /data-table-width="1800"/,
    'images as attachments': /data-linked-resource-type="attachment"/,
    thumbnails: /download\/thumbnails/,
    captions: /image-caption/,
    'a linked image': /<a href="https:\/\/harbour\.example\/shop\/mk3" rel="nofollow"><img/,
    'an external image': /confluence-external-resource/,
    SVG: /data-linked-resource-content-type="image\/svg\+xml"/,
    'animated GIF': /data-linked-resource-content-type="image\/gif"/,
    emoji: /data-emoji-fallback="👋"/,
    'emoji of several characters': /👩‍👩‍👧‍👦/,
    'old emoticons': /emoticon-tick/,
    code: /syntaxhighlighter-pre/,
    'inline code': /<code>/,
    'a code title': /codeHeader/,
    'every kind of panel': /macro-information[\s\S]*macro-note[\s\S]*macro-tip[\s\S]*macro-warning/,
    'custom panels': /class="panel" style="background-color/,
    expands: /expand-container/,
    'two and three columns': /two-equal[\s\S]*three-equal|three-equal[\s\S]*two-equal/,
    sidebars: /two-left-sidebar/,
    'open and done tasks': /<li data-inline-task-id[\s\S]*<li class="checked"|<li class="checked"[\s\S]*<li data-inline-task-id/,
    decisions: /decision-list/,
    dates: /<time datetime=/,
    'status lozenges': /status-macro aui-lozenge/,
    mentions: /confluence-userlink user-mention/,
    'page properties': /plugin-tabmeta-details/,
    excerpts: /data-macro-name="excerpt"/,
    'an attachments list': /class="attachments aui"/,
    children: /childpages-macro/,
    labels: /label-list/,
    'a Jira issue': /confluence-jim-macro jira-issue/,
    'a Jira table': /class="jira-issues"/,
    'a chart': /chart-macro/,
    'draw.io with and without a picture': /drawio120007[\s\S]*drawio120008/,
    maths: /data-latex/,
    video: /<video /,
    iframe: /<iframe /,
    forms: /<form /,
    'an unknown app': /org\.example\.gantt/,
    scripts: /<script/,
    styles: /<style/,
    'right to left': /dir="rtl" lang="ar"/,
    CJK: /lang="ja"[\s\S]*lang="zh-Hans"[\s\S]*lang="ko"/,
    'combining marks': /ẹ̀ẹ̀/,
  };
  for (const [name, shape] of Object.entries(ELEMENTS)) test(`shows ${name}`, () => assert.ok(shape.test(bodies), String(shape)));

  test('leaves no short element unwritten', () => assert.equal(/<\/?x-[a-z]+/.exec(bodies), null));
});

describe('the demo attachments', () => {
  test('reach from 1 KiB to 20 MiB and have as many bytes as they say', async () => {
    const sizes = attachments.map(({ sizeBytes }) => sizeBytes);
    assert.ok(sizes.includes(1024));
    assert.equal(Math.max(...sizes), 20 * 1024 * 1024);
    for (const file of attachments) assert.equal((await bytesOf(file)).length, file.sizeBytes, file.title);
  });

  test('have the same bytes each time they are read', async () => {
    for (const file of attachments) assert.ok((await bytesOf(file)).equals(await bytesOf(file)), file.title);
  });

  test('are what their type says', async () => {
    const magic: Readonly<Record<string, string>> = {
      'image/png': '89504e47',
      'image/jpeg': 'ffd8ff',
      'image/gif': '47494638',
      'application/pdf': '25504446',
    };
    for (const file of attachments) {
      const wanted = magic[file.mediaType];
      if (wanted) assert.ok((await bytesOf(file)).toString('hex', 0, 8).startsWith(wanted), file.title);
    }
  });

  test('have names with umlauts, spaces, quotes, semicolons and CJK', () => {
    const names = attachments.map(({ title }) => title).join('\n');
    for (const part of ['ü', 'ß', ' ', '"', ';', "'", '–', '取扱説明書']) assert.ok(names.includes(part), part);
  });

  test('a seeded stream has exactly the bytes asked for, at and around a chunk', () => {
    for (const size of [0, 1, 65_535, 65_536, 65_537]) {
      const chunks = [...seededBytes(7, size)];
      assert.equal(
        chunks.reduce((sum, { length }) => sum + length, 0),
        size,
      );
    }
    const digest = (seed: number): string =>
      createHash('sha256')
        .update(Buffer.concat([...seededBytes(seed, 1000)]))
        .digest('hex');
    assert.equal(digest(1), digest(1));
    assert.notEqual(digest(1), digest(2));
  });
});

describe('short elements of page bodies', () => {
  const scope = { contentId: '1', title: 'T', attachment: () => ({ id: 'att5', version: 2, mediaType: 'image/png', modifiedMs: 0 }) };

  test('an image names its attachment, its version and its page', () => {
    const html = expandElements(`<x-image file="a b's.png" width="100" alt="&quot;A&quot;"/>`, scope);
    assert.match(html, /src="\{site\}\/download\/thumbnails\/1\/a%20b%27s\.png\?version=2&amp;/);
    assert.match(html, /data-linked-resource-id="5"/);
    assert.match(html, /alt="&quot;A&quot;"/);
  });

  test('an unknown element is named', () => assert.throws(() => expandElements('<x-nothing/>', scope), /x-nothing/));
  test('escaping leaves entities alone', () => assert.equal(escapeHtml('<a & b> &amp;'), '&lt;a &amp; b&gt; &amp;'));
});
