import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deliver } from '#app/delivery/deliver';
import { STALE_AFTER_SECONDS } from '#app/delivery/job';
import type { Verification } from '#app/diagnostics/health';
import { AppFailure } from '#app/failure';
import type { SendJob } from '#app/send/model';
import { SITE_OWNER, spaceOwner } from '#app/settings/model';
import { bindingOf } from '#app/settings/secrets';
import type { AccountId } from '#contract/draft';
import { MAX_MESSAGE_BYTES } from '#contract/limits';
import { sendRequestSchema } from '#contract/relay/api';
import { siteSettingsSchema } from '#contract/settings/parts';
import {
  attachment,
  attachmentId,
  GONE,
  HANA,
  JONAS,
  job,
  later,
  type MemoryJobs,
  MIRA,
  mailAccount,
  memoryJobs,
  memorySettings,
  NOW,
  SPACE_ID,
  stubReader,
  stubTransport,
  toAddress,
  toUser,
} from '#test/app/rig';

const ADDRESSES: ReadonlyMap<AccountId, string> = new Map([
  [MIRA.accountId, 'mira@firm.example'],
  [JONAS.accountId, 'jonas@firm.example'],
  [HANA.accountId, 'Hana@Firm.example'],
]);

interface Setup {
  readonly jobs?: MemoryJobs;
  readonly transport?: ReturnType<typeof stubTransport>;
  readonly reader?: ReturnType<typeof stubReader>;
  readonly settings?: ReturnType<typeof memorySettings>;
  readonly now?: () => Date;
}

async function siteSettings() {
  const settings = memorySettings();
  await settings.saveSite(siteSettingsSchema.parse({ account: mailAccount(), presentation: { subjectPrefix: '[Wiki]' } }));
  settings.secrets.set(`${SITE_OWNER}:password`, { v: 1, boundTo: bindingOf(mailAccount()), value: 'sesame' });
  return settings;
}

async function setUp(stored: SendJob, setup: Setup = {}) {
  const jobs = setup.jobs ?? memoryJobs(stored);
  const transport = setup.transport ?? stubTransport();
  const pushed: { attempt: number; delay: number }[] = [];
  const readAs: AccountId[] = [];
  const told: string[] = [];
  const verified: unknown[] = [];
  const needs = {
    verifications: {
      saveVerification: async (owner: string, { ok, error }: Verification) => {
        verified.push([owner, ok, error?.code]);
      },
    },
    jobs,
    settings: setup.settings ?? (await siteSettings()),
    readerAs: (accountId: AccountId) => {
      readAs.push(accountId);
      return setup.reader ?? stubReader();
    },
    app: {
      addresses: async (ids: readonly AccountId[]) => new Map([...ADDRESSES].filter(([id]) => ids.includes(id))),
    },
    transport,
    push: async ({ attempt }: { attempt: number }, delay: number) => {
      pushed.push({ attempt, delay });
    },
    now: setup.now ?? (() => NOW),
    wait: async () => {},
    ended: async ({ progress }: SendJob) => {
      told.push(progress.state);
    },
  };
  const run = (attempt = 1, isAgain = false) => deliver(needs, { v: 1, jobId: stored.jobId, attempt }, isAgain);
  return { run, told, verified, jobs, transport, pushed, readAs, job: () => jobs.stored.get(stored.jobId) as SendJob };
}

