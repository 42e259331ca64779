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
  'block of the new editor': (url) => `<div data-block-card data-card-url="${url}"></div>`,
};

describe('an address with a credential', () => {
  for (const [name, url, secret] of SIGNED)
    for (const [place, write] of Object.entries(PLACES))
      test(`of ${name} never leaves with the mail in a ${place}`, () => {
        const { html, text } = render(`<h2>Before</h2>${write(url.replaceAll('&', '&amp;'))}<p>After</p>`);
        for (const part of [html, text]) {
          assert.ok(!part.includes(secret), part.slice(Math.max(0, part.indexOf(secret) - 200), part.indexOf(secret) + 60));
          assert.ok(part.includes('Before') && part.includes('After'));
        }
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
    ]) {
      const { body } = render(`<p><a href="${url.replaceAll('&', '&amp;')}">there</a></p>`);
      assert.ok(body.includes(`href="${url.replaceAll('&', '&amp;')}"`), `${url}: ${body}`);
    }
  });

  test('stays in code, which is to the byte', () => {
    assert.match(render('<pre>curl https://x.example/?token=YOUR_TOKEN</pre>').bodyText, /token=YOUR_TOKEN/);
  });
});
