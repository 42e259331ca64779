import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RelayErrorBody } from '#contract/relay/api';
import { parseConfig } from '#relay/shared/config';
import { createGuard, isAllowedAddress } from '#relay/shared/guard';
import { sendRequest, startHttp, startRig } from '#test/relay/rig';
import { startSmtpInbox } from '#test/support/smtp-inbox';

const config = (env: Record<string, string> = {}) => parseConfig({ RELAY_APP_IDS: 'a', ...env });
const refused = (code: string) => (error: unknown) => (error as { code: string }).code === code;
const file = { contentId: '1', attachmentId: 'att1', version: 1, sizeBytes: 3, filename: 'a.txt', mediaType: 'text/plain' };

describe('where the relay may connect', () => {
  const forbidden = [
    ...[
      '127.0.0.1',
      '127.255.255.254',
      '0.0.0.0',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '100.100.100.200',
    ],
    ...['192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.5', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      'fe80::1',
      'fc00::1',
      'fd00:ec2::254',
      'ff02::1',
      '2001:db8::1',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '::ffff:7f00:1',
    ],
    ...[
      '64:ff9b::7f00:1',
      '64:ff9b::a9fe:a9fe',
      '2002:7f00:1::',
      '2001:0:1::1',
      '::127.0.0.1',
      'fec0::1',
      '100::1',
      '64:ff9b:1::1',
      '5f00::1',
      'fe80::1%eth0',
      '::7f00:1',
      '4000::1',
      '168.63.129.16',
    ],
  ];
  for (const address of forbidden) test(`${address} is refused`, () => assert.equal(isAllowedAddress(address, []), false));
  for (const address of ['8.8.8.8', '1.1.1.1', '::ffff:8.8.8.8', '2606:4700:4700::1111', '172.32.0.1', '100.128.0.1']) {
    test(`${address} is public`, () => assert.equal(isAllowedAddress(address, []), true));
  }
  test('a network that the operator allows is allowed, also in its mapped form', () => {
    const { allowNetworks } = config({ RELAY_ALLOW_NETWORKS: '10.1.0.0/16, fd00::/8' });
    assert.ok(isAllowedAddress('10.1.2.3', allowNetworks));
    assert.ok(isAllowedAddress('::ffff:10.1.2.3', allowNetworks));
    assert.ok(isAllowedAddress('fd12::1', allowNetworks));
    assert.ok(!isAllowedAddress('10.2.0.1', allowNetworks));
  });

  test('one forbidden address among the answers refuses the name', async () => {
    const guard = createGuard(config(), async () => ['93.184.215.14', '10.0.0.5']);
    await assert.rejects(guard.resolveMailHost('mail.example.com'), refused('HOST_NOT_ALLOWED'));
  });
  for (const host of ['2130706433', '0x7f.1', '0177.0.0.1', '127.1', 'localhost..', 'a b', '%31', 'ⓛocalhost:25', '[::1', '']) {
    test(`“${host}” is no mail server's name`, async () => {
      const guard = createGuard(config(), async () => ['93.184.215.14']);
      await assert.rejects(guard.resolveMailHost(host), refused('HOST_NOT_FOUND'));
    });
  }
  test('address literals are judged too', async () => {
    const guard = createGuard(config());
    for (const host of ['127.0.0.1', '[::1]', '::1', '[::ffff:169.254.169.254]'])
      await assert.rejects(guard.resolveMailHost(host), refused('HOST_NOT_ALLOWED'));
  });

  test('ports beside the configured ones are refused', async () => {
    await using rig = await startRig();
    const { body } = await rig.post('/v1/messages', sendRequest(22));
    assert.equal((body as RelayErrorBody).error.code, 'PORT_NOT_ALLOWED');
  });

  test('a name that changes its answer after the check gains nothing: the checked address is the one connected to', async () => {
    const inbox = await startSmtpInbox();
    let asked = 0;
    const resolve = async (): Promise<string[]> => {
      asked += 1;
      return asked === 1 ? ['127.0.0.1'] : ['10.255.255.1'];
    };
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) }, deps: { resolve } });
    const answer = await rig.post('/v1/messages', sendRequest(inbox.port, { account: { host: 'rebinding.example.com' } }));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(asked, 1, 'resolved once');
    assert.equal(inbox.mails.length, 1);
    const second = await rig.post('/v1/messages', sendRequest(inbox.port, { account: { host: 'rebinding.example.com' } }));
    assert.equal((second.body as RelayErrorBody).error.code, 'HOST_NOT_ALLOWED');
    await inbox.close();
  });
});

