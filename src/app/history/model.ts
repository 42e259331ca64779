import * as z from 'zod';
import { accountIdSchema, contentIdSchema, recipientSchema, spaceIdSchema } from '#contract/draft';
import { type jobIdSchema, jobStateSchema, recipientResultSchema } from '#contract/jobs';
import { failureSchema } from '#contract/result';

/** A record of a sent mail as it is stored: what queries look at as attributes of their own, the rest as `data`. People by account id alone. */

/** Stands where a person's account was closed. */
export const CLOSED_ACCOUNT = 'closed';
/** The one value of the attribute that gathers the records of the whole site. */
export const WHOLE_SITE = 'all';

const field = recipientResultSchema.shape.field;

/** A recipient as it was picked, for *Send again*; a typed address only where addresses are kept. */
const pickSchema = z.object({ field: z.enum(['to', 'cc', 'bcc']), recipient: recipientSchema });

export const recordDataSchema = z.object({
  page: z.object({ type: z.enum(['page', 'blogpost']), title: z.string(), version: z.number().int().optional() }),
  space: z.object({ key: z.string().optional(), name: z.string() }),
  subject: z.string(),
  individual: z.boolean(),
  error: failureSchema.optional(),
  results: z.array(
    z.object({
      kind: recipientResultSchema.shape.kind,
      field,
      state: recipientResultSchema.shape.state,
      /** Belongs to this site; a typed address may. */
      site: z.boolean(),
      accountId: accountIdSchema.optional(),
      address: z.string().optional(),
      error: failureSchema.optional(),
    }),
  ),
  picks: z.array(pickSchema),
  /** Typed addresses and closed accounts that are not in `picks`. */
  leftOut: z.object({ addresses: z.number().int(), people: z.number().int() }),
  attachmentIds: z.array(contentIdSchema),
  copyToMe: z.boolean(),
  /** The sender asked for individual mails. */
  individualCopies: z.boolean().optional(),
});

export const storedRecordSchema = z.object({
  v: z.literal(1),
  at: z.iso.datetime(),
  site: z.literal(WHOLE_SITE),
  senderId: z.union([accountIdSchema, z.literal(CLOSED_ACCOUNT)]),
  pageId: contentIdSchema,
  spaceId: spaceIdSchema,
  outcome: jobStateSchema,
  data: recordDataSchema,
});
export type StoredRecord = z.infer<typeof storedRecordSchema>;
export interface FoundRecord {
  readonly id: z.infer<typeof jobIdSchema>;
  readonly record: StoredRecord;
}

/** Indexes of the entity `send-record` (manifest.yml): what each is partitioned by; every one is sorted by `at`. */
export const RECORD_INDEXES = {
  'by-page-sender': ['pageId', 'senderId'],
  'by-page': ['pageId'],
  'by-space': ['spaceId'],
  'by-space-outcome': ['spaceId', 'outcome'],
  'by-sender': ['senderId'],
  'by-outcome': ['outcome'],
  'by-site': ['site'],
} as const satisfies Record<string, readonly (keyof StoredRecord)[]>;
export type RecordIndex = keyof typeof RECORD_INDEXES;

export interface RecordQuery {
  readonly index: RecordIndex;
  /** In the order of the index. */
  readonly partition: readonly string[];
  /** Inclusive. */
  readonly from: string;
  readonly to: string;
  /** What the index does not look at. */
  readonly equals: Partial<Record<'spaceId' | 'senderId' | 'pageId' | 'outcome', string>>;
  /** Newest first unless told. */
  readonly oldestFirst?: boolean;
  /** At most 100. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Where records are kept. Queries are eventually consistent. */
export interface RecordStore {
  save(id: string, record: StoredRecord, ttlDays: number): Promise<void>;
  record(id: string): Promise<StoredRecord | undefined>;
  /** Fewer than `limit` do not mean the end: a cursor does not. */
  query(query: RecordQuery): Promise<{ records: FoundRecord[]; cursor?: string | undefined }>;
  /** At most 25. */
  delete(ids: readonly string[]): Promise<void>;
}
