import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import type { PayloadInput } from '#contract/screens/resolvers';
import { siteSettingsV2Schema } from '#contract/settings/v2';
import { type Office, openOffice } from '#test/app/site';

let office: Office;
before(async () => {
  office = await openOffice();
});
after(() => office[Symbol.asyncDispose]());

const fresh = siteSettingsV2Schema.parse({});
/** Everything back to the defaults, accounts kept; an empty inbox. */
beforeEach(async () => {
  office.site.smtp.reset();
  const { policy, history, presentation } = fresh;
  await office.change({ enabled: true, enforce: false, policy, history, presentation });
  for (const { id } of office.site.inbox.list()) office.site.inbox.remove(id);
});

type Draft = PayloadInput<'send/submit'>['draft'];
const user = (username: string) => ({
  kind: 'user' as const,
  accountId: office.site.directory.site.users.find((each) => each.username === username)?.accountId as never,
});
const address = (text: string) => ({ kind: 'address' as const, address: text });
const group = (name: string) => ({ kind: 'group' as const, groupId: groupOf(name).id as never });
const groupOf = (name: string) => {
  const found = office.site.directory.site.groups.find((each) => each.name === name);
  assert.ok(found);
  return found;
};
const draft = (fields: Partial<Draft>): Draft => ({ to: [], subject: 'Policy test', ...fields });
/** A page of the instruments' space that everybody may view. */
const page = () => {
  const { contents, spaces } = office.site.directory.site;
  const space = spaces.find(({ key }) => key === 'INST');
  const found = contents.find((each) => each.spaceId === space?.id && each.type === 'page' && !each.restrictedTo && !each.parentId);
  assert.ok(found && space);
  return { id: found.id, spaceId: space.id, labels: found.labels };
};
const policyOf = (input: object) => ({ policy: siteSettingsV2Schema.parse({ policy: input }).policy });
const submit = (who: string, fields: Partial<Draft>, key = crypto.randomUUID()) =>
  office.code(who, 'send/submit', { draft: draft(fields), idempotencyKey: key }, page().id);
const mails = () => office.site.inbox.list().toReversed();

describe('to whom', () => {
  test('only people of this site: an outside address is marked while typing, refused when sent, and people pass', async () => {
    await office.change(policyOf({ toWhom: { mode: 'site' } }));
    const { rules } = await office.get('hana', 'send/open', {}, page().id);
    assert.deepEqual([rules?.toWhom, rules?.checkAddresses], ['site', true]);
    const own = office.site.directory.site.users.find(({ username }) => username === 'jonas')?.email ?? '';
    const { results } = await office.get('hana', 'send/check-addresses', { addresses: [own, 'guest@outside.test'] }, page().id);
    assert.deepEqual(
      results.map(({ place, refusal }) => [place, refusal?.code]),
      [
        ['site', undefined],
        ['outside', 'OUTSIDE_NOT_ALLOWED'],
      ],
    );
    assert.equal(await submit('hana', { to: [address('guest@outside.test')] }), 'OUTSIDE_NOT_ALLOWED');
    const status = await office.send('hana', page().id, draft({ to: [user('jonas'), address(own)] }));
    assert.equal(status.state, 'sent');
  });

  test('a denied domain is refused for whoever the sender picked, and member by member for a group', async () => {
    const members = groupOf('workshop').members;
    await office.change(policyOf({ toWhom: { denyDomains: ['.example.net'] } }));
    assert.equal(await submit('hana', { to: [address('x@sub.example.net')] }), 'DOMAIN_DENIED');
    assert.equal(await submit('hana', { to: [user('seun')] }), 'RECIPIENT_DENIED');
    const status = await office.send('hana', page().id, draft({ to: [group('workshop')] }));
    assert.equal(status.state, 'partly-sent');
    const refused = status.recipients.filter(({ state }) => state !== 'accepted');
    assert.deepEqual(
      refused.map(({ error }) => error?.code),
      ['RECIPIENT_DENIED'],
    );
    assert.equal(status.recipients.length, members.length);
    assert.equal(
      mails().some(({ envelope }) => envelope.to.some((to) => to.endsWith('example.net'))),
      false,
    );
  });

  test('the preview says why a draft would be refused', async () => {
    await office.change(policyOf({ toWhom: { mode: 'domains', allowDomains: ['partner.test'] } }));
    const preview = await office.get(
      'hana',
      'send/preview',
      { draft: draft({ to: [address('a@partner.test'), address('b@other.test')] }) },
      page().id,
    );
    assert.deepEqual(preview.refusals, [{ code: 'DOMAIN_NOT_ALLOWED', params: { domain: 'other.test' } }]);
  });
});

