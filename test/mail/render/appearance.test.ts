import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render } from '#test/mail/render/support';

describe('weights', () => {
  for (const [asked, written] of Object.entries({
    '400': 'normal',
    '500': 'normal',
    '600': 'bold',
    '700': 'bold',
    '850': 'bold',
    bolder: 'bold',
    bold: 'bold',
    lighter: 'normal',
    normal: 'normal',
  }))
    test(`${asked} is written as ${written}`, () => {
      assert.equal(
        render(`<p><span style="font-weight: ${asked}">a</span></p>`).body,
        `<p style="margin:0 0 12px"><span style="font-weight:${written}">a</span></p>`,
      );
    });

  test('no number reaches the mail, whatever the page is made of', () => {
    const page =
      '<h1>a</h1><h4>b</h4><dl><dt>c</dt></dl><details><summary>d</summary>e</details><div class="panel"><div class="panelHeader">f</div></div><span class="status-macro aui-lozenge">g</span><ul class="decision-list"><li>h</li></ul><p style="font-weight:650">i</p>';
    assert.doesNotMatch(render(page, { note: 'Look' }).html, /font-weight:\s*\d/);
  });
});

describe('labels in a line have a blank at both ends, for Outlook knows no padding there', () => {
  for (const [kind, html, words] of [
    ['a status', '<span class="status-macro aui-lozenge aui-lozenge-success">DONE</span>', 'DONE'],
    ['a mention', '<a class="confluence-userlink user-mention" href="/wiki/people/1">@Mira</a>', '@Mira'],
  ] as const)
    test(kind, () => {
      const { body, bodyText } = render(`<p>a ${html} b</p>`);
      assert.ok(body.includes(`>&nbsp;${words}&nbsp;</span>`), body);
      assert.equal(bodyText, `a ${words} b`);
    });
});

describe('from right to left', () => {
  const rtl = (html: string) => render(`<div dir="rtl">${html}</div>`).body;
  const cases: readonly (readonly [what: string, html: string, style: RegExp])[] = [
    ['the bar of a quote', '<blockquote>a</blockquote>', /<blockquote[^>]*padding:2px 14px 2px 0;border-right:3px/],
    ['the bar of a panel', '<div class="confluence-information-macro confluence-information-macro-tip"><p>a</p></div>', /border-right:4px/],
    ['an indent', '<p style="margin-left: 60px;">a</p>', /<p style="[^"]*margin-right:60px/],
    ['an indent from the right', '<p style="margin-right: 30px;">a</p>', /<p style="[^"]*margin-right:30px/],
    ['an indent from the start', '<p style="margin-inline-start: 30px;">a</p>', /<p style="[^"]*margin-right:30px/],
    ['a list', '<ul><li>a</li></ul>', /<ul style="margin:0 24px/],
    ['an indented list', '<ul style="margin-left:30px"><li>a</li></ul>', /margin-right:54px/],
    ['an explanation', '<dl><dt>a</dt><dd>b</dd></dl>', /<dd style="margin:0 24px 8px 0"/],
    ['a header cell', '<table><tr><th>a</th></tr></table>', /<th align="right"/],
    ['a quote in a cell', '<table><tr><td><blockquote>a</blockquote></td></tr></table>', /border-right:3px/],
  ];
  for (const [what, html, style] of cases) test(`${what} stands at the right`, () => assert.match(rtl(html), style));

  test('an element may say so itself, by attribute or style, and what is in it may say the contrary', () => {
    assert.match(render('<blockquote dir="rtl">a</blockquote>').body, /border-right:3px/);
    assert.match(render('<p style="direction:rtl;margin-left:30px">a</p>').body, /margin-right:30px/);
    assert.match(rtl('<blockquote dir="ltr">a</blockquote>'), /border-left:3px/);
  });
  test('elsewhere everything stands at the left', () => {
    const { body } = render('<blockquote>a</blockquote><p style="margin-left:30px">b</p><table><tr><th>c</th></tr></table>');
    assert.match(body, /border-left:3px/);
    assert.match(body, /margin-left:30px/);
    assert.match(body, /<th align="left"/);
    assert.doesNotMatch(body, /right/);
  });
});
