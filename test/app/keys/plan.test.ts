import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { effectiveEncryption, isSecuring } from '#app/keys/effective';
import { audiencesOf, type KeysOfAddress, type PlanRequest, planEncryption, type UsableKey } from '#app/keys/plan';
import { encryptionPolicySchema } from '#contract/settings/encryption';
import { siteSettingsV2Schema, spaceSettingsV2Schema } from '#contract/settings/v2';

const fingerprint = (digit: string): string => digit.repeat(64);
const smime: UsableKey = { protocol: 'smime', fingerprint: fingerprint('A'), source: 'own' };
const openpgp: UsableKey = { protocol: 'openpgp', fingerprint: 'B'.repeat(40), source: 'site' };
const gateway: UsableKey = { protocol: 'smime', fingerprint: fingerprint('C'), source: 'site' };

const keys: Readonly<Record<string, KeysOfAddress>> = {
  'hana@example.org': { smime },
  'ada@outside.example': { openpgp },
  'both@example.org': { smime, openpgp },
  'late@example.org': { problem: { code: 'EXPIRED' } },
};
const plan = (policy: object, readers: readonly string[], more: Partial<PlanRequest> = {}) =>
  planEncryption({
    policy: encryptionPolicySchema.parse(policy),
    page: { restricted: false, labels: [] },
    readers: readers.map((address) => ({ address, place: address.endsWith('.example') ? 'outside' : 'site' })),
    keysOf: (address) => keys[address] ?? {},
    gatewayKey: (wanted) => (wanted === gateway.fingerprint ? gateway : undefined),
    ...more,
  });
const kinds = (...args: Parameters<typeof plan>): string[] => plan(...args).outcomes.map(({ kind }) => kind);

describe('who gets a mail encrypted', () => {
  test('nobody unless an administrator wants it', () => {
    assert.equal(isSecuring(encryptionPolicySchema.parse({})), false);
    assert.deepEqual(kinds({}, ['hana@example.org', 'ada@outside.example']), ['plain', 'plain']);
  });

  test('where possible: readers with a key, by the kind of key they have', () => {
    const readers = ['hana@example.org', 'ada@outside.example', 'nobody@example.org'];
    assert.deepEqual(kinds({ encrypt: 'if-possible' }, readers), ['smime', 'openpgp', 'plain']);
  });

  test('the sender may choose not to where the policy leaves it open, and only there', () => {
    assert.deepEqual(kinds({ encrypt: 'if-possible' }, ['hana@example.org'], { encrypt: false }), ['plain']);
    assert.deepEqual(kinds({ encrypt: 'always' }, ['hana@example.org'], { encrypt: false }), ['smime']);
  });

  for (const [protocols, expected] of [
    ['smime-first', ['smime', 'openpgp']],
    ['openpgp-first', ['openpgp', 'openpgp']],
    ['smime-only', ['smime', 'plain']],
    ['openpgp-only', ['openpgp', 'openpgp']],
  ] as const)
    test(`${protocols} decides for a reader with both, and whether the other kind counts at all`, () => {
      assert.deepEqual(kinds({ encrypt: 'if-possible', protocols }, ['both@example.org', 'ada@outside.example']), expected);
    });

  for (const [withoutKey, kind, refuses] of [
    ['send', 'plain', false],
    ['notice', 'notice', false],
    ['refuse-reader', 'refused', false],
    ['refuse-mail', 'refused', true],
  ] as const)
    test(`always, and a reader without a key: ${withoutKey}`, () => {
      const { outcomes, refusal } = plan({ encrypt: 'always', withoutKey }, ['hana@example.org', 'late@example.org']);
      assert.deepEqual(
        outcomes.map((each) => each.kind),
        ['smime', kind],
      );
      assert.deepEqual(Reflect.get(outcomes[1] ?? {}, 'problem'), { code: 'EXPIRED' });
      assert.deepEqual(refusal, refuses ? { code: 'ENCRYPTION_REQUIRED', params: { count: '1' } } : undefined);
    });

  test('restricted pages and labels demand it although the policy leaves it out, for outsiders alone where wished', () => {
    const readers = ['nobody@example.org', 'nobody@outside.example'];
    const requiredFor = { restrictedPages: true, labels: ['secret'] };
    const restricted = { page: { restricted: true, labels: [] } };
    assert.deepEqual(kinds({ requiredFor }, readers), ['plain', 'plain']);
    assert.deepEqual(kinds({ requiredFor }, readers, restricted), ['refused', 'refused']);
    assert.deepEqual(kinds({ requiredFor }, readers, { page: { restricted: false, labels: ['Secret'] } }), ['refused', 'refused']);
    assert.deepEqual(kinds({ requiredFor: { ...requiredFor, outsideOnly: true } }, readers, restricted), ['plain', 'refused']);
  });

  test('a domain can be always encrypted for, or through its gateway, whose certificate then stands for everybody there', () => {
    const domains = [
      { domain: 'outside.example', rule: 'always' },
      { domain: '.gateway.example', rule: 'gateway', fingerprint: gateway.fingerprint },
    ];
    const readers = ['who@outside.example', 'x@mail.gateway.example', 'nobody@example.org'];
    const { outcomes } = plan({ domains }, readers);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['refused', 'smime', 'plain'],
    );
    assert.deepEqual(outcomes[1], { kind: 'smime', key: gateway, gateway: true });
  });

  test('a gateway whose certificate is gone leaves nobody there encrypted for by another key', () => {
    const domains = [{ domain: 'example.org', rule: 'gateway', fingerprint: fingerprint('D') }];
    assert.deepEqual(plan({ domains }, ['hana@example.org']).outcomes, [
      { kind: 'refused', problem: { code: 'NO_GATEWAY_CERTIFICATE', params: { domain: 'example.org' } } },
    ]);
  });
});

