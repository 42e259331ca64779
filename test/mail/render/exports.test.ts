import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildMessage, estimateSize } from '#mail/message';
import { anyImage, PAGE_URL, render, wordsOf } from '#test/mail/render/support';

const codesOf = (html: string): string[] => render(html).warnings.map(({ code, subjects }) => `${code} ${subjects.join(', ')}`);

describe('what Confluence could not export', () => {
  for (const [kind, html] of [
    ['a box', "<div>We don't have a way to export this macro.</div>"],
    ['a box with another apostrophe and blanks', '<div class="x">\n We don’t have a way to export this macro. </div>'],
    ['a paragraph', "<p>We don't have a way to export this macro.</p>"],
    ['a span', "<p><span>We don't have a way to export this macro.</span></p>"],
    ['the app’s container', '<div class="ap-container"><div>We don\'t have a way to export this macro.</div></div>'],
    ['a cell', "<table><tr><td><div>We don't have a way to export this macro.</div></td><td>b</td></tr></table>"],
  ] as const)
    test(`is a placeholder and a warning in place of Confluence’s excuse: ${kind}`, () => {
      const { html: mail, text } = render(`<p>Before</p>${html}<p>After</p>`);
      for (const part of [mail, text]) {
        assert.ok(!/way to export/.test(part));
        assert.match(part, /🧩 App/);
      }
      assert.deepEqual(codesOf(html), ['MACRO_NOT_SHOWN App']);
    });

  test('words of the author that only hold the sentence stay', () => {
    const { bodyText } = render("<p>It says: We don't have a way to export this macro. Strange.</p>");
    assert.equal(bodyText, "It says: We don't have a way to export this macro. Strange.");
  });
});

