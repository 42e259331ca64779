import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import type { PayloadInput } from '#contract/screens/resolvers';
import { type Office, openOffice } from '#test/app/site';
import { until } from '#test/local/rig';

let office: Office;
before(async () => {
  office = await openOffice();
});
after(() => office[Symbol.asyncDispose]());

const accountId = (username: string) => office.site.directory.site.users.find((each) => each.username === username)?.accountId as never;
const address = (text: string) => ({ kind: 'address' as const, address: text });
const page = () => {
  const { contents, spaces } = office.site.directory.site;
  const space = spaces.find(({ key }) => key === 'INST');
  const found = contents.find((each) => each.spaceId === space?.id && each.type === 'page' && !each.restrictedTo && !each.parentId);
  assert.ok(found);
  return found.id;
};
const draft = (fields: Partial<PayloadInput<'send/submit'>['draft']>) => ({ to: [], subject: 'History test', ...fields });

describe('the history of a mail', () => {
  test('is seen by its sender on the page, by the space’s and the site’s administrators, and by nobody else', async () => {
    const to = [{ kind: 'user' as const, accountId: accountId('jonas') }, address('guest@outside.test')];
    const { jobId } = await office.send('hana', page(), draft({ to }));
    const own = (await office.get('hana', 'history/page', {}, page())).records;
    assert.deepEqual(
      own.map(({ id }) => id),
      [jobId],
    );
    const [record] = own;
    assert.equal(record?.outcome, 'sent');
    assert.deepEqual(record?.recipients, { site: 1, outside: 1, accepted: 2, refused: 0 });
    assert.equal(typeof record?.page.version, 'number');
    assert.deepEqual(
      record?.results.map(({ label }) => label),
      ['Jonas Brückner', undefined],
    );
    assert.doesNotMatch(JSON.stringify(own), /guest@outside/);
    assert.deepEqual((await office.get('tomas', 'history/page', {}, page())).records, []);
    assert.deepEqual(
      (await office.get('jonas', 'history/space', {}, 'INST')).records.map(({ id }) => id),
      [jobId],
    );
    assert.deepEqual(
      (await office.get('mira', 'history/site', { filter: { accountId: accountId('hana') } })).records.map(({ id }) => id),
      [jobId],
    );
    assert.equal(await office.code('hana', 'history/space', {}, 'INST'), 'NOT_SPACE_ADMIN');
    assert.equal(await office.code('jonas', 'history/site', {}), 'NOT_SITE_ADMIN');
    const { csv } = await office.get('mira', 'history/site-csv', {});
    assert.match(csv, /^time,sender,[^\r]*\r\n[^\r]*Hana[^\r]*,History test,1,1,2,0,sent,\r\n$/);
  });

  test('can be sent again; what was not kept is counted', async () => {
    const [record] = (await office.get('hana', 'history/page', {}, page())).records;
    const again = await office.get('hana', 'history/again', { id: record?.id ?? '' }, page());
    assert.deepEqual(again.draft.to, [{ kind: 'user', accountId: accountId('jonas') }]);
    assert.equal(again.leftOut.addresses, 1);
    assert.equal(await office.code('tomas', 'history/again', { id: record?.id ?? '' }, page()), 'RECORD_NOT_FOUND');
  });

  test('is sent again by administrators in their own name, each once for a key, and only where they administer', async () => {
    const [record] = (await office.get('hana', 'history/page', {}, page())).records;
    const id = record?.id ?? '';
    const asked = { id, idempotencyKey: randomUUID() };
    office.site.inbox.clear();
    const first = await office.get('mira', 'history/site-again', asked);
    const second = await office.get('mira', 'history/site-again', asked);
    assert.equal(second.jobId, first.jobId);
    assert.notEqual(first.jobId, id);
    assert.deepEqual(first.leftOut, { addresses: 1, people: 0, attachments: 0 });
    await office.get('jonas', 'history/space-again', { ...asked, idempotencyKey: randomUUID() }, 'INST');
    await until(() => office.site.inbox.list().length === 2);
    await office.site.host.queue.idle();
    assert.deepEqual(
      office.site.inbox.list().map(({ subject, envelope }) => [subject, envelope.to]),
      Array.from({ length: 2 }, () => ['History test', ['jonas.brueckner@harbour.example']]),
    );
    const replies = office.site.inbox.list().map(({ id: at }) => Buffer.from(office.site.inbox.get(at)?.raw ?? []).toString());
    assert.equal(replies.filter((raw) => /^Reply-To: .*mira@harbour\.example/m.test(raw)).length, 1);
    const [newest] = (await office.get('mira', 'history/site', { filter: { accountId: accountId('mira') } })).records;
    assert.equal(newest?.id, first.jobId);

    const refused = { id, idempotencyKey: randomUUID() };
    assert.equal(await office.code('jonas', 'history/space-again', refused, 'KIEL'), 'RECORD_NOT_FOUND');
    assert.equal(await office.code('hana', 'history/space-again', refused, 'INST'), 'NOT_SPACE_ADMIN');
    assert.equal(await office.code('jonas', 'history/site-again', refused), 'NOT_SITE_ADMIN');
  });

  test('keeps addresses where the administrator wants them', async () => {
    await office.change({ history: { keepAddresses: true, retentionDays: 30 } });
    const { jobId } = await office.send('hana', page(), draft({ to: [address('kept@outside.test')] }));
    const found = (await office.get('hana', 'history/page', {}, page())).records.find(({ id }) => id === jobId);
    assert.equal(found?.results[0]?.label, 'kept@outside.test');
  });
});

