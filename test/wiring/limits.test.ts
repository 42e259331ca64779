import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sendJobSchema } from '#app/send/model';
import { jobIdOf } from '#app/send/submit';
import { draftSchema } from '#contract/draft';
import { JOB_STATES } from '#contract/jobs';
import {
  DELIVERY_TIMEOUT_SECONDS,
  JOB_TTL_DAYS,
  MAX_ADDRESS_OCTETS,
  MAX_ATTACHMENTS,
  MAX_DRAFT_RECIPIENTS,
  MAX_NOTE_CHARS,
  MAX_RECIPIENTS,
  MAX_SUBJECT_CHARS,
} from '#contract/limits';
import { account, job } from '#test/app/rig';

/** Platform limits (Forge documentation: limits-invocation, limits-kvs-ce, limits-async-events). */
const MAX_INVOKE_REQUEST_BYTES = 500 * 1024;
const MAX_VALUE_BYTES = 240 * 1024;
const MAX_KEY_CHARS = 500;
const MAX_TTL_DAYS = 365;
const MAX_CONSUMER_SECONDS = 900;

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
/** A character that takes most bytes in JSON without being refused by a schema. */
const WIDE = '😀';
const wide = (chars: number): string => WIDE.repeat(Math.floor(chars / 2));
const address = `${'a'.repeat(64)}@${`${'b'.repeat(61)}.`.repeat(3)}org`.slice(0, MAX_ADDRESS_OCTETS);

describe('the largest', () => {
  test('draft fits into one call of a resolver', () => {
    const one = { kind: 'address', address, name: wide(200) };
    const list = Array.from({ length: MAX_DRAFT_RECIPIENTS }, () => one);
    const attachmentIds = Array.from({ length: MAX_ATTACHMENTS }, (_, index) => `att${String(index).padStart(20, '9')}`);
    const draft = draftSchema.parse({ to: list, subject: wide(MAX_SUBJECT_CHARS), note: wide(MAX_NOTE_CHARS), attachmentIds });
    assert.ok(bytes({ draft, idempotencyKey: 'x'.repeat(36) }) < MAX_INVOKE_REQUEST_BYTES);
  });

  test('job fits into one value of storage, with the longest failure for each recipient', () => {
    const error = { code: 'RECIPIENT_WITHOUT_ADDRESS', params: { name: wide(200) } } as const;
    const recipients = Array.from({ length: MAX_RECIPIENTS }, () => ({
      field: 'bcc' as const,
      target: { kind: 'address' as const, address, name: wide(200) },
      state: 'deferred' as const,
      error,
    }));
    const attachmentIds = Array.from({ length: MAX_ATTACHMENTS }, () => `att${'9'.repeat(20)}`);
    const largest = sendJobSchema.parse({
      ...job(),
      recipients,
      attachmentIds,
      subject: wide(MAX_SUBJECT_CHARS),
      note: wide(MAX_NOTE_CHARS),
      progress: { state: 'queued', attempt: 99, notBefore: job().createdAt, error },
    });
    assert.ok(bytes(largest) < MAX_VALUE_BYTES, `${bytes(largest)} bytes`);
  });

  test('job id makes sound keys of storage', () => {
    const key = `claim:${jobIdOf(account('x'.repeat(128)), 'k')}:99`;
    assert.ok(key.length <= MAX_KEY_CHARS);
    assert.match(key, /^[a-zA-Z0-9:._\s-#]+$/);
  });
});

test('times stay within the platform’s', () => {
  assert.ok(JOB_TTL_DAYS <= MAX_TTL_DAYS);
  assert.ok(DELIVERY_TIMEOUT_SECONDS <= MAX_CONSUMER_SECONDS);
});

test('a job can be stored in every state of the contract', () => {
  const more: Record<string, unknown> = {
    queued: { notBefore: job().createdAt },
    preparing: { claimedAt: job().createdAt },
    sending: { claimedAt: job().createdAt },
    unknown: { error: { code: 'OUTCOME_UNKNOWN' } },
  };
  for (const state of JOB_STATES) {
    const progress = { state, attempt: 1, ...(more[state] as object | undefined) };
    assert.equal(sendJobSchema.safeParse({ ...job(), progress }).success, true, state);
  }
});
