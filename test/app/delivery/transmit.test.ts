import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { transmitEach } from '#app/delivery/transmit';
import type { SendRequest, SendResponse } from '#contract/relay/api';
import { parseAddress } from '#mail/address';
import { job, NOW, toAddress } from '#test/app/rig';

mock.method(console, 'log', () => undefined);

const request = (id: string, ...to: string[]): SendRequest => ({
  account: { server: 'default' },
  envelope: { from: 'wiki@example.org', to },
  message: {
    messageId: `${id}@example.org`,
    date: NOW.toISOString(),
    from: { address: 'wiki@example.org' },
    to: [],
    cc: [],
    subject: '',
    html: '',
    text: '',
    autoSubmitted: 'no',
    language: 'en',
    inline: [],
    attachments: [],
  },
  readAs: { accountId: job().sender.accountId },
});

describe('several mails of one attempt', () => {
  test('each recipient has the result of the mail they are in, also where mails are for several', async () => {
    const recipients = ['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'].map((address) => toAddress(address));
    const keys: string[] = [];
    const transport = {
      async send({ envelope, message }: SendRequest, key: string): Promise<SendResponse> {
        keys.push(key);
        const rejected = envelope.to.filter((address) => address.startsWith('b'));
        return {
          messageId: message.messageId,
          accepted: envelope.to.filter((address) => !rejected.includes(address)),
          rejected: rejected.map((address) => ({ address, code: 'RECIPIENT_DEFERRED', retryable: true })),
          sizeBytes: 1,
        };
      },
    };
    const prepared = {
      recipients: recipients.map((recipient) => ({
        recipient,
        address: recipient.target.kind === 'address' ? parseAddress(recipient.target.address) : undefined,
        refusal: undefined,
      })),
      requests: [request('one', 'a@x.example', 'b@x.example'), request('two', 'c@x.example')],
      pageVersion: 1,
    };
    const needs = { transport, now: () => NOW, wait: async () => undefined };
    const result = await transmitEach(needs, job({ recipients }), prepared, async () => undefined);
    assert.deepEqual(
      result.recipients.map(({ state }) => state),
      ['accepted', 'deferred', 'accepted', 'waiting'],
    );
    assert.deepEqual(keys, ['job1.1.one', 'job1.1.two']);
  });
});
