import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readBody } from '#app/delivery/render';
import { AppFailure } from '#app/failure';
import { PAGE, stubReader } from '#test/app/rig';

const cells = '<div class="cell"><p>a</p></div>'.repeat(3);
const COLUMNS = `<div class="columnLayout three-equal">${cells}</div>`;
const column = { type: 'layoutColumn', attrs: { width: 25 }, content: [] };
const DOCUMENT = JSON.stringify({ type: 'doc', content: [{ type: 'layoutSection', content: [column, column, column, column] }] });

/** The formats that are asked for. */
function counting(bodies: Parameters<typeof stubReader>[0]) {
  const reader = stubReader(bodies);
  const asked: (string | undefined)[] = [];
  const page: typeof reader.page = (ref, format) => {
    asked.push(format);
    return reader.page(ref, format);
  };
  return { asked, reader: { ...reader, page } };
}

describe('the document of a page', () => {
  test('is read where the body may have put columns together', async () => {
    const { asked, reader } = counting({ bodies: { export_view: COLUMNS, atlas_doc_format: DOCUMENT } });
    const { body, layouts } = await readBody(reader, PAGE);
    assert.equal(body, COLUMNS);
    assert.deepEqual(
      layouts?.map(({ length }) => length),
      [4],
    );
    assert.deepEqual(asked, ['export_view', 'atlas_doc_format']);
  });
  test('is not asked for by any other page', async () => {
    const { asked, reader } = counting({ bodies: { export_view: '<p>a</p>', atlas_doc_format: DOCUMENT } });
    assert.equal((await readBody(reader, PAGE)).layouts, undefined);
    assert.deepEqual(asked, ['export_view']);
  });
  test('may be refused: the page comes as it was rendered', async () => {
    const { reader } = counting({ bodies: { view: COLUMNS } });
    const refusing: typeof reader.page = (ref, format) =>
      format === 'atlas_doc_format' ? Promise.reject(new AppFailure('CONFLUENCE_REFUSED')) : reader.page(ref, format);
    const { body, layouts } = await readBody({ ...reader, page: refusing }, PAGE);
    assert.equal(body, COLUMNS);
    assert.equal(layouts, undefined);
  });
});
