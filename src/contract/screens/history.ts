import * as z from 'zod';
import { accountIdSchema, contentIdSchema, draftSchema, groupIdSchema, singleLine, spaceIdSchema } from '#contract/draft';
import { idempotencyKeySchema, jobIdSchema, jobStateSchema, recipientResultSchema } from '#contract/jobs';
import { MAX_ADDRESS_OCTETS } from '#contract/limits';
import { failureSchema } from '#contract/result';
import { cursor, language } from '#contract/screens/parts';

/** One recipient of a mail that was sent. `label` is absent where the address is not kept or the person's account was closed. */
export const recordResultSchema = z.object({
  kind: recipientResultSchema.shape.kind,
  field: recipientResultSchema.shape.field,
  state: recipientResultSchema.shape.state,
  accountId: accountIdSchema.optional(),
  /** A person's name as Confluence gives it to the reader now, or the address where the administrator chose to keep addresses. */
  label: z.string().optional(),
  error: failureSchema.optional(),
});
export type RecordResult = z.infer<typeof recordResultSchema>;

/** One mail that was sent, as its sender or an administrator may read it. */
export const sendRecordSchema = z.object({
  /** The send job's id. */
  id: jobIdSchema,
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Without an account id: the account was closed. */
  sender: z.object({ accountId: accountIdSchema.optional(), name: z.string().optional() }),
  page: z.object({ id: contentIdSchema, type: z.enum(['page', 'blogpost']), title: z.string(), version: z.number().int().optional() }),
  space: z.object({ id: spaceIdSchema, key: z.string().optional(), name: z.string() }),
  subject: z.string(),
  /** How many of each kind; `accepted` and `refused` are of both. */
  recipients: z.object({ site: z.number().int(), outside: z.number().int(), accepted: z.number().int(), refused: z.number().int() }),
  outcome: jobStateSchema,
  /** Each recipient got a mail of their own. */
  individual: z.boolean(),
  error: failureSchema.optional(),
  results: z.array(recordResultSchema),
});
export type SendRecord = z.infer<typeof sendRecordSchema>;

export const HISTORY_OUTCOMES = ['any', 'sent', 'partly-sent', 'failed', 'unknown', 'under-way'] as const;

const dayOrInstant = z.union([z.iso.date(), z.iso.datetime()]);

export const historyFilterSchema = z.object({
  /** ISO 8601, both inclusive: an instant, or a whole day of UTC. */
  from: dayOrInstant.optional(),
  to: dayOrInstant.optional(),
  outcome: z.enum(HISTORY_OUTCOMES).default('any'),
  /** Who sent it. */
  accountId: accountIdSchema.optional(),
  contentId: contentIdSchema.optional(),
  /** Who was to get it: a person of the site, or an address where addresses are kept. */
  recipient: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('user'), accountId: accountIdSchema }),
      z.object({ kind: z.literal('address'), address: singleLine(MAX_ADDRESS_OCTETS).min(3) }),
    ])
    .optional(),
});
export type HistoryFilter = z.infer<typeof historyFilterSchema>;

/** Newest first. `cursor` is present when there may be more; it belongs to its filter and does not last. A page may be empty and yet have a cursor. */
export const historyPageSchema = z.object({ records: z.array(sendRecordSchema), cursor: z.string().max(4000).optional() });
export type HistoryPage = z.infer<typeof historyPageSchema>;

/** One line a mail, or one line a recipient of a mail. */
export const CSV_ROWS = ['mails', 'recipients'] as const;
export type CsvRows = (typeof CSV_ROWS)[number];
/** What to export. `language` is that of the headings. */
export const csvRequestSchema = z.object({
  filter: historyFilterSchema.prefault({}),
  cursor,
  rows: z.enum(CSV_ROWS).default('mails'),
  language,
});

/** Rows of a CSV file (RFC 4180, UTF-8): the first part carries the header; the interface puts the parts together. */
export const csvPartSchema = z.object({ csv: z.string(), cursor: z.string().max(4000).optional() });

/** What a mail to be sent again starts with; what is not kept is counted. */
export const againSchema = z.object({
  draft: draftSchema,
  leftOut: z.object({ addresses: z.number().int(), people: z.number().int(), attachments: z.number().int() }),
  /** Names of the people and groups in the draft, as the sender sees them now. */
  people: z.array(z.object({ accountId: accountIdSchema, name: z.string() })).optional(),
  groups: z.array(z.object({ groupId: groupIdSchema, name: z.string(), memberCount: z.number().int() })).optional(),
});

/** An administrator's *Send again*: the mail of a record, in the name of whoever asks; the same key is the same mail. */
export const sendAgainSchema = z.object({ id: jobIdSchema, idempotencyKey: idempotencyKeySchema, language });

/** The job that carries it, and what could not be taken over. */
export const sentAgainSchema = z.object({ jobId: jobIdSchema, state: jobStateSchema, leftOut: againSchema.shape.leftOut });
export type SentAgain = z.infer<typeof sentAgainSchema>;