describe('a delivery', () => {
  test('reads as the sender and hands over one sound request', async () => {
    const site = await setUp(job({ note: 'Hello' }));
    await site.run();
    assert.deepEqual(site.readAs, [MIRA.accountId]);
    const [sent] = site.transport.requests;
    assert.ok(sent);
    assert.equal(sendRequestSchema.safeParse(sent.request).success, true);
    assert.equal(sent.key, 'job1.1');
    assert.deepEqual(sent.request.envelope, { from: 'wiki@example.org', to: ['jonas@firm.example', 'out@side.example'] });
    assert.equal(sent.request.readAs.accountId, MIRA.accountId);
    assert.equal(site.job().progress.state, 'sent');
  });

  test('fills the header: prefix, date of the job, Reply-To the sender, Message-ID in the sender address’s domain', async () => {
    const site = await setUp(job());
    await site.run();
    const message = site.transport.requests[0]?.request.message;
    assert.equal(message?.subject, '[Wiki] The plan');
    assert.equal(message?.date, NOW.toISOString());
    assert.deepEqual(message?.replyTo, { address: 'mira@firm.example', name: 'Mira' });
    assert.match(message?.messageId ?? '', /^[0-9a-f]{32}@example\.org$/);
    assert.equal(message?.autoSubmitted, 'no');
  });

  test('keeps Bcc and the sender’s copy out of the header', async () => {
    const self = { field: 'copy', target: { kind: 'self', accountId: MIRA.accountId, name: 'Mira' }, state: 'waiting' } as const;
    const site = await setUp(job({ recipients: [toUser(JONAS), { ...toUser(HANA), field: 'bcc' }, self] }));
    await site.run();
    const request = site.transport.requests[0]?.request;
    assert.deepEqual(request?.message.to, [{ address: 'jonas@firm.example', name: 'Jonas' }]);
    assert.deepEqual(request?.message.cc, []);
    assert.deepEqual(request?.envelope.to, ['jonas@firm.example', 'Hana@firm.example', 'mira@firm.example']);
  });

  describe('to somebody whose profile hides their address', () => {
    const hidden = { ...toUser(JONAS), target: { kind: 'user', accountId: JONAS.accountId, name: 'Jonas', addressHidden: true } } as const;
    const outside = toAddress('out@side.example');
    const colleague = { ...toAddress('col@firm.example'), target: { kind: 'address', address: 'col@firm.example', site: true } } as const;
    const self = { field: 'copy', target: { kind: 'self', accountId: MIRA.accountId, name: 'Mira' }, state: 'waiting' } as const;
    /** Who gets each mail, and the addresses that it names. */
    const mailsFor = async (...recipients: SendJob['recipients']) => {
      const site = await setUp(job({ recipients }));
      await site.run();
      assert.equal(site.job().progress.state, 'sent');
      return site.transport.requests.map(({ request: { envelope, message } }) => [
        envelope.to.join(' '),
        [...message.to, ...message.cc].map(({ address }) => address).join(' '),
      ]);
    };
    const alone = (address: string) => [address, address];

    test('gives it neither to recipients outside the site nor to the sender’s copy: each has a mail of their own', async () => {
      assert.deepEqual(await mailsFor(hidden, outside, colleague, self), [
        ['jonas@firm.example col@firm.example', 'jonas@firm.example out@side.example col@firm.example'],
        alone('out@side.example'),
        alone('mira@firm.example'),
      ]);
    });

    for (const field of ['cc', 'bcc'] as const) {
      test(`keeps to that for every reader in ${field}`, async () => {
        const [, ...own] = await mailsFor(hidden, { ...outside, field }, { ...toUser(HANA), field });
        assert.deepEqual(own, [alone('out@side.example')]);
      });
    }

    test('counts the sender as such a reader also when they picked themselves or typed their own address', async () => {
      for (const me of [toUser(MIRA), { ...colleague, target: { ...colleague.target, address: 'MIRA@firm.example' } }]) {
        const [, own] = await mailsFor(hidden, me);
        assert.deepEqual(own?.[0]?.toLowerCase(), 'mira@firm.example');
        assert.equal(own?.[0], own?.[1]);
      }
    });

    test('is one mail where the address stands in no header or only people of the site read it', async () => {
      assert.equal((await mailsFor({ ...hidden, field: 'bcc' }, outside, self)).length, 1);
      assert.equal((await mailsFor(hidden, toUser(HANA), colleague)).length, 1);
      assert.equal((await mailsFor(toUser(JONAS), outside, self)).length, 1);
    });
  });

  test('sends one copy to a person who is also typed by address', async () => {
    const site = await setUp(job({ recipients: [toUser(JONAS), { ...toAddress('JONAS@firm.example'), field: 'cc' }] }));
    await site.run();
    const request = site.transport.requests[0]?.request;
    assert.deepEqual(request?.envelope.to.length, 1);
    assert.deepEqual([request?.message.to.length, request?.message.cc.length], [1, 0]);
    assert.deepEqual(
      site.job().recipients.map(({ state }) => state),
      ['accepted', 'accepted'],
    );
  });

  test('carries the chosen attachments as references, in the order chosen, once each', async () => {
    const reader = stubReader({ attachments: [attachment('att1', 'a.png'), attachment('att2', 'b/c\n.png')] });
    const ids = ['att2', 'att1', 'att2'].map(attachmentId);
    const site = await setUp(job({ attachmentIds: ids }), { reader });
    await site.run();
    assert.deepEqual(
      site.transport.requests[0]?.request.message.attachments.map(({ filename }) => filename),
      ['b_c_.png', 'a.png'],
    );
  });

  test('is a sound request whatever people, pages and files are called', async () => {
    const nasty = ['Evil\r\nBcc: all@firm.example', '\u0000\u2028', '😀'.repeat(300), '"quoted" <x@y>', ' ', '../../etc/passwd', ''];
    for (const name of nasty) {
      const odd = { ...attachment('att1', name), mediaType: `image/png; name="${name}"` };
      const reader = stubReader({
        title: name,
        attachments: [odd],
        bodies: { export_view: '<p>x<img src="a" data-linked-resource-id="1"></p>' },
      });
      const recipients = [
        toUser({ ...JONAS, name }),
        { ...toAddress('out@side.example'), target: { kind: 'address' as const, address: 'out@side.example', name } },
      ];
      const sender = { accountId: MIRA.accountId, name };
      const site = await setUp(job({ recipients, sender, subject: name, note: name, attachmentIds: [attachmentId('att1')] }), { reader });
      await site.run();
      const request = site.transport.requests[0]?.request;
      assert.deepEqual(sendRequestSchema.safeParse(request).error?.issues, undefined, JSON.stringify(name));
      assert.deepEqual(request?.message.inline.length, 1);
    }
  });

  test('that comes twice sends once', async () => {
    const site = await setUp(job());
    await Promise.all([site.run(), site.run()]);
    await site.run();
    assert.equal(site.transport.requests.length, 1);
  });

  test('for a job that is gone, expired or of another attempt does nothing', async () => {
    const old = await setUp(job(), { now: () => later(8 * 86_400) });
    await old.run();
    const other = await setUp(job());
    await other.run(2);
    const gone = await setUp(job(), { jobs: memoryJobs() });
    await gone.run();
    assert.deepEqual(
      [old, other, gone].map(({ transport }) => transport.requests.length),
      [0, 0, 0],
    );
  });

  test('refuses a recipient without an address and sends to the others', async () => {
    const site = await setUp(job({ recipients: [toUser(GONE), toUser(JONAS)] }));
    await site.run();
    assert.deepEqual(site.transport.requests[0]?.request.envelope.to, ['jonas@firm.example']);
    assert.deepEqual(site.job().recipients[0]?.error, { code: 'RECIPIENT_WITHOUT_ADDRESS', params: { name: 'Gone' } });
    assert.equal(site.job().progress.state, 'partly-sent');
  });

  test('sends nothing when nobody has an address', async () => {
    const site = await setUp(job({ recipients: [toUser(GONE)] }));
    await site.run();
    assert.equal(site.transport.requests.length, 0);
    assert.equal(site.job().progress.state, 'failed');
  });
});

