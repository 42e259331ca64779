import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { attachImages, firstHeading, withImportedPages } from '#local/pages';
import { quay } from '#test/local/rig';

function folderWith(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-pages-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

describe('pages from a folder', () => {
  test('each HTML file is a page of the space IMPORT, named by its first heading or its file', () => {
    using files = folderWith({
      'a.html': '<p>x</p><h2>Low <em>tide</em>\n &amp; co</h2><h1>No</h1>',
      'b.html': '<p>none</p>',
      'c.txt': 'no page',
    });
    const site = withImportedPages(quay, files.folder);
    const space = site.spaces.find(({ key }) => key === 'IMPORT');
    const pages = site.contents.filter(({ spaceId, parentId }) => spaceId === space?.id && parentId !== undefined);
    assert.deepEqual(
      pages.map(({ title }) => title),
      ['Low tide & co', 'b'],
    );
  });

  test('two pages with the same heading have different titles', () => {
    using files = folderWith({ 'a.html': '<h1>Same</h1>', 'b.html': '<h1>Same</h1>' });
    const titles = withImportedPages(quay, files.folder).contents.map(({ title }) => title);
    assert.deepEqual(titles.slice(-2), ['Same', 'Same (b)']);
  });

  test('files beside a page are its attachments', async () => {
    using files = folderWith({ 'a.html': '<h1>A</h1>', 'a.attachments/map.png': 'bytes', 'a.attachments/list.csv': '1,2' });
    const site = withImportedPages(quay, files.folder);
    const own = site.attachments.slice(-2);
    assert.deepEqual(
      own.map(({ title, mediaType, sizeBytes }) => [title, mediaType, sizeBytes]),
      [
        ['list.csv', 'text/csv', 3],
        ['map.png', 'image/png', 5],
      ],
    );
    assert.equal(own[1]?.contentId, site.contents.at(-1)?.id);
    const chunks: Uint8Array[] = [];
    for await (const chunk of own[1]?.read() ?? []) chunks.push(chunk);
    assert.equal(Buffer.concat(chunks).toString(), 'bytes');
  });

  test('folders, hidden files and byte order marks are no content', () => {
    using files = folderWith({
      'a.html': '\ufeff<h1>Dock \u200b</h1>',
      'a.attachments/.DS_Store': 'x',
      'a.attachments/inner/map.png': 'x',
      'b.html/index.html': '<h1>In a folder</h1>',
      '.c.html': '<h1>Hidden</h1>',
    });
    writeFileSync(join(files.folder, 'd.html'), Buffer.from('\ufeff<h1>Kräne</h1>', 'utf16le'));
    const site = withImportedPages(quay, files.folder);
    const pages = site.contents.filter(({ parentId }) => parentId === '900000');
    assert.deepEqual(
      pages.map(({ title, body }) => [title, body]),
      [
        ['Dock', '<h1>Dock \u200b</h1>'],
        ['Kräne', '<h1>Kräne</h1>'],
      ],
    );
    assert.equal(site.attachments.length, quay.attachments.length);
  });

  test('an image that names one of the files is marked as that attachment; everything else stays as it is', () => {
    using files = folderWith({ 'a.html': '', 'a.attachments/chart one.png': 'x' });
    const own = withImportedPages(quay, files.folder).attachments.slice(-1);
    const id = own[0]?.id.slice(3);
    const html = '<P Class=x>é<img alt="A &amp; B" src="https://old.example/x/chart%20one.png?v=3"><br/><img src="other.png"></P>';
    const attached = attachImages(html, own);
    assert.match(
      attached,
      new RegExp(
        `^<P Class=x>é<img alt="A &amp; B" src="\\{site\\}/download/attachments/\\d+/chart%20one\\.png\\?[^"]+"[^>]* data-linked-resource-id="${id}"[^>]*><br/><img src="other.png"></P>$`,
      ),
    );
    assert.match(
      attachImages('<img data-linked-resource-default-alias="chart one.png" src="blob:1">', own),
      new RegExp(`data-linked-resource-id="${id}"`),
    );
  });

  test('style sheets in a heading are no title', () => {
    assert.equal(firstHeading('<h1><style>p{}</style> Harbour <script>x</script>log</h1>'), 'Harbour log');
    assert.equal(firstHeading('<h1> </h1><h2>Second</h2>'), 'Second');
    assert.equal(firstHeading('<p>none</p>'), undefined);
  });
});