describe('what a space may do', () => {
  const effective = (site: object, space: object, enforce = false) =>
    effectiveEncryption(siteSettingsV2Schema.parse({ encryption: site, enforce }), spaceSettingsV2Schema.parse({ encryption: space }));

  test('it makes the policy stricter and never laxer', () => {
    const strict = effective(
      { encrypt: 'if-possible', withoutKey: 'notice' },
      { encrypt: 'always', sign: 'always', withoutKey: 'refuse-mail' },
    );
    assert.deepEqual([strict.encrypt, strict.sign, strict.withoutKey], ['always', 'always', 'refuse-mail']);
    const lax = effective({ encrypt: 'always', sign: 'if-possible', withoutKey: 'refuse-mail' }, { withoutKey: 'send' });
    assert.deepEqual([lax.encrypt, lax.sign, lax.withoutKey], ['always', 'if-possible', 'refuse-mail']);
  });

  test('labels add up, and what the site demands for everybody stays for everybody', () => {
    const { requiredFor } = effective({ requiredFor: { labels: ['secret'] } }, { requiredFor: { labels: ['board'], outsideOnly: true } });
    assert.deepEqual(requiredFor, { restrictedPages: false, labels: ['secret', 'board'], outsideOnly: false });
  });

  test('where the site enforces its settings, the space changes nothing', () => {
    assert.equal(effective({}, { encrypt: 'always' }, true).encrypt, 'never');
  });
});

describe('which messages that makes', () => {
  const reader = (name: string, kind: 'smime' | 'openpgp' | 'plain' | 'notice' | 'refused', isBlind = false) => {
    const problem = { code: 'NO_KEY' };
    const outcome =
      kind === 'smime' || kind === 'openpgp' ? { kind, key: kind === 'smime' ? smime : openpgp, gateway: false } : { kind, problem };
    return { name, isBlind, outcome };
  };
  const names = (individual: boolean, ...readers: ReturnType<typeof reader>[]): string[] =>
    audiencesOf(readers, individual).map(({ kind, readers: members }) => `${kind}: ${members.map(({ name }) => name).join(' ')}`);

  test('people in To and Cc share one for each kind, who is refused is in none', () => {
    assert.deepEqual(
      names(false, reader('a', 'smime'), reader('b', 'openpgp'), reader('c', 'smime'), reader('d', 'plain'), reader('e', 'refused')),
      ['smime: a c', 'openpgp: b', 'plain: d'],
    );
  });

  test('whoever is in Bcc gets an encrypted mail or a notice alone, for a list of recipients inside would name them', () => {
    assert.deepEqual(
      names(false, reader('a', 'smime'), reader('b', 'smime', true), reader('c', 'smime', true), reader('d', 'notice', true)),
      ['smime: a', 'smime: b', 'smime: c', 'notice: d'],
    );
    assert.deepEqual(names(false, reader('a', 'plain'), reader('b', 'plain', true)), ['plain: a b']);
  });

  test('individual copies are one each', () => {
    assert.deepEqual(names(true, reader('a', 'smime'), reader('b', 'smime'), reader('c', 'plain')), ['smime: a', 'smime: b', 'plain: c']);
  });
});