describe('what the server refuses', () => {
  const deferring = (request: { envelope: { to: string[] } }) => {
    const [first, ...rest] = request.envelope.to;
    const deferred = rest.map((address) => ({
      address,
      code: 'RECIPIENT_DEFERRED' as const,
      retryable: true,
      smtp: { code: 451, reply: `${address} is greylisted` },
    }));
    return { accepted: first ? [first] : [], rejected: deferred };
  };

  test('for a time is tried again for those recipients alone, with the same message', async () => {
    const site = await setUp(job(), { transport: stubTransport(deferring) });
    await site.run();
    assert.deepEqual(site.pushed, [{ attempt: 2, delay: 30 }]);
    await site.run(2);
    const [first, second] = site.transport.requests;
    assert.deepEqual(second?.request.envelope.to, ['out@side.example']);
    assert.deepEqual(second?.request.message, first?.request.message);
    assert.equal(second?.key, 'job1.2');
    assert.equal(site.job().progress.state, 'sent');
  });

  test('for good is not asked again by itself, only when the sender tries again', async () => {
    const answers = [
      { address: 'jonas@firm.example', code: 'RECIPIENT_REJECTED' as const, retryable: false },
      { address: 'out@side.example', code: 'RECIPIENT_DEFERRED' as const, retryable: true },
    ];
    for (const individual of [false, true]) {
      const transport = stubTransport(({ envelope: { to } }) => ({
        accepted: to.filter((address) => address === 'Hana@firm.example'),
        rejected: answers.filter(({ address }) => to.includes(address)),
      }));
      const site = await setUp(job({ recipients: [toUser(JONAS), toUser(HANA), toAddress('out@side.example')], individual }), {
        transport,
      });
      await site.run();
      const first = transport.requests.length;
      await site.run(2);
      assert.deepEqual(
        transport.requests.slice(first).map(({ request }) => request.envelope.to),
        [['out@side.example']],
      );
      assert.deepEqual(
        site.job().recipients.map(({ state, error }) => [state, error?.code]),
        [
          ['refused', 'RECIPIENT_REJECTED'],
          ['accepted', undefined],
          ['deferred', 'RECIPIENT_DEFERRED'],
        ],
      );
      await site.run(3);
      await site.run(4);
      assert.equal(site.job().progress.state, 'partly-sent');
      const before = transport.requests.length;
      await site.run(5);
      assert.deepEqual(
        transport.requests.slice(before).flatMap(({ request }) => request.envelope.to),
        ['jonas@firm.example', 'out@side.example'],
      );
    }
  });

  test('comes with the server’s words, without the address that they name', async () => {
    const site = await setUp(job(), { transport: stubTransport(deferring) });
    await site.run();
    assert.equal(site.job().recipients.find(({ state }) => state === 'deferred')?.error?.reply, '451 … is greylisted');
  });

  test('as a whole ends the job with the code, without an address the sender does not know', async () => {
    const failure = new AppFailure('SENDER_REJECTED', { address: 'jonas@firm.example', host: 'mail.example.org' });
    const site = await setUp(job(), { transport: stubTransport(() => failure) });
    await site.run();
    assert.deepEqual(site.job().progress, {
      state: 'failed',
      attempt: 1,
      error: { code: 'SENDER_REJECTED', params: { host: 'mail.example.org' } },
    });
  });

  test('in no word about a recipient counts as refused', async () => {
    const site = await setUp(job(), { transport: stubTransport(() => ({ accepted: ['jonas@firm.example'], rejected: [] })) });
    await site.run();
    assert.equal(site.job().recipients[1]?.state, 'refused');
  });
});

