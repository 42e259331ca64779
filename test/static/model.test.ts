import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ContentId } from '#contract/draft';
import { MAX_ATTACHMENTS } from '#contract/limits';
import type { MailAccount } from '#contract/settings/parts';
import { loadStatic } from '#test/static/load';
import type * as AccountModule from '../../static/src/administration/accounts/account';
import type * as DaysModule from '../../static/src/administration/history/days';
import type * as RecipientsModule from '../../static/src/dialog/recipients';
import type * as SizeModule from '../../static/src/dialog/size';

const { addChips, chipsOfText, fieldOf, hasInvalid, isWholeList, NO_CHIPS, recipientsOfDraft, removeChip } =
  await loadStatic<typeof RecipientsModule>('dialog/recipients.ts');
const { wireBytes } = await loadStatic<typeof SizeModule>('dialog/size.ts');
const { withInstants } = await loadStatic<typeof DaysModule>('administration/history/days.ts');
const account = await loadStatic<typeof AccountModule>('administration/accounts/account.ts');

describe('days of a filter', () => {
  test('begin and end where the person is', (context) => {
    const zone = process.env['TZ'];
    context.after(() => {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    });
    process.env['TZ'] = 'Australia/Sydney';
    assert.deepEqual(withInstants({ outcome: 'sent', from: '2026-11-01', to: '2026-11-02' }), {
      outcome: 'sent',
      from: '2026-10-31T13:00:00.000Z',
      to: '2026-11-02T12:59:59.999Z',
    });
    assert.deepEqual(withInstants({ from: '12026-11-01' }), { from: '12026-11-01' });
  });
});

describe('recipients of a draft', () => {
  test('a pasted list becomes chips, what is no address included', () => {
    const chips = chipsOfText('Grace Holm <grace@example.org>; linus@Example.org\nnobody@');
    assert.deepEqual(
      chips.map(({ kind, label }) => [kind, label]),
      [
        ['address', 'Grace Holm'],
        ['address', 'linus@example.org'],
        ['invalid', 'nobody@'],
      ],
    );
  });

  test('the same address is taken once across the fields, whatever its letter case', () => {
    const first = addChips(NO_CHIPS, 'to', chipsOfText('grace@example.org'));
    const second = addChips(first.chips, 'bcc', chipsOfText('GRACE@example.org, linus@example.org'));
    assert.deepEqual(recipientsOfDraft(second.chips), {
      to: [{ kind: 'address', address: 'grace@example.org' }],
      cc: [],
      bcc: [{ kind: 'address', address: 'linus@example.org' }],
    });
    assert.deepEqual(
      second.present.map(({ field }) => field),
      ['to'],
    );
  });

  test('wrong text blocks the draft until it is removed and never reaches it', () => {
    const { chips } = addChips(NO_CHIPS, 'cc', chipsOfText('nobody, nobody'));
    assert.equal(hasInvalid(chips), true);
    assert.deepEqual(recipientsOfDraft(chips).cc, []);
    const key = chips.cc[0]?.key ?? '';
    assert.equal(fieldOf(chips, key), 'cc');
    assert.equal(hasInvalid(removeChip(chips, 'cc', key)), false);
  });

  test('lists as Outlook, tables and bulleted lists copy them are understood, names with a comma included', () => {
    const read = (text: string) => chipsOfText(text).map((chip) => [chip.label, chip.kind === 'address' ? chip.address : chip.kind]);
    assert.deepEqual(read('Rivera, Tomás <tomas@example.org>; Weiß, F. <f@example.org>;\nann@example.org'), [
      ['Rivera, Tomás', 'tomas@example.org'],
      ['Weiß, F.', 'f@example.org'],
      ['ann@example.org', 'ann@example.org'],
    ]);
    assert.deepEqual(read('Ann Lee\tann@example.org\tSales\r\nbob@example.org\tBob\r\none@example.org\ttwo@example.org'), [
      ['Ann Lee', 'ann@example.org'],
      ['Bob', 'bob@example.org'],
      ['one@example.org', 'one@example.org'],
      ['two@example.org', 'two@example.org'],
    ]);
    assert.deepEqual(read('• ann@example.org\n- Bob <bob@example.org>'), [
      ['ann@example.org', 'ann@example.org'],
      ['Bob', 'bob@example.org'],
    ]);
    assert.deepEqual(
      read('ann@example.org, Rivera, Tomás <tomas@example.org>').at(-1),
      ['Rivera', 'invalid'],
      'commas part a list of commas',
    );
    assert.deepEqual(read('"Doe; John" <john@example.org>; "A, B" <ab@example.org>'), [
      ['Doe; John', 'john@example.org'],
      ['A, B', 'ab@example.org'],
    ]);
  });

  test('a list is whole only when every entry is an address', () => {
    assert.equal(isWholeList('Grace <grace@example.org>'), true);
    assert.equal(isWholeList('"Holm, Grace'), false);
    assert.equal(isWholeList('grace@example.org, Linus'), false);
    assert.equal(isWholeList(''), false);
  });
});

