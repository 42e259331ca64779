import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deliver } from '#app/delivery/deliver';
import { findRecipients } from '#app/send/find-recipients';
import { openDialog } from '#app/send/open';
import { previewMail } from '#app/send/preview';
import { submitMail } from '#app/send/submit';
import { bindingOf } from '#app/settings/secrets';
import type { AccountId } from '#contract/draft';
import { MAX_MESSAGE_BYTES } from '#contract/limits';
import { siteSettingsSchema } from '#contract/settings/parts';
import { memoryRecords } from '#test/app/history/support';
import {
  addressBook,
  attachment,
  attachmentId,
  codeOf,
  draft,
  GONE,
  HANA,
  JONAS,
  MIRA,
  mailAccount,
  memoryJobs,
  memoryNotices,
  memoryQuota,
  memorySettings,
  NOW,
  PAGE,
  SPACE_ID,
  type StubPage,
  type StubSite,
  stubReader,
  stubSession,
  stubTransport,
} from '#test/app/rig';

const jonas = { kind: 'user', accountId: JONAS.accountId };
const settingsOf = async (fields: Record<string, unknown> = {}) => {
  const settings = memorySettings();
  await settings.saveSite(siteSettingsSchema.parse({ account: mailAccount(), presentation: { subjectPrefix: '[Wiki]' }, ...fields }));
  return settings;
};

async function preview(fields: Record<string, unknown>, page: StubPage = {}, site: StubSite & { hidden?: readonly AccountId[] } = {}) {
  const needs = {
    reader: stubReader(page),
    session: stubSession(site),
    app: addressBook(),
    canView: async (_: unknown, id: AccountId) => !(site.hidden ?? []).includes(id),
    settings: await settingsOf(),
  };
  return previewMail(needs, PAGE, draft(fields), 'en');
}
const warningsOf = async (...args: Parameters<typeof preview>) =>
  Object.fromEntries((await preview(...args)).warnings.map(({ code, subjects }) => [code, subjects]));

describe('a preview', () => {
  test('equals what is delivered, byte for byte', async () => {
    const page = {
      bodies: { export_view: '<h1>Plan</h1><p>Text <img src="/x" data-linked-resource-id="5"></p>' },
      attachments: [attachment('att5', 'x.png')],
    };
    const fields = { to: [jonas], note: 'Look\nhere', attachmentIds: ['att5'] };
    const shown = await preview(fields, page);
    const [jobs, settings, transport] = [memoryJobs(), await settingsOf(), stubTransport()];
    settings.secrets.set('site:password', { v: 1, boundTo: bindingOf(mailAccount()), value: 'sesame' });
    const events: { jobId: string; attempt: number }[] = [];
    const push = async (event: { jobId: string; attempt: number }) => {
      events.push(event);
    };
    const now = () => NOW;
    const submission = { ref: PAGE, draft: draft(fields), idempotencyKey: '0b6b4f0e-7d3c-4a7e-9d53-0d0a5f1f3c11', language: 'en' as const };
    const app = addressBook(new Map([[JONAS.accountId, 'jonas@firm.example']]));
    const more = { app, transport, quota: memoryQuota(), records: memoryRecords() };
    await submitMail({ reader: stubReader(page), session: stubSession(), settings, jobs, push, now, ...more }, MIRA.accountId, submission);
    for (const event of events) {
      const ending = { wait: async () => {}, ended: async () => {} };
      await deliver({ jobs, settings, readerAs: () => stubReader(page), app, transport, push, now, ...ending }, { v: 1, ...event });
    }
    const message = transport.requests[0]?.request.message;
    assert.deepEqual([message?.html, message?.text, message?.subject], [shown.html, shown.text, shown.subject]);
    assert.deepEqual(
      message?.inline.map(({ cid }) => cid),
      shown.images.map(({ cid }) => cid),
    );
  });

  test('names To and Cc as the sender knows them, and the files; individual mails name nobody', async () => {
    const page = { attachments: [attachment('att1', 'a.bin', 12)] };
    const fields = {
      to: [jonas, { kind: 'address', address: 'out@side.example', name: 'Out' }],
      bcc: [{ kind: 'user', accountId: HANA.accountId }],
    };
    const shown = await preview({ ...fields, attachmentIds: ['att1'] }, page);
    assert.deepEqual(shown.header, { to: ['Jonas', 'Out <out@side.example>'], cc: [] });
    assert.deepEqual(shown.attachments, [{ title: 'a.bin', sizeBytes: 12 }]);
    assert.equal((await preview({ ...fields, individualCopies: true })).header, undefined);
  });

  test('works before there is a recipient', async () => {
    assert.equal((await preview({})).recipientCount, 0);
  });

  test('falls back to the screen’s rendering where the export is empty', async () => {
    const { text } = await preview({}, { bodies: { export_view: '<p> </p>', view: '<p>Seen on screen</p>' } });
    assert.match(text, /Seen on screen/);
  });

  test('shows pictures of other pages that the sender may view, by id and by page and name', async () => {
    const body = '<img src="a" data-linked-resource-id="7"><img src="b" data-linked-resource-id="8">';
    const other = attachment('att7', 'other.png', 10, attachmentId('2002'));
    const { images } = await preview({}, { bodies: { export_view: body }, foreign: [other] });
    assert.deepEqual(
      images.map(({ attachmentId: id, contentId }) => [id, contentId]),
      [['att7', '2002']],
    );
  });

  test('counts everything for the total', async () => {
    const { sizeBytes } = await preview({ attachmentIds: ['att1'] }, { attachments: [attachment('att1', 'a.bin', 3_000_000)] });
    assert.ok(sizeBytes.attachments > 4_000_000 && sizeBytes.total > sizeBytes.attachments);
  });
});

