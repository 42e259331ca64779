import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { FileError, readPage } from '#local/render/files';

describe('the file of a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-page-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const read = (content: string | Buffer): string => {
    const path = join(folder, 'page.html');
    writeFileSync(path, content);
    return readPage(path);
  };

  test('a fragment, a whole document, storage format and a page in UTF-16 are pages', () => {
    for (const page of [
      '<h1>Harbour</h1>',
      'Words, then <b>more</b>',
      '<!doctype html><html><body><p>x</p></body></html>',
      '<?xml version="1.0"?><!DOCTYPE html><html><p>x</p></html>',
      '<ac:structured-macro ac:name="toc"/>',
      '<p>tab\there\r\nnext\fline</p>',
      '<p><svg></svg></p>',
    ])
      assert.equal(read(page), page);
    assert.equal(read(Buffer.from('\ufeff<p>x</p>', 'utf16le')), '<p>x</p>');
  });

  test('pictures, archives, documents and plain text are none', async () => {
    const picture = sharp({ create: { width: 9, height: 9, channels: 3, background: '#0c66e4' } });
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>';
    for (const content of [
      ...(await Promise.all([picture.png().toBuffer(), picture.jpeg().toBuffer(), picture.gif().toBuffer(), picture.webp().toBuffer()])),
      Buffer.from('PK\u0003\u0004\u0014\0\u0006\0', 'latin1'),
      Buffer.concat([Buffer.from('%PDF-1.7\n1 0 obj <</Length 9>> stream\n'), deflateSync('words '.repeat(200))]),
      svg,
      `<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn -->\n${svg}`,
      `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">${svg}`,
      'Just words.',
      '{"body": 1}',
    ])
      assert.throws(
        () => read(content),
        (error) => error instanceof FileError && error.message.includes('is no HTML'),
      );
    for (const empty of ['', ' \n', '\ufeff']) assert.throws(() => read(empty), /page\.html is empty\.$/);
  });
});
