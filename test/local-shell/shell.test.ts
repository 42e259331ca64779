import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demoSite } from '#local/demo/index';
import type { DemoContent, DemoSite } from '#local/model';
import { bodyForShell } from '#local/shell/body';
import { emoticon } from '#local/shell/emoticons';
import { ask, plainHost } from '#test/local-shell/rig';

const host = plainHost();
const text = async (path: string, username?: string): Promise<string> => (await ask(host, path, username)).text();
const status = async (path: string, username?: string): Promise<number> => (await ask(host, path, username)).status;

const withContent = (content: Partial<DemoContent>): DemoSite => {
  const [first] = demoSite.contents;
  assert.ok(first);
  return { ...demoSite, contents: [...demoSite.contents, { ...first, id: '777', parentId: '110001', ...content }] };
};

describe('pages of the shell', () => {
  test('stand at the addresses that Confluence gives them', async () => {
    for (const path of [
      '/wiki/home',
      '/wiki/spaces',
      '/wiki/people',
      '/wiki/spaces/INST/overview',
      '/wiki/spaces/INST/pages/120002/Tide+clock+Mk+III%3A+specification',
      '/wiki/spaces/INST/blog',
      '/wiki/spaces/INST/blog/2026/11/17/140001/Puffin+swam+412+kilometres',
      '/wiki/spaces/INST/settings',
      '/wiki/spaces/INST/settings/apps/00000000-0000-4000-8000-000000000001/env-1/mail',
      '/wiki/admin/apps',
      '/wiki/admin/connected-apps',
      '/wiki/pages/viewpageattachments.action?pageId=120002',
    ])
      assert.equal(await status(path), 200, path);
  });

  test('redirect short addresses to the whole ones', async () => {
    const to = async (path: string): Promise<string | null> => (await ask(host, path)).headers.get('location');
    assert.equal(await to('/'), '/wiki/home');
    assert.equal(await to('/wiki/spaces/INST'), '/wiki/spaces/INST/overview');
    assert.equal(await to('/wiki/pages/viewpage.action?pageId=120003'), '/wiki/spaces/INST/pages/120003/Puffin+firmware');
    assert.match((await to('/wiki/modules/space-settings?spaceKey=INST')) ?? '', /^\/wiki\/spaces\/INST\/settings\/apps\/.*\/mail$/);
  });

  test('show a restricted page to the people named and to nobody else', async () => {
    const path = '/wiki/spaces/HOUSE/pages/110005/x';
    assert.equal(await status(path, 'jonas'), 200);
    assert.equal(await status(path, 'hana'), 404);
    assert.doesNotMatch(await text('/wiki/spaces/HOUSE/overview', 'hana'), /Salary review/);
    assert.doesNotMatch(await text('/wiki/search?text=salary', 'hana'), /Salary review/);
  });

  test('hide a space from people who may not view it', async () => {
    assert.equal(await status('/wiki/spaces/BOARD/overview', 'jonas'), 200);
    assert.equal(await status('/wiki/spaces/BOARD/overview', 'leila'), 404);
    assert.doesNotMatch(await text('/wiki/spaces', 'leila'), /Board Room/);
  });

  test('show a page whatever its title holds', async () => {
    const odd = plainHost(withContent({ title: 'Either/or & 100 %? #1' }));
    const [path = ''] = /\/wiki\/spaces\/HOUSE\/pages\/777\/[^"]*/.exec(await (await ask(odd, '/wiki/spaces/HOUSE/overview')).text()) ?? [];
    const answer = await ask(odd, path);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /<h1[^>]*>Either\/or &amp; 100 %\? #1<\/h1>/);
  });

  test('do not show a page under the address of another space', async () => {
    assert.equal(await status('/wiki/spaces/HOUSE/pages/120002/x'), 404);
  });

  test('keep settings of a space for its administrators and administration for site administrators', async () => {
    assert.equal(await status('/wiki/spaces/INST/settings', 'jonas'), 200);
    assert.equal(await status('/wiki/spaces/INST/settings', 'hana'), 403);
    assert.equal(await status('/wiki/admin/apps', 'jonas'), 403);
    assert.equal(await status('/wiki/admin/connected-apps', 'leila'), 403);
  });

  test('answer 404 with a page of their own for an unknown address', async () => {
    const answer = await ask(host, '/wiki/nowhere');
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /<h1>This page does not exist/);
  });

  test('speak the language of the person who is signed in', async () => {
    assert.match(await text('/wiki/home', 'friederike'), /<html lang="de"[\s\S]*Bereiche/);
    assert.match(await text('/wiki/home', 'hana'), /<html lang="en"[\s\S]*Spaces/);
  });

  test('show an address only where the profile does', async () => {
    const path = `/wiki/people/${encodeURIComponent('712020:91c5b0de-oluwaseun-adeyemi')}`;
    assert.doesNotMatch(await text(path, 'hana'), /seun\.adeyemi@/);
    assert.match(await text(path, 'seun'), /seun\.adeyemi@/);
  });

  test('escape titles, labels and queries', async () => {
    const evil = plainHost(withContent({ title: '</title><script>alert(1)</script>', labels: ['<b>'] }));
    for (const path of ['/wiki/spaces/HOUSE/pages/777/x', '/wiki/home', '/wiki/search?text=%3Cscript%3Ealert(1)%3C/script%3E']) {
      const html = await (await ask(evil, path)).text();
      assert.doesNotMatch(html, /<script>alert/, path);
    }
  });

  test('escape what the page hands to its script', async () => {
    const [module] = host.modules('confluence:contentAction', host.currentUser(new Request('http://localhost')), {});
    assert.ok(module);
    const evil = plainHost(demoSite, [{ ...module, title: '</script><script>alert(1)</script>' }]);
    assert.doesNotMatch(await (await ask(evil, '/wiki/spaces/HOUSE/overview')).text(), /<script>alert/);
  });

  test('allow scripts of their own alone and frames of the app alone', async () => {
    const policy = (await ask(host, '/wiki/home')).headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self';/);
    assert.match(policy, /frame-src http:\/\/127\.0\.0\.1:8080;/);
    assert.match(policy, /frame-ancestors 'none'/);
  });
});

