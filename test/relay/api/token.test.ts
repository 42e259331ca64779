import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { generateKeyPair, UnsecuredJWT } from 'jose';
import type { RelayErrorBody } from '#contract/relay/api';
import { APP_ID, startRig, type TokenWishes } from '#test/relay/rig';

const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;
const code = (body: unknown): string => (body as RelayErrorBody).error.code;

describe('invocation tokens', () => {
  const refused: [string, TokenWishes][] = [
    ['another issuer', { claims: { iss: 'somebody' } }],
    ['another app', { claims: { aud: 'ari:cloud:ecosystem::app/other' } }],
    ['expired by more than the skew', { claims: { exp: seconds(-7) } }],
    ['not valid yet', { claims: { nbf: seconds(30) } }],
    ['without expiry', { claims: { exp: undefined } }],
    ['without jti', { claims: { jti: undefined } }],
    ['an Isolated Cloud label that is no label', { app: { icLabel: '../evil' } }],
    ['an unknown key id', { kid: 'forge/invocation-token/other' }],
  ];
  for (const [name, wishes] of refused) {
    test(`${name} is 401`, async () => {
      await using rig = await startRig();
      const answer = await rig.get('/v1/info', { authorization: `Bearer ${await rig.token(wishes)}` });
      assert.equal(answer.status, 401);
      assert.equal(code(answer.body), 'RELAY_REFUSED_TOKEN');
    });
  }

  test('a key that is not in the set, an unsigned token and HS256 are 401', async () => {
    await using rig = await startRig();
    const { privateKey } = await generateKeyPair('RS256');
    const unsigned = new UnsecuredJWT({ jti: randomUUID() })
      .setIssuer('forge/invocation-token')
      .setAudience(APP_ID)
      .setExpirationTime('25s')
      .encode();
    const symmetric = await rig.token({
      alg: 'HS256',
      key: (await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])) as CryptoKey,
    });
    for (const token of [await rig.token({ key: privateKey }), unsigned, symmetric, 'x.y.z', '']) {
      const answer = await rig.get('/v1/info', { authorization: `Bearer ${token}` });
      assert.equal(answer.status, 401);
    }
    assert.equal((await fetch(`${rig.relay.url}/v1/info`)).status, 401);
    assert.equal((await rig.get('/v1/info', { authorization: `Basic ${await rig.token()}` })).status, 401);
  });

  test('clocks may differ by five seconds', async () => {
    await using rig = await startRig();
    for (const claims of [{ exp: seconds(-3) }, { nbf: seconds(4) }, { aud: [APP_ID, 'other'] }]) {
      assert.equal((await rig.get('/v1/info', { authorization: `Bearer ${await rig.token({ claims })}` })).status, 200);
    }
  });

  test('a refusal leaves the connection to the next request, so that a proxy need not open one for each', async () => {
    await using rig = await startRig();
    const answer = await fetch(`${rig.relay.url}/v1/messages`, { method: 'POST', body: '{}', headers: { authorization: 'Bearer x.y.z' } });
    assert.deepEqual([answer.status, answer.headers.get('connection')], [401, 'keep-alive']);
  });

  test('a token is good once', async () => {
    await using rig = await startRig();
    const authorization = `Bearer ${await rig.token()}`;
    assert.equal((await rig.get('/v1/info', { authorization })).status, 200);
    assert.equal((await rig.get('/v1/info', { authorization })).status, 401);
  });

  test('an unknown key id makes the relay fetch the key set anew, once a minute at most', async () => {
    await using rig = await startRig();
    await rig.get('/v1/info');
    for (let round = 0; round < 5; round += 1)
      await rig.get('/v1/info', { authorization: `Bearer ${await rig.token({ kid: `forge/other/${round}` })}` });
    assert.equal(rig.asked.filter((line) => line.endsWith('/jwks')).length, 1);
  });

  test('only listed installations are served where there is a list', async () => {
    await using rig = await startRig({ env: { RELAY_INSTALLATIONS: 'installation-2' } });
    const answer = await rig.get('/v1/info');
    assert.equal(answer.status, 403);
    assert.equal(code(answer.body), 'RELAY_FORBIDDEN');
    assert.equal(
      (await rig.get('/v1/info', { authorization: `Bearer ${await rig.token({ app: { installationId: 'installation-2' } })}` })).status,
      200,
    );
  });

  test('a key set that cannot be had is not the token’s fault', async () => {
    await using rig = await startRig({ env: { RELAY_JWKS_URL: 'http://127.0.0.1:9/jwks' } });
    const answer = await rig.get('/v1/info');
    assert.equal(answer.status, 500);
    assert.equal((answer.body as RelayErrorBody).error.retryable, true);
  });

  test('health, readiness and metrics need no token, and unknown paths are answered in JSON', async () => {
    await using rig = await startRig();
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) assert.equal((await fetch(rig.relay.url + path)).status, 200);
    const answer = await rig.get('/v2/messages');
    assert.equal(answer.status, 404);
    assert.equal(code(answer.body), 'RELAY_OUTDATED');
  });
});
