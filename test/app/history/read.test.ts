import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppFailure } from '#app/failure';
import { csvField, exportCsv } from '#app/history/csv';
import { type HistoryScope, ownRecord, planQuery, rangeOf, readHistory } from '#app/history/read';
import type { SendJob } from '#app/send/model';
import type { AccountId, ContentId, SpaceId } from '#contract/draft';
import { historyFilterSchema } from '#contract/screens/history';
import { job, memoryRecords, NOW, record } from '#test/app/history/support';

const filter = (input: object = {}) => historyFilterSchema.parse(input);
const wholeSite: HistoryScope = { kind: 'site' };
const spaceScope: HistoryScope = { kind: 'space', spaceId: '7' as SpaceId };
const ownPage: HistoryScope = { kind: 'own-page', pageId: '100' as ContentId, senderId: 'ada' as AccountId };

/** `count` records, one a minute, every third of another space, every fifth failed. */
async function filled(count: number) {
  const records = memoryRecords();
  for (let at = 0; at < count; at += 1) {
    const createdAt = new Date(NOW.getTime() - at * 60_000).toISOString();
    const base = job({ jobId: `job-${at}`, createdAt, sender: { accountId: at % 2 ? 'cy' : 'ada', name: 'x' } });
    const stored = record(base);
    await records.save(base.jobId, { ...stored, spaceId: (at % 3 ? '7' : '8') as SpaceId, outcome: at % 5 ? 'sent' : 'failed' }, 90);
  }
  const names = async (ids: readonly AccountId[]) => new Map(ids.filter((id) => id !== 'cy').map((id) => [id, `Name of ${id}`]));
  return { records, names, retentionDays: 90, now: () => NOW, job: async (): Promise<SendJob | undefined> => undefined };
}

describe('choosing an index', () => {
  const plan = (scope: HistoryScope, input: object = {}) => {
    const { index, partition, equals } = planQuery({ scope, filter: filter(input) });
    return [index, partition, equals];
  };
  test('own mails of a page', () =>
    assert.deepEqual(plan(ownPage, { outcome: 'sent' }), ['by-page-sender', ['100', 'ada'], { outcome: 'sent' }]));
  test('a space', () => {
    assert.deepEqual(plan(spaceScope), ['by-space', ['7'], {}]);
    assert.deepEqual(plan(spaceScope, { outcome: 'failed' }), ['by-space-outcome', ['7', 'failed'], {}]);
  });
  test('a space never shows another one’s records, whatever is filtered', () => {
    assert.deepEqual(plan(spaceScope, { accountId: 'cy', outcome: 'sent' }), ['by-sender', ['cy'], { spaceId: '7', outcome: 'sent' }]);
    assert.deepEqual(plan(spaceScope, { contentId: '100' }), ['by-page', ['100'], { spaceId: '7' }]);
    assert.deepEqual(plan(spaceScope, { contentId: '100', accountId: 'cy' }), ['by-page-sender', ['100', 'cy'], { spaceId: '7' }]);
  });
  test('the site', () => {
    assert.deepEqual(plan(wholeSite), ['by-site', ['all'], {}]);
    assert.deepEqual(plan(wholeSite, { outcome: 'under-way' }), ['by-outcome', ['queued'], {}]);
    assert.deepEqual(plan(wholeSite, { accountId: 'cy' }), ['by-sender', ['cy'], {}]);
  });
});

describe('the time asked for', () => {
  test('whole days in UTC, both inclusive', () => {
    assert.deepEqual(rangeOf(filter({ from: '2026-03-01', to: '2026-03-02' }), 90, NOW), {
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-02T23:59:59.999Z',
    });
  });
  test('from and to an instant, where a day begins elsewhere', () => {
    assert.deepEqual(rangeOf(filter({ from: '2026-02-28T13:00:00Z', to: '2026-03-02T12:59:59.999Z' }), 90, NOW), {
      from: '2026-02-28T13:00:00.000Z',
      to: '2026-03-02T12:59:59.999Z',
    });
  });
  test('never older than what is kept, even where storage still has it', () => {
    assert.equal(rangeOf(filter({ from: '2020-01-01' }), 10, NOW).from, '2026-03-20T12:00:00.000Z');
  });
});