describe('sizes in a mail', () => {
  test('a file grows by base64 and its line breaks', () => {
    assert.equal(wireBytes(0), 0);
    assert.equal(wireBytes(57), 78);
    assert.ok(Math.abs(wireBytes(1_000_000) / 1_000_000 - 1.3684) < 0.001);
  });
});

describe('the draft', async () => {
  const { EMPTY, problemsOf, toDraft } = await loadStatic<typeof import('../../static/src/dialog/draft')>('dialog/draft.ts');
  const file = (at: number, sizeBytes = 10) => ({
    id: String(at) as ContentId,
    title: `${at}`,
    mediaType: 'text/plain',
    sizeBytes,
    version: 1,
  });
  const ready = { ...EMPTY, chips: addChips(NO_CHIPS, 'to', chipsOfText('grace@example.org')).chips, subject: 'Plan' };
  const limit = 1000;

  test('recipients and a subject are enough', () => {
    assert.deepEqual(problemsOf(ready, [], limit), []);
  });

  test('a mail to oneself alone needs no other recipient', () => {
    assert.deepEqual(problemsOf({ ...EMPTY, subject: 'Plan', copyToMe: true }, [], limit), []);
    assert.deepEqual(problemsOf({ ...EMPTY, subject: 'Plan' }, [], limit), ['recipients-missing']);
  });

  test('attachments are allowed up to their number and not above', () => {
    const files = Array.from({ length: MAX_ATTACHMENTS + 1 }, (_, at) => file(at + 1, 1));
    const chosen = (count: number) => ({ ...ready, chosen: new Set(files.slice(0, count).map(({ id }) => id)) });
    assert.deepEqual(problemsOf(chosen(MAX_ATTACHMENTS), files, limit), []);
    assert.deepEqual(problemsOf(chosen(MAX_ATTACHMENTS + 1), files, limit), ['attachments-too-many']);
  });

  test('attachments are allowed up to the size of the mail and not above', () => {
    const fits = [file(1, 570)];
    const chosen = { ...ready, chosen: new Set([fits[0]?.id ?? ('1' as ContentId)]) };
    assert.deepEqual(problemsOf(chosen, fits, 780), []);
    assert.deepEqual(problemsOf(chosen, fits, 779), ['attachments-too-large']);
  });

  test('a subject is one line and attachments keep the order of the page', () => {
    const files = [file(1), file(2), file(3)];
    const draft = toDraft({ ...ready, subject: ' Plan\r\nBcc: x ', chosen: new Set(['3', '1'] as ContentId[]) }, files);
    assert.equal(draft.subject, 'Plan Bcc: x');
    assert.deepEqual(draft.attachmentIds, ['1', '3']);
  });
});

describe('the account form', () => {
  const saved: MailAccount = {
    host: 'smtp.example.org',
    port: 587,
    security: 'starttls',
    auth: 'password',
    user: 'wiki',
    fromName: '',
    fromAddress: 'wiki@example.org',
    replyToSender: true,
  };
  const known = { account: saved, passwordSet: true };
  const form = account.accountFormOf(saved);

  test('a saved password is kept without being retyped', () => {
    assert.deepEqual(account.accountErrors(form, known), {});
    assert.deepEqual(account.accountPayload(form, known).secrets, {});
  });

  test('another server, port or user asks for the password again', () => {
    for (const change of [{ host: 'mail.example.org' }, { port: '465' }, { user: 'other' }]) {
      assert.deepEqual(account.accountErrors({ ...form, ...change }, known), { password: 'account.passwordMissing' });
    }
  });

  test('the usual port follows the security, one of one’s own stays', () => {
    assert.equal(account.withSecurity(form, 'tls').port, '465');
    assert.equal(account.withSecurity({ ...form, port: '2525' }, 'tls').port, '2525');
  });

  test('ports are taken from 1 to 65535', () => {
    const errorOf = (port: string) => account.accountErrors({ ...form, port, password: 'x' }, known).port;
    assert.deepEqual(['0', '1', '65535', '65536', '', '12a'].map(errorOf), [
      'account.portInvalid',
      undefined,
      undefined,
      'account.portInvalid',
      'account.portInvalid',
      'account.portInvalid',
    ]);
  });

  test('a server is a name, not an address of a website', () => {
    const errorOf = (host: string) => account.accountErrors({ ...form, host, password: 'x' }, known).host;
    assert.equal(errorOf('https://smtp.example.org'), 'account.hostInvalid');
    assert.equal(errorOf(''), 'account.hostInvalid');
    assert.equal(errorOf('mail.example.org'), undefined);
  });

  test('without a login neither user nor password is asked for or sent', () => {
    const none = { ...form, auth: 'none' as const, user: 'wiki', password: 'typed' };
    assert.deepEqual(account.accountErrors(none, known), {});
    const { account: sent, secrets } = account.accountPayload(none, known);
    assert.equal(sent?.user, '');
    assert.deepEqual(secrets, {});
  });
});
