import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from '#mail/render/parse';
import type { Element, Node } from '#mail/render/tree';

/** A tree as markup with every tag closed; for small trees only. */
const show = (node: Node): string =>
  typeof node === 'string' ? node : node.name.startsWith('#') ? inside(node) : `<${node.name}>${inside(node)}</${node.name}>`;
const inside = (element: Element): string => element.children.map(show).join('');
const tree = (html: string): string => inside(parse(html).root);

describe('parsing', () => {
  const cases: readonly (readonly [behaviour: string, html: string, expected: string])[] = [
    ['ends a paragraph at the next block', '<p>a<p>b<div>c</div>', '<p>a</p><p>b</p><div>c</div>'],
    [
      'takes a self-closed element as closed, as Confluence writes XHTML',
      '<p />a<div class="x"/>b<a id="y"/>c',
      '<p></p>a<div></div>b<a></a>c',
    ],
    ['goes on behind a self-closed frame', '<iframe src=""/><p>a</p>', '<iframe></iframe><p>a</p>'],
    ['passes over a script whose slash was written in vain', '<script/>alert(1)</script>a', 'a'],
    [
      'goes on behind a script that is really closed',
      '<script src="x"/><p>a</p><script>b</script>',
      '<script></script><p>a</p><script>b</script>',
    ],
    [
      'ends list items at the next one, in their own list',
      '<ul><li>a<ul><li>b<li>c</ul><li>d</ul>',
      '<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>',
    ],
    ['adds a row that is missing', '<table><td>a<td>b</table>', '<table><tr><td>a</td><td>b</td></tr></table>'],
    [
      'ends cells, rows and sections where their tags are missing',
      '<table><thead><tr><th>a<tbody><tr><td>b<tr><td>c</table>',
      '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr><tr><td>c</td></tr></tbody></table>',
    ],
    [
      'keeps a table in a cell',
      '<table><tr><td><table><tr><td>a</table>b</table>',
      '<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>',
    ],
    ['puts what is misplaced in a table before it', '<table>a<tr><b>c</b><td>d</table>', 'a<b>c</b><table><tr><td>d</td></tr></table>'],
    [
      'does not let an end tag in a cell close what is around the table',
      '<div><table><tr><td></div>a</table>b</div>c',
      '<div><table><tr><td>a</td></tr></table>b</div>c',
    ],
    ['keeps the content of a cell without a table', '<td>a</td><td>b</td>', 'ab'],
    ['ignores an end tag that nothing opened', 'a</span></div>b', 'ab'],
    ['reads </br> and </p> as browsers do', 'a</br>b</p>c', 'a<br></br>b<p></p>c'],
    ['ends a heading at the next', '<h1>a<h2>b</h2>', '<h1>a</h1><h2>b</h2>'],
    ['decodes entities', '<p title="&quot;">&lt;b&gt; &amp;amp; &nbsp;&#x1F600;</p>', '<p><b> &amp; \u00a0😀</p>'],
    [
      'reads the text of storage-format code',
      '<ac:plain-text-body><![CDATA[if (a < b) <x>]]></ac:plain-text-body>',
      '<ac:plain-text-body>if (a < b) <x></ac:plain-text-body>',
    ],
    ['takes other CDATA and comments for comments', 'a<![CDATA[b]]><!-- c -->d', 'ad'],
    ['replaces half characters', 'a\ud83d', 'a\ufffd'],
  ];
  for (const [behaviour, html, expected] of cases) test(behaviour, () => assert.equal(tree(html), expected));

  test('keeps the first of two attributes of one name', () => {
    const [a] = parse('<a HREF="x" href="y">').root.children;
    assert.equal(typeof a === 'object' && a.attributes.get('href'), 'x');
  });

  test('never nests deeper than 250 elements, and loses no text', () => {
    let depth = 0;
    let words = 0;
    const stack: [Element, number][] = [[parse('<div>a'.repeat(5000)).root, 0]];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const [element, level] = next;
      depth = Math.max(depth, level);
      for (const child of element.children) {
        if (typeof child === 'string') words += child.split('a').length - 1;
        else stack.push([child, level + 1]);
      }
    }
    assert.ok(depth <= 251, String(depth));
    assert.equal(words, 5000);
  });
});