describe('warnings', () => {
  test('name typed addresses of people without access to the site', async () => {
    const to = [
      { kind: 'address', address: 'in@firm.example' },
      { kind: 'address', address: 'out@side.example' },
    ];
    assert.deepEqual(await warningsOf({ to }, {}, { withoutAccess: ['out@side.example'] }), { EXTERNAL_RECIPIENTS: ['out@side.example'] });
  });
  test('name every typed address where Confluence does not tell', async () => {
    const to = [{ kind: 'address', address: 'in@firm.example' }];
    assert.deepEqual(await warningsOf({ to }, {}, { withoutAccess: 'not told' }), { EXTERNAL_RECIPIENTS: ['in@firm.example'] });
  });
  test('name people who may not view the page, and say that it is restricted', async () => {
    const to = [jonas, { kind: 'user', accountId: HANA.accountId }];
    assert.deepEqual(await warningsOf({ to }, {}, { restricted: true, hidden: [HANA.accountId] }), {
      CANNOT_VIEW_PAGE: ['Hana'],
      PAGE_RESTRICTED: [],
    });
  });
  describe('of a hidden address', () => {
    const people = [MIRA, { ...JONAS, addressHidden: true }, HANA];
    const crew = { kind: 'group', groupId: 'crew' };
    const groups = { crew: { name: 'crew', members: people } };
    const out = { kind: 'address', address: 'out@side.example' };
    const hiddenIn = async (fields: object) =>
      (await warningsOf({ ...fields }, {}, { people, groups, withoutAccess: ['out@side.example'] }))['ADDRESS_HIDDEN'];

    test('name its owner where outside recipients or the sender would read it', async () => {
      for (const fields of [{ to: [jonas, out] }, { to: [out], cc: [jonas] }, { to: [jonas], copyToMe: true }, { to: [crew] }]) {
        assert.deepEqual(await hiddenIn(fields), ['Jonas']);
      }
    });
    test('say nothing where nobody would', async () => {
      const hana = { kind: 'user', accountId: HANA.accountId };
      for (const fields of [{ to: [jonas, hana] }, { to: [out], bcc: [jonas] }, { to: [jonas, out], individualCopies: true }]) {
        assert.equal(await hiddenIn(fields), undefined);
      }
    });
  });
  test('name people who are deactivated', async () => {
    assert.deepEqual(await warningsOf({ to: [{ kind: 'user', accountId: GONE.accountId }] }), { RECIPIENT_WITHOUT_ADDRESS: ['Gone'] });
  });
  test('say that the mail is too large from the first byte above the limit', async () => {
    const sized = (bytes: number) => preview({ attachmentIds: ['att1'] }, { attachments: [attachment('att1', 'a', bytes)] });
    // Base64 takes 78 bytes for 57: find the largest file that still fits.
    let [fits, tooLarge] = [0, MAX_MESSAGE_BYTES];
    while (tooLarge - fits > 1) {
      const middle = Math.floor((fits + tooLarge) / 2);
      if ((await sized(middle)).sizeBytes.total > MAX_MESSAGE_BYTES) tooLarge = middle;
      else fits = middle;
    }
    const warned = async (bytes: number) => (await sized(bytes)).warnings.some(({ code }) => code === 'ATTACHMENTS_TOO_LARGE');
    assert.deepEqual([await warned(fits), await warned(tooLarge)], [false, true]);
  });
});