describe('a mail that failed while nobody looked', () => {
  test('tells its sender by mail and when the dialog opens again, until dismissed', async () => {
    office.site.smtp.refuse('gone@outside.test');
    const { jobId, state } = await office.send('hana', page(), draft({ to: [address('gone@outside.test')], subject: 'Lost' }));
    assert.equal(state, 'failed');
    const opened = await office.get('hana', 'send/open', {}, page());
    assert.deepEqual(
      opened.notices?.map((notice) => [notice.jobId, notice.missed, notice.error?.code]),
      [[jobId, 1, 'RECIPIENT_REJECTED']],
    );
    await until(() => office.site.inbox.list().some(({ subject }) => subject === 'Not delivered: Lost'));
    const notice = office.site.inbox.list().find(({ subject }) => subject === 'Not delivered: Lost');
    assert.deepEqual(notice?.envelope.to, ['hana@harbour.example']);
    const mail = await PostalMime.parse(office.site.inbox.get(notice?.id ?? '')?.raw ?? new Uint8Array());
    assert.equal(mail.headers.find(({ key }) => key === 'auto-submitted')?.value, 'auto-generated');
    assert.match(mail.text ?? '', /gone@outside\.test: The mail server refused this address\./);
    await office.get('hana', 'send/dismiss-notices', { jobIds: [jobId] }, page());
    assert.equal((await office.get('hana', 'send/open', {}, page())).notices, undefined);
    const { errors } = await office.get('mira', 'diagnostics/get', {});
    assert.ok(errors.some(({ code, count }) => code === 'RECIPIENT_REJECTED' && count >= 1));
  });
});

describe('diagnostics', () => {
  test('tell how relay and accounts do, with a report without secrets', async () => {
    const { settings } = await office.get('mira', 'site-policy/get', {});
    const main = settings.accounts[0];
    assert.ok(main);
    assert.equal((await office.get('mira', 'site-policy/verify', { accountId: main.id, account: main.account })).ok, true);
    const seen = await office.get('mira', 'diagnostics/get', {});
    assert.deepEqual([seen.relay.reachable, seen.relay.tokenAccepted, typeof seen.relay.info?.version], [true, true, 'string']);
    assert.equal(seen.accounts[0]?.verified?.ok, true);
    assert.doesNotMatch(seen.report, /paper-boat|harbour\.example/);
    assert.equal(await office.code('jonas', 'diagnostics/get', {}), 'NOT_SITE_ADMIN');
  });

  test('switch a debug log on that every administrator sees, and off', async () => {
    const { debugLog } = await office.get('mira', 'diagnostics/debug-log', { hours: 1 });
    assert.equal(debugLog?.startedBy.accountId, accountId('mira'));
    assert.deepEqual((await office.get('jonas', 'space-policy/get', {}, 'INST')).debugLog?.until, debugLog?.until);
    assert.equal((await office.get('mira', 'diagnostics/debug-log', { hours: 0 })).debugLog, undefined);
    assert.equal((await office.get('mira', 'site-policy/get', {})).debugLog, undefined);
  });
});

describe('privacy', () => {
  test('the weekly report runs', async () => {
    await office.site.host.runScheduled('weekly-report');
  });

  test('deleting everything leaves nothing behind', async () => {
    assert.equal(await office.code('jonas', 'privacy/delete-all', { confirm: 'DELETE' }), 'NOT_SITE_ADMIN');
    assert.equal((await office.get('mira', 'privacy/delete-all', { confirm: 'DELETE' })).state, 'running');
    await until(async () => (await office.get('mira', 'privacy/stored', {})).deletion.state === 'done');
    assert.deepEqual((await office.get('mira', 'history/site', {})).records, []);
    const { settings, secretsSet } = await office.get('mira', 'site-policy/get', {});
    assert.deepEqual([settings.accounts, secretsSet], [[], {}]);
    assert.equal((await office.get('hana', 'send/open', {}, page())).refusal?.code, 'NO_MAIL_ACCOUNT');
  });
});
