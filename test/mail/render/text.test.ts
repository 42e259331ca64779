import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { layoutTable, type TextRow } from '#mail/render/text/table';
import { columns, wrap } from '#mail/render/text/width';
import { render } from '#test/mail/render/support';

const row = (cells: readonly string[], header = false): TextRow =>
  cells.map((text) => ({ lines: text === '' ? [] : text.split('\n'), header, colspan: 1, rowspan: 1 }));

describe('columns', () => {
  for (const [text, width] of [
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['満潮', 4],
    ['👩‍👩‍👧‍👦', 2],
    ['👍🏽', 2],
    ['ไทย', 3],
    ['\u200b', 0],
  ] as const)
    test(`of ${text} are ${width}`, () => assert.equal(columns(text), width));
});

describe('wrapping', () => {
  test('breaks at blanks and keeps a word that is longer whole', () => {
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrap('see https://example.org/very/long now', 12), ['see', 'https://example.org/very/long', 'now']);
  });
  test('breaks scripts without blanks between letters, not before punctuation', () => {
    assert.deepEqual(wrap('満潮は一日に二回あります。', 10), ['満潮は一日', 'に二回あり', 'ます。']);
  });
  test('breaks such scripts behind a pause where there is one, so that words stay whole', () => {
    assert.deepEqual(wrap('潮が満ちる。時計は「そう」と言う。猫は知る。', 24), ['潮が満ちる。', '時計は「そう」と言う。', '猫は知る。']);
    assert.deepEqual(wrap('See 潮が満ちるときに時計は鳴る。', 24), ['See', '潮が満ちるときに時計は鳴', 'る。']);
  });
  test('loses no character', () => {
    const text = '漢字とkanji、 mixed テキスト。'.repeat(20).trim();
    assert.equal(wrap(text, 20).join('').replace(/ /g, ''), text.replace(/ /g, ''));
  });
});

describe('a table', () => {
  test('is aligned while it fits', () => {
    assert.deepEqual(layoutTable([row(['Wheel', 'Teeth'], true), row(['Centre', '64']), row(['満', '5'])], 78), [
      'Wheel  | Teeth',
      '-------+------',
      'Centre | 64',
      '満     | 5',
    ]);
  });
  test('becomes records under its names when it does not', () => {
    assert.deepEqual(layoutTable([row(['What', 'Who'], true), row(['Dials', 'Tomás\nHana']), row(['Firmware', ''])], 20), [
      'What | Who',
      '----------',
      'What: Dials',
      'Who:',
      '  Tomás',
      '  Hana',
      '',
      'What: Firmware',
    ]);
  });
  test('names each column that a merged header reaches over', () => {
    const head: TextRow = [{ lines: ['Both'], header: true, colspan: 2, rowspan: 1 }];
    assert.deepEqual(layoutTable([head, row(['a', 'b\nc'])], 78), ['Both', '----', 'Both: a', 'Both:', '  b', '  c']);
  });
  test('says a long name in full once, and its beginning before each value', () => {
    const name = 'How high the water stood at noon, in metres above the zero of the gauge';
    const lines = layoutTable([row([name, 'Who'], true), row(['4.2', 'Mira']), row(['4.4', 'Hana'])], 40);
    assert.equal(lines.slice(0, 2).join(' '), `${name} | Who`);
    assert.equal(lines.filter((line) => line.startsWith('How high')).length, 3);
    assert.match(lines.join('\n'), /above the zero…:\n {2}4\.2\nWho: Mira\n\n/);
  });
  test('of keys and values reads as such', () => {
    assert.deepEqual(layoutTable([row(['Owner', 'Mira']), row(['Why', 'Because of\nthe tide'])], 78), [
      'Owner: Mira',
      '',
      'Why:',
      '  Because of',
      '  the tide',
    ]);
  });
  test('of cells with several lines parts them', () => {
    assert.deepEqual(layoutTable([row(['a\nb', 'c', 'd'])], 78), ['a', 'b', '', 'c', '', 'd']);
  });
  test('keeps merged cells in their columns', () => {
    const wide: TextRow = [{ lines: ['all of it'], header: false, colspan: 2, rowspan: 1 }];
    const tall: TextRow = [
      { lines: ['t'], header: false, colspan: 1, rowspan: 2 },
      { lines: ['1'], header: false, colspan: 1, rowspan: 1 },
    ];
    assert.deepEqual(layoutTable([row(['abcd', 'efghij']), wide, tall, row(['2'])], 78), [
      'abcd | efghij',
      'all of it',
      't    | 1',
      '     | 2',
    ]);
  });
  test('has a caption above its columns', () => {
    assert.equal(
      render('<table><caption>Tides of the week</caption><tr><td>Mo</td><td>4.2</td></tr></table>').bodyText,
      'Tides of the week\nMo | 4.2',
    );
  });
  test('of one column is a row of paragraphs', () => {
    assert.deepEqual(layoutTable([row(['a\nb']), row(['c'])], 78), ['a', 'b', '', 'c']);
  });
});