describe('who and what', () => {
  test('people outside the allowed groups can open the dialog and read why, and whom to ask', async () => {
    const { id, name } = groupOf('contractors');
    await office.change(policyOf({ who: { mode: 'groups', groups: [{ groupId: id, name }], contact: 'the front desk' } }));
    const opened = await office.get('hana', 'send/open', {}, page().id);
    assert.deepEqual(opened.refusal, { code: 'NOT_IN_ALLOWED_GROUP', params: { groups: 'contractors' } });
    assert.equal(opened.rules?.contact, 'the front desk');
    assert.equal(await submit('hana', { to: [user('jonas')] }), 'NOT_IN_ALLOWED_GROUP');
  });

  test('a switched-off site with an exception sends from that space alone', async () => {
    await office.change({ enabled: false });
    assert.equal(await submit('hana', { to: [user('jonas')] }), 'SENDING_OFF_SITE');
    const { exceptions } = await office.get('mira', 'site-policy/get', {});
    const { spaceId } = page();
    const set = [{ spaceId: spaceId as never, key: 'INST', name: 'Instruments', enabled: true }];
    const { revision } = await office.get('mira', 'site-policy/save-exceptions', { revision: exceptions.revision, set });
    assert.equal(await submit('hana', { to: [user('jonas')] }), undefined);
    assert.equal((await office.get('jonas', 'space-policy/get', {}, 'INST')).site.isException, true);
    await office.get('mira', 'site-policy/save-exceptions', { revision, remove: [spaceId as never] });
    assert.equal(await submit('hana', { to: [user('jonas')] }), 'SENDING_OFF_SITE');
    await office.site.host.queue.idle();
  });

  test('restrictions of a page above count, and labels', async () => {
    const { contents } = office.site.directory.site;
    const restricted = contents.find(({ restrictedTo, type }) => restrictedTo && type === 'page');
    assert.ok(restricted);
    const reader = office.site.directory.site.users.find((each) => each.active && office.site.directory.canView(each, restricted));
    assert.ok(reader);
    await office.change(policyOf({ content: { restrictedPages: 'refuse' } }));
    assert.equal((await office.get(reader.username, 'send/open', {}, restricted.id)).refusal?.code, 'RESTRICTED_PAGE');
    const labelled = contents.find(({ labels, type, restrictedTo }) => labels.length > 0 && type === 'page' && !restrictedTo);
    assert.ok(labelled);
    await office.change(policyOf({ content: { labels: [{ label: labelled.labels[0] ?? '', rule: 'no-outside' }] } }));
    const opened = await office.get('mira', 'send/open', {}, labelled.id);
    assert.equal(opened.rules?.noOutside?.code, 'LABEL_FORBIDS_OUTSIDE');
    const sent = { draft: draft({ to: [address('x@outside.test')] }), idempotencyKey: crypto.randomUUID() };
    assert.equal(await office.code('mira', 'send/submit', sent, labelled.id), 'LABEL_FORBIDS_OUTSIDE');
  });

  test('so many mails a day, and the dialog says how many are left', async () => {
    await office.change(policyOf({ limits: { mailsPerPersonAndDay: 2 } }));
    const key = crypto.randomUUID();
    assert.equal(await submit('tomas', { to: [user('jonas')] }, key), undefined);
    assert.equal(await submit('tomas', { to: [user('jonas')] }, key), undefined, 'the same press counts once');
    assert.equal((await office.get('tomas', 'send/open', {}, page().id)).rules?.leftToday, 1);
    assert.equal(await submit('tomas', { to: [user('jonas')] }), undefined);
    assert.equal(await submit('tomas', { to: [user('jonas')] }), 'DAILY_LIMIT');
    await office.site.host.queue.idle();
  });
});