describe('reading', () => {
  test('newest first, in pages, each record once', async () => {
    const needs = await filled(60);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof readHistory>> = await readHistory(needs, { scope: wholeSite, filter: filter(), cursor });
      assert.ok(page.records.length <= 25);
      seen.push(...page.records.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    assert.deepEqual(
      seen,
      Array.from({ length: 60 }, (_, at) => `job-${at}`),
    );
  });

  test('a space administrator’s filter by person stays in the space', async () => {
    const page = await readHistory(await filled(30), { scope: spaceScope, filter: filter({ accountId: 'ada' }) });
    assert.ok(page.records.length > 0);
    assert.ok(page.records.every(({ space, sender }) => space.id === '7' && sender.accountId === 'ada'));
  });

  test('something rare costs a bounded number of storage calls and goes on at the cursor', async () => {
    const needs = await filled(2000);
    await needs.records.save(
      'rare',
      { ...record(job({ jobId: 'rare', createdAt: '2026-03-29T00:00:00.000Z' })), senderId: 'ada' as AccountId, spaceId: '9' as SpaceId },
      90,
    );
    const scope: HistoryScope = { kind: 'space', spaceId: '9' as SpaceId };
    const first = await readHistory(needs, { scope, filter: filter({ accountId: 'ada' }) });
    assert.ok(needs.records.queries <= 8);
    assert.ok(first.cursor !== undefined);
  });

  test('names are the reader’s to see; who is missing has none', async () => {
    const page = await readHistory(await filled(2), { scope: wholeSite, filter: filter() });
    assert.deepEqual(
      page.records.map(({ sender }) => sender),
      [{ accountId: 'ada', name: 'Name of ada' }, { accountId: 'cy' }],
    );
    assert.deepEqual(page.records[0]?.recipients, { site: 1, outside: 1, accepted: 0, refused: 0 });
    assert.equal(page.records[0]?.results[0]?.label, 'Name of bo');
    assert.equal(page.records[0]?.results[1]?.label, undefined);
  });

  test('a mail whose consumer died tells what its job tells, and without the job that nobody knows', async () => {
    const records = memoryRecords();
    await records.save('dead', record(job({ jobId: 'dead' })), 90);
    await records.save('new', record(job({ jobId: 'new', createdAt: NOW.toISOString() })), 90);
    const outcomes = async (found: SendJob | undefined) => {
      const needs = { ...(await filled(0)), records, job: async () => found };
      return (await readHistory(needs, { scope: wholeSite, filter: filter() })).records.map(({ id, outcome }) => [id, outcome]);
    };
    assert.deepEqual(await outcomes(undefined), [
      ['new', 'queued'],
      ['dead', 'unknown'],
    ]);
    const failed = job({ progress: { state: 'failed', attempt: 1, error: { code: 'STALLED' } } });
    assert.deepEqual((await outcomes(failed))[1], ['dead', 'failed']);
  });

  test('somebody else’s record, or of another page, is not found', async () => {
    const { records } = await filled(2);
    const notFound = (error: unknown) => error instanceof AppFailure && error.code === 'RECORD_NOT_FOUND';
    const own = (id: string, page = '100', days = 1, now = NOW) =>
      ownRecord({ records, retentionDays: days, now: () => now }, id, page as ContentId, 'ada' as AccountId);
    assert.equal((await own('job-0')).senderId, 'ada');
    await assert.rejects(own('job-1'), notFound);
    await assert.rejects(own('job-0', '101'), notFound);
    await assert.rejects(own('job-9'), notFound);
    // Storage deletes late: a record whose time is over is gone all the same.
    await assert.rejects(own('job-0', '100', 1, new Date(NOW.getTime() + 86_400_001)), notFound);
  });
});

describe('a filter by recipient', () => {
  const found = async (recipient: object) => {
    const needs = await filled(30);
    const kept = job({ jobId: 'job-99', createdAt: '2026-03-29T10:00:00.000Z' });
    await needs.records.save(kept.jobId, record(kept, true), 90);
    const ids: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page: Awaited<ReturnType<typeof readHistory>> = await readHistory(needs, {
        scope: wholeSite,
        filter: filter({ recipient }),
        cursor,
      });
      ids.push(...page.records.map(({ id }) => id));
      cursor = page.cursor;
    }
    return ids;
  };
  test('finds the mails that were for a person', async () => {
    assert.equal((await found({ kind: 'user', accountId: 'bo' })).length, 31);
    assert.deepEqual(await found({ kind: 'user', accountId: 'nobody' }), []);
  });
  test('finds an address where addresses are kept, in any case of letters', async () => {
    assert.deepEqual(await found({ kind: 'address', address: 'Guest@Other.test' }), ['job-99']);
  });
});

