import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import type { JobStatus } from '#contract/jobs';
import type { Result } from '#contract/result';
import { defaultBundle } from '#local/forge/host';
import { type LocalSite, type LocalSiteOptions, startLocalSite } from '#local/site';
import { until } from '#test/local/rig';

const skip = existsSync(defaultBundle('.')) ? false : 'the app is not built: npm run build';
const basic = (username: string) => ({ authorization: `Basic ${Buffer.from(`${username}:x`).toString('base64')}` });
const start = (options: Partial<LocalSiteOptions> = {}): Promise<LocalSite> => startLocalSite({ port: 0, inboxPort: 0, ...options });

/** What a script does: a resolver as a person, by the site's own interface. */
async function invoke<T>(site: LocalSite, username: string, functionKey: string, payload: unknown, contentId: string): Promise<Result<T>> {
  const response = await fetch(`${site.url}/_local/invoke`, {
    method: 'POST',
    headers: basic(username),
    body: JSON.stringify({ module: 'send-page', functionKey, payload, context: { contentId } }),
  });
  assert.equal(response.status, 200);
  return (await response.json()) as Result<T>;
}

async function expectOk<T>(result: Promise<Result<T>>): Promise<T> {
  const answer = await result;
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

const ENDS = ['sent', 'partly-sent', 'failed', 'unknown'];

/** Waits until a job has ended. */
async function ended(site: LocalSite, username: string, jobId: string, contentId: string): Promise<JobStatus> {
  let status: JobStatus | undefined;
  await until(async () => {
    status = await expectOk(invoke<JobStatus>(site, username, 'send/status', { jobId }, contentId));
    return ENDS.includes(status.state);
  });
  assert.ok(status);
  return status;
}

const restrictedPage = (site: LocalSite) => {
  const found = site.directory.site.contents.find(({ restrictedTo }) => restrictedTo !== undefined);
  assert.ok(found);
  return found;
};

/** A page with a picture in its body and at least two small attachments, and the people of its mail. */
function sample(site: LocalSite) {
  const { contents } = site.directory.site;
  const page = contents.find(({ id, body }) => body.includes('<img') && site.directory.attachmentsOf(id).length >= 2);
  assert.ok(page);
  const files = site.directory.attachmentsOf(page.id).slice(0, 2);
  const people = site.directory.site.users.filter((user) => user.active && !user.siteAdmin).slice(0, 2);
  return { page, files, people };
}

const draftFor = (site: LocalSite) => ({
  to: [
    ...sample(site).people.map(({ accountId }) => ({ kind: 'user', accountId })),
    { kind: 'address', address: 'outside@elsewhere.example' },
  ],
  subject: 'From the local site',
  note: 'Have a look',
  attachmentIds: sample(site).files.map(({ id }) => id),
});

const submit = (site: LocalSite, username: string, idempotencyKey: string = randomUUID()) =>
  invoke<{ jobId: string }>(site, username, 'send/submit', { draft: draftFor(site), idempotencyKey }, sample(site).page.id);

async function bytesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

describe('the local site', { skip }, () => {
  let site: LocalSite;
  before(async () => {
    site = await start({ queue: { delayFactor: 0.01 } });
  });
  after(() => site.close());

  test('a page goes to exactly its three recipients, picture inline, attachments byte for byte', async () => {
    const { page, files, people } = sample(site);
    const { jobId } = await expectOk(submit(site, 'mira'));
    assert.equal((await ended(site, 'mira', jobId, page.id)).state, 'sent');
    const list = (await (await fetch(`${site.inboxUrl}/api/messages`)).json()) as {
      id: string;
      envelope: { to: string[] };
      subject: string;
      size: number;
    }[];
    const [mail] = list;
    assert.deepEqual(mail?.envelope.to.toSorted(), [...people.map(({ email }) => email), 'outside@elsewhere.example'].toSorted());
    const raw = Buffer.from(await (await fetch(`${site.inboxUrl}/api/messages/${mail?.id}.eml`)).arrayBuffer());
    assert.equal(raw.byteLength, mail?.size);
    const parsed = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' });
    const picture = parsed.attachments.find(({ contentId }) => contentId !== undefined);
    assert.ok(picture?.contentId && parsed.html?.includes(`cid:${picture.contentId.slice(1, -1)}`));
    for (const file of files) {
      const part = parsed.attachments.find(({ filename, disposition }) => filename === file.title && disposition === 'attachment');
      assert.ok(part, file.title);
      assert.deepEqual(Buffer.from(part.content as ArrayBuffer), await bytesOf(file.read()));
    }
  });

  test('sending twice with the same key sends one mail', async () => {
    site.inbox.clear();
    const key = randomUUID();
    const answers = await Promise.all([submit(site, 'mira', key), submit(site, 'mira', key)]);
    const ids = answers.flatMap((answer) => (answer.ok ? [answer.value.jobId] : []));
    assert.equal(new Set(ids).size, 1);
    await ended(site, 'mira', ids[0] ?? '', sample(site).page.id);
    await site.host.queue.idle();
    assert.equal(site.inbox.list().length, 1);
  });

  test('a mail is followed by the person who sent it alone', async () => {
    const { page } = sample(site);
    const { jobId } = await expectOk(submit(site, 'jonas'));
    const other = await invoke(site, 'hana', 'send/status', { jobId }, page.id);
    assert.deepEqual(other, { ok: false, error: { code: 'JOB_NOT_FOUND' } });
    await ended(site, 'jonas', jobId, page.id);
  });

  test('a restricted page cannot be opened or sent by people whom it does not admit', async () => {
    const page = restrictedPage(site);
    const outsider = site.directory.site.users.find((user) => user.active && !site.directory.canView(user, page));
    assert.ok(outsider);
    const answer = await invoke(site, outsider.username, 'send/open', {}, page.id);
    assert.equal(!answer.ok && answer.error.code, 'PAGE_NOT_FOUND');
  });

  test('settings of the site are for its administrators', async () => {
    const answer = (await site.invoke('jonas', 'site-settings', 'site-settings/get')) as Result<unknown>;
    assert.equal(!answer.ok && answer.error.code, 'NOT_SITE_ADMIN');
  });

  test('the password never comes back from the settings', async () => {
    const answer = JSON.stringify(await site.invoke('mira', 'site-settings', 'site-settings/get'));
    assert.match(answer, /"password":true/);
    assert.doesNotMatch(answer, /paper-boat/);
  });

  test('a refused recipient is named and the others get the mail', async () => {
    site.smtp.refuse('outside@elsewhere.example');
    const { page } = sample(site);
    const { jobId } = await expectOk(submit(site, 'mira'));
    const status = await ended(site, 'mira', jobId, page.id);
    site.smtp.reset();
    assert.equal(status.state, 'partly-sent');
    assert.deepEqual(status.recipients.map(({ state }) => state).toSorted(), ['accepted', 'accepted', 'refused']);
  });

  test('scripts use Confluence’s REST API with a person’s name', async () => {
    const page = restrictedPage(site);
    const statusAs = async (username: string) =>
      (await fetch(`${site.url}/wiki/api/v2/pages/${page.id}`, { headers: basic(username) })).status;
    for (const user of site.directory.site.users) {
      assert.equal(await statusAs(user.username), user.active ? (site.directory.canView(user, page) ? 200 : 404) : 401, user.username);
    }
    assert.equal(await statusAs('nobody'), 401);
    assert.equal((await fetch(`${site.url}/wiki/api/v2/pages`)).status, 401);
  });

  test('a script that calls a function in a wrong way reads what is wrong', async () => {
    const ask = async (body: string, method = 'POST') => {
      const init = { method, headers: basic('mira'), ...(method === 'GET' ? {} : { body }) };
      const response = await fetch(`${site.url}/_local/invoke`, init);
      return [response.status, JSON.stringify(await response.json())] as const;
    };
    const call = { module: 'send-page', functionKey: 'send/open' };
    for (const [answer, status, words] of [
      [ask('no json'), 400, /Needed is JSON/],
      [ask('{"module": "send-page"}'), 400, /functionKey/],
      [ask('{"module": "send", "functionKey": "send/open"}'), 404, /it has send-page, space-settings, site-settings/],
      [ask(JSON.stringify({ ...call, context: { contentId: ['1'] } })), 400, /context.contentId/],
      [ask(JSON.stringify({ ...call, context: { contentId: Number(sample(site).page.id) } })), 200, /"ok":true/],
      [ask(JSON.stringify({ ...call, context: null })), 200, /PAGE_NOT_FOUND/],
      [ask('', 'GET'), 405, /Use POST/],
    ] as const) {
      const [got, text] = await answer;
      assert.equal(got, status, text);
      assert.match(text, words);
    }
  });

  test('a file of the page is downloaded through a redirect to the media host', async () => {
    const [file] = sample(site).files;
    assert.ok(file);
    const path = `/wiki/rest/api/content/${file.contentId}/child/attachment/${file.id}/download`;
    const response = await fetch(site.url + path, { headers: basic('mira') });
    assert.equal(response.redirected, true);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), await bytesOf(file.read()));
  });

  test('bearer tokens reach Confluence as the app or as a person, within the scopes', async () => {
    const { tokens, identity } = site.host;
    const page = restrictedPage(site);
    const outsider = site.directory.site.users.find((user) => user.active && !site.directory.canView(user, page));
    const open = site.directory.site.contents.find((content) => content.type === 'page' && site.directory.appCanView(content));
    const as = async (token: string, id = page.id) =>
      (
        await fetch(`${site.url}/ex/confluence/${identity.cloudId}/wiki/api/v2/pages/${id}`, {
          headers: { authorization: `Bearer ${token}` },
        })
      ).status;
    assert.equal(await as(tokens.issue({ kind: 'system' }).token, open?.id), 200);
    assert.equal(await as(tokens.issue({ kind: 'system' }).token), 404, 'the app’s own user is named in no restriction');
    assert.equal(await as(tokens.issue({ kind: 'user', accountId: outsider?.accountId ?? '' }).token), 404);
    assert.equal(await as('guessed'), 401);
  });

  test('only names of this machine are served', async () => {
    const { port } = new URL(site.url);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) =>
      request({ host: '127.0.0.1', port, path: '/', headers: { host: 'evil.example' } }, (response) =>
        resolve(response.resume().statusCode),
      ).end(),
    );
    assert.equal(status, 421);
  });
});