describe('signing in', () => {
  const signIn = (username: string, back: string): Promise<Response> =>
    ask(host, '/_shell/sign-in', 'mira', { method: 'POST', body: new URLSearchParams({ username, back }) });

  test('sets the cookie and goes back to where the person was', async () => {
    const answer = await signIn('hana', '/wiki/spaces?x=1');
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), '/wiki/spaces?x=1');
    assert.match(answer.headers.get('set-cookie') ?? '', /=hana;.*HttpOnly/);
  });

  test('never leads to another site', async () => {
    for (const back of ['https://evil.example', '//evil.example', '/\\evil.example', 'evil', '']) {
      assert.equal((await signIn('hana', back)).headers.get('location'), '/wiki/home', back);
    }
  });

  test('is refused to a deactivated account', async () => {
    assert.equal((await signIn('pavel', '/')).headers.get('set-cookie'), null);
  });
});

describe('a rendered body in the shell', () => {
  test('gets end tags where XHTML needs none', () => {
    assert.equal(bodyForShell('<p /><span class="a" /><br/>'), '<p></p><span class="a"></span><br/>');
  });

  test('shows the colours of cells', () => {
    assert.match(bodyForShell('<td data-highlight-colour="#abf5d1">'), /style="background-color:#abf5d1/);
    assert.doesNotMatch(bodyForShell('<td data-highlight-colour="#ffffff">'), /style/);
    assert.doesNotMatch(bodyForShell('<td data-highlight-colour="red;x:y">'), /style/);
  });

  test('gives coloured text a colour for the dark theme', () => {
    assert.match(bodyForShell('<span style="color: rgb(191,38,0);">'), /color: light-dark\(rgb\(191,38,0\), rgb\(255,\d+,\d+\)\)/);
  });
});

describe('pictures of emoji', () => {
  test('are drawn from the code points in the address', () => {
    assert.match(emoticon('/wiki/s/-1/6452/0/_/images/icons/emoticons/72/1f41f.png') ?? '', /🐟/);
    assert.match(emoticon('/wiki/s/-1/6452/0/_/images/icons/emoticons/check.png') ?? '', /<circle/);
  });

  test('are served wherever a page names them', async () => {
    for (const path of [
      '/wiki/s/-1/6452/0/_/images/icons/emoticons/72/1f41f.png',
      '/wiki/spaces/INST/pages/120002/images/icons/emoticons/check.png',
    ]) {
      const answer = await ask(host, path);
      assert.equal(answer.headers.get('content-type'), 'image/svg+xml', path);
    }
    assert.equal(await status('/wiki/s/-1/_/images/icons/emoticons/unknown.png'), 404);
  });

  test('are not drawn from anything else', () => {
    assert.equal(emoticon('/wiki/s/x/emoticons/72/3c.svg'), undefined);
    assert.doesNotMatch(emoticon('/images/icons/emoticons/72/3c.png') ?? '', /><</);
    assert.equal(emoticon('/images/icons/emoticons/72/110000.png'), undefined);
    assert.equal(emoticon('/images/icons/emoticons/72/zz.png'), undefined);
  });
});