describe('an answer that was lost', () => {
  for (const lost of [new AppFailure('OUTCOME_UNKNOWN'), new Error('socket hang up')]) {
    test(`(${lost.name}) is never tried again`, async () => {
      const site = await setUp(job(), { transport: stubTransport(() => lost) });
      await site.run();
      assert.equal(site.job().progress.state, 'unknown');
      assert.deepEqual(site.pushed, []);
      await site.run(2);
      assert.equal(site.transport.requests.length, 1);
    });
  }
});

describe('a delivery that cannot be prepared', () => {
  const reading = async (code: 'PAGE_NOT_FOUND' | 'CONFLUENCE_UNAVAILABLE') => {
    const reader = { ...stubReader(), page: () => Promise.reject(new AppFailure(code)) };
    const site = await setUp(job(), { reader });
    await site.run();
    return site;
  };

  test('because the sender may not view the page any more fails', async () => {
    const site = await reading('PAGE_NOT_FOUND');
    assert.deepEqual(site.job().progress, { state: 'failed', attempt: 1, error: { code: 'PAGE_NOT_FOUND' } });
    assert.equal(site.transport.requests.length, 0);
  });

  test('because Confluence is away is tried again later', async () => {
    const site = await reading('CONFLUENCE_UNAVAILABLE');
    assert.equal(site.job().progress.state, 'queued');
    assert.deepEqual(site.pushed, [{ attempt: 2, delay: 30 }]);
  });

  test('because an attachment is gone fails', async () => {
    const site = await setUp(job({ attachmentIds: [attachmentId('att9')] }));
    await site.run();
    assert.equal(site.job().recipients[0]?.error?.code, 'ATTACHMENT_GONE');
  });

  test('because it is too large fails before the relay is asked', async () => {
    const reader = stubReader({ attachments: [attachment('att1', 'big', MAX_MESSAGE_BYTES)] });
    const site = await setUp(job({ attachmentIds: [attachmentId('att1')] }), { reader });
    await site.run();
    assert.equal(site.transport.requests.length, 0);
    assert.equal('error' in site.job().progress && (site.job().progress as { error?: { code: string } }).error?.code, 'MESSAGE_TOO_LARGE');
  });

  test('because sending was switched off in the meantime fails', async () => {
    const settings = memorySettings();
    await settings.saveSite(siteSettingsSchema.parse({ enabled: false, account: mailAccount() }));
    const site = await setUp(job(), { settings });
    await site.run();
    assert.equal(site.job().recipients[0]?.error?.code, 'SENDING_OFF_SITE');
  });

  test('because the stored password belongs to another server fails, and does not send it', async () => {
    const settings = await siteSettings();
    await settings.saveSite(siteSettingsSchema.parse({ account: mailAccount({ host: 'evil.example' }) }));
    const site = await setUp(job(), { settings });
    await site.run();
    assert.equal(site.job().recipients[0]?.error?.code, 'PASSWORD_REQUIRED');
    assert.equal(site.transport.requests.length, 0);
  });
});

