import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render } from '#test/mail/render/support';

/** Numbers that the items carry, in order. */
const values = (html: string): string[] => [...render(html).body.matchAll(/<li[^>]* value="(-?\d+)"/g)].map((match) => match[1] ?? '');

describe('a list that counts down', () => {
  const cases: readonly (readonly [kind: string, html: string, numbers: string[], text: string])[] = [
    ['begins at the number of its items', '<ol reversed><li>a</li><li>b</li><li>c</li></ol>', ['3', '2', '1'], '3. a\n2. b\n1. c'],
    ['begins where it says', '<ol reversed="reversed" start="10"><li>a</li><li>b</li></ol>', ['10', '9'], '10. a\n9. b'],
    ['goes below one', '<ol reversed="" start="1"><li>a</li><li>b</li><li>c</li></ol>', ['1', '0', '-1'], '1. a\n0. b\n-1. c'],
    [
      'goes on from an item with a number',
      '<ol reversed><li>a</li><li value="7">b</li><li>c</li></ol>',
      ['3', '7', '6'],
      '3. a\n7. b\n6. c',
    ],
    ['counts in letters', '<ol reversed type="A"><li>a</li><li>b</li></ol>', ['2', '1'], 'B. a\nA. b'],
    [
      'counts its own items only',
      '<ol reversed><li>a<ul><li>x</li><li>y</li></ul></li><li>b</li></ol>',
      ['2', '1'],
      '2. a\n   - x\n   - y\n1. b',
    ],
  ];
  for (const [kind, html, numbers, text] of cases) {
    test(kind, () => {
      assert.deepEqual(values(html), numbers);
      assert.equal(render(html).bodyText, text);
    });
  }

  test('other lists give no item a number that the page does not', () => {
    assert.deepEqual(values('<ol><li>a</li><li value="5">b</li><li>c</li></ol>'), ['5']);
  });
});
