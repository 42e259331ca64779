import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import type { RelayAccount, RelayErrorBody, SendResponse } from '#contract/relay/api';
import { sendRequest, startHttp, startRig } from '#test/relay/rig';
import { makeCertificate } from '#test/support/smtp-certificates';
import { startScriptedServer } from '#test/support/smtp-script';

type OAuth = Extract<RelayAccount['auth'], { kind: 'oauth2' }>;
const microsoft: OAuth = {
  kind: 'oauth2',
  user: 'pages@example.org',
  settings: { provider: 'microsoft', grant: 'client-credentials', clientId: 'client', tenant: 'example.org' },
  clientSecret: 'shh',
};

const certificate = await makeCertificate();

/** A token endpoint, a mail server with XOAUTH2, and a relay between them. */
async function surroundings(
  answer: (form: URLSearchParams, path: string) => { status?: number; body: unknown },
  auth?: (line: string, count: number) => string,
) {
  const forms: URLSearchParams[] = [];
  const endpoint = await startHttp((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        forms.push(form);
        const { status = 200, body } = answer(form, request.url ?? '');
        response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
      });
  });
  const logins: string[] = [];
  const server = await startScriptedServer({
    certificate,
    implicitTls: true,
    EHLO: '250-x\r\n250 AUTH PLAIN XOAUTH2\r\n',
    AUTH: (line, count) => {
      logins.push(Buffer.from(line.split(' ')[2] ?? '', 'base64').toString());
      return auth?.(line, count) ?? '235 2.7.0 ok\r\n';
    },
    response: '535 5.7.3 no\r\n',
  });
  const rig = await startRig({
    env: {
      RELAY_ALLOW_PORTS: String(server.port),
      RELAY_EXTRA_CA: certificate.cert,
      RELAY_MICROSOFT_LOGIN_URL: endpoint.origin,
      RELAY_GOOGLE_TOKEN_URL: `${endpoint.origin}/token`,
    },
  });
  const send = (account: OAuth) =>
    rig.post('/v1/messages', sendRequest(server.port, { account: { host: 'localhost', security: 'tls', auth: account } }));
  return {
    send,
    forms,
    logins,
    rig,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await server.close();
      await endpoint.close();
    },
  };
}