describe('issues of Jira', () => {
  const waiting = (key: string) =>
    `<span class="jira-issue conf-macro output-block" data-jira-key="${key}" data-macro-name="jira"><a href="https://example.net/browse/${key}" class="jira-issue-key"><span class="aui-icon aui-icon-wait issue-placeholder"> </span>${key}</a> - <span class="summary">Vorgangsdetails werden abgerufen ...</span> <span class="aui-lozenge issue-placeholder">STATUS</span></span>`;

  test('that a browser would still have fetched are their linked keys alone', () => {
    const { body, bodyText } = render(`<p>Blocked by ${waiting('HAR-12')} since Monday.</p>`);
    assert.equal(bodyText, 'Blocked by HAR-12 [1] since Monday.');
    assert.equal(wordsOf(body), 'Blocked by HAR-12 since Monday.');
    assert.match(body, /<a href="https:\/\/example\.net\/browse\/HAR-12"/);
  });

  test('that the page holds stay whole', () => {
    const issue =
      '<span class="jira-issue"><a href="https://example.net/browse/HAR-1" class="jira-issue-key">HAR-1</a> - <span class="summary">Oil it</span> <span class="aui-lozenge aui-lozenge-success">Done</span></span>';
    assert.equal(render(`<p>${issue}</p>`).bodyText, 'HAR-1 [1] - Oil it Done');
  });

  const JQL = 'project = HAR AND statusCategory != Done ORDER BY created DESC';
  const href = `https://example.net/issues/?jql=${encodeURIComponent(JQL)}`;
  for (const [kind, html] of [
    ['a datasource card', `<a data-card-appearance="block" data-datasource='{"parameters":{"jql":"${JQL}"}}' href="${href}">${href}</a>`],
    ['a datasource whose parameters are broken', `<a data-card-appearance="block" data-datasource="{" href="${href}">${href}</a>`],
    [
      'a table without rows',
      `<div class="jira-table" data-jql="${JQL}"><table><tr><th>Key</th></tr></table><a href="${href}">Refresh</a></div>`,
    ],
    [
      'a table that waits',
      `<div class="jira-issues"><table><tr><th>Key</th></tr><tr><td>Loading...</td></tr></table><a href="${href}">x</a></div>`,
    ],
  ] as const)
    test(`in a list without rows are a placeholder with the query, linked, and a warning: ${kind}`, () => {
      const { body, bodyText } = render(`<p>Open:</p>${html}<p>End.</p>`);
      assert.match(bodyText, /🗂 Jira issues – project = HAR AND statusCategory != Done/);
      assert.ok(body.includes('href="https://example.net/issues/?jql='), body);
      assert.ok(!wordsOf(body).includes('%20'));
      assert.deepEqual(codesOf(html), ['MACRO_NOT_SHOWN Jira issues']);
    });

  test('a list that could not be read is a box, and the sender is warned', () => {
    const html =
      '<div class="aui-message warning jim-inline-block"> <span class="aui-icon icon-warning"></span>Jira project does not exist or you do not have permission to view it. </div>';
    const { body, bodyText } = render(`<p>Resolves</p>${html}<p>End.</p>`);
    assert.match(body, /border-left:4px solid #cf9f02[^>]*background-color:#fff7d6/);
    assert.match(bodyText, /^\| ⚠️ Jira project does not exist/m);
    assert.deepEqual(codesOf(html), ['MACRO_NOT_SHOWN Jira']);
    assert.equal(
      render('<div class="aui-message error"><span class="aui-icon"></span><p>Unable to connect to Jira</p></div>').bodyText,
      '| ⛔ Unable to connect to Jira',
    );
    assert.deepEqual(codesOf('<div class="aui-message aui-message-info"><p>Good to know</p></div>'), []);
  });
});

describe('smart links', () => {
  for (const [url, title] of [
    ['https://example.net/wiki/spaces/HAR/pages/1234567/Tide+Tables+2026?atlOrigin=eyJpIjoiMDAifQ', 'Tide Tables 2026'],
    ['https://example.net/wiki/spaces/HAR/blog/2026/01/02/77/New+pier', 'New pier'],
    ['https://example.net/browse/HAR-909', 'HAR-909'],
    ['https://example.net/browse/HAR-909?focusedCommentId=1', 'HAR-909'],
    ['https://example.net/jira/software/projects/HAR/boards/1?selectedIssue=HAR-7', 'HAR-7'],
    ['https://example.net/jira/core/projects/HAR/issues/HAR-8', 'HAR-8'],
    ['https://other.example/a/b?atlOrigin=eyJpIjoiMDAifQ', 'https://other.example/a/b'],
    ['https://other.example/a/b?x=1', 'https://other.example/a/b?x=1'],
  ] as const)
    for (const words of [url, ''])
      test(`${title} is the title of ${words === '' ? 'an empty link to ' : ''}${url}, linked`, () => {
        const { body } = render(`<p>See <a href="${url}" data-card-appearance="inline">${words}</a>.</p>`);
        assert.ok(body.includes(`<a href="${url}"`), body);
        assert.equal(wordsOf(body).replace(/\u200b/g, ''), `See ${title} .`.replace(' .', /<\/a>/.test(body) ? ' .' : '.'));
      });

  test('keep the words that somebody gave them', () => {
    assert.equal(
      render('<p><a href="https://example.net/browse/HAR-1" data-card-appearance="inline">the leak</a></p>').bodyText,
      'the leak [1]',
    );
  });
});

describe('small things of exported pages', () => {
  test('code whose author chose no language has no label; where it is said otherwise it has', () => {
    const classic = (brush: string) =>
      render(
        `<div class="code panel"><pre class="syntaxhighlighter-pre" data-syntaxhighlighter-params="brush: ${brush}; gutter: false">ls</pre></div>`,
      ).bodyText;
    assert.equal(classic('java'), '```\nls\n```');
    assert.equal(classic('bash'), 'Bash\n```\nls\n```');
    assert.equal(render('<pre data-language="java">ls</pre>').bodyText, 'Java\n```\nls\n```');
    const stored =
      '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">java</ac:parameter><ac:plain-text-body><![CDATA[ls]]></ac:plain-text-body></ac:structured-macro>';
    assert.equal(render(stored).bodyText, 'Java\n```\nls\n```');
  });

  test('a site’s own emoji is its short name, never another symbol', () => {
    const custom =
      '<img class="emoticon emoticon-blue-star" data-emoji-id="00000000-0000-4000-8000-000000000005" data-emoji-shortname=":harbourlogo:" data-emoticon-name="blue-star" alt="(blue star)">';
    assert.equal(render(`<p>Ask ${custom} now</p>`).bodyText, 'Ask :harbourlogo: now');
    assert.equal(render('<p><img class="emoticon emoticon-blue-star" data-emoji-id="atlassian-blue_star"></p>').bodyText, '🌟');
  });

  const picture = (classes: string, wrapper = '') =>
    `<p>First.</p><span class="confluence-embedded-file-wrapper ${wrapper}"><img class="confluence-embedded-image ${classes}" width="180" src="x" data-linked-resource-id="7" data-width="900" data-height="600"></span><p>Beside.</p>`;
  for (const side of ['left', 'right'] as const)
    test(`a picture that words run round stands at the ${side}, on a phone above them`, () => {
      for (const html of [picture(`image-wrap-${side}`, `image-${side}-wrap-wrapper`), picture(`image-${side}`)]) {
        const { body, html: whole } = render(html);
        assert.match(body, new RegExp(`<img class="w"[^>]*align="${side}"[^>]*float:${side}`));
        assert.match(whole, /@media only screen and \(max-width:600px\)\{[^<]*\.w\{float:none!important/);
      }
    });

  test('a transparent picture has its ground with it, so that dark strokes stay visible on a dark page', () => {
    assert.match(
      render('<p><img src="x" data-linked-resource-id="7" width="300"></p>').body,
      /<img[^>]*style="background-color:#fff(?:fff)?;/,
    );
    const onPanel = render('<div class="panel" style="background-color:#eae6ff"><p><img src="x" data-linked-resource-id="7"></p></div>');
    assert.match(onPanel.body, /<img[^>]*style="background-color:#eae6ff;/);
  });

  test('a long status may break, a short one does not; a long title breaks', () => {
    const status = (words: string) => render(`<p><span class="status-macro aui-lozenge">${words}</span></p>`).body;
    assert.match(status('DONE'), /white-space:nowrap/);
    assert.ok(!/white-space:nowrap/.test(status('WAITING FOR THE SECOND APPROVAL OF THE HARBOUR MASTER')));
    assert.match(render('<p>a</p>').html, /<td class="f" style="word-break:break-word;/);
  });

  test('controls of macros are gone, and what a script would do is no link', () => {
    const html =
      '<ul><li><a href="/wiki/x">Winch</a></li></ul><div class="more-link-container"><a href="/more">Show More</a><img class="waiting-image" alt="Please wait"></div><p><a href="#">click</a> <a href=" #! ">here</a></p>';
    const { body, bodyText, warnings } = render(html);
    assert.equal(bodyText, '- Winch [1]\n\nclick here');
    assert.equal(body.match(/<a /g)?.length, 1);
    assert.deepEqual(warnings, []);
  });

  test('headings at the top of columns begin on one line, whatever stands below them', () => {
    const cell = (inside: string) => `<div class="cell normal"><div class="innerCell">${inside}</div></div>`;
    const html = `<div class="columnLayout two-equal">${cell('<h2>Left</h2><p>One</p>')}${cell('<h2>Right</h2><span class="image-center-wrapper"><img src="x" data-linked-resource-id="7"></span>')}</div>`;
    assert.deepEqual(
      [...render(html).body.matchAll(/<h2 style="margin:(\S+) /g)].map(([, above]) => above),
      ['0', '0'],
    );
  });

  test('code in a list, a quote or a panel is indented with it in the text part', () => {
    const { bodyText } = render('<ol><li><p>Stop</p><pre>a\n\n  b</pre></li><li>Oil</li></ol>');
    assert.equal(bodyText, '1. Stop\n\n   ```\n   a\n\n     b\n   ```\n\n2. Oil');
    assert.equal(render('<ul><li><pre>a</pre></li></ul>').bodyText, '- ```\n  a\n  ```');
    assert.equal(render('<blockquote><pre>a</pre></blockquote>').bodyText, '> ```\n> a\n> ```');
  });

  test('a column with code does not take the room of the others', () => {
    const code = '<div class="code panel"><pre>stop</pre></div>';
    const { body } = render(
      `<table><tr><td>Stop the clock before oiling it</td><td>${code}</td><td>Takes five minutes at most</td></tr></table>`,
    );
    const widths = [...body.matchAll(/<col width="(\d+)%">/g)].map(([, width]) => Number(width));
    assert.equal(widths.length, 3);
    assert.ok((widths[1] ?? 100) < (widths[0] ?? 0) && (widths[1] ?? 100) < (widths[2] ?? 0), widths.join(' '));
  });

  test('a link to the page itself stays one', () => {
    assert.match(render(`<p><a href="${PAGE_URL}">here</a></p>`).body, /<a href/);
  });
});

describe('pictures that cannot be read', () => {
  const withImage = (filename: string, mediaType: string) =>
    render('<p><img src="x" data-linked-resource-id="7" alt="The plan"></p>', {
      findImage: (ref) => {
        const found = anyImage(ref);
        return found && { ...found, filename, mediaType };
      },
    });
  for (const [filename, mediaType] of [
    ['plan.bmp', 'image/bmp'],
    ['plan.bmp', 'image/x-ms-bmp'],
    ['plan.heic', 'image/heic'],
    ['plan.heif', 'image/heif'],
    ['plan.ico', 'image/vnd.microsoft.icon'],
    ['plan.psd', 'image/vnd.adobe.photoshop'],
    ['plan.heic', 'application/octet-stream'],
  ] as const)
    test(`${filename} as ${mediaType} is named, linked and told to the sender`, () => {
      const { body, images, warnings } = withImage(filename, mediaType);
      assert.match(body, /<a href="[^"]+"[^>]*>🖼 The plan<\/a>/);
      assert.deepEqual([images, warnings], [[], [{ code: 'IMAGE_MISSING', subjects: ['The plan'] }]]);
    });

  for (const [filename, mediaType] of [
    ['plan.webp', 'image/webp'],
    ['plan.avif', 'image/avif'],
    ['plan.svg', 'image/svg+xml'],
    ['plan.png', 'application/octet-stream'],
    ['plan', 'application/octet-stream'],
  ] as const)
    test(`${filename} as ${mediaType} is shown`, () => assert.equal(withImage(filename, mediaType).images.length, 1));
});

describe('pictures that a page holds within itself', () => {
  const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const shows = (src: string) => render(`<p><img src="${src}" alt="A dot" width="20"></p>`);

  test('are embedded in the mail, each once', () => {
    const { body, dataImages, warnings } = render(
      `<p><img src="data:image/png;base64,${DOT}" alt="A dot"><img src="data:image/png;base64,${DOT}"><img src="data:image/JPG;charset=x;base64,/9j/"></p>`,
    );
    assert.deepEqual(
      dataImages.map(({ cid, filename, mediaType, base64 }) => [cid, filename, mediaType, base64]),
      [
        ['picture-1@pagemail', 'picture-1.png', 'image/png', DOT],
        ['picture-2@pagemail', 'picture-2.jpg', 'image/jpeg', '/9j/'],
      ],
    );
    assert.deepEqual(
      [...body.matchAll(/src="cid:([^"]*)"/g)].map(([, cid]) => cid),
      ['picture-1@pagemail', 'picture-1@pagemail', 'picture-2@pagemail'],
    );
    assert.match(body, /alt="A dot"/);
    assert.deepEqual(warnings, []);
  });

  test('that mail does not show, that are broken or too many are named, and the sender is told', () => {
    const large = 'A'.repeat(1_500_000);
    for (const src of [
      'data:image/svg+xml;base64,PHN2Zy8+',
      'data:image/png,raw',
      'data:image/png;base64,###',
      'data:text/html;base64,PGI+',
      `data:image/png;base64,${large}`,
    ]) {
      const { body, dataImages, warnings } = shows(src);
      assert.deepEqual(dataImages, [], src.slice(0, 40));
      assert.ok(!body.includes('data:'));
      assert.equal(warnings[0]?.code, 'IMAGE_MISSING');
    }
    const many = Array.from(
      { length: 30 },
      (_, at) => `<img src="data:image/gif;base64,${Buffer.from(`picture ${at + 10}`).toString('base64')}">`,
    );
    assert.equal(render(`<p>${many.join('')}</p>`).dataImages.length, 20);
  });

  test('go with the message, and count', () => {
    const mail = shows(`data:image/png;base64,${DOT}`);
    const message = buildMessage({
      from: { address: 'wiki@example.org' },
      to: [{ address: 'hana@example.org' }],
      cc: [],
      subject: 'x',
      random: 'a'.repeat(32),
      date: new Date(0),
      language: 'en',
      mail,
      attachments: [],
    });
    assert.deepEqual(message.inlineData, mail.dataImages);
    assert.ok(estimateSize({ mail, attachments: [] }).images > DOT.length);
  });
});
