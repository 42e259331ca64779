import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { algorithm, sequence } from '#mail/secure/smime/asn1/write';
import { capabilitiesOf, ownCapabilities } from '#mail/secure/smime/cms/capabilities';
import { CONTENT_ROWS, KEY_TRANSPORT_ROWS } from '#mail/secure/smime/cms/choose';
import { type Certificate, chooseAlgorithms } from '#mail/secure/smime/smime';
import * as made from '#test/mail/secure/smime/issue';
import { OPENSSL, People } from '#test/mail/secure/smime/openssl';

const GCM = '2.16.840.1.101.3.4.1.46';
const OAEP = '1.2.840.113549.1.1.7';
const curve = made.issued();
const saying = (...oids: readonly string[]): Certificate =>
  made.issued({ extensions: [made.extension('1.2.840.113549.1.9.15', sequence(...oids.map((oid) => algorithm(oid))))] });

describe('the choice of algorithms', { skip: OPENSSL ? false : 'openssl is missing' }, () => {
  const people = OPENSSL ? new People() : undefined;
  const rsa = people?.make('mira').identity.certificate ?? curve;
  people?.[Symbol.dispose]();

  test('is what every program reads where nothing is known of the readers', () => {
    const COMMON = { content: 'aes256-cbc', keyTransport: 'rsa-pkcs1' };
    assert.deepEqual(chooseAlgorithms([{ certificate: rsa }]), COMMON);
    assert.deepEqual(chooseAlgorithms([{ certificate: curve }]), COMMON);
    assert.deepEqual(chooseAlgorithms([{ certificate: saying(GCM) }, { certificate: rsa }]), COMMON);
    assert.deepEqual(chooseAlgorithms([{ certificate: rsa, capabilities: [OAEP] }, { certificate: rsa }]), COMMON);
  });

  test('is better where every reader has said so, in a certificate or in a mail they signed', () => {
    assert.equal(chooseAlgorithms([{ certificate: saying(GCM) }]).content, 'aes256-gcm');
    assert.equal(chooseAlgorithms([{ certificate: saying(GCM) }, { certificate: rsa, capabilities: [GCM] }]).content, 'aes256-gcm');
    const readers = [{ certificate: rsa, capabilities: [OAEP] }, { certificate: curve }];
    assert.deepEqual(chooseAlgorithms(readers), { content: 'aes256-cbc', keyTransport: 'rsa-oaep' });
  });

  test('is what the setting says before all else', () => {
    const readers = [{ certificate: saying(GCM) }];
    assert.deepEqual(chooseAlgorithms(readers, { content: 'aes256-cbc', keyTransport: 'rsa-oaep' }), {
      content: 'aes256-cbc',
      keyTransport: 'rsa-oaep',
    });
    assert.equal(chooseAlgorithms([{ certificate: rsa }], { content: 'aes256-gcm' }).content, 'aes256-gcm');
    assert.equal(chooseAlgorithms(readers, { content: 'auto' }).content, 'aes256-gcm');
  });

  test('has a reason in every row, and a last row that always holds', () => {
    for (const rows of [CONTENT_ROWS, KEY_TRANSPORT_ROWS]) {
      for (const { reason } of rows) assert.match(reason, /\.$/);
      assert.equal(rows.at(-1)?.when([]), true);
    }
  });

  test('capabilities that cannot be read are none', () => {
    assert.ok(capabilitiesOf(ownCapabilities()).includes(GCM));
    for (const odd of [undefined, Buffer.alloc(0), Buffer.from('30', 'hex'), Buffer.from('3003020101', 'hex')])
      assert.deepEqual(capabilitiesOf(odd), []);
  });
});
