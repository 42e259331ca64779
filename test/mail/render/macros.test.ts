import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render, wordsOf } from '#test/mail/render/support';

const info = (kind: string, inside: string, title = '') =>
  `<div class="confluence-information-macro confluence-information-macro-${kind}">${title ? `<p class="title">${title}</p>` : ''}<span class="aui-icon aui-icon-small confluence-information-macro-icon"></span><div class="confluence-information-macro-body">${inside}</div></div>`;

describe('information panels', () => {
  for (const [kind, word] of [
    ['information', 'Info'],
    // As the new editor calls the old editor's macros.
    ['note', 'Warning'],
    ['tip', 'Success'],
    ['warning', 'Error'],
    ['success', 'Success'],
    ['error', 'Error'],
  ] as const) {
    test(`of kind ${kind} are a coloured box with an icon that has words`, () => {
      const { body, bodyText } = render(info(kind, '<p>Wash your hands.</p>'));
      assert.match(body, /<td[^>]*border-left:4px[^>]*background-color/);
      assert.match(body, new RegExp(`<span role="img" aria-label="${word}"`));
      assert.equal(bodyText, `${word}:\n| Wash your hands.`);
    });
  }

  test('show their title', () => {
    const { body, bodyText } = render(info('note', '<p>a</p><p>b</p>', 'Read <em>this</em>'));
    assert.match(body, /<strong>Read this<\/strong>/);
    assert.equal(bodyText, 'Warning: Read this\n| a\n|\n| b');
  });

  test('without a paragraph keep what they hold', () => {
    assert.equal(wordsOf(render(info('tip', 'plain <ul><li>x</li></ul>')).body), '✅ plain x');
  });

  test('speak German in a German mail', () => {
    assert.match(render(info('warning', '<p>a</p>'), { language: 'de' }).bodyText, /^Fehler:/);
  });
});

