import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PAGE_URL, render } from '#test/mail/render/support';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0c2VjcmV0.c2lnbmF0dXJl';
const SECRET = 'verySecretValue0123456789abcdef';

/** Addresses that let in whoever has them, each with what must not be read in the mail. */
const SIGNED: readonly (readonly [name: string, url: string, secret: string])[] = [
  ['Atlassian media', `https://api.media.atlassian.com/file/1/binary?token=${JWT}&client=2&name=chart.png`, JWT],
  ['a token in another place', `https://media.example/a/chart.png?x=1&access_token=${SECRET}`, SECRET],
  ['a JSON Web Token of any name', `https://media.example/a/chart.png?zz=${JWT}`, JWT],
  ['Amazon S3', `https://b.s3.example/chart.png?X-Amz-Algorithm=AWS4&X-Amz-Credential=AKIA&X-Amz-Signature=${SECRET}`, SECRET],
  ['Google Cloud Storage', `https://storage.example/chart.png?X-Goog-Signature=${SECRET}`, SECRET],
  ['an Azure shared access signature', `https://a.blob.example/chart.png?sv=2024&sp=r&sig=${SECRET}`, SECRET],
  ['CloudFront', `https://d.cloudfront.example/chart.png?Expires=1&Signature=${SECRET}&Key-Pair-Id=K1`, SECRET],
  ['an API key', `https://maps.example/static?center=1,2&key=AIza${SECRET}`, SECRET],
  ['a fragment', `https://app.example/view#access_token=${SECRET}&type=bearer`, SECRET],
  ['a session in the path', `https://old.example/view;jsessionid=${SECRET}?a=b`, SECRET],
  ['a token of any name', `https://git.example/raw/a.png?private_token=${SECRET}`, SECRET],
  ['a signature of any name', `https://swift.example/a.png?temp_url_sig=${SECRET}&temp_url_expires=1`, SECRET],
  ['a parameter within brackets', `https://app.example/a.png?auth%5Btoken%5D=${SECRET}`, SECRET],
  ['a query parted by semicolons', `https://app.example/a.png?x=1;token=${SECRET}`, SECRET],
  ['a query that was escaped twice', `https://app.example/a.png?x=1&amp;token=${SECRET}`, SECRET],
  ['an address within an address', `https://go.example/?url=${encodeURIComponent(`https://m.example/a?token=${SECRET}`)}`, SECRET],
  ['an address without host within an address', `https://go.example/?to=${encodeURIComponent(`/a?access_token=${SECRET}`)}`, SECRET],
  ['an address without scheme', `//media.example/chart.png?token=${SECRET}`, SECRET],
  ['an address without host', `/wiki/download/attachments/1/chart.png?token=${SECRET}`, SECRET],
  ['a JSON Web Token in the path', `https://m.example/a/${JWT}/x`, JWT],
  ['a login code', `https://app.example/callback?code=${SECRET}&state=1`, SECRET],
  ['a session', `https://app.example/a?sid=${SECRET}`, SECRET],
  ['a session of ASP.NET in the path', `https://app.example/(S(${SECRET}))/a.aspx`, SECRET],
  ['a token as the name before the host', `https://${SECRET}@git.example/a.git`, SECRET],
  ['a password before the host', `https://robot:${SECRET}@build.example/chart.png`, SECRET],
];

const PLACES: Readonly<Record<string, (url: string) => string>> = {
  picture: (url) => `<p><img src="${url}" alt="Chart"></p>`,
  'picture without a name': (url) => `<p><img src="${url}"></p>`,
  link: (url) => `<p><a href="${url}">the chart</a></p>`,
  'link whose words are the address': (url) => `<p><a href="${url}">${url}</a></p>`,
  'smart link': (url) => `<p><a href="${url}" data-card-appearance="inline">${url}</a></p>`,
  card: (url) => `<p><a href="${url}" data-card-appearance="block">${url}</a></p>`,
  text: (url) => `<p>See ${url} for it.</p>`,
  video: (url) => `<p><video src="${url}" controls></video></p>`,
  audio: (url) => `<p><audio><source src="${url}"></audio></p>`,
  frame: (url) => `<iframe src="${url}" width="400" height="300"></iframe>`,
  object: (url) => `<object data="${url}"></object>`,
  attachment: (url) => `<table class="attachments"><tr><td><a href="${url}" class="filename">chart</a></td></tr></table>`,
  'text beside signs': (url) => `<p>(${url}), [chart|${url}]; ${url}.</p>`,
  'text parted by elements': (url) => `<p>See ${url.slice(0, 12)}<b>${url.slice(12, 30)}</b>${url.slice(30)} for it.</p>`,
  'text with places to break': (url) => `<p>See ${url.replace(/[?=]/g, '$&<wbr>')} for it.</p>`,
  'text with signs that show nothing': (url) => `<p>See ${url.replace('?', '\u200b?').replace('token', 'to\u00adken')} for it.</p>`,
  'link whose words are parted': (url) => `<p><a href="https://x.example/"><span>${url.replace('?', '?</span><span>')}</span></a></p>`,
  heading: (url) => `<h2 id="x">${url}</h2>`,
  cell: (url) => `<table><tr><th>${url}</th></tr><tr><td>${url}</td></tr></table>`,
  'picture that is there': (url) =>
    `<img src="x" data-linked-resource-id="1" data-linked-resource-type="attachment" alt="${url}" title="${url}">`,
  'picture with several sources': (url) =>
    `<picture><source srcset="${url} 2x"><img srcset="${url} 2x" src="${url}" alt="${url}"></picture>`,
  'name of a picture': (url) => `<img src="x" data-linked-resource-type="attachment" data-linked-resource-default-alias="${url}">`,
  'title of a link': (url) => `<p><a href="https://x.example/" title="${url}">x</a> <abbr title="${url}">HTML</abbr></p>`,
  'style of its own': (url) => `<div style="background:url('${url}');list-style-image:url(${url})">x</div>`,
  'style sheet': (url) => `<style>.x{background:url(${url})}</style><meta http-equiv="refresh" content="0;url=${url}">`,
  'parameter of an object': (url) => `<object><param name="movie" value="${url}">${url}</object>`,
  'poster of a video': (url) =>
    `<video poster="${url}" title="${url}" aria-label="${url}"><source src="/a.mp4"><a href="${url}">x</a></video>`,
  'title of a frame': (url) => `<iframe src="https://x.example/" title="${url}"></iframe>`,
  drawing: (url) => `<svg width="400" height="300" aria-label="${url}"><title>${url}</title><a href="${url}"><text>${url}</text></a></svg>`,
  formula: (url) => `<math><mtext>${url}</mtext><annotation encoding="application/x-tex">${url}</annotation></math>`,
  quotation: (url) => `<blockquote cite="${url}"><q cite="${url}">${url}</q></blockquote>`,
  form: (url) => `<form action="${url}"><input value="${url}"><textarea>${url}</textarea></form>`,
  'heading of an expand': (url) =>
    `<div class="expand-container"><span class="expand-control-text">${url}</span><div class="expand-content">x</div></div><details><summary>${url}</summary>x</details>`,
  lozenge: (url) => `<span class="aui-lozenge" title="${url}">${url}</span>`,
  emoji: (url) => `<img class="emoticon" data-emoji-shortname="${url}" data-emoji-fallback="${url}" alt="${url}" src="${url}">`,
  'query of a list': (url) =>
    `<a data-card-appearance="block" data-datasource='{"parameters":{"jql":"${url}"}}' href="https://x.example/issues/?jql=x">x</a>`,
  code: (url) =>
    `<pre>curl -L "${url}"</pre><p><code>${url}</code></p><pre><span>curl ${url.slice(0, 20)}</span><span>${url.slice(20)}</span></pre>`,
  'picture of the storage format': (url) =>
    `<ac:image ac:alt="${url}"><ri:url ri:value="${url}" /><ac:caption><p>${url}</p></ac:caption></ac:image>`,
  'macro of the storage format': (url) =>
    `<ac:structured-macro ac:name="panel"><ac:parameter ac:name="title">${url}</ac:parameter><ac:rich-text-body><p><ac:structured-macro ac:name="status"><ac:parameter ac:name="title">${url}</ac:parameter></ac:structured-macro></p></ac:rich-text-body></ac:structured-macro>`,
  'unknown macro of the storage format': (url) =>
    `<ac:structured-macro ac:name="${url}"><ac:parameter ac:name="url"><ri:url ri:value="${url}" /></ac:parameter></ac:structured-macro>`,
  'link of the storage format': (url) =>
    `<p><ac:link ac:anchor="${url}"><ri:page ri:content-title="${url}" /><ac:link-body>${url}</ac:link-body></ac:link></p>`,
  'block of the new editor': (url) => `<div data-block-card data-card-url="${url}"></div>`,
};

describe('an address with a credential', () => {
  for (const [name, url, secret] of SIGNED)
    for (const [place, write] of Object.entries(PLACES))
      test(`of ${name} never leaves with the mail in a ${place}`, () => {
        const { html, text, warnings } = render(`<h2>Before</h2>${write(url.replaceAll('&', '&amp;'))}<p>After</p>`);
        assert.ok(!JSON.stringify(warnings).includes(secret), JSON.stringify(warnings));
        for (const part of [html, text]) {
          const shown = part.replace(/<[^>]*>|[\u00ad\u200b-\u200f\u2060]/g, '');
          assert.ok(
            !part.includes(secret) && !shown.includes(secret),
            part.slice(Math.max(0, part.indexOf(secret) - 200), part.indexOf(secret) + 60),
          );
          assert.ok(part.includes('Before') && part.includes('After'));
        }
      });

  for (const [name, url, secret] of SIGNED)
    test(`of ${name} never leaves in the note or the title`, () => {
      const { html, text } = render('<p>x</p>', {
        note: `See ${url} and (${url}).`,
        page: { title: url, url: PAGE_URL, spaceName: 'Instruments', spaceUrl: PAGE_URL },
      });
      assert.ok(!html.includes(secret) && !text.includes(secret));
    });

  test('takes only itself from the words around it, and keeps them in their elements', () => {
    const { body } = render(
      `<p>One (https://a.example/x?token=${SECRET}) <em>two</em> https://b.example/<b>y?to</b>ken=${SECRET}, three <i>four</i></p>`,
    );
    assert.match(
      body,
      /One \(https:\/\/a\.example\/x\) <em[^>]*>two<\/em> https:\/\/b\.example\/<(?:b|strong)[^>]*>y,<\/(?:b|strong)> three <(?:i|em)[^>]*>four</,
    );
  });

  test('becomes a link to the page, by the name that the address gives the file', () => {
    const { body, text, warnings } = render(`<img src="https://api.media.atlassian.com/file/1/binary?token=${JWT}&amp;name=chart.png">`);
    assert.match(body, new RegExp(`<a href="${PAGE_URL.replaceAll('+', '\\+')}"[^>]*>🖼 chart\\.png</a>`));
    assert.match(text, /🖼 chart\.png \[1\]/);
    assert.deepEqual(warnings, [{ code: 'IMAGE_MISSING', subjects: ['chart.png'] }]);
  });

  test('does not take other addresses with it: keys of issues, passcodes of meetings, ids, anchors', () => {
    for (const url of [
      'https://jira.example/issues?key=HAR-12',
      'https://zoom.example/j/123?pwd=abc123',
      'https://docs.example/d/1/edit?resourcekey=0-abc#heading=h.1',
      'https://example.org/search?q=token&lang=en',
      'https://git@host.example/repo',
      'https://api.example/items?pageToken=CAUQAA2x&nextToken=1&page_token=abc',
      'https://app.example/login?forgotPassword=true&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Fx%3D1',
      'https://shop.example/?code=SUMMER2026&session=2026-opening-keynote&auth=none&ticket=HAR-12',
      'https://eur01.safelinks.example/?url=https%3A%2F%2Fexample.org%2F&data=05%7C01&reserved=0',
      'https://example.org/a;v=1.2/b?x=1;y=2#section=3',
      'https://www.example.org/design/tokens?tab=tokens&tokens=all',
      'https://example.atlassian.net/wiki/spaces/HAR/pages/1/Title?atlOrigin=eyJpIjoiMDAifQ',
      'https://example.org/@ada/post-1?utm_source=x',
    ]) {
      const written = url.replaceAll('&', '&amp;');
      const { body, text } = render(`<p><a href="${written}">there</a> ${written}</p>`);
      assert.ok(body.includes(`href="${written}"`), `${url}: ${body}`);
      assert.equal(text.split(url).length, 3, text);
    }
  });

  test('that only stands for one stays in code, which is to the byte', () => {
    assert.match(render('<pre>curl https://x.example/?token=YOUR_TOKEN</pre>').bodyText, /token=YOUR_TOKEN/);
    assert.match(
      render('<pre>a=1; b?c=$TOKEN&amp;key={API_KEY} https://x.example/?token=$T</pre>').bodyText,
      /a=1; b\?c=\$TOKEN&key=\{API_KEY\} https:\/\/x\.example\/\?token=\$T/,
    );
  });

  test('in code loses its credential alone', () => {
    const { bodyText } = render(`<pre>curl -v "https://x.example/?a=1&amp;token=${SECRET}&amp;b=2" | jq .</pre>`);
    assert.match(bodyText, /curl -v "https:\/\/x\.example\/\?a=1&token=…&b=2" \| jq \./);
  });

  test('is found in time linear in the text, whatever the text', () => {
    // Each would take minutes if it were not.
    for (const part of ['?a=b&', '/eyJaaaaaa.', 'a://', ';a=b', '://a@', '/?u=%2F', '/(S(a', ')'])
      assert.ok(render(`<p>/?token=a${part.repeat(200_000)}x</p>`).text.includes('Tide clock'));
  });
});