test('a space with its own account uses its own password', async () => {
  const settings = await siteSettings();
  const own = mailAccount({ user: 'space', fromAddress: 'space@example.org' });
  await settings.saveSpace(SPACE_ID, { version: 1, revision: 1, enabled: true, accountSource: 'own', account: own });
  settings.secrets.set(`${spaceOwner(SPACE_ID)}:password`, { v: 1, boundTo: bindingOf(own), value: 'own secret' });
  const site = await setUp(job(), { settings });
  await site.run();
  const sent = site.transport.requests[0]?.request.account;
  assert.deepEqual(sent && 'auth' in sent && sent.auth, { kind: 'password', user: 'space', password: 'own secret' });
});

describe('a delivery whose consumer died', () => {
  test('while preparing can be asked for again and is then sent once', async () => {
    const begun = job({ progress: { state: 'preparing', attempt: 1, claimedAt: NOW.toISOString() } });
    const site = await setUp(begun, { now: () => later(STALE_AFTER_SECONDS + 1) });
    await site.run(1);
    assert.equal(site.transport.requests.length, 0);
    await site.run(2);
    assert.equal(site.transport.requests.length, 1);
    assert.equal(site.job().progress.state, 'sent');
  });

  test('while sending is never sent again', async () => {
    const begun = job({ progress: { state: 'sending', attempt: 1, claimedAt: NOW.toISOString() } });
    const site = await setUp(begun, { now: () => later(STALE_AFTER_SECONDS + 1) });
    await site.run(1);
    await site.run(2);
    assert.equal(site.transport.requests.length, 0);
  });

  test('is given up by its event when that comes again, and the sender is told once', async () => {
    for (const [state, end] of [
      ['preparing', 'failed'],
      ['sending', 'unknown'],
    ] as const) {
      const jobs = memoryJobs(job({ progress: { state, attempt: 1, claimedAt: NOW.toISOString() } }));
      await jobs.claim('job1', 1, NOW);
      let seconds = 900;
      const site = await setUp(job(), { jobs, now: () => later(seconds) });
      assert.equal(await site.run(1, true), 61);
      assert.deepEqual([site.job().progress.state, site.told], [state, []]);
      seconds = STALE_AFTER_SECONDS + 1;
      const both = await Promise.all([site.run(1, true), site.run(1, true), site.run(1)]);
      assert.deepEqual([both, site.job().progress.state, site.told], [[undefined, undefined, undefined], end, [end]]);
      await site.run(2);
      assert.equal(site.transport.requests.length, 0);
      await site.run(3);
      assert.equal(site.transport.requests.length, state === 'preparing' ? 1 : 0);
    }
  });

  test('is left to the sender who has asked for the next attempt already', async () => {
    const jobs = memoryJobs(job({ progress: { state: 'preparing', attempt: 1, claimedAt: NOW.toISOString() } }));
    await jobs.claim('job1', 1, NOW);
    await jobs.askRetry('job1', 2, NOW);
    const site = await setUp(job(), { jobs, now: () => later(STALE_AFTER_SECONDS + 1) });
    assert.equal(await site.run(1, true), undefined);
    await site.run(2);
    assert.deepEqual([site.transport.requests.length, site.told], [1, ['sent']]);
  });

  test('before it wrote a word frees the attempt after it', async () => {
    const jobs = memoryJobs(job({ progress: { state: 'failed', attempt: 1, error: { code: 'LOGIN_FAILED' } } }));
    jobs.claims.set('job1:2', NOW);
    const site = await setUp(job(), { jobs, now: () => later(STALE_AFTER_SECONDS + 1) });
    await site.run(2);
    assert.equal(site.transport.requests.length, 0);
    await site.run(3);
    assert.equal(site.transport.requests.length, 1);
  });
});