describe('panels', () => {
  test('keep the colours of the page and their heading', () => {
    const { body, bodyText } = render(
      '<div class="panel" style="background-color: #EAE6FF;border-color: #998DD9;border-width: 1px;"><div class="panelHeader"><b>Head</b></div><div class="panelContent" style="background-color: #EAE6FF;"><p>a</p></div></div>',
    );
    assert.match(body, /background-color:#eae6ff;color:#172b4d;border-color:#998dd9/);
    assert.equal(bodyText, '| Head\n|\n| a');
  });
});

describe('code panels', () => {
  const panel = (params: string, header = '') =>
    `<div class="code panel pdl" style="border-width: 1px;">${header}<div class="codeContent panelContent pdl">\n<pre class="syntaxhighlighter-pre" data-syntaxhighlighter-params="${params}">a\n  b</pre>\n</div></div>`;

  test('show title and language', () => {
    const { body, bodyText } = render(
      panel('brush: py; gutter: false; theme: Confluence', '<div class="codeHeader panelHeader pdl"><b>read.py</b></div>'),
    );
    assert.match(body, /<strong>read.py<\/strong> · Python/);
    assert.equal(bodyText, 'read.py · Python\n```\na\n  b\n```');
  });

  test('stand apart from the words of their item in a list', () => {
    assert.match(render(`<ul><li><p>Run:</p>${panel('brush: text')}</li></ul>`).body, /Run:\s*<div style="margin:8px 0 0"><table/);
    assert.match(render(`<ul><li>Run:${panel('brush: text')}<p>a</p></li></ul>`).body, /<div style="margin:8px 0"><table/);
  });

  test('that begin an item have its mark beside their first line', () => {
    assert.match(render(`<ul><li>${panel('brush: text')}</li></ul>`).body, /<tr valign="baseline">/);
    assert.doesNotMatch(render(panel('brush: text')).body, /valign/);
  });

  test('of no language show none', () => assert.equal(render(panel('brush: text; gutter: false')).bodyText, '```\na\n  b\n```'));
});

describe('expands', () => {
  test('are open, with their title', () => {
    const { body, bodyText } = render(
      '<div class="expand-container"><div class="expand-control"><span class="expand-control-icon"><img class="expand-control-image" src="x.png"></span><span class="expand-control-text">More</span></div><div class="expand-content"><p>a</p></div></div>',
    );
    assert.match(body, /▾ More/);
    assert.doesNotMatch(body, /<img/);
    assert.equal(bodyText, '▾ More\n  a');
  });
});

describe('details of HTML', () => {
  test('are open, with their title', () =>
    assert.equal(render('<details><summary>More <em>of it</em></summary><p>a</p></details>').bodyText, '▾ More of it\n  a'));
  test('keep a picture in their title', () =>
    assert.match(
      render('<details><summary><img src="x" data-linked-resource-id="5"></summary><p>a</p></details>').body,
      /<img src="cid:5/,
    ));
});

describe('layouts', () => {
  const layout = (type: string, ...cells: string[]) =>
    `<div class="contentLayout2"><div class="columnLayout ${type}" data-layout="${type}">${cells.map((cell) => `<div class="cell normal"><div class="innerCell">${cell}</div></div>`).join('')}</div></div>`;

  for (const [type, widths] of [
    ['two-equal', ['50%', '50%']],
    ['two-left-sidebar', ['33%', '67%']],
    ['two-right-sidebar', ['67%', '33%']],
    ['three-equal', ['33.3%', '33.4%', '33.3%']],
    ['three-with-sidebars', ['25%', '50%', '25%']],
    ['four-equal', ['25%', '25%', '25%', '25%']],
  ] as const) {
    test(`${type} is ${widths.length} columns that stack on a phone`, () => {
      const { body, html } = render(layout(type, ...widths.map((_width, index) => `<p>${index}</p>`)));
      assert.deepEqual(
        [...body.matchAll(/<td class="c" width="([^"]*)"/g)].map((match) => match[1]),
        [...widths],
      );
      assert.match(html, /@media[^{]*max-width:600px\)\{\.c\{display:block!important/);
    });
  }

  test('of one column are no table', () => assert.doesNotMatch(render(layout('fixed-width', '<p>a</p>')).body, /<table/));

  test('read column by column in the text', () =>
    assert.equal(render(layout('two-equal', '<p>a</p><p>b</p>', '<p>c</p>')).bodyText, 'a\n\nb\n\nc'));

  test('of the old editor keep the widths of their columns', () => {
    const { body } = render(
      '<div class="sectionMacro"><div class="sectionMacroRow"><div class="columnMacro" style="width:30%;">a</div><div class="columnMacro" style="width:70%;">b</div></div></div>',
    );
    assert.match(body, /width="30%".*width="70%"/);
  });
});

describe('a table of contents', () => {
  const toc = (attributes: string) => `<div class="toc-macro client-side-toc-macro conf-macro output-block" ${attributes}></div>`;
  const headings =
    '<h2 id="P-Dial">Dial</h2><h4 id="P-Moon">Moon</h4><h2 id="P-Case">Case &amp; door</h2><h3 id="P-Key">Key</h3><h2>Nameless</h2>';

  test('that a script would fill is made of the headings, its links leading there', () => {
    const { body, bodyText } = render(toc('data-headerelements="H1,H2,H3,H4"') + headings);
    assert.match(bodyText, /^- Dial\n {2}- Moon\n- Case & door\n {2}- Key\n\n/);
    const ids = [...body.matchAll(/<a href="#(\w+)"/g)].map((match) => match[1]);
    assert.equal(ids.length, 4);
    for (const id of ids) assert.ok(body.includes(`<a id="${id}" name="${id}">`));
  });

  test('lists the levels it asks for, in one line or numbered', () => {
    assert.match(render(toc('data-headerelements="H2" data-structure="flat"') + headings).bodyText, /^Dial \| Case & door\n/);
    assert.match(
      render(toc('data-headerelements="H2,H3,H4" data-numberedoutline="true"') + headings).bodyText,
      /^ {2}1 Dial\n {4}1\.1 Moon\n {2}2 Case & door\n {4}2\.1 Key\n/,
    );
  });

  test('of a page without headings is nothing', () => assert.equal(render(`${toc('')}<p>a</p>`).bodyText, 'a'));

  test('with numbers of its own has no marks beside them', () => {
    const { body, bodyText } = render(
      '<div class="toc-macro"><ul class="toc-indentation"><li><span class="TOCOutline">1</span> <a href="#a">Purpose</a><ul><li><span class="TOCOutline">1.1</span> <a href="#b">Dial</a></li></ul></li></ul></div><h2 id="a">Purpose</h2><h3 id="b">Dial</h3>',
    );
    assert.equal(body.match(/list-style-type:none/g)?.length, 2);
    assert.match(bodyText, /^ {2}1 Purpose\n {4}1\.1 Dial\n/);
  });
});

describe('a tree of pages', () => {
  const tree = (inside: string) =>
    `<div class="plugin_pagetree"><ul class="plugin_pagetree_children_list">${inside}</ul><fieldset class="hidden"><input type="hidden" name="loading" value="Loading"></fieldset></div>`;

  test('that a script would fill is a box with its name, and a warning', () => {
    const mail = render(tree('<div class="plugin_pagetree_children"> </div>'));
    assert.equal(mail.bodyText, '🗂 Page tree – see it on the page [1]');
    assert.deepEqual(mail.warnings, [{ code: 'MACRO_NOT_SHOWN', subjects: ['Page tree'] }]);
  });

  test('that is there is shown', () => assert.equal(render(tree('<li><a href="/wiki/x">Dials</a></li>')).bodyText, '- Dials [1]'));
});

describe('tasks and decisions', () => {
  test('show what is done without pictures', () => {
    const { body, bodyText } = render(
      '<ul class="inline-task-list"><li data-inline-task-id="1" class="checked"><span class="placeholder-inline-tasks">a</span></li><li data-inline-task-id="2"><span>b</span></li></ul>',
    );
    assert.equal(wordsOf(body), '☑ a ☐ b');
    assert.match(body, /aria-label="done"/);
    assert.equal(bodyText, '[x] a\n[ ] b');
  });

  test('mark what has been decided', () =>
    assert.equal(render('<ul class="decision-list"><li>No Bluetooth.</li></ul>').bodyText, 'Decision: No Bluetooth.'));
});

describe('labels in a line', () => {
  test('a status is coloured', () => {
    const { body, bodyText } = render('<p><span class="status-macro aui-lozenge aui-lozenge-success">DONE</span></p>');
    assert.match(body, /<span class="k\w+" style="background-color:#baf3db;color:#164b35/);
    assert.equal(bodyText, 'DONE');
  });

  test('a label that is wider than its cell may break', () => {
    const cell = (label: string) => `<table><tr>${'<td>a</td>'.repeat(8)}<td>${label}</td></tr></table>`;
    for (const label of ['<span class="aui-lozenge">GR APPROVAL REQUESTED</span>', '<time datetime="2026-11-23">23 November 2026</time>']) {
      assert.match(render(label).body, /white-space:nowrap/);
      assert.doesNotMatch(render(cell(label)).body, /white-space:nowrap/);
    }
  });

  test('a date is its words, or the date itself', () => {
    assert.equal(render('<time datetime="2026-11-23">23 Nov</time>').bodyText, '23 Nov');
    assert.equal(render('<time datetime="2026-11-23"></time>').bodyText, '23 Nov 2026');
    assert.equal(render('<time datetime="2026-11-23"/>', { language: 'de' }).bodyText, '23. Nov. 2026');
  });

  test('a Jira issue keeps key, summary and status', () => {
    const { bodyText } = render(
      '<span class="confluence-jim-macro jira-issue"><a href="https://harbour.example/browse/PUF-1" class="jira-issue-key"><img class="icon" src="x.png">PUF-1</a> - <span class="summary">Wake up</span> <span class="aui-lozenge aui-lozenge-current">TO DO</span></span>',
    );
    assert.equal(bodyText, 'PUF-1 [1] - Wake up TO DO');
  });
});

describe('a table of Jira issues', () => {
  test('names types and priorities by their words, since their icons cannot be had', () => {
    const mail = render(
      '<div class="jira-table"><table><tr><td><a href="https://x.example/A-1"><img src="https://x.example/bug.png" alt="Bug"></a></td><td><img src="https://x.example/high.png" alt="High"></td></tr></table></div>',
      { findImage: () => undefined },
    );
    assert.match(mail.bodyText, /^Bug \[1\] \| High$/);
    assert.deepEqual(mail.warnings, []);
  });
});

describe('apps', () => {
  const app = (id: string, inside = '') =>
    `<div class="ap-container" id="ap-${id}"><div class="ap-content" id="embedded-${id}">${inside}</div><script>var data = {};</script></div>`;

  test('that only run in a browser are a box with their name, and a warning', () => {
    const mail = render(app('com.example.planner__gantt-chart-planner-macro123'));
    assert.match(mail.bodyText, /Gantt chart – see it on the page/);
    assert.deepEqual(mail.warnings, [{ code: 'MACRO_NOT_SHOWN', subjects: ['Gantt chart'] }]);
    assert.doesNotMatch(mail.html, /data = /);
  });

  test('that left words show them, however far they are indented', () => {
    const mail = render(app('com.example.notes__notes-macro1', `\n${' '.repeat(60)}<p>\n${' '.repeat(60)}Tide at four</p>`));
    assert.equal(mail.bodyText, 'Tide at four');
    assert.deepEqual(mail.warnings, []);
  });

  test('that left a picture show it', () => {
    assert.match(
      render(app('com.mxgraph__drawio1', '<img src="a.png" data-linked-resource-id="5" alt="Flow">')).body,
      /<img src="cid:5\.v2@pagemail"/,
    );
  });

  test('that Confluence does not know are named', () => {
    assert.deepEqual(render('<img class="wysiwyg-unknown-macro" src="x" alt="Unknown macro: \'roadmap\'">').warnings, [
      { code: 'MACRO_NOT_SHOWN', subjects: ['roadmap'] },
    ]);
  });
});

describe('files', () => {
  test('shown with a preview of their type are links with their names', () => {
    const { body } = render(
      '<a class="confluence-embedded-file" href="/wiki/download/a.pptx" data-linked-resource-default-alias="Retro.pptx"><img src="thumb.png"></a>',
    );
    assert.match(body, /<a href="https:\/\/harbour.example\/wiki\/download\/a.pptx"[^>]*>📎 Retro.pptx<\/a>/);
  });

  test('whose names are only in their addresses take them from there', () => {
    const { bodyText } = render(
      '<a class="confluence-embedded-file" href="/wiki/download/attachments/1/Read%20me.md?version=2"><img src="t.png"></a>',
    );
    assert.equal(bodyText, '📎 Read me.md [1]');
  });

  test('in a list lose what only a browser can do with them', () => {
    const { bodyText } = render(
      '<div class="plugin_attachments_container"><table class="attachments aui"><tr><td><div class="attachment-summary hidden">Preview</div></td><td><a class="filename" href="/wiki/a.png">a.png</a></td></tr></table><div class="attachments-table-drop-zone">Drag here</div></div>',
    );
    assert.doesNotMatch(bodyText, /Preview|Drag/);
    assert.match(bodyText, /a\.png/);
  });
});

describe('pictures that stand alone', () => {
  test('stand where the page puts them, each on its own line', () => {
    const picture = (id: number) =>
      `<span class="confluence-embedded-file-wrapper image-center-wrapper"><img src="x" data-linked-resource-id="${id}" alt="${id}"></span>`;
    const { body, bodyText } = render(picture(1) + picture(2));
    assert.match(body, /^<div align="center"/);
    assert.equal(bodyText, '[Image: 1]\n\n[Image: 2]');
  });
});
