import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  canRetry,
  canStart,
  fail,
  finish,
  isExpired,
  LOST_AFTER_SECONDS,
  lose,
  STALE_AFTER_SECONDS,
  send,
  settle,
  start,
  statusOf,
} from '#app/delivery/job';
import type { SendJob } from '#app/send/model';
import { JOB_TTL_DAYS, MAX_ATTEMPTS, RETRY_DELAYS_SECONDS } from '#contract/limits';
import { JONAS, job, later, NOW, toAddress, toUser } from '#test/app/rig';

const preparing = (fields: Partial<SendJob> = {}) => start(job(fields), 1, NOW);
const sending = (fields: Partial<SendJob> = {}) => {
  const begun = preparing(fields);
  return send(begun, begun.recipients, NOW);
};
const deferred = { state: 'deferred', error: { code: 'RECIPIENT_DEFERRED' } } as const;
const refused = { state: 'refused', error: { code: 'RECIPIENT_REJECTED' } } as const;

describe('a send job', () => {
  test('goes from queued by preparing and sending to sent when everybody accepted', () => {
    const states = [job().progress.state, preparing().progress.state, sending().progress.state];
    const done = finish(sending(), [toUser(JONAS, 'accepted'), toAddress('out@side.example', 'accepted')], later(3));
    assert.deepEqual([...states, done.progress.state], ['queued', 'preparing', 'sending', 'sent']);
    assert.equal(done.updatedAt, later(3).toISOString());
  });

  test('is partly sent when somebody was refused for good', () => {
    const done = finish(sending(), [toUser(JONAS, 'accepted'), { ...toAddress('out@side.example'), ...refused }], NOW);
    assert.equal(done.progress.state, 'partly-sent');
    assert.equal(canRetry(done), true);
  });

  test('fails when everybody was refused for good', () => {
    const done = finish(sending(), [{ ...toUser(JONAS), ...refused }], NOW);
    assert.equal(done.progress.state, 'failed');
  });

  test('waits for a further attempt while somebody is deferred, with the pause of the attempt', () => {
    const waits = finish(sending(), [toUser(JONAS, 'accepted'), { ...toAddress('out@side.example'), ...deferred }], NOW);
    assert.deepEqual(waits.progress, {
      state: 'queued',
      attempt: 2,
      notBefore: later(RETRY_DELAYS_SECONDS[0]).toISOString(),
      error: { code: 'RECIPIENT_DEFERRED' },
    });
  });

  test('uses each pause in turn and gives up after the last attempt', () => {
    let each = job({ recipients: [toUser(JONAS)] });
    const pauses: number[] = [];
    for (let attempt = 1; each.progress.state === 'queued'; attempt += 1) {
      const begun = start(each, attempt, NOW);
      each = finish(send(begun, begun.recipients, NOW), [{ ...toUser(JONAS), ...deferred }], NOW);
      if (each.progress.state === 'queued') pauses.push((Date.parse(each.progress.notBefore) - NOW.getTime()) / 1000);
    }
    assert.deepEqual(pauses, [...RETRY_DELAYS_SECONDS]);
    assert.deepEqual(each.progress, { state: 'failed', attempt: MAX_ATTEMPTS });
    assert.equal(each.recipients[0]?.state, 'refused');
  });

  test('counts automatic attempts anew when the sender asked for one', () => {
    const ended = job({ progress: { state: 'failed', attempt: MAX_ATTEMPTS }, recipients: [toUser(JONAS, 'refused')] });
    const again = start(ended, MAX_ATTEMPTS + 1, NOW);
    const waits = finish(send(again, again.recipients, NOW), [{ ...toUser(JONAS), ...deferred }], NOW);
    assert.equal(waits.progress.state, 'queued');
    assert.equal(waits.progress.attempt, MAX_ATTEMPTS + 2);
  });

  test('fails at once by a failure that cannot pass by itself, and all open recipients tell it', () => {
    const done = fail(preparing(), { code: 'LOGIN_FAILED' }, NOW);
    assert.deepEqual(done.progress, { state: 'failed', attempt: 1, error: { code: 'LOGIN_FAILED' } });
    assert.deepEqual(
      done.recipients.map(({ state, error }) => [state, error?.code]),
      [
        ['refused', 'LOGIN_FAILED'],
        ['refused', 'LOGIN_FAILED'],
      ],
    );
  });

  test('waits after a failure that can pass by itself, and keeps who has accepted', () => {
    const waits = fail(preparing({ recipients: [toUser(JONAS, 'accepted'), toAddress('a@b.example')] }), { code: 'SERVER_BUSY' }, NOW);
    assert.equal(waits.progress.state, 'queued');
    assert.deepEqual(
      waits.recipients.map(({ state }) => state),
      ['accepted', 'deferred'],
    );
  });

  test('whose answer was lost is never tried again', () => {
    const lost = lose(sending(), { code: 'OUTCOME_UNKNOWN' }, NOW);
    assert.equal(canRetry(lost), false);
    assert.equal(canStart(lost, 2), false);
    assert.equal(statusOf(lost, true).state, 'unknown');
  });

  test('cannot be sent from anywhere but preparing', () => {
    assert.throws(() => send(job(), [], NOW), /cannot send from queued/);
    assert.throws(() => send(sending(), [], NOW), /cannot send from sending/);
  });
});

