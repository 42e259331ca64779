import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render, wordsOf } from '#test/mail/render/support';

describe('a node of the new editor', () => {
  const cases: readonly (readonly [kind: string, html: string, text: string])[] = [
    [
      'task list',
      '<div data-node-type="actionList"><div data-task-state="DONE"><span><input type="checkbox" checked></span><div>Oil the gears</div></div><div data-task-state="TODO"><span><input type="checkbox"></span><div>Wind it</div></div></div>',
      '[x] Oil the gears\n[ ] Wind it',
    ],
    [
      'task list of items',
      '<ul data-prosemirror-node-name="taskList"><li data-task-state="TODO">a<ul><li>b</li></ul></li></ul>',
      '[ ] a\n    - b',
    ],
    [
      'decision list',
      '<ol data-node-type="decisionList"><li data-decision-state="DECIDED"><div><span role="img"></span></div><div>No Bluetooth</div></li></ol>',
      'Decision: No Bluetooth',
    ],
    ['info panel', '<div data-panel-type="info"><div><span role="img"></span></div><div><p>a</p></div></div>', 'Info:\n| a'],
    ['error panel', '<div data-panel-type="error"><div><p>a</p></div></div>', 'Error:\n| a'],
    [
      'custom panel',
      '<div data-panel-type="custom" data-panel-color="#EAE6FF" data-panel-icon-text="💡"><div><p>a</p></div></div>',
      '| 💡 a',
    ],
    [
      'nested expand',
      '<div data-node-type="expand" data-title="More"><p>a</p><div data-node-type="nestedExpand" data-title="Most"><p>b</p></div></div>',
      '▾ More\n  a\n\n  ▾ Most\n    b',
    ],
    [
      'panel with a file alone',
      '<div data-panel-type="note"><div><span role="img"></span></div><div><div data-node-type="media" data-file-name="a.pdf"></div></div></div>',
      'Note:\n| 📎 a.pdf [1]',
    ],
    [
      'expand with its button',
      '<div data-node-type="expand" data-title="More"><div><button aria-label="Expand content"></button>More</div><div><p>a</p></div></div>',
      '▾ More\n  a',
    ],
    [
      'code block with line numbers',
      '<div class="code-block"><span><code class="language-python"><span class="linenumber">1</span><span>def f():\n</span><span class="linenumber">2</span><span>    return  1</span></code></span></div>',
      'Python\n```\ndef f():\n    return  1\n```',
    ],
    ['status', '<span data-node-type="status" data-color="green">DONE</span>', 'DONE'],
    ['date', '<span data-node-type="date" data-timestamp="1795392000000"></span>', '23 Nov 2026'],
    ['mention', '<span data-mention-id="1">@Mira</span>', '@Mira'],
    [
      'emoji',
      '<span data-emoji-short-name=":wave:" data-emoji-id="1f44b"></span><span data-node-type="emoji" data-text="🎉"></span>',
      '👋🎉',
    ],
    [
      'inline card',
      '<p>See <span data-inline-card data-card-url="https://example.org/a">https://example.org/a</span></p>',
      'See https://example.org/a',
    ],
    ['block card', '<div data-block-card data-card-url="https://example.org/a"></div>', 'https://example.org/a'],
    ['file', '<div data-node-type="mediaGroup"><div data-node-type="media" data-file-name="Notes.docx"></div></div>', '📎 Notes.docx [1]'],
    ['picture', '<div data-node-type="media" data-file-name="dial.png" data-alt="The dial"></div>', '🖼 The dial [1]'],
    ['app', '<div data-node-type="extension" data-extension-title="Gantt chart"></div>', '🧩 Gantt chart – see it on the page [1]'],
  ];
  for (const [kind, html, text] of cases) test(`of kind ${kind} is shown as such`, () => assert.equal(render(html).bodyText, text));

  test('keeps the colours of statuses and panels', () => {
    assert.match(render('<span data-node-type="status" data-color="red">LATE</span>').body, /background-color:#ffd5d2/);
    assert.match(render('<div data-panel-type="custom" data-panel-color="#EAE6FF"><p>a</p></div>').body, /background-color:#eae6ff/);
  });

  test('lays out columns by their widths', () => {
    const { body } = render(
      '<div data-layout-section="true"><div data-layout-column="true" data-column-width="70"><p>a</p></div><div data-layout-column="true" data-column-width="30"><p>b</p></div></div>',
    );
    assert.match(body, /width="70%"[\s\S]*width="30%"/);
  });

  test('that shows a picture itself keeps it, with its caption', () => {
    const { body } = render(
      '<figure data-node-type="mediaSingle"><div data-node-type="media" data-file-name="a.png"><img src="x" data-linked-resource-id="5" alt="a"></div><div data-node-type="caption">The dial</div></figure>',
    );
    assert.match(body, /^<div align="center"[^>]*><div><img src="cid:5/);
    assert.equal(wordsOf(body), 'The dial');
    assert.match(body, /font-size:13px/);
  });
});