describe('the bridge of the local site', { skip }, () => {
  let site: LocalSite;
  before(async () => {
    site = await start();
  });
  after(() => site.close());
  const post = (path: string, body: unknown, username: string, headers: Record<string, string> = {}) =>
    fetch(site.url + path, {
      method: 'POST',
      headers: { cookie: `pagemail.user=${username}`, 'x-pagemail-bridge': '1', ...headers },
      body: JSON.stringify(body),
    });

  test('a browser’s call is the signed-in person’s', async () => {
    const { page } = sample(site);
    const response = await post(
      '/_forge/invoke',
      { moduleKey: 'send-page', functionKey: 'send/open', place: { contentId: page.id } },
      'hana',
    );
    const { result } = (await response.json()) as { result: Result<{ me: { name: string } }> };
    assert.match(result.ok ? result.value.me.name : '', /^Hana/);
  });

  test('nobody but the shell may call it', async () => {
    const call = { moduleKey: 'send-page', place: {} };
    assert.equal((await post('/_forge/context', call, 'mira')).status, 200);
    assert.equal((await post('/_forge/context', call, 'nobody')).status, 401);
    assert.equal((await post('/_forge/context', call, 'mira', { 'x-pagemail-bridge': '' })).status, 403);
    assert.equal((await post('/_forge/context', call, 'mira', { origin: 'https://evil.example' })).status, 403);
    assert.equal((await post('/_forge/context', call, 'mira', { 'sec-fetch-site': 'cross-site' })).status, 403);
  });

  test('a request of more than 500 KB is refused', async () => {
    const body = { moduleKey: 'send-page', functionKey: 'send/open', place: {}, payload: { filler: 'x'.repeat(501 * 1024) } };
    assert.equal((await post('/_forge/invoke', body, 'mira')).status, 413);
  });

  test('the address of the relay is for site administrators to set', async () => {
    const remotes = [{ key: 'relay', configured: { endpoint: 'https://relay.example/' } }];
    assert.equal((await post('/_forge/remote/set', { remotes }, 'hana')).status, 403);
    const before = await (await post('/_forge/remote/get', { keys: ['relay'] }, 'hana')).json();
    assert.deepEqual(before, { results: [{ key: 'relay', configured: { endpoint: site.relayUrl } }] });
    assert.equal(
      (await post('/_forge/remote/set', { remotes: [{ key: 'relay', configured: { endpoint: 'http://relay.example/' } }] }, 'mira')).status,
      400,
    );
    assert.equal((await post('/_forge/remote/set', { remotes }, 'mira')).status, 200);
    const after = await (await post('/_forge/remote/get', {}, 'hana')).json();
    assert.deepEqual(after, { results: remotes });
  });

  test('requestConfluence of the interface acts as the person, with the app’s scopes, and brings files in base64', async () => {
    const [file] = sample(site).files;
    assert.ok(file);
    const product = async (restPath: string) =>
      (await (await post('/_forge/product', { product: 'confluence', restPath, fetchRequestInit: {} }, 'hana')).json()) as {
        status: number;
        body: string;
        isAttachment: boolean;
      };
    const download = await product(`/wiki/rest/api/content/${file.contentId}/child/attachment/${file.id}/download`);
    assert.deepEqual([download.status, download.isAttachment], [200, true]);
    assert.deepEqual(Buffer.from(download.body, 'base64'), await bytesOf(file.read()));
    assert.equal((await product('/wiki/rest/api/user/email?accountId=x')).status, 403);
  });

  test('the app’s pages come with the bridge as first script and the platform’s policy for this shell', async () => {
    const { port } = new URL(site.url);
    const response = await fetch(`http://127.0.0.1:${port}/_forge/resource/main/send.html`);
    assert.match(await response.text(), /<head[^>]*><script src="\/_forge\/bridge\.js"><\/script>/);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, new RegExp(`frame-ancestors [^;]*http://localhost:${port}(;| |$)`));
    assert.match(policy, /script-src 'self' /);
    assert.doesNotMatch(policy.split(';').find((part) => part.trim().startsWith('script-src')) ?? '', /unsafe/);
    assert.match(policy, /report-uri \/_forge\/csp-report/);
    assert.equal((await fetch(`http://127.0.0.1:${port}/_forge/resource/main/..%2f..%2fpackage.json`)).status, 404);
  });
});

