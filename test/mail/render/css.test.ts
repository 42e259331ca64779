import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseDeclarations, parsePercent, parsePx } from '#mail/render/css';

describe('a style attribute', () => {
  test('gives its declarations, the last of each property', () => {
    assert.deepEqual(
      [...parseDeclarations('color: red; COLOR : blue !important;;margin-left: 30.0px')],
      [
        ['color', 'blue'],
        ['margin-left', '30.0px'],
      ],
    );
  });

  test('is not split inside strings, brackets and escapes', () => {
    assert.deepEqual(
      [...parseDeclarations(`background: url("a;b"); font-family: 'x;color:red'; width: calc(1px; 2px); a\\;b: c`)].map(([name]) => name),
      ['background', 'font-family', 'width', 'a\\;b'],
    );
  });

  test('of absurd length is not read', () => assert.equal(parseDeclarations('color:red;'.repeat(1000)).size, 0));
});

describe('a length', () => {
  for (const [text, px] of [
    ['30.0px', 30],
    ['12pt', 16],
    ['2em', 30],
    ['120', 120],
    ['-5px', -5],
    ['50%', undefined],
    ['auto', undefined],
    ['1e9px', undefined],
    ['calc(1px)', undefined],
    [undefined, undefined],
  ] as const) {
    test(`${text} is ${px} px`, () => assert.equal(parsePx(text), px));
  }
  test('in per cent is at most 100', () => {
    assert.equal(parsePercent('33.3%'), 33.3);
    assert.equal(parsePercent('400%'), 100);
    assert.equal(parsePercent('33px'), undefined);
  });
});