describe('CSV', () => {
  test('quotes what RFC 4180 wants quoted and disarms formulas', () => {
    assert.equal(csvField('a,"b"\n'), '"a,""b""\n"');
    assert.equal(csvField('=HYPERLINK("x")'), `"'=HYPERLINK(""x"")"`);
    assert.equal(csvField('@x'), "'@x");
    assert.equal(csvField('-1'), "'-1");
    assert.equal(csvField('  =1+1'), "'  =1+1");
    assert.equal(csvField('＝1+1'), "'＝1+1");
    assert.equal(csvField('\n=1'), '"\'\n=1"');
    assert.equal(csvField('a = b'), 'a = b');
    assert.equal(csvField(3), '3');
    assert.equal(csvField(undefined), '');
  });

  test('a mail whose end nobody noted is uncertain in the file, as it is on the screen', async () => {
    const needs = await filled(0);
    const forgotten = job({ jobId: 'job-9', createdAt: '2026-03-29T10:00:00.000Z' });
    await needs.records.save(forgotten.jobId, record(forgotten), 90);
    const { csv } = await exportCsv(needs, { scope: wholeSite, filter: filter() });
    assert.match(csv, /,News,1,1,0,0,unknown,OUTCOME_UNKNOWN\r\n$/);
  });

  test('has a line for each recipient where that is wanted, with headings in the person’s language', async () => {
    const needs = await filled(0);
    const kept = job({ jobId: 'job-9', createdAt: '2026-03-29T10:00:00.000Z', progress: { state: 'sent', attempt: 1 } });
    await needs.records.save(kept.jobId, record(kept, true), 90);
    const asked = { scope: wholeSite, filter: filter() };
    const { csv } = await exportCsv(needs, asked, { rows: 'recipients', language: 'de' });
    const [head, ...lines] = csv.trimEnd().split('\r\n');
    assert.match(head ?? '', /^Zeit,Absender,.*,Feld,Empfänger,Konto des Empfängers,Ergebnis,Fehler$/);
    assert.deepEqual(
      lines.map((each) => each.split(',').slice(-5)),
      [
        ['to', 'Name of bo', 'bo', 'waiting', ''],
        ['cc', 'guest@other.test', '', 'waiting', ''],
      ],
    );
    assert.match((await exportCsv(needs, asked, { rows: 'mails', language: 'de' })).csv, /^Zeit,/);
    assert.match((await exportCsv(needs, asked, { rows: 'recipients', language: 'en' })).csv, /^time,/);
  });

  test('parts put together are one file with one header and every record', async () => {
    const needs = await filled(130);
    const first = await exportCsv(needs, { scope: wholeSite, filter: filter() });
    const second = await exportCsv(needs, { scope: wholeSite, filter: filter(), cursor: first.cursor });
    assert.equal(second.cursor, undefined);
    const lines = (first.csv + second.csv).trimEnd().split('\r\n');
    assert.equal(lines.length, 131);
    assert.equal(lines.filter((line) => line.startsWith('time,')).length, 1);
    assert.match(lines[1] ?? '', /^2026-03-30T12:00:00\.000Z,Name of ada,ada,HB,100,Title,,News,1,1,0,0,failed,$/);
  });
});
