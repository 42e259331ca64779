import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliver } from '#app/delivery/deliver';
import { AppFailure } from '#app/failure';
import type { SendJob } from '#app/send/model';
import { retryMail } from '#app/send/status';
import { bindingOf } from '#app/settings/secrets';
import { JOB_STATES } from '#contract/jobs';
import type { SendRequest } from '#contract/relay/api';
import { siteSettingsSchema } from '#contract/settings/parts';
import { job, MIRA, mailAccount, memoryJobs, memorySettings, NOW, stubReader, stubSession, toAddress } from '#test/app/rig';

/**
 * Many lives of one job, each drawn from a seed: events that come late, twice and at the same time, consumers that die at any call,
 * a sender who presses Try again, a server that refuses, defers, loses its answer. In none may an address get a second mail.
 */
const LIVES = 600;
const ADDRESSES = ['one@x.example', 'two@x.example', 'three@x.example'];

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const never = new Promise<never>(() => undefined);

class Life {
  readonly random: () => number;
  readonly jobs = memoryJobs(job({ recipients: ADDRESSES.map((address) => toAddress(address)) }));
  /** How often the server took a mail for each address, whether anybody learned of it or not. */
  readonly taken = new Map<string, number>();
  readonly settings = memorySettings();
  readonly seen = new Set<string>();
  events = [1];
  seconds = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed);
    this.settings.secrets.set('site:password', { v: 1, boundTo: bindingOf(mailAccount()), value: 'sesame' });
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  /** The server takes, refuses or defers each address; its answer may be lost. */
  serve({ envelope }: SendRequest) {
    if (this.chance(0.1)) throw new AppFailure(this.chance(0.5) ? 'SERVER_BUSY' : 'LOGIN_FAILED');
    const rejected = envelope.to
      .filter(() => this.chance(0.4))
      .map((address) => ({ address, code: 'RECIPIENT_DEFERRED' as const, retryable: this.chance(0.7) }));
    const accepted = envelope.to.filter((address) => !rejected.some((each) => each.address === address));
    for (const address of accepted) this.taken.set(address, (this.taken.get(address) ?? 0) + 1);
    if (this.chance(0.1)) throw new AppFailure('OUTCOME_UNKNOWN');
    return { messageId: 'm@x.example', accepted, rejected, sizeBytes: 1 };
  }

  /** One consumer with its own moment of death, if any: from then on its calls never come back. */
  async consume(attempt: number): Promise<void> {
    let callsLeft = this.chance(0.4) ? Math.floor(this.random() * 14) : Number.POSITIVE_INFINITY;
    let die: () => void = () => undefined;
    const death = new Promise<void>((resolve) => {
      die = resolve;
    });
    const step = async <T>(act: () => T | Promise<T>): Promise<T> => {
      for (let ticks = Math.floor(this.random() * 4); ticks > 0; ticks -= 1) await Promise.resolve();
      callsLeft -= 1;
      if (callsLeft < 0) {
        die();
        return never;
      }
      const result = await act();
      // Dying after the deed and before the answer is the worst moment.
      if (callsLeft === 0 && this.chance(0.5)) {
        die();
        return never;
      }
      return result;
    };
    for (let ticks = Math.floor(this.random() * 60); ticks > 0; ticks -= 1) await Promise.resolve();
    const { jobs, settings } = this;
    const needs = {
      jobs: {
        ...jobs,
        job: (id: string) => step(() => jobs.job(id)),
        saveJob: (each: SendJob) =>
          step(() => {
            this.seen.add(each.progress.state);
            return jobs.saveJob(each);
          }),
        claim: (...args: Parameters<typeof jobs.claim>) => step(() => jobs.claim(...args)),
        claimedAt: (...args: Parameters<typeof jobs.claimedAt>) => step(() => jobs.claimedAt(...args)),
        retryAskedAt: (...args: Parameters<typeof jobs.retryAskedAt>) => step(() => jobs.retryAskedAt(...args)),
      },
      settings,
      readerAs: () => stubReader(),
      app: { addresses: async () => new Map() },
      transport: { info: () => Promise.reject(new Error('not asked')), send: (request: SendRequest) => step(() => this.serve(request)) },
      push: (event: { attempt: number }) => step(() => void this.events.push(event.attempt)),
      now: () => this.now(),
      wait: async () => {},
      ended: async () => {},
    };
    const isAgain = this.chance(0.5);
    const again = await Promise.race([deliver(needs, { v: 1, jobId: 'job1', attempt }, isAgain), death]);
    if (again !== undefined) this.events.push(attempt);
  }

  now(): Date {
    return new Date(NOW.getTime() + this.seconds * 1000);
  }

  async retry(): Promise<void> {
    const push = async ({ attempt }: { attempt: number }) => void this.events.push(attempt);
    const { jobs, settings } = this;
    const gate = { reader: stubReader(), session: stubSession(), settings, administersSite: async () => false };
    await retryMail({ ...gate, jobs, push, now: () => this.now() }, MIRA.accountId, 'job1');
  }

  async run(): Promise<void> {
    await this.settings.saveSite(siteSettingsSchema.parse({ account: mailAccount() }));
    for (let turn = 0; turn < 12; turn += 1) {
      const now = this.events.filter(() => this.chance(0.7));
      const twice = [...now, ...now.filter(() => this.chance(0.3)), ...(this.chance(0.5) ? [1 + Math.floor(this.random() * 4)] : [])];
      this.events = this.events.filter((each) => !now.includes(each));
      const presses = Array.from({ length: this.chance(0.5) ? 2 : 0 }, () => this.retry());
      await Promise.all([...twice.map((attempt) => this.consume(attempt)), ...presses]);
      // Whoever lives is done now; time goes on, sometimes beyond what a consumer may live.
      this.seconds += this.chance(0.5) ? 1000 : 100;
    }
  }
}

test(`in ${LIVES} lives of a job no address ever gets a second mail`, async (t) => {
  t.mock.method(console, 'log', () => undefined);
  const seen = new Set<string>();
  for (let seed = 1; seed <= LIVES; seed += 1) {
    const life = new Life(seed);
    await life.run();
    const twice = [...life.taken].filter(([, count]) => count > 1);
    assert.deepEqual(twice, [], `seed ${seed}`);
    const stored = life.jobs.stored.get('job1');
    for (const { target, state } of stored?.recipients ?? []) {
      if (state === 'accepted')
        assert.equal(target.kind === 'address' && life.taken.get(target.address), 1, `seed ${seed}: told, not sent`);
    }
    for (const state of life.seen) seen.add(state);
  }
  // The draw reaches every state; otherwise it would prove little.
  assert.deepEqual([...seen].sort(), JOB_STATES.toSorted());
});
