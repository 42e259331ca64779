import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { createOutboundCount } from '#local/forge/outbound';
import { addressProblem } from '#local/forge/remotes';
import { graphqlRoutes } from '#local/web/graphql';
import { confluenceRig, type ForgeRig, forgeRig } from '#test/local/rig';

interface Seen {
  url: string;
  headers: IncomingHttpHeaders;
}

/** A remote that notes its requests and answers with this status. */
async function startRemote(status = 200, headers: Record<string, string> = {}) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers });
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"hello":1}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { seen, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}

const bearer = (seen: Seen | undefined): string => seen?.headers.authorization?.replace(/^Bearer /, '') ?? '';

/** `offlineUserAuthToken` for a person, with this token. */
async function askForUserToken(rig: ForgeRig, token: string, userId: string) {
  const { manifest, identity, tokens } = rig.host;
  const app = graphqlRoutes({ manifest, identity, tokens, directory: confluenceRig().directory });
  const query =
    'mutation m($input: OfflineUserAuthTokenInput!) { offlineUserAuthToken(input: $input) { success authToken { token ttl } } }';
  const response = await app.request('/_forge/graphql', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { input: { contextIds: [identity.contextAri], userId } } }),
  });
  return {
    status: response.status,
    body: (await response.json()) as { data?: { offlineUserAuthToken: { success: boolean; authToken: { token: string } | null } } },
  };
}

describe('remotes', () => {
  test('a call carries a signed invocation token with the claims of the contract, and the system token', async () => {
    await using rig = await forgeRig();
    await using remote = await startRemote();
    rig.addresses.set('relay', `${remote.origin}/base/`);
    assert.deepEqual(await rig.value('remote', { key: 'relay', path: '/v1/messages' }), { status: 200, body: '{"hello":1}' });
    const [seen] = remote.seen;
    assert.equal(seen?.url, '/base/v1/messages');
    const { payload, protectedHeader } = await jwtVerify(bearer(seen), createLocalJWKSet(rig.host.tokens.jwks), {
      issuer: 'forge/invocation-token',
      audience: rig.host.identity.appAri,
    });
    assert.equal(protectedHeader.alg, 'RS256');
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 25);
    const app = payload['app'] as { apiBaseUrl: string; installation: { contexts: { cloudId: string }[] } };
    assert.equal(app.apiBaseUrl, `http://localhost:1/ex/confluence/${rig.host.identity.cloudId}`);
    assert.equal(app.installation.contexts[0]?.cloudId, rig.host.identity.cloudId);
    assert.deepEqual(rig.host.tokens.grantOf(String(seen?.headers['x-forge-oauth-system'])), { kind: 'system' });
  });

  test('a remote that is not declared, has no address or no operation compute is refused', async () => {
    await using rig = await forgeRig();
    for (const key of ['relay', 'storing', 'elsewhere']) assert.equal((await rig.probe('remote', { key, path: '/' })).ok, false, key);
    assert.match(rig.log.map(({ text }) => text).join(), /Invalid remote key/);
  });

  test('one invocation makes 100 calls in a minute and not one more', async () => {
    let clock = Date.now();
    await using rig = await forgeRig({ now: () => clock });
    await using remote = await startRemote();
    rig.addresses.set('relay', remote.origin);
    const statuses = await rig.value<unknown[]>('remote-often', { key: 'relay', times: 101 });
    assert.deepEqual([statuses.slice(0, 100).every((status) => status === 200), remote.seen.length], [true, 100]);
    assert.notEqual(statuses[100], 200);
    assert.deepEqual(await rig.value('remote-often', { key: 'relay', times: 1 }), [200], 'another invocation has its own');
    const mayCallOut = createOutboundCount(() => clock);
    const run = {};
    const calls = () => Array.from({ length: 150 }, () => mayCallOut(run)).filter(Boolean).length;
    assert.deepEqual([calls(), calls()], [100, 0]);
    clock += 300_000;
    assert.equal(calls(), 150);
  });

  test('a redirect of a remote is not followed', async () => {
    await using rig = await forgeRig();
    await using target = await startRemote();
    await using remote = await startRemote(302, { location: target.origin });
    rig.addresses.set('relay', remote.origin);
    assert.equal((await rig.value<{ status: number }>('remote', { key: 'relay', path: '/' })).status, 302);
    assert.equal(target.seen.length, 0);
  });

  test('a remote that cannot be reached is an error in the function', async () => {
    await using rig = await forgeRig();
    const remote = await startRemote();
    await remote[Symbol.asyncDispose]();
    rig.addresses.set('relay', remote.origin);
    assert.equal((await rig.probe('remote', { key: 'relay', path: '/' })).ok, false);
  });

  test('an address must be https, or http on this machine, and fit the manifest’s patterns', () => {
    const remote = { key: 'relay', configurable: { name: 'Relay', supportedPatterns: ['https://*.example.org/*', 'http://localhost*'] } };
    assert.equal(addressProblem(remote, 'https://mail.example.org/relay'), undefined);
    assert.equal(addressProblem(remote, 'http://localhost:8090'), undefined);
    assert.match(addressProblem(remote, 'http://mail.example.org/relay') ?? '', /https/);
    assert.match(addressProblem(remote, 'https://elsewhere.example/') ?? '', /patterns/);
    assert.match(addressProblem({ key: 'fixed' }, 'https://mail.example.org/') ?? '', /configured/);
  });
});

describe('tokens of a person without a session', () => {
  test('the system token buys one for an active person', async () => {
    await using rig = await forgeRig();
    const { token } = rig.host.tokens.issue({ kind: 'system' });
    const answer = await askForUserToken(rig, token, 'acc:olga');
    const issued = answer.body.data?.offlineUserAuthToken.authToken?.token ?? '';
    assert.deepEqual(rig.host.tokens.grantOf(issued), { kind: 'user', accountId: 'acc:olga' });
  });

  test('nothing is issued for deactivated people or by another token', async () => {
    await using rig = await forgeRig();
    const { token } = rig.host.tokens.issue({ kind: 'system' });
    assert.equal((await askForUserToken(rig, token, 'acc:ben')).body.data?.offlineUserAuthToken.success, false);
    const personal = rig.host.tokens.issue({ kind: 'user', accountId: 'acc:olga' });
    assert.equal((await askForUserToken(rig, personal.token, 'acc:vera')).status, 401);
    assert.equal((await askForUserToken(rig, 'guessed', 'acc:vera')).status, 401);
  });

  test('a token ends after four hours', async () => {
    let now = Date.UTC(2026, 0, 1);
    await using rig = await forgeRig({ now: () => now });
    const { token, ttlSeconds } = rig.host.tokens.issue({ kind: 'system' });
    now += ttlSeconds * 1000 - 1;
    assert.notEqual(rig.host.tokens.grantOf(token), undefined);
    now += 1;
    assert.equal(rig.host.tokens.grantOf(token), undefined);
  });
});
