import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { presentationSchema } from '#contract/settings/parts';
import { findImages, renderPage } from '#mail/render/index';
import { inputFor, PAGE_URL, render } from '#test/mail/render/support';

describe('the mail around the page', () => {
  test('begins with space and title as links, and who sends it', () => {
    const { html, text } = render('<p>a</p>');
    assert.match(html, /<a href="https:\/\/harbour\.example\/wiki\/spaces\/INST"[^>]*>Instruments<\/a>/);
    assert.ok(html.includes(`<a href="${PAGE_URL}"`));
    assert.match(text, /^Tide clock\n==========\nMira Okonkwo sent you this page from Confluence\.\n/);
  });

  test('has the note with its lines, its addresses as links, and never as markup', () => {
    const { html, text } = render('<p>a</p>', { note: 'Hello <b>all</b>,\nsee https://example.org/x?a=1.\n\nMira' });
    assert.match(
      html,
      /Hello &lt;b&gt;all&lt;\/b&gt;,<br>see <a href="https:\/\/example\.org\/x\?a=1"[^>]*>https:\/\/example\.org\/x\?a=1<\/a>\.<br><br>Mira/,
    );
    assert.match(text, /> Hello <b>all<\/b>,\n> see https:\/\/example\.org\/x\?a=1\.\n>\n> Mira\n/);
  });

  test('stands in a frame of fixed width in Outlook, which no content can widen', () => {
    assert.match(
      render('<p>a</p>').html,
      /<!--\[if mso\]><table [^>]*width="808"[^>]*mso-table-layout-alt:fixed"><tr><td width="808"><!\[endif\]-->/,
    );
  });

  test('ends with sender, page and the words of the administrator', () => {
    const { html, text } = render('<p>a</p>', {
      presentation: presentationSchema.parse({ footerText: 'Harbour Instruments <3', accentColor: '#006644' }),
    });
    assert.match(html, /Sent by Mira Okonkwo from Confluence\. <a href[^>]*>Open the page<\/a>.*Harbour Instruments &lt;3/s);
    assert.match(html, /border-top:4px solid #006644/);
    assert.match(text, /\n--\nSent by Mira Okonkwo from Confluence\.\nHarbour Instruments <3\n$/);
  });

  test('speaks German when asked to', () => {
    const { html, text } = render('<p>a</p>', { language: 'de' });
    assert.match(html, /<html lang="de"/);
    assert.match(text, /Gesendet von Mira Okonkwo aus Confluence/);
  });

  test('says so when the page is restricted', () => {
    const { page } = inputFor('');
    assert.match(render('<p>a</p>', { page: { ...page, restricted: true } }).text, /restricted/);
  });

  test('shows the note or the beginning of the page beside the subject', () => {
    assert.match(render('<p>First words</p>').html, /<body[^>]*><div style="display:none[^>]*>First words<\/div>/);
    assert.match(render('<p>First words</p>', { note: 'Note' }).html, /<div style="display:none[^>]*>Note<\/div>/);
  });

  test('escapes what the site is called and what the sender is called', () => {
    const { html } = render('', {
      sender: { name: '<i>M</i>' },
      page: { title: '</title><script>x</script>', url: PAGE_URL, spaceName: '"><b>', spaceUrl: PAGE_URL },
    });
    assert.doesNotMatch(html, /<script|<i>|"><b>/);
  });
});

describe('a rendering', () => {
  test('is the same for the same page', () => {
    const page = '<p style="color:red">a</p><table><tr><td data-highlight-colour="#e3fcef">b</td></tr></table>';
    assert.deepEqual(renderPage(inputFor(page)), renderPage(inputFor(page)));
  });

  test('stays unclipped where classes for repeated styles make it short enough', () => {
    const mail = render(
      `<table>${'<tr><td><p>a</p></td><td data-highlight-colour="#e3fcef"><p>b</p></td><td><span class="aui-lozenge aui-lozenge-success">OK</span></td></tr>'.repeat(420)}</table>`,
    );
    assert.deepEqual(mail.warnings, []);
    assert.match(mail.html, /<style>\.z0\{/);
    assert.match(mail.html, /<td class="k\w+ z\w+">b<\/td>/);
  });

  test('says when Gmail will clip it', () => {
    const { warnings } = render('<p>long</p>'.repeat(30_000));
    assert.equal(warnings[0]?.code, 'HTML_CLIPPED');
    assert.match(warnings[0]?.subjects[0] ?? '', /^\d+ KB$/);
  });

  test('has no line of text beyond 78 columns but addresses and code', () => {
    const { text } = render(
      `<h1>${'word '.repeat(40)}</h1><ul><li>${'word '.repeat(40)}<ul><li>${'word '.repeat(40)}</li></ul></li></ul><blockquote>${'word '.repeat(40)}</blockquote><table><tr><td>${'word '.repeat(40)}</td><td>${'word '.repeat(40)}</td></tr></table>`,
    );
    for (const line of text.split('\n')) assert.ok(line.length <= 78, line);
  });

  test('names each colour and each missing picture once, at most twenty of them', () => {
    const { warnings } = render(Array.from({ length: 60 }, (_each, index) => `<img src="${index % 30}.png">`).join(''), {
      findImage: () => undefined,
    });
    assert.deepEqual(
      warnings.map(({ code, subjects }) => [code, subjects.length]),
      [['IMAGE_MISSING', 20]],
    );
  });
});

describe('the pictures of a page', () => {
  test('are found in order, with what the markup tells of them', () => {
    const found = findImages(
      '<img class="emoticon" src="e.png"><img src="/wiki/download/attachments/12/a%20b.png?version=1"><img src="attachments/12/34.png" data-linked-resource-id="34" data-linked-resource-default-alias="c.png"><img src="https://example.org/d.png"><ac:image><ri:attachment ri:filename="e.png"/></ac:image>',
    );
    assert.deepEqual(found, [
      { src: '/wiki/download/attachments/12/a%20b.png?version=1', contentId: '12', filename: 'a b.png' },
      { src: 'attachments/12/34.png', attachmentId: '34', contentId: '12', filename: 'c.png' },
      { src: 'https://example.org/d.png' },
      { src: 'e.png', filename: 'e.png' },
    ]);
  });

  test('are all that rendering asks for', () => {
    const html =
      '<p><img src="a.png"></p><table><tr><td><img src="b.png" data-linked-resource-id="7"></td></tr></table><img src="1.png" width="1"><ac:image><ri:url ri:value="https://example.org/c.png"/></ac:image><ac:image><ri:attachment ri:filename="ü x.png"/></ac:image>';
    const asked: unknown[] = [];
    render(html, {
      findImage(ref) {
        asked.push(ref);
        return undefined;
      },
    });
    const found = findImages(html).map((ref) => JSON.stringify(ref));
    for (const ref of asked) assert.ok(found.includes(JSON.stringify(ref)), JSON.stringify(ref));
  });
});
