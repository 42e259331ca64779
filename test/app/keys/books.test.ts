import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addAuthorities, addKeys } from '#app/keys/add';
import { findKeys } from '#app/keys/find';
import { createIdentity, publicText, saveIdentity, shownIdentities, signingIdentity } from '#app/keys/identities';
import { judgingFor } from '#app/keys/judging';
import { LOOKED_UP, personBook, SITE_AUTHORITIES, SITE_BOOK, spaceBook } from '#app/keys/model';
import type { KeySource } from '#contract/keys/keys';
import type { KeyLookupResponse } from '#contract/relay/lookup';
import { lookupsSchema } from '#contract/settings/encryption';
import { keyFile, memoryIdentities, memoryKeys, wordTools } from '#test/app/keys/support';
import { codeOf, HANA, later, MIRA, NOW, SPACE_ID } from '#test/app/rig';

const judging = { now: NOW, subjectAddresses: false };
const to = (owner: string, source: KeySource, address?: string) => ({ owner, source, by: MIRA.accountId, ...(address ? { address } : {}) });

describe('adding keys to a list', () => {
  test('each key of each file is kept for the addresses it names, in lower case', async () => {
    const keys = memoryKeys();
    const files = [
      keyFile('smime Hana@Example.org,h@example.org A', 'openpgp ada@outside.example B'),
      keyFile('openpgp hana@example.org C'),
    ];
    const { added, problems } = await addKeys({ keys, tools: wordTools, judging }, files, to(SITE_BOOK, 'site'));
    assert.deepEqual([added.length, problems], [3, []]);
    assert.deepEqual(
      keys.stored.map(({ addresses }) => addresses),
      [['hana@example.org', 'h@example.org'], ['ada@outside.example'], ['hana@example.org']],
    );
  });

  test('what cannot be used is told by file, and nothing of it is kept', async () => {
    const keys = memoryKeys();
    const files = [keyFile('smime old@example.org A expired', 'rubbish', 'smime  B')];
    const { added, problems } = await addKeys({ keys, tools: wordTools, judging }, files, to(SITE_BOOK, 'site'));
    assert.deepEqual(
      problems.map(({ code, file }) => `${file} ${code}`),
      ['keys.pem UNREADABLE', 'keys.pem EXPIRED', 'keys.pem NO_ADDRESS'],
    );
    assert.deepEqual([added, keys.stored], [[], []]);
  });

  test('somebody’s own list, or one for an address, takes keys of that address alone', async () => {
    const keys = memoryKeys();
    const destination = to(personBook(HANA.accountId), 'own', 'Hana@example.org');
    const files = [keyFile('smime hana@example.org,other@example.org A', 'smime mira@example.org B')];
    const { added, problems } = await addKeys({ keys, tools: wordTools, judging }, files, destination);
    assert.deepEqual([added.length, problems.map(({ code }) => code)], [1, ['OTHER_ADDRESS']]);
    assert.deepEqual(keys.stored[0]?.addresses, ['hana@example.org']);
  });

  test('a key that would not fit into storage is refused before it is tried', async () => {
    const keys = memoryKeys();
    const file = keyFile(`smime hana@example.org A ${'x'.repeat(130_000)}`);
    const { problems } = await addKeys({ keys, tools: wordTools, judging }, [file], to(SITE_BOOK, 'site'));
    assert.deepEqual([problems.map(({ code }) => code), keys.stored], [['KEY_TOO_LARGE'], []]);
  });

  test('authorities are certificates that say they are', async () => {
    const keys = memoryKeys();
    const files = [keyFile('smime  A authority', 'smime hana@example.org B', 'openpgp ca@example.org C authority')];
    const { added, problems } = await addAuthorities({ keys, tools: wordTools, judging }, files, SITE_AUTHORITIES, MIRA.accountId);
    assert.deepEqual([added.length, problems.map(({ code }) => code)], [1, ['NOT_AN_AUTHORITY', 'NOT_AN_AUTHORITY']]);
    assert.equal((await judgingFor(keys, { subjectAddresses: false, trust: 'listed' }, NOW)).authorities?.length, 1);
    assert.equal((await judgingFor(keys, { subjectAddresses: false, trust: 'any' }, NOW)).authorities, undefined);
  });
});

