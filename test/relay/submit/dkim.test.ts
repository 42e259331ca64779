import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseConfig } from '#relay/shared/config';
import { keyFor } from '#relay/submit/dkim';
import { sendRequest, startRig } from '#test/relay/rig';
import { startSmtpInbox } from '#test/support/smtp-inbox';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const relaxedHeader = (line: string): string => {
  const [name = '', ...rest] = line.split(':');
  return `${name.toLowerCase().trim()}:${rest
    .join(':')
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`;
};

/** Checks the one signature of a mail as RFC 6376 §6 says, relaxed/relaxed. */
function signatureHolds(raw: string, key: string): boolean {
  const at = raw.indexOf('\r\n\r\n');
  const headers = raw.slice(0, at).split(/\r\n(?![ \t])/);
  const body = `${raw
    .slice(at + 4)
    .replace(/[ \t]+\r\n/g, '\r\n')
    .replace(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '')}\r\n`;
  const field = headers.find((line) => /^DKIM-Signature:/i.test(line)) ?? '';
  const tags = new Map(
    field
      .replace(/^[^:]+:/, '')
      .split(';')
      .map((tag) => [tag.split('=')[0]?.trim() ?? '', tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')]),
  );
  if (createHash('sha256').update(body, 'latin1').digest('base64') !== tags.get('bh')) return false;
  const signed = (tags.get('h') ?? '')
    .split(':')
    .flatMap((name) => headers.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`)));
  const own = relaxedHeader(field.replace(/(\bb=)[^;]*$/, '$1'));
  const data = `${signed.map(relaxedHeader).join('\r\n')}\r\n${own}`;
  return verify('sha256', Buffer.from(data, 'latin1'), createPublicKey(key), Buffer.from(tags.get('b') ?? '', 'base64'));
}

describe('DKIM', () => {
  test('a mail is signed with the key of the operator or of the request, by the domain of From', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pagemail-dkim-'));
    await writeFile(join(folder, 'key.pem'), privateKey);
    const inbox = await startSmtpInbox();
    const config = {
      RELAY_ALLOW_PORTS: String(inbox.port),
      RELAY_APP_IDS: 'a',
      RELAY_DKIM_KEYS: `example.org:mail:${join(folder, 'key.pem')}`,
    };
    const { dkimKeys } = parseConfig(config, (path) => readFileSync(path, 'utf8'));
    assert.equal(dkimKeys[0]?.privateKey, privateKey.trimEnd());
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
    const request = {
      ...sendRequest(inbox.port, { message: { text: 'Trailing blanks  \n\n\n', subject: 'Grüße' } }),
      dkim: { domain: 'example.org', selector: 'mail', privateKey },
    };
    assert.equal((await rig.post('/v1/messages', request)).status, 200);
    const raw = inbox.mails[0]?.raw.toString('latin1') ?? '';
    assert.match(raw, /^DKIM-Signature: .*d=example\.org/);
    assert.ok(signatureHolds(raw, publicKey));
    assert.ok(!signatureHolds(raw.replace('Trailing', 'Changed '), publicKey));
    await inbox.close();
    await rm(folder, { recursive: true });
  });
  test('a key of the request that cannot sign is its fault, and nothing is sent', async () => {
    const inbox = await startSmtpInbox();
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
    const dkim = { domain: 'example.org', selector: 'mail', privateKey: 'no key' };
    const answer = await rig.post('/v1/messages', { ...sendRequest(inbox.port), dkim });
    assert.deepEqual([answer.status, inbox.mails.length], [400, 0]);
    await inbox.close();
  });
  test('a key signs for its domain and the domains below it', () => {
    const keys = [{ domain: 'example.org', selector: 's', privateKey: '' }];
    assert.ok(keyFor('a@example.org', keys) && keyFor('a@mail.example.org', keys) && keyFor('a@EXAMPLE.org', keys));
    assert.equal(keyFor('a@notexample.org', keys), undefined);
  });
});
