import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import type { RelayAccount, RelayErrorBody, SendResponse, VerifyResponse } from '#contract/relay/api';
import { sendRequest, startRig } from '#test/relay/rig';
import { ACCOUNT, DOMAIN, postfixMissing, startPostfix } from '#test/support/postfix';
import { LOGIN, noExim, noOpenSmtpd, type RealServer, startExim, startOpenSmtpd } from '#test/support/smtp-real';

const postfix = async (): Promise<RealServer> => {
  const server = await startPostfix(['bruno']);
  return { ...server, certificate: server.certificate, mails: (count) => server.mailbox('bruno', count) };
};

const servers = [
  { name: 'Postfix', skip: postfixMissing() ?? false, start: postfix, login: ACCOUNT, domain: DOMAIN, utf8: true },
  { name: 'Exim', skip: noExim, start: startExim, login: LOGIN, domain: 'exim.example', utf8: true },
  { name: 'OpenSMTPD', skip: noOpenSmtpd, start: startOpenSmtpd, login: undefined, domain: 'smtpd.example', utf8: false },
];

for (const { name, skip, start, login, domain, utf8 } of servers) {
  describe(name, { skip }, () => {
    const more = login ? [' over STARTTLS and a login', ' and a wrong password'] : ['', ''];
    test(`takes a mail with a large file${more[0]}, and refuses one of two recipients${more[1]}`, async (context) => {
      const server = await start();
      context.after(() => server.stop());
      await using rig = await startRig({
        env: { RELAY_ALLOW_PORTS: String(server.port), RELAY_EXTRA_CA: server.certificate, RELAY_POOL_IDLE_SECONDS: '2' },
      });
      const account: Partial<RelayAccount> = login ? { host: 'localhost', security: 'starttls', auth: { kind: 'password', ...login } } : {};
      const file = randomBytes(5_000_000);
      rig.files.set('att1', { body: file });
      const text = '.\n..two dots\nFrom here\n\nlast line without a break';
      const attachments = [
        {
          contentId: '1',
          attachmentId: 'att1',
          version: 1,
          sizeBytes: file.length,
          filename: 'Übersicht.bin',
          mediaType: 'application/octet-stream',
        },
      ];
      const from = { address: ACCOUNT.user, name: 'Ada Lindgren' };
      const request = sendRequest(server.port, {
        account,
        to: [`bruno@${domain}`, `nobody@${domain}`],
        message: { text, attachments, from },
      });

      const verified = (await rig.post('/v1/verify', { account: request.account })).body as VerifyResponse;
      assert.deepEqual(
        [verified.ok, verified.steps.map((step) => step.state)],
        [true, login ? ['ok', 'ok', 'ok', 'ok'] : ['ok', 'ok', 'skipped', 'skipped']],
        JSON.stringify(verified),
      );

      for (let count = 1; count <= 2; count += 1) {
        const answer = await rig.post('/v1/messages', request);
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        const { accepted, rejected } = answer.body as SendResponse;
        assert.deepEqual(
          [accepted, rejected.map(({ address, code }) => [address, code])],
          [[`bruno@${domain}`], [[`nobody@${domain}`, 'RECIPIENT_REJECTED']]],
        );
        const raw = (await server.mails(count))[count - 1] ?? Buffer.alloc(0);
        const parsed = await PostalMime.parse(raw);
        assert.equal(parsed.text?.replaceAll('\r\n', '\n').trimEnd(), text);
        assert.deepEqual(Buffer.from(parsed.attachments[0]?.content as ArrayBuffer), file);
      }

      if (login) {
        const auth = { kind: 'password', user: login.user, password: 'wrong' } as const;
        const wrong = await rig.post('/v1/messages', sendRequest(server.port, { account: { ...account, auth }, to: [`bruno@${domain}`] }));
        assert.equal((wrong.body as RelayErrorBody).error.code, 'LOGIN_FAILED', JSON.stringify(wrong.body));
      }
      const international = await rig.post('/v1/messages', sendRequest(server.port, { account, to: [`jörg@${domain}`] }));
      if (!utf8) assert.equal((international.body as RelayErrorBody).error.code, 'ADDRESS_NOT_SUPPORTED');
      else assert.notEqual((international.body as RelayErrorBody).error?.code, 'ADDRESS_NOT_SUPPORTED');
    });
  });
}
