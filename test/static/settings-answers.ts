/** Answers of the back end for the settings pages. */

import type { Result } from '#contract/result';
import type { Value } from '#contract/screens/resolvers';
import type { MailAccount } from '#contract/settings/parts';

export const ACCOUNT: MailAccount = {
  host: 'smtp.example.org',
  port: 587,
  security: 'starttls',
  auth: 'password',
  user: 'wiki@example.org',
  fromName: 'Example wiki',
  fromAddress: 'wiki@example.org',
  replyToSender: true,
};

export const secretsSet = (password: boolean): Value<'site-settings/get'>['secretsSet'] => ({
  password,
  clientSecret: false,
  refreshToken: false,
});

export const relayAnswers: Result<Value<'site-settings/relay'>> = {
  ok: true,
  value: {
    reachable: true,
    info: {
      name: 'pagemail-relay',
      version: '0.1.0',
      api: 1,
      limits: { messageBytes: 26_214_400, recipients: 100 },
      clearTextAllowed: false,
    },
  },
};

/** A test that gets as far as the login. */
export const wrongPassword: Result<Value<'site-settings/verify'>> = {
  ok: true,
  value: {
    ok: false,
    steps: [
      { step: 'resolve', state: 'ok', details: { addresses: '192.0.2.10, 2001:db8::10' } },
      { step: 'connect', state: 'ok', details: { address: '192.0.2.10 port 587' } },
      {
        step: 'tls',
        state: 'ok',
        details: { protocol: 'TLSv1.3', subject: 'smtp.example.org', issuer: 'Example CA', validTo: '2027-03-01T12:00:00Z' },
      },
      {
        step: 'authenticate',
        state: 'failed',
        details: {},
        error: { code: 'LOGIN_FAILED', smtp: { code: 535, enhanced: '5.7.8', reply: 'authentication failed' } },
      },
    ],
  },
};