describe('addresses of Confluence', () => {
  const guard = createGuard(config(), async (host) => (host.startsWith('inside') ? ['10.0.0.1'] : ['93.184.215.14']));
  for (const url of [
    'https://evil.example/',
    'http://api.atlassian.com/',
    'https://api.atlassian.com:8443/',
    'https://user@api.atlassian.com/',
    'https://atlassian.com.evil.example/',
    'https://evilatlassian.com/',
    'https://127.0.0.1/',
    'file:///etc/passwd',
  ]) {
    test(`${url} is refused`, () => assert.throws(() => guard.checkUrl(new URL(url)), refused('CONFLUENCE_REFUSED')));
  }
  test('a listed host that points inside is refused when it is looked up', async () => {
    const { lookup } = guard.checkUrl(new URL('https://inside.atlassian.net/'));
    assert.ok(lookup);
    const error = await new Promise((resolve) => lookup('inside.atlassian.net', {}, resolve));
    assert.equal((error as { code: string }).code, 'HOST_NOT_ALLOWED');
  });
  test('a listed host gives the addresses that were checked', async () => {
    const { lookup } = guard.checkUrl(new URL('https://api.media.atlassian.com/x'));
    const address = await new Promise((resolve) => lookup?.('api.media.atlassian.com', {}, (_error, found) => resolve(found)));
    assert.equal(address, '93.184.215.14');
  });

  test('a redirect to a host that is not listed is not followed, and the person’s token stays with Confluence', async () => {
    const elsewhere = await startHttp((_request, response) => response.end('abc'));
    const headers: (string | undefined)[] = [];
    const media = await startHttp((request, response) => {
      headers.push(request.headers.authorization);
      response.writeHead(200, { 'content-length': 3 }).end('abc');
    });
    const inbox = await startSmtpInbox();
    let target = elsewhere.origin;
    await using rig = await startRig({
      env: { RELAY_ALLOW_PORTS: String(inbox.port) },
      confluence: (request, response) =>
        void (request.url?.includes('/download') && response.writeHead(302, { location: `${target}/file` }).end()),
    });
    const refusedAnswer = await rig.post('/v1/messages', sendRequest(inbox.port, { message: { attachments: [file] } }));
    assert.equal((refusedAnswer.body as RelayErrorBody).error.code, 'CONFLUENCE_REFUSED');
    await using open = await startRig({
      env: { RELAY_ALLOW_PORTS: String(inbox.port), RELAY_CONFLUENCE_HOSTS: `${rig.origin},${media.origin}` },
      deps: {},
    });
    target = media.origin;
    const token = await open.token({ app: { apiBaseUrl: `${rig.origin}/ex/confluence/8f1d3a52-6c07-4d0e-9f6a-2f4b8f3f2f10` } });
    const answer = await open.post('/v1/messages', sendRequest(inbox.port, { message: { attachments: [file] } }), {
      authorization: `Bearer ${token}`,
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(headers, [undefined]);
    for (const server of [elsewhere, media, inbox]) await server.close();
  });
});

describe('a name that cannot be looked up', () => {
  const asked = (code: string | undefined) =>
    createGuard(config(), () => Promise.reject(Object.assign(new Error('no'), code ? { code } : {}))).resolveMailHost('mail.example.com');
  for (const code of ['ENOTFOUND', 'ENODATA', undefined]) {
    test(`${code} is for good`, () => assert.rejects(asked(code), refused('HOST_NOT_FOUND')));
  }
  for (const code of ['EAI_AGAIN', 'ESERVFAIL', 'ETIMEOUT', 'ECONNREFUSED', 'EAI_FAIL', 'EREFUSED']) {
    test(`${code} is for now, and tried again`, () => assert.rejects(asked(code), refused('HOST_LOOKUP_FAILED')));
  }
});
