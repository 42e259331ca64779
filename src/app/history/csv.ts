import { CLOSED_ACCOUNT } from '#app/history/model';
import { findRecords, type HistoryNeeds, type HistoryRequest, toSendRecord } from '#app/history/read';
import type { AccountId } from '#contract/draft';
import type { SendRecord } from '#contract/screens/history';

/** Records in one part of an export. */
const PART_SIZE = 100;

const COLUMNS: readonly (readonly [string, (record: SendRecord) => string | number | undefined])[] = [
  ['time', ({ at }) => at],
  ['sender', ({ sender }) => sender.name],
  ['sender account', ({ sender }) => sender.accountId],
  ['space', ({ space }) => space.key ?? space.name],
  ['page id', ({ page }) => page.id],
  ['page', ({ page }) => page.title],
  ['version', ({ page }) => page.version],
  ['subject', ({ subject }) => subject],
  ['recipients of this site', ({ recipients }) => recipients.site],
  ['recipients outside', ({ recipients }) => recipients.outside],
  ['accepted', ({ recipients }) => recipients.accepted],
  ['refused', ({ recipients }) => recipients.refused],
  ['outcome', ({ outcome }) => outcome],
  ['error', ({ error }) => error?.code],
];

/**
 * A field by RFC 4180. Text that a spreadsheet would run as a formula, also after blanks or in full-width letters, gets an apostrophe in front:
 * subjects and titles are anybody's words.
 */
export function csvField(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^(\s*[=+\-@＝＋－＠]|[\t\r\n])/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const line = (fields: readonly (string | number | undefined)[]): string => `${fields.map(csvField).join(',')}\r\n`;

/** Part of an export: rows of up to 100 records, the first part with the header. Parts put together are one file (UTF-8). */
export async function exportCsv(needs: HistoryNeeds, request: HistoryRequest): Promise<{ csv: string; cursor?: string }> {
  const { found, cursor } = await findRecords(needs, request, PART_SIZE);
  const senders = [...new Set(found.flatMap(({ record }) => (record.senderId === CLOSED_ACCOUNT ? [] : [record.senderId as AccountId])))];
  const names = await needs.names(senders);
  const header = request.cursor === undefined ? line(COLUMNS.map(([name]) => name)) : '';
  const rows = found.map((each) => {
    const record = toSendRecord(each, names);
    return line(COLUMNS.map(([, value]) => value(record)));
  });
  return { csv: header + rows.join(''), ...(cursor === undefined ? {} : { cursor }) };
}