describe('which event may start', () => {
  test('only the attempt that the job waits for', () => {
    assert.deepEqual(
      [0, 1, 2].map((attempt) => canStart(job(), attempt)),
      [false, true, false],
    );
  });
  test('none while an attempt is under way', () => {
    for (const each of [preparing(), sending()])
      assert.deepEqual(
        [1, 2].map((attempt) => canStart(each, attempt)),
        [false, false],
      );
  });
  test('the next one of an ended job that somebody has not accepted', () => {
    const ended = job({
      progress: { state: 'partly-sent', attempt: 2 },
      recipients: [toUser(JONAS, 'accepted'), toAddress('a@b.example', 'refused')],
    });
    assert.deepEqual(
      [1, 2, 3, 4].map((attempt) => canStart(ended, attempt)),
      [false, false, true, false],
    );
  });
  test('none of a job that everybody accepted', () => {
    assert.equal(canStart(job({ progress: { state: 'sent', attempt: 1 }, recipients: [toUser(JONAS, 'accepted')] }), 2), false);
  });
});

describe('a job whose consumer died', () => {
  test('while preparing is stalled once the consumer cannot be alive, not before', () => {
    const at = (seconds: number) => settle(preparing(), NOW, later(seconds)).progress;
    assert.equal(at(STALE_AFTER_SECONDS - 1).state, 'preparing');
    assert.equal(at(STALE_AFTER_SECONDS).state, 'preparing');
    assert.deepEqual(at(STALE_AFTER_SECONDS + 1), { state: 'failed', attempt: 1, error: { code: 'STALLED' } });
  });
  test('while sending is unknown', () => {
    const settled = settle(sending(), NOW, later(STALE_AFTER_SECONDS + 1));
    assert.equal(settled.progress.state, 'unknown');
    assert.equal(canRetry(settled), false);
  });
  test('between claim and first word is stalled', () => {
    assert.equal(settle(job(), NOW, later(STALE_AFTER_SECONDS)).progress.state, 'queued');
    assert.equal(settle(job(), NOW, later(STALE_AFTER_SECONDS + 1)).progress.state, 'failed');
  });
  test('is given up when the queue cannot have the event any more', () => {
    assert.equal(settle(job(), undefined, later(LOST_AFTER_SECONDS)).progress.state, 'queued');
    assert.equal(settle(job(), undefined, later(LOST_AFTER_SECONDS + 1)).progress.state, 'failed');
  });
});

describe('what the sender reads', () => {
  test('names people by name and typed recipients by address', () => {
    const { recipients } = statusOf(job(), false);
    assert.deepEqual(
      recipients.map(({ label, kind, field }) => [label, kind, field]),
      [
        ['Jonas', 'user', 'to'],
        ['out@side.example', 'address', 'to'],
      ],
    );
  });
  test('says when the next attempt starts by itself, and why it waits', () => {
    const status = statusOf(fail(preparing(), { code: 'SERVER_BUSY' }, NOW), false);
    assert.equal(status.retryAt, later(RETRY_DELAYS_SECONDS[0]).toISOString());
    assert.equal(status.error?.code, 'SERVER_BUSY');
    assert.equal(status.canRetry, false);
  });
  test('shows a new attempt as queued from the moment it was asked for', () => {
    const ended = fail(preparing(), { code: 'LOGIN_FAILED' }, NOW);
    assert.deepEqual([statusOf(ended, false).canRetry, statusOf(ended, true).canRetry], [true, false]);
    assert.equal(statusOf(ended, true).state, 'queued');
    assert.equal(statusOf(ended, true).attempt, 2);
  });
});

test('a job is expired after its days, not at their end', () => {
  const days = JOB_TTL_DAYS * 86_400;
  assert.deepEqual(
    [days - 1, days, days + 1].map((seconds) => isExpired(job(), later(seconds))),
    [false, false, true],
  );
});
