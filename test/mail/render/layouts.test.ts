import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { layoutsOf, mayHideColumns } from '#mail/render/index';
import { render, wordsOf } from '#test/mail/render/support';

const paragraph = (text: string) => ({ type: 'paragraph', content: text === '' ? [] : [{ type: 'text', text }] });
const section = (columns: readonly (readonly string[])[], widths: readonly number[] = []) => ({
  type: 'layoutSection',
  content: columns.map((texts, at) => ({
    type: 'layoutColumn',
    attrs: { width: widths[at] ?? 100 / columns.length },
    content: texts.map(paragraph),
  })),
});
const documentOf = (...sections: readonly object[]) =>
  JSON.stringify({ type: 'doc', version: 1, content: [paragraph('Intro'), ...sections] });

/** As Confluence renders it: what is beyond the third column below the third. */
const rendered = (columns: readonly (readonly string[])[]) => {
  const cells = [columns[0] ?? [], columns[1] ?? [], columns.slice(2).flat()];
  const inner = cells.map(
    (texts) =>
      `<div class="cell normal" data-type="normal"><div class="innerCell">${texts.map((text) => (text === '' ? '<p />' : `<p>${text}</p>`)).join('')}</div></div>`,
  );
  return `<div class="columnLayout three-equal" data-layout="three-equal">${inner.join('')}</div>`;
};
const columnsIn = (body: string): string[] =>
  [...body.matchAll(/<td class="c"[^>]*>([\s\S]*?)<\/td>/g)].map((match) => wordsOf(match[1] ?? ''));
const widthsIn = (body: string): string[] => [...body.matchAll(/<td class="c" width="([\d.]+%)"/g)].map((match) => match[1] ?? '');

const FOUR = [['Ebb'], ['Flow'], ['Slack', 'water'], ['Spring', 'tide']];
const FIVE = [...FOUR, ['Neap']];

describe('sections of more than three columns', () => {
  for (const [name, columns] of Object.entries({ four: FOUR, five: FIVE }))
    test(`${name} come as ${name}`, () => {
      const layouts = layoutsOf(documentOf(section(columns)));
      assert.deepEqual(
        columnsIn(render(rendered(columns), { layouts }).body),
        columns.map((texts) => texts.join(' ')),
      );
    });

  test('have the widths of the document', () => {
    const layouts = layoutsOf(documentOf(section(FOUR, [10, 20, 30, 40])));
    assert.deepEqual(widthsIn(render(rendered(FOUR), { layouts }).body), ['10%', '20%', '30%', '40%']);
  });

  test('are told apart by their words where blocks were added or left out', () => {
    const layouts = layoutsOf(documentOf(section([['Ebb'], ['Flow'], ['Slack', ''], ['Spring'], ['Neap', '']])));
    const html = rendered([['Ebb'], ['Flow'], ['Slack'], ['Spring'], ['Neap']]);
    assert.deepEqual(columnsIn(render(html, { layouts }).body), ['Ebb', 'Flow', 'Slack', 'Spring', 'Neap']);
  });

  test('each is found among several, in a column that is empty too', () => {
    const other = [['One'], [''], ['Three'], ['Four']];
    const layouts = layoutsOf(documentOf(section(FOUR), section([['a'], ['b'], ['c']]), section(other)));
    const html = rendered([['a'], ['b'], ['c']]) + rendered(other) + rendered(FOUR);
    assert.deepEqual(columnsIn(render(html, { layouts }).body), [
      'a',
      'b',
      'c',
      'One',
      '',
      'Three',
      'Four',
      'Ebb',
      'Flow',
      'Slack water',
      'Spring tide',
    ]);
  });

  test('stay together where the document is another one, and lose no word', () => {
    const layouts = layoutsOf(documentOf(section([['Ebb'], ['Flow'], ['Other'], ['words'], ['here']])));
    assert.deepEqual(columnsIn(render(rendered(FOUR), { layouts }).body), ['Ebb', 'Flow', 'Slack water Spring tide']);
  });

  test('none are read from what is no document', () => {
    for (const text of ['', 'x', 'null', '[]', '{"content":{}}', '{"content":[null,{"type":"layoutSection","content":[1,2,3,4]}]}'])
      assert.deepEqual(layoutsOf(text), []);
  });

  test('only a body of three equal columns may hide some', () => {
    assert.equal(mayHideColumns(rendered(FOUR)), true);
    assert.equal(mayHideColumns('<div class="columnLayout two-equal">three-equal</div>'), false);
  });
});