describe('sending when something breaks', { skip }, () => {
  test('an event that is delivered twice sends one mail', async () => {
    const site = await start({ queue: { deliveries: 2 } });
    try {
      const { jobId } = await expectOk(submit(site, 'mira'));
      await ended(site, 'mira', jobId, sample(site).page.id);
      await site.host.queue.idle();
      assert.equal(site.inbox.list().length, 1);
    } finally {
      await site.close();
    }
  });

  test('a connection that breaks after the data leaves the outcome unknown and sends nothing again', async () => {
    const site = await start({ queue: { delayFactor: 0.001 } });
    try {
      site.smtp.dropAfterData(true);
      const { jobId } = await expectOk(submit(site, 'mira'));
      assert.equal((await ended(site, 'mira', jobId, sample(site).page.id)).state, 'unknown');
      await site.host.queue.idle();
      const subjects = site.inbox.list().map(({ subject }) => subject);
      assert.equal(subjects.filter((subject) => !subject.startsWith('Not delivered:')).length, 1, subjects.join(', '));
    } finally {
      await site.close();
    }
  });

  test('a mail waits for a relay that is down and is sent once it is back', async () => {
    const site = await start({ queue: { delayFactor: 0.02 } });
    try {
      await site.stopRelay();
      const { jobId } = await expectOk(submit(site, 'mira'));
      const contentId = sample(site).page.id;
      await until(
        async () =>
          (await expectOk(invoke<JobStatus>(site, 'mira', 'send/status', { jobId }, contentId))).error?.code === 'RELAY_UNREACHABLE',
      );
      await site.startRelay();
      assert.equal((await ended(site, 'mira', jobId, contentId)).state, 'sent');
      assert.equal(site.inbox.list().length, 1);
    } finally {
      await site.close();
    }
  });
});
