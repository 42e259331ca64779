import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findImages, renderPage } from '#mail/render/index';
import { inputFor } from '#test/mail/render/support';

/** Markup that has brought renderers down: nested without end, never closed, crossed, or absurdly long. */
const UNITS: readonly string[] = [
  '<div>a',
  '<span style="color:red">a',
  '<p><b>',
  '<table><tr><td>a',
  '<table><caption>a',
  '<table><b>a',
  '<ul><li>a',
  '<ol><li><p>a',
  '<dl><dt>a<dd>b',
  '<blockquote>a',
  '<h1>a',
  '<a href="#x">a',
  '<pre>a',
  '<code>a',
  '<sup>',
  '<ruby>a<rt>b',
  '<svg>',
  '<math><mfrac>',
  '<form><input>',
  '<button>a',
  '<object>a',
  '<picture>',
  '<td>a',
  '<tr>',
  '<col>',
  '<div class="confluence-information-macro confluence-information-macro-note">a',
  '<div class="panel"><div class="panelContent">a',
  '<div class="code panel">',
  '<div class="columnLayout"><div class="cell">a</div><div class="cell">',
  '<div class="expand-container"><span class="expand-control-text">x</span>',
  '<ul class="inline-task-list"><li>',
  '<div class="ap-container">',
  '<div class="conf-macro" data-macro-name="x">',
  '<p><span class="image-center-wrapper">',
  '<ac:structured-macro ac:name="info"><ac:rich-text-body>a',
  '<ac:adf-extension><ac:adf-node>',
  '<ac:task-list><ac:task><ac:task-body>',
  '<div data-node-type="expand" data-title="x">a',
  '<div data-node-type="taskList"><div data-task-state="DONE">',
  '<div data-panel-type="custom" data-panel-icon-text="x"><div>',
  '<div data-layout-section><div data-layout-column>',
  '<div data-node-type="media">',
  '<span data-inline-card data-card-url="/x">',
  '<div class="jira-table"><table><tr><td>',
  '<div class="plugin_pagetree"><ul>',
  '<figcaption>a',
  '<details><summary>a',
  '<time datetime="2026-01-01"></time>',
  '<a href="/x">a </a>',
  '<',
  '&',
  '<!--',
  '<![CDATA[',
  '<a href="',
  '<p style="((((',
  '</p>',
  '</br>',
  '<script/>',
  '\u0000',
  '\ud800',
];
/** Units that are repeated a hundred thousand times; the others, each of which writes much more, ten thousand times. */
const DEEPEST = 10;
const N = 100_000;

describe('a hostile page', () => {
  for (const [index, unit] of UNITS.entries()) {
    const times = index < DEEPEST ? N : N / 10;
    test(`of ${times.toLocaleString('en')} times ${JSON.stringify(unit)} is rendered`, () => {
      const mail = renderPage(inputFor(unit.repeat(times), { findImage: () => undefined }));
      assert.ok(mail.html.endsWith('</html>'));
      assert.ok(mail.html.length < 100_000 + times * (unit.length * 8 + 160));
    });
  }

  const crossed: readonly (readonly [string, string])[] = [
    ['end tags that match nothing', `${'<div>'.repeat(N)}${'</span>'.repeat(N)}`],
    ['items below spans', `${'<span>'.repeat(N)}${'<li></li>'.repeat(N)}`],
    ['attributes', `<p ${Array.from({ length: N }, (_each, index) => `a${index}=b`).join(' ')}>x`],
    [
      'spans of columns and rows',
      `<table><colgroup>${'<col span=1000>'.repeat(N)}</colgroup><tr>${'<td colspan=1000 rowspan=65000>a'.repeat(N / 10)}`,
    ],
    ['colours', Array.from({ length: N }, (_each, index) => `<p style="color:#${index.toString(16).padStart(6, '0')}">a</p>`).join('')],
    ['style sheet', `<style>${'[data-colorid=a]{color:'.repeat(N)}</style>`],
    ['one word', 'x'.repeat(N * 10)],
    ['blanks', ' \n'.repeat(N * 5)],
    ['one CJK word', '潮'.repeat(N)],
    ['CJK clauses', '潮が。'.repeat(N)],
    ['half pairs', '\ud83d'.repeat(N) + '\udf0a'.repeat(N)],
    ['no characters at all', '\u0000\u0001\ufffe\uffff'.repeat(N)],
    [
      'letters of one attribute',
      `<p style="${'a'.repeat(N * 10)}" title="${'b'.repeat(N * 10)}"><a href="https://x.example/${'c'.repeat(N * 10)}">x</a></p>`,
    ],
    ['end tags', '</div></p></table></td></a></ul>'.repeat(N)],
    ['tables of contents', '<div class="client-side-toc-macro"></div><h2 id="a">a</h2>'.repeat(N / 2)],
    ['tables of contents of nothing', '<div class="client-side-toc-macro" data-headerelements="H6"></div><h2 id="a">a</h2>'.repeat(N / 2)],
    ['millions of letters of one word', 'x'.repeat(12_000_000)],
    ['millions of letters without blanks', `<p>${'漢。'.repeat(2_600_000)}</p>`],
    [
      'rows under a long name',
      `<table><tr><th>${'word '.repeat(N / 5)}</th><th>b</th></tr>${'<tr><td>a</td><td>b</td></tr>'.repeat(N / 5)}</table>`,
    ],
    ['millions of lines in a cell', `<table><tr><th>${'x<br>'.repeat(N * 2)}</th></tr><tr><td>${'x<br>'.repeat(N * 2)}</td></tr></table>`],
    ['leaves deep down', `${'<div class="ap-container">'.repeat(240)}${'<wbr>'.repeat(N)}`],
  ];
  for (const [what, html] of crossed) {
    test(`of very many ${what} is rendered`, () => {
      assert.ok(renderPage(inputFor(html)).html.endsWith('</html>'));
      findImages(html);
    });
  }
});

/** Pages made of pieces at random, the same at every run. */
test('random pieces of markup never make it throw', () => {
  let seed = 20_261_123;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const pieces = [
    ...UNITS,
    '</table>',
    '</td>',
    '</div>',
    '</a>',
    '</ul>',
    '</svg>',
    '<img src=x>',
    'text ',
    '<p/>',
    '"',
    "'",
    '>',
    '/',
    '<hr>',
    '<table>',
    '<style>',
    '</style>',
    '<title>',
    '</title>',
    'שלום',
    '漢字',
    '<time datetime=2026-99-99>',
    '<img class=emoticon data-emoji-id=1f468-200d-ffffff>',
    '<a data-card-appearance=block href=/x>',
    '<iframe src=//x.y>',
    '<a href=http://[>',
    '<img src="http://%">',
  ];
  for (let round = 0; round < 500; round += 1) {
    const html = Array.from({ length: 1 + random(40) }, () => pieces[random(pieces.length)]).join('');
    assert.doesNotThrow(() => renderPage(inputFor(html)), JSON.stringify(html));
  }
});