describe('what administrators read of an account', () => {
  const verifiedBy = async (answer?: Parameters<typeof stubTransport>[0]) => {
    const site = await setUp(job(), { transport: stubTransport(answer) });
    await site.run();
    return site.verified;
  };
  test('follows deliveries: that it works, and why it does not', async () => {
    assert.deepEqual(await verifiedBy(), [[SITE_OWNER, true, undefined]]);
    for (const code of ['LOGIN_FAILED', 'CERTIFICATE_EXPIRED', 'HOST_NOT_FOUND', 'SENDER_REJECTED'] as const) {
      assert.deepEqual(await verifiedBy(() => new AppFailure(code)), [[SITE_OWNER, false, code]]);
    }
  });
  test('is not changed by what is a recipient’s, a mail’s or the relay’s fault', async () => {
    for (const code of ['MESSAGE_REJECTED', 'RECIPIENT_REJECTED', 'RELAY_UNREACHABLE', 'SERVER_BUSY'] as const) {
      assert.deepEqual(await verifiedBy(() => new AppFailure(code)), []);
    }
  });
});

test('a storage that fails for a while keeps the outcome', async () => {
  const jobs = memoryJobs(job());
  let failures = 0;
  const save = jobs.saveJob;
  const flaky: MemoryJobs = {
    ...jobs,
    saveJob: async (each) => {
      if (each.progress.state === 'sent' && failures < 4) {
        failures += 1;
        throw new Error('storage is away');
      }
      return save(each);
    },
  };
  const site = await setUp(job(), { jobs: flaky });
  await site.run();
  assert.equal(jobs.stored.get('job1')?.progress.state, 'sent');
});