describe('individual mails', () => {
  test('a group in Bcc: each member gets a mail of their own that names nobody else', async () => {
    const preview = await office.get('hana', 'send/preview', { draft: draft({ bcc: [group('workshop')] }) }, page().id);
    assert.ok(preview.warnings.some(({ code }) => code === 'INDIVIDUAL_COPIES'));
    const status = await office.send('hana', page().id, draft({ bcc: [group('workshop')] }));
    assert.equal(status.state, 'sent');
    const all = mails();
    assert.equal(all.length, status.recipients.length);
    for (const { envelope, to, cc } of all) {
      assert.equal(envelope.to.length, 1);
      assert.deepEqual([to.length, cc.length], [1, 0]);
      assert.match(to[0] ?? '', new RegExp(envelope.to[0] ?? '-'));
    }
    const ids = await Promise.all(
      all.map(async ({ id }) => (await PostalMime.parse(office.site.inbox.get(id)?.raw ?? new Uint8Array())).messageId),
    );
    assert.equal(new Set(ids).size, all.length);
    const body = await PostalMime.parse(office.site.inbox.get(all[0]?.id ?? '')?.raw ?? new Uint8Array());
    assert.equal(body.html?.trim(), preview.html.trim());
  });

  test('above the limit, and one that is refused does not keep the others from theirs', async () => {
    await office.change(policyOf({ limits: { recipientsPerMail: 2 } }));
    office.site.smtp.refuse('b@outside.test');
    const status = await office.send('hana', page().id, draft({ to: ['a', 'b', 'c'].map((name) => address(`${name}@outside.test`)) }));
    assert.equal(status.state, 'partly-sent');
    assert.deepEqual(
      status.recipients.map(({ state }) => state),
      ['accepted', 'refused', 'accepted'],
    );
    const retried = await office.get('hana', 'send/status', { jobId: status.jobId }, page().id);
    assert.equal(retried.canRetry, true);
  });

  test('a temporary refusal is tried again for that one alone', async () => {
    await office.change(policyOf({ individualCopies: 'always' }));
    office.site.smtp.deferOnce('b@outside.test');
    const status = await office.send('hana', page().id, draft({ to: ['a', 'b'].map((name) => address(`${name}@outside.test`)) }));
    assert.equal(status.state, 'sent');
    assert.deepEqual(
      mails()
        .map(({ envelope }) => envelope.to[0])
        .sort(),
      ['a@outside.test', 'b@outside.test'],
    );
  });
});

test('the own address where its domain is allowed, by choice', async () => {
  await office.change(policyOf({ identity: { ownAddressDomains: ['harbour.example'], displayName: '{name} via {account}' } }));
  const { rules } = await office.get('hana', 'send/open', {}, page().id);
  assert.deepEqual(
    rules?.identities.map(({ identity }) => identity),
    ['own', 'account'],
  );
  await office.send('hana', page().id, draft({ to: [user('jonas')] }));
  await office.send('hana', page().id, draft({ to: [user('jonas')], identity: 'account' }));
  assert.match(mails()[0]?.from ?? '', /hana@harbour\.example/);
  assert.equal(mails()[0]?.envelope.from, 'hana@harbour.example');
  assert.match(mails()[1]?.from ?? '', / via /);
  await office.change(policyOf({}));
  assert.equal(await submit('hana', { to: [user('jonas')], identity: 'own' }), 'IDENTITY_NOT_ALLOWED');
});

