import { type StoredRecord, WHOLE_SITE } from '#app/history/model';
import type { JobRecipient, SendJob } from '#app/send/model';
import type { Draft } from '#contract/draft';
import type { HistorySettings } from '#contract/settings/v2';

/** What a record takes from the draft, beside the job. */
export interface RecordSource {
  readonly job: SendJob;
  readonly draft: Pick<Draft, 'to' | 'cc' | 'bcc' | 'attachmentIds' | 'copyToMe' | 'individualCopies'>;
  readonly pageTitle: string;
  readonly spaceKey: string;
  readonly keepAddresses: HistorySettings['keepAddresses'];
}

/** The record of a mail that was just accepted for sending. */
export function newRecord({ job, draft, pageTitle, spaceKey, keepAddresses }: RecordSource): StoredRecord {
  const picked = (['to', 'cc', 'bcc'] as const).flatMap((field) => draft[field].map((recipient) => ({ field, recipient })));
  const picks = picked.filter(({ recipient }) => keepAddresses || recipient.kind !== 'address');
  return {
    v: 1,
    at: job.createdAt,
    site: WHOLE_SITE,
    senderId: job.sender.accountId,
    pageId: job.page.id,
    spaceId: job.page.spaceId,
    outcome: job.progress.state,
    data: {
      page: { type: job.page.type, title: pageTitle },
      space: { key: spaceKey, name: job.page.spaceName },
      subject: job.subject,
      individual: job.individual ?? false,
      results: job.recipients.map((recipient) => resultOf(recipient, keepAddresses)),
      picks,
      leftOut: { addresses: picked.length - picks.length, people: 0 },
      attachmentIds: draft.attachmentIds,
      copyToMe: draft.copyToMe,
      ...(draft.individualCopies ? { individualCopies: true } : {}),
    },
  };
}

/**
 * The record after an attempt: the outcome and each recipient's result are the job's; whether addresses are kept was decided when the
 * mail was accepted. A person whose account was closed meanwhile stays erased.
 */
export function updatedRecord(record: StoredRecord, job: SendJob, pageVersion: number | undefined): StoredRecord {
  const { error: _, ...data } = record.data;
  const error = 'error' in job.progress ? job.progress.error : undefined;
  const results = record.data.results.map((known, at) => {
    const now = job.recipients[at];
    if (!now) return known;
    const { error: before, ...rest } = known;
    return { ...rest, state: now.state, ...(now.error ? { error: withoutAddress(now.error, known.address !== undefined) } : {}) };
  });
  return {
    ...record,
    outcome: job.progress.state,
    data: {
      ...data,
      page: { ...data.page, ...(pageVersion === undefined ? {} : { version: pageVersion }) },
      ...(error ? { error: withoutAddress(error, false) } : {}),
      results,
    },
  };
}

type Failure = NonNullable<StoredRecord['data']['error']>;

/** Values of a failure that may stay: names and addresses of people belong to the sender's eyes and the job's short life. */
const LASTING_PARAMS: readonly string[] = ['host', 'port', 'size', 'limit', 'count', 'label', 'reason'];

function withoutAddress({ code, params, reply }: Failure, keepAddress: boolean): Failure {
  const kept = Object.entries(params ?? {}).filter(([name]) => LASTING_PARAMS.includes(name) || (keepAddress && name === 'address'));
  return { code, ...(kept.length > 0 && { params: Object.fromEntries(kept) }), ...(reply && { reply }) };
}

function resultOf({ field, target, state, error }: JobRecipient, keepAddresses: boolean): StoredRecord['data']['results'][number] {
  const why = error ? { error: withoutAddress(error, keepAddresses && target.kind === 'address') } : {};
  if (target.kind !== 'address') return { kind: target.kind, field, state, site: true, accountId: target.accountId, ...why };
  const address = keepAddresses ? { address: target.address } : {};
  return { kind: 'address', field, state, site: target.site ?? false, ...address, ...why };
}
