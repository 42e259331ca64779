import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render } from '#test/mail/render/support';

describe('panes behind tabs stand below each other, each under the title of its tab', () => {
  const cases: Readonly<Record<string, string>> = {
    'as AUI writes them':
      '<div class="aui-tabs horizontal-tabs"><ul class="tabs-menu"><li class="menu-item active-tab"><a href="#t1">Ebb</a></li><li class="menu-item"><a href="#t2">Flow</a></li></ul><div class="tabs-pane active-pane" id="t1"><p>a</p></div><div class="tabs-pane" id="t2" style="display:none"><p>b</p></div></div>',
    'by role, out of order':
      '<div class="tabs"><div role="tablist"><button role="tab" id="x" aria-controls="p1">Ebb</button><button role="tab" id="y">Flow</button></div><div role="tabpanel" id="p1"><p>a</p></div><div role="tabpanel" aria-labelledby="y" hidden><p>b</p></div></div>',
    'in a box of their own':
      '<div class="tabs-container"><ul class="nav-tabs"><li><a href="#1">Ebb</a></li><li><a href="#2">Flow</a></li></ul><div class="tab-content"><div class="tab-pane" id="1">a</div><div class="tab-pane" id="2" style="display: none">b</div></div></div>',
  };
  for (const [kind, html] of Object.entries(cases)) test(kind, () => assert.equal(render(html).bodyText, 'Ebb\n\na\n\nFlow\n\nb'));

  test('no word is lost where tabs and panes do not fit', () => {
    const { bodyText } = render(
      '<div class="aui-tabs"><ul class="tabs-menu"><li><a href="#a">Ebb</a></li></ul><div class="tabs-pane">a</div><div class="tabs-pane" hidden>b</div></div>',
    );
    for (const word of ['Ebb', 'a', 'b']) assert.match(bodyText, new RegExp(`\\b${word}\\b`));
  });
});
