import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import nodemailer from 'nodemailer';
import { inboxApi } from '#local/inbox/api';
import { type Certificate, makeCertificate } from '#local/inbox/certificate';
import { type InboxServer, startInboxServer } from '#local/inbox/smtp';
import { createInboxStore, type InboxStore } from '#local/inbox/store';

const LOGIN = { user: 'quay', password: 'low-tide' };

describe('the inbox', () => {
  let certificate: Certificate;
  let store: InboxStore;
  let server: InboxServer;
  before(async () => {
    certificate = await makeCertificate();
    store = createInboxStore('http://localhost:1');
    server = await startInboxServer({ port: 0, login: LOGIN, certificate, store });
  });
  after(() => server.close());
  afterEach(() => {
    store.clear();
    server.controls.reset();
  });

  const transport = (auth: { user: string; pass: string } | null = { user: LOGIN.user, pass: LOGIN.password }, port = server.port) =>
    nodemailer.createTransport({
      host: 'localhost',
      port,
      requireTLS: true,
      tls: { ca: certificate.cert },
      ...(auth ? { auth } : {}),
    });
  const mail = {
    from: 'Vera <vera@quay.example>',
    to: 'olga@quay.example',
    cc: 'carl@quay.example',
    subject: 'Tide – heute',
    text: 'low\n.\nwater',
  };

  test('a mail is kept as it came, with its envelope', async () => {
    await transport().sendMail({ ...mail, bcc: 'hidden@quay.example' });
    const [message] = store.list();
    assert.deepEqual(message?.envelope, {
      from: 'vera@quay.example',
      to: ['olga@quay.example', 'carl@quay.example', 'hidden@quay.example'],
    });
    assert.deepEqual(
      [message?.from, message?.to, message?.cc, message?.subject],
      ['Vera <vera@quay.example>', ['olga@quay.example'], ['carl@quay.example'], 'Tide – heute'],
    );
    const raw = Buffer.from(store.get(message?.id ?? '')?.raw ?? []).toString();
    assert.match(raw, /\r\nlow\r\n\.\r\nwater/);
    assert.doesNotMatch(raw, /hidden/);
  });

  test('its certificate is trusted by who is told to, and it wants a login', async () => {
    await assert.rejects(transport(null).sendMail(mail), { responseCode: 530 });
    await assert.rejects(transport({ user: LOGIN.user, pass: 'wrong' }).sendMail(mail), { responseCode: 535 });
    const untrusting = nodemailer.createTransport({ host: 'localhost', port: server.port, requireTLS: true });
    await assert.rejects(untrusting.sendMail(mail), { code: 'ESOCKET' });
    assert.deepEqual(server.controls.logins.at(-1), { user: LOGIN.user, accepted: false });
  });

  test('it can refuse a recipient and put one off once', async () => {
    server.controls.refuse('OLGA@quay.example');
    server.controls.deferOnce('carl@quay.example');
    await assert.rejects(transport().sendMail(mail));
    const again = await transport().sendMail(mail);
    assert.deepEqual([again.accepted, again.rejected], [['carl@quay.example'], ['olga@quay.example']]);
  });

  test('difficult recipients of the demo are refused, or put off at every other attempt', async () => {
    const difficult = { refused: 'nobody@quay.example', deferred: 'busy@quay.example' };
    const other = await startInboxServer({ port: 0, login: LOGIN, certificate, store, difficult });
    const rejected = async () => {
      const tries = { ...mail, to: ['olga@quay.example', 'Nobody@quay.example', 'busy@quay.example'], cc: [] };
      const { rejectedErrors } = await transport({ user: LOGIN.user, pass: LOGIN.password }, other.port).sendMail(tries);
      return rejectedErrors?.map((error: { responseCode?: number }) => error.responseCode);
    };
    try {
      assert.deepEqual([await rejected(), await rejected(), await rejected()], [[550, 451], [550], [550, 451]]);
    } finally {
      await other.close();
    }
  });

  test('it can break the connection after the data, keeping the mail or not', async () => {
    for (const keep of [true, false]) {
      server.controls.dropAfterData(keep);
      await assert.rejects(transport().sendMail(mail));
      assert.equal(store.list().length, keep ? 1 : 0);
      store.clear();
    }
  });

  test('scripts list, read and delete mails over HTTP', async () => {
    const api = inboxApi(store);
    await transport().sendMail({ ...mail, html: '<p>hi</p>', attachments: [{ filename: 'a b.txt', content: 'abc' }] });
    const [summary] = (await (await api.request('/api/messages')).json()) as { id: string; size: number; raw?: unknown }[];
    assert.ok(summary);
    assert.equal(summary.raw, undefined);
    const eml = await api.request(`/api/messages/${summary.id}.eml`);
    assert.equal(eml.headers.get('content-type'), 'message/rfc822');
    assert.equal((await eml.arrayBuffer()).byteLength, summary.size);
    const details = (await (await api.request(`/api/messages/${summary.id}`)).json()) as {
      html: string;
      attachments: { filename: string }[];
    };
    assert.deepEqual([details.html.trim(), details.attachments.map(({ filename }) => filename)], ['<p>hi</p>', ['a b.txt']]);
    const part = await api.request(`/api/messages/${summary.id}/part/0`);
    assert.equal(await part.text(), 'abc');
    assert.match(part.headers.get('content-security-policy') ?? '', /^sandbox/);
    assert.equal((await api.request('/api/messages', { method: 'DELETE' })).status, 204);
    assert.deepEqual(await (await api.request('/api/messages')).json(), []);
    assert.equal((await api.request(`/api/messages/${summary.id}.eml`)).status, 404);
  });
});