describe('which key for an address now', () => {
  const lookups = lookupsSchema.parse({});
  const withBooks = async () => {
    const keys = memoryKeys();
    const add = (line: string, owner: string, source: KeySource) =>
      addKeys({ keys, tools: { ...wordTools, judge: async () => [] }, judging }, [keyFile(line)], to(owner, source));
    await add('smime hana@example.org 1', SITE_BOOK, 'site');
    await add('smime hana@example.org 2', spaceBook(SPACE_ID), 'space');
    await add('smime hana@example.org 3', personBook(HANA.accountId), 'own');
    await add('smime jonas@example.org 4 expired until-2025', SITE_BOOK, 'site');
    await add('smime jonas@example.org 5 until-2028', SITE_BOOK, 'site');
    await add('smime jonas@example.org 6 until-2027', SITE_BOOK, 'site');
    await add('openpgp jonas@example.org 7', SITE_BOOK, 'site');
    await add('smime late@example.org 8 expired', SITE_BOOK, 'site');
    return keys;
  };

  test('the person’s own before the space’s before the site’s; of several the one that ends last; an expired one never', async () => {
    const keys = await withBooks();
    const readers = [
      { address: 'Hana@example.org', accountId: HANA.accountId },
      { address: 'jonas@example.org' },
      { address: 'late@example.org' },
    ];
    const found = await findKeys({ keys, tools: wordTools, judging, lookups }, SPACE_ID, readers);
    assert.deepEqual(found.keysOf('hana@example.org'), { smime: { protocol: 'smime', fingerprint: '3'.repeat(64), source: 'own' } });
    const jonas = found.keysOf('jonas@example.org');
    assert.deepEqual([jonas.smime?.fingerprint, jonas.openpgp?.fingerprint], ['5'.repeat(64), '7'.repeat(40)]);
    assert.deepEqual(found.keysOf('late@example.org'), { problem: { code: 'EXPIRED' } });
    assert.deepEqual(found.keysOf('nobody@example.org'), {});
    const key = jonas.smime;
    assert.equal(
      key && found.material('jonas@example.org', key)?.base64,
      Buffer.from('smime jonas@example.org 5 until-2028').toString('base64'),
    );
  });

  test('nobody gets another person’s own key by typing an address that the site does not know as theirs', async () => {
    const found = await findKeys({ keys: await withBooks(), tools: wordTools, judging, lookups }, SPACE_ID, [
      { address: 'hana@example.org' },
    ]);
    assert.equal(found.keysOf('hana@example.org').smime?.source, 'space');
  });

  const answering = (answer: Partial<KeyLookupResponse>) => {
    const asked: string[][] = [];
    const lookUp = async (addresses: readonly string[]): Promise<KeyLookupResponse> => {
      asked.push([...addresses]);
      return { keys: [], problems: [], ...answer };
    };
    return { asked, lookUp };
  };
  const found = (line: string, address: string) =>
    ({ address, source: 'web-key-directory', from: 'outside.example', base64: Buffer.from(line).toString('base64') }) as const;
  const wkd = lookupsSchema.parse({ webKeyDirectory: true, cacheHours: 2 });

  test('who is in no list is looked up, once in the time that an answer is kept', async () => {
    const keys = await withBooks();
    const { asked, lookUp } = answering({ keys: [found('openpgp ada@outside.example 9', 'ada@outside.example')] });
    const readers = [{ address: 'hana@example.org' }, { address: 'ada@outside.example' }, { address: 'nobody@outside.example' }];
    const needs = { keys, tools: wordTools, judging, lookups: wkd, lookUp };
    assert.equal((await findKeys(needs, SPACE_ID, readers)).keysOf('ada@outside.example').openpgp?.source, 'web-key-directory');
    await findKeys(needs, SPACE_ID, readers);
    assert.deepEqual(asked, [['ada@outside.example', 'nobody@outside.example']]);
    await findKeys({ ...needs, judging: { ...judging, now: later(7201) } }, SPACE_ID, readers);
    assert.equal(asked.length, 2);
  });

  test('a key for another address, or for one that nobody asked for, is not believed', async () => {
    const keys = memoryKeys();
    const { lookUp } = answering({
      keys: [found('openpgp eve@outside.example 9', 'ada@outside.example'), found('openpgp hana@example.org 8', 'hana@example.org')],
    });
    await findKeys({ keys, tools: wordTools, judging, lookups: wkd, lookUp }, SPACE_ID, [{ address: 'ada@outside.example' }]);
    assert.deepEqual(
      keys.stored.filter(({ owner }) => owner === LOOKED_UP),
      [],
    );
  });

  test('a relay or source that does not answer is asked again for the next mail, and keeps none from going on', async () => {
    const keys = memoryKeys();
    let calls = 0;
    const lookUp = async (): Promise<KeyLookupResponse> => {
      calls += 1;
      if (calls === 1) throw new Error('gone');
      return { keys: [], problems: [{ from: 'ldap', code: 'DIRECTORY_UNREACHABLE' }] };
    };
    for (let at = 0; at < 3; at += 1)
      await findKeys({ keys, tools: wordTools, judging, lookups: wkd, lookUp }, SPACE_ID, [{ address: 'ada@outside.example' }]);
    assert.equal(calls, 3);
  });
});

describe('signing identities of an account', () => {
  const account = { owner: 'site', name: 'Workshop', address: 'wiki@example.org' };

  test('a file with its password is kept; a wrong password keeps what was there', async () => {
    const identities = memoryIdentities();
    const needs = { identities, tools: wordTools, judging };
    await saveIdentity(needs, account, keyFile('smime wiki@example.org A'), 'right');
    await assert.rejects(saveIdentity(needs, account, keyFile('smime wiki@example.org B'), 'wrong'), codeOf('KEY_PASSWORD'));
    const shown = await shownIdentities(needs, account);
    assert.deepEqual([shown.smime?.fingerprint, shown.smime?.problems, shown.openpgp], ['A'.repeat(64), [], undefined]);
    assert.equal(await publicText(needs, 'site', 'smime'), 'public smime wiki@example.org A');
  });

  test('one of another address is kept and shown with its problem, and does not sign', async () => {
    const needs = { identities: memoryIdentities(), tools: wordTools, judging };
    const shown = await saveIdentity(needs, account, keyFile('smime else@example.org A'), 'right');
    assert.deepEqual(shown.problems, [{ code: 'OTHER_ADDRESS' }]);
    assert.deepEqual(await signingIdentity(needs, account, 'smime'), { problem: { code: 'OTHER_ADDRESS' } });
    assert.deepEqual(await signingIdentity(needs, account, 'openpgp'), { problem: { code: 'NO_SIGNING_KEY' } });
  });

  test('an OpenPGP key can be made for the sender address', async () => {
    const needs = { identities: memoryIdentities(), tools: wordTools, judging };
    assert.deepEqual((await createIdentity(needs, account)).addresses, ['wiki@example.org']);
    assert.ok('stored' in (await signingIdentity(needs, account, 'openpgp')));
  });
});