describe('the dialog', () => {
  const needsFor = (settings: Awaited<ReturnType<typeof settingsOf>>, page: StubPage = {}) => ({
    reader: stubReader(page),
    session: stubSession(),
    settings,
    app: addressBook(),
    transport: stubTransport(),
    quota: memoryQuota(),
    notices: memoryNotices(),
    now: () => NOW,
  });
  const open = async (fields: Record<string, unknown>, page: StubPage = {}) => openDialog(needsFor(await settingsOf(fields), page), PAGE);

  test('opens with the page’s title behind the prefix, the sender address and the attachments', async () => {
    const opened = await open({}, { title: 'Tide tables', attachments: [attachment('att1', 'a.png', 12)] });
    assert.equal(opened.subject, '[Wiki] Tide tables');
    assert.deepEqual(opened.from, { name: 'Workshop', address: 'wiki@example.org' });
    assert.deepEqual(opened.attachments, [{ id: 'att1', title: 'a.png', mediaType: 'image/png', sizeBytes: 12, version: 1 }]);
  });
  test('says why when this person cannot send', async () => {
    assert.equal((await open({ enabled: false })).refusal?.code, 'SENDING_OFF_SITE');
    assert.equal((await open({ account: undefined })).refusal?.code, 'NO_MAIL_ACCOUNT');
  });
  test('uses the space’s own prefix, an empty one too', async () => {
    const settings = await settingsOf();
    await settings.saveSpace(SPACE_ID, { version: 1, revision: 1, enabled: true, accountSource: 'site', subjectPrefix: '' });
    assert.equal((await openDialog(needsFor(settings), PAGE)).subject, 'The plan');
  });
  test('does not open for a page that may not be viewed', async () => {
    await assert.rejects(openDialog(needsFor(await settingsOf()), { ...PAGE, id: attachmentId('404') }), codeOf('PAGE_NOT_FOUND'));
  });
});

test('finding recipients gives names and counts, never an address', async () => {
  const groups = { crew: { name: 'harbour crew', members: [JONAS, HANA] } };
  const people = [JONAS, HANA, GONE].map((each) => ({ ...each, avatarUrl: 'https://site.example/a.png', email: 'x@y.example' }));
  const session = stubSession({ groups, people });
  assert.deepEqual(await findRecipients(session, 'ha'), {
    users: [{ accountId: HANA.accountId, name: 'Hana', avatarUrl: 'https://site.example/a.png' }],
    groups: [{ groupId: 'crew', name: 'harbour crew', memberCount: 2 }],
  });
});