describe('the look', () => {
  const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  const presentation = { ...fresh.presentation, logo: 'uploaded' as const, headerText: 'Harbour Instruments', noteTemplate: 'Hello' };

  test('an uploaded logo and a line above the page stand in preview and mail alike', async () => {
    assert.deepEqual(await office.get('mira', 'site-policy/logo', { dataUrl: PIXEL }), { hasLogo: true });
    await office.change({ presentation });
    assert.equal((await office.get('hana', 'send/open', {}, page().id)).rules?.noteTemplate, 'Hello');
    const preview = await office.get('hana', 'send/preview', { draft: draft({ to: [user('jonas')] }) }, page().id);
    assert.deepEqual(preview.dataImages, [{ cid: 'logo@pagemail', dataUrl: PIXEL }]);
    assert.match(preview.html, /cid:logo@pagemail[\s\S]*Harbour Instruments/);
    await office.send('hana', page().id, draft({ to: [user('jonas')] }));
    const mail = await PostalMime.parse(office.site.inbox.get(mails()[0]?.id ?? '')?.raw ?? new Uint8Array());
    assert.equal(mail.html?.trim(), preview.html.trim());
    assert.equal(mail.attachments.find(({ contentId }) => contentId === '<logo@pagemail>')?.mimeType, 'image/gif');
  });

  test('can be tried out before it is saved', async () => {
    const sample = await office.get('mira', 'site-policy/preview', {
      contentId: page().id as never,
      type: 'page',
      presentation: { ...presentation, accentColor: '#123456' },
    });
    assert.match(sample.html, /#123456/);
    const { pages } = await office.get('jonas', 'space-policy/find-pages', {}, 'INST');
    assert.ok(pages.length > 0);
    const own = { contentId: page().id as never, type: 'page' as const, presentation: { headerText: 'Only here' } };
    assert.match((await office.get('jonas', 'space-policy/preview', own, 'INST')).html, /Only here/);
    assert.equal(await office.code('jonas', 'space-policy/preview', own, 'KIEL'), 'PAGE_NOT_FOUND');
  });

  test('a space’s own logo where the site says so', async () => {
    await office.change({ presentation: { ...fresh.presentation, logo: 'space' } });
    const preview = () => office.get('hana', 'send/preview', { draft: draft({ to: [user('jonas')] }) }, page().id);
    assert.equal((await preview()).dataImages, undefined);
    await office.get('jonas', 'space-policy/logo', { dataUrl: PIXEL }, 'INST');
    assert.equal((await preview()).dataImages?.length, 1);
    await office.get('jonas', 'space-policy/logo', {}, 'INST');
    assert.equal((await preview()).dataImages, undefined);
  });

  test('a file that is no picture is refused', async () => {
    const dataUrl = `data:image/png;base64,${Buffer.from('<svg onload=alert(1)>').toString('base64')}`;
    assert.equal(await office.code('mira', 'site-policy/logo', { dataUrl }), 'LOGO_INVALID');
  });
});

describe('settings', () => {
  test('of two administrators who save at once one is told', async () => {
    const { settings } = await office.get('mira', 'site-policy/get', {});
    const save = (noteTemplate: string) =>
      office.code('mira', 'site-policy/save', {
        revision: settings.revision,
        changes: { presentation: { ...fresh.presentation, noteTemplate } },
      });
    assert.deepEqual((await Promise.all([save('one'), save('two')])).sort(), ['SETTINGS_CHANGED', undefined].sort());
  });

  test('several accounts by name: a space picks one, a secret is never told', async () => {
    const { settings } = await office.get('mira', 'site-policy/get', {});
    const main = settings.accounts[0];
    assert.ok(main);
    const sales = { id: 'sales', name: 'Sales', account: { ...main.account, fromName: 'Sales desk', user: 'sales' } };
    assert.equal(
      await office.code('mira', 'site-policy/save', { revision: settings.revision, changes: { accounts: [main, sales] } }),
      'PASSWORD_REQUIRED',
    );
    office.site.smtp.setLogin('sales', 'open sesame');
    await office.change({ accounts: [main, sales] }, { sales: { password: 'open sesame' } });
    const read = await office.get('mira', 'site-policy/get', {});
    assert.equal(read.secretsSet['sales']?.password, true);
    assert.doesNotMatch(JSON.stringify(read), /open sesame/);
    const space = await office.get('jonas', 'space-policy/get', {}, 'INST');
    const changes = { accountSource: { kind: 'site' as const, accountId: 'sales' } };
    await office.get('jonas', 'space-policy/save', { revision: space.settings.revision, changes }, 'INST');
    await office.send('hana', page().id, draft({ to: [user('jonas')] }));
    assert.match(mails()[0]?.from ?? '', /Sales desk/);
    const again = await office.get('jonas', 'space-policy/get', {}, 'INST');
    await office.get(
      'jonas',
      'space-policy/save',
      { revision: again.settings.revision, changes: { accountSource: { kind: 'site' } } },
      'INST',
    );
    await office.change({ accounts: [main] });
  });

  test('of a space are locked where the site enforces its own', async () => {
    await office.change({ enforce: true });
    const { settings, site } = await office.get('jonas', 'space-policy/get', {}, 'INST');
    assert.equal(site.enforce, true);
    assert.equal(
      await office.code('jonas', 'space-policy/save', { revision: settings.revision, changes: { enabled: false } }, 'INST'),
      'SETTINGS_ENFORCED',
    );
  });

  test('can be exported without secrets and imported with those that fit kept', async () => {
    const { file } = await office.get('mira', 'privacy/export-settings', {});
    assert.doesNotMatch(JSON.stringify(file), /paper-boat/);
    await office.change(policyOf({ toWhom: { mode: 'site' } }));
    const { settings } = await office.get('mira', 'site-policy/get', {});
    const result = await office.get('mira', 'privacy/import-settings', { revision: settings.revision, file });
    assert.deepEqual(result.accountsWithoutSecrets, []);
    assert.equal((await office.get('mira', 'site-policy/get', {})).settings.policy.toWhom.mode, 'everyone');
    assert.equal(await office.code('mira', 'privacy/import-settings', { revision: result.revision, file: { x: 1 } }), 'IMPORT_INVALID');
  });
});
