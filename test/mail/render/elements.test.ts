import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PAGE_URL, render, wordsOf } from '#test/mail/render/support';

/** Markup without the mail's own styles, to compare structure. */
const bare = (html: string): string =>
  render(html).body.replace(/ (?:style|class|valign|border|cellpadding|cellspacing|width|role|align)="[^"]*"/g, '');

describe('text', () => {
  const cases: readonly (readonly [behaviour: string, html: string, body: string, text: string])[] = [
    [
      'keeps emphasis',
      '<p><strong>a</strong> <em>b</em> <u>c</u> <del>d</del> <sub>e</sub><sup>f</sup></p>',
      '<p><strong>a</strong> <em>b</em> <u>c</u> <del>d</del> <sub>e</sub><sup>f</sup></p>',
      'a b c d ef',
    ],
    ['loses spans that say nothing', '<p><span><span class="x">a</span></span></p>', '<p>a</p>', 'a'],
    ['keeps a line break', '<p>a<br/>b</p>', '<p>a<br>b</p>', 'a\nb'],
    ['leaves out empty paragraphs', '<p></p><p /><p>a</p>', '<p>a</p>', 'a'],
    ['keeps headings, underlined in the text', '<h2>Tides</h2><p>a</p>', '<h2>Tides</h2><p>a</p>', 'Tides\n-----\n\na'],
    ['keeps quotes', '<blockquote><p>a</p><p>b</p></blockquote>', '<blockquote><p>a</p><p>b</p></blockquote>', '> a\n>\n> b'],
    ['keeps rules', 'a<hr/>b', 'a<hr>b', `a\n\n${'-'.repeat(40)}\n\nb`],
    [
      'nests lists',
      '<ul><li><p>a</p><ol><li>b</li><li>c</li></ol></li><li>d</li></ul>',
      '<ul><li>a<ol type="a"><li>b</li><li>c</li></ol></li><li>d</li></ul>',
      '- a\n  a. b\n  b. c\n- d',
    ],
    [
      'numbers on from where the page does',
      '<ol start="3"><li>a</li><li value="7">b</li><li>c</li></ol>',
      '<ol start="3"><li>a</li><li value="7">b</li><li>c</li></ol>',
      '3. a\n7. b\n8. c',
    ],
    ['shows a definition list', '<dl><dt>a</dt><dd>b</dd></dl>', '<dl><dt>a</dt><dd>b</dd></dl>', 'a\n  b'],
    [
      'shows checkboxes by their state',
      '<label><input type="checkbox" checked> a</label> <input type="checkbox"> b',
      '☑  a ☐  b',
      '☑ a ☐ b',
    ],
    ['parts boxes that stand side by side', '<div>a</div><div>b</div>', '<div>a</div><div>b</div>', 'a\nb'],
    [
      'writes the reading of a word above it, in brackets where that is unknown',
      '<ruby>潮<rp>（</rp><rt>しお</rt><rp>）</rp></ruby>',
      '<ruby>潮<rp>(</rp><rt>しお</rt><rp>)</rp></ruby>',
      '潮(しお)',
    ],
  ];
  for (const [behaviour, html, body, text] of cases) {
    test(behaviour, () => {
      assert.equal(bare(html), body);
      assert.equal(render(html).bodyText, text);
    });
  }

  test('gives a heading space above, but none at the top of the page or a cell', () => {
    const { body } = render('<h2>a</h2><h2>b</h2><table><tr><td><h3>c</h3><h3>d</h3></td></tr></table>');
    assert.deepEqual(
      [...body.matchAll(/<h[23] style="margin:([^;]*)/g)].map((match) => match[1]),
      ['0 0 8px', '24px 0 8px', '0 0 8px', '20px 0 8px'],
    );
  });

  test('keeps colour, background, alignment and indentation', () => {
    const { body } = render(
      '<p style="margin-left: 30.0px;text-align: center;"><span style="color: rgb(0,102,68);background-color: #fff0b3">a</span></p>',
    );
    assert.match(body, /<p style="margin:0 0 12px;text-align:center;margin-left:30px">/);
    assert.match(body, /background-color:#fff0b3;color:#064/);
  });

  test('takes names of highlights as Confluence means them', () => {
    assert.match(render('<table><tr><td data-highlight-colour="green">a</td></tr></table>').body, /background-color:#e3fcef/);
  });

  test('keeps what an abbreviation stands for', () => {
    assert.match(render('<p><abbr title="Mean high water">MHW</abbr></p>').body, /<span title="Mean high water">MHW<\/span>/);
  });

  test('indents a list from the side its letters begin at', () => {
    assert.match(
      render('<ul dir="rtl"><li>שלום</li></ul><p>Latin letters are in the majority here</p>').body,
      /<ul style="margin:0 24px 12px 0;padding:0/,
    );
  });

  test('takes a code for an emoji only where it is one', () => {
    const emoji = (id: string) => render(`<p><img class="emoticon" data-emoji-id="${id}" data-emoji-shortname=":tide:"></p>`).bodyText;
    assert.deepEqual(['1f30a', '6f7a', 'beef'].map(emoji), ['🌊', ':tide:', ':tide:']);
  });

  test('takes colours that a style sheet gives, those for light mode', () => {
    const { body } = render(
      '<p><span data-colorid="ab1">x</span></p><style>html[data-color-mode=dark] [data-colorid=ab1]{color:#99ffdd}[data-colorid=ab1]{color:#006644} html[data-color-mode=dark] [data-colorid=ab1]{color:#99ffdd}</style>',
    );
    assert.match(body, /color:#064"/);
  });

  test('keeps language and direction, and reads a page from the right when its letters do', () => {
    assert.match(render('<p lang="he" dir="rtl">שלום</p>').html, /<p [^>]*lang="he" dir="rtl"/);
    assert.match(render('<p>المدّ يرتفع</p>').html, /<td class="f" dir="rtl" align="right"/);
  });

  test('collapses blanks, but keeps those that must not break', () => {
    assert.equal(render('<p>a \n\t b&nbsp;&nbsp;c</p>').body, '<p style="margin:0 0 12px">a b&nbsp;&nbsp;c</p>');
  });

  test('lets very long words break, so that they never widen the mail', () => {
    assert.match(render(`<p>${'x'.repeat(60)}</p>`).body, /word-break/);
  });

  test('lets long words break in narrow columns, where they keep room of their own and the line of their link', () => {
    const row = (columns: number, cell: string) => render(`<table><tr>${`<td>${cell}</td>`.repeat(columns)}</tr></table>`).body;
    const address = '<a href="mailto:ada@customer.example">ada@customer.example</a>';
    assert.match(row(8, address), /display:inline-block;min-width:55px;text-decoration:underline;[^>]*>ada@<wbr>customer\.example</);
    assert.doesNotMatch(row(8, 'Friday'), /word-break/);
    assert.doesNotMatch(row(2, address), /word-break/);
  });
});

describe('links', () => {
  test('are absolute, and numbered in the text', () => {
    const mail = render('<p><a href="/wiki/x">one</a>, <a href="../y?a=1&amp;b=2">two</a>, <a href="/wiki/x">again</a></p>');
    assert.match(mail.body, /href="https:\/\/harbour.example\/wiki\/x"/);
    assert.equal(mail.bodyText, 'one [1], two [2], again [1]');
    assert.match(
      mail.text,
      /\[1\] https:\/\/harbour\.example\/wiki\/x\n\[2\] https:\/\/harbour\.example\/wiki\/spaces\/INST\/pages\/y\?a=1&b=2\n/,
    );
  });

  test('that end in a blank have it behind their number', () => {
    assert.equal(render('<p><a href="/a">Procedure - </a>Flat, <a href="/b">next</a>.</p>').bodyText, 'Procedure - [1] Flat, next [2].');
  });

  test('that say their address are not numbered', () => {
    assert.equal(
      render('<a href="https://example.org/">https://example.org</a> <a href="mailto:a@example.org">a@example.org</a>').bodyText,
      'https://example.org a@example.org',
    );
  });

  test('to anchors of the page lead there inside the mail, others to the page', () => {
    const { body } = render('<h2 id="Clock-Dial">Dial</h2><p><a href="#Clock-Dial">a</a> <a href="#elsewhere">b</a></p>');
    assert.match(body, /<a id="s1" name="s1"><\/a><h2/);
    assert.match(body, /<a href="#s1"/);
    assert.ok(body.includes(`href="${PAGE_URL}#elsewhere"`));
  });

  for (const href of [
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://x/y',
    'about:blank',
    'http://',
  ]) {
    test(`of the kind ${JSON.stringify(href)} lose their address and keep their words`, () => {
      const { body } = render(`<p><a href="${href}" onclick="x()" style="color:red">words</a></p>`);
      assert.doesNotMatch(body, /href|onclick/);
      assert.equal(wordsOf(body), 'words');
    });
  }

  test('never stand inside each other', () => {
    assert.equal(render('<a href="/a">x <b><a href="/b">y</a></b></a>').body.match(/<a /g)?.length, 1);
  });

  test('shown as cards are boxes with their title', () => {
    const { body, bodyText } = render(
      '<a data-card-appearance="block" href="https://harbour.example/wiki/spaces/A/pages/12/Old+buoys">https://harbour.example/wiki/spaces/A/pages/12/Old+buoys</a>',
    );
    assert.match(body, /<td[^>]*>.*Old buoys.*<a href=/s);
    assert.match(bodyText, /^Old buoys\nhttps:/);
  });

  test('that mention somebody are the name alone', () => {
    const { body, bodyText } = render('<p><a class="confluence-userlink user-mention" href="/wiki/people/1">Hana Satō-Lindqvist</a></p>');
    assert.doesNotMatch(body, /href/);
    assert.equal(bodyText, 'Hana Satō-Lindqvist');
  });

  test('shown as a card say the title that their address tells, also where only a path stands for it', () => {
    const href = '/wiki/spaces/INST/pages/120003/Moon+dial';
    const { bodyText } = render(`<p><a href="${href}" data-card-appearance="embed">${href}</a></p>`);
    assert.match(bodyText, /^Moon dial\n/);
  });
});

describe('lists', () => {
  test('are indented by a margin, for Outlook knows no padding of lists', () => {
    assert.match(render('<ul><li>a</li></ul><p>b</p>').body, /<ul style="margin:0 0 12px 24px;padding:0">/);
    assert.match(render('<ul style="margin-left: 30px"><li>a</li></ul>').body, /<ul style="[^"]*;margin-left:54px/);
  });
});

describe('tables', () => {
  test('keep header cells, merged cells, numbering and colours', () => {
    const { body } = render(
      '<table class="confluenceTable"><tbody><tr><th class="confluenceTh">a</th><th colspan="2">b</th></tr><tr><td class="numberingColumn">1</td><td rowspan="2" data-highlight-colour="#e3fcef"><p>c</p></td><td>d</td></tr></tbody></table>',
    );
    assert.match(body, /<th [^>]*>a<\/th><th colspan="2"/);
    assert.match(body, /<td rowspan="2"[^>]*background-color:#e3fcef[^>]*>c<\/td>/);
    assert.match(body, /<td [^>]*background-color:#f4f5f7[^>]*>1<\/td>/);
  });

  test('have widths that Outlook obeys, scaled to the room there is', () => {
    const { body } = render(
      '<table data-table-width="1800"><colgroup><col style="width: 450px"/><col style="width: 1350px"/></colgroup><tr><td>a</td><td>b</td></tr></table>',
    );
    assert.match(body, /<table [^>]*width="100%"/);
    assert.match(body, /<col width="25%"><col width="75%">/);
    assert.match(body, /<td width="25%"/);
  });

  test('narrower than the mail stay so', () => {
    assert.match(render('<table data-table-width="300"><tr><td>a</td></tr></table>').body, /<table [^>]*width="300"/);
  });

  test('with many columns scroll in their own box instead of widening the mail', () => {
    assert.match(
      render(`<table><tr>${'<td>a</td>'.repeat(12)}</tr></table>`).body,
      /^<div style="overflow:auto[^>]*><table [^>]*min-width:560px/,
    );
  });

  test('keep their widths in Outlook, which knows neither `<col>` nor the layout of other programs', () => {
    const { body } = render(
      '<table><colgroup><col width="200"><col width="300"></colgroup><tr><th colspan="2">all</th></tr><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>',
    );
    assert.match(body, /<table [^>]*mso-table-layout-alt:fixed/);
    assert.match(body, /<td width="40%"[^>]*>a<\/td><td width="60%"[^>]*>b<\/td>/, 'the first cells that stand in one column');
    assert.match(body, /<td style="[^"]*">c</, 'and no others');
  });

  test('without widths take the room that their words would, and no more', () => {
    const table = (cell: string, columns: number) => `<table><tr>${`<td>${cell}</td>`.repeat(columns)}</tr></table>`;
    assert.match(render(table('few', 5)).body, /<table [^>]*style="border-collapse:collapse;max-width:100%/);
    const full = render(table('a line of words that fills the room', 5)).body;
    assert.match(full, /<table [^>]*width="100%"/);
    assert.doesNotMatch(full, /mso-table-layout-alt/, 'its words fit: Outlook shares the room as browsers do');
    const wide = render(table('Unbroken', 20)).body;
    assert.match(wide, /<table [^>]*cellpadding="4"[^>]*width="100%" class="t d" style="[^"]*mso-table-layout-alt:fixed/);
    assert.equal(wide.match(/<td width="5%"/g)?.length, 20);
  });

  test('share their room by what each column needs when a word is too long for it', () => {
    const { body } = render(
      `<table><tr><td>1</td><td>https://harbour.example/${'x'.repeat(100)}</td><td>${'some words '.repeat(12)}</td></tr></table>`,
    );
    const shares = [...body.matchAll(/<td width="(\d+)%"/g)].map((match) => Number(match[1]));
    assert.equal(shares.length, 3);
    assert.ok((shares[0] ?? 0) < 6 && (shares[1] ?? 0) > 30 && (shares[2] ?? 0) > 30, `${shares}`);
  });

  test('leave room for words beside code', () => {
    const { body } = render(`<table><tr><td>${'some words '.repeat(12)}</td><td><pre>def f():\n    return 1</pre></td></tr></table>`);
    assert.ok(Number(/<td width="(\d+)%"/.exec(body)?.[1]) > 60, body.slice(0, 600));
  });

  test('in tables are tables in cells, in the text as well', () => {
    const mail = render('<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td><td>d</td></tr></table>');
    assert.equal(mail.body.match(/<table/g)?.length, 2);
    assert.equal(mail.bodyText, 'a\n\nb | c\n\nd');
  });

  test('name each value of a row that does not fit a line', () => {
    const long = 'word '.repeat(20).trim();
    assert.equal(
      render(`<table><tr><th>What</th><th>Why</th></tr><tr><td>Buoy</td><td>${long}</td></tr></table>`).bodyText.split('\n')[2],
      'What: Buoy',
    );
  });
});

describe('pictures', () => {
  const img = (more = '') =>
    `<img class="confluence-embedded-image" src="/wiki/download/thumbnails/120002/dial.png?width=400" data-linked-resource-id="991" data-linked-resource-container-id="120002" data-linked-resource-default-alias="dial.png" ${more}>`;

  test('are inline parts, each once, with sizes as attributes', () => {
    const mail = render(
      `${img('width="400" data-width="800" data-height="600"')}${img('width="200" data-width="800" data-height="600" alt="The dial"')}`,
    );
    assert.equal(mail.images.length, 1);
    assert.deepEqual(mail.images[0], {
      attachmentId: '991',
      contentId: '120002',
      version: 2,
      filename: 'dial.png',
      mediaType: 'image/png',
      sizeBytes: 40_000,
      cid: '991.v2@pagemail',
      maxWidthPx: 800,
      maxHeightPx: 600,
    });
    assert.match(
      mail.body,
      /<img src="cid:991.v2@pagemail" width="400" height="300"[^>]* alt="dial.png"><img src="cid:991.v2@pagemail" width="200" height="150"[^>]* alt="The dial">/,
    );
  });

  test('are never wider than the place where they stand', () => {
    assert.match(
      render(`<table data-table-width="760"><tr><td>${img('width="700"')}</td><td>b</td></tr></table>`).body,
      /<img [^>]*width="364"/,
    );
  });

  test('never ask for more pixels than the setting allows', () => {
    const mail = render(img('width="760" data-width="4000" data-height="8000"'));
    assert.equal(mail.images[0]?.maxWidthPx, 1520);
    assert.equal(mail.images[0]?.maxHeightPx, 1600);
  });

  test('that cannot be had are their names with a link, and a warning', () => {
    const mail = render(img('alt="The dial"'), { findImage: () => undefined });
    assert.doesNotMatch(mail.html, /<img/);
    assert.match(mail.body, /<a href="https:\/\/harbour[^>]*>🖼 The dial<\/a>/);
    assert.deepEqual(mail.warnings, [{ code: 'IMAGE_MISSING', subjects: ['The dial'] }]);
  });

  test('from elsewhere are links to there, and another warning', () => {
    const mail = render('<img src="https://weather.example.org/now.png">');
    assert.match(mail.body, /<a href="https:\/\/weather.example.org\/now.png"/);
    assert.deepEqual(mail.warnings, [{ code: 'IMAGE_EXTERNAL', subjects: ['now.png'] }]);
  });

  test('that only decorate or count readers leave nothing behind', () => {
    const mail = render('a<img class="icon" src="x.png"><img src="https://track.example.org/p.gif" width="1" height="1">b', {
      findImage: () => undefined,
    });
    assert.equal(mail.body, 'ab');
    assert.deepEqual(mail.warnings, []);
  });

  test('of emoji are characters', () => {
    const emoji = (attributes: string) => render(`<img class="emoticon" ${attributes} src="x.png">`).bodyText;
    assert.equal(emoji('data-emoji-id="1f48e" data-emoji-fallback=":gem:"'), '💎');
    assert.equal(emoji('data-emoji-id="1f468-200d-1f4bb"'), '👨‍💻');
    assert.equal(emoji('data-emoji-id="270f"'), '✏️');
    assert.equal(emoji('data-emoji-id="atlassian-check_mark" data-emoji-fallback=":check_mark:"'), '✅');
    assert.equal(emoji('data-emoticon-name="thumbs-up" alt="(thumbs up)"'), '👍');
    assert.equal(emoji('data-emoji-id="c0ffee00-1234" data-emoji-shortname=":our_cat:"'), ':our_cat:');
  });
});

describe('code', () => {
  test('in a line keeps blanks in a row and at its ends, in both parts, and no line ends', () => {
    const mail = render('<p>Run <code>git  log\n --all </code>or <code>a b</code>.</p>');
    assert.match(mail.body, /<code [^>]*white-space:pre-wrap;mso-spacerun:yes/);
    assert.ok(mail.body.includes('>git  log  --all </code>or <code'));
    assert.doesNotMatch(mail.body, /pre-wrap[^>]*>a b/, 'where there is nothing to keep, nothing is said');
    assert.equal(mail.bodyText, 'Run git  log  --all or a b.');
  });

  test('in a line keeps its blanks in a cell and where the text wraps', () => {
    assert.equal(render('<table><tr><th>k</th><td><code>a   b</code></td></tr></table>').bodyText, 'k | a   b');
    const wrapped = render(`<p>${'word '.repeat(15)}<code>a   b</code></p>`).bodyText;
    assert.ok(wrapped.split('\n').every((line) => line.length <= 78) && wrapped.includes('a   b'));
  });

  test('stays to the byte, in both parts', () => {
    const code = '\n\tif (a < b && c > d) {\n        "x"   \n\n\n}';
    const mail = render(`<pre>\n${code.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</pre>`);
    const pre = /<pre[^>]*>([\s\S]*)<\/pre>/.exec(mail.body)?.[1] ?? '';
    assert.equal(pre.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'), `\n${code}`);
    assert.ok(mail.text.includes(code));
  });

  test('keeps the colours of its words', () => {
    assert.match(render('<pre>a <span style="color:#006644">b</span></pre>').body, /<span class="k\w+" style="color:#064">b<\/span>/);
  });
});

describe('what mail cannot have', () => {
  test('scripts, styles and templates are gone without their text', () => {
    assert.equal(
      render('a<script>x()</script><style>.y{}</style><template><p>z</p></template><noscript>n</noscript><title>t</title>b').body,
      'ab',
    );
  });

  test('what the page hides stays hidden', () => {
    assert.equal(render('a<div class="hidden">x</div><p style="display: none">y</p><span hidden>z</span>b').body, 'ab');
  });

  test('frames and films are boxes with a link, and a warning', () => {
    const mail = render(
      '<iframe src="https://maps.example.org/embed" title="Map of the pier"></iframe><video src="/wiki/download/launch.mp4"></video>',
    );
    assert.doesNotMatch(mail.body, /<iframe|<video/);
    assert.match(mail.bodyText, /Map of the pier – maps\.example\.org\/embed \[1\][\s\S]*Video: launch\.mp4/);
    assert.deepEqual(mail.warnings, [{ code: 'MACRO_NOT_SHOWN', subjects: ['Map of the pier', 'launch.mp4'] }]);
  });

  test('forms lose their controls and keep their words, with a warning', () => {
    const mail = render(
      '<form action="/x"><label>Name <input name="n" value="v"></label><select><option>o</option></select><button>Vote</button></form>',
    );
    assert.equal(wordsOf(mail.body), 'Name');
    assert.deepEqual(mail.warnings, [{ code: 'CONTENT_REMOVED', subjects: ['Form'] }]);
    assert.equal(render('<form>Name<input name="n"><input type="checkbox"> Agree</form>').bodyText, 'Name ☐ Agree');
  });

  test('formulas are a line of text', () => {
    assert.equal(render('<math><mi>T</mi><mo>=</mo><mfrac><mn>12</mn><mi>M</mi></mfrac></math>').bodyText, 'T=(12)/(M)');
    assert.equal(
      render(
        '<span class="katex"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></semantics></math><span class="katex-html">x2</span></span>',
      ).bodyText,
      'x^2',
    );
  });

  test('elements nobody knows are their content', () => {
    assert.equal(render('<marquee>a</marquee><x-y onload="z">b</x-y>').body, 'ab');
  });
});

describe('storage format that leaked into the page', () => {
  const macro = (name: string, inside: string) =>
    `<ac:structured-macro ac:name="${name}" ac:schema-version="1">${inside}</ac:structured-macro>`;
  const cases: readonly (readonly [what: string, html: string, text: string])[] = [
    [
      'parameters are never shown',
      macro('info', '<ac:parameter ac:name="icon">false</ac:parameter><ac:rich-text-body><p>a</p></ac:rich-text-body>'),
      'Info:\n| a',
    ],
    [
      'code is code',
      macro(
        'code',
        '<ac:parameter ac:name="language">py</ac:parameter><ac:plain-text-body><![CDATA[if a < b: pass]]></ac:plain-text-body>',
      ),
      'Python\n```\nif a < b: pass\n```',
    ],
    [
      'a status is its words',
      macro('status', '<ac:parameter ac:name="colour">Green</ac:parameter><ac:parameter ac:name="title">DONE</ac:parameter>'),
      'DONE',
    ],
    [
      'an expand is open',
      macro('expand', '<ac:parameter ac:name="title">More</ac:parameter><ac:rich-text-body><p>a</p></ac:rich-text-body>'),
      '▾ More\n  a',
    ],
    [
      'an unknown macro shows its body',
      macro('our-box', '<ac:parameter ac:name="x">9</ac:parameter><ac:rich-text-body><p>a</p></ac:rich-text-body>'),
      'a',
    ],
    [
      'a link is its words',
      '<ac:link><ri:page ri:content-title="Tides"/><ac:plain-text-link-body><![CDATA[see <here>]]></ac:plain-text-link-body></ac:link>',
      'see <here> [1]',
    ],
    [
      'tasks have their state',
      '<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>a</ac:task-body></ac:task></ac:task-list>',
      '[x] a',
    ],
    ['an emoticon is a character', '<ac:emoticon ac:name="tick" ac:emoji-fallback="✅"/>', '✅'],
    [
      'an app of the new editor is its fallback',
      '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute><ac:adf-content><p>b</p></ac:adf-content></ac:adf-node><ac:adf-fallback><p>a</p></ac:adf-fallback></ac:adf-extension>',
      'a',
    ],
  ];
  for (const [what, html, text] of cases) test(what, () => assert.equal(render(html).bodyText, text));

  test('a macro without a body is a box with its name, and a warning', () => {
    const mail = render(macro('gantt-chart', '<ac:parameter ac:name="id">1</ac:parameter>'));
    assert.match(mail.bodyText, /gantt chart – see it on the page/);
    assert.deepEqual(mail.warnings, [{ code: 'MACRO_NOT_SHOWN', subjects: ['gantt chart'] }]);
  });
});