describe('XOAUTH2', () => {
  test('Microsoft with client credentials: the token is asked for once and used until it ends', async () => {
    const paths: string[] = [];
    await using around = await surroundings((_form, path) => {
      paths.push(path);
      return { body: { access_token: 'access-1', expires_in: 3600 } };
    });
    assert.equal((await around.send(microsoft)).status, 200);
    assert.equal((await around.send(microsoft)).status, 200);
    assert.deepEqual(paths, ['/example.org/oauth2/v2.0/token']);
    assert.equal(around.forms[0]?.get('grant_type'), 'client_credentials');
    assert.equal(around.forms[0]?.get('client_secret'), 'shh');
    assert.match(around.forms[0]?.get('scope') ?? '', /outlook\.office365\.com/);
    assert.equal(around.logins[0], 'user=pages@example.org\u0001auth=Bearer access-1\u0001\u0001');
    assert.equal((await around.send({ ...microsoft, clientSecret: 'other' })).status, 200);
    assert.equal(paths.length, 2, 'another secret does not get this one’s token');
  });
  test('refresh tokens of Microsoft and Google', async () => {
    await using around = await surroundings(() => ({ body: { access_token: 'access-2' } }));
    for (const provider of ['microsoft', 'google'] as const) {
      const account: OAuth = {
        ...microsoft,
        settings: { ...microsoft.settings, provider, grant: 'refresh-token' },
        refreshToken: 'refresh-1',
      };
      assert.equal((await around.send(account)).status, 200);
    }
    assert.deepEqual(
      around.forms.map((form) => [form.get('grant_type'), form.get('refresh_token'), form.has('scope')]),
      [
        ['refresh_token', 'refresh-1', true],
        ['refresh_token', 'refresh-1', false],
      ],
    );
  });
  test('a refresh token that the provider replaces comes back with the answer; the new one gets the same access token', async () => {
    await using around = await surroundings(() => ({ body: { access_token: 'access-1', refresh_token: 'refresh-2', expires_in: 3600 } }));
    const account: OAuth = { ...microsoft, settings: { ...microsoft.settings, grant: 'refresh-token' }, refreshToken: 'refresh-1' };
    const first = await around.send(account);
    assert.equal((first.body as SendResponse).refreshToken, 'refresh-2');
    assert.equal(((await around.send(account)).body as SendResponse).refreshToken, 'refresh-2', 'whoever sends the old one is told again');
    const second = await around.send({ ...account, refreshToken: 'refresh-2' });
    assert.equal((second.body as SendResponse).refreshToken, undefined);
    assert.equal(around.forms.length, 1);
    assert.doesNotMatch(around.rig.log.join(), /refresh-|access-/);
  });
  test('a Google service account signs for the mailbox’s user', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await using around = await surroundings(() => ({ body: { access_token: 'access-3', expires_in: '3599' } }));
    const account: OAuth = {
      ...microsoft,
      settings: { ...microsoft.settings, provider: 'google', clientId: 'robot@project.example' },
      clientSecret: privateKey,
    };
    assert.equal((await around.send(account)).status, 200);
    const claims = decodeJwt(around.forms[0]?.get('assertion') ?? '');
    assert.deepEqual([claims.iss, claims.sub, claims['scope']], ['robot@project.example', 'pages@example.org', 'https://mail.google.com/']);
    const broken = await around.send({ ...account, clientSecret: 'no key' });
    assert.equal((broken.body as RelayErrorBody).error.code, 'OAUTH_FAILED');
  });
  test('a provider that refuses says why, in its codes alone; one that is broken or busy is asked again later', async () => {
    const invalid = { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret shh for ada@example.org' };
    const answers = [
      [{ status: 400, body: { error: 'invalid_grant', error_description: 'shh refresh-1' } }, 'OAUTH_FAILED', 'invalid_grant'],
      [{ status: 401, body: invalid }, 'OAUTH_FAILED', 'invalid_client, AADSTS7000215'],
      [{ status: 400, body: { error: 'shh refresh-1' } }, 'OAUTH_FAILED', 'HTTP 400'],
      [{ body: '<html>' }, 'OAUTH_FAILED', 'no token in the answer'],
      [{ body: { access_token: '' } }, 'OAUTH_FAILED', 'no token in the answer'],
      [{ body: 'x'.repeat(1_000_000) }, 'OAUTH_FAILED', 'no token in the answer'],
      [{ status: 503, body: {} }, 'OAUTH_UNAVAILABLE', undefined],
      [{ status: 429, body: { error: 'invalid_request' } }, 'OAUTH_UNAVAILABLE', undefined],
      [{ status: 400, body: { error: 'temporarily_unavailable' } }, 'OAUTH_UNAVAILABLE', undefined],
    ] as const;
    for (const [answer, expected, reason] of answers) {
      await using around = await surroundings(() => answer);
      const { error } = (await around.send(microsoft)).body as RelayErrorBody;
      assert.deepEqual([error.code, error.params?.['reason'], error.retryable], [expected, reason, expected === 'OAUTH_UNAVAILABLE']);
      assert.doesNotMatch(JSON.stringify(error) + around.rig.log.join(), /shh|refresh-1|ada@/);
    }
  });
  test('a token that the mail server refuses is forgotten', async () => {
    let issued = 0;
    await using around = await surroundings(
      () => ({ body: { access_token: `access-${++issued}`, expires_in: 3600 } }),
      (_line, count) => (count === 0 ? '334 eyJzdGF0dXMiOiI0MDAifQ==\r\n' : '235 ok\r\n'),
    );
    assert.equal(((await around.send(microsoft)).body as RelayErrorBody).error.code, 'LOGIN_TOKEN_REFUSED');
    assert.equal((await around.send(microsoft)).status, 200);
    assert.equal(issued, 2);
  });
});
