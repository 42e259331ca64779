import { CLOSED_ACCOUNT } from '#app/history/model';
import { accountsIn, findRecords, type HistoryNeeds, type HistoryRequest, toSendRecord } from '#app/history/read';
import type { AccountId } from '#contract/draft';
import type { Language } from '#contract/errors';
import type { CsvRows, RecordResult, SendRecord } from '#contract/screens/history';

/** Records in one part of an export; fewer where the name of every recipient has to be looked up. */
const PART_SIZES = { mails: 100, recipients: 10 } as const satisfies Record<CsvRows, number>;

type Value = string | number | undefined;
type Column<T> = readonly [en: string, de: string, value: (row: T) => Value];

const MAIL: readonly Column<SendRecord>[] = [
  ['time', 'Zeit', ({ at }) => at],
  ['sender', 'Absender', ({ sender }) => sender.name],
  ['sender account', 'Konto des Absenders', ({ sender }) => sender.accountId],
  ['space', 'Bereich', ({ space }) => space.key ?? space.name],
  ['page id', 'Seiten-ID', ({ page }) => page.id],
  ['page', 'Seite', ({ page }) => page.title],
  ['version', 'Version', ({ page }) => page.version],
  ['subject', 'Betreff', ({ subject }) => subject],
];
const TOTALS: readonly Column<SendRecord>[] = [
  ['recipients of this site', 'Empfänger dieser Site', ({ recipients }) => recipients.site],
  ['recipients outside', 'Empfänger außerhalb', ({ recipients }) => recipients.outside],
  ['accepted', 'angenommen', ({ recipients }) => recipients.accepted],
  ['refused', 'abgelehnt', ({ recipients }) => recipients.refused],
  ['outcome', 'Ergebnis', ({ outcome }) => outcome],
  ['error', 'Fehler', ({ error }) => error?.code],
];
/** An address that is not kept and a closed account leave their names empty. */
const RECIPIENT: readonly Column<RecordResult>[] = [
  ['field', 'Feld', ({ field }) => field],
  ['recipient', 'Empfänger', ({ label }) => label],
  ['recipient account', 'Konto des Empfängers', ({ accountId }) => accountId],
  ['result', 'Ergebnis', ({ state }) => state],
  ['error', 'Fehler', ({ error }) => error?.code],
];

/**
 * A field by RFC 4180. Text that a spreadsheet would run as a formula, also after blanks or in full-width letters, gets an apostrophe in front:
 * subjects and titles are anybody's words.
 */
export function csvField(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^(\s*[=+\-@＝＋－＠]|[\t\r\n])/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const line = (fields: readonly Value[]): string => `${fields.map(csvField).join(',')}\r\n`;

const headings = (columns: readonly (readonly [string, string, unknown])[], language: Language): string[] =>
  columns.map(([en, de]) => (language === 'de' ? de : en));

const values = <T>(columns: readonly Column<T>[], row: T): Value[] => columns.map(([, , value]) => value(row));

/** The lines of each kind of export. */
const ROWS: Readonly<
  Record<CsvRows, { readonly header: (language: Language) => string[]; readonly of: (record: SendRecord) => Value[][] }>
> = {
  mails: {
    header: (language) => headings([...MAIL, ...TOTALS], language),
    of: (record) => [values([...MAIL, ...TOTALS], record)],
  },
  recipients: {
    header: (language) => headings([...MAIL, ...RECIPIENT], language),
    of: (record) => record.results.map((result) => [...values(MAIL, record), ...values(RECIPIENT, result)]),
  },
};

interface CsvChoice {
  readonly rows: CsvRows;
  /** Of the headings. */
  readonly language: Language;
}

/** Part of an export: a line for each mail or each recipient, the first part with the headings. Parts put together are one file (UTF-8). */
export async function exportCsv(
  needs: HistoryNeeds,
  request: HistoryRequest,
  { rows, language }: CsvChoice = { rows: 'mails', language: 'en' },
): Promise<{ csv: string; cursor?: string }> {
  const { found, cursor } = await findRecords(needs, request, PART_SIZES[rows]);
  const records = found.map(({ record }) => record);
  const senders = records.flatMap(({ senderId }) => (senderId === CLOSED_ACCOUNT ? [] : [senderId as AccountId]));
  const names = await needs.names(rows === 'mails' ? [...new Set(senders)] : accountsIn(records));
  const kind = ROWS[rows];
  const header = request.cursor === undefined ? line(kind.header(language)) : '';
  const lines = found.flatMap((each) => kind.of(toSendRecord(each, names)).map(line));
  return { csv: header + lines.join(''), ...(cursor === undefined ? {} : { cursor }) };
}
